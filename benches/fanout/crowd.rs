//! Many subscribers: sockets whose events are counted.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::LocalSet;

use crate::Result;
use crate::servers::Server;

/// What begins an event's text, and is nowhere else.
const MARK: u8 = b'~';
/// Of so many subscribers one tells how long its events took.
const SAMPLE: usize = 20;

pub(crate) struct Crowd {
    tally: Rc<Tally>,
    readers: LocalSet,
}

struct Tally {
    start: Instant,
    received: Cell<usize>,
    latencies: RefCell<Vec<f64>>,
    wanted: Cell<usize>,
    enough: Notify,
}

impl Crowd {
    /// Subscribes so many, each of which has seen the head of its answer.
    pub(crate) async fn gather(server: &Server, count: usize) -> Result<Crowd> {
        let tally = Rc::new(Tally {
            start: Instant::now(),
            received: Cell::new(0),
            latencies: RefCell::default(),
            wanted: Cell::new(usize::MAX),
            enough: Notify::new(),
        });
        let readers = LocalSet::new();
        for nth in 0..count {
            let mut stream = TcpStream::connect(server.address).await?;
            stream.write_all(server.subscribe.as_bytes()).await?;
            let mut head = Vec::new();
            while !head.windows(4).any(|four| four == b"\r\n\r\n") {
                if stream.read_buf(&mut head).await? == 0 {
                    return Err("the server hung up".into());
                }
            }
            if !head.starts_with(b"HTTP/1.1 200") {
                return Err(String::from_utf8_lossy(&head).into_owned().into());
            }
            readers.spawn_local(read(stream, tally.clone(), nth % SAMPLE == 0));
        }
        Ok(Crowd { tally, readers })
    }

    /// A text that tells when it was made.
    pub(crate) fn stamp(&self) -> String {
        format!("~{:020}{}", self.tally.start.elapsed().as_nanos(), "x".repeat(100))
    }

    /// Reads until so many events have come, of all subscribers together.
    pub(crate) async fn until(&self, count: usize) {
        self.tally.wanted.set(count);
        self.readers
            .run_until(async {
                while self.tally.received.get() < count {
                    self.tally.enough.notified().await;
                }
            })
            .await;
    }

    /// Runs `work` while the subscribers read.
    pub(crate) async fn while_reading<T>(&self, work: impl Future<Output = T>) -> T {
        self.readers.run_until(work).await
    }

    pub(crate) fn forget(&self) {
        self.tally.received.set(0);
        self.tally.latencies.borrow_mut().clear();
    }

    /// Milliseconds, in order.
    pub(crate) fn latencies(&self) -> Vec<f64> {
        let mut latencies = self.tally.latencies.borrow().clone();
        latencies.sort_by(f64::total_cmp);
        latencies
    }
}

async fn read(mut stream: TcpStream, tally: Rc<Tally>, tells: bool) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let Ok(read @ 1..) = stream.read(&mut buffer).await else { return };
        let now = tally.start.elapsed();
        let mut count = 0;
        for at in memchr::memchr_iter(MARK, &buffer[..read]) {
            count += 1;
            // One that is cut in two is not asked.
            let stamp = buffer[..read].get(at + 1..at + 21).filter(|_| tells);
            if let Some(stamp) = stamp.and_then(|stamp| std::str::from_utf8(stamp).ok()?.parse::<u64>().ok()) {
                let took = now.saturating_sub(std::time::Duration::from_nanos(stamp));
                tally.latencies.borrow_mut().push(took.as_secs_f64() * 1000.0);
            }
        }
        tally.received.set(tally.received.get() + count);
        if tally.received.get() >= tally.wanted.get() {
            tally.enough.notify_one();
        }
    }
}
