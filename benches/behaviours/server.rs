//! A server with a script: one answer a connection, the last one over and over. It notes what it was asked, and when.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const STREAM: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

#[derive(Clone)]
pub(crate) struct Answer {
    bytes: Vec<u8>,
    then: Then,
}

#[derive(Clone, Copy, PartialEq)]
enum Then {
    Close,
    Hold,
    Flood,
}

impl Answer {
    /// A stream that ends after `body`.
    pub(crate) fn stream(body: impl AsRef<[u8]>) -> Self {
        Self { bytes: [STREAM.as_bytes(), body.as_ref()].concat(), then: Then::Close }
    }

    /// Bytes as they are, and the end.
    pub(crate) fn raw(bytes: impl Into<String>) -> Self {
        Self { bytes: bytes.into().into_bytes(), then: Then::Close }
    }

    /// Stays open, and says nothing more.
    pub(crate) fn held(self) -> Self {
        Self { then: Then::Hold, ..self }
    }

    /// Goes on with a line that has no end, for 64 MiB.
    pub(crate) fn flooding(self) -> Self {
        Self { then: Then::Flood, ..self }
    }
}

/// A request.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) head: String,
    pub(crate) at: Instant,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    /// Whether a client left in the middle of a flood.
    left: Arc<AtomicBool>,
}

impl Server {
    pub(crate) async fn start(script: Vec<Answer>) -> Self {
        #[expect(clippy::unwrap_used, reason = "a machine without loopback has no benchmarks")]
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, script)
    }

    /// The same on a listener that there is.
    #[expect(clippy::unwrap_used, reason = "it is bound")]
    pub(crate) fn on(listener: TcpListener, script: Vec<Answer>) -> Self {
        let url = format!("http://{}/feed", listener.local_addr().unwrap());
        let server = Self { url, asked: Arc::default(), left: Arc::default() };
        let served = server.clone();
        tokio::spawn(async move {
            let mut number = 0;
            while let Ok((socket, _)) = listener.accept().await {
                // A script that is over goes on with its last line.
                let Some(answer) = script.get(number).or(script.last()).cloned() else { return };
                number += 1;
                let served = served.clone();
                // Clients may leave whenever they want.
                tokio::spawn(async move { drop(served.serve(socket, answer).await) });
            }
        });
        server
    }

    async fn serve(&self, mut socket: TcpStream, answer: Answer) -> std::io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.read_u8().await?);
        }
        let asked = Asked { head: String::from_utf8_lossy(&head).into_owned(), at: Instant::now() };
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        socket.write_all(&answer.bytes).await?;
        match answer.then {
            Then::Close => socket.shutdown().await,
            Then::Hold => socket.read(&mut [0]).await.map(drop),
            Then::Flood => {
                for _ in 0..1024 {
                    if socket.write_all(&[b'x'; 64 * 1024]).await.is_err() {
                        self.left.store(true, Ordering::Relaxed);
                    }
                }
                socket.read(&mut [0]).await.map(drop)
            }
        }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn was_left(&self) -> bool {
        self.left.load(Ordering::Relaxed)
    }
}
