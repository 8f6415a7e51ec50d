//! A recording of a demo's, played in a loop as if it happened now.

use std::sync::LazyLock;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};
use streambell_sse::{Playback, Recording};

use crate::message::Message;
use crate::thing::Line;

/// More than any of these events.
const MAX_EVENT_BYTES: usize = 64 * 1024;

/// A team's chat.
pub(super) const CHAT: &str = include_str!("chat.jsonl");

static LINES: LazyLock<Vec<Line>> = LazyLock::new(|| {
    beats(CHAT, None).into_iter().filter_map(|beat| serde_json::from_value(beat.object.into()).ok()).collect()
});

/// Line `nth` of the chat; after the last one comes the first.
pub(crate) fn nth_line(nth: usize) -> Option<Line> {
    let line = LINES.get(nth % LINES.len().max(1))?;
    Some(Line { ts: Timestamp::now().as_millisecond(), ..line.clone() })
}

/// Something that happens in a demo.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Beat {
    /// How long it takes until this happens.
    pub(super) after: Duration,
    event: String,
    object: Map<String, Value>,
    /// The field that says what it is about.
    key: Option<&'static str>,
}

impl Beat {
    /// As it is told at a time, which takes the place of the recorded one.
    pub(super) fn told(mut self, at: Timestamp) -> Message {
        if let Some(ts) = self.object.get_mut("ts") {
            *ts = at.as_millisecond().into();
        }
        let about = self.key.and_then(|key| self.object.get(key)?.as_str().map(str::to_owned));
        let gone = self.object.get("removed") == Some(&Value::Bool(true));
        // An object is always JSON.
        let message = Message::json(&Value::Object(self.object).to_string()).unwrap_or_else(|_| Message::text(""));
        let message = if self.event == "message" { message } else { message.event(self.event) };
        match about {
            Some(about) => message.key(about, gone),
            None => message,
        }
    }
}

/// What happens in a demo, without end.
pub(super) struct Loop {
    beats: Vec<Beat>,
    next: usize,
}

impl Loop {
    /// Begins at a place of the recording, counted in its events and again from its beginning after its end.
    pub(super) fn new(recording: &str, key: Option<&'static str>, place: u64) -> Loop {
        let beats = beats(recording, key);
        let next = usize::try_from(place % beats.len().max(1) as u64).unwrap_or(0);
        Loop { beats, next }
    }

    /// How many events there are before it begins anew.
    pub(super) fn round(&self) -> usize {
        self.beats.len()
    }
}

impl Iterator for Loop {
    type Item = Beat;

    fn next(&mut self) -> Option<Beat> {
        let beat = self.beats.get(self.next)?;
        self.next = (self.next + 1) % self.beats.len();
        Some(beat.clone())
    }
}

/// The events of a recording whose data are objects. All of the hub's own are; a test sees to it.
fn beats(recording: &str, key: Option<&'static str>) -> Vec<Beat> {
    let (mut playback, mut before, mut beats) = (Playback::new(MAX_EVENT_BYTES), Duration::ZERO, Vec::new());
    for moment in Recording::new(recording.as_bytes()).into_iter().flatten().flatten() {
        let mut events = Vec::new();
        let _ = playback.take(moment.what, &mut events);
        for event in events {
            let Ok(object) = serde_json::from_str(&event.data) else { continue };
            beats.push(Beat { after: moment.at - before, event: event.event.to_string(), object, key });
            before = moment.at;
        }
    }
    beats
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::super::{PROGRAMMES, Programme};
    use super::*;
    use crate::thing::{Game, Job, Stock, Story, Task, Thing};

    /// The recorded events, without those that say that something is gone, as the type that `/api` has for them.
    fn things<T: Thing + DeserializeOwned>(demo: &str) -> usize {
        let programme = PROGRAMMES.iter().find(|programme| programme.name == demo).unwrap();
        let beats = beats(programme.recording, programme.key);
        let there = beats.iter().filter(|beat| !beat.object.contains_key("removed"));
        for beat in there.clone() {
            assert_eq!(beat.event, T::EVENT.unwrap_or("message"), "{demo}");
            serde_json::from_value::<T>(beat.object.clone().into()).unwrap_or_else(|error| panic!("{demo}: {error}"));
        }
        there.count()
    }

    #[test]
    fn the_recordings_tell_of_the_same_things_as_api() {
        assert!(things::<Stock>("price") > 500);
        assert!(things::<Job>("progress") > 300);
        assert!(things::<Game>("score") > 300);
        assert!(things::<Line>("chat") > 50);
        assert!(things::<Story>("news") > 20);
        assert!(things::<Task>("tasks") > 50);
    }

    #[test]
    fn everything_that_was_recorded_is_told() {
        for Programme { name, recording, key, .. } in &PROGRAMMES {
            assert!(Recording::new(recording.as_bytes()).unwrap().all(|moment| moment.is_ok()), "{name}");
            let told = beats(recording, *key);
            assert_eq!(told.len(), recording.lines().filter(|line| line.contains("data: ")).count(), "{name}");
            assert!(told.iter().all(|beat| key.is_none_or(|key| beat.object[key].is_string())), "{name}");
        }
    }

    #[test]
    fn it_begins_anew_after_its_end() {
        let round = beats(CHAT, None).len();
        let told: Vec<Beat> = Loop::new(CHAT, None, round as u64 - 1).take(round + 1).collect();
        assert_eq!(told[0], told[round]);
        assert_ne!(told[0], told[1]);
        assert_eq!(nth_line(0).unwrap().message, nth_line(round).unwrap().message);
    }

    #[test]
    fn what_is_told_has_the_time_at_which_it_is_told() {
        let now = Timestamp::from_millisecond(1_800_000_000_000).unwrap();
        let line = Loop::new(CHAT, None, 0).next().unwrap().told(now);
        assert!(format!("{line:?}").contains("1800000000000"), "{line:?}");
    }
}
