//! Connections: accepted one by one, served, and let go.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a client may take over the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// How long accepting rests when the system has no more sockets to give.
const REST: Duration = Duration::from_millis(200);

/// What keeps connections in bounds.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) router: Router,
    /// Connections at a time; more wait in the system's queue.
    pub(crate) max_connections: usize,
    /// A client that takes nothing for so long, while there is something for it, is cut.
    pub(crate) stall: Duration,
    /// Says: take no more requests and end what can be ended.
    pub(crate) stop: CancellationToken,
    /// Says: drop what is left.
    pub(crate) kill: CancellationToken,
    pub(crate) connections: TaskTracker,
}

impl Server {
    /// Accepts until told to stop.
    pub(crate) async fn run(self, listener: TcpListener) {
        let room = Arc::new(Semaphore::new(self.max_connections));
        loop {
            let accepted = self.stop.run_until_cancelled(accept(&listener, &room)).await;
            match accepted {
                None => return,
                Some(Ok((stream, permit))) => {
                    self.connections.spawn(self.clone().serve(stream, permit));
                }
                Some(Err(error)) => {
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(REST).await;
                }
            }
        }
    }

    async fn serve(self, stream: TcpStream, _permit: OwnedSemaphorePermit) {
        // An event is small and should leave at once.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.stall));
        let service = TowerToHyperService::new(self.router);
        let mut connection = std::pin::pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD)
                .serve_connection(TokioIo::new(Box::pin(stream)), service)
        );
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    ended = connection => ended,
                    () = self.kill.cancelled() => return,
                }
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> std::io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let permit = room.clone().acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, permit))
}
