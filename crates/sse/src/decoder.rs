//! Bytes in, events out: the parsing half of the standard, without a clock and without I/O.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use bytestring::ByteString;
use memchr::{memchr, memchr2};

/// Carried lines from this size on become an event's data without another copy. Shorter ones are
/// copied, which keeps the buffer they were collected in.
const MOVE_FROM: usize = 4096;

/// `event` and `retry`.
const LONGEST_NAME: usize = 5;

/// What is kept for putting lines together, from event to event.
const KEEP: usize = 64 * 1024;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// An event as the standard dispatches it.
///
/// `data` may be a slice of the chunk it arrived in, and keeps that chunk alive. Whoever keeps events for long,
/// and few of them, should copy what they keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The type: what the `event` field said, `message` if it said nothing.
    pub event: ByteString,
    /// The `data` lines, joined by line feeds.
    pub data: ByteString,
    /// The last event id at the moment of dispatch: this event's own, or the one it inherited.
    pub id: ByteString,
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
        Self { lines: Lines::new(), block: Block::default(), max_event_bytes, too_large: false }
    }

    /// Starts with the last event id that earlier connections left, which events inherit until a new one comes.
    #[must_use]
    pub fn with_last_event_id(mut self, id: ByteString) -> Self {
        self.block.last_event_id = id;
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
        while let Some(line) = self.lines.next(self.max_event_bytes - self.block.held) {
            let dispatched = match line {
                Line::InChunk { start, end } => {
                    let chunk = &self.lines.chunk;
                    self.block.take(&chunk[start..end], Some(chunk))
                }
                Line::Carried if self.lines.carried.len() < MOVE_FROM => {
                    let dispatched = self.block.take(&self.lines.carried, None);
                    self.lines.carried.clear();
                    dispatched
                }
                Line::Carried => {
                    let line = Bytes::from(std::mem::take(&mut self.lines.carried));
                    self.block.take(&line, Some(&line))
                }
                Line::TooLong => return Err(self.fail()),
            };
            if dispatched.is_some() {
                return Ok(dispatched);
            }
            if self.block.held > self.max_event_bytes {
                return Err(self.fail());
            }
        }
        self.block.let_go();
        Ok(None)
    }

    /// The id that a reconnect must send: that of the last finished block that had one.
    pub fn last_event_id(&self) -> &ByteString {
        &self.block.last_event_id
    }

    /// The reconnection time that the stream asked for last, exactly as it asked.
    pub fn retry(&self) -> Option<Duration> {
        self.block.retry
    }

    fn error(&self) -> DecodeError {
        DecodeError::EventTooLarge { limit: self.max_event_bytes }
    }

    fn fail(&mut self) -> DecodeError {
        self.too_large = true;
        self.lines = Lines::new();
        let block = std::mem::take(&mut self.block);
        self.block.last_event_id = block.last_event_id;
        self.block.retry = block.retry;
        self.error()
    }
}

/// Where the bytes of a finished line are. They are not copied to say so.
enum Line {
    /// In the current chunk.
    InChunk { start: usize, end: usize },
    /// In `carried`, because it began in an earlier chunk.
    Carried,
    /// Nowhere: it exceeds what may be held.
    TooLong,
}

/// Cuts chunks into lines at CR, LF and CR LF.
#[derive(Debug)]
struct Lines {
    chunk: Bytes,
    at: usize,
    /// Chunks pushed before the current one was used up.
    queued: VecDeque<Bytes>,
    /// The beginning of a line whose end has not come.
    carried: Vec<u8>,
    /// The last line ended in CR, so a LF right after it belongs to it. This is known only when the LF comes, and
    /// the line must not wait for that.
    after_cr: bool,
    /// No line has ended yet, so a byte order mark may open the next one.
    first: bool,
}

impl Lines {
    fn new() -> Self {
        Self { chunk: Bytes::new(), at: 0, queued: VecDeque::new(), carried: Vec::new(), after_cr: false, first: true }
    }

    fn push(&mut self, chunk: Bytes) {
        if self.at == self.chunk.len() {
            self.chunk = chunk;
            self.at = 0;
        } else {
            self.queued.push_back(chunk);
        }
    }

    /// The next line, if its end has come. It may be as long as `room`.
    fn next(&mut self, room: usize) -> Option<Line> {
        loop {
            if self.at == self.chunk.len() {
                // Letting go of a used chunk is what lets its memory be used again.
                self.chunk = self.queued.pop_front().unwrap_or_default();
                self.at = 0;
                if self.chunk.is_empty() {
                    return None;
                }
            }
            if std::mem::take(&mut self.after_cr) && self.chunk[self.at] == b'\n' {
                self.at += 1;
                continue;
            }
            let rest = &self.chunk[self.at..];
            let length = memchr2(b'\r', b'\n', rest);
            if self.carried.len() + length.unwrap_or(rest.len()) > room {
                return Some(Line::TooLong);
            }
            let Some(length) = length else {
                self.carried.extend_from_slice(rest);
                self.at = self.chunk.len();
                continue;
            };
            let start = self.at;
            let end = start + length;
            self.at = end + 1;
            self.after_cr = self.chunk[end] == b'\r';
            return Some(self.finish(start, end));
        }
    }

    fn finish(&mut self, start: usize, end: usize) -> Line {
        let first = std::mem::take(&mut self.first);
        if self.carried.is_empty() {
            let mark = if first && self.chunk[start..end].starts_with(BOM) { BOM.len() } else { 0 };
            return Line::InChunk { start: start + mark, end };
        }
        self.carried.extend_from_slice(&self.chunk[start..end]);
        if first && self.carried.starts_with(BOM) {
            self.carried.drain(..BOM.len());
        }
        Line::Carried
    }
}

/// The data of a block: most have one line, and that line need not be copied.
#[derive(Debug, Default)]
enum Data {
    #[default]
    None,
    One(ByteString),
    /// In `Block::lines`.
    Many,
}

/// The block being read, and what outlives it.
#[derive(Debug, Default)]
struct Block {
    data: Data,
    lines: Vec<u8>,
    event: Option<ByteString>,
    id: Option<ByteString>,
    /// An id, this one or the last, may be a slice of a chunk.
    id_is_slice: bool,
    /// The bytes of this block's lines that are kept.
    held: usize,
    last_event_id: ByteString,
    retry: Option<Duration>,
    /// The type seen last. Streams repeat a few types for ever, so one allocation serves them.
    known_event: ByteString,
}

impl Block {
    /// Takes one line. A blank one finishes the block, and dispatches an event if it had data.
    ///
    /// `shared` is what `line` is a part of, for values that can be slices of it.
    fn take(&mut self, line: &[u8], shared: Option<&Bytes>) -> Option<Event> {
        if line.is_empty() {
            return self.dispatch();
        }
        // No field that means something has a longer name, so a colon further on does not matter.
        let head = &line[..line.len().min(LONGEST_NAME + 1)];
        let (name, value) = match head.iter().position(|&byte| byte == b':') {
            Some(colon) => {
                let value = &line[colon + 1..];
                (&line[..colon], value.strip_prefix(b" ").unwrap_or(value))
            }
            None => (line, &[][..]),
        };
        match name {
            b"data" => self.add_data(value, shared),
            b"event" => self.set_event(value),
            b"id" if memchr(0, value).is_none() => {
                self.id = Some(text(value, shared));
                self.id_is_slice |= shared.is_some();
            }
            b"retry" => self.set_retry(value),
            _ => return None,
        }
        self.held += line.len() + 1;
        None
    }

    fn add_data(&mut self, value: &[u8], shared: Option<&Bytes>) {
        match &mut self.data {
            Data::None => self.data = Data::One(text(value, shared)),
            Data::One(first) => {
                self.lines.extend_from_slice(first.as_bytes());
                self.data = Data::Many;
                self.push_line(value);
            }
            Data::Many => self.push_line(value),
        }
    }

    fn push_line(&mut self, value: &[u8]) {
        self.lines.push(b'\n');
        self.lines.extend_from_slice(value);
    }

    fn set_event(&mut self, value: &[u8]) {
        if value.is_empty() {
            self.event = None;
            return;
        }
        if self.known_event.as_bytes() != value {
            self.known_event = text(value, None);
        }
        self.event = Some(self.known_event.clone());
    }

    fn set_retry(&mut self, value: &[u8]) {
        if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
            return;
        }
        let milliseconds =
            value.iter().fold(0u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
        self.retry = Some(Duration::from_millis(milliseconds));
    }

    /// The lines of the data as one text, of just the size it needs. What was room to grow stays for the next.
    /// They are checked together: no sequence of UTF-8 reaches over a line feed.
    fn take_lines(&mut self) -> ByteString {
        if self.lines.capacity() > KEEP {
            let data = Bytes::from(std::mem::take(&mut self.lines));
            return text(&data, Some(&data));
        }
        let data = text(&self.lines, None);
        self.lines.clear();
        data
    }

    /// Copies the ids that are slices of a chunk. A few bytes would keep all of it alive while a feed is quiet.
    fn let_go(&mut self) {
        if std::mem::take(&mut self.id_is_slice) {
            self.last_event_id = ByteString::from(&*self.last_event_id);
            self.id = self.id.take().map(|id| ByteString::from(&*id));
        }
    }

    fn dispatch(&mut self) -> Option<Event> {
        if let Some(id) = self.id.take() {
            self.last_event_id = id;
        }
        self.held = 0;
        let event = self.event.take();
        let data = match std::mem::take(&mut self.data) {
            Data::None => return None,
            Data::One(line) => line,
            Data::Many => self.take_lines(),
        };
        let event = event.unwrap_or(const { ByteString::from_static("message") });
        Some(Event { event, data, id: self.last_event_id.clone() })
    }
}

/// `value` as text: a slice of `shared` if it is one and valid, else a copy.
fn text(value: &[u8], shared: Option<&Bytes>) -> ByteString {
    let valid = match shared {
        _ if value.is_empty() => return ByteString::new(),
        Some(shared) => ByteString::try_from(shared.slice_ref(value)),
        None => ByteString::try_from(value),
    };
    valid.unwrap_or_else(|_| String::from_utf8_lossy(value).into_owned().into())
}
