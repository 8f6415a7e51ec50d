//! Demos that are recordings (docs/recording.md), played again and again from a place that chance chooses.

use std::sync::LazyLock;
use std::time::Duration;

use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;
use serde::de::DeserializeOwned;
use streambell_sse::{Playback, Recording};

use super::{Beat, Scene};
use crate::message::Message;
use crate::thing::{Line, Story, Thing};

/// More than any of these events.
const MAX_EVENT_BYTES: usize = 64 * 1024;

static CHAT: LazyLock<Vec<Told<Line>>> = LazyLock::new(|| told(include_str!("chat.jsonl")));
static NEWS: LazyLock<Vec<Told<Story>>> = LazyLock::new(|| told(include_str!("news.jsonl")));

/// A thing of a recording, and how long after the one before it is told.
type Told<T> = (Duration, T);

/// A thing that says when it was told.
trait Dated: Thing + Clone + DeserializeOwned + Send + Sync + 'static {
    fn at(self, ts: i64) -> Self;
}

impl Dated for Line {
    fn at(self, ts: i64) -> Line {
        Line { ts, ..self }
    }
}

impl Dated for Story {
    fn at(self, ts: i64) -> Story {
        Story { ts, ..self }
    }
}

/// Line `nth` of the chat; after the last one comes the first.
pub(crate) fn nth_line(nth: usize) -> Option<Line> {
    let (_, line) = CHAT.iter().cycle().nth(nth % CHAT.len().max(1))?;
    Some(line.clone().at(Timestamp::now().as_millisecond()))
}

pub(super) fn chat(rng: &mut StdRng) -> Box<dyn Scene> {
    Box::new(Recorded::begin(&CHAT, rng))
}

pub(super) fn news(rng: &mut StdRng) -> Box<dyn Scene> {
    Box::new(Recorded::begin(&NEWS, rng))
}

struct Recorded<T: 'static> {
    told: &'static [Told<T>],
    next: usize,
}

impl<T: Dated> Recorded<T> {
    fn begin(told: &'static [Told<T>], rng: &mut StdRng) -> Recorded<T> {
        Recorded { told, next: rng.random_range(0..told.len().max(1)) }
    }
}

impl<T: Dated> Scene for Recorded<T> {
    fn next(&mut self, now: Timestamp, _: &mut StdRng) -> Beat {
        // None of them is empty; a test sees to it.
        let Some((after, thing)) = self.told.get(self.next) else {
            return Beat { after: Duration::MAX, message: Message::text("") };
        };
        self.next = (self.next + 1) % self.told.len();
        let then = now.checked_add(*after).unwrap_or(now);
        Beat { after: *after, message: thing.clone().at(then.as_millisecond()).told() }
    }
}

/// What a recording of the hub's own tells of. All of them can be read; a test sees to it.
fn told<T: DeserializeOwned>(recording: &str) -> Vec<Told<T>> {
    let (mut playback, mut before, mut told) = (Playback::new(MAX_EVENT_BYTES), Duration::ZERO, Vec::new());
    for moment in Recording::new(recording.as_bytes()).into_iter().flatten().flatten() {
        let mut events = Vec::new();
        let _ = playback.take(moment.what, &mut events);
        for thing in events.iter().filter_map(|event| serde_json::from_str(&event.data).ok()) {
            told.push((moment.at - before, thing));
            before = moment.at;
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_was_recorded_is_told() {
        for (recording, told) in [(include_str!("chat.jsonl"), CHAT.len()), (include_str!("news.jsonl"), NEWS.len())] {
            let lines = recording.lines().filter(|line| line.contains("data: ")).count();
            assert!(told > 20 && told == lines, "{told} of {lines}");
        }
        let moments =
            |recording: &'static str| Recording::new(recording.as_bytes()).unwrap().all(|moment| moment.is_ok());
        assert!(moments(include_str!("chat.jsonl")) && moments(include_str!("news.jsonl")));
    }

    #[test]
    fn it_begins_anew_after_its_end() {
        let mut chat = Recorded { told: &CHAT, next: CHAT.len() - 1 };
        let mut rng = rand::SeedableRng::seed_from_u64(1);
        let now = Timestamp::UNIX_EPOCH;
        let beats: Vec<Beat> = (0..=CHAT.len()).map(|_| chat.next(now, &mut rng)).collect();
        assert_eq!(beats[0], beats[CHAT.len()]);
        assert_ne!(beats[0], beats[1]);
        assert_eq!(nth_line(0).unwrap().message, nth_line(CHAT.len()).unwrap().message);
    }
}
