//! A proxy between client and server that does to the bytes of answers what networks do.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::sleep;

/// What happens to one connection.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    None,
    /// Closed after so many bytes of the answer.
    Cut {
        after: usize,
    },
    /// Reset after so many.
    Reset {
        after: usize,
    },
    /// Nothing comes any more after so many, and nobody says so.
    Silence {
        after: usize,
    },
    /// So many bytes at a time.
    Slow {
        bytes: usize,
        every: Duration,
    },
    /// Everything comes so much later.
    Late {
        by: Duration,
    },
}

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    silent: Arc<Notify>,
}

impl Proxy {
    /// Forwards to `origin`. `fault` is asked for each connection; they are counted from 0.
    pub(crate) async fn start(origin: SocketAddr, fault: impl Fn(usize) -> Fault + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, silent) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let proxy = Self { address, connections: connections.clone(), silent: silent.clone() };
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let fault = fault(connections.fetch_add(1, Ordering::Relaxed));
                let silent = silent.clone();
                // Both sides may go at any time; that is what a proxy is for.
                tokio::spawn(async move { drop(forward(client, origin, fault, &silent).await) });
            }
        });
        proxy
    }

    /// How many connections there have been.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Waits until a connection has fallen silent, for a while or for good.
    pub(crate) async fn silent(&self) {
        self.silent.notified().await;
    }
}

async fn forward(client: TcpStream, origin: SocketAddr, fault: Fault, silent: &Notify) -> std::io::Result<()> {
    let server = TcpStream::connect(origin).await?;
    if let Fault::Reset { .. } = fault {
        client.set_zero_linger()?;
    }
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::select! {
        // When the client goes, all is over.
        copied = tokio::io::copy(&mut from_client, &mut to_server) => copied.map(drop),
        done = answer(&mut from_server, &mut to_client, fault, silent) => done,
    }
}

async fn answer(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    fault: Fault,
    silent: &Notify,
) -> std::io::Result<()> {
    let mut buffer = [0; 4096];
    match fault {
        Fault::None => tokio::io::copy(from, to).await.map(drop),
        Fault::Cut { after } | Fault::Reset { after } => {
            tokio::io::copy(&mut from.take(after as u64), to).await.map(drop)
        }
        Fault::Silence { after } => {
            tokio::io::copy(&mut from.take(after as u64), to).await?;
            silent.notify_one();
            std::future::pending().await
        }
        Fault::Slow { bytes, every } => loop {
            let length = from.read(&mut buffer[..bytes]).await?;
            if length == 0 {
                return Ok(());
            }
            to.write_all(&buffer[..length]).await?;
            silent.notify_one();
            sleep(every).await;
        },
        Fault::Late { by } => loop {
            let length = from.read(&mut buffer).await?;
            silent.notify_one();
            sleep(by).await;
            if length == 0 {
                return Ok(());
            }
            to.write_all(&buffer[..length]).await?;
        },
    }
}
