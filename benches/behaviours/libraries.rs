//! The libraries, each as its own documentation shows how to use it.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use eventsource_client::{Client as _, ClientBuilder, SSE};
use eventsource_stream::Eventsource;
use futures_util::StreamExt;
use launchdarkly_sdk_transport::HyperTransport;
use streambell_sse::{Client, Config, Connection, Signal};
use tokio::sync::mpsc::UnboundedSender;

/// What is wanted from a server.
#[derive(Clone, Default)]
pub(crate) struct Ask {
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) last_event_id: String,
}

/// Type, data and id of an event.
pub(crate) type Seen = (String, String, String);

type Running = Pin<Box<dyn Future<Output = Option<()>> + Send>>;

pub(crate) struct Library {
    pub(crate) name: &'static str,
    /// Whether it reconnects by itself, or only decodes.
    pub(crate) is_client: bool,
    /// Reads events until it gives up.
    pub(crate) read: fn(Ask, UnboundedSender<Seen>) -> Running,
}

pub(crate) const LIBRARIES: [Library; 6] = [
    Library { name: "streambell-sse", is_client: true, read: |ask, tell| Box::pin(streambell_sse(ask, tell)) },
    Library { name: "eventsource-client", is_client: true, read: |ask, tell| Box::pin(eventsource_client(ask, tell)) },
    Library {
        name: "reqwest-eventsource",
        is_client: true,
        read: |ask, tell| Box::pin(reqwest_eventsource(ask, tell)),
    },
    Library { name: "sseer", is_client: true, read: |ask, tell| Box::pin(sseer(ask, tell)) },
    Library { name: "sse-stream", is_client: false, read: |ask, tell| Box::pin(sse_stream(ask, tell)) },
    Library { name: "eventsource-stream", is_client: false, read: |ask, tell| Box::pin(eventsource_stream(ask, tell)) },
];

const IDLE: Duration = Duration::from_secs(2);

async fn streambell_sse(ask: Ask, tell: UnboundedSender<Seen>) -> Option<()> {
    let mut config = Config::new(ask.url.parse().ok()?);
    config.idle = streambell_sse::Idle::After(IDLE);
    config.last_event_id = ask.last_event_id.into();
    for (name, value) in ask.headers {
        config.headers.insert(name, value.parse().ok()?);
    }
    let mut connection = Connection::new(Client::new().ok()?, config);
    while let Some(signal) = connection.next().await {
        if let Signal::Events(events) = signal {
            for event in events {
                tell.send((event.event.to_string(), event.data.to_string(), event.id.to_string())).ok()?;
            }
        }
    }
    Some(())
}

async fn eventsource_client(ask: Ask, tell: UnboundedSender<Seen>) -> Option<()> {
    let transport = HyperTransport::builder().read_timeout(IDLE).build_http().ok()?;
    let mut client = ClientBuilder::for_url(&ask.url).ok()?;
    if !ask.last_event_id.is_empty() {
        client = client.last_event_id(ask.last_event_id);
    }
    for (name, value) in ask.headers {
        client = client.header(name, value).ok()?;
    }
    let mut stream = client.build_with_transport(transport).stream();
    while let Some(event) = stream.next().await {
        if let Ok(SSE::Event(event)) = event {
            tell.send((event.event_type, event.data, event.id.unwrap_or_default())).ok()?;
        }
    }
    Some(())
}

async fn reqwest_eventsource(ask: Ask, tell: UnboundedSender<Seen>) -> Option<()> {
    let client = reqwest_of_peer::Client::builder().read_timeout(IDLE).build().ok()?;
    let request =
        ask.headers.into_iter().fold(client.get(ask.url), |request, (name, value)| request.header(name, value));
    let mut source = reqwest_eventsource::EventSource::new(request).ok()?;
    while let Some(event) = source.next().await {
        if let Ok(reqwest_eventsource::Event::Message(event)) = event {
            tell.send((event.event, event.data, event.id)).ok()?;
        }
    }
    Some(())
}

async fn sseer(ask: Ask, tell: UnboundedSender<Seen>) -> Option<()> {
    let mut source = sseer::EventSource::new(request(&ask)?).ok()?;
    while let Some(event) = source.next().await {
        if let Ok(sseer::reqwest::StreamEvent::Event(event)) = event {
            tell.send((event.event.to_string(), event.data.to_string(), event.id.to_string())).ok()?;
        }
    }
    Some(())
}

/// The id, the default type and blocks without data are its caller's.
async fn sse_stream(ask: Ask, tell: UnboundedSender<Seen>) -> Option<()> {
    let body = request(&ask)?.send().await.ok()?.bytes_stream();
    let mut last_event_id = ask.last_event_id;
    let mut blocks = sse_stream::SseByteStream::new(body);
    while let Some(Ok(block)) = blocks.next().await {
        last_event_id = block.id.unwrap_or(last_event_id);
        if let Some(data) = block.data {
            let kind = block.event.filter(|kind| !kind.is_empty()).unwrap_or_else(|| "message".to_owned());
            tell.send((kind, data, last_event_id.clone())).ok()?;
        }
    }
    Some(())
}

async fn eventsource_stream(ask: Ask, tell: UnboundedSender<Seen>) -> Option<()> {
    let mut events = request(&ask)?.send().await.ok()?.bytes_stream().eventsource();
    events.set_last_event_id(ask.last_event_id);
    while let Some(event) = events.next().await {
        let event = event.ok()?;
        tell.send((event.event, event.data, event.id)).ok()?;
    }
    Some(())
}

/// For what brings no HTTP of its own.
fn request(ask: &Ask) -> Option<reqwest::RequestBuilder> {
    static PROVIDER: std::sync::Once = std::sync::Once::new();
    // Without one, this client cannot even be built. Nothing here speaks TLS.
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let client = reqwest::Client::builder().read_timeout(IDLE).build().ok()?;
    let headers = ask.headers.iter();
    Some(headers.fold(client.get(&ask.url), |request, (name, value)| request.header(*name, *value)))
}
