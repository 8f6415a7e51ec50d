//! A notification service that records what it is asked, and whose user does what a test says.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

use tokio::{
    sync::{mpsc, watch},
    time::{Instant, timeout},
};
use zbus::{Connection, OwnedVariant, message::Header, object_server::SignalEmitter};

use crate::support::PATIENCE;

const NAME: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";

/// Why a notification is gone, in the words of the specification.
pub(crate) const EXPIRED: u32 = 1;
pub(crate) const DISMISSED: u32 = 2;
pub(crate) const CLOSED: u32 = 3;

/// One call of `Notify`.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The number that it was given.
    pub(crate) id: u32,
    pub(crate) app: String,
    pub(crate) replaces: u32,
    pub(crate) icon: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) actions: Vec<String>,
    /// As text: `i 40`.
    pub(crate) hints: BTreeMap<String, String>,
    pub(crate) stays: i32,
    pub(crate) at: Instant,
    pub(crate) by: String,
}

/// What the service was asked.
#[derive(Debug)]
pub(crate) enum Call {
    Capabilities,
    Notify(Box<Shown>),
    Close(u32),
}

struct Service {
    capabilities: Vec<String>,
    calls: mpsc::UnboundedSender<Call>,
    last: Arc<Mutex<u32>>,
    hangs: watch::Receiver<bool>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    fn get_capabilities(&self) -> Vec<String> {
        self.calls.send(Call::Capabilities).unwrap();
        self.capabilities.clone()
    }

    #[expect(clippy::too_many_arguments, reason = "the specification has so many")]
    async fn notify(
        &self,
        app: String,
        replaces: u32,
        icon: String,
        title: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedVariant>,
        stays: i32,
        #[zbus(header)] header: Header<'_>,
    ) -> u32 {
        let at = Instant::now();
        let by = header.sender().unwrap().to_string();
        let id = if replaces > 0 {
            replaces
        } else {
            let mut last = self.last.lock().unwrap();
            *last += 1;
            *last
        };
        let hints = hints.into_iter().map(|(name, value)| (name, value.to_string())).collect();
        let shown = Shown { id, app, replaces, icon, title, body, actions, hints, stays, at, by };
        self.calls.send(Call::Notify(Box::new(shown))).unwrap();
        let mut hangs = self.hangs.clone();
        hangs.wait_for(|hangs| !hangs).await.unwrap();
        id
    }

    fn close_notification(&self, id: u32) {
        self.calls.send(Call::Close(id)).unwrap();
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn activation_token(emitter: &SignalEmitter<'_>, id: u32, token: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(emitter: &SignalEmitter<'_>, id: u32, reason: u32) -> zbus::Result<()>;
}

/// The running service.
pub(crate) struct Desktop {
    pub(crate) connection: Connection,
    calls: mpsc::UnboundedReceiver<Call>,
    hangs: watch::Sender<bool>,
}

impl Desktop {
    pub(crate) async fn start(capabilities: &[&str]) -> Self {
        let (sender, calls) = mpsc::unbounded_channel();
        let (hangs, gate) = watch::channel(false);
        let capabilities = capabilities.iter().map(ToString::to_string).collect();
        let service = Service { capabilities, calls: sender, last: Arc::default(), hangs: gate };
        let builder = zbus::connection::Builder::session().serve_at(OBJECT, service).name(NAME);
        Self { connection: builder.build().await.unwrap(), calls, hangs }
    }

    /// One that can do all.
    pub(crate) async fn full() -> Self {
        Self::start(&["body", "body-markup", "actions", "sound", "persistence", "icon-static"]).await
    }

    pub(crate) async fn stop(self) {
        self.connection.close().await.unwrap();
    }

    /// Whether it takes notifications without answering.
    pub(crate) fn hang(&self, hangs: bool) {
        self.hangs.send_replace(hangs);
    }

    pub(crate) async fn call(&mut self) -> Call {
        timeout(PATIENCE, self.calls.recv()).await.expect("in time").expect("more")
    }

    /// The next notification. A question for capabilities may come before it.
    pub(crate) async fn shown(&mut self) -> Shown {
        loop {
            match self.call().await {
                Call::Capabilities => {}
                Call::Notify(shown) => return *shown,
                Call::Close(id) => panic!("{id} was closed"),
            }
        }
    }

    /// The next that is closed by the program.
    pub(crate) async fn closed(&mut self) -> u32 {
        match self.call().await {
            Call::Close(id) => id,
            other => panic!("{other:?}"),
        }
    }

    /// The user presses a button.
    pub(crate) async fn press(&self, id: u32, key: &str) {
        press(&self.connection, id, key).await;
    }

    /// A notification goes.
    pub(crate) async fn close(&self, id: u32, reason: u32) {
        Service::notification_closed(&emitter(&self.connection), id, reason).await.unwrap();
    }
}

/// Some program says that the user pressed a button.
pub(crate) async fn press(connection: &Connection, id: u32, key: &str) {
    Service::activation_token(&emitter(connection), id, "token").await.unwrap();
    Service::action_invoked(&emitter(connection), id, key).await.unwrap();
}

fn emitter(connection: &Connection) -> SignalEmitter<'_> {
    SignalEmitter::new(connection, OBJECT).unwrap()
}
