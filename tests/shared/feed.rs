use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// A server with a feed at `/events` that keeps everything it sent and goes on after any `Last-Event-ID`; a web page at
/// `/page`, and nothing elsewhere.
pub(crate) struct Feed {
    address: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// The id of each is its place, from 1.
    events: watch::Sender<Vec<String>>,
    requests: Mutex<Vec<String>>,
    connections: AtomicUsize,
}

impl Feed {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = format!("http://{}", listener.local_addr().expect("it listens"));
        let state = Arc::new(State::default());
        let served = state.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let state = served.clone();
                state.connections.fetch_add(1, Ordering::Relaxed);
                // Whoever went away is not served.
                tokio::spawn(async move { drop(answer(socket, &state).await) });
            }
        });
        Self { address, state }
    }

    /// The address of a path on it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// Sends an event to all who listen, and to who will.
    pub(crate) fn send(&self, data: &str) {
        self.state.events.send_modify(|events| events.push(data.to_owned()));
    }

    /// How many connections there were so far, be it that nothing was asked on them.
    pub(crate) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::Relaxed)
    }

    /// The heads of all requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.state.requests.lock().expect("nobody panicked").clone()
    }
}

async fn answer(socket: TcpStream, state: &State) -> std::io::Result<()> {
    let mut socket = BufReader::new(socket);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if socket.read_line(&mut head).await? == 0 {
            return Ok(());
        }
    }
    state.requests.lock().expect("nobody panicked").push(head.clone());
    let other = match head.split(' ').nth(1) {
        Some("/events") => return stream(socket, state, last_id(&head)).await,
        Some("/page") => ("200 OK", "<!doctype html><title>A page</title>"),
        _ => ("404 Not Found", "nothing"),
    };
    let (status, body) = other;
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    socket.write_all(answer.as_bytes()).await
}

fn last_id(head: &str) -> usize {
    let value = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find_map(|(name, value)| name.eq_ignore_ascii_case("last-event-id").then_some(value.trim()));
    value.map_or(0, |id| id.parse().expect("only ids that were sent come back"))
}

async fn stream(mut socket: BufReader<TcpStream>, state: &State, mut sent: usize) -> std::io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n: hello\n\n";
    socket.write_all(head.as_bytes()).await?;
    let mut events = state.events.subscribe();
    loop {
        let due = events.borrow_and_update()[sent..].to_vec();
        for data in due {
            sent += 1;
            socket.write_all(format!("id: {sent}\ndata: {data}\n\n").as_bytes()).await?;
        }
        if events.changed().await.is_err() {
            return Ok(());
        }
    }
}
