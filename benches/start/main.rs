//! How soon there is something to see: the first paint of the program when it was started before, beside that of a Tauri
//! window with one word in it, in turn; and how soon after it the dashboard knows what the engine knows.
//!
//! Told by the page (`first-contentful-paint`, and its own mark), from when the kernel made the process.
//! `cargo bench --features custom-protocol --bench start`; `STREAMBELL_PROGRAM` names another program than the one that cargo
//! built: that of a package.
#![cfg(target_os = "linux")]

mod paint;
#[expect(dead_code, unused_imports, reason = "the tests need more of it")]
#[path = "../../tests/program/support/mod.rs"]
mod support;
mod word;

use std::env;

use self::{
    paint::first_paint,
    support::{Desktop, Page, until},
};

const ROUNDS: usize = 9;

fn main() {
    if env::args().any(|argument| argument == word::ARGUMENT) {
        word::show();
    } else {
        tokio::runtime::Runtime::new().expect("threads can be started").block_on(compare());
    }
}

async fn compare() {
    let desktop = Desktop::start().await;
    let this = env::current_exe().expect("it has a path");
    let name = this.file_name().and_then(|name| name.to_str()).expect("it is text");
    let (mut ours, mut empty) = (Vec::new(), Vec::new());
    // The first start makes the data folder, and is cold.
    for round in 0..=ROUNDS {
        let page = Page::open(&desktop).await;
        let paint = first_paint(&desktop, &page, "streambell").await;
        page.close(&desktop).await;
        let page = Page::of(&desktop, &this, &[word::ARGUMENT]).await;
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
