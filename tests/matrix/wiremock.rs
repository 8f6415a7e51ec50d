//! What WireMock can be told to do wrong, and what its journal says that we asked.

use std::time::Duration;

use http::HeaderValue;
use serde_json::json;
use streambell_sse::{Cause, Config, Found, Status};

use crate::{
    World,
    support::{WireMock, sent, stream},
    watched::Watched,
    way::Place,
};

pub(crate) const TESTS: &[crate::Test] = &[
    ("wiremock::reset", |world| fault(world, "CONNECTION_RESET_BY_PEER")),
    ("wiremock::empty_response", |world| fault(world, "EMPTY_RESPONSE")),
    ("wiremock::bad_chunk", bad_chunk),
    ("wiremock::garbage", |world| fault(world, "RANDOM_DATA_THEN_CLOSE")),
    ("wiremock::dribble", dribble),
    ("wiremock::torture", torture),
    ("wiremock::redirect_loop", redirect_loop),
    ("wiremock::redirect_to_another_origin", redirect_to_another_origin),
    ("wiremock::busy_then_open", busy_then_open),
    ("wiremock::retry_after", retry_after),
    ("wiremock::what_is_sent", what_is_sent),
];

fn place(wiremock: &WireMock) -> Place {
    Place { address: wiremock.address(), authority: None }
}

fn watch(wiremock: &WireMock, path: &str) -> Watched {
    Watched::new(place(wiremock).config(path))
}

/// However a connection breaks, it is opened again, and what comes then arrives.
fn fault(world: &World, kind: &str) {
    let wiremock = world.wiremock();
    let path = format!("/fault/{kind}");
    let mut broken = json!({ "status": 200, "headers": { "Content-Type": "text/event-stream" }, "fault": kind });
    if kind == "EMPTY_RESPONSE" {
        broken = json!({ "fault": kind });
    }
    wiremock.answer(&path, &broken, Some(("Started", "mended")));
    wiremock.answer(&path, &stream(b"data: mended\n\n"), Some(("mended", "mended")));
    let mut watched = watch(wiremock, &path);
    let status = watched.trouble();
    assert!(matches!(status, Status::Waiting { .. }), "{status:?}");
    watched.retry_now();
    assert_eq!(&*watched.events(1)[0].data, "mended");
}

/// A head that does not say what follows is no stream, even if what follows cannot be read.
fn bad_chunk(world: &World) {
    let wiremock = world.wiremock();
    wiremock.answer("/bad_chunk", &json!({ "fault": "MALFORMED_RESPONSE_CHUNK" }), None);
    let status = watch(wiremock, "/bad_chunk").trouble();
    assert_eq!(status, Status::Stopped(Cause::WrongType { found: Found::Untyped }));
}

/// Letters of several bytes arrive whole though the network tears them apart.
fn dribble(world: &World) {
    let wiremock = world.wiremock();
    let mut response = stream("event: täglich\ndata: 行情 🔔🔔🔔\nid: é\n\n".as_bytes());
    response["chunkedDribbleDelay"] = json!({ "numberOfChunks": 23, "totalDuration": 230 });
    wiremock.answer("/dribble", &response, None);
    let event = watch(wiremock, "/dribble").events(1).remove(0);
    assert_eq!((&*event.event, &*event.data, &*event.id), ("täglich", "行情 🔔🔔🔔", "é"));
}

/// A BOM at the start goes, bytes that are no UTF-8 become U+FFFD, and an id with NUL is ignored.
fn torture(world: &World) {
    let wiremock = world.wiremock();
    let body = b"\xEF\xBB\xBFid: 1\ndata: bad \xFF\xC3( bytes\r\rid: 2\0\r\ndata: NUL \0 stays\r\n\r\ndata: unfinished";
    wiremock.answer("/torture", &stream(body), None);
    let events = watch(wiremock, "/torture").events(2);
    let found: Vec<_> = events.iter().map(|event| (&*event.data, &*event.id)).collect();
    assert_eq!(found, [("bad \u{FFFD}\u{FFFD}( bytes", "1"), ("NUL \0 stays", "1")]);
}

/// A server that sends round in circles is given up, after as many hops as a browser makes.
fn redirect_loop(world: &World) {
    let wiremock = world.wiremock();
    wiremock.answer("/loop", &json!({ "status": 302, "headers": { "Location": "/loop" } }), None);
    let status = watch(wiremock, "/loop").trouble();
    assert!(matches!(status, Status::Stopped(_)), "{status:?}");
    assert_eq!(wiremock.journal("/loop").len(), streambell_sse::MAX_REDIRECTS + 1);
}

/// Another origin is not told what the first one was: neither the credentials nor the feed's own headers.
fn redirect_to_another_origin(world: &World) {
    let wiremock = world.wiremock();
    // The same server under another name is another origin.
    let elsewhere = format!("http://localhost:{}/arrived", wiremock.address().port());
    wiremock.answer("/leaves", &json!({ "status": 307, "headers": { "Location": elsewhere } }), None);
    wiremock.answer("/arrived", &stream(b"data: here\n\n"), None);
    let mut config = place(wiremock).config("/leaves");
    config.headers.insert("authorization", HeaderValue::from_static("Bearer secret"));
    config.headers.insert("x-key", HeaderValue::from_static("secret"));
    assert_eq!(&*Watched::new(config).events(1)[0].data, "here");

    let first = &wiremock.journal("/leaves")[0];
    assert_eq!((sent(first, "authorization"), sent(first, "x-key")), (Some("Bearer secret"), Some("secret")));
    let second = &wiremock.journal("/arrived")[0];
    assert_eq!((sent(second, "authorization"), sent(second, "x-key")), (None, None));
    assert_eq!(sent(second, "accept"), Some("text/event-stream"));
}

/// 503 is tried again.
fn busy_then_open(world: &World) {
    let wiremock = world.wiremock();
    wiremock.answer("/busy", &json!({ "status": 503 }), Some(("Started", "open")));
    wiremock.answer("/busy", &stream(b"data: open\n\n"), Some(("open", "open")));
    let mut watched = watch(wiremock, "/busy");
    let status = watched.trouble();
    assert!(matches!(status, Status::Waiting { cause: Cause::HttpStatus { status: 503 }, .. }), "{status:?}");
    watched.retry_now();
    assert_eq!(&*watched.events(1)[0].data, "open");
}

/// The time that the server asks for is the time that is waited.
fn retry_after(world: &World) {
    let wiremock = world.wiremock();
    wiremock.answer("/later", &json!({ "status": 429, "headers": { "Retry-After": "17" } }), None);
    let status = watch(wiremock, "/later").trouble();
    let Status::Waiting { delay, .. } = status else { panic!("{status:?}") };
    assert_eq!(delay, Duration::from_secs(17));
}

/// Every request is that of an EventSource, and says where to go on as soon as there is something to say, over a
/// connection that sent none too.
fn what_is_sent(world: &World) {
    let wiremock = world.wiremock();
    let turns: [(&[u8], _); 3] = [
        (b"id: t\xC3\xA4glich 1\ndata: a\n\n", ("Started", "2")),
        (b"data: b\n\n", ("2", "3")),
        (b"id\ndata: c\n\n", ("3", "4")),
    ];
    for (body, turn) in turns {
        wiremock.answer("/sent", &stream(body), Some(turn));
    }
    wiremock.answer("/sent", &json!({ "status": 204 }), Some(("4", "4")));
    let mut config: Config = place(wiremock).config("/sent");
    config.headers.insert("authorization", HeaderValue::from_static("Basic YW5uOm9wZW4="));
    let mut watched = Watched::new(config);
    for data in ["a", "b", "c"] {
        assert_eq!(&*watched.events(1)[0].data, data);
        assert!(matches!(watched.trouble(), Status::Waiting { .. }));
        watched.retry_now();
    }
    assert_eq!(watched.trouble(), Status::Stopped(Cause::Gone { status: 204 }));

    let requests = wiremock.until_journal("/sent", 4);
    for request in &requests {
        assert_eq!(sent(request, "accept"), Some("text/event-stream"));
        assert_eq!(sent(request, "cache-control"), Some("no-cache"));
        assert_eq!(sent(request, "accept-encoding"), Some("identity"));
        assert_eq!(sent(request, "authorization"), Some("Basic YW5uOm9wZW4="));
        let agent = sent(request, "user-agent").unwrap();
        assert!(agent.starts_with("Streambell/") && agent.contains("https://"), "{agent}");
    }
    let ids: Vec<_> = requests.iter().map(|request| sent(request, "last-event-id")).collect();
    // The journal reads the bytes of UTF-8 as Latin-1; an id that was emptied is not sent.
    assert_eq!(ids, [None, Some("tÃ¤glich 1"), Some("tÃ¤glich 1"), None]);
}
