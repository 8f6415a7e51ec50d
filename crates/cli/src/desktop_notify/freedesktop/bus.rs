//! One connection to the session's message bus, and what it says of notifications.

use std::{collections::VecDeque, fmt};

use futures_util::StreamExt;
use serde::Serialize;
use tokio::{
    task::JoinHandle,
    time::{Duration, timeout},
};
use zbus::{
    Connection, DynamicType, Message, MessageStream, fdo,
    message::{Flags, Sequence, Type},
    names::{BusName, OwnedUniqueName},
};

/// What is called takes no longer to answer if it works.
const ANSWER: Duration = Duration::from_secs(5);
/// Signals that may wait while a call runs. Other programs' notifications are among them.
const HEARD: usize = 1024;

const SERVICE: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";

/// What the bus is asked to pass on.
const WANTED: [&str; 2] = [
    "type='signal',sender='org.freedesktop.Notifications',interface='org.freedesktop.Notifications'",
    "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.freedesktop.Notifications'",
];

/// Why a notification is not shown.
#[derive(Debug)]
pub(super) enum Problem {
    /// Who was called is gone, or the bus is: another may be there.
    Gone(zbus::Error),
    /// It said no.
    Refused(zbus::Error),
    /// It said nothing for too long.
    Silent,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone(error) | Self::Refused(error) => error.fmt(f),
            Self::Silent => write!(f, "no answer for {} s", ANSWER.as_secs()),
        }
    }
}

impl From<zbus::Error> for Problem {
    fn from(error: zbus::Error) -> Self {
        match &error {
            zbus::Error::InputOutput(_) => Self::Gone(error),
            zbus::Error::FDO(known) => match **known {
                fdo::Error::ServiceUnknown(_) | fdo::Error::NameHasNoOwner(_) | fdo::Error::NoReply(_) => {
                    Self::Gone(error)
                }
                _ => Self::Refused(error),
            },
            _ => Self::Refused(error),
        }
    }
}

/// Something that was said, and when in the order of all that comes over the connection.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) at: Sequence,
    pub(super) signal: Signal,
}

/// What is said without being asked.
#[derive(Debug)]
pub(super) enum Signal {
    /// Another program is the notification service now, or none is.
    Owner(Option<OwnedUniqueName>),
    /// The user pressed a button.
    Pressed { service: OwnedUniqueName, id: u32, key: String },
    /// A notification is gone, for this reason.
    Closed { service: OwnedUniqueName, id: u32, reason: u32 },
    /// The connection is lost, and with it all that was known.
    Lost,
}

/// The connection.
pub(super) struct Bus {
    connection: Connection,
    /// All that comes in, in order.
    incoming: MessageStream,
    /// What came while a call ran.
    waiting: VecDeque<Heard>,
}

impl Bus {
    pub(super) async fn connect() -> Result<Self, Problem> {
        timeout(ANSWER, Self::connect_and_listen()).await.map_err(|_| Problem::Silent)?.map_err(Problem::Refused)
    }

    async fn connect_and_listen() -> zbus::Result<Self> {
        let connection = Connection::session().await?;
        let incoming = MessageStream::from(&connection);
        let mut bus = Self { connection, incoming, waiting: VecDeque::new() };
        for rule in WANTED {
            let name = "org.freedesktop.DBus";
            let call = bus.connection.call_method(Some(name), "/org/freedesktop/DBus", Some(name), "AddMatch", &rule);
            call.await?;
        }
        bus.waiting.clear();
        Ok(bus)
    }

    /// Calls whoever is the service now, starting it if the system knows how. The answer tells who it was.
    pub(super) async fn call_service(&mut self, method: &'static str) -> Result<Message, Problem> {
        let mut call = self.begin(SERVICE.try_into()?, method, ());
        let answer = self.answer(&mut call).await;
        call.abort();
        answer
    }

    /// Calls one program. The call goes on when nobody waits for its [`answer`](Self::answer) any more.
    pub(super) fn call<B>(&self, service: &OwnedUniqueName, method: &'static str, arguments: B) -> Call
    where
        B: Serialize + DynamicType + Send + Sync + 'static,
    {
        self.begin(BusName::from(service.clone()), method, arguments)
    }

    fn begin<B>(&self, to: BusName<'static>, method: &'static str, arguments: B) -> Call
    where
        B: Serialize + DynamicType + Send + Sync + 'static,
    {
        let connection = self.connection.clone();
        tokio::spawn(async move { connection.call_method(Some(to), OBJECT, Some(SERVICE), method, &arguments).await })
    }

    /// Waits for an answer, but not for ever. Signals that come before it are kept for [`next`](Self::next).
    pub(super) async fn answer(&mut self, call: &mut Call) -> Result<Message, Problem> {
        let mut call = std::pin::pin!(timeout(ANSWER, call));
        loop {
            tokio::select! {
                answer = &mut call => {
                    let ended = answer.map_err(|_| Problem::Silent)?;
                    return Ok(ended.map_err(|panic| zbus::Error::Failure(panic.to_string()))??);
                }
                // The stream has no room of its own, so it must not be left alone.
                heard = hear(&mut self.incoming), if self.waiting.len() < HEARD => self.waiting.push_back(heard),
            }
        }
    }

    /// Asks one program to close a notification. Whether it does is its own affair.
    pub(super) async fn close(&self, service: &OwnedUniqueName, id: u32) {
        let message = || {
            Message::method_call(OBJECT, "CloseNotification")
                .destination(service)
                .interface(SERVICE)
                .with_flags(Flags::NO_REPLY_EXPECTED)
                .build(&(id,))
        };
        let send = async { self.connection.send(&message()?).await };
        if let Ok(Err(error)) = timeout(ANSWER, send).await {
            tracing::debug!(%error, "a notification cannot be closed");
        }
    }

    /// Names the bus: another has another.
    pub(super) fn guid(&self) -> String {
        self.connection.server_guid().to_string()
    }

    /// Whether the bus is gone.
    pub(super) fn is_closed(&self) -> bool {
        self.connection.is_closed()
    }

    /// What is said next. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Heard {
        match self.waiting.pop_front() {
            Some(heard) => heard,
            None => hear(&mut self.incoming).await,
        }
    }
}

/// A call that runs by itself.
pub(super) type Call = JoinHandle<zbus::Result<Message>>;

async fn hear(incoming: &mut MessageStream) -> Heard {
    loop {
        match incoming.next().await {
            Some(Ok(message)) => {
                if let Some(signal) = signal(&message) {
                    return Heard { at: message.recv_position(), signal };
                }
            }
            Some(Err(_)) | None => return Heard { at: Sequence::default(), signal: Signal::Lost },
        }
    }
}

/// What a message tells of notifications. `ActivationToken` does not count: the window asks for the focus without it.
fn signal(message: &Message) -> Option<Signal> {
    let header = message.header();
    if header.message_type() != Type::Signal {
        return None;
    }
    let service = OwnedUniqueName::from(header.sender()?.to_owned());
    let body = message.body();
    match (header.interface()?.as_str(), header.member()?.as_str()) {
        (SERVICE, "ActionInvoked") => {
            let (id, key) = body.deserialize().ok()?;
            Some(Signal::Pressed { service, id, key })
        }
        (SERVICE, "NotificationClosed") => {
            let (id, reason) = body.deserialize().ok()?;
            Some(Signal::Closed { service, id, reason })
        }
        ("org.freedesktop.DBus", "NameOwnerChanged") => {
            let (name, _, owner): (&str, &str, &str) = body.deserialize().ok()?;
            (name == SERVICE).then(|| Signal::Owner(OwnedUniqueName::try_from(owner).ok()))
        }
        _ => None,
    }
}
