//! A notification service that records what it is asked, and whose user does what a test says. Shared by the tests of the
//! notifier alone and those of the whole program.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    sync::{mpsc, watch},
    time::{Instant, timeout},
};
use zbus::{Connection, OwnedVariant, connection::Builder, fdo, message::Header, object_server::SignalEmitter};

/// Longer than anything takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

const NAME: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";

/// Why a notification is gone, in the words of the specification.
pub(crate) const EXPIRED: u32 = 1;
pub(crate) const DISMISSED: u32 = 2;
pub(crate) const CLOSED: u32 = 3;

/// One call of `Notify`.
#[derive(Debug, Clone)]
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

/// What the service does with a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Willing,
    /// It does not answer.
    Hangs,
    /// It answers with an error.
    Refuses,
}

impl Call {
    /// The headline of what is to be shown.
    pub(crate) fn title(&self) -> Option<&str> {
        match self {
            Self::Notify(shown) => Some(&shown.title),
            _ => None,
        }
    }
}

struct Interface {
    capabilities: Vec<String>,
    calls: mpsc::UnboundedSender<Call>,
    last: Arc<Mutex<u32>>,
    mood: watch::Receiver<Mood>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Interface {
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
    ) -> fdo::Result<u32> {
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
        let mut mood = self.mood.clone();
        match *mood.wait_for(|mood| *mood != Mood::Hangs).await.unwrap() {
            Mood::Refuses => Err(fdo::Error::LimitsExceeded("the screen is full".into())),
            _ => Ok(id),
        }
    }

    async fn close_notification(&self, id: u32, #[zbus(signal_emitter)] emitter: SignalEmitter<'_>) {
        self.calls.send(Call::Close(id)).unwrap();
        Self::notification_closed(&emitter, id, CLOSED).await.unwrap();
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("recorder", "streambell", "1", "1.2")
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn activation_token(emitter: &SignalEmitter<'_>, id: u32, token: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(emitter: &SignalEmitter<'_>, id: u32, reason: u32) -> zbus::Result<()>;
}

/// The running service.
pub(crate) struct Service {
    pub(crate) connection: Connection,
    calls: mpsc::UnboundedReceiver<Call>,
    mood: watch::Sender<Mood>,
    screen: BTreeMap<u32, Shown>,
}

impl Service {
    /// On the bus of this process.
    pub(crate) async fn start(capabilities: &[&str]) -> Self {
        Self::build(Builder::session(), capabilities).await
    }

    /// On the bus of a desktop.
    pub(crate) async fn start_at(address: &str, capabilities: &[&str]) -> Self {
        Self::build(Builder::address(address), capabilities).await
    }

    async fn build(builder: Builder<'_>, capabilities: &[&str]) -> Self {
        let (sender, calls) = mpsc::unbounded_channel();
        let (mood, felt) = watch::channel(Mood::Willing);
        let capabilities = capabilities.iter().map(ToString::to_string).collect();
        let interface = Interface { capabilities, calls: sender, last: Arc::default(), mood: felt };
        let connection = builder.serve_at(OBJECT, interface).name(NAME).build().await.unwrap();
        Self { connection, calls, mood, screen: BTreeMap::new() }
    }

    pub(crate) async fn stop(self) {
        self.connection.close().await.unwrap();
    }

    /// What it does with notifications from now on.
    pub(crate) fn feel(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }

    /// The next call.
    pub(crate) async fn call(&mut self) -> Call {
        let call = timeout(PATIENCE, self.calls.recv()).await.expect("in time").expect("more");
        match &call {
            Call::Notify(shown) => drop(self.screen.insert(shown.id, (**shown).clone())),
            Call::Close(id) => drop(self.screen.remove(id)),
            Call::Capabilities => {}
        }
        call
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

    /// The next that is closed by the program. A question for capabilities may come before it.
    pub(crate) async fn closed(&mut self) -> u32 {
        loop {
            match self.call().await {
                Call::Capabilities => {}
                Call::Close(id) => return id,
                Call::Notify(shown) => panic!("{shown:?}"),
            }
        }
    }

    /// What the calls so far have left on the screen, by number.
    pub(crate) fn screen(&self) -> &BTreeMap<u32, Shown> {
        &self.screen
    }

    /// The user presses a button.
    pub(crate) async fn press(&self, id: u32, key: &str) {
        press(&self.connection, id, key).await;
    }

    /// A notification goes.
    pub(crate) async fn close(&mut self, id: u32, reason: u32) {
        self.screen.remove(&id);
        Interface::notification_closed(&emitter(&self.connection), id, reason).await.unwrap();
    }
}

/// What a service of these days can do.
pub(crate) const ALL: &[&str] = &["body", "body-markup", "actions", "sound", "persistence", "icon-static"];

/// Some program says that the user pressed a button.
pub(crate) async fn press(connection: &Connection, id: u32, key: &str) {
    Interface::activation_token(&emitter(connection), id, "token").await.unwrap();
    Interface::action_invoked(&emitter(connection), id, key).await.unwrap();
}

fn emitter(connection: &Connection) -> SignalEmitter<'_> {
    SignalEmitter::new(connection, OBJECT).unwrap()
}
