//! Bytes in, events out: the parsing half of the standard, without a clock and without I/O.

mod block;
mod line_ends;
mod lines;

use std::time::Duration;

use bytes::Bytes;
use bytestring::ByteString;
use ecow::EcoString;

use block::Block;
use lines::{Line, Lines};

/// An event as the standard dispatches it.
///
/// `data` may be a slice of the chunk it arrived in, and keeps that chunk alive. Whoever keeps events for long,
/// and few of them, should copy what they keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The type: what the `event` field said, `message` if it said nothing.
    pub event: EcoString,
    /// The `data` lines, joined by line feeds.
    pub data: ByteString,
    /// The last event id at the moment of dispatch: this event's own, or the one it inherited.
    pub id: EcoString,
}

/// Why a stream cannot be decoded any further. Bytes that are not UTF-8 are no reason: they become U+FFFD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// One event, or one line of it, is larger than this feed allows.
    #[error("The feed sent an event larger than {limit} bytes. Raise this feed's size limit if that is normal for it.")]
    EventTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
}

/// Turns the bytes of one stream into events.
///
/// Push a chunk, take the events out until there are none, push the next. Chunks may be cut anywhere. What it holds
/// on to is bounded by `max_event_bytes`, and its work is linear in the bytes pushed. At the end of a stream there is
/// nothing left to do: the standard drops a block that no blank line has finished, and so does dropping the decoder.
///
/// ```
/// use streambell_sse::Decoder;
///
/// let mut decoder = Decoder::new(1024);
/// decoder.push("id: 7\ndata: 61".into());
/// assert_eq!(decoder.next_event(), Ok(None));
/// decoder.push("234.5\n\n".into());
/// let event = decoder.next_event()?.expect("the blank line has come");
/// assert_eq!((&*event.event, &*event.data, &*event.id), ("message", "61234.5", "7"));
/// # Ok::<(), streambell_sse::DecodeError>(())
/// ```
#[derive(Debug)]
pub struct Decoder {
    lines: Lines,
    block: Block,
    max_event_bytes: usize,
    too_large: bool,
}

impl Decoder {
    /// A decoder for a new stream. An event that needs more than `max_event_bytes` is an error.
    pub fn new(max_event_bytes: usize) -> Self {
        Self { lines: Lines::default(), block: Block::new(EcoString::default()), max_event_bytes, too_large: false }
    }

    /// Starts with the last event id that earlier connections left, which events inherit until a new one comes.
    #[must_use]
    pub fn with_last_event_id(mut self, id: impl Into<EcoString>) -> Self {
        self.block = Block::new(id.into());
        self
    }

    /// Takes the next bytes of the stream. Decoding happens in [`next_event`](Self::next_event).
    pub fn push(&mut self, chunk: Bytes) {
        if !self.too_large && !chunk.is_empty() {
            self.lines.push(chunk);
        }
    }

    /// The next event of the bytes pushed so far, or `None` if more bytes are needed.
    ///
    /// # Errors
    /// When an event exceeds the limit. That is final: the decoder has let go of everything and stays in error.
    pub fn next_event(&mut self) -> Result<Option<Event>, DecodeError> {
        if self.too_large {
            return Err(self.error());
        }
        while let Some(line) = self.lines.next(self.max_event_bytes - self.block.held()) {
            match line {
                Line::InText(start, end) if start == end => {
                    if let Some(event) = self.block.finish() {
                        return Ok(Some(event));
                    }
                    continue;
                }
                Line::InText(start, end) => {
                    let text = self.lines.text();
                    if text.as_bytes()[start] == b':' {
                        continue;
                    }
                    self.block.take(&text[start..end], Some(text));
                }
                Line::Carried => match self.lines.give_carried() {
                    Some(line) => self.block.take(&line, Some(&line)),
                    None => {
                        self.block.take(self.lines.carried(), None);
                        self.lines.clear_carried();
                    }
                },
                Line::TooLong => return Err(self.fail()),
            }
            if self.block.held() > self.max_event_bytes {
                return Err(self.fail());
            }
        }
        Ok(None)
    }

    /// The id that a reconnect must send: that of the last finished block that had one.
    pub fn last_event_id(&self) -> &EcoString {
        self.block.last_event_id()
    }

    /// The reconnection time that the stream asked for last, exactly as it asked.
    pub fn retry(&self) -> Option<Duration> {
        self.block.retry()
    }

    /// Whether nothing of an unfinished event is held: what came last was an event's end, or nothing but comments.
    pub fn at_rest(&self) -> bool {
        self.lines.at_rest() && self.block.held() == 0
    }

    fn error(&self) -> DecodeError {
        DecodeError::EventTooLarge { limit: self.max_event_bytes }
    }

    fn fail(&mut self) -> DecodeError {
        self.too_large = true;
        self.lines = Lines::default();
        self.block.abandon();
        self.error()
    }
}
