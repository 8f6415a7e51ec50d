//! A recording played for somebody who looks at it: in frames, each bounded, however fast it goes.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use tokio::{
    sync::mpsc,
    task::{AbortHandle, yield_now},
    time::{Instant, sleep_until},
};

use super::{Pace, Played, Replay, Speed};
use crate::{
    contain::{contained_task, internal_error},
    model::{Event, Millis, Reason, ReplayNews},
};

/// How often is told how far it has come.
const FRAME: Duration = Duration::from_millis(100);
/// At most so many events are shown of a frame, the last.
const MOST_EVENTS: usize = 50;
/// So much is shown of an event's data.
const MOST_DATA: usize = 4096;
/// So many readings of an event are shown.
const MOST_READINGS: usize = 20;
/// Steps after which others have their turn.
const TURN: usize = 64;
/// Frames that wait for a window that is busy; a slow one slows the play.
const NEWS: usize = 4;

/// A recording that plays; it ends when this is dropped.
#[derive(Debug)]
pub struct Player {
    news: mpsc::Receiver<ReplayNews>,
    task: AbortHandle,
}

impl Player {
    /// Plays from this time on; what came before is gone through at once, so that rules know it.
    pub(crate) fn start(replay: Replay, from: Millis, speed: Speed) -> Self {
        let (sender, news) = mpsc::channel(NEWS);
        let task = tokio::spawn(async move {
            // An error means that nobody listens any more.
            if contained_task(Running::new(sender.clone(), from, speed).run(replay)).await.is_none() {
                let _ = sender.send(ReplayNews::Failed { reason: internal_error() }).await;
            }
        });
        Self { news, task: task.abort_handle() }
    }

    /// What happens next; `None` when it is over, or another has taken its place.
    pub async fn next(&mut self) -> Option<ReplayNews> {
        self.news.recv().await
    }

    /// Ends it from elsewhere.
    pub(crate) fn abort_handle(&self) -> AbortHandle {
        self.task.clone()
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Told = Result<(), mpsc::error::SendError<ReplayNews>>;

struct Running {
    news: mpsc::Sender<ReplayNews>,
    from: Millis,
    speed: Speed,
    events: VecDeque<Arc<Event>>,
    skipped: u64,
}

impl Running {
    fn new(news: mpsc::Sender<ReplayNews>, from: Millis, speed: Speed) -> Self {
        Self { news, from, speed, events: VecDeque::new(), skipped: 0 }
    }

    async fn run(mut self, mut replay: Replay) -> Told {
        let mut next = None;
        for turn in 1_usize.. {
            match replay.next() {
                Some(Ok(step)) if step.at < self.from => self.keep(step.played),
                other => {
                    next = other;
                    break;
                }
            }
            if turn.is_multiple_of(TURN) {
                yield_now().await;
            }
        }
        let mut at = self.from.max(replay.started());
        self.show(at).await?;
        let pace = Pace::new(self.speed, at);
        let mut frame = Instant::now() + FRAME;
        for turn in 1_usize.. {
            let step = match next.take() {
                Some(Ok(step)) => step,
                Some(Err(error)) => {
                    self.show(at).await?;
                    let reason = Reason { code: error.code().to_owned(), message: error.to_string() };
                    return self.news.send(ReplayNews::Failed { reason }).await;
                }
                None => break,
            };
            let due = pace.due(step.at);
            while due.is_some_and(|due| due > frame) {
                sleep_until(frame).await;
                self.show(pace.at(frame)).await?;
                frame += FRAME;
            }
            if let Some(due) = due {
                sleep_until(due).await;
            } else if turn.is_multiple_of(TURN) {
                yield_now().await;
            }
            at = step.at;
            self.keep(step.played);
            if Instant::now() >= frame {
                self.show(at).await?;
                frame = Instant::now() + FRAME;
            }
            next = replay.next();
        }
        self.show(at).await?;
        self.news.send(ReplayNews::Over).await
    }

    fn keep(&mut self, played: Vec<Played>) {
        for played in played {
            if let Played::Event(event) = played {
                if self.events.len() == MOST_EVENTS {
                    self.events.pop_front();
                    self.skipped += 1;
                }
                self.events.push_back(event);
            }
        }
    }

    async fn show(&mut self, at: Millis) -> Told {
        let events = self.events.drain(..).map(|event| shown(&event)).collect();
        let skipped = std::mem::take(&mut self.skipped);
        self.news.send(ReplayNews::Moved { at, events, skipped }).await
    }
}

/// As much of an event as is looked at while it plays.
fn shown(event: &Event) -> Event {
    let data = &event.data[..event.data.floor_char_boundary(MOST_DATA)];
    let readings = event.readings.iter().take(MOST_READINGS).cloned().collect();
    Event {
        data: data.into(),
        readings,
        feed: event.feed.clone(),
        event: event.event.clone(),
        id: event.id.clone(),
        ..*event
    }
}
