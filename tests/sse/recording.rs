//! Recordings: what is heard is written, and what is read of that is what was heard.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;
use streambell_sse::{
    Answered, Client, Config, Connection, DecodeError, Decoder, Event, Heard, Moment, Playback, Recorder, Recording,
    RecordingError, RecordingHead, Signal, Status,
};

use crate::server::Server;

const HEAD: &str =
    r#"{"recording":"streambell","version":1,"started":"2026-01-31T12:00:00.250Z","url":"https://a.example/"}"#;

fn head() -> RecordingHead {
    Recording::new(HEAD.as_bytes()).unwrap().head().clone()
}

fn written(moments: impl IntoIterator<Item = Moment>) -> String {
    let mut file = Vec::new();
    let mut recorder = Recorder::new(&mut file, head()).unwrap();
    moments.into_iter().for_each(|moment| recorder.add(moment).unwrap());
    assert_eq!(recorder.written(), file.len() as u64);
    String::from_utf8(file).unwrap()
}

fn read(file: &str) -> Result<Vec<Moment>, RecordingError> {
    Recording::new(file.as_bytes())?.collect()
}

fn moment(at: u64, what: Heard) -> Moment {
    Moment { at: Duration::from_millis(at), what }
}

fn text(text: &'static str) -> Heard {
    Heard::Bytes(text.into())
}

fn answered() -> Answered {
    Answered { status: 200, content_type: Some("text/event-stream".into()), version: Some("HTTP/1.1".into()) }
}

fn played(moments: impl IntoIterator<Item = Moment>, limit: usize) -> (Vec<Event>, Option<DecodeError>) {
    let (mut playback, mut events, mut error) = (Playback::new(limit), Vec::new(), None);
    for moment in moments {
        error = playback.take(moment.what, &mut events).err().or(error);
    }
    (events, error)
}

#[test]
fn it_is_written_as_documented() {
    let moments = [
        moment(0, Heard::Open(answered())),
        moment(12, text(": hi\n\n")),
        moment(15, Heard::Bytes(Bytes::from_static(b"data: \xe2\x82"))),
        moment(16, Heard::Bytes(Bytes::from_static(b"\xac\r\r"))),
        moment(900, Heard::End("The server closed the connection.".into())),
    ];
    let file = written(moments.clone());
    let lines = [
        HEAD,
        r#"{"at":0,"open":{"status":200,"content_type":"text/event-stream","version":"HTTP/1.1"}}"#,
        r#"{"at":12,"text":": hi\n\n"}"#,
        r#"{"at":15,"base64":"ZGF0YTog4oI="}"#,
        r#"{"at":16,"base64":"rA0N"}"#,
        r#"{"at":900,"end":"The server closed the connection."}"#,
        "",
    ];
    assert_eq!(file, lines.join("\n"));
    assert_eq!(read(&file).unwrap(), moments);
    assert_eq!(played(moments, 100).0[0].data, "€");
}

#[test]
fn times_never_go_back_when_the_clock_does() {
    let file = written([moment(20, text("a")), moment(10, text("b")), moment(30, text("c"))]);
    let times: Vec<_> = read(&file).unwrap().iter().map(|moment| moment.at.as_millis()).collect();
    assert_eq!(times, [20, 20, 30]);
}

#[test]
fn what_is_large_is_cut_into_lines_that_can_be_read() {
    // Six characters of JSON for each: the longest that a chunk can become.
    let large = Bytes::from(vec![1; 5 << 20]);
    let file = written([moment(3, Heard::Bytes(large.clone()))]);
    assert!(file.lines().count() > 2);
    let moments = read(&file).unwrap();
    assert!(moments.iter().all(|moment| moment.at == Duration::from_millis(3)));
    let bytes: Vec<u8> = moments.into_iter().flat_map(|moment| bytes_of(moment.what)).collect();
    assert_eq!(bytes, large);
}

fn bytes_of(what: Heard) -> Bytes {
    match what {
        Heard::Bytes(bytes) => bytes,
        Heard::Open(_) | Heard::End(_) => Bytes::new(),
    }
}

#[test]
fn the_head_keeps_the_settings_of_the_feed_and_no_secret_of_the_address() {
    let url = "https://ann:secret@a.example/feed?token=secret".parse().unwrap();
    let mut head = RecordingHead::new(&url);
    head.feed = serde_json::json!({"name": "Prices", "map": {"value": "$.p"}}).as_object().cloned();
    let mut file = Vec::new();
    Recorder::new(&mut file, head.clone()).unwrap();
    let file = String::from_utf8(file).unwrap();
    assert!(!file.contains("secret"), "{file}");
    assert_eq!(*Recording::new(file.as_bytes()).unwrap().head(), head);
}

#[test]
fn comments_and_empty_lines_are_passed_over() {
    let file = format!("# by hand\n\n{HEAD}\r\n  \n# the first\n{{\"at\":1,\"text\":\"data: 1\\n\\n\"}}");
    assert_eq!(read(&file).unwrap(), [moment(1, text("data: 1\n\n"))]);
}

#[test]
fn a_recording_cut_anywhere_is_read_to_its_last_whole_line() {
    let moments = [
        moment(0, Heard::Open(answered())),
        moment(12, text("data: ü\n\n")),
        moment(15, Heard::Bytes(Bytes::from_static(b"\xe2\x82"))),
        moment(900, Heard::End("over".into())),
    ];
    let file = written(moments.clone());
    for length in HEAD.len()..file.len() {
        let whole = file.as_bytes()[..length].iter().filter(|byte| **byte == b'\n').count().saturating_sub(1);
        let read: Result<Vec<_>, _> = Recording::new(&file.as_bytes()[..length]).unwrap().collect();
        let read = read.unwrap();
        // A line may be whole without its end.
        assert!(read.len() == whole || file.as_bytes()[length] == b'\n' && read.len() == whole + 1, "{length}");
        assert_eq!(read, moments[..read.len()]);
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let long = format!("{HEAD}\n{{\"at\":1,\"text\":\"{}\"}}\n", "x".repeat(17 << 20));
    let line = |line: &str| format!("{HEAD}\n\n{line}\n");
    let cases = [
        (String::new(), "This file is no recording"),
        (HEAD[..40].to_owned(), "This file is no recording"),
        ("data: 1\n\n".to_owned(), "This file is no recording"),
        ("x".repeat(17 << 20), "This file is no recording"),
        (HEAD.replace("streambell", "tape"), "This file is no recording"),
        (HEAD.replace(":1,", ":2,").replace("started", "begun"), "is of version 2"),
        (HEAD.replace("2026-01-31", "yesterday"), "Line 1 of the recording is not understood, from character"),
        (line(r#"{"at":1,"txt":"x"}"#), "Line 3 of the recording is not understood, from character 13 on"),
        (line(r#"{"at":-1,"text":"x"}"#), "Line 3 of the recording is not understood, from character 8 on"),
        (line(r#"{"at":1}"#), "Line 3 of the recording is not understood, from character 1 on"),
        (line(r#"{"at":1,"text":"x","end":"y"}"#), "Line 3 of the recording is not understood, from character 1 on"),
        (line(r#"{"at":1,"base64":"?"}"#), "Line 3 of the recording is not understood, from character 1 on"),
        (line("{\"at\":2,\"text\":\"x\"}\n{\"at\":1,\"text\":\"x\"}"), "Line 4 of the recording is earlier"),
        // Cut, but not the last.
        (line("{\"at\":2,\"te\n{\"at\":3,\"text\":\"x\"}"), "Line 3 of the recording is not understood"),
        (long, "Line 2 of the recording is longer than 16 MiB"),
    ];
    for (file, expected) in cases {
        let error = read(&file).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn nothing_follows_an_error() {
    let file = format!("{HEAD}\nx\n{{\"at\":1,\"text\":\"x\"}}\n");
    assert_eq!(Recording::new(file.as_bytes()).unwrap().count(), 1);
}

#[test]
fn a_connection_after_another_begins_anew_and_inherits_the_id() {
    let moments = [
        moment(0, text("id: 1\ndata: a\n\nid: 2\ndata: lost")),
        moment(1, Heard::End("cut".into())),
        moment(2, Heard::Open(answered())),
        // A byte order mark is one at the beginning of each stream.
        moment(3, text("\u{feff}data: b\n\n")),
    ];
    let events = played(moments, 100).0;
    let events: Vec<_> = events.iter().map(|event| (&*event.data, &*event.id)).collect();
    assert_eq!(events, [("a", "1"), ("b", "1")]);
}

#[test]
fn an_event_too_large_is_told_once_and_ends_its_connection_only() {
    let large: &'static str = "data: 0123456789012345678901234567890123456789\n\n";
    let moments = [
        moment(0, text("id: 1\ndata: a\n\n")),
        moment(1, text(large)),
        moment(2, text("data: passed over\n\n")),
        moment(3, Heard::Open(answered())),
        moment(4, text("data: b\n\n")),
    ];
    let (events, error) = played(moments, 30);
    let events: Vec<_> = events.iter().map(|event| (&*event.data, &*event.id)).collect();
    assert_eq!(events, [("a", "1"), ("b", "1")]);
    assert_eq!(error, Some(DecodeError::EventTooLarge { limit: 30 }));
}

/// The bytes of two streams, and what their connection made of them.
#[tokio::test]
async fn a_tap_hears_everything_that_comes() {
    let mut server = Server::start().await;
    let mut connection = Connection::new(Client::new().unwrap(), Config::new(server.url("/")));
    let heard = Arc::new(Mutex::new(Vec::new()));
    let tape = heard.clone();
    connection.tap(move |what| tape.lock().unwrap().push(moment(0, what)));
    let handle = connection.retry_handle();
    let serving = tokio::spawn(async move {
        server.answer("HTTP/1.1 503 Service Unavailable\r\n\r\n").await;
        server.stream(": hi\r\rid: 1\rdata: one\r\rdata: unfin").await;
        server.stream("data: two\n\n").await;
    });
    let mut events = Vec::new();
    while events.len() < 2 {
        match connection.next().await.unwrap() {
            Signal::Events(came) => events.extend(came),
            Signal::Status(Status::Waiting { .. }) => handle.retry_now(),
            Signal::Status(_) | Signal::Lost => {}
        }
    }
    serving.await.unwrap();
    let heard = heard.lock().unwrap().clone();
    let bytes: Vec<u8> = heard.iter().flat_map(|moment| bytes_of(moment.what.clone())).collect();
    assert_eq!(bytes, b": hi\r\rid: 1\rdata: one\r\rdata: unfindata: two\n\n");
    let of_kind = |wanted: fn(&Heard) -> bool| heard.iter().filter(|moment| wanted(&moment.what)).count();
    assert_eq!(of_kind(|what| *what == Heard::Open(answered())), 2);
    assert_eq!(of_kind(|what| matches!(what, Heard::End(why) if why.contains("ended the stream"))), 1, "{heard:?}");
    assert_eq!(played(heard, 100).0, events);
}

fn chunks() -> impl Strategy<Value = Vec<Moment>> {
    let piece = prop_oneof![
        "(data|id|event|retry)?: ?[a-z0-9]{0,4}(\n|\r|\r\n){1,2}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..6),
        "[€ü\u{feff}\u{0}\"\\\\]{0,3}".prop_map(String::into_bytes),
    ];
    let stream = prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat());
    (stream, prop::collection::vec((1usize..12, 0u64..100, 0u8..12), 1..40)).prop_map(|(stream, cuts)| {
        let (mut rest, mut at, mut moments) = (Bytes::from(stream), 0, Vec::new());
        for (size, pause, end) in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            at += pause;
            moments.push(moment(at, Heard::Bytes(rest.split_to((*size).min(rest.len())))));
            if *end == 0 {
                moments.push(moment(at, Heard::End("over".into())));
                moments.push(moment(at, Heard::Open(answered())));
            }
        }
        moments
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_is_what_was_written(moments in chunks()) {
        let read = read(&written(moments.clone())).unwrap();
        prop_assert_eq!(&read, &moments);
        prop_assert_eq!(played(read, 1 << 20), played(moments, 1 << 20));
    }

    #[test]
    fn one_connection_is_decoded_as_its_stream(moments in chunks()) {
        let bytes: Vec<Moment> = moments.into_iter().filter(|moment| matches!(moment.what, Heard::Bytes(_))).collect();
        let mut decoder = Decoder::new(1 << 20);
        bytes.iter().for_each(|moment| decoder.push(bytes_of(moment.what.clone())));
        let expected: Vec<Event> = std::iter::from_fn(|| decoder.next_event().unwrap()).collect();
        prop_assert_eq!(played(bytes, 1 << 20).0, expected);
    }

    #[test]
    fn nothing_that_a_file_holds_breaks_the_reader(file in prop::collection::vec(any::<u8>(), 0..300)) {
        let whole = [HEAD.as_bytes(), b"\n", &file].concat();
        let _ = Recording::new(&file[..]).map(Iterator::count);
        prop_assert!(Recording::new(&whole[..]).unwrap().count() <= 301);
    }
}
