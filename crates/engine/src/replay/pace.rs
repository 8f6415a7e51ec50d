//! How fast a recording is played.

use std::{str::FromStr, time::Duration};

use tokio::time::{Instant, sleep_until};

use crate::{EngineError, model::Millis, speak};

/// The fastest that has a clock.
const FASTEST: u32 = 100;

/// How many times as fast as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    /// So many times: 1 to 100.
    Times(u32),
    /// As fast as it goes.
    Max,
}

impl TryFrom<u32> for Speed {
    type Error = EngineError;

    fn try_from(times: u32) -> Result<Self, EngineError> {
        if (1..=FASTEST).contains(&times) {
            Ok(Self::Times(times))
        } else {
            Err(EngineError::invalid("speed", wrong()))
        }
    }
}

impl FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "max" => Ok(Self::Max),
            number => {
                let times = number.trim_end_matches(['x', '×']).parse::<u32>().unwrap_or(0);
                Self::try_from(times).map_err(|_| wrong().to_owned())
            }
        }
    }
}

fn wrong() -> &'static str {
    speak!("write a whole number from 1 (as it came) to 100, or 'max'", "请写 1（原速）到 100 的整数，或“max”")
}

/// Times of a recording, as they come by now.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    speed: Speed,
    began: Instant,
    from: Millis,
}

impl Pace {
    /// From now on, beginning with this time of the recording.
    #[must_use]
    pub fn new(speed: Speed, from: Millis) -> Self {
        Self { speed, began: Instant::now(), from }
    }

    /// Waits until a time of the recording has come. What has come already is not waited for.
    pub async fn wait_for(&self, at: Millis) {
        if let Some(due) = self.due(at) {
            sleep_until(due).await;
        }
    }

    /// Which time of the recording comes at a time.
    pub(crate) fn at(&self, when: Instant) -> Millis {
        let Speed::Times(times) = self.speed else { return self.from };
        let after = when.saturating_duration_since(self.began).as_millis().saturating_mul(times.into());
        self.from.saturating_add(Millis::try_from(after).unwrap_or(Millis::MAX))
    }

    /// When a time of the recording comes; `None`: at once.
    pub(crate) fn due(&self, at: Millis) -> Option<Instant> {
        let Speed::Times(times) = self.speed else { return None };
        let after = u64::try_from(at.saturating_sub(self.from)).unwrap_or(0);
        Some(self.began + Duration::from_millis(after) / times.max(1))
    }
}
