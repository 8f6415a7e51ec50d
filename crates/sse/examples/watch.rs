//! Prints a feed's events as they come, and how its connection fares: `cargo run --example watch -- URL [ID]`.

use std::process::ExitCode;

use http::HeaderValue;
use http::header::AUTHORIZATION;
use streambell_sse::{Cause, Client, Config, Connection, Signal, Status, parse_url};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let url = match parse_url(&arguments.next().unwrap_or_default()) {
        Ok(url) => url,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let mut config = Config::new(url);
    config.last_event_id = arguments.next().unwrap_or_default().into();
    if let Some(value) = std::env::var("AUTHORIZATION").ok().and_then(|value| HeaderValue::try_from(value).ok()) {
        config.headers.insert(AUTHORIZATION, value);
    }
    let client = match Client::new() {
        Ok(client) => client,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    watch(Connection::new(client, config)).await
}

async fn watch(mut connection: Connection) -> ExitCode {
    while let Some(signal) = connection.next().await {
        match signal {
            Signal::Lost => eprintln!("events may be missing here"),
            Signal::Events(events) => {
                for event in events {
                    println!("{}\t{}\t{}", event.event, event.id, event.data.replace('\n', "\n\t\t"));
                }
            }
            Signal::Status(Status::Connecting) => eprintln!("connecting"),
            Signal::Status(Status::Open) => eprintln!("open"),
            Signal::Status(Status::Waiting { delay, cause, .. }) => {
                eprintln!("{cause} Next try in {:.1} s. [{}]", delay.as_secs_f64(), cause.code());
            }
            Signal::Status(Status::Stopped(cause)) => {
                eprintln!("{cause} [{}]", cause.code());
                return if cause == (Cause::Gone { status: 204 }) { ExitCode::SUCCESS } else { ExitCode::FAILURE };
            }
        }
    }
    ExitCode::FAILURE
}
