//! When there is something to see.

use std::{fs, time::Duration};

use crate::support::{Desktop, Page, until};

/// A first paint, how much of it the page took from when it was asked for, and when it had its snapshot.
pub(crate) struct Paint {
    pub(crate) after: Duration,
    pub(crate) page: Duration,
    pub(crate) whole: Option<Duration>,
}

/// From the making of the process to the first paint of its page.
pub(crate) async fn first_paint(desktop: &Desktop, page: &Page, name: &str) -> Paint {
    // The empty window has nothing to wait for.
    let times = until("the page has painted", async || {
        let script = "const [paint] = performance.getEntriesByName('first-contentful-paint');
             const [attached] = performance.getEntriesByName('attached');
             if (!paint || (document.getElementById('app') && !attached)) return null;
             return [performance.now(), paint.startTime, ...(attached ? [attached.startTime] : [])]";
        serde_json::from_value::<Option<Vec<f64>>>(page.run(script).await).expect("times")
    })
    .await;
    let times: Vec<_> = times.into_iter().map(|milliseconds| Duration::from_secs_f64(milliseconds / 1000.0)).collect();
    let age = desktop.processes(name).into_iter().map(age).max().expect("it runs");
    let started = age - times[0];
    Paint { after: started + times[1], page: times[1], whole: times.get(2).map(|&whole| started + whole) }
}

/// How long there has been a process, as exactly as the kernel tells: to ten milliseconds.
pub(crate) fn age(id: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).expect("it runs");
    // The name, in brackets, may hold anything.
    let (_, fields) = stat.rsplit_once(')').expect("it is told");
    let ticks: u64 = fields.split_whitespace().nth(19).and_then(|field| field.parse().ok()).expect("it is told");
    let uptime = fs::read_to_string("/proc/uptime").expect("Linux has it");
    let seconds: f64 = uptime.split(' ').next().and_then(|field| field.parse().ok()).expect("it is told");
    Duration::from_secs_f64(seconds) - Duration::from_millis(ticks * 10)
}
