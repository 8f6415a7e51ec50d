//! A nightly build of four jobs, round after round. At times one fails.

use std::time::Duration;

use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IteratorRandom;

use super::{Beat, Scene};
use crate::thing::{self, Entity, Name, Status, Words};

const JOBS: [&str; 4] = ["linux-x86_64", "macos-arm64", "windows-x64", "docs"];
const FAILURES: [&str; 4] =
    ["link error in tray.rs", "test timed out after 300 s", "out of disk space", "signature was refused"];
/// Between the end of a round and the next.
const PAUSE: Duration = Duration::from_secs(12);

struct Job {
    name: &'static str,
    percent: u32,
    fails_at: Option<u32>,
    /// Seconds that a percent takes, as the job tells it.
    seconds_a_percent: u32,
    over: bool,
}

struct Round(Vec<Job>);

pub(super) fn scene(rng: &mut StdRng) -> Box<dyn Scene> {
    Box::new(Round(begin(rng)))
}

fn begin(rng: &mut StdRng) -> Vec<Job> {
    let failing = rng.random_bool(0.5).then(|| rng.random_range(0..JOBS.len()));
    let jobs = JOBS.iter().enumerate().map(|(at, name)| Job {
        name,
        percent: 0,
        fails_at: (failing == Some(at)).then(|| rng.random_range(20..90)),
        seconds_a_percent: rng.random_range(3..=5),
        over: false,
    });
    jobs.collect()
}

impl Scene for Round {
    fn next(&mut self, _: Timestamp, rng: &mut StdRng) -> Beat {
        let mut after = Duration::from_millis(rng.random_range(450..750));
        if self.0.iter().all(|job| job.over) {
            self.0 = begin(rng);
            after = PAUSE;
        }
        // A new round has jobs that are not over.
        let at = (0..self.0.len()).filter(|&at| !self.0[at].over).choose(rng).unwrap_or(0);
        self.0[at].advance(rng.random_range(2..=6)).to_beat(after)
    }
}

impl Job {
    fn advance(&mut self, percents: u32) -> &Job {
        self.percent = (self.percent + percents).min(self.fails_at.unwrap_or(100));
        self.over = self.percent == self.fails_at.unwrap_or(100);
        self
    }

    fn to_beat(&self, after: Duration) -> Beat {
        let (status, message) = match (self.over, self.fails_at) {
            (true, Some(at)) => {
                (Status::Failed, format!("failed at {at} %: {}", FAILURES[at as usize % FAILURES.len()]))
            }
            (true, None) => {
                let seconds = self.seconds_a_percent * 100;
                (Status::Done, format!("done in {}:{:02}", seconds / 60, seconds % 60))
            }
            (false, _) => (Status::Running, format!("{}, {}", self.phase(), self.left())),
        };
        let job = thing::Job {
            job: Name::own(self.name),
            progress: self.percent.into(),
            total: 100,
            status,
            message: Some(Words::own(message)),
            seconds: None,
        };
        Beat { after, message: job.stands() }
    }

    fn phase(&self) -> &'static str {
        match self.percent {
            0..10 => "fetching",
            10..60 => "compiling",
            60..70 => "linking",
            70..90 => "testing",
            _ => "packaging",
        }
    }

    fn left(&self) -> String {
        match (100 - self.percent) * self.seconds_a_percent {
            seconds @ 0..90 => format!("{seconds} s left"),
            seconds => format!("{} min left", seconds.div_ceil(60)),
        }
    }
}
