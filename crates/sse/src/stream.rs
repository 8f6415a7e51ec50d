//! A stream being read, and how long that waits.

use std::future::Future;
use std::time::Duration;

use ecow::EcoString;
use futures_util::{StreamExt, TryFutureExt};
use tokio::time::{Instant, timeout_at};

use crate::client::Body;
use crate::config::{Config, Idle};
use crate::connection::{HEALTHY_AFTER, Tap};
use crate::decoder::{Decoder, Event};
use crate::error::Cause;
use crate::opened::Opened;
use crate::pulse::Pulse;
use crate::recording::Heard;
use crate::rhythm::Rhythm;

/// As good as no limit.
const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// A stream being read.
pub(crate) struct OpenStream {
    pub(crate) opened: Opened,
    body: Body,
    pub(crate) decoder: Decoder,
    pub(crate) since: Instant,
    received: bool,
    /// Since when bytes are waited for. The time in which nobody asked for any is the consumer's, not the server's.
    waiting_since: Option<Instant>,
}

impl OpenStream {
    pub(crate) fn new(opened: Opened, body: Body, config: &Config, last_event_id: EcoString) -> Self {
        let decoder = Decoder::new(config.max_event_bytes).with_last_event_id(last_event_id);
        Self { opened, body, decoder, since: Instant::now(), received: false, waiting_since: None }
    }

    /// The events of the next chunk that has any.
    pub(crate) async fn events(
        &mut self,
        idle: Idle,
        rhythm: &mut Rhythm,
        pulse: &Pulse,
        tap: &mut Option<Tap>,
    ) -> Result<Vec<Event>, Cause> {
        // An error that came after the events of the chunk before.
        let mut events = self.decoded()?;
        while events.is_empty() {
            let since = *self.waiting_since.get_or_insert_with(Instant::now);
            let deadline = limit(idle, || rhythm.idle_limit()).map(|after| (since + after, after));
            let chunk = within(deadline, self.body.next()).await?;
            self.waiting_since = None;
            match chunk {
                Some(Ok(chunk)) if chunk.is_empty() => continue,
                Some(Ok(chunk)) => {
                    self.received = true;
                    pulse.beat(Instant::now());
                    if let Some(tap) = tap {
                        tap(Heard::Bytes(chunk.clone()));
                    }
                    self.decoder.push(chunk);
                }
                Some(Err(_)) => return Err(Cause::Cut),
                None if self.received || self.since.elapsed() >= HEALTHY_AFTER => return Err(Cause::Ended),
                None => return Err(Cause::Empty),
            }
            events = self.decoded()?;
            if self.decoder.at_rest() && events.iter().all(Event::is_keep_alive) {
                rhythm.beat(Instant::now());
            }
        }
        Ok(events)
    }

    /// What the decoder has ready. An error waits until the events before it are delivered.
    fn decoded(&mut self) -> Result<Vec<Event>, Cause> {
        let mut events = Vec::new();
        loop {
            match self.decoder.next_event() {
                Ok(Some(event)) => events.push(event),
                Err(error) if events.is_empty() => return Err(error.into()),
                Ok(None) | Err(_) => return Ok(events),
            }
        }
    }
}

/// How long may be waited. `None`: for ever.
pub(crate) fn limit(idle: Idle, learned: impl FnOnce() -> Duration) -> Option<Duration> {
    match idle {
        Idle::Learned => Some(learned()),
        Idle::After(after) => Some(after),
        Idle::Never => None,
    }
}

/// Awaits `future` until the deadline, which is given with how long it leaves. Not `async`, which would hold the future
/// twice in each of many connections.
pub(crate) fn within<F: Future>(
    deadline: Option<(Instant, Duration)>,
    future: F,
) -> impl Future<Output = Result<F::Output, Cause>> {
    let (at, after) = deadline.unwrap_or_else(|| (Instant::now() + FOR_EVER, FOR_EVER));
    timeout_at(at, future).map_err(move |_| Cause::Idle { after })
}
