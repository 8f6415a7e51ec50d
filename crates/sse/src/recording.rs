//! A stream as it came, bytes with times, in a file: JSON lines, which docs/recording.md describes.
//!
//! [`Recorder`] writes one, [`Recording`] reads one moment by moment, and [`Playback`] makes events of those.

mod read;
mod write;

use std::time::Duration;

use bytes::Bytes;
use bytestring::ByteString;
use ecow::EcoString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use url::Url;

use crate::address::redact_url;
use crate::decoder::{DecodeError, Decoder, Event};

pub use read::{Recording, RecordingError};
pub use write::Recorder;

/// The version of the format that is written; what is newer is not read.
pub const RECORDING_VERSION: u32 = 1;

/// What the first line says that a recording begins with.
const MARK: &str = "streambell";

/// The longest line that is read. A [`Recorder`] keeps well below it.
const LONGEST_LINE: usize = 16 * 1024 * 1024;

/// No recording is longer: a hundred years.
const LONGEST: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);

/// What a recording is of.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordingHead {
    /// When it began; the times of its moments count from here.
    pub started: Timestamp,
    /// Where the stream came from, without what could be secret.
    pub url: String,
    /// The settings of its feed, without secrets; this crate does not look inside.
    pub feed: Option<Map<String, Value>>,
}

impl RecordingHead {
    /// Of a stream from this address, from now on.
    pub fn new(url: &Url) -> Self {
        let now = Timestamp::now().as_millisecond();
        Self { started: Timestamp::from_millisecond(now).unwrap_or_default(), url: redact_url(url), feed: None }
    }
}

/// Something that happened to a recorded stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// So long after the recording began; whole milliseconds.
    pub at: Duration,
    /// What it was.
    pub what: Heard,
}

/// What is heard of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The server answered with a stream.
    Open(Answered),
    /// Bytes of it came, cut as they came.
    Bytes(Bytes),
    /// The connection ended: why, in words. Another may follow.
    End(String),
}

/// How a server answered. Untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// The status of HTTP.
    pub status: u16,
    /// The type of the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The version of HTTP: `HTTP/1.1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// Makes events of what is heard, as a [`Connection`](crate::Connection) does: a decoder for each connection, and the
/// last event id carries over.
///
/// ```
/// use streambell_sse::{Heard, Playback};
///
/// let (mut playback, mut events) = (Playback::new(1024), Vec::new());
/// playback.take(Heard::Bytes("id: 7\ndata: on\n\ndata: cut o".into()), &mut events)?;
/// playback.take(Heard::End("The server closed the connection.".into()), &mut events)?;
/// playback.take(Heard::Bytes("data: off\n\n".into()), &mut events)?;
/// let events: Vec<_> = events.iter().map(|event| (&*event.data, &*event.id)).collect();
/// assert_eq!(events, [("on", "7"), ("off", "7")]);
/// # Ok::<(), streambell_sse::DecodeError>(())
/// ```
#[derive(Debug)]
pub struct Playback {
    /// `None`: the rest of this connection is not read.
    decoder: Option<Decoder>,
    last_event_id: EcoString,
    max_event_bytes: usize,
}

impl Playback {
    /// One for a whole recording, in which no event may need more than `max_event_bytes`.
    pub fn new(max_event_bytes: usize) -> Self {
        Self { decoder: Some(Decoder::new(max_event_bytes)), last_event_id: EcoString::default(), max_event_bytes }
    }

    /// Appends the events that are whole with this.
    ///
    /// # Errors
    /// When an event exceeds the limit, after the events before it. The rest of that connection is passed over.
    pub fn take(&mut self, what: Heard, events: &mut Vec<Event>) -> Result<(), DecodeError> {
        let Heard::Bytes(bytes) = what else {
            if let Some(decoder) = self.decoder.take() {
                self.last_event_id = decoder.last_event_id().clone();
            }
            let id = self.last_event_id.clone();
            self.decoder = Some(Decoder::new(self.max_event_bytes).with_last_event_id(id));
            return Ok(());
        };
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        decoder.push(bytes);
        loop {
            match decoder.next_event() {
                Ok(Some(event)) => events.push(event),
                Ok(None) => return Ok(()),
                Err(error) => {
                    self.last_event_id = decoder.last_event_id().clone();
                    self.decoder = None;
                    return Err(error);
                }
            }
        }
    }
}

/// A moment as it is written: a line of JSON. Exactly one of the optional fields is there.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// Milliseconds.
    at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<Answered>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<ByteString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<String>,
}

/// A head as it is written: the first line. What else it may hold is room for later.
#[derive(Serialize, Deserialize)]
struct FirstLine {
    recording: String,
    version: u32,
    #[serde(serialize_with = "to_the_millisecond")]
    started: Timestamp,
    url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    feed: Option<Map<String, Value>>,
}

fn to_the_millisecond<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{time:.3}"))
}
