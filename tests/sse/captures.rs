//! Streams captured from real servers, and all that they say, in tests/sse/snapshots: a line an event. Each snapshot was
//! compared with what another decoder makes of the same bytes, and read against the capture.

use std::path::PathBuf;

use insta::{Settings, assert_snapshot};
use serde_json::json;
use streambell_sse::{Decoder, Event};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/captures")
}

fn stream(name: &str) -> Vec<u8> {
    let bytes = std::fs::read(folder().join(name)).unwrap();
    match bytes.windows(4).position(|window| window == b"\r\n\r\n") {
        Some(end) if bytes.starts_with(b"HTTP/") => bytes[end + 4..].to_vec(),
        _ => bytes,
    }
}

fn decode<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Event>, Decoder) {
    let mut decoder = Decoder::new(1 << 20);
    let mut events = Vec::new();
    for chunk in chunks {
        decoder.push(chunk.to_vec().into());
        events.extend(std::iter::from_fn(|| decoder.next_event().unwrap()));
    }
    (events, decoder)
}

/// The captures that hold a stream. Heads have no events, and a compressed stream is refused by its head before anyone
/// decodes it.
fn captures() -> Vec<String> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = files.filter(|name| !name.ends_with("-headers.txt") && name != "caddy-gzip.bin").collect();
    names.sort();
    assert!(names.len() >= 40, "where have they gone? {names:?}");
    names
}

fn told(events: &[Event], decoder: &Decoder) -> String {
    let events = events.iter().map(|event| {
        let Event { event, data, id } = event;
        json!([event.as_str(), &**data, id.as_str()]).to_string()
    });
    let end = format!("last id {:?}, retry {:?}", decoder.last_event_id().as_str(), decoder.retry());
    events.chain([end]).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_capture_says_what_it_says() {
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in captures() {
            let (events, decoder) = decode([&stream(&name)[..]]);
            assert_snapshot!(name.replace('.', "-"), told(&events, &decoder));
        }
    });
}

#[test]
fn every_capture_says_the_same_however_it_is_cut() {
    for name in captures() {
        let stream = stream(&name);
        let (events, _) = decode([&stream[..]]);
        for size in 1..=17 {
            assert_eq!(decode(stream.chunks(size)).0, events, "{name} in chunks of {size}");
        }
    }
}

/// Mixed line ends, a byte order mark, NUL in an id, bad UTF-8 and an event without data, in one stream.
#[test]
fn the_torture_stream_event_by_event() {
    let (events, _) = decode([&stream("wiremock-torture.bin")[..]]);
    let events: Vec<_> = events.iter().map(|event| (&*event.event, &*event.data, &*event.id)).collect();
    assert_eq!(
        events,
        [
            ("message", "cr only", "1"),
            ("message", "id with NUL must be ignored", "1"),
            ("message", "no space\n two spaces", "1"),
            ("\u{FFFD}\u{FFFD} bad utf8", "bad \u{FFFD} utf8", "1"),
            ("message", "", "1"),
            ("message", "empty id resets last id", ""),
            ("message", "🐎 horse split", ""),
        ]
    );
}
