//! From a server's write to the notification service's receipt: `cargo bench -p streambell-benches --bench ringing`.
//!
//! 100 feeds bring 1,000 events a second, of which four ring. Server, engine and a service that takes the time are
//! processes of their own on a message bus of their own. Each event that rings has the time in its title at which it was
//! written.

#[path = "../connections/process.rs"]
#[expect(dead_code, reason = "nothing is asked here of memory and CPU")]
mod process;

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use process::Process;
use serde_json::json;
use streambell_cli::desktop_notify::DesktopNotifier;
use streambell_engine::{Clock, Engine, Home, Setup, key_ring};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use zbus::OwnedVariant;

const FEEDS: usize = 100;
const EVENTS_A_SECOND: usize = 1_000;
/// More would be a storm, of which one notification tells.
const RINGS_EVERY: usize = EVENTS_A_SECOND / 4;
const MEASURED: Duration = Duration::from_secs(60);

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["server"] => serve(),
        ["service"] => take_the_time(),
        ["engine", port] => run_engine(port.parse()?),
        ["measure"] => measure(),
        _ => on_a_bus(),
    }
}

/// Does it all again, with a bus of its own: a process's bus is told by its environment.
fn on_a_bus() -> Result<()> {
    let folder = std::env::temp_dir().join(format!("streambell-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let listen = format!("unix:path={}", folder.join("bus").display());
    let policy =
        r#"<policy context="default"><allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/></policy>"#;
    let config = folder.join("bus.conf");
    std::fs::write(&config, format!("<busconfig><type>session</type><listen>{listen}</listen>{policy}</busconfig>"))?;
    let mut daemon = Command::new("dbus-daemon");
    daemon.arg(format!("--config-file={}", config.display())).args(["--nofork", "--print-address"]);
    let mut daemon = Bus(daemon.stdout(Stdio::piped()).spawn()?);
    let mut address = String::new();
    BufReader::new(daemon.0.stdout.take().ok_or("no standard output")?).read_line(&mut address)?;
    let mut inside = Command::new(std::env::current_exe()?);
    let inside = inside.arg("measure").env("DBUS_SESSION_BUS_ADDRESS", address.trim()).status()?;
    std::fs::remove_dir_all(folder)?;
    if inside.success() { Ok(()) } else { Err("it was not measured".into()) }
}

/// It ends with this.
struct Bus(Child);

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn measure() -> Result<()> {
    let mut service = Process::start(&["service"])?;
    service.line()?;
    let mut server = Process::start(&["server"])?;
    let port = server.line()?;
    let mut engine = Process::start(&["engine", &port])?;
    engine.line()?;
    std::thread::sleep(MEASURED);
    let mut micros: Vec<u64> =
        service.ask()?.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>()?;
    micros.sort_unstable();
    let at = |share: usize| micros.get((micros.len() * share).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0);
    println!("{} notifications, from the server's write to the service's receipt:", micros.len());
    println!("p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms", ms(at(50)), ms(at(99)), ms(at(100)));
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "far from that many")]
fn ms(micros: u64) -> f64 {
    micros as f64 / 1000.0
}

/// By the wall clock, which all processes have in common.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_micros() as u64)
}

fn serve() -> Result<()> {
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
        let mut tick = tokio::time::interval(Duration::from_secs(1) / EVENTS_A_SECOND as u32);
        for number in 0usize.. {
            tick.tick().await;
            let event = match number % RINGS_EVERY {
                0 => format!("event: ring\ndata: {{\"title\":\"{}\"}}\n\n", now()),
                _ => format!("data: {{\"price\":{number}}}\n\n"),
            };
            // Feeds in another order than the rings, so that each of them rings.
            sockets[(number * 7 + number / RINGS_EVERY) % FEEDS].write_all(event.as_bytes()).await?;
        }
        Ok(())
    })
}

fn run_engine(port: u16) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("streambell-bench-{}", std::process::id()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let engine = Engine::start(Setup {
            home: Home::locate(Some(folder.clone()))?,
            notifier: Arc::new(DesktopNotifier::start(|_| {})),
            secrets: key_ring(),
            hub: None,
            clock: Clock::default(),
            subscribe: true,
        })
        .await?;
        let feeds: Vec<_> = (0..FEEDS)
            .map(|number| json!({"name": format!("F{number}"), "url": format!("http://127.0.0.1:{port}/{number}")}))
            .collect();
        let rules = [json!({"name": "Ring", "when": {"event": "ring"}})];
        engine.import(json!({"version": 1, "feeds": feeds, "rules": rules}).to_string()).await?;
        println!("ready");
        tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await??;
        engine.shutdown().await;
        Ok::<_, Box<dyn std::error::Error>>(())
    })?;
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

/// A notification service that shows nothing.
struct Service(Arc<Mutex<Vec<u64>>>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".into(), "actions".into()]
    }

    #[expect(clippy::too_many_arguments, reason = "the specification has so many")]
    fn notify(
        &self,
        _app: String,
        _replaces: u32,
        _icon: String,
        title: String,
        body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedVariant>,
        _stays: i32,
    ) -> u32 {
        let received = now();
        let mut micros = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let written = [title, body].iter().find_map(|text| text.trim().parse::<u64>().ok());
        micros.extend(written.map(|written| received.saturating_sub(written)));
        u32::try_from(micros.len()).unwrap_or(0) + 1
    }

    fn close_notification(&self, _id: u32) {}

    fn get_server_information(&self) -> (String, String, String, String) {
        ("bench".into(), "streambell".into(), "1".into(), "1.2".into())
    }
}

/// Says, when asked, how many microseconds each notification took.
fn take_the_time() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let micros = Arc::new(Mutex::new(Vec::new()));
        let _connection = zbus::connection::Builder::session()
            .serve_at("/org/freedesktop/Notifications", Service(micros.clone()))
            .name("org.freedesktop.Notifications")
            .build()
            .await?;
        println!("ready");
        tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await??;
        let micros = micros.lock().unwrap_or_else(PoisonError::into_inner);
        println!("{}", micros.iter().map(u64::to_string).collect::<Vec<_>>().join(" "));
        Ok(())
    })
}
