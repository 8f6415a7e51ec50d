//! How soon there is something to see: the first paint of the program when it was started before, beside that of a Tauri
//! window with one word in it, in turn; and how soon after it the dashboard knows what the engine knows.
//!
//! Told by the page (`first-contentful-paint`, and its own mark), from when the kernel made the process.
//! `cargo bench --features custom-protocol --bench start`
#![cfg(target_os = "linux")]

#[expect(dead_code, unused_imports, reason = "the tests need more of it")]
#[path = "../../tests/program/support/mod.rs"]
mod support;

use std::{env, fs, time::Duration};

use tauri::{WebviewUrl, WebviewWindowBuilder, http::Response};

use self::support::{Desktop, Page, until};

const ROUNDS: usize = 9;
/// The argument that makes this program the empty one.
const EMPTY: &str = "--empty";

fn main() {
    if env::args().any(|argument| argument == EMPTY) {
        show_one_word();
    } else {
        tokio::runtime::Runtime::new().expect("threads can be started").block_on(compare());
    }
}

fn show_one_word() {
    tauri::Builder::default()
        .register_uri_scheme_protocol("word", |_, _| {
            Response::builder()
                .header("Content-Type", "text/html")
                .body(b"<p>Hello".to_vec())
                .expect("it is a response")
        })
        .setup(|app| {
            let page = WebviewUrl::CustomProtocol("word://localhost/".parse().expect("it is an address"));
            WebviewWindowBuilder::new(app, "main", page).inner_size(1280.0, 840.0).build()?;
            Ok(())
        })
        .run(tauri::generate_context!("tauri.conf.json"))
        .expect("a window can be opened");
}

async fn compare() {
    let desktop = Desktop::start().await;
    let this = env::current_exe().expect("it has a path");
    let this = this.to_str().expect("it is text");
    let (mut ours, mut empty) = (Vec::new(), Vec::new());
    // The first start makes the data folder, and is cold.
    for round in 0..=ROUNDS {
        let page = Page::open(&desktop).await;
        let paint = first_paint(&desktop, &page, "streambell").await;
        page.close(&desktop).await;
        let page = Page::of(&desktop, this, &[EMPTY]).await;
        let name = this.rsplit('/').next().unwrap_or(this);
        let word = first_paint(&desktop, &page, name).await;
        page.end().await;
        until("the empty window is gone", async || desktop.processes(name).is_empty().then_some(())).await;
        if round > 0 {
            ours.push(paint);
            empty.push(word);
        }
    }
    println!(
        "{:>24} {:>10} {:>10} {:>10} {:>20} {:>20}",
        "first paint, ms", "least", "median", "most", "of it the page's", "until the dashboard"
    );
    let [empty, ours] = [("one word", empty), ("Streambell", ours)].map(|(name, mut paints)| {
        paints.sort_by_key(|paint| paint.after);
        let [least, median, most] = [0, ROUNDS / 2, ROUNDS - 1].map(|place| paints[place].after.as_millis());
        let page = paints[ROUNDS / 2].page.as_millis();
        let whole = paints[ROUNDS / 2].whole.map_or_else(String::new, |whole| whole.as_millis().to_string());
        println!("{name:>24} {least:>10} {median:>10} {most:>10} {page:>20} {whole:>20}");
        paints[ROUNDS / 2].after
    });
    println!("{:>24} {:>10.2}", "times as long", ours.as_secs_f64() / empty.as_secs_f64());
}

/// A first paint, how much of it the page took from when it was asked for, and when it had its snapshot.
struct Paint {
    after: Duration,
    page: Duration,
    whole: Option<Duration>,
}

/// From the making of the process to the first paint of its page.
async fn first_paint(desktop: &Desktop, page: &Page, name: &str) -> Paint {
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
fn age(id: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).expect("it runs");
    // The name, in brackets, may hold anything.
    let (_, fields) = stat.rsplit_once(')').expect("it is told");
    let ticks: u64 = fields.split_whitespace().nth(19).and_then(|field| field.parse().ok()).expect("it is told");
    let uptime = fs::read_to_string("/proc/uptime").expect("Linux has it");
    let seconds: f64 = uptime.split(' ').next().and_then(|field| field.parse().ok()).expect("it is told");
    Duration::from_secs_f64(seconds) - Duration::from_millis(ticks * 10)
}
