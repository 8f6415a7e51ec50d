//! Lines to events: the fields of a block (HTML Standard, 9.2.6).

use std::time::Duration;

use bytestring::ByteString;
use ecow::EcoString;
use memchr::memchr;

use super::Event;

/// What is kept for joining lines, from event to event.
const KEEP: usize = 64 * 1024;

/// The data of a block: most have one line, and that line need not be copied.
#[derive(Debug, Default)]
enum Data {
    #[default]
    None,
    One(ByteString),
    /// In [`Block::joined`].
    Many,
}

/// The block being read, and what outlives it.
#[derive(Debug)]
pub(super) struct Block {
    data: Data,
    joined: String,
    /// The type seen last. Streams repeat a few types for ever, so that one allocation serves them.
    event: EcoString,
    /// This block has said its type.
    typed: bool,
    /// The id that the block has set.
    id: Option<EcoString>,
    /// The id as of the last finished block.
    last_event_id: EcoString,
    retry: Option<Duration>,
    /// The bytes of this block's lines that are kept.
    held: usize,
}

impl Block {
    pub(super) fn new(last_event_id: EcoString) -> Self {
        Self {
            data: Data::None,
            joined: String::new(),
            event: EcoString::default(),
            typed: false,
            id: None,
            last_event_id,
            retry: None,
            held: 0,
        }
    }

    pub(super) fn last_event_id(&self) -> &EcoString {
        &self.last_event_id
    }

    pub(super) fn retry(&self) -> Option<Duration> {
        self.retry
    }

    pub(super) fn held(&self) -> usize {
        self.held
    }

    /// Lets go of the block, and keeps what outlives it.
    pub(super) fn abandon(&mut self) {
        *self = Self { retry: self.retry, ..Self::new(self.last_event_id.clone()) };
    }

    /// Takes a line that is not blank. `shared` is what it is a part of, for data that can be a slice of it.
    #[inline(always)]
    pub(super) fn take(&mut self, line: &str, shared: Option<&ByteString>) {
        if let Some(value) = value_of("data", line) {
            self.add_data(value, shared);
        } else if let Some(value) = value_of("event", line) {
            if self.event != value {
                self.event = value.into();
            }
            self.typed = !value.is_empty();
        } else if let Some(value) = value_of("id", line) {
            if memchr(0, value.as_bytes()).is_some() {
                return;
            }
            self.id = Some(value.into());
        } else if let Some(value) = value_of("retry", line) {
            self.set_retry(value);
        } else {
            return;
        }
        self.held += line.len() + 1;
    }

    #[inline]
    fn add_data(&mut self, value: &str, shared: Option<&ByteString>) {
        match &self.data {
            Data::Many => {}
            Data::One(first) => {
                self.joined.push_str(first);
                self.data = Data::Many;
            }
            Data::None => {
                self.data = Data::One(shared.map_or_else(|| value.into(), |text| text.slice_ref(value)));
                return;
            }
        }
        self.joined.push('\n');
        self.joined.push_str(value);
    }

    fn set_retry(&mut self, value: &str) {
        if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        let milliseconds =
            value.bytes().fold(0u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
        self.retry = Some(Duration::from_millis(milliseconds));
    }

    /// Takes a blank line: the block is finished, and an event if it had data.
    #[inline]
    pub(super) fn finish(&mut self) -> Option<Event> {
        if self.held == 0 {
            // Nothing but comments, or nothing at all: the most frequent block of many feeds.
            return None;
        }
        self.held = 0;
        if let Some(id) = self.id.take() {
            self.last_event_id = id;
        }
        let typed = std::mem::take(&mut self.typed);
        let data = match std::mem::take(&mut self.data) {
            Data::None => return None,
            Data::One(line) => line,
            Data::Many => self.take_joined(),
        };
        let event = if typed { self.event.clone() } else { const { EcoString::inline("message") } };
        Some(Event { event, data, id: self.last_event_id.clone() })
    }

    /// The joined lines as one text. The next are expected to need about as much room.
    fn take_joined(&mut self) -> ByteString {
        let room = self.joined.len().min(KEEP);
        let mut data = std::mem::replace(&mut self.joined, String::with_capacity(room));
        // Whoever keeps it for long is not to keep much more than it.
        if data.capacity() - data.len() > data.len() / 4 {
            data.shrink_to_fit();
        }
        data.into()
    }
}

/// What a line says, if it is of the field `name`.
#[inline]
fn value_of<'a>(name: &str, line: &'a str) -> Option<&'a str> {
    let rest = line.strip_prefix(name)?;
    match rest.as_bytes() {
        [] => Some(rest),
        [b':', b' ', ..] => Some(&rest[2..]),
        [b':', ..] => Some(&rest[1..]),
        _ => None,
    }
}
