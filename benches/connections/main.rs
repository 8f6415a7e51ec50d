//! Many connections in one process, beside two peers: `cargo bench -p streambell-benches --bench connections`.
//!
//! The server and each library run in processes of their own, so that memory and CPU are theirs alone. Memory is PSS as
//! Linux counts it, after all connections are open and have had an event; CPU is measured over ten seconds in which
//! nothing is sent. Then the server is killed, is away for two seconds, and comes back on its port: when do the clients
//! come back, and how many of them at once?

mod client;
mod process;
mod server;

use std::time::Duration;

use process::Process;

const SIZES: [usize; 2] = [1_000, 10_000];
const IDLE: Duration = Duration::from_secs(10);
const AWAY: Duration = Duration::from_secs(2);
/// How long clients have to come back.
const PATIENCE: Duration = Duration::from_secs(30);

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["server", port] => server::run(port.parse()?),
        ["client", library, connections, port] => client::run(library, connections.parse()?, port.parse()?),
        _ => compare(),
    }
}

fn compare() -> Result<()> {
    let files = rlimit::increase_nofile_limit(u64::MAX)?;
    println!(
        "{:<20}{:>12}{:>12}{:>12}{:>12}{:>14}{:>16}  back in each second after the restart",
        "", "connections", "all open ms", "PSS MiB", "idle CPU %", "back in 30 s", "most in 100 ms"
    );
    for connections in SIZES {
        if connections as u64 + 100 > files {
            println!("{connections} connections need more open files than this machine allows ({files}): ulimit -n");
            continue;
        }
        for library in client::LIBRARIES {
            measure(library, connections)?;
        }
    }
    Ok(())
}

fn measure(library: &str, connections: usize) -> Result<()> {
    let mut server = Process::start(&["server", "0"])?;
    let port = server.line()?;
    let mut client = Process::start(&["client", library, &connections.to_string(), &port])?;
    let opened = client.line()?;
    std::thread::sleep(Duration::from_secs(1));
    let memory = client.pss_mebibytes()?;
    let before = client.cpu_seconds()?;
    std::thread::sleep(IDLE);
    let idle = (client.cpu_seconds()? - before) / IDLE.as_secs_f64() * 100.0;
    drop(server);
    std::thread::sleep(AWAY);
    let mut server = Process::start(&["server", &port])?;
    server.line()?;
    std::thread::sleep(PATIENCE);
    let arrivals = server::Arrivals::parse(&server.ask()?)?;
    println!(
        "{library:<20}{connections:>12}{opened:>12}{memory:>12.1}{idle:>12.2}{:>14}{:>16}  {}",
        arrivals.total(),
        arrivals.most(),
        arrivals.by_second(10)
    );
    Ok(())
}
