//! A server of many feeds, which all send as fast as they are told to.

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{MissedTickBehavior, interval},
};

/// What the cards draw, in turn.
pub(crate) const VIEWS: [&str; 7] = ["price", "progress", "chat", "news", "log", "tasks", "score"];
/// Each feed sends at most so often; several events at once if they are to be more.
const PACE: Duration = Duration::from_millis(20);

pub(crate) struct Load {
    address: String,
    going: watch::Sender<bool>,
    sent: Arc<AtomicUsize>,
}

impl Load {
    /// `events` a second, shared by so many feeds, once it is told to go.
    pub(crate) async fn start(feeds: usize, events: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = format!("http://{}", listener.local_addr().expect("it listens"));
        let (going, sent) = (watch::Sender::new(false), Arc::new(AtomicUsize::new(0)));
        let at_once = (events * usize::try_from(PACE.as_millis()).expect("it is short") / 1000 / feeds).max(1);
        let pace = Duration::from_secs_f64((feeds * at_once) as f64 / events as f64);
        let (waits, counter) = (going.subscribe(), sent.clone());
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (waits, counter) = (waits.clone(), counter.clone());
                // Whoever went away is not served.
                tokio::spawn(async move { drop(serve(socket, waits, (at_once, pace), &counter).await) });
            }
        });
        Self { address, going, sent }
    }

    pub(crate) fn url(&self, feed: usize) -> String {
        format!("{}/{feed}", self.address)
    }

    pub(crate) fn go(&self) {
        self.going.send_replace(true);
    }

    pub(crate) fn sent(&self) -> usize {
        self.sent.load(Relaxed)
    }
}

async fn serve(
    socket: TcpStream,
    mut going: watch::Receiver<bool>,
    (at_once, pace): (usize, Duration),
    sent: &AtomicUsize,
) -> std::io::Result<()> {
    let mut socket = BufReader::new(socket);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if socket.read_line(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let feed: usize = head.split(['/', ' ']).find_map(|part| part.parse().ok()).unwrap_or(0);
    socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n").await?;
    // Whoever waits for the other end of a watch that is gone waits for the end of the bench.
    let _ = going.wait_for(|going| *going).await;
    let mut ticks = interval(pace);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut chunk = String::new();
    for number in 0_usize.. {
        if number.is_multiple_of(at_once) {
            socket.write_all(chunk.as_bytes()).await?;
            sent.fetch_add(if chunk.is_empty() { 0 } else { at_once }, Relaxed);
            chunk.clear();
            ticks.tick().await;
        }
        let data = event(VIEWS[feed % VIEWS.len()], number);
        write!(chunk, "id: {number}\ndata: {data}\n\n").expect("a string takes all");
    }
    Ok(())
}

fn event(view: &str, number: usize) -> String {
    let one_of = |count: usize| number % count;
    match view {
        "price" => format!(
            r#"{{"symbol":"SYM{}","price":{}.{:02},"currency":"USD"}}"#,
            one_of(5),
            100 + one_of(37),
            one_of(100)
        ),
        "progress" => format!(r#"{{"job":"job {}","progress":{}}}"#, one_of(6), number / 6 % 101),
        "chat" => format!(r#"{{"username":"user {}","message":"message {number} says something to all"}}"#, one_of(9)),
        "news" => {
            format!(r#"{{"title":"Headline {number}","source":"Paper","link":"https://example.org/{number}"}}"#)
        }
        "tasks" => format!(r#"{{"id":"{}","title":"task {}","done":{}}}"#, one_of(12), one_of(12), number % 24 < 12),
        "score" => {
            format!(r#"{{"home":"Reds","away":"Blues","home_score":{},"away_score":{}}}"#, number / 900, number / 1300)
        }
        _ => format!(r#"{{"level":"info","message":"line {number}","host":"machine {}"}}"#, one_of(4)),
    }
}
