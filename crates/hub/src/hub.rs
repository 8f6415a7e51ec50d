//! The running hub: its settings, its start, its end.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api::Things;
use crate::demo::Demos;
use crate::door::Door;
use crate::event::EventId;
use crate::intake::Intake;
use crate::message::Message;
use crate::metrics::Metrics;
use crate::routes::{self, Shared};
use crate::server::Server;
use crate::store::{Listed, OpenError, Post, Retention, Room, Store, StoreError, StorePlace};
use crate::subscription::Rhythm;
use crate::tls::CertificateError;
use crate::tokens::TokenError;
use crate::topic::{NotATopicName, TopicName};

/// How long streams get to end by themselves when the hub shuts down.
const FAREWELL: Duration = Duration::from_millis(1000);
/// Connections beyond those of subscribers: publishers, and those who are told that there is no room.
const SPARE_CONNECTIONS: usize = 256;

/// How long a start in memory takes at least, so that the clock has moved on since an earlier hub's last event.
const FRESH: Duration = Duration::from_millis(2);

/// How a hub is set up.
#[derive(Debug, Clone)]
pub struct HubConfig {
    /// Where to listen. Port 0 takes a free one. Other machines are let in only with tokens.
    pub listen: SocketAddr,
    /// Who may come in.
    pub door: Door,
    /// Whether there are demo feeds under `/demo/`, and a chat that speaks by itself at `/api/sse`.
    pub demo: bool,
    /// Where in their recordings the demo feeds begin: the same seed tells the same story. None: each start elsewhere.
    pub seed: Option<u64>,
    /// Where events are kept.
    pub store: StorePlace,
    /// How much of each topic is kept.
    pub retention: Retention,
    /// What the hub takes on.
    pub limits: Limits,
    /// How long clients wait before they reconnect.
    pub retry: Duration,
    /// A comment is sent on a stream after so long without an event.
    pub keep_alive: Duration,
    /// A subscriber that takes nothing for so long, while there is something for it, is cut.
    pub stall: Duration,
}

/// What a hub takes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Topics that hold an event or have a subscriber.
    pub topics: usize,
    /// Open streams.
    pub subscribers: usize,
    /// Bytes of a published body.
    pub body: usize,
    /// Requests a second of one client, which may save up ten seconds of them; 0 is any number. None: any number where
    /// only this machine can reach the hub, and 20 elsewhere.
    pub rate: Option<u32>,
    /// Requests at a time of one client, open streams among them; 0 is any number. None: any number where only this
    /// machine can reach the hub, and 100 elsewhere.
    pub per_client: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { topics: 256, subscribers: 1000, body: 256 * 1024, rate: None, per_client: None }
    }
}

impl Default for HubConfig {
    fn default() -> Self {
        HubConfig {
            listen: (Ipv4Addr::LOCALHOST, 7788).into(),
            door: Door::default(),
            demo: true,
            seed: None,
            store: StorePlace::default(),
            retention: Retention::default(),
            limits: Limits::default(),
            retry: Duration::from_secs(2),
            keep_alive: Duration::from_secs(15),
            stall: Duration::from_secs(15),
        }
    }
}

/// Why a hub did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// Something else listens on the port.
    #[error("port {port} is taken, perhaps by another Streambell: close that program, or choose another port")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// Others can reach the hub, and it would not know whom to let in.
    #[error("others can reach the hub {how}, and it has no tokens: make one first: streambell hub token add NAME")]
    NoTokens {
        /// How they can.
        how: String,
    },
    /// The tokens cannot be had.
    #[error(transparent)]
    Tokens(#[from] TokenError),
    /// HTTPS cannot be spoken.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The system refused the address.
    #[error("cannot listen on {addr} ({source}): choose another address or port")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The topic has an impossible name.
    #[error(transparent)]
    Topic(#[from] NotATopicName),
    /// There are as many topics as the hub takes.
    #[error("the hub has as many topics as it takes: use one of them, or raise the limit")]
    TooManyTopics,
    /// Where events are kept cannot be used.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// Nothing can be kept now.
    #[error("{0}")]
    NotKept(String),
}

/// A running hub. It stops when it is dropped; [`Hub::shutdown`] does it in good order.
#[derive(Debug)]
pub struct Hub {
    addr: SocketAddr,
    intake: Arc<Intake>,
    stop: CancellationToken,
    kill: CancellationToken,
    tasks: TaskTracker,
}

impl Hub {
    /// Starts a hub. When this returns, it listens.
    pub async fn start(config: HubConfig) -> Result<Hub, HubError> {
        let mut entrance = config.door.open(config.listen, config.limits)?;
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => HubError::PortTaken { port: config.listen.port() },
            _ => HubError::Listen { addr: config.listen, source },
        };
        let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
        let addr = listener.local_addr().map_err(failed)?;
        entrance.addr = addr;
        // Ids are times: a hub that was here a moment ago must not have given out one of the same millisecond.
        tokio::time::sleep(FRESH).await;

        let Limits { topics, subscribers, body, .. } = config.limits;
        let (stop, kill, tasks) = (CancellationToken::new(), CancellationToken::new(), TaskTracker::new());
        let room = Room { topics, subscribers };
        let store = Store::open(config.store, config.retention, room, &tasks, &stop).await?;
        let demos = config.demo.then(|| {
            let seed = config.seed.unwrap_or_else(rand::random);
            Arc::new(Demos::start(seed, subscribers, &tasks, &stop))
        });
        let rhythm = Rhythm { retry: config.retry, keep_alive: config.keep_alive };
        let intake = Arc::new(Intake { store, metrics: Arc::new(Metrics::new()) });
        let things = Things::open(intake.clone(), rhythm, config.demo, &tasks, &stop);
        let shared = Shared { intake: intake.clone(), demos, things, rhythm, stop: stop.clone() };
        let server = Server {
            certificate: entrance.certificate.clone(),
            router: routes::router(shared, entrance, body),
            max_connections: subscribers + SPARE_CONNECTIONS,
            stall: config.stall,
            stop: stop.clone(),
            kill: kill.clone(),
            connections: tasks.clone(),
            metrics: intake.metrics.clone(),
        };
        tasks.spawn(server.run(listener));
        tracing::info!(%addr, "the hub listens");
        Ok(Hub { addr, intake, stop, kill, tasks })
    }

    /// Where the hub listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Publishes a message. When this returns, the hub keeps it and its subscribers are being served.
    pub async fn publish(&self, topic: &str, message: Message) -> Result<EventId, HubError> {
        let topic: TopicName = topic.parse()?;
        self.intake.publish(Post { topic, message, replaces: None }).await.map_err(|error| match error {
            StoreError::Topics => HubError::TooManyTopics,
            other => HubError::NotKept(other.to_string()),
        })
    }

    /// The topics that hold events or have subscribers here, in the order of their names.
    pub async fn topics(&self) -> Result<BTreeMap<TopicName, Listed>, HubError> {
        self.intake.store.topics().await.map_err(|error| HubError::NotKept(error.to_string()))
    }

    /// Ends every stream, so that clients reconnect when there is a hub again, and frees the port. Takes a second at
    /// most: a client that does not take its end by then is dropped.
    pub async fn shutdown(&self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(FAREWELL, self.tasks.wait()).await.is_err() {
            self.kill.cancel();
            self.tasks.wait().await;
        }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.stop.cancel();
        self.kill.cancel();
    }
}
