//! From the engine to the page: one message a frame at most, and none while nobody looks.
//!
//! A message costs the page one evaluation of script, whatever its size, so changes wait for the end of the frame, and
//! until the page has drawn those before: a page that is slow gets fewer messages, not a queue of them. When the page is
//! hidden the pump lets go of the engine's changes altogether, and begins anew with a snapshot.

mod batch;

use std::{pin::pin, sync::Arc, time::Duration};

use futures_util::{Stream, StreamExt, stream};
use streambell_engine::{Changes, Engine, model::Change};
use tauri::ipc::Channel;
use tokio::time::{Instant, sleep_until};

use self::batch::Batch;
pub(crate) use self::batch::cut_snapshot;
use crate::page::Page;

/// A screen draws no faster.
const FRAME: Duration = Duration::from_millis(16);

/// Why the pump stopped following the changes.
#[derive(Debug, PartialEq, Eq)]
enum Pause {
    /// Nobody looks.
    Hidden,
    /// The page has not drawn for so long that it is better told how everything stands.
    Behind,
    /// The engine or the page has ended.
    Ended,
}

/// Feeds the page from the engine until either has ended.
pub(crate) async fn run(engine: Engine, mut changes: Changes, page: Arc<Page>, channel: Channel<Vec<Change>>) {
    let send = |batch| channel.send(batch).is_ok();
    loop {
        match follow(stream_of(changes), &page, send).await {
            Pause::Ended => return,
            Pause::Behind => page.drawn().notified().await,
            Pause::Hidden => {}
        }
        tracing::debug!("nobody looks at the page, or it does not draw");
        if page.visible().wait_for(|visible| *visible).await.is_err() {
            return;
        }
        let Ok((snapshot, anew)) = engine.attach().await else { return };
        if !send(vec![Change::Snapshot { snapshot: Box::new(cut_snapshot(snapshot)) }]) {
            return;
        }
        tracing::debug!("the page is looked at again");
        changes = anew;
    }
}

/// The changes as a stream: waiting for the next one can be broken off and taken up again.
pub(crate) fn stream_of(changes: Changes) -> impl Stream<Item = Arc<Change>> {
    stream::unfold(changes, async |mut changes| changes.next().await.map(|change| (change, changes)))
}

/// Sends what comes: the first at once, the rest together at the end of the frame, when the first is drawn.
async fn follow(changes: impl Stream<Item = Arc<Change>>, page: &Page, send: impl Fn(Vec<Change>) -> bool) -> Pause {
    let mut changes = pin!(changes);
    let (mut visible, mut reveals) = (page.visible(), page.reveals());
    reveals.mark_changed();
    let mut batch = Batch::default();
    let mut frame = Instant::now();
    let mut drawing = false;
    loop {
        if !*visible.borrow_and_update() {
            return Pause::Hidden;
        }
        tokio::select! {
            biased;
            () = page.drawn().notified(), if drawing => drawing = false,
            () = sleep_until(frame), if !drawing && !batch.is_empty() => {
                if !send(batch.take()) {
                    return Pause::Ended;
                }
                frame = Instant::now() + FRAME;
                drawing = true;
            }
            result = visible.changed() => if result.is_err() {
                return Pause::Ended;
            },
            result = reveals.changed() => match (result, page.take_reveal()) {
                (Err(_), _) => return Pause::Ended,
                (Ok(()), Some(target)) => batch.push(&Change::Reveal { target }),
                (Ok(()), None) => {}
            },
            change = changes.next() => match change.as_deref() {
                None => return Pause::Ended,
                // The shell brings the window up first, then tells the page through `reveals`.
                Some(Change::Reveal { .. }) => {}
                Some(change) => {
                    batch.push(change);
                    if drawing && batch.is_full() {
                        return Pause::Behind;
                    }
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use streambell_engine::model::{FeedId, Target};
    use tokio::{sync::mpsc, time::sleep};

    use super::*;

    struct Bench {
        page: Arc<Page>,
        changes: mpsc::Sender<Arc<Change>>,
        sent: mpsc::UnboundedReceiver<Vec<Change>>,
        pump: tokio::task::JoinHandle<Pause>,
    }

    fn bench() -> Bench {
        let page = Arc::new(Page::new());
        page.set_visible(true);
        let (changes, source) = mpsc::channel(16);
        let (sink, sent) = mpsc::unbounded_channel();
        let follower = page.clone();
        let pump = tokio::spawn(async move {
            let source = stream::unfold(source, async |mut source| source.recv().await.map(|change| (change, source)));
            follow(source, &follower, move |batch| sink.send(batch).is_ok()).await
        });
        Bench { page, changes, sent, pump }
    }

    fn read(feed: &str) -> Change {
        Change::Read { feed: FeedId(feed.into()) }
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_goes_at_once_and_the_rest_with_the_frame() {
        let mut bench = bench();
        let start = Instant::now();
        bench.changes.send(Arc::new(read("a"))).await.unwrap();
        assert_eq!(bench.sent.recv().await, Some(vec![read("a")]));
        assert_eq!(start.elapsed(), Duration::ZERO);
        bench.changes.send(Arc::new(read("b"))).await.unwrap();
        bench.changes.send(Arc::new(read("c"))).await.unwrap();
        bench.page.drawn().notify_one();
        assert_eq!(bench.sent.recv().await, Some(vec![read("b"), read("c")]));
        assert!(start.elapsed() >= FRAME && start.elapsed() < 2 * FRAME);
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_has_not_drawn_yet_gets_nothing_more() {
        let mut bench = bench();
        for feed in ["a", "b", "c"] {
            bench.changes.send(Arc::new(read(feed))).await.unwrap();
            sleep(10 * FRAME).await;
        }
        assert_eq!(bench.sent.try_recv(), Ok(vec![read("a")]));
        assert!(bench.sent.try_recv().is_err());
        bench.page.drawn().notify_one();
        assert_eq!(bench.sent.recv().await, Some(vec![read("b"), read("c")]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_does_not_draw_is_not_waited_for_without_end() {
        let bench = bench();
        for number in 0.. {
            if bench.changes.send(Arc::new(read(&number.to_string()))).await.is_err() {
                break;
            }
        }
        assert_eq!(bench.pump.await.unwrap(), Pause::Behind);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_sent_while_hidden() {
        let mut bench = bench();
        bench.page.set_visible(false);
        assert_eq!(bench.pump.await.unwrap(), Pause::Hidden);
        assert_eq!(bench.sent.recv().await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_with_the_engine() {
        let bench = bench();
        drop(bench.changes);
        assert_eq!(bench.pump.await.unwrap(), Pause::Ended);
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_with_the_page() {
        let bench = bench();
        drop(bench.sent);
        bench.changes.send(Arc::new(read("a"))).await.unwrap();
        assert_eq!(bench.pump.await.unwrap(), Pause::Ended);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wish_to_see_something_comes_from_the_shell_only() {
        let mut bench = bench();
        bench.changes.send(Arc::new(Change::Reveal { target: Target::Alerts })).await.unwrap();
        bench.page.reveal(Target::Settings);
        assert_eq!(bench.sent.recv().await, Some(vec![Change::Reveal { target: Target::Settings }]));
    }
}
