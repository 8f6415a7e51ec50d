//! `watch`: follows one feed and prints its events.

use std::{
    future,
    io::{self, Write},
    time::Duration,
};

use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use serde::Serialize;
use streambell_engine::model::Certificates;
use streambell_sse::{
    Cause, Client, Config, Connection, Event, Opened, Proxy, Signal, Status, Tls, parse_url, watch_surroundings,
};
use tokio::time::{Instant, sleep_until};

use crate::{args::Watch, failure::Failure, secret};

/// After so long, whoever watches begins to wonder.
const LONG: Duration = Duration::from_secs(10);

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
    let config = config(&args)?;
    let client = Client::new().map_err(Failure::failed)?;
    tokio::spawn(watch_surroundings(client.clone()));
    let mut connection = Connection::new(client, config);
    let mut output = io::stdout();
    let mut quiet = Quiet::default();
    loop {
        let signal = tokio::select! {
            signal = connection.next() => signal,
            () = quiet.for_long() => {
                eprintln!("{}", why_quiet(&connection));
                continue;
            }
        };
        quiet.begins(matches!(signal, Some(Signal::Status(Status::Connecting | Status::Open))));
        match signal {
            None => return Ok(()),
            Some(Signal::Events(events)) => print(&mut output, &events, Timestamp::now())?,
            Some(Signal::Status(Status::Stopped(Cause::Gone { status: 204 }))) => {
                eprintln!("ended: the server has nothing more to send (204)");
                return Ok(());
            }
            Some(Signal::Status(Status::Stopped(cause))) => return Err(Failure::failed(cause)),
            Some(Signal::Status(status)) => eprintln!("{}", in_words(&status, connection.opened())),
        }
    }
}

/// A connection that tells nothing for a while, though it could: that is explained, once.
#[derive(Default)]
struct Quiet {
    since: Option<Instant>,
}

impl Quiet {
    fn begins(&mut self, now: bool) {
        self.since = now.then(Instant::now);
    }

    async fn for_long(&mut self) {
        match self.since {
            Some(since) => sleep_until(since + LONG).await,
            None => future::pending().await,
        }
        self.since = None;
    }
}

fn why_quiet(connection: &Connection) -> String {
    let seconds = LONG.as_secs();
    match connection.opened() {
        Some(opened) => format!("nothing came for {seconds} s. {}", opened.why_silent()),
        None => format!("no answer for {seconds} s. Some servers give none before their first event."),
    }
}

fn config(args: &Watch) -> Result<Config, Failure> {
    let mut url = parse_url(&args.url).map_err(Failure::usage)?;
    let credentials = streambell_sse::split_credentials(&mut url);
    let mut config = Config::new(url);
    if let Some((user, password)) = credentials {
        let value = basic(&user, &password).ok_or_else(|| Failure::usage("the login in the URL cannot be sent"))?;
        config.headers.insert(http::header::AUTHORIZATION, value);
    }
    for line in &args.headers {
        let (name, value) = secret::header(line)?;
        let wrong = || Failure::usage("a header is written -H 'Name: value'");
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        let mut value = HeaderValue::from_str(value).map_err(|_| wrong())?;
        value.set_sensitive(true);
        config.headers.append(name, value);
    }
    config.last_event_id = args.last_event_id.as_str().into();
    if let Some(proxy) = secret::proxy(&args.route)? {
        config.proxy = Proxy::parse(&proxy).map_err(Failure::usage)?;
    }
    if let Some(Certificates { roots, client, key }) = secret::certificates(&args.route)? {
        config.tls = Tls::from_pem(roots.as_deref(), client.as_deref().zip(key.as_deref())).map_err(Failure::usage)?;
    }
    Ok(config)
}

fn basic(user: &str, password: &str) -> Option<HeaderValue> {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let mut value =
        HeaderValue::from_str(&format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))).ok()?;
    value.set_sensitive(true);
    Some(value)
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

fn in_words(status: &Status, opened: Option<&Opened>) -> String {
    match status {
        Status::Connecting => "connecting".to_owned(),
        Status::Open => opened.map_or_else(|| "open".to_owned(), |opened| format!("open {opened}")),
        Status::Waiting { delay, cause, .. } => format!("waiting {:.1} s: {cause}", delay.as_secs_f64()),
        Status::Stopped(cause) => format!("stopped: {cause}"),
    }
}
