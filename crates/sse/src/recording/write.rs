//! Writing a recording.

use std::io::{self, Write};
use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD as STANDARD};
use bytes::Bytes;
use bytestring::ByteString;
use serde::Serialize;

use super::{FirstLine, Heard, Line, MARK, Moment, RECORDING_VERSION, RecordingHead};

/// What is longer is cut into several lines, so that every line can be read again.
const MOST_BYTES_A_LINE: usize = 1024 * 1024;

/// Writes a recording, a line at a time and each at once: whatever ends the program, at most the last line is cut.
#[derive(Debug)]
pub struct Recorder<W> {
    output: W,
    /// The time of the moment before: they never go back, whatever the clock does.
    before: Duration,
    written: u64,
    line: Vec<u8>,
}

impl<W: Write> Recorder<W> {
    /// Begins a recording.
    ///
    /// # Errors
    /// When the head cannot be written.
    pub fn new(output: W, head: RecordingHead) -> io::Result<Self> {
        let mut recorder = Self { output, before: Duration::ZERO, written: 0, line: Vec::new() };
        recorder.write(&FirstLine {
            recording: MARK.to_owned(),
            version: RECORDING_VERSION,
            started: head.started,
            url: head.url,
            feed: head.feed,
        })?;
        Ok(recorder)
    }

    /// Adds a moment.
    ///
    /// # Errors
    /// When it cannot be written; what was written before is whole.
    pub fn add(&mut self, moment: Moment) -> io::Result<()> {
        self.before = self.before.max(moment.at);
        let at = u64::try_from(self.before.as_millis()).unwrap_or(u64::MAX);
        match moment.what {
            Heard::Open(answered) => self.write(&Line { at, open: Some(answered), ..Line::default() }),
            Heard::End(why) => self.write(&Line { at, end: Some(why), ..Line::default() }),
            Heard::Bytes(mut rest) => {
                while !rest.is_empty() {
                    let bytes = rest.split_to(rest.len().min(MOST_BYTES_A_LINE));
                    self.write(&line_of(at, bytes))?;
                }
                Ok(())
            }
        }
    }

    /// How large the recording is, in bytes.
    pub fn written(&self) -> u64 {
        self.written
    }

    fn write(&mut self, value: &impl Serialize) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, value)?;
        self.line.push(b'\n');
        self.output.write_all(&self.line)?;
        self.output.flush()?;
        self.written += self.line.len() as u64;
        Ok(())
    }
}

fn line_of(at: u64, bytes: Bytes) -> Line {
    match ByteString::try_from(bytes.clone()) {
        Ok(text) => Line { at, text: Some(text), ..Line::default() },
        Err(_) => Line { at, base64: Some(STANDARD.encode(bytes)), ..Line::default() },
    }
}
