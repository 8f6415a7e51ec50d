//! How long to wait before the next attempt. Pure: time and chance are passed in.

use std::time::Duration;

/// The wait before a reconnect when the server has not said another.
pub const DEFAULT_BASE: Duration = Duration::from_secs(1);
/// Shortest and longest base that a server may ask for.
pub const BASE_RANGE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(5 * 60));
/// The longest wait between failed attempts, unless the base is longer.
pub const LONGEST: Duration = Duration::from_secs(60);
/// The longest `Retry-After` that is obeyed: a server whose clock is wrong must not silence a feed for a year.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Everything that goes on at once goes on within this time: a hundred feeds of one host are not to knock together.
pub const AT_ONCE: Duration = Duration::from_secs(1);

/// Spread over feeds that wait for the same thing, so that they do not come back in step: a quarter of the wait.
const SPREAD: f64 = 0.25;

/// Exponential backoff with full jitter above a base.
///
/// After the nth failure in a row the wait lies evenly between the base and base × 2ⁿ, at most [`LONGEST`].
/// `chance` is a number from 0 up to, not including, 1.
///
/// ```
/// use std::time::Duration;
/// use streambell_sse::Backoff;
///
/// let mut backoff = Backoff::default();
/// assert_eq!(backoff.after_failure(0.0), Duration::from_secs(1));
/// assert_eq!(backoff.after_failure(0.5), Duration::from_millis(2500)); // between 1 s and 4 s
/// backoff.recovered();
/// assert_eq!(backoff.after_failure(0.5), Duration::from_millis(1500)); // between 1 s and 2 s
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    base: Duration,
    failures: u32,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { base: DEFAULT_BASE, failures: 0 }
    }
}

impl Backoff {
    /// Takes the reconnection time that the server asked for, within reason ([`BASE_RANGE`]).
    pub fn set_base(&mut self, asked: Duration) {
        self.base = asked.clamp(BASE_RANGE.0, BASE_RANGE.1);
    }

    /// Forgets the failures: a connection has proved healthy.
    pub fn recovered(&mut self) {
        self.failures = 0;
    }

    /// How many attempts failed in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// The wait after a disturbance on this side: hardly any, and the failures before it are forgotten.
    pub fn after_disturbance(&mut self, chance: f64) -> Duration {
        self.recovered();
        AT_ONCE.mul_f64(chance)
    }

    /// The wait after a clean end, which is routine and no failure.
    pub fn after_end(&self, chance: f64) -> Duration {
        spread(self.base, chance)
    }

    /// The wait after one more failure.
    pub fn after_failure(&mut self, chance: f64) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let doubled = self.base.saturating_mul(2u32.saturating_pow(self.failures));
        let longest = LONGEST.max(self.base.mul_f64(1.0 + SPREAD));
        let room = doubled.min(longest) - self.base;
        self.base + room.mul_f64(chance)
    }

    /// The wait after one more failure when the server said how long it wants to be left alone.
    pub fn after_refusal(&mut self, retry_after: Duration, chance: f64) -> Duration {
        let asked = spread(retry_after.min(LONGEST_RETRY_AFTER), chance);
        self.after_failure(chance).max(asked)
    }
}

fn spread(wait: Duration, chance: f64) -> Duration {
    wait + wait.mul_f64(SPREAD * chance).min(LONGEST)
}
