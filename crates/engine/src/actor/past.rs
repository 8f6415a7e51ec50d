//! What a feed's connection has been through: what must not ring because it is old, or came before.

use std::{collections::VecDeque, hash::BuildHasher};

use streambell_sse as sse;

use super::Kept;
use crate::model::{Alert, Gap, Millis};
use crate::store::{Batch, Recovered};

/// So many events are recognised when they come again.
pub(crate) const REMEMBERED: usize = 128;
/// Shorter interruptions are a server's routine: what comes after them is news.
const OUTAGE: Millis = 3000;
/// What a server replays comes within this time, and as long as it comes without a pause; not longer than that.
const REPLAY: Millis = 1000;
const PAUSE: Millis = 1000;
const LONGEST: Millis = 60_000;

/// A feed that has no connection though it should.
#[derive(Debug)]
pub(crate) struct Down {
    pub(crate) since: Millis,
    /// The alert that tells of it, once it rang.
    pub(crate) alert: Option<Alert>,
}

/// A feed that hears what happened while it had no connection.
#[derive(Debug)]
pub(crate) struct CatchingUp {
    began: Millis,
    pub(crate) until: Millis,
    pub(crate) events: u64,
}

/// The last events of a feed, to recognise those that a server sends again.
#[derive(Debug, Default)]
pub(crate) struct Past {
    hasher: std::hash::RandomState,
    events: VecDeque<u64>,
    /// A connection has just been opened, and everything since has come before.
    looks: bool,
    opened: bool,
}

impl CatchingUp {
    fn begin(now: Millis) -> Self {
        Self { began: now, until: now + REPLAY, events: 0 }
    }

    fn count(&mut self, now: Millis) {
        if now < self.until {
            self.events += 1;
            self.until = self.until.max(now + PAUSE).min(self.began + LONGEST);
        }
    }
}

impl Past {
    /// Whether an event has come before, in the connection before this one.
    pub(crate) fn is_again(&mut self, event: &sse::Event) -> bool {
        let hash = self.hash(&event.event, &event.id, &event.data);
        let again = self.looks && self.events.contains(&hash);
        self.looks = again;
        if !again {
            self.push(hash);
        }
        again
    }

    /// A connection has been opened. Whether it is the first.
    pub(crate) fn connected(&mut self) -> bool {
        self.looks = true;
        !std::mem::replace(&mut self.opened, true)
    }

    /// Remembers an event of an earlier run.
    pub(crate) fn remember(&mut self, event: &str, id: &str, data: &str) {
        let hash = self.hash(event, id, data);
        self.push(hash);
    }

    fn hash(&self, event: &str, id: &str, data: &str) -> u64 {
        self.hasher.hash_one((event, id, data))
    }

    fn push(&mut self, hash: u64) {
        if self.events.len() == REMEMBERED {
            self.events.pop_front();
        }
        self.events.push_back(hash);
    }
}

impl Kept {
    /// Its connection is open.
    pub(super) fn opened(&mut self, now: Millis) {
        let outage = self.down.as_ref().map_or(0, |down| now - down.since);
        let first = self.past.connected();
        // Only who says where it stood is told what it missed.
        if !self.last_event_id.is_empty() && (first || outage >= OUTAGE) {
            self.catching_up = Some(CatchingUp::begin(now));
        }
        if self.down.as_ref().is_some_and(|down| down.alert.is_none()) {
            self.down = None;
        }
    }

    /// It has no connection.
    pub(super) fn closed(&mut self, now: Millis) {
        self.down.get_or_insert(Down { since: now, alert: None });
    }

    /// An event came.
    pub(super) fn catch_up(&mut self, now: Millis) {
        self.catching_up.iter_mut().chain(&mut self.recovering).for_each(|catching_up| catching_up.count(now));
    }

    /// The gap that is over now, if there was one. What of it the server can send comes next.
    pub(super) fn listens_again(&mut self, now: Millis) -> Option<Gap> {
        let since = self.deaf_since.take()?;
        self.recovering = (!self.last_event_id.is_empty()).then(|| CatchingUp::begin(now));
        Some(Gap { since, until: now, recovered: self.recovering.as_ref().map(|_| 0) })
    }

    /// The end of the gap of which events have just come, and how many by now.
    pub(super) fn recovered(&self, now: Millis) -> Option<Recovered> {
        let recovering = self.recovering.as_ref().filter(|recovering| now < recovering.until)?;
        Some(Recovered { until: recovering.began, count: Some(recovering.events) })
    }

    /// The server has not kept what was missed: of the latest gap, or since the last event.
    pub(super) fn lost(&mut self, now: Millis, batch: &mut Batch) {
        match self.recovering.take() {
            Some(recovering) => batch.recovered = Some(Recovered { until: recovering.began, count: None }),
            None => batch.gap = Some(Gap { since: self.last_event_at.unwrap_or(now), until: now, recovered: None }),
        }
    }
}
