//! What is said of an address that is no feed, and of a feed that says nothing.

use streambell_sse::{Cause, Client, Config, Connection, Found, Signal, Status};

use crate::server::{Feed, Server, frozen};

async fn stopped_by(answer: &str) -> Cause {
    let (mut server, mut feed) = Feed::open().await;
    server.answer(answer).await;
    match feed.status().await {
        Status::Stopped(cause) => cause,
        other => panic!("not stopped but {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_leads_to_its_feed() {
    let _time = frozen();
    let cause = stopped_by(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<script>new EventSource('/stream?token=t0p')</script>",
    )
    .await;
    let message = cause.to_string();
    assert!(message.contains("/stream?token=…: try that"), "{message}");
    assert!(!message.contains("t0p"), "{message}");
    let Cause::WrongType { found: Found::WebPage { feeds } } = cause else { panic!("{cause:?}") };
    assert_eq!(feeds.len(), 1);
    assert_eq!(feeds[0].path(), "/stream");
}

#[tokio::test(start_paused = true)]
async fn other_streams_are_called_by_their_name() {
    let _time = frozen();
    for (media_type, body, found) in [
        ("application/json", "{\"status\":\"pull\"}\n{\"status\":\"die\"}\n", Found::JsonLines),
        ("application/octet-stream", "data: 1\n\ndata: 2\n\n", Found::Mislabelled),
        ("text/plain", "<!doctype html><title>x</title>", Found::WebPage { feeds: vec![] }),
        ("application/json", "{\"error\":\"no\"}", Found::Json),
    ] {
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n\r\n{body}");
        assert_eq!(stopped_by(&answer).await, Cause::WrongType { found }, "{media_type} {body}");
    }
}

/// Docker's events, for one: JSON lines without end. Waiting for the end would be waiting for ever.
#[tokio::test]
async fn an_answer_without_end_is_not_waited_for() {
    let (mut server, mut feed) = Feed::open().await;
    let mut request = server.request().await;
    request.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"status\":\"pull\"}\n").await;
    assert_eq!(feed.status().await, Status::Stopped(Cause::WrongType { found: Found::JsonLines }));
}

#[tokio::test(start_paused = true)]
async fn an_endless_page_is_read_no_further_than_needed() {
    let _time = frozen();
    let (mut server, mut feed) = Feed::open().await;
    let mut request = server.request().await;
    request.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n").await;
    let flood = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        let mut sent = 0usize;
        while request.socket.write_all(&[b'x'; 4096]).await.is_ok() {
            sent += 4096;
        }
        sent
    });
    assert_eq!(feed.status().await, Status::Stopped(Cause::WrongType { found: Found::WebPage { feeds: vec![] } }));
    // The socket is closed, so the flood ends; what the system buffers is megabytes, what is read is not.
    assert!(flood.await.unwrap() < 64 << 20);
}

#[tokio::test]
async fn an_open_stream_tells_its_way() {
    let mut server = Server::start().await;
    for (header, through, hint) in [
        ("Via: 1.1 varnish\r\n", Some("1.1 varnish"), "may hold events back"),
        ("CF-RAY: 8a\r\n", Some("Cloudflare"), "may hold events back"),
        ("Server: nginx/1.22.1\r\n", Some("nginx/1.22.1"), "may hold events back"),
        ("Server: uvicorn\r\n", None, "until something happens"),
        ("", None, "until something happens"),
    ] {
        let mut connection = Connection::new(Client::new().unwrap(), Config::new(server.url("/feed?key=s3cret")));
        assert_eq!(connection.next().await, Some(Signal::Status(Status::Connecting)));
        assert_eq!(connection.opened(), None);
        let (open, _request) = tokio::join!(connection.next(), async {
            let mut request = server.request().await;
            request.send(&format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{header}\r\n")).await;
            request
        });
        assert_eq!(open, Some(Signal::Status(Status::Open)));
        let opened = connection.opened().unwrap();
        assert_eq!(opened.through(), through);
        assert!(opened.why_silent().contains(hint), "{}", opened.why_silent());
        let shown = opened.to_string();
        assert!(shown.starts_with("HTTP/1.1 from http://127.0.0.1:") && shown.contains("/feed?key=…"), "{shown}");
    }
}
