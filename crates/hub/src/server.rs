//! Connections: accepted one by one, served, and let go.

mod pace;
mod streams;

use std::error::Error;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::door::Peer;
use crate::fresh::Fresh;
use crate::metrics::Metrics;
use crate::tls::CertificateFiles;
use streams::Streams;

/// How long a client may take over a handshake, and over the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// How large the head of a request may be.
const HEAD_BYTES: u32 = 32 * 1024;
/// Requests at a time on one connection of HTTP/2; more wait.
const STREAMS: u32 = 256;
/// What is kept of one stream of HTTP/2 that its client has yet to take, and how much a client may send ahead.
const WINDOW: u32 = 64 * 1024;
/// A client of HTTP/2 that says nothing for so long is asked whether it is still there, and has as long to say so.
const PING: Duration = Duration::from_secs(20);
/// What is said to those who speak HTTP where HTTPS is spoken.
const NOT_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: application/json\r\n\r\n\
    {\"error\":\"this hub speaks HTTPS: begin its address with https://\",\"status\":400}\n";
/// How long accepting rests when the system has no more sockets to give.
const REST: Duration = Duration::from_millis(200);

/// What keeps connections in bounds.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) router: Router,
    /// What HTTPS is spoken with; none: HTTP.
    pub(crate) certificate: Option<Arc<Fresh<CertificateFiles>>>,
    /// Connections at a time; more wait in the system's queue.
    pub(crate) max_connections: usize,
    /// A client that takes nothing for so long, while there is something for it, is cut.
    pub(crate) stall: Duration,
    /// Says: take no more requests and end what can be ended.
    pub(crate) stop: CancellationToken,
    /// Says: drop what is left.
    pub(crate) kill: CancellationToken,
    pub(crate) connections: TaskTracker,
    pub(crate) metrics: Arc<Metrics>,
}

impl Server {
    /// Accepts until told to stop.
    pub(crate) async fn run(self, listener: TcpListener) {
        let room = Arc::new(Semaphore::new(self.max_connections));
        loop {
            let accepted = self.stop.run_until_cancelled(accept(&listener, &room)).await;
            match accepted {
                None => return,
                Some(Ok((stream, peer, permit))) => {
                    self.connections.spawn(self.clone().serve(stream, peer, permit));
                }
                Some(Err(error)) => {
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(REST).await;
                }
            }
        }
    }

    async fn serve(self, stream: TcpStream, peer: SocketAddr, _permit: OwnedSemaphorePermit) {
        // An event is small and should leave at once.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.stall));
        let stream = Box::pin(stream);

        let peer = Peer(peer.ip());
        let router = self.router.clone().map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            request
        });
        let service = TowerToHyperService::new(router.clone());
        let mut http1 = http1::Builder::new();
        http1.timer(TokioTimer::new()).header_read_timeout(HEAD).max_header_size(HEAD_BYTES as usize);

        let Some(certificate) = &self.certificate else {
            return self.until_end(http1.serve_connection(TokioIo::new(stream), service), pending()).await;
        };
        let handshake = timeout(HEAD, shake_hands(certificate, stream));
        let stream = match self.stop.run_until_cancelled(handshake).await {
            Some(Ok(Ok(stream))) => stream,
            Some(Ok(Err(error))) => return tracing::debug!(%error, "a client did not agree on TLS"),
            Some(Err(_)) | None => return,
        };
        if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
            return self.until_end(http1.serve_connection(TokioIo::new(stream), service), pending()).await;
        }
        let streams = Streams::new(self.connections.clone(), self.stall);
        let mut http2 = http2::Builder::new(streams.clone());
        http2
            .timer(TokioTimer::new())
            .keep_alive_interval(PING)
            .keep_alive_timeout(PING)
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(HEAD_BYTES)
            .max_send_buf_size(WINDOW as usize)
            .initial_stream_window_size(WINDOW);
        let service = TowerToHyperService::new(router.map_response(pace::paced));
        self.until_end(http2.serve_connection(TokioIo::new(stream), service), streams.idle()).await;
    }

    /// Serves a connection until its client has enough, or it is no longer needed, or the hub ends.
    async fn until_end<C>(&self, connection: C, unneeded: impl Future<Output = ()>)
    where
        C: GracefulConnection<Error: std::error::Error + 'static>,
    {
        let mut connection = pin!(connection);
        let early = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = self.stop.cancelled() => None,
            () = unneeded => None,
        };
        let ended = match early {
            Some(ended) => ended,
            None => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    ended = connection => ended,
                    () = self.kill.cancelled() => return,
                }
            }
        };
        match ended {
            Err(error) if is_stalled(&error) => {
                self.metrics.cut();
                tracing::info!("a subscriber that took nothing was cut");
            }
            Err(error) => tracing::debug!(%error, "a connection ended early"),
            Ok(()) => {}
        }
    }
}

/// Whether a connection ended because its client took nothing for too long.
fn is_stalled(error: &(dyn Error + 'static)) -> bool {
    let timed_out = |error: &io::Error| error.kind() == io::ErrorKind::TimedOut;
    error.downcast_ref().is_some_and(timed_out) || error.source().is_some_and(is_stalled)
}

type Stream = Pin<Box<TimeoutStream<TcpStream>>>;

async fn shake_hands(certificate: &Fresh<CertificateFiles>, mut stream: Stream) -> io::Result<TlsStream<Stream>> {
    let mut first = [0];
    let known = stream.get_ref().peek(&mut first).await?;
    // A method's first letter, where TLS begins with a number: whoever sends that deserves more than a reset.
    if known > 0 && first[0].is_ascii_uppercase() {
        stream.write_all(NOT_TLS).await?;
        return Err(io::Error::other("it spoke HTTP"));
    }
    TlsAcceptor::from(certificate.get().as_ref().clone()).accept(stream).await
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = room.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, permit))
}
