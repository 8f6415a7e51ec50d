//! The server: every request gets one event, and then nothing. It notes when each came.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::Result;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n\
    10\r\nid: 1\ndata: {}\n\n\r\n";

/// Says its port; and then, when asked, in which tenths of a second requests came.
pub(crate) fn run(port: u16) -> Result<()> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let arrivals = Arc::new(Mutex::new(Vec::new()));
    let noted = arrivals.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        let mut line = String::new();
        while std::io::stdin().read_line(&mut line).is_ok_and(|length| length > 0) {
            let arrivals: Vec<usize> = arrivals.lock().unwrap_or_else(PoisonError::into_inner).clone();
            println!("{}", Arrivals(arrivals).to_line());
        }
    });
    runtime.block_on(async {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddr::from(([127, 0, 0, 1], port)))?;
        // As many as the system allows: it is the clients that are measured.
        let listener = socket.listen(u32::from(u16::MAX))?;
        println!("{}", listener.local_addr()?.port());
        let start = Instant::now();
        loop {
            let (socket, _) = listener.accept().await?;
            let tenth = (start.elapsed().as_millis() / 100) as usize;
            let mut arrivals = noted.lock().unwrap_or_else(PoisonError::into_inner);
            if arrivals.len() <= tenth {
                arrivals.resize(tenth + 1, 0);
            }
            arrivals[tenth] += 1;
            drop(arrivals);
            tokio::spawn(async move { drop(serve(socket).await) });
        }
    })
}

async fn serve(mut socket: TcpStream) -> std::io::Result<()> {
    let mut head = [0; 2048];
    let mut length = 0;
    while !head[..length].ends_with(b"\r\n\r\n") {
        match socket.read(&mut head[length..]).await? {
            0 => return Ok(()),
            more => length += more,
        }
    }
    socket.write_all(ANSWER).await?;
    socket.read(&mut [0]).await.map(drop)
}

/// How many requests came in each tenth of a second since the server started.
pub(crate) struct Arrivals(Vec<usize>);

impl Arrivals {
    fn to_line(&self) -> String {
        self.0.iter().map(usize::to_string).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn parse(line: &str) -> Result<Self> {
        Ok(Self(line.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>()?))
    }

    pub(crate) fn total(&self) -> usize {
        self.0.iter().sum()
    }

    pub(crate) fn most(&self) -> usize {
        self.0.iter().copied().max().unwrap_or_default()
    }

    /// The first so many seconds one by one, and the rest.
    pub(crate) fn by_second(&self, seconds: usize) -> String {
        let mut by_second: Vec<usize> = self.0.chunks(10).map(|tenths| tenths.iter().sum()).collect();
        let later: usize = by_second.drain(seconds.min(by_second.len())..).sum();
        let mut line = by_second.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
        // Writing to a string cannot fail.
        let _ = write!(line, " | {later} later");
        line
    }
}
