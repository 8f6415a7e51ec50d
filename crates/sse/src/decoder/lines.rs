//! Bytes to lines: UTF-8 with replacement, then line ends (HTML Standard, 9.2.6).

use std::collections::VecDeque;
use std::str;

use bytes::{Buf, Bytes};
use bytestring::ByteString;
use memchr::memchr2;

use super::line_ends::{LineEnd, LineEnds};

/// A line that goes on is read in pieces of this size: small enough that the next piece is on its way from memory
/// while this one is checked and copied.
const PIECE: usize = 2048;

/// Carried lines from this size on are given away. Shorter ones are copied, and their buffer is kept.
const GIVE_FROM: usize = 4096;

/// Checking so few bytes twice costs less than counting one more reference to them.
const SHORT: usize = 64;

const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// Where a finished line is. It is not copied to say so.
pub(super) enum Line {
    /// In [`Lines::text`], from here to there.
    InText(usize, usize),
    /// Carried over from an earlier chunk, where it began.
    Carried,
    /// Nowhere: it exceeds what may be held.
    TooLong,
}

enum ReadOn {
    Done,
    NothingLeft,
    TooLong,
}

/// Decodes UTF-8 and cuts the text into lines at CR, LF and CR LF.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// A chunk that has not been looked at; empty if there is none.
    next: Bytes,
    /// Those after it. Most readers push one at a time, so that this needs no memory.
    queued: VecDeque<Bytes>,
    /// The beginning of a character whose end has not come: at most three bytes.
    partial: Vec<u8>,
    /// The chunk being read, decoded. Lines are slices of it.
    text: ByteString,
    ends: LineEnds,
    /// Where the next line begins in `text`.
    at: usize,
    /// The beginning of a line whose end has not come.
    carried: String,
    /// How long the line was that was given away last. The next long one is often like it.
    usual: usize,
    /// The last line ended in CR, so a LF right after it belongs to it. This is known only when the LF comes, and
    /// the line must not wait for that.
    after_cr: bool,
    /// A character has been read, so a byte order mark cannot come any more.
    begun: bool,
}

impl Lines {
    pub(super) fn push(&mut self, chunk: Bytes) {
        if self.next.is_empty() {
            self.next = chunk;
        } else {
            self.queued.push_back(chunk);
        }
    }

    pub(super) fn text(&self) -> &ByteString {
        &self.text
    }

    pub(super) fn carried(&self) -> &str {
        &self.carried
    }

    /// The carried line, if it is long enough to be worth giving away.
    pub(super) fn give_carried(&mut self) -> Option<ByteString> {
        let length = self.carried.len();
        if length < GIVE_FROM {
            return None;
        }
        self.usual = length;
        let mut line = std::mem::take(&mut self.carried);
        // Whoever keeps it for long is not to keep much more than it.
        if line.capacity() - length > length / 4 {
            line.shrink_to_fit();
        }
        Some(line.into())
    }

    /// Makes room for the next line that must be carried.
    pub(super) fn clear_carried(&mut self) {
        self.carried.clear();
    }

    /// Whether no part of a line or of a character is held, nor anything that has not been looked at.
    pub(super) fn at_rest(&self) -> bool {
        self.at == self.text.len() && self.carried.is_empty() && self.partial.is_empty() && self.next.is_empty()
    }

    /// The next line, if its end has come. It may be as long as `room`.
    #[inline]
    pub(super) fn next(&mut self, room: usize) -> Option<Line> {
        loop {
            let Some(LineEnd { at: end, cr }) = self.ends.next(self.text.as_bytes()) else {
                match self.read_on(room) {
                    ReadOn::Done => continue,
                    ReadOn::NothingLeft => return None,
                    ReadOn::TooLong => return Some(Line::TooLong),
                }
            };
            let start = std::mem::replace(&mut self.at, end + 1);
            let after_cr = std::mem::replace(&mut self.after_cr, cr);
            if self.carried.is_empty() {
                if after_cr && !cr && start == end {
                    continue;
                }
                return Some(if end - start > room { Line::TooLong } else { Line::InText(start, end) });
            }
            return Some(self.finish_carried(start, end, room));
        }
    }

    #[cold]
    fn finish_carried(&mut self, start: usize, end: usize, room: usize) -> Line {
        if self.carried.len() + (end - start) > room {
            return Line::TooLong;
        }
        self.carried.push_str(&self.text[start..end]);
        Line::Carried
    }

    /// Carries what is left of the text, and reads the next chunk.
    #[inline(never)]
    fn read_on(&mut self, room: usize) -> ReadOn {
        let rest = &self.text[self.at..];
        if self.carried.len() + rest.len() > room {
            return ReadOn::TooLong;
        }
        self.carried.push_str(rest);
        // Letting go of a used chunk is what lets its memory be used again.
        self.text = ByteString::new();
        self.ends = LineEnds::default();
        self.at = 0;
        if self.next.is_empty() {
            return ReadOn::NothingLeft;
        }
        let next = self.queued.pop_front().unwrap_or_default();
        let chunk = std::mem::replace(&mut self.next, next);
        self.read(chunk, room);
        ReadOn::Done
    }

    /// Reads a chunk: what goes on with a carried line is carried too, and the rest becomes the text.
    fn read(&mut self, mut chunk: Bytes, room: usize) {
        self.finish_character(&mut chunk);
        self.go_on(&mut chunk, room);
        let complete = chunk.len() - unfinished(&chunk);
        self.partial.extend_from_slice(&chunk.split_off(complete));
        if chunk.is_empty() {
            return;
        }
        self.text = decode(chunk);
        if !std::mem::replace(&mut self.begun, true) && self.text.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len_utf8();
        }
    }

    /// Completes a character that was cut in two.
    fn finish_character(&mut self, chunk: &mut Bytes) {
        while !self.partial.is_empty() && !chunk.is_empty() {
            self.partial.push(chunk[0]);
            let character = match str::from_utf8(&self.partial) {
                Err(error) if error.error_len().is_none() => {
                    chunk.advance(1);
                    continue;
                }
                Ok(character) => {
                    chunk.advance(1);
                    character.chars().next().unwrap_or_default()
                }
                // The new byte begins another one.
                Err(_) => char::REPLACEMENT_CHARACTER,
            };
            self.partial.clear();
            if std::mem::replace(&mut self.begun, true) || character != BYTE_ORDER_MARK {
                self.carried.push(character);
            }
        }
    }

    /// Goes on with a carried line: up to its end, or as far as there are whole characters.
    fn go_on(&mut self, chunk: &mut Bytes, room: usize) {
        if self.carried.is_empty() {
            return;
        }
        if self.carried.len() >= GIVE_FROM {
            self.carried.reserve(self.usual.saturating_sub(self.carried.len()));
        }
        let mut rest = &chunk[..];
        while !rest.is_empty() && self.carried.len() <= room {
            let piece = &rest[..rest.len().min(PIECE)];
            let end = memchr2(b'\r', b'\n', piece);
            let length = end.unwrap_or_else(|| piece.len() - unfinished(piece));
            push_lossy(&mut self.carried, &piece[..length]);
            rest = &rest[length..];
            if end.is_some() || length == 0 {
                break;
            }
        }
        let done = chunk.len() - rest.len();
        chunk.advance(done);
    }
}

/// UTF-8 as the Encoding Standard decodes it (4.1, 8.1.1): each ill-formed part becomes one U+FFFD.
fn decode(chunk: Bytes) -> ByteString {
    if chunk.len() <= SHORT && str::from_utf8(&chunk).is_ok() {
        return ByteString::try_from(chunk).unwrap_or_default();
    }
    match ByteString::try_from(chunk.clone()) {
        Ok(text) => text,
        Err(_) => String::from_utf8_lossy(&chunk).into_owned().into(),
    }
}

fn push_lossy(text: &mut String, bytes: &[u8]) {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(valid) => text.push_str(valid),
        Err(_) => text.push_str(&String::from_utf8_lossy(bytes)),
    }
}

/// How many bytes at the end are the beginning of a character that more bytes may finish.
fn unfinished(bytes: &[u8]) -> usize {
    let tail = &bytes[bytes.len().saturating_sub(3)..];
    let Some(lead) = tail.iter().rposition(|&byte| byte >= 0xC0) else { return 0 };
    match str::from_utf8(&tail[lead..]) {
        Err(error) if error.error_len().is_none() => tail.len() - lead,
        _ => 0,
    }
}
