//! A job, and the steps of one that the hub's clock plays.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Entity, Name, Thing, Words};

/// A played job makes no more than one step in this time.
const STEP: Duration = Duration::from_millis(250);

/// Some work, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) job: Name,
    pub(crate) progress: u64,
    pub(crate) total: u64,
    pub(crate) status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<Words>,
    /// How long it takes in all, where nobody but the hub's clock works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seconds: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Running,
    Done,
    Failed,
}

impl Thing for Job {
    const EVENT: Option<&'static str> = Some("progress");
}

impl Entity for Job {
    const NAME: &'static str = "job";

    fn name(&self) -> &str {
        &self.job
    }
}

impl Job {
    /// How long the hub's clock waits before the next step; none if there is none for it to make.
    pub(crate) fn next_step(&self) -> Option<Duration> {
        let whole = self.played()?;
        let wait = whole.as_millis() * u128::from(self.stride(whole)) / u128::from(self.total.max(1));
        Some(Duration::from_millis(u64::try_from(wait).unwrap_or(u64::MAX)))
    }

    /// Makes that step.
    pub(crate) fn step(mut self) -> Job {
        let Some(whole) = self.played() else { return self };
        self.progress = self.progress.saturating_add(self.stride(whole)).min(self.total);
        if self.progress == self.total {
            self.status = Status::Done;
            self.message = Some(Words::own("done"));
        } else {
            let left = u128::from(whole.as_secs()) * u128::from(self.total - self.progress) / u128::from(self.total);
            self.message = Some(Words::own(left_over(left.max(1))));
        }
        self
    }

    /// How long it takes in all, where it is for the hub's clock to go on with.
    fn played(&self) -> Option<Duration> {
        self.seconds.filter(|_| self.status == Status::Running).map(Duration::from_secs)
    }

    /// What one step adds.
    fn stride(&self, whole: Duration) -> u64 {
        let stride = (u128::from(self.total) * STEP.as_millis()).div_ceil(whole.as_millis().max(1));
        u64::try_from(stride).unwrap_or(u64::MAX).clamp(1, self.total.max(1))
    }
}

fn left_over(seconds: u128) -> String {
    match seconds {
        0..90 => format!("{seconds} s left"),
        _ => format!("{} min left", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_played_job_takes_its_time_and_ends_at_its_total() {
        // Total, seconds, and how many steps of how many milliseconds.
        let cases = [(100, 30, 100, 300), (100, 10, 34, 300), (1, 5, 1, 5000), (3, 0, 1, 0), (1_000_000, 60, 240, 250)];
        for (total, seconds, steps, wait) in cases {
            let (status, message) = (Status::Running, None);
            let mut job = Job { job: Name::own("j"), progress: 0, total, status, message, seconds: Some(seconds) };
            let mut made = 0;
            while let Some(next) = job.next_step() {
                assert_eq!(next, Duration::from_millis(wait));
                let before = job.progress;
                job = job.step();
                assert!(job.progress > before);
                made += 1;
            }
            assert_eq!((made, job.progress, job.status), (steps, total, Status::Done), "{total} in {seconds} s");
        }
    }

    #[test]
    fn nobody_plays_a_job_that_somebody_works_on() {
        let job =
            Job { job: Name::own("j"), progress: 5, total: 9, status: Status::Running, message: None, seconds: None };
        assert_eq!(job.next_step(), None);
        assert_eq!(job.clone().step(), job);
    }
}
