//! How long a feed may be silent before it counts as dead, learned from its own keep-alives. Pure: time is passed in.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// The idle limit of a feed that has shown no rhythm.
pub const DEFAULT_IDLE: Duration = Duration::from_secs(5 * 60);
/// The shortest idle limit that is learned: a keep-alive each second does not make four seconds a reason to worry.
pub const LEAST_IDLE: Duration = Duration::from_secs(15);

/// A rhythm is known after so many intervals.
const KNOWN_AFTER: usize = 3;
/// So many intervals are remembered.
const REMEMBERED: usize = 7;
/// So many keep-alives may be missed.
const MISSED: u32 = 3;

/// The intervals between a server's keep-alives.
///
/// Some servers send them on a clock, others when nothing else was sent for a while. So the intervals are never
/// shorter than the server's own, and the median of a few is not misled by one that was held up on the way, nor by
/// times with many events.
///
/// ```
/// use std::time::Duration;
/// use streambell_sse::{DEFAULT_IDLE, Rhythm};
/// use tokio::time::Instant;
///
/// let mut rhythm = Rhythm::default();
/// assert_eq!(rhythm.idle_limit(), DEFAULT_IDLE);
/// let start = Instant::now();
/// (0..4).for_each(|number| rhythm.beat(start + Duration::from_secs(15) * number));
/// assert_eq!(rhythm.idle_limit(), Duration::from_secs(45));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Rhythm {
    last: Option<Instant>,
    intervals: VecDeque<Duration>,
    /// How often the limit turned out to be too short, or the server dead.
    missed: u32,
}

impl Rhythm {
    /// A new connection begins: the time between two of them tells nothing.
    pub fn restart(&mut self) {
        self.last = None;
    }

    /// A keep-alive came.
    pub fn beat(&mut self, at: Instant) {
        if let Some(last) = self.last.replace(at) {
            if self.intervals.len() == REMEMBERED {
                self.intervals.pop_front();
            }
            self.intervals.push_back(at.saturating_duration_since(last));
            self.missed = 0;
        }
    }

    /// The limit has passed in silence. Until a keep-alive proves the rhythm again, patience grows: the server may
    /// have stopped sending them without being dead.
    pub fn missed(&mut self) {
        self.missed = self.missed.saturating_add(1);
    }

    /// How long the feed may be silent: as long as three of its keep-alives take, or [`DEFAULT_IDLE`] if it has shown
    /// none.
    pub fn idle_limit(&self) -> Duration {
        if self.intervals.len() < KNOWN_AFTER {
            return DEFAULT_IDLE;
        }
        let mut sorted: Vec<_> = self.intervals.iter().copied().collect();
        sorted.sort_unstable();
        let learned = (sorted[sorted.len() / 2] * MISSED).max(LEAST_IDLE);
        let patient = learned.saturating_mul(2u32.saturating_pow(self.missed));
        patient.min(DEFAULT_IDLE.max(learned))
    }
}
