//! A server that numbers its events, makes so many a second, keeps all of them, and replays by Last-Event-ID.

use std::{
    fmt::Write as _,
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::http::{header, read_head};

/// Events of one write: many blocks in one chunk, as a busy server sends them.
const BURST: u64 = 500;

pub(crate) struct ReplayServer {
    address: SocketAddr,
    making: Arc<Making>,
}

struct Making {
    begun: Instant,
    per_second: u64,
    /// Bytes of filling in each event.
    filling: usize,
    /// The last event that will be made.
    last: AtomicU64,
}

impl ReplayServer {
    /// Begins with event 1 now.
    pub(crate) fn start(per_second: u64, filling: usize) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let last = AtomicU64::new(u64::MAX);
        let making = Arc::new(Making { begun: Instant::now(), per_second, filling, last });
        let shared = making.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let making = shared.clone();
                // An error is a client that was killed: that is what the tests are about.
                thread::spawn(move || serve(stream, &making));
            }
        });
        Self { address, making }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/events", self.address)
    }

    /// Makes no more, and tells which was the last.
    pub(crate) fn finish(&self) -> u64 {
        let last = self.making.made();
        self.making.last.store(last, Ordering::SeqCst);
        last
    }

    /// The last event made so far.
    pub(crate) fn made(&self) -> u64 {
        self.making.made()
    }
}

impl Making {
    fn made(&self) -> u64 {
        let due = self.begun.elapsed().as_millis() * u128::from(self.per_second) / 1000;
        u64::try_from(due).unwrap().min(self.last.load(Ordering::SeqCst))
    }
}

/// The data of an event: a value that climbs from 0 to 999 and falls back.
fn event(id: u64, filling: usize) -> String {
    format!("id: {id}\ndata: {{\"value\":{},\"filling\":\"{}\"}}\n\n", id % 1000, "x".repeat(filling))
}

fn serve(mut stream: TcpStream, making: &Making) -> io::Result<()> {
    let head = read_head(&mut stream).ok_or(io::ErrorKind::UnexpectedEof)?;
    let mut sent: u64 = header(&head, "last-event-id").map_or(0, |id| id.parse().unwrap());
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")?;
    loop {
        let until = making.made().min(sent + BURST);
        let mut events = String::new();
        for id in sent + 1..=until {
            events += &event(id, making.filling);
        }
        sent = until;
        // A comment, when there is nothing to say: that is how a dead client is noticed.
        let said = if events.is_empty() { ":\n" } else { &events };
        let mut chunk = String::new();
        let _ = write!(chunk, "{:x}\r\n{said}\r\n", said.len());
        stream.write_all(chunk.as_bytes())?;
        if until == making.made() {
            // The clock of the events.
            thread::sleep(Duration::from_millis(10));
        }
    }
}
