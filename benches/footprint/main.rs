//! What the program takes of the computer: the memory of all its processes with no window, with the window open, and closed
//! again, round by round, beside that of a Tauri window with one word in it; and how soon it is there.
//!
//! `cargo bench --features custom-protocol --bench footprint`; `STREAMBELL_PROGRAM` names another program than the one that
//! cargo built: that of a package; `FOOTPRINT_ROUNDS=30` watches for longer than 20 rounds. Memory is PSS: pages
//! that processes share count in parts.
#![cfg(target_os = "linux")]

#[path = "../window/load.rs"]
#[expect(dead_code, reason = "the other bench counts what is sent")]
mod load;
#[path = "../start/paint.rs"]
#[expect(dead_code, reason = "the other bench tells more of a paint")]
mod paint;
mod processes;
#[expect(dead_code, unused_imports, reason = "the tests need more of it")]
#[path = "../../tests/program/support/mod.rs"]
mod support;
#[path = "../start/word.rs"]
mod word;

use std::{env, process::Stdio, time::Duration};

use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, process::Child, time::sleep};

use self::{
    load::{Load, VIEWS},
    paint::{age, first_paint},
    processes::Taken,
    support::{Desktop, Page, Tray, program, until},
};

const FEEDS: usize = 10;
const STARTS: usize = 5;
/// What a change of the window begins is over by then.
const REST: Duration = Duration::from_secs(5);
/// The process of a page.
const PAGE: &str = "WebKitWebProcess";
const MIB: f64 = 1024.0 * 1024.0;

fn main() {
    if env::args().any(|argument| argument == word::ARGUMENT) {
        word::show();
    } else {
        tokio::runtime::Runtime::new().expect("threads can be started").block_on(measure());
    }
}

async fn measure() {
    println!("{}", program().display());
    let desktop = Desktop::start().await;
    let load = Load::start(FEEDS, FEEDS).await;
    load.go();
    let feeds: Vec<Value> = (0..FEEDS)
        .map(|feed| json!({"name": format!("Feed {feed}"), "url": load.url(feed), "view": VIEWS[feed % VIEWS.len()]}))
        .collect();
    // What the program does once only is not of interest here.
    let first = desktop.launch(&["--hidden"]);
    desktop.running().await;
    desktop.import(&json!({"version": 1, "feeds": feeds, "rules": []})).await;
    desktop.terminate(first).await;
    starts(&desktop).await;
    unopened(&desktop).await;
    rounds(&desktop).await;
    peer(&desktop).await;
}

/// How soon the tray icon is there, and the first paint.
async fn starts(desktop: &Desktop) {
    let (mut trays, mut paints) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        Tray::gone(desktop).await;
        let program = desktop.launch(&["--hidden"]);
        Tray::find(desktop).await;
        trays.push(age(program.id().expect("it runs")));
        desktop.terminate(program).await;
        let page = Page::open(desktop).await;
        paints.push(first_paint(desktop, &page, "streambell").await.after);
        page.close(desktop).await;
    }
    println!("{:>28} {:>8} {:>8} {:>8}", "ms from start to", "least", "median", "most");
    for (what, mut times) in [("the icon in the tray", trays), ("first paint", paints)] {
        times.sort();
        let [least, median, most] = [0, STARTS / 2, STARTS - 1].map(|place| times[place].as_millis());
        println!("{what:>28} {least:>8} {median:>8} {most:>8}");
    }
}

/// About as long as the rounds take, without a window: what the feeds alone bring.
async fn unopened(desktop: &Desktop) {
    let (program, id) = hidden(desktop).await;
    println!("{:>28} {:>8} {:>12} {:>12} {:>12}", "MiB, PSS", "all", "the program", "its web view", "of all, anon");
    let mut closed = Vec::new();
    for _ in 0..how_often() {
        sleep(2 * REST).await;
        let taken = Taken::by(id);
        closed.push(taken.anonymous);
        tell("never a window", &taken);
    }
    desktop.terminate(program).await;
    grown(&closed);
}

/// A program without a window, with all its feeds open.
async fn hidden(desktop: &Desktop) -> (Child, u32) {
    let program = desktop.launch(&["--hidden"]);
    let id = program.id().expect("it runs");
    for feed in 0..FEEDS {
        desktop.feed_is(&format!("Feed {feed}"), "open").await;
    }
    sleep(REST).await;
    (program, id)
}

/// Opens and closes the window again and again.
async fn rounds(desktop: &Desktop) {
    let (program, id) = hidden(desktop).await;
    tell("no window yet", &Taken::by(id));
    let mut closed = Vec::new();
    for round in 1..=how_often() {
        desktop.streambell(&["toggle"]).await;
        desktop.window_is(true).await;
        desktop.window_is_drawn().await;
        sleep(REST).await;
        tell(&format!("{round}: open"), &Taken::by(id));
        desktop.close_window().await;
        desktop.window_is(false).await;
        until("the page's process is gone", async || desktop.processes(PAGE).is_empty().then_some(())).await;
        sleep(REST).await;
        let taken = Taken::by(id);
        tell(&format!("{round}: closed"), &taken);
        closed.push(taken.anonymous);
    }
    desktop.terminate(program).await;
    grown(&closed);
}

/// What a Tauri window takes at the least, opened and closed as often.
async fn peer(desktop: &Desktop) {
    let this = env::current_exe().expect("it has a path");
    let mut peer = desktop.command(&this).arg(word::ARGUMENT).stdin(Stdio::piped()).spawn().expect("it can be run");
    let id = peer.id().expect("it runs");
    let mut input = peer.stdin.take().expect("it is piped");
    let mut closed = Vec::new();
    for round in 1..=how_often() {
        until("its page is there", async || (!desktop.processes(PAGE).is_empty()).then_some(())).await;
        sleep(REST).await;
        let open = Taken::by(id);
        input.write_all(b"\n").await.expect("it listens");
        until("its page is gone", async || desktop.processes(PAGE).is_empty().then_some(())).await;
        sleep(REST).await;
        let taken = Taken::by(id);
        if [1, how_often()].contains(&round) {
            tell(&format!("one word, {round}: open"), &open);
            tell(&format!("one word, {round}: closed"), &taken);
        }
        closed.push(taken.anonymous);
        input.write_all(b"\n").await.expect("it listens");
    }
    grown(&closed);
    peer.kill().await.expect("it runs");
}

fn how_often() -> usize {
    env::var("FOOTPRINT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20)
}

/// The first rounds bring what stays: libraries, fonts, caches that fill.
fn grown(closed: &[u64]) {
    let (half, last) = (closed.len() / 2, closed.len() - 1);
    let growth = (closed[last] as f64 - closed[half] as f64) / MIB / (last - half).max(1) as f64;
    println!("{:>28} {growth:>8.2}", "anon more a round, 2nd half");
}

fn tell(what: &str, taken: &Taken) {
    let Taken { program, others, anonymous } = *taken;
    let [all, program, web, own] = [program + others, program, others, anonymous].map(|bytes| bytes as f64 / MIB);
    println!("{what:>28} {all:>8.1} {program:>12.1} {web:>12.1} {own:>12.1}");
}
