//! Second opinions: two other decoders say the same wherever they follow the standard, and where they do not is listed.
//!
//! If a new release of one of them fails a row of the list, the row is what has to be looked at: they may have come
//! closer to the standard.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use eventsource_stream::Eventsource;
use futures_util::{FutureExt, Stream, StreamExt};
use proptest::prelude::*;
use streambell_sse::Decoder;

/// What a decoder makes of a stream.
#[derive(Debug, Clone, Default, PartialEq)]
struct Outcome {
    /// Type, data and id of each event.
    events: Vec<(String, String, String)>,
    /// In milliseconds.
    retry: Option<u64>,
    /// How it gave up, if it did.
    trouble: Option<Trouble>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Trouble {
    Error,
    Panic,
}

fn ours(chunks: &[&[u8]]) -> Outcome {
    let mut decoder = Decoder::new(1 << 20);
    let mut events = Vec::new();
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
        while let Some(event) = decoder.next_event().unwrap() {
            events.push((event.event.to_string(), event.data.to_string(), event.id.to_string()));
        }
    }
    let retry = decoder.retry().map(|retry| u64::try_from(retry.as_millis()).unwrap_or(u64::MAX));
    Outcome { events, retry, trouble: None }
}

/// It keeps `retry` and a last id itself, with each event.
fn eventsource_stream(chunks: &[&[u8]]) -> Outcome {
    let mut outcome = Outcome::default();
    let read = AssertUnwindSafe(|| {
        let events: Vec<_> = source(chunks).eventsource().collect().now_or_never().unwrap();
        for event in events {
            match event {
                Ok(event) => {
                    outcome.retry = event.retry.map_or(outcome.retry, |retry| Some(retry.as_millis() as u64));
                    outcome.events.push((event.event, event.data, event.id));
                }
                Err(_) => outcome.trouble = Some(Trouble::Error),
            }
        }
    });
    if catch_unwind(read).is_err() {
        outcome.trouble = Some(Trouble::Panic);
    }
    outcome
}

/// It leaves the id, the default type and blocks without data to its caller, who is here.
fn sse_stream(chunks: &[&[u8]]) -> Outcome {
    let mut outcome = Outcome::default();
    let mut last_id = String::new();
    let blocks: Vec<_> = sse_stream::SseByteStream::new(source(chunks)).collect().now_or_never().unwrap();
    for block in blocks {
        let Ok(block) = block else {
            outcome.trouble = Some(Trouble::Error);
            break;
        };
        last_id = block.id.unwrap_or(last_id);
        outcome.retry = block.retry.or(outcome.retry);
        if let Some(data) = block.data {
            let kind = block.event.filter(|kind| !kind.is_empty()).unwrap_or_else(|| "message".to_owned());
            outcome.events.push((kind, data, last_id.clone()));
        }
    }
    outcome
}

fn source(chunks: &[&[u8]]) -> impl Stream<Item = Result<Bytes, Infallible>> + Unpin + use<> {
    let chunks: Vec<_> = chunks.iter().map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    futures_util::stream::iter(chunks)
}

type Read = fn(&[&[u8]]) -> Outcome;
const EVENTSOURCE_STREAM: Read = eventsource_stream;
const SSE_STREAM: Read = sse_stream;

/// A stream, cut as given; what the standard makes of it, and what a peer makes of it instead.
struct Difference {
    why: &'static str,
    peer: Read,
    chunks: &'static [&'static [u8]],
    standard: Says,
    theirs: Says,
}

/// The data and the ids of the events, `retry`, and how it failed.
type Says = (&'static [(&'static str, &'static str)], Option<u64>, Option<Trouble>);

const DIFFERENCES: &[Difference] = &[
    Difference {
        why: "One byte order mark at the start is dropped. It panics, so any server can end its task.",
        peer: EVENTSOURCE_STREAM,
        chunks: &["\u{FEFF}data: x\n\n".as_bytes()],
        standard: (&[("x", "")], None, None),
        theirs: (&[], None, Some(Trouble::Panic)),
    },
    Difference {
        why: "Bytes that are not UTF-8 become U+FFFD. It waits for them to become valid, and keeps all that follows.",
        peer: EVENTSOURCE_STREAM,
        chunks: &[b"data: a\xFFb\n\n", b"data: c\n\n"],
        standard: (&[("a\u{FFFD}b", ""), ("c", "")], None, None),
        theirs: (&[], None, Some(Trouble::Error)),
    },
    Difference {
        why: "`retry` takes effect with its line. Without data in the same block, it loses it.",
        peer: EVENTSOURCE_STREAM,
        chunks: &[b"retry: 10\n\ndata: x\n\n"],
        standard: (&[("x", "")], Some(10), None),
        theirs: (&[("x", "")], None, None),
    },
    Difference {
        why: "`retry` is ASCII digits alone. It accepts a sign.",
        peer: EVENTSOURCE_STREAM,
        chunks: &[b"retry: +55\ndata: x\n\n"],
        standard: (&[("x", "")], None, None),
        theirs: (&[("x", "")], Some(55), None),
    },
    Difference {
        why: "`retry` may have any number of digits. Beyond 64 bits it ignores them; we take the largest number.",
        peer: EVENTSOURCE_STREAM,
        chunks: &[b"retry: 99999999999999999999\ndata: x\n\n"],
        standard: (&[("x", "")], Some(u64::MAX), None),
        theirs: (&[("x", "")], None, None),
    },
    Difference {
        why: "The same of the other one.",
        peer: SSE_STREAM,
        chunks: &[b"retry: 99999999999999999999\ndata: x\n\n"],
        standard: (&[("x", "")], Some(u64::MAX), None),
        theirs: (&[("x", "")], None, None),
    },
    Difference {
        why: "CR ends a line, so CR CR ends an event. It waits for what comes after, and nothing comes.",
        peer: EVENTSOURCE_STREAM,
        chunks: &[b"data: x\r\r"],
        standard: (&[("x", "")], None, None),
        theirs: (&[], None, None),
    },
    Difference {
        why: "Bytes that are not UTF-8 become U+FFFD. It ends the stream with an error.",
        peer: SSE_STREAM,
        chunks: &[b"data: a\xFFb\n\n", b"data: c\n\n"],
        standard: (&[("a\u{FFFD}b", ""), ("c", "")], None, None),
        theirs: (&[], None, Some(Trouble::Error)),
    },
    Difference {
        why: "`retry` takes effect with its line. It hands it out with its block, and this one is not finished.",
        peer: SSE_STREAM,
        chunks: &[b"data: x\n\nretry: 10\n"],
        standard: (&[("x", "")], Some(10), None),
        theirs: (&[("x", "")], None, None),
    },
];

fn says((events, retry, trouble): Says) -> Outcome {
    let events = events.iter().map(|(data, id)| ("message".to_owned(), (*data).to_owned(), (*id).to_owned())).collect();
    Outcome { events, retry, trouble }
}

#[test]
fn where_they_differ_from_the_standard_and_we_do_not() {
    for difference in DIFFERENCES {
        assert_eq!(ours(difference.chunks), says(difference.standard), "{}", difference.why);
        assert_eq!((difference.peer)(difference.chunks), says(difference.theirs), "{}", difference.why);
    }
}

/// The id that earlier connections left belongs to events that bring none. It takes that id, and never hands it out.
#[test]
fn where_they_differ_over_connections() {
    let mut decoder = Decoder::new(100).with_last_event_id("7");
    decoder.push("data: x\n\n".into());
    assert_eq!(&*decoder.next_event().unwrap().unwrap().id, "7");

    let mut stream = source(&[b"data: x\n\n"]).eventsource();
    stream.set_last_event_id("7");
    assert_eq!(stream.next().now_or_never().unwrap().unwrap().unwrap().id, "");
    assert_eq!(stream.last_event_id(), "");
}

/// The end of a line.
fn end() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["\n", "\r", "\r\n"])
}

/// A line of a stream in valid UTF-8: known fields, unknown ones, comments, with and without the space, and blank ones.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(String::new()),
        4 => "data(: ?[a-z:é… 🐎\u{FEFF}]{0,9})?",
        2 => "event(: ?[a-z é]{0,5})?",
        2 => "id(: ?[0-9a-z\u{0}]{0,3})?",
        1 => "retry: ?[0-9]{0,6}",
        1 => "retry: [-+0-9. ]{0,4}",
        1 => ":[ a-z]{0,9}",
        1 => "[a-zA-Z ]{1,6}(: ?[a-z]{0,5})?",
    ]
}

/// Cuts a stream into chunks of these sizes, over and over.
fn cut<'a>(stream: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = stream;
    let sizes = sizes.iter().cycle();
    sizes.map_while(|&size| rest.split_off(..size.min(rest.len()))).take_while(|chunk| !chunk.is_empty()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any line ends in any mix, a byte order mark or none, every field: it agrees on all of it.
    #[test]
    fn sse_stream_agrees_on_valid_utf8(
        mark in any::<bool>(),
        lines in prop::collection::vec((line(), end()), 0..40),
        sizes in prop::collection::vec(1usize..20, 1..9),
    ) {
        let mut stream = if mark { "\u{FEFF}".to_owned() } else { String::new() };
        lines.iter().for_each(|(line, end)| stream.extend([line, *end]));
        // Its `retry` waits for the end of its block: a blank line, also when the last end was a CR.
        stream.push_str("\n\n");
        let chunks = cut(stream.as_bytes(), &sizes);
        prop_assert_eq!(sse_stream(&chunks), ours(&chunks));
    }

    /// Without a byte order mark, a `retry`, or a CR at the end of a chunk, and with a whole last line.
    #[test]
    fn eventsource_stream_agrees_on_events(
        lines in prop::collection::vec((line(), prop::sample::select(vec!["\n", "\r\n"])), 0..40),
        sizes in prop::collection::vec(1usize..20, 1..9),
    ) {
        let mut stream = String::new();
        lines.iter().for_each(|(line, end)| stream.extend([line, *end]));
        let chunks = cut(stream.as_bytes(), &sizes);
        prop_assert_eq!(eventsource_stream(&chunks).events, ours(&chunks).events);
    }
}
