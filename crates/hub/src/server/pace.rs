//! Whether the client of a stream takes what there is for it.
//!
//! A connection of HTTP/1 that takes nothing is cut by its socket. In HTTP/2 the socket goes on for all the other
//! streams, and what says that one of them has no room left is that its body is asked for no more.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::sleep;

tokio::task_local! {
    /// That of the stream which this task answers.
    static PACE: Arc<Pace>;
}

#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// How often the body was asked for more.
    asked: AtomicU64,
    /// Whether the last answer to that was a piece, which may still be on its way.
    gave: AtomicBool,
}

impl Pace {
    /// Carries out a request whose body keeps this pace.
    pub(crate) async fn of<F: Future>(self: Arc<Self>, request: F) -> F::Output {
        PACE.scope(self, request).await
    }

    /// Completes when nothing was taken for so long, or twice as long, while there was something to take.
    pub(crate) async fn stalls(&self, stall: Duration) {
        let mut asked = None;
        loop {
            let before = asked.replace(self.asked.load(Ordering::Acquire));
            if self.gave.load(Ordering::Acquire) && before == asked {
                return;
            }
            sleep(stall).await;
        }
    }
}

/// Gives the answer's body the pace of its stream.
pub(crate) fn paced(response: Response) -> Response {
    match PACE.try_with(Arc::clone) {
        Ok(pace) => response.map(|body| Body::new(Paced { body, pace })),
        Err(_) => response,
    }
}

#[derive(Debug)]
struct Paced {
    body: Body,
    pace: Arc<Pace>,
}

impl http_body::Body for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.pace.gave.store(false, Ordering::Release);
        self.pace.asked.fetch_add(1, Ordering::Release);
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        self.pace.gave.store(true, Ordering::Release);
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
