//! The clients: so many connections with one library, each a task that reads its events.

use std::time::Instant;

use eventsource_client::{Client as _, ClientBuilder, SSE};
use futures_util::StreamExt;
use launchdarkly_sdk_transport::HyperTransport;
use reqwest_eventsource::{Event, EventSource};
use streambell_sse::{Client, Config, Connection, Signal, parse_url};
use tokio::sync::mpsc;

use crate::Result;

pub(crate) const LIBRARIES: [&str; 3] = ["streambell-sse", "reqwest-eventsource", "eventsource-client"];

/// Told with each connection's events.
type Tell = mpsc::UnboundedSender<()>;

/// Opens them all, says how many milliseconds that took, and keeps them open.
pub(crate) fn run(library: &str, connections: usize, port: u16) -> Result<()> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let url = format!("http://127.0.0.1:{port}/events");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (tell, mut events) = mpsc::unbounded_channel();
        let start = Instant::now();
        match library {
            "streambell-sse" => streambell_sse(&url, connections, &tell)?,
            "reqwest-eventsource" => reqwest_eventsource(&url, connections, &tell)?,
            "eventsource-client" => eventsource_client(&url, connections, &tell)?,
            _ => return Err(format!("no library {library}").into()),
        }
        for _ in 0..connections {
            events.recv().await;
        }
        println!("{}", start.elapsed().as_millis());
        while events.recv().await.is_some() {}
        Ok(())
    })
}

fn streambell_sse(url: &str, connections: usize, tell: &Tell) -> Result<()> {
    let client = Client::new()?;
    for _ in 0..connections {
        let mut connection = Connection::new(client.clone(), Config::new(parse_url(url)?));
        let tell = tell.clone();
        tokio::spawn(async move {
            while let Some(signal) = connection.next().await {
                if let Signal::Events(events) = signal {
                    events.iter().for_each(|_| told(&tell));
                }
            }
        });
    }
    Ok(())
}

fn reqwest_eventsource(url: &str, connections: usize, tell: &Tell) -> Result<()> {
    let client = reqwest_of_peer::Client::new();
    for _ in 0..connections {
        let mut source = EventSource::new(client.get(url))?;
        let tell = tell.clone();
        tokio::spawn(async move {
            while let Some(event) = source.next().await {
                if let Ok(Event::Message(_)) = event {
                    told(&tell);
                }
            }
        });
    }
    Ok(())
}

fn eventsource_client(url: &str, connections: usize, tell: &Tell) -> Result<()> {
    let transport = HyperTransport::builder().build_https()?;
    for _ in 0..connections {
        let client = ClientBuilder::for_url(url).map_err(|error| error.to_string())?;
        let client = client.build_with_transport(transport.clone());
        let tell = tell.clone();
        tokio::spawn(async move {
            let mut stream = client.stream();
            while let Some(event) = stream.next().await {
                if let Ok(SSE::Event(_)) = event {
                    told(&tell);
                }
            }
        });
    }
    Ok(())
}

fn told(tell: &Tell) {
    // Nobody listens any more when the program ends.
    let _ = tell.send(());
}
