//! What may hold a notification back. For now one gate: a flood of one feed becomes a few notifications and a digest.

use std::time::Duration;

use tokio::time::Instant;

use crate::model::Urgency;

/// Notifications of one feed that may come in a burst.
const BURST: u32 = 20;
/// After a pause of this length the whole burst is allowed again; each second of it allows its share.
const REFILL: Duration = Duration::from_secs(40);
/// How long a closed gate collects before it tells what it held back.
const HOLD: Duration = Duration::from_secs(20);

/// A feed's share of the user's attention.
#[derive(Debug)]
pub(crate) struct FloodGate {
    allowance: f64,
    since: Instant,
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    count: u64,
    urgency: Urgency,
    until: Instant,
}

/// What a gate held back, when it opens.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Digest {
    pub(crate) count: u64,
    pub(crate) urgency: Urgency,
}

impl FloodGate {
    pub(crate) fn new(now: Instant) -> Self {
        Self { allowance: BURST.into(), since: now, held: None }
    }

    /// Whether a notification may pass; if not it is counted.
    pub(crate) fn pass(&mut self, urgency: Urgency, now: Instant) -> bool {
        if let Some(held) = &mut self.held {
            held.count += 1;
            held.urgency = most(held.urgency, urgency);
            return false;
        }
        let refill = (now - self.since).as_secs_f64() / REFILL.as_secs_f64() * f64::from(BURST);
        self.allowance = (self.allowance + refill).min(BURST.into());
        self.since = now;
        if self.allowance >= 1.0 {
            self.allowance -= 1.0;
            return true;
        }
        self.held = Some(Held { count: 1, urgency, until: now + HOLD });
        false
    }

    /// When what is held back is due.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.held.as_ref().map(|held| held.until)
    }

    /// Opens the gate, if it is due.
    pub(crate) fn open(&mut self, now: Instant) -> Option<Digest> {
        let held = self.held.take_if(|held| held.until <= now)?;
        Some(Digest { count: held.count, urgency: held.urgency })
    }
}

fn most(a: Urgency, b: Urgency) -> Urgency {
    match (a, b) {
        (Urgency::Critical, _) | (_, Urgency::Critical) => Urgency::Critical,
        (Urgency::Normal, _) | (_, Urgency::Normal) => Urgency::Normal,
        _ => Urgency::Low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_a_flood_becomes_a_digest() {
        let start = Instant::now();
        let mut gate = FloodGate::new(start);
        let passed = (0..100).filter(|_| gate.pass(Urgency::Normal, start)).count();
        assert_eq!(passed, BURST as usize);
        assert_eq!(gate.open(start), None, "not due yet");
        assert_eq!(gate.due(), Some(start + HOLD));
        assert_eq!(gate.open(start + HOLD), Some(Digest { count: 80, urgency: Urgency::Normal }));
        assert_eq!(gate.due(), None);
    }

    #[test]
    fn a_calm_feed_is_never_held_back() {
        let start = Instant::now();
        let mut gate = FloodGate::new(start);
        assert!((0..1000).all(|n| gate.pass(Urgency::Low, start + Duration::from_secs(2) * n)));
    }

    #[test]
    fn a_digest_is_as_urgent_as_the_most_urgent_that_it_stands_for() {
        let start = Instant::now();
        let mut gate = FloodGate::new(start);
        for _ in 0..=BURST {
            gate.pass(Urgency::Low, start);
        }
        gate.pass(Urgency::Critical, start);
        gate.pass(Urgency::Normal, start);
        assert_eq!(gate.open(start + HOLD), Some(Digest { count: 3, urgency: Urgency::Critical }));
    }
}
