//! A server that has a list of events and replays those after the id that it is told.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How a client sees that the answer is over.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Framing {
    /// It is told, so that it can tell a cut from an end.
    Chunked,
    /// The connection is closed, so that it cannot.
    Close,
}

/// The type, the data and the id of event number `id`.
pub(crate) fn event(id: usize) -> (String, String, String) {
    ("price".to_owned(), format!("{{\"price\": {id},\n \"of\": \"é🐎\"}}"), id.to_string())
}

/// The same on the wire, with what surrounds events there.
fn written(id: usize) -> String {
    format!(
        ": a comment\r\n\r\nevent: price\r\ndata: {{\"price\": {id},\r\ndata:  \"of\": \"é🐎\"}}\r\nid: {id}\r\nretry: 1000\r\n\r\n"
    )
}

/// Serves the events 1 to `last`. Whoever has them all is told that there are no more, for good.
pub(crate) async fn start(last: usize, framing: Framing) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            // Whoever is cut off by the proxy is no concern of the server.
            tokio::spawn(async move { drop(serve(socket, last, framing).await) });
        }
    });
    address
}

async fn serve(mut socket: TcpStream, last: usize, framing: Framing) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await?);
    }
    let answer = answer(after(&head), last, framing);
    socket.write_all(&answer).await?;
    socket.shutdown().await
}

/// The id after which the client wants to go on.
fn after(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let id = head.lines().find_map(|line| line.strip_prefix("last-event-id: "));
    id.map_or(0, |id| id.trim().parse().unwrap())
}

pub(crate) fn answer(after: usize, last: usize, framing: Framing) -> Vec<u8> {
    if after >= last {
        return b"HTTP/1.1 204 No Content\r\n\r\n".to_vec();
    }
    // No more than a proxy will let through is worth writing, however many there are.
    let events = (after + 1..=last).take(20).map(written);
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n";
    match framing {
        Framing::Close => format!("{head}\r\n{}", events.collect::<String>()).into_bytes(),
        Framing::Chunked => {
            let chunks: String = events.map(|event| format!("{:x}\r\n{event}\r\n", event.len())).collect();
            format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n").into_bytes()
        }
    }
}
