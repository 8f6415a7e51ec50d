//! Any bytes in any pieces, with any limit: the same as in one piece, no panic, and no more memory than the limit allows.
//!
//! The last bytes of the input say how the rest is cut and what the limit is, so that a captured stream is a good seed
//! as it is.
#![no_main]

use std::time::Duration;

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;
use streambell_sse::{DecodeError, Decoder, Event};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Room for what does not grow with the input: the type seen last, and the ends of growing buffers.
const SLACK: usize = 256 * 1024;

fuzz_target!(|input: &[u8]| {
    let (stream, control) = input.split_at(input.len().saturating_sub(CONTROL));
    let Some((limit, sizes)) = control.split_first_chunk::<2>() else { return };
    let limit = usize::from(u16::from_le_bytes(*limit));
    let whole = decode(stream, limit, &[]);
    assert_eq!(decode(stream, limit, sizes), whole, "cut into {sizes:?}, limit {limit}");
    assert_eq!(decode(stream, limit, &[1]), whole, "byte by byte, limit {limit}");
    // Whoever raises the limit sees what was seen before it was reached.
    let more = decode(stream, limit.saturating_mul(2), sizes);
    assert_eq!(more.events.get(..whole.events.len()), Some(&whole.events[..]), "limit {limit} and twice that");
    for event in &whole.events {
        assert!(!event.event.is_empty() && !event.id.contains('\0'), "{event:?}");
        assert!(!event.data.contains('\r') && !event.id.contains(['\r', '\n']), "{event:?}");
    }
});

/// Two bytes of limit, and the sizes of six pieces, over and over.
const CONTROL: usize = 8;

#[derive(Debug, PartialEq)]
struct Outcome {
    events: Vec<Event>,
    last_event_id: String,
    retry: Option<Duration>,
    error: Option<DecodeError>,
}

/// Without sizes, all is one piece.
fn decode(stream: &[u8], limit: usize, sizes: &[u8]) -> Outcome {
    let mut decoder = Decoder::new(limit);
    let (mut events, mut error) = (Vec::new(), None);
    let mut sizes = sizes.iter().cycle().map(|&size| usize::from(size).max(1));
    let mut rest = stream;
    while !rest.is_empty() {
        let size = sizes.next().unwrap_or(rest.len()).min(rest.len());
        decoder.push(Bytes::new());
        decoder.push(Bytes::copy_from_slice(rest.split_off(..size).unwrap_or_default()));
        let found = loop {
            match decoder.next_event() {
                Ok(Some(event)) => events.push(event),
                Ok(None) => break None,
                Err(found) => break Some(found),
            }
        };
        assert!(error.is_none() || error == found, "an error is final");
        error = found;
    }
    let outcome = Outcome { events, last_event_id: decoder.last_event_id().to_string(), retry: decoder.retry(), error };
    let with_decoder = MEMORY.current_usage();
    drop(decoder);
    let held = with_decoder.saturating_sub(MEMORY.current_usage());
    assert!(held <= 4 * limit + SLACK, "{held} bytes are held with a limit of {limit}");
    outcome
}
