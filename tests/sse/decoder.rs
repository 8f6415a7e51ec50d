//! Limits, sharing, and properties that hold for any bytes.

use bytes::Bytes;
use proptest::prelude::*;
use streambell_sse::{DecodeError, Decoder, Event};

/// Everything that comes out of a stream cut into these chunks: the events, what is left, and the error.
type Outcome = (Vec<Event>, String, Option<std::time::Duration>, Option<DecodeError>);

fn decode<'a>(limit: usize, chunks: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let mut decoder = Decoder::new(limit);
    let (mut events, mut error) = (Vec::new(), None);
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
        loop {
            match decoder.next_event() {
                Ok(Some(event)) => events.push(event),
                Ok(None) => break,
                Err(found) => {
                    error = Some(found);
                    break;
                }
            }
        }
    }
    (events, decoder.last_event_id().to_string(), decoder.retry(), error)
}

fn first(stream: &[u8]) -> Event {
    decode(1 << 20, [stream]).0.remove(0)
}

#[test]
fn bytes_that_are_not_utf8_become_replacement_characters() {
    assert_eq!(&*first(b"data: a\xFFb\n\n").data, "a\u{FFFD}b");
    assert_eq!(&*first(b"data: \xF0\x9F\x90\ndata: ok\n\n").data, "\u{FFFD}\nok");
    assert_eq!(&*first(b"event: \xFF\xFE\ndata: x\n\n").event, "\u{FFFD}\u{FFFD}");
    assert_eq!(&*first(b"id: \xC3\x28\ndata: x\n\n").id, "\u{FFFD}(");
    assert!(decode(100, [&b"d\xFFta: x\n\n"[..]]).0.is_empty());
}

#[test]
fn one_line_of_data_is_a_slice_of_its_chunk() {
    let chunk = Bytes::from("data: 61234.5\n\n");
    let mut decoder = Decoder::new(100);
    decoder.push(chunk.clone());
    let event = decoder.next_event().unwrap().unwrap();
    assert_eq!(event.data.as_bytes().as_ptr(), chunk[6..].as_ptr());
}

#[test]
fn types_and_ids_pin_no_chunk() {
    let mut decoder = Decoder::new(100);
    let long = "x".repeat(40);
    let chunk = Bytes::from(format!("id: {long}\nevent: {long}\ndata\n\ndata\n\n"));
    decoder.push(chunk.clone());
    let one = decoder.next_event().unwrap().unwrap();
    let two = decoder.next_event().unwrap().unwrap();
    assert_eq!(one.id.as_ptr(), two.id.as_ptr(), "a long one is shared by all events that have it");
    assert_eq!(decoder.next_event(), Ok(None));
    assert_eq!((&*one.event, &**decoder.last_event_id()), (&*long, &*long));
    assert!(chunk.is_unique(), "the decoder has let go of a chunk that is used up, and so have id and type");
}

#[test]
fn an_unfinished_block_takes_nothing_with_it() {
    let (events, id, retry, _) = decode(100, [&b"id: 1\ndata: a\n\nid: 2\nretry: 5\ndata: b\n"[..]]);
    assert_eq!(events.len(), 1);
    assert_eq!(id, "1");
    assert_eq!(retry, Some(std::time::Duration::from_millis(5)));
}

#[test]
fn retry_is_digits_alone() {
    let retry = |value: &str| decode(1000, [format!("retry: {value}\n").as_bytes()]).2.map(|time| time.as_millis());
    assert_eq!(retry("0"), Some(0));
    assert_eq!(retry("007"), Some(7));
    for bad in ["", "+55", "-1", "1.5", "1e3", " 5", "5 ", "٣"] {
        assert_eq!(retry(bad), None, "{bad:?}");
    }
    assert_eq!(retry("99999999999999999999999"), Some(u128::from(u64::MAX)));
}

#[test]
fn a_line_without_end_is_an_error_and_is_not_kept() {
    let limit = 16 * 1024 * 1024;
    let mut decoder = Decoder::new(limit);
    decoder.push("id: 5\ndata: kept\n\ndata: ".into());
    assert_eq!(&*decoder.next_event().unwrap().unwrap().data, "kept");
    let chunk = Bytes::from(vec![b'x'; 16 * 1024]);
    let mut pushed = 0;
    let error = loop {
        decoder.push(chunk.clone());
        pushed += chunk.len();
        match decoder.next_event() {
            Ok(event) => assert_eq!(event, None),
            Err(error) => break error,
        }
    };
    assert!((limit - 16 * 1024..=limit).contains(&pushed), "{pushed}");
    assert_eq!(error, DecodeError::EventTooLarge { limit });
    // It stays that way, holds on to nothing that is pushed, and still knows where to resume.
    decoder.push(chunk.clone());
    assert_eq!(decoder.next_event(), Err(error));
    assert!(chunk.is_unique());
    assert_eq!(&**decoder.last_event_id(), "5");
}

#[test]
fn the_limit_counts_what_one_event_holds() {
    let fits = |stream: &str| decode(100, [stream.as_bytes()]).3.is_none();
    let line = |length: usize| "x".repeat(length);
    assert!(fits(&format!("data:{}\n\n", line(94))));
    assert!(!fits(&format!("data:{}\n\n", line(96))));
    assert!(!fits(&format!("{}\n", line(101))), "a line of no meaning, too");
    assert!(!fits(&"data\n".repeat(21)), "many short lines of one event");
    assert!(fits(&"data\n\n".repeat(1000)), "many short events");
    assert!(fits(&format!(":{}\n", line(90)).repeat(1000)), "many comments: they are not kept");
}

#[test]
fn a_hundred_thousand_chunks_of_one_byte() {
    let stream = "data: x\n\n".repeat(11_112);
    let mut decoder = Decoder::new(1000);
    // All of them before the first event is asked for, and then one by one.
    stream.bytes().for_each(|byte| decoder.push(Bytes::copy_from_slice(&[byte])));
    let events = std::iter::from_fn(|| decoder.next_event().unwrap()).count();
    assert_eq!(events, 11_112);
    assert_eq!(decode(1000, stream.as_bytes().chunks(1)).0.len(), 11_112);
}

#[test]
fn many_lines_of_nothing_before_an_event() {
    let stream = format!("{}data: x\n\n", "\n".repeat(1_000_000));
    assert_eq!(decode(1000, [stream.as_bytes()]).0.len(), 1);
    let stream = format!("{}data: x\n\n", ":\r\n".repeat(1_000_000));
    assert_eq!(decode(1000, stream.as_bytes().chunks(7)).0.len(), 1);
}

/// Bytes that look enough like a stream for every branch to be taken often.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "\n", "\r", "\r\n", "\n\n", "data", "data:", "data: ", "event: ", "id: ", "id", "retry: ", ":", " ",
            "\u{FEFF}", "\0", "é", "…", "🐎", "1000", "price", "message",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..5),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// The stream of a plain reading of the standard: the whole text first, then lines, then blocks.
fn by_the_letter(stream: &[u8]) -> Vec<(String, String, String)> {
    let text = String::from_utf8_lossy(stream).into_owned();
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text).replace("\r\n", "\n").replace('\r', "\n");
    let (mut events, mut last_id) = (Vec::new(), String::new());
    let (mut data, mut kind, mut id) = (String::new(), String::new(), String::new());
    let Some((finished, _)) = text.rsplit_once('\n') else { return events };
    for line in finished.split('\n') {
        if line.is_empty() {
            last_id.clone_from(&id);
            if !data.is_empty() {
                let kind = if kind.is_empty() { "message".to_owned() } else { kind.clone() };
                events.push((kind, data.strip_suffix('\n').unwrap().to_owned(), last_id.clone()));
            }
            data.clear();
            kind.clear();
            continue;
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => data = format!("{data}{value}\n"),
            "event" => kind = value.to_owned(),
            "id" if !value.contains('\0') => id = value.to_owned(),
            _ => {}
        }
    }
    events
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_gives_the_same(stream in stream(), sizes in prop::collection::vec(1usize..9, 1..20)) {
        let whole = decode(1 << 20, [&stream[..]]);
        let mut chunks = Vec::new();
        let mut rest = &stream[..];
        for size in sizes.iter().cycle() {
            if rest.is_empty() { break }
            let (chunk, after) = rest.split_at((*size).min(rest.len()));
            chunks.push(chunk);
            rest = after;
        }
        prop_assert_eq!(decode(1 << 20, chunks), whole);
    }

    #[test]
    fn a_limit_gives_the_same_at_any_split(stream in stream(), limit in 0usize..40, size in 1usize..9) {
        prop_assert_eq!(decode(limit, stream.chunks(size)), decode(limit, [&stream[..]]));
    }

    #[test]
    fn it_reads_as_the_standard_does(stream in stream()) {
        let events: Vec<_> = decode(1 << 20, [&stream[..]]).0.into_iter()
            .map(|event| (event.event.to_string(), event.data.to_string(), event.id.to_string()))
            .collect();
        prop_assert_eq!(events, by_the_letter(&stream));
    }

    #[test]
    fn no_bytes_are_too_strange(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..20)) {
        decode(64, chunks.iter().map(Vec::as_slice));
    }
}
