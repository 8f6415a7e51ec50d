//! The decoders, each with a function that counts the events of a stream.

use std::convert::Infallible;
use std::hint::black_box;

use bytes::Bytes;
use eventsource_stream::Eventsource;
use futures_executor::block_on;
use futures_util::stream::{self, Stream, StreamExt};
use streambell_sse::Decoder;

use crate::cases::Case;

pub(crate) struct Library {
    pub(crate) name: &'static str,
    /// Decodes the chunks of a stream, and counts its events.
    pub(crate) decode: fn(Vec<Bytes>) -> usize,
    pub(crate) is_ours: bool,
    /// Whether events come out, or this is only here to show how fast memory can be read.
    pub(crate) is_decoder: bool,
    pub(crate) is_quadratic: fn(&Case) -> bool,
}

const PEER: Library = Library { name: "", decode: scan, is_ours: false, is_decoder: true, is_quadratic: |_| false };

pub(crate) const LIBRARIES: [Library; 5] = [
    Library { name: "scan for CR, LF", decode: scan, is_decoder: false, ..PEER },
    Library { name: "streambell-sse", decode: streambell_sse, is_ours: true, ..PEER },
    Library {
        name: "eventsource-stream",
        decode: eventsource_stream,
        is_quadratic: |case| case.has_long_lines || case.has_large_chunks(),
        ..PEER
    },
    Library { name: "sse-stream", decode: sse_stream, ..PEER },
    Library { name: "sseer", decode: sseer, ..PEER },
];

fn scan(chunks: Vec<Bytes>) -> usize {
    chunks.iter().map(|chunk| memchr::memchr2_iter(b'\r', b'\n', black_box(chunk)).count()).sum()
}

fn streambell_sse(chunks: Vec<Bytes>) -> usize {
    let mut decoder = Decoder::new(16 << 20);
    let mut events = 0;
    for chunk in chunks {
        decoder.push(chunk);
        while let Ok(Some(event)) = decoder.next_event() {
            black_box(event);
            events += 1;
        }
    }
    events
}

fn eventsource_stream(chunks: Vec<Bytes>) -> usize {
    count(source(chunks).eventsource().filter(|event| std::future::ready(event.is_ok())))
}

/// It hands out blocks without data too, which the standard does not dispatch.
fn sse_stream(chunks: Vec<Bytes>) -> usize {
    let events = sse_stream::SseByteStream::new(source(chunks));
    count(events.filter(|event| std::future::ready(event.as_ref().is_ok_and(|event| event.data.is_some()))))
}

fn sseer(chunks: Vec<Bytes>) -> usize {
    count(sseer::EventStream::new(source(chunks)).filter(|event| std::future::ready(event.is_ok())))
}

fn source(chunks: Vec<Bytes>) -> impl Stream<Item = Result<Bytes, Infallible>> + Unpin {
    stream::iter(chunks.into_iter().map(Ok))
}

fn count<T>(events: impl Stream<Item = T>) -> usize {
    block_on(events.fold(0, |events, event| {
        black_box(event);
        std::future::ready(events + 1)
    }))
}
