//! Reading a recording.

use std::io::{self, BufRead, Read as _};
use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD as STANDARD};
use serde::Deserialize;

use super::{FirstLine, Heard, LONGEST, LONGEST_LINE, Line, MARK, Moment, RECORDING_VERSION, RecordingHead};

/// Why a recording cannot be read, or not further.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// The file cannot be read.
    #[error("The recording cannot be read ({0}). Check the file.")]
    Unreadable(#[from] io::Error),
    /// It begins with something else.
    #[error("This file is no recording: its first line does not say so. Choose one that 'streambell record' wrote.")]
    NoRecording,
    /// It is of a version that came later.
    #[error(
        "This recording is of version {found}, and this Streambell reads up to version {RECORDING_VERSION}. \
         Update Streambell to play it."
    )]
    Newer {
        /// Its version.
        found: u32,
    },
    /// A line is nothing that happened to a stream.
    #[error("Line {line} of the recording is not understood, from character {column} on. Correct it or take it out.")]
    BadLine {
        /// Which, from 1.
        line: u64,
        /// Where in it, from 1.
        column: usize,
    },
    /// A line is longer than any that is written.
    #[error("Line {line} of the recording is longer than {} MiB. Cut its text into several lines.", LONGEST_LINE >> 20)]
    LongLine {
        /// Which, from 1.
        line: u64,
    },
    /// Time goes back.
    #[error("Line {line} of the recording is earlier than the one before it. Put its lines into the order of 'at'.")]
    Backwards {
        /// Which, from 1.
        line: u64,
    },
}

/// A recording being read: its head, and moment by moment what happened. It holds one line in memory.
///
/// Empty lines, and those that begin with `#`, are passed over. A last line that was cut, as by a program that was
/// killed, ends it without an error.
///
/// ```
/// use streambell_sse::{Heard, Recording};
///
/// let file = r#"{"recording":"streambell","version":1,"started":"2026-01-31T12:00:00Z","url":"https://example.com/"}
/// {"at":12,"text":"data: 1\n\n"}
/// {"at":900,"text":"da"#;
/// let mut recording = Recording::new(file.as_bytes())?;
/// assert_eq!(recording.head().url, "https://example.com/");
/// let moment = recording.next().expect("a whole line")?;
/// assert_eq!((moment.at.as_millis(), moment.what), (12, Heard::Bytes("data: 1\n\n".into())));
/// assert!(recording.next().is_none());
/// # Ok::<(), streambell_sse::RecordingError>(())
/// ```
#[derive(Debug)]
pub struct Recording<R> {
    input: R,
    head: RecordingHead,
    line: Vec<u8>,
    /// The number of `line`.
    number: u64,
    before: Duration,
    over: bool,
}

impl RecordingError {
    /// A stable name of the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "file_not_readable",
            Self::NoRecording => "no_recording",
            Self::Newer { .. } => "newer_recording",
            Self::BadLine { .. } | Self::LongLine { .. } | Self::Backwards { .. } => "bad_recording",
        }
    }
}

impl<R: BufRead> Recording<R> {
    /// Reads the head.
    ///
    /// # Errors
    /// When it is not one, or one of a later version.
    pub fn new(input: R) -> Result<Self, RecordingError> {
        let head = RecordingHead { started: jiff::Timestamp::UNIX_EPOCH, url: String::new(), feed: None };
        let mut recording = Self { input, head, line: Vec::new(), number: 0, before: Duration::ZERO, over: false };
        let found = recording.next_line().map_err(|error| match error {
            RecordingError::LongLine { .. } => RecordingError::NoRecording,
            error => error,
        })?;
        if !found {
            return Err(RecordingError::NoRecording);
        }
        recording.head = head_of(&recording.line)?;
        Ok(recording)
    }

    /// What it is of.
    pub fn head(&self) -> &RecordingHead {
        &self.head
    }

    /// Reads the next line that says something; `false`: there is none.
    fn next_line(&mut self) -> Result<bool, RecordingError> {
        loop {
            self.line.clear();
            self.number += 1;
            let most = LONGEST_LINE as u64 + 1;
            if self.input.by_ref().take(most).read_until(b'\n', &mut self.line)? == 0 {
                return Ok(false);
            }
            if self.line.len() > LONGEST_LINE {
                return Err(RecordingError::LongLine { line: self.number });
            }
            if !self.line.trim_ascii().is_empty() && !self.line.starts_with(b"#") {
                return Ok(true);
            }
        }
    }

    fn next_moment(&mut self) -> Result<Option<Moment>, RecordingError> {
        if !self.next_line()? {
            return Ok(None);
        }
        let bad = |column| RecordingError::BadLine { line: self.number, column };
        let line: Line = match serde_json::from_slice(&self.line) {
            Ok(line) => line,
            Err(error) if error.is_eof() && !self.line.ends_with(b"\n") => return Ok(None),
            Err(error) => return Err(bad(error.column().max(1))),
        };
        let at = Duration::from_millis(line.at);
        if at > LONGEST {
            return Err(bad(1));
        }
        let what = match (line.open, line.text, line.base64, line.end) {
            (Some(answered), None, None, None) => Heard::Open(answered),
            (None, Some(text), None, None) => Heard::Bytes(text.into_bytes()),
            (None, None, Some(base64), None) => Heard::Bytes(STANDARD.decode(base64).map_err(|_| bad(1))?.into()),
            (None, None, None, Some(why)) => Heard::End(why),
            _ => return Err(bad(1)),
        };
        if at < self.before {
            return Err(RecordingError::Backwards { line: self.number });
        }
        self.before = at;
        Ok(Some(Moment { at, what }))
    }
}

/// Ends after an error.
impl<R: BufRead> Iterator for Recording<R> {
    type Item = Result<Moment, RecordingError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let next = self.next_moment().transpose();
        self.over = !matches!(next, Some(Ok(_)));
        next
    }
}

fn head_of(line: &[u8]) -> Result<RecordingHead, RecordingError> {
    /// What is asked before all else: a later version may have another head.
    #[derive(Deserialize)]
    struct Mark {
        recording: String,
        version: u32,
    }
    let mark: Mark = serde_json::from_slice(line).map_err(|_| RecordingError::NoRecording)?;
    if mark.recording != MARK || mark.version == 0 {
        return Err(RecordingError::NoRecording);
    }
    if mark.version > RECORDING_VERSION {
        return Err(RecordingError::Newer { found: mark.version });
    }
    let bad = |error: serde_json::Error| RecordingError::BadLine { line: 1, column: error.column().max(1) };
    let FirstLine { started, url, feed, .. } = serde_json::from_slice(line).map_err(bad)?;
    Ok(RecordingHead { started, url, feed })
}
