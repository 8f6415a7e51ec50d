//! A recording at work: through mapping and rules as if it came now, in a sandbox. Nothing is kept of it and nothing rings.
//!
//! Time is the recording's own, so that what rings depends on the file alone, however fast it is played.

mod overview;
mod pace;
mod player;
mod sandbox;
#[cfg(test)]
mod tests;

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use streambell_sse as sse;

pub(crate) use self::overview::overview;
use self::sandbox::Sandbox;
pub use self::{
    pace::{Pace, Speed},
    player::Player,
    sandbox::Played,
};
use crate::{
    EngineError,
    configured::Configured,
    document,
    home::Home,
    model::{Feed, Millis, Reason, View},
    recording, speak, told,
};

/// What is played, and as what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplayOf {
    /// The recording.
    pub file: PathBuf,
    /// Play it as this feed (its id, or its name) is configured; `None`: with the settings that it was recorded with,
    /// and what they do not say is guessed.
    pub feed: Option<String>,
    /// With the rules of this settings document; `None`: with the configured ones. Those that look at the feed take part.
    pub rules: Option<String>,
}

/// A recording being played, step by step. It holds a line of it in memory, and what rules remember.
pub struct Replay {
    recording: sse::Recording<BufReader<File>>,
    sandbox: Sandbox,
    known: bool,
    started: Millis,
    /// What was read, and comes after something that time does.
    next: Option<sse::Moment>,
}

/// What happens at one time of a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// When.
    pub at: Millis,
    /// What, in its order; nothing where only bytes came, or a connection began or ended.
    pub played: Vec<Played>,
}

impl Replay {
    /// Opens a recording. Reads what is configured beside a program that may run, and changes nothing.
    ///
    /// # Errors
    /// When the file is no recording, there is no such feed, or the document or one of its rules is wrong.
    pub fn open(home: &Home, what: &ReplayOf) -> Result<Self, EngineError> {
        let configured = Configured::read(home)?;
        let recording = open(&what.file)?;
        let head = recording.head();
        let started = head.started.as_millisecond();
        let feed = match &what.feed {
            Some(wanted) => configured.feed(wanted)?.clone(),
            None => recording::feed_of(head)?,
        };
        let known = configured.feeds.iter().any(|known| known.id == feed.id);
        let rules = match &what.rules {
            Some(text) => document::rules_for(text, &feed)?,
            None => configured.rules,
        };
        Ok(Self { sandbox: Sandbox::new(feed, rules, started)?, recording, known, started, next: None })
    }

    /// The feed that it is played as. Its id is empty where the recording knows none.
    #[must_use]
    pub fn feed(&self) -> &Feed {
        self.sandbox.feed()
    }

    /// Whether that is one of those that there are.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.known
    }

    /// How many rules look at it.
    #[must_use]
    pub fn rules(&self) -> usize {
        self.sandbox.rules()
    }

    /// How it is drawn, as far as it was played.
    #[must_use]
    pub fn view(&self) -> View {
        self.sandbox.view()
    }

    /// Where the stream came from, without what could be secret.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.recording.head().url
    }

    /// When the recording began.
    #[must_use]
    pub fn started(&self) -> Millis {
        self.started
    }
}

/// Ends after an error.
impl Iterator for Replay {
    type Item = Result<Step, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        let moment = match self.next.take() {
            Some(moment) => moment,
            None => match self.recording.next()? {
                Ok(moment) => moment,
                Err(error) => return Some(Err(unreadable(&error))),
            },
        };
        let at = self.started.saturating_add(Millis::try_from(moment.at.as_millis()).unwrap_or(Millis::MAX));
        // What time does before.
        if let Some(due) = self.sandbox.due().filter(|due| *due <= at) {
            self.next = Some(moment);
            return Some(Ok(Step { at: due, played: self.sandbox.pass_time(due) }));
        }
        Some(Ok(Step { at, played: self.sandbox.take(at, moment.what) }))
    }
}

fn open(file: &Path) -> Result<sse::Recording<BufReader<File>>, EngineError> {
    let recording = File::open(file).map_err(sse::RecordingError::from).and_then(|file| {
        let recording = sse::Recording::new(BufReader::new(file))?;
        Ok(recording)
    });
    recording.map_err(|error| unreadable(&error))
}

fn unreadable(error: &sse::RecordingError) -> EngineError {
    EngineError::File(Reason { code: error.code().into(), message: told::recording(error) })
}

/// Why an event could not be decoded.
fn too_large(sse::DecodeError::EventTooLarge { limit }: sse::DecodeError) -> Reason {
    let message = speak!(
        format!(
            "The recording has an event larger than {limit} bytes. Raise the feed's size limit if that is normal for it."
        ),
        format!("录制文件中有一个事件超过 {limit} 字节。如果这对该订阅源是正常的，请提高其大小上限。")
    );
    Reason { code: "event_too_large".into(), message }
}
