//! The window under load: 50 cards and 10,000 events a second, on a desktop without a graphics processor.
//!
//! Frames are told by the page itself (`requestAnimationFrame`), memory by the kernel (PSS of all the program's
//! processes). `cargo bench --features custom-protocol --bench window`; `WINDOW_MINUTES=10` watches the memory for longer.
#![cfg(target_os = "linux")]

mod load;
#[expect(dead_code, unused_imports, reason = "the tests need more of it")]
#[path = "../../tests/program/support/mod.rs"]
mod support;

use std::{env, fs, time::Duration};

use serde_json::{Value, json};
use tokio::time::sleep;

use self::{
    load::{Load, VIEWS},
    support::{Desktop, Page},
};

const CARDS: usize = 50;
const EVENTS: usize = 10_000;
const WATCHED: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() {
    let desktop = Desktop::start().await;
    let page = Page::open(&desktop).await;
    let load = Load::start(CARDS, EVENTS).await;
    let feeds: Vec<Value> = (0..CARDS)
        .map(|card| json!({"name": format!("Feed {card}"), "url": load.url(card), "view": VIEWS[card % VIEWS.len()]}))
        .collect();
    let file = desktop.home().join("bench.json");
    let document = json!({"version": 1, "feeds": feeds, "rules": []});
    fs::write(&file, document.to_string()).expect("a file can be written");
    desktop.streambell(&["import", file.to_str().expect("it is text")]).await;
    page.click("nav-dashboard").await;
    for card in 0..CARDS {
        desktop.feed_is(&format!("Feed {card}"), "open").await;
    }
    println!("{CARDS} cards, {EVENTS} events/s asked for");
    println!("{:>20} {:>10} {:>10} {:>10} {:>12}", "", "median", "p99", "longest", "over 50 ms");
    frames(&page, "at rest").await;
    load.go();
    sleep(Duration::from_secs(3)).await;
    let before = load.sent();
    frames(&page, "under load").await;
    println!("events/s sent meanwhile: {}", (load.sent() - before) / WATCHED.as_secs() as usize);
    desktop.picture("bench-window");
    let minutes = env::var("WINDOW_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_u64);
    println!("{:>20} {:>14} {:>14}", "minutes under load", "web, MiB", "program, MiB");
    for minute in 0..=minutes {
        let (web, program) = (memory(&desktop, "WebKitWebProcess"), memory(&desktop, "streambell"));
        println!("{minute:>20} {web:>14} {program:>14}");
        if minute < minutes {
            sleep(Duration::from_secs(60)).await;
        }
    }
}

/// How long frames took for a while, in milliseconds.
async fn frames(page: &Page, what: &str) {
    page.run(
        "const frames = window.frames = []; let last = performance.now();
         const frame = (now) => {
             if (window.frames !== frames) return;
             frames.push(now - last);
             last = now;
             requestAnimationFrame(frame);
         };
         requestAnimationFrame(frame);",
    )
    .await;
    sleep(WATCHED).await;
    let taken = page.run("const taken = window.frames; window.frames = undefined; return taken;").await;
    let mut taken: Vec<f64> =
        taken.as_array().expect("it is a list").iter().skip(1).filter_map(Value::as_f64).collect();
    taken.sort_by(f64::total_cmp);
    let at = |share: usize| taken.get((taken.len() * share / 100).min(taken.len() - 1)).copied().unwrap_or(f64::NAN);
    let over = taken.iter().filter(|frame| **frame > 50.0).count();
    println!(
        "{what:>20} {:>10.1} {:>10.1} {:>10.1} {:>12}",
        at(50),
        at(99),
        at(100),
        format!("{over} of {}", taken.len())
    );
}

/// The proportional share of memory of all processes of a name, in MiB.
fn memory(desktop: &Desktop, name: &str) -> u64 {
    let share = |id: u32| {
        let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.trim().trim_end_matches(" kB").parse::<u64>().ok()
    };
    desktop.processes(name).into_iter().filter_map(share).sum::<u64>() / 1024
}
