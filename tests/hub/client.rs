//! A client that sends raw bytes and reads what comes, so that nothing is hidden by a library.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use streambell_hub::{Hub, HubConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long anything may take before a test fails instead of hanging.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn config() -> HubConfig {
    HubConfig { listen: ([127, 0, 0, 1], 0).into(), demo: false, ..HubConfig::default() }
}

pub(crate) async fn hub() -> Hub {
    Hub::start(config()).await.unwrap()
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

/// A whole exchange. `headers` are lines without their ends; `Host` is the hub's unless they hold one.
pub(crate) async fn ask(addr: SocketAddr, request: &str, headers: &[&str], body: &[u8]) -> Answer {
    let mut stream = send(addr, request, headers, body).await;
    let mut answer = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("no answer").unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let head = head.to_lowercase();
    let body = if head.contains("\r\ntransfer-encoding: chunked") { unchunked(body) } else { body.to_owned() };
    Answer { status: head[9..12].parse().unwrap(), head, body }
}

fn unchunked(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        body += &after[..size];
        rest = &after[size + 2..];
    }
    body
}

pub(crate) async fn post(addr: SocketAddr, topic: &str, headers: &[&str], body: &str) -> Answer {
    ask(addr, &format!("POST /{topic}"), headers, body.as_bytes()).await
}

async fn send(addr: SocketAddr, request: &str, headers: &[&str], body: &[u8]) -> TcpStream {
    let mut head = format!("{request} HTTP/1.1\r\n");
    if !headers.iter().any(|header| header.to_lowercase().starts_with("host:")) {
        head += &format!("Host: {addr}\r\n");
    }
    if !request.starts_with("GET") {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    let is_stream = request.starts_with("GET") && (request.contains("/sse") || request.contains("/demo/"));
    if !is_stream {
        head += "Connection: close\r\n";
    }
    for header in headers {
        head += &format!("{header}\r\n");
    }
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    stream
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) event: String,
    pub(crate) data: String,
}

impl Event {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap()
    }
}

/// An open event stream (HTTP/1.1, chunked).
pub(crate) struct Events {
    stream: TcpStream,
    raw: Vec<u8>,
    text: String,
    /// Whether the last chunk came: the stream ended in good order.
    pub(crate) ended: bool,
}

impl Events {
    /// Subscribes; returns when the hub has taken the subscription and said its first words.
    pub(crate) async fn open(addr: SocketAddr, path: &str, headers: &[&str]) -> Events {
        let mut events = Events::open_as("text/event-stream", addr, path, headers).await;
        assert_eq!(events.block().await.as_deref(), Some("retry: 2000"));
        events
    }

    /// A stream of this media type.
    pub(crate) async fn open_as(media_type: &str, addr: SocketAddr, path: &str, headers: &[&str]) -> Events {
        let stream = send(addr, &format!("GET {path}"), headers, b"").await;
        let mut events = Events { stream, raw: Vec::new(), text: String::new(), ended: false };
        while !events.raw.windows(4).any(|four| four == b"\r\n\r\n") {
            assert!(events.more().await, "the hub hung up");
        }
        let end = events.raw.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8(events.raw.drain(..end).collect()).unwrap().to_lowercase();
        assert!(head.starts_with("http/1.1 200"), "{head}");
        assert!(head.contains(&format!("content-type: {media_type}\r\n")), "{head}");
        events
    }

    /// The next event, comments left out; none at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        // Keep-alives come for ever, so each read being in time is not enough.
        tokio::time::timeout(PATIENCE, self.next_event()).await.expect("no event came")
    }

    async fn next_event(&mut self) -> Option<Event> {
        loop {
            let block = self.block().await?;
            let mut event = Event::default();
            for line in block.lines() {
                match line.split_once(": ") {
                    Some(("id", id)) => event.id = id.into(),
                    Some(("event", kind)) => event.event = kind.into(),
                    Some(("data", data)) => event.data = data.into(),
                    _ => {}
                }
            }
            if !event.data.is_empty() {
                return Some(event);
            }
        }
    }

    pub(crate) async fn take(&mut self, count: usize) -> Vec<Event> {
        let mut events = Vec::new();
        for _ in 0..count {
            events.push(self.next().await.expect("the stream ended"));
        }
        events
    }

    /// The next block, comment or not, without its blank line.
    pub(crate) async fn block(&mut self) -> Option<String> {
        self.until("\n\n").await
    }

    /// The next line, where the stream is made of lines.
    pub(crate) async fn line(&mut self) -> Option<String> {
        self.until("\n").await
    }

    async fn until(&mut self, end: &str) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once(end) {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            if !self.decode_chunk() && (self.ended || !self.more().await) {
                return None;
            }
        }
    }

    fn decode_chunk(&mut self) -> bool {
        let Some(line) = self.raw.windows(2).position(|two| two == b"\r\n") else { return false };
        let size = usize::from_str_radix(std::str::from_utf8(&self.raw[..line]).unwrap(), 16).unwrap();
        if self.raw.len() < line + 2 + size + 2 {
            return false;
        }
        self.ended = size == 0;
        self.text += std::str::from_utf8(&self.raw[line + 2..line + 2 + size]).unwrap();
        self.raw.drain(..line + 2 + size + 2);
        size > 0
    }

    async fn more(&mut self) -> bool {
        let read = tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut self.raw)).await.expect("nothing came");
        read.is_ok_and(|bytes| bytes > 0)
    }
}
