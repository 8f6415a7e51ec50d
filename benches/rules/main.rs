//! The engine under load, without rules and with 1,000 of them: `cargo bench -p streambell-benches --bench rules`.
//!
//! A server sends 10,000 events a second over 1,000 feeds; the engine, in a process of its own, subscribes to all of
//! them, understands, stores, and looks at each event with the rule of its feed, and with twenty that look at every
//! feed. What rules cost is the difference to the same without them: all of it in one run.

#[path = "../connections/process.rs"]
mod process;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use process::Process;
use serde_json::{Value, json};
use streambell_engine::model::Query;
use streambell_engine::{Clock, Engine, Home, Notification, Notifier, Setup, key_ring};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const FEEDS: usize = 1_000;
const EVENTS_A_SECOND: usize = 10_000;
/// Each looks at one feed, and these at all of them.
const RULES: usize = 980;
const RULES_FOR_ALL: usize = 20;
const WARM_UP: Duration = Duration::from_secs(10);
const MEASURED: Duration = Duration::from_secs(20);

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["server"] => serve(),
        ["engine", rules, port] => run_engine(rules == "with", port.parse()?),
        _ => compare(),
    }
}

fn compare() -> Result<()> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    println!("{:<16}{:>12}{:>14}{:>12}{:>10}", "", "events/s", "CPU, % of one", "PSS MiB", "rang");
    let without = measure("without")?;
    let with = measure("with")?;
    println!("the rules themselves: {:.1} % of one core", with - without);
    Ok(())
}

/// The CPU that the engine needed, in percent of one core.
fn measure(rules: &str) -> Result<f64> {
    let mut server = Process::start(&["server"])?;
    let port = server.line()?;
    let mut engine = Process::start(&["engine", rules, &port])?;
    engine.line()?;
    std::thread::sleep(WARM_UP);
    let (before, events_before, begun) = (engine.cpu_seconds()?, told(&engine.ask()?)?, Instant::now());
    std::thread::sleep(MEASURED);
    let (cpu, events, took) = (engine.cpu_seconds()? - before, told(&engine.ask()?)?, begun.elapsed().as_secs_f64());
    let percent = cpu / took * 100.0;
    #[expect(clippy::cast_precision_loss, reason = "far from that many")]
    let rate = (events.0 - events_before.0) as f64 / took;
    println!(
        "{:<16}{rate:>12.0}{percent:>14.1}{:>12.1}{:>10}",
        format!("{rules} rules"),
        engine.pss_mebibytes()?,
        events.1
    );
    Ok(percent)
}

/// Events and alerts, as the engine's process says them.
fn told(line: &str) -> Result<(u64, u64)> {
    let (events, rang) = line.split_once(' ').ok_or("two numbers")?;
    Ok((events.parse()?, rang.parse()?))
}

/// Sends each feed its share of events, one after the other, evenly.
fn serve() -> Result<()> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?.port());
        let mut sockets: Vec<TcpStream> = Vec::new();
        while sockets.len() < FEEDS {
            let (mut socket, _) = listener.accept().await?;
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(socket.read_u8().await?);
            }
            socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n").await?;
            sockets.push(socket);
        }
        let mut tick = tokio::time::interval(Duration::from_millis(1));
        let mut number = 0usize;
        loop {
            tick.tick().await;
            for _ in 0..EVENTS_A_SECOND / 1_000 {
                let socket = number % FEEDS;
                // A walk up and down, that crosses the rules' levels every few seconds.
                let price = 100.0 + (number as f64 / 40_000.0 + socket as f64).sin() * 10.0;
                let event = format!("id: {number}\ndata: {{\"symbol\":\"S{socket}\",\"price\":{price:.2}}}\n\n");
                sockets[socket].write_all(event.as_bytes()).await?;
                number += 1;
            }
        }
    })
}

#[derive(Default)]
struct Count(AtomicU64);

impl Notifier for Count {
    fn notify(&self, _notification: Notification) {
        self.0.fetch_add(1, Relaxed);
    }

    fn withdraw(&self, _tag: &str) {}

    fn over(&self, _tag: &str) {}
}

/// The engine; asked by a line, it says how many events it has stored and how often it rang.
fn run_engine(with_rules: bool, port: u16) -> Result<()> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let folder = std::env::temp_dir().join(format!("streambell-bench-{}", std::process::id()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let count = Arc::new(Count::default());
        let engine = Engine::start(Setup {
            home: Home::locate(Some(folder.clone()))?,
            notifier: count.clone(),
            secrets: key_ring(),
            hub: None,
            clock: Clock::default(),
            subscribe: true,
        })
        .await?;
        engine.import(settings(with_rules, port).to_string()).await?;
        println!("ready");
        loop {
            let asked = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await?;
            if asked? == 0 {
                break;
            }
            let newest = engine.list_events(Query { limit: Some(1), ..Query::default() }).await?;
            let events = newest.events.first().map_or(0, |event| event.seq);
            println!("{events} {}", count.0.load(Relaxed));
        }
        engine.shutdown().await;
        Ok::<_, Box<dyn std::error::Error>>(())
    })?;
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

fn settings(with_rules: bool, port: u16) -> Value {
    let feeds: Vec<Value> = (0..FEEDS)
        .map(|number| {
            json!({"id": format!("f{number}"), "name": format!("Feed {number}"), "url": format!("http://127.0.0.1:{port}/{number}"), "limits": {"keep_megabytes": 1}})
        })
        .collect();
    let condition = |number: usize| match number % 6 {
        0 => json!({"value": {"crosses_above": 109, "recovers_below": 105}}),
        1 => json!({"value": {"changes_by_percent": 15, "within": "30s"}}),
        2 => json!({"all": [{"value": {"above": 108}}, {"not": {"event": "other"}}]}),
        3 => json!({"rate": {"above": 1000, "per": "10s"}}),
        4 => json!({"silent_for": "1m"}),
        _ => json!({"field": "$.price", "equals": 109.99}),
    };
    let one = (0..RULES)
        .map(|number| json!({"name": format!("R{number}"), "feed": format!("f{number}"), "when": condition(number)}));
    let all = (0..RULES_FOR_ALL)
        .map(|number| json!({"name": format!("A{number}"), "when": {"value": {"crosses_above": 120 + number}}}));
    let rules: Vec<Value> = if with_rules { one.chain(all).collect() } else { Vec::new() };
    json!({"version": 1, "feeds": feeds, "rules": rules})
}
