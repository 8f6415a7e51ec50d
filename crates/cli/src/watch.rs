//! `watch`: follows one feed and prints its events.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;
use streambell_sse::{Client, Connection, Event, watch_surroundings};

use crate::{args::Watch, failure::Failure, stream};

/// One line of output.
#[derive(Serialize)]
struct Line<'a> {
    event: &'a str,
    data: &'a str,
    id: &'a str,
    /// When it was received: RFC 3339 in UTC, to the millisecond.
    time: &'a str,
}

/// Ends well when the server says that there is no more to come (204), or the output's reader has seen enough. Ctrl-C
/// ends the process as the system does it: what was received is printed by then.
pub(crate) async fn watch(args: Watch) -> Result<(), Failure> {
    let config = stream::config(&args.url, &args.asking)?;
    let client = Client::new().map_err(Failure::failed)?;
    tokio::spawn(watch_surroundings(client.clone()));
    let mut output = io::stdout();
    stream::follow(Connection::new(client, config), |events| Ok(print(&mut output, events, Timestamp::now())?)).await
}

/// Prints what came together, together: one write.
fn print(output: &mut impl Write, events: &[Event], now: Timestamp) -> io::Result<()> {
    let time = format!("{now:.3}");
    let mut lines = Vec::new();
    for Event { event, data, id } in events {
        serde_json::to_writer(&mut lines, &Line { event, data, id, time: &time })?;
        lines.push(b'\n');
    }
    output.write_all(&lines)?;
    output.flush()
}
