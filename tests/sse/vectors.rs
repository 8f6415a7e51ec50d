//! The cases of the web-platform-tests. Those of kind `http` run against a server, in the shape they describe.

use serde::Deserialize;
use streambell_sse::{Cause, Decoder, Event, Found, Status};

use crate::server::{Feed, frozen};

#[derive(Deserialize)]
struct Case {
    name: String,
    kind: String,
    chunks: Vec<String>,
    expect: Vec<Expected>,
    final_last_event_id: Option<String>,
    retry_ms: Option<u64>,
    initial_last_event_id: Option<String>,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Expected {
    event: String,
    data: String,
    id: String,
}

impl From<Event> for Expected {
    fn from(event: Event) -> Self {
        Self { event: event.event.to_string(), data: event.data.to_string(), id: event.id.to_string() }
    }
}

fn cases(kind: &str) -> Vec<Case> {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../vectors/wpt.json")).unwrap();
    cases.into_iter().filter(|case| case.kind == kind).collect()
}

fn check<'a>(case: &Case, how: &str, chunks: impl IntoIterator<Item = &'a [u8]>) {
    let id = case.initial_last_event_id.clone().unwrap_or_default();
    let mut decoder = Decoder::new(1 << 20).with_last_event_id(id);
    let mut events = Vec::new();
    for chunk in chunks {
        decoder.push(chunk.to_vec().into());
        while let Some(event) = decoder.next_event().unwrap() {
            events.push(Expected::from(event));
        }
    }
    assert_eq!(events, case.expect, "{} {how}", case.name);
    assert_eq!(Some(&**decoder.last_event_id()), case.final_last_event_id.as_deref(), "{} {how}", case.name);
    assert_eq!(decoder.retry().map(|retry| retry.as_millis() as u64), case.retry_ms, "{} {how}", case.name);
}

#[test]
fn every_stream_case_whole_split_anywhere_and_byte_by_byte() {
    let cases = cases("stream");
    assert_eq!(cases.len(), 37);
    for case in &cases {
        let whole = case.chunks.concat().into_bytes();
        check(case, "as given", case.chunks.iter().map(String::as_bytes));
        check(case, "whole", [&whole[..]]);
        check(case, "byte by byte", whole.chunks(1));
        for at in 0..=whole.len() {
            let (one, two) = whole.split_at(at);
            check(case, &format!("split at {at}"), [one, two]);
        }
    }
}

/// An event is there with its last byte, however the block ends, and waits for no byte after it.
#[test]
fn an_event_never_waits_for_the_next_byte() {
    for stream in ["data: x\n\n", "data: x\r\r", "data: x\r\n\r", "data: x\n\r", "data: x\r\n\n"] {
        let mut decoder = Decoder::new(100);
        decoder.push(stream.into());
        assert_eq!(&*decoder.next_event().unwrap().unwrap().data, "x", "{stream:?}");
        // Whatever completes the line end afterwards is no line of its own.
        decoder.push("\ndata: y\n\n".into());
        assert_eq!(&*decoder.next_event().unwrap().unwrap().data, "y", "{stream:?}");
        assert_eq!(decoder.next_event(), Ok(None), "{stream:?}");
    }
}

/// Where this client differs from a browser on purpose: 503 is tried again.
#[tokio::test(start_paused = true)]
async fn statuses() {
    let _time = frozen();
    for status in [204, 205, 210, 299, 404, 410, 503] {
        let (mut server, mut feed) = Feed::open().await;
        let mut request = server.request().await;
        let body = if status < 206 { "" } else { "data: data\n\n" };
        request.send(&format!("HTTP/1.1 {status} Any\r\nContent-Type: text/event-stream\r\n\r\n{body}")).await;
        request.close().await;
        let status_now = feed.status().await;
        match status {
            204 | 410 => assert_eq!(status_now, Status::Stopped(Cause::Gone { status })),
            404 => assert_eq!(status_now, Status::Stopped(Cause::NotFound)),
            503 => assert!(matches!(status_now, Status::Waiting { cause: Cause::HttpStatus { status: 503 }, .. })),
            _ => assert_eq!(status_now, Status::Stopped(Cause::HttpStatus { status })),
        }
        if status != 503 {
            assert_eq!(feed.signal().await, None, "nothing comes after {status}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn media_types() {
    let _time = frozen();
    let other = |name: &str| Some(Found::Other(name.to_owned()));
    for (content_type, found) in [
        ("text/event-stream", None),
        ("text/event-stream;", None),
        ("text/event-stream;charset=windows-1252", None),
        ("Text/Event-Stream ; charset=UTF-8", None),
        ("x bogus", other("xbogus")),
        ("text/x-bogus", other("text/x-bogus")),
        ("text/event-streams", other("text/event-streams")),
        ("text/html; charset=utf-8", Some(Found::WebPage { feeds: Vec::new() })),
        ("application/json", Some(Found::Json)),
        ("application/problem+json", Some(Found::Json)),
        ("application/x-ndjson", Some(Found::JsonLines)),
        ("", Some(Found::Untyped)),
    ] {
        let (mut server, mut feed) = Feed::open().await;
        let mut request = server.request().await;
        request.send(&format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n")).await;
        request.close().await;
        let expected = match found {
            None => Status::Open,
            Some(found) => Status::Stopped(Cause::WrongType { found }),
        };
        assert_eq!(feed.status().await, expected, "{content_type:?}");
    }
}

/// `retry` counts though no blank line and no data came with it, and an event follows on the next connection.
#[tokio::test(start_paused = true)]
async fn reconnect_after_a_retry_alone() {
    let _time = frozen();
    let (mut server, mut feed) = Feed::open().await;
    server.stream("retry: 2000\n").await;
    assert_eq!(feed.status().await, Status::Open);
    assert_eq!(feed.waiting().await, (2.0, 0, Cause::Ended));
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    assert_eq!(feed.status().await, Status::Connecting);
    server.stream("data: data\n\n").await;
    assert_eq!(feed.status().await, Status::Open);
    assert_eq!(feed.data().await, ["data"]);
}

/// opened, reconnected, then 204: no further attempt.
#[tokio::test(start_paused = true)]
async fn a_204_after_two_connections_ends_it() {
    let _time = frozen();
    let (mut server, mut feed) = Feed::open().await;
    for text in ["opened", "reconnected"] {
        server.stream(&format!("retry: 2\ndata: {text}\n\n")).await;
        assert_eq!(feed.status().await, Status::Open);
        assert_eq!(feed.data().await, [text]);
        feed.waiting().await;
        feed.retry.retry_now();
        assert_eq!(feed.status().await, Status::Connecting);
    }
    server.request().await.send("HTTP/1.1 204 No Content\r\n\r\n").await;
    assert_eq!(feed.status().await, Status::Stopped(Cause::Gone { status: 204 }));
    assert_eq!(feed.signal().await, None);
}

/// The cases of kind `http` that are left are about browsers' origins, or stand in `redirects` and `connection`.
#[test]
fn the_list_of_http_cases_is_known() {
    let names: Vec<_> = cases("http").into_iter().map(|case| case.name).collect();
    assert_eq!(names.len(), 28, "new cases need a test: {names:#?}");
    // Addresses that no request can be made for are refused before there is one.
    for url in ["ftp://example.com/", "about:blank", "mailto:whatwg@example.com", "javascript:alert('FAIL')"] {
        assert!(streambell_sse::parse_url(url).is_err(), "{url}");
    }
}
