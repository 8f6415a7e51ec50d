//! A server that speaks raw bytes, a feed that reads it, and a clock that stands still.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use streambell_sse::{Cause, Client, Config, Connection, Event, Pulse, RetryHandle, Signal, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// Keeps a paused clock from moving by itself while sockets are waited for: from here on, time passes only by
/// `tokio::time::advance`. It also ends a test that hangs, in real time.
pub(crate) fn frozen() -> mpsc::Sender<()> {
    let (guard, gone) = mpsc::channel();
    // The runtime does not skip time while a blocking task runs.
    tokio::task::spawn_blocking(move || {
        if gone.recv_timeout(Duration::from_secs(60)) == Err(RecvTimeoutError::Timeout) {
            eprintln!("a test waits for something that does not come");
            std::process::abort();
        }
    });
    guard
}

/// Lets every task run until none has anything left to do.
pub(crate) async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

pub(crate) struct Server {
    listener: TcpListener,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::at(0).await
    }

    pub(crate) async fn at(port: u16) -> Self {
        Self { listener: TcpListener::bind(("127.0.0.1", port)).await.unwrap() }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.listener.local_addr().unwrap()).parse().unwrap()
    }

    /// Waits for a new connection.
    pub(crate) async fn accept(&mut self) -> (TcpStream, std::net::SocketAddr) {
        self.listener.accept().await.unwrap()
    }

    /// Waits for a new connection and the head of its request.
    pub(crate) async fn request(&mut self) -> Request {
        let (socket, _) = self.listener.accept().await.unwrap();
        let mut request = Request { socket, head: Vec::new() };
        while !request.head.ends_with(b"\r\n\r\n") {
            request.head.push(request.socket.read_u8().await.unwrap());
        }
        request
    }

    /// Answers a request with a head and a body, and ends it all.
    pub(crate) async fn answer(&mut self, answer: &str) -> Request {
        let mut request = self.request().await;
        request.send(answer).await;
        request.close().await;
        request
    }

    /// Answers a request with a stream that ends properly after `body`.
    pub(crate) async fn stream(&mut self, body: &str) -> Request {
        let mut request = self.request().await;
        request.open().await;
        request.send(body).await;
        request.close().await;
        request
    }
}

pub(crate) struct Request {
    pub(crate) socket: TcpStream,
    head: Vec<u8>,
}

impl Request {
    pub(crate) fn line(&self) -> String {
        let head = String::from_utf8_lossy(&self.head);
        head.lines().next().unwrap().to_owned()
    }

    /// The values of a header, as they came.
    pub(crate) fn header(&self, name: &str) -> Vec<String> {
        let head = std::str::from_utf8(&self.head).unwrap();
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        headers.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).collect()
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.socket.write_all(text.as_bytes()).await.unwrap();
    }

    /// The head of a stream that ends with the connection.
    pub(crate) async fn open(&mut self) {
        self.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n").await;
    }

    /// The head of a chunked stream, which can be told from one that broke off.
    pub(crate) async fn open_chunked(&mut self) {
        self.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n").await;
    }

    pub(crate) async fn close(&mut self) {
        self.socket.shutdown().await.unwrap();
    }
}

/// A connection in a task of its own, which tells its signals as they are asked for.
pub(crate) struct Feed {
    signals: tokio::sync::mpsc::Receiver<Signal>,
    pub(crate) retry: RetryHandle,
    pub(crate) pulse: Pulse,
}

impl Feed {
    pub(crate) fn start(config: Config) -> Self {
        Self::with_chance(config, 0.0)
    }

    pub(crate) fn with_chance(config: Config, chance: f64) -> Self {
        Self::of_client(Client::new().unwrap(), config, chance)
    }

    pub(crate) fn of_client(client: Client, config: Config, chance: f64) -> Self {
        let (sender, signals) = tokio::sync::mpsc::channel(1);
        let mut connection = Connection::with_chance(client, config, move || chance);
        let retry = connection.retry_handle();
        let pulse = connection.pulse();
        tokio::spawn(async move {
            while let Some(signal) = connection.next().await {
                if sender.send(signal).await.is_err() {
                    return;
                }
            }
        });
        Self { signals, retry, pulse }
    }

    /// A server and a feed that is asking it.
    pub(crate) async fn open() -> (Server, Self) {
        let server = Server::start().await;
        let mut feed = Self::start(Config::new(server.url("/events")));
        assert_eq!(feed.status().await, Status::Connecting);
        (server, feed)
    }

    pub(crate) async fn signal(&mut self) -> Option<Signal> {
        self.signals.recv().await
    }

    /// What is there without waiting, once every task has had its turn.
    pub(crate) async fn nothing(&mut self) {
        settle().await;
        if let Ok(signal) = self.signals.try_recv() {
            panic!("nothing was to happen yet: {signal:?}");
        }
    }

    pub(crate) async fn status(&mut self) -> Status {
        match self.signal().await {
            Some(Signal::Status(status)) => status,
            other => panic!("no status but {other:?}"),
        }
    }

    /// The delay in seconds, the attempt and the cause of a wait.
    pub(crate) async fn waiting(&mut self) -> (f64, u32, Cause) {
        match self.status().await {
            Status::Waiting { delay, attempt, cause } => (delay.as_secs_f64(), attempt, cause),
            other => panic!("not waiting but {other:?}"),
        }
    }

    pub(crate) async fn events(&mut self) -> Vec<Event> {
        match self.signal().await {
            Some(Signal::Events(events)) => events,
            other => panic!("no events but {other:?}"),
        }
    }

    pub(crate) async fn data(&mut self) -> Vec<String> {
        self.events().await.into_iter().map(|event| event.data.to_string()).collect()
    }
}
