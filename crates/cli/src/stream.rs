//! A stream that a command follows: how it is asked for, and what is said of it on standard error.

use std::{future, time::Duration};

use http::{HeaderName, HeaderValue};
use streambell_engine::model::Certificates;
use streambell_sse::{
    Cause, Config, Connection, Event, Opened, Proxy, Signal, Status, Tls, parse_url, split_credentials,
};
use tokio::time::{Instant, sleep_until};

use crate::{args::Asking, failure::Failure, secret};

/// After so long, whoever watches begins to wonder.
const LONG: Duration = Duration::from_secs(10);

/// Hands on the events of a stream, those of one chunk together, and tells how it stands. Ends well when the server says
/// that there is no more to come (204).
pub(crate) async fn follow(
    mut connection: Connection,
    mut take: impl FnMut(&[Event]) -> Result<(), Failure>,
) -> Result<(), Failure> {
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
            Some(Signal::Events(events)) => take(&events)?,
            Some(Signal::Lost) => {
                eprintln!("the server does not keep what it was to go on after: events may be missing here")
            }
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

/// What is asked of an address.
///
/// # Errors
/// When the address or what goes with it is wrong.
pub(crate) fn config(url: &str, asking: &Asking) -> Result<Config, Failure> {
    let mut url = parse_url(url).map_err(Failure::usage)?;
    let credentials = split_credentials(&mut url);
    let mut config = Config::new(url);
    if let Some((user, password)) = credentials {
        let value = basic(&user, &password).ok_or_else(|| Failure::usage("the login in the URL cannot be sent"))?;
        config.headers.insert(http::header::AUTHORIZATION, value);
    }
    for line in &asking.headers {
        let (name, value) = secret::header(line)?;
        let wrong = || Failure::usage("a header is written -H 'Name: value'");
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        let mut value = HeaderValue::from_str(value).map_err(|_| wrong())?;
        value.set_sensitive(true);
        config.headers.append(name, value);
    }
    config.last_event_id = asking.last_event_id.as_str().into();
    if let Some(proxy) = secret::proxy(&asking.route)? {
        config.proxy = Proxy::parse(&proxy).map_err(Failure::usage)?;
    }
    if let Some(Certificates { roots, client, key }) = secret::certificates(&asking.route)? {
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

fn in_words(status: &Status, opened: Option<&Opened>) -> String {
    match status {
        Status::Connecting => "connecting".to_owned(),
        Status::Open => opened.map_or_else(|| "open".to_owned(), |opened| format!("open {opened}")),
        Status::Waiting { delay, cause, .. } => format!("waiting {:.1} s: {cause}", delay.as_secs_f64()),
        Status::Stopped(cause) => format!("stopped: {cause}"),
    }
}
