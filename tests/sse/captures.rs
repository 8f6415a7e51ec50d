//! Streams captured from real servers, and what they say. The expectations were made by another program and then read
//! against the captures; where a file has an HTTP head, the stream is what follows it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use streambell_sse::{Decoder, Event};

/// File, types in order, how the first event's data begins, the last event id, and `retry` in milliseconds (0: none).
type Row = (&'static str, &'static str, &'static str, &'static str, u64);

#[rustfmt::skip]
const CAPTURES: &[Row] = &[
    ("aiohttp-sse.txt", "tick,message,tick,message,tick,message,tick", "{\"time\": 1, \"text\": \"čau\\nworld\"}", "7", 1200),
    ("django-eventstream-badid.txt", "stream-open,stream-reset", "", "shop:2", 0),
    ("django-eventstream-resume.txt", "stream-open,message", "", "shop:2", 0),
    ("django-eventstream.txt", "stream-open,price,message,keep-alive", "", "shop:2", 0),
    ("esbuild.txt", "change×2", "{\"added\":[],\"removed\":[],\"updated\":[\"/a.", "", 500),
    ("flask-sse-redis-killed.txt", "progress×3", "{\"job\": \"j1\", \"message\": \"Step 0%\", \"pro", "40", 3000),
    ("flask-sse.txt", "progress×6,message", "{\"job\": \"j1\", \"message\": \"Step 0%\", \"pro", "100", 3000),
    ("gradio-call.txt", "generating×3,complete", "[\"step 1 of 3\"]", "", 0),
    ("gradio-queue.txt", "message×4", "{\"msg\":\"estimation\",\"event_id\":\"3daa55b0", "", 0),
    ("homeassistant-restrict.txt", "message×3", "ping", "", 0),
    ("homeassistant-stop.txt", "message", "ping", "", 0),
    ("homeassistant.txt", "message×5", "ping", "", 0),
    ("hypercorn-h2.txt", "price×2,message,price×2,message×2", "{\"symbol\":\"ACME\",\"price\":10.10}", "6", 2500),
    ("mcp-init.txt", "message", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"capab", "", 0),
    ("mcp-tool-call.txt", "message×4", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications", "", 0),
    ("nchan-channel-deleted.txt", "", "", "", 0),
    ("nchan-h2.txt", "price×3", "{\"n\":1}", "1795227696:2", 0),
    ("nchan-multi.txt", "message×2", "A1", "1795227709:0,[0]", 0),
    ("nchan-raw-http1.txt", "price×3", "{\"n\":1}", "1795227696:2", 0),
    ("nchan-redis.txt", "message×2", "redis 1", "1795227715:1", 0),
    ("nchan-reload.txt", "", "", "", 0),
    ("nchan-resume.txt", "price×2", "{\"n\":2}", "1795227696:2", 0),
    ("nchan-timeout.txt", "price×3", "{\"n\":1}", "1795227696:2", 0),
    ("nchan.txt", "alert,message×3", "{\"title\":\"Disk full\",\"price\":3.5}", "1795227189:3", 0),
    ("npm-better-sse.txt", "welcome,price,message,price,message,price,message,price,message,price,message", "{\"hello\":\"better-sse\",\"lastId\":\"\"}", "83e3e1fe-7259-4bcf-8f31-126bde0c068a", 2500),
    ("npm-express-sse.txt", "message×2,price,message,price,message,price,message,price,message,price,message", "\"initial one\"", "11", 0),
    ("npm-sse-channel-resume.txt", "price,message", "{\"username\":\"bot\",\"message\":\"tick 1134\\n", "1135", 1500),
    ("npm-sse-channel.txt", "price,message,price,message,price,message,price,message,price,message", "{\"username\":\"bot\",\"message\":\"tick 2\\nsec", "11", 1500),
    ("npm-sse-pubsub.txt", "price,message×2,price,message,price,message×2,price,message,price", "{\"username\":\"bot\",\"message\":\"tick 2\\nsec", "10", 1000),
    ("pocketbase-killed.txt", "PB_CONNECT", "{\"clientId\":\"I2gfLP6QLlNRHdpfPao8LlChFb6", "I2gfLP6QLlNRHdpfPao8LlChFb6mucTAzO20Ait2", 0),
    ("pocketbase.txt", "PB_CONNECT,prices/*×3", "{\"clientId\":\"jl9PwdS1fenbP5dUwcTZV6Zt6I5", "jl9PwdS1fenbP5dUwcTZV6Zt6I5qzWSJw07IHIx0", 0),
    ("sse-starlette-CR.txt", "price×2,message,price×2,message", "{\"symbol\":\"ACME\",\"price\":10.10}", "5", 2500),
    ("sse-starlette-LF.txt", "price×2,message,price×2,message", "{\"symbol\":\"ACME\",\"price\":10.10}", "5", 2500),
    ("sse-starlette-finite.txt", "message×3", "0", "2", 0),
    ("sse-starlette-resume.txt", "message,price×2,message×2,price", "{\"symbol\":\"ACME\",\"price\":14.20}", "46", 2500),
    ("sse-starlette-stop.txt", "price", "{\"symbol\":\"ACME\",\"price\":10.10}", "1", 2500),
    ("sse-starlette.txt", "price×2,message,price×2,message×2,price×2,message", "{\"symbol\":\"ACME\",\"price\":10.10}", "9", 2500),
    ("webpack-hmr.txt", "message×6", "{\"name\":\"\",\"action\":\"sync\",\"time\":102,\"h", "", 0),
    ("wiremock-dribble.txt", "price,message", "{\"symbol\":\"ACME\",\"price\":12.5}", "2", 700),
    ("wiremock-torture.bin", "message×3,�� bad utf8,message×3", "cr only", "", 900),
];

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

/// `price×2,message`: the types in order, repetitions counted.
fn types(events: &[Event]) -> String {
    let runs = events.chunk_by(|one, two| one.event == two.event);
    let runs = runs.map(|run| match run.len() {
        1 => run[0].event.to_string(),
        count => format!("{}×{count}", run[0].event),
    });
    runs.collect::<Vec<_>>().join(",")
}

#[test]
fn every_capture_says_what_it_says() {
    for &(name, expected, first, last_id, retry) in CAPTURES {
        let stream = stream(name);
        let (events, decoder) = decode([&stream[..]]);
        assert_eq!(types(&events), expected, "{name}");
        if let Some(event) = events.first() {
            assert!(event.data.starts_with(first), "{name}: {}", event.data);
        }
        assert_eq!(&**decoder.last_event_id(), last_id, "{name}");
        assert_eq!(decoder.retry().map_or(0, |retry| retry.as_millis() as u64), retry, "{name}");
    }
}

#[test]
fn every_capture_says_the_same_however_it_is_cut() {
    for &(name, ..) in CAPTURES {
        let stream = stream(name);
        let (events, _) = decode([&stream[..]]);
        for size in 1..=17 {
            assert_eq!(decode(stream.chunks(size)).0, events, "{name} in chunks of {size}");
        }
    }
}

#[test]
fn no_capture_is_forgotten() {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    // Heads have no events, and a compressed stream is refused by its head before anyone decodes it.
    let streams: BTreeSet<_> =
        files.filter(|name| !name.ends_with("-headers.txt") && name != "caddy-gzip.bin").collect();
    let listed: BTreeSet<_> = CAPTURES.iter().map(|row| row.0.to_owned()).collect();
    assert_eq!(streams, listed);
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
