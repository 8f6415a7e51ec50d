//! The requests of one connection of HTTP/2, each a task of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper::rt::Executor;
use tokio::time::sleep;
use tokio_util::task::TaskTracker;

use super::pace::Pace;

/// How often it is looked whether a connection still has a request. One that had none between two looks is let go, as
/// one of HTTP/1 is: whoever holds connections without asking for anything keeps others out.
const LOOK_EVERY: Duration = Duration::from_secs(30);

#[derive(Debug, Clone)]
pub(crate) struct Streams {
    tasks: TaskTracker,
    /// A stream whose client takes nothing for so long, while there is something for it, is cut.
    stall: Duration,
    begun: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
}

/// A request that is being answered.
struct Open(Arc<AtomicUsize>);

impl Streams {
    pub(crate) fn new(tasks: TaskTracker, stall: Duration) -> Streams {
        Streams { tasks, stall, begun: Arc::default(), ended: Arc::default() }
    }

    /// Completes when there was no request for a while.
    pub(crate) async fn idle(&self) {
        let mut seen = None;
        loop {
            let (ended, begun) = (self.ended.load(Ordering::Acquire), self.begun.load(Ordering::Acquire));
            if ended == begun && seen == Some(begun) {
                return;
            }
            seen = Some(begun);
            sleep(LOOK_EVERY).await;
        }
    }
}

impl<F> Executor<F> for Streams
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, request: F) {
        self.begun.fetch_add(1, Ordering::Release);
        let (open, stall, pace) = (Open(self.ended.clone()), self.stall, Arc::<Pace>::default());
        self.tasks.spawn(async move {
            let _open = open;
            tokio::select! {
                _ = pace.clone().of(request) => {}
                () = pace.stalls(stall) => tracing::info!("a subscriber that took nothing was cut"),
            }
        });
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;
    use tokio::time::{Instant, timeout};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_let_go_when_it_had_no_request_for_a_while() {
        let streams = Streams::new(TaskTracker::new(), LOOK_EVERY);
        let start = Instant::now();
        streams.idle().await;
        assert_eq!(start.elapsed(), LOOK_EVERY, "one that never had any");

        let (end, ended) = oneshot::channel::<()>();
        streams.execute(async move {
            let _ = ended.await;
        });
        assert!(timeout(10 * LOOK_EVERY, streams.idle()).await.is_err(), "a stream is open");
        let start = Instant::now();
        end.send(()).unwrap();
        streams.idle().await;
        assert_eq!(start.elapsed(), LOOK_EVERY);

        // One after the other, each soon over.
        let busy = async {
            loop {
                streams.execute(async {});
                sleep(LOOK_EVERY / 2).await;
            }
        };
        tokio::select! {
            () = streams.idle() => panic!("it has requests"),
            _ = timeout(10 * LOOK_EVERY, busy) => {}
        }
    }
}
