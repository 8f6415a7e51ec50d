//! A connection to a feed, in the dialect of its server: what comes is understood, and what must be answered is answered.

use ecow::EcoString;
use streambell_sse as sse;
use tokio::time::Instant;

use crate::{
    EngineError,
    contain::contained,
    dialect::{Heard, Interpreter},
    mapping::Mapped,
    model::{Dialect, Mapping},
};

/// What a conversation has to tell.
pub(crate) enum Signal {
    /// Its status changed.
    Status(sse::Status),
    /// Events came: all of one chunk.
    Events(Understood),
    /// What was missed is not kept by the server any more.
    Lost,
    /// Understanding an event met a panic. What those before it mean, and its id, after which the feed goes on when the
    /// user resumes it.
    Broken(Understood, EcoString),
}

/// Events, and what they mean.
pub(crate) type Understood = Vec<(sse::Event, Mapped)>;

/// A connection, and what is particular about it.
pub(crate) struct Conversation {
    connection: sse::Connection,
    interpreter: Interpreter,
    /// What the server has said, after which nothing else is heard of it.
    refused: Option<sse::Cause>,
}

impl Conversation {
    /// One that is opened by the first call of [`next`](Self::next).
    ///
    /// # Errors
    /// When the mapping or the dialect is wrong.
    pub(crate) fn new(
        client: sse::Client,
        config: sse::Config,
        map: &Mapping,
        dialect: &Dialect,
    ) -> Result<Self, EngineError> {
        let connection = sse::Connection::new(client, config);
        Ok(Self { interpreter: Interpreter::new(map, dialect)?, connection, refused: None })
    }

    /// The next thing that happens. `None` once it has said that it stopped. Cancel-safe.
    pub(crate) async fn next(&mut self) -> Option<Signal> {
        loop {
            if let Some(cause) = self.refused.take() {
                return Some(Signal::Status(self.connection.refuse(cause)));
            }
            match self.connection.next().await? {
                sse::Signal::Status(status) => return Some(Signal::Status(status)),
                sse::Signal::Lost => return Some(Signal::Lost),
                sse::Signal::Events(events) => match self.understand(events) {
                    Signal::Events(events) if events.is_empty() => {}
                    signal => return Some(signal),
                },
            }
        }
    }

    fn understand(&mut self, events: Vec<sse::Event>) -> Signal {
        let now = Instant::now();
        let mut understood = Vec::with_capacity(events.len());
        for event in events {
            let id = event.id.clone();
            match contained(|| self.interpreter.hear(event, now)) {
                Some(Heard::Event(event, mapped)) => {
                    if self.interpreter.has_ids_of_its_own() && !event.id.is_empty() {
                        self.connection.resume_after(event.id.clone());
                    }
                    understood.push((event, mapped));
                }
                Some(Heard::Refused(cause)) => {
                    self.refused = Some(cause);
                    break;
                }
                None => return Signal::Broken(understood, id),
            }
        }
        Signal::Events(understood)
    }

    /// The id to go on after, when the feed is opened anew.
    pub(crate) fn last_event_id(&self) -> EcoString {
        match self.interpreter.resumes() {
            true => self.connection.last_event_id().clone(),
            false => EcoString::new(),
        }
    }

    /// The connection itself, to ask it.
    pub(crate) fn connection(&self) -> &sse::Connection {
        &self.connection
    }
}
