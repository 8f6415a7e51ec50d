//! The one SQLite file: a thread that writes, in batches, and a thread that reads.
//!
//! Events come through a bounded queue whose permits are the back-pressure of the whole program: while the disk is
//! full nothing more is taken from the subscriptions, and their sockets slow down. Requests are closures that run on
//! one of the two threads; one that writes sees all events that were queued before it.

pub(crate) mod alerts;
pub(crate) mod events;
pub(crate) mod feeds;
mod open;
pub(crate) mod rules;
pub(crate) mod series;
pub(crate) mod settings;
pub(crate) mod size;
pub(crate) mod trend;
mod upgrade;
mod writer;

use std::{io, sync::Arc, thread};

use ecow::EcoString;
use rusqlite::Connection;
use tokio::sync::{
    mpsc::{self, error::TrySendError},
    oneshot,
};

use crate::{
    EngineError,
    contain::contained,
    home::Home,
    model::{Alert, Event, EventExport, Gap, Millis, Reason, View},
    rule::Memo,
};

pub(crate) use feeds::FeedNo;
pub use open::StoreError;
pub(crate) use open::{Found, SCHEMA, read_at_rest, read_only, reason};

/// Batches that may wait for the disk.
const QUEUE: usize = 64;
/// Requests that may wait.
const REQUESTS: usize = 64;

/// What is committed in one transaction: events, their alerts, what rules remember, and where the subscription stands.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) feed: FeedNo,
    pub(crate) events: Vec<Arc<Event>>,
    pub(crate) last_event_id: EcoString,
    pub(crate) alerts: Vec<Alert>,
    pub(crate) memos: Vec<Memo>,
    pub(crate) guessed_view: Option<View>,
    /// The feed is listened to again.
    pub(crate) gap: Option<Gap>,
    /// What has come since of the latest gap.
    pub(crate) recovered: Option<Recovered>,
}

/// How many events of a gap the server has sent afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Recovered {
    /// The end of the gap.
    pub(crate) until: Millis,
    /// None: it has not kept them all.
    pub(crate) count: Option<u64>,
}

/// What the writing thread tells by itself.
#[derive(Debug, Clone)]
pub(crate) enum StoreNews {
    /// It cannot write, keeps what it has, and goes on trying.
    Trouble(Reason),
    /// It writes again.
    Recovered,
}

impl Batch {
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
            && self.last_event_id.is_empty()
            && self.alerts.is_empty()
            && self.memos.is_empty()
            && self.guessed_view.is_none()
            && self.gap.is_none()
            && self.recovered.is_none()
    }
}

type Request = Box<dyn FnOnce(&mut Connection) + Send>;

/// The way to the writing thread, of the one task that changes things. The thread ends when this is gone, with
/// everything committed.
pub(crate) struct Store {
    batches: mpsc::Sender<Batch>,
    writes: mpsc::Sender<Request>,
    /// Closed when the thread has ended.
    ended: oneshot::Receiver<()>,
}

/// The way to the reading thread, of everybody. The thread ends when the last of these is gone.
#[derive(Clone)]
pub(crate) struct Reader {
    reads: mpsc::Sender<Request>,
}

/// What opening found.
pub(crate) struct Opened {
    pub(crate) store: Store,
    pub(crate) reader: Reader,
    pub(crate) news: mpsc::Receiver<StoreNews>,
    pub(crate) found: Found,
}

/// Opens the database, brought to the newest version; one that is corrupt is set aside and a fresh one begun.
///
/// # Errors
/// When there is no room, no right to write, or the database is of a newer program; it is as it was then.
pub(crate) fn open(home: &Home) -> Result<Opened, StoreError> {
    let open::Connections { writer, reader, found } = open::open(home)?;
    let (batches, batch_queue) = mpsc::channel(QUEUE);
    let (writes, write_queue) = mpsc::channel(REQUESTS);
    let (reads, read_queue) = mpsc::channel(REQUESTS);
    let (news, news_queue) = mpsc::channel(8);
    let (end, ended) = oneshot::channel();
    spawn("store-writer", move || {
        writer::run(writer, batch_queue, write_queue, &news);
        drop(end);
    })?;
    spawn("store-reader", move || serve(reader, read_queue))?;
    Ok(Opened { store: Store { batches, writes, ended }, reader: Reader { reads }, news: news_queue, found })
}

/// Shows each event that fits, oldest first, with its whole data; one at a time is in memory. How many they were, or
/// what `show` failed with.
///
/// # Errors
/// When there is no such feed, or the history cannot be read.
pub(crate) fn export(
    home: &Home,
    what: &EventExport,
    show: impl FnMut(&Event) -> io::Result<()>,
) -> Result<io::Result<u64>, EngineError> {
    // A connection of its own: a long export holds up nobody who reads, and sees the history of one moment.
    let connection = read_only(&home.database());
    let told = |error| EngineError::Store(reason(&error));
    let connection = connection.map_err(told)?;
    let feed = match &what.feed {
        Some(id) => {
            Some(feeds::number(&connection, id).map_err(told)?.ok_or_else(|| EngineError::NoSuchFeed(id.0.clone()))?)
        }
        None => None,
    };
    events::each(&connection, feed, what, show).map_err(told)
}

impl Store {
    /// How many batches wait for the disk, and how many may.
    pub(crate) fn queue(&self) -> (usize, usize) {
        let room = self.batches.max_capacity();
        (room - self.batches.capacity(), room)
    }

    /// Room for one more batch; waiting for it is how the disk slows the sockets.
    pub(crate) async fn reserve(&self) -> Result<mpsc::OwnedPermit<Batch>, EngineError> {
        self.batches.clone().reserve_owned().await.map_err(|_| EngineError::Ended)
    }

    /// Queues what is no event, and waits for no room: when the queue is full it is written at once, after what is in
    /// there, or refused where the disk is full. The engine goes on either way.
    pub(crate) async fn send(&self, batch: Batch) -> Result<(), EngineError> {
        match self.batches.try_send(batch) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(batch)) => self.write(move |connection| writer::write(connection, &[batch])).await,
            Err(TrySendError::Closed(_)) => Err(EngineError::Ended),
        }
    }

    /// Runs a closure on the writing thread, after everything that was queued before.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, EngineError> {
        ask(&self.writes, work).await
    }

    /// Removes what is too old, beside the events that come.
    pub(crate) fn pruner(&self) -> Pruner {
        Pruner { writes: self.writes.downgrade() }
    }

    /// Waits until the writing thread has committed everything, or found again that it cannot, and ended.
    pub(crate) async fn close(self) {
        drop((self.batches, self.writes));
        let _ = self.ended.await;
    }
}

/// Removes what is too old. It does not keep the writing thread alive.
pub(crate) struct Pruner {
    writes: mpsc::WeakSender<Request>,
}

impl Pruner {
    /// Removes what each feed keeps beyond its limits (number, oldest time, bytes), and all of the feeds that are gone,
    /// in pieces between which events are committed.
    pub(crate) async fn prune(self, limits: Vec<(FeedNo, Millis, u64)>) {
        let Some(gone) = self.run(|connection| feeds::removed(connection)).await else { return };
        let gone = gone.into_iter().map(|no| (no, Millis::MAX, 0));
        for (no, older_than, max_bytes) in limits.into_iter().chain(gone) {
            while self.run(move |connection| feeds::prune(connection, no, older_than, max_bytes)).await == Some(true) {}
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Option<T> {
        let writes = self.writes.upgrade()?;
        ask(&writes, work).await.inspect_err(|error| tracing::warn!(%error, "old events could not be removed")).ok()
    }
}

impl Reader {
    /// Runs a closure on the reading thread.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, EngineError> {
        ask(&self.reads, work).await
    }
}

async fn ask<T: Send + 'static>(
    queue: &mpsc::Sender<Request>,
    work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
) -> Result<T, EngineError> {
    let (answer, answered) = oneshot::channel();
    let request: Request = Box::new(move |connection| {
        let _ = answer.send(work(connection));
    });
    queue.send(request).await.map_err(|_| EngineError::Ended)?;
    let answer = answered.await.map_err(|_| EngineError::unanswered(queue.is_closed()))?;
    answer.map_err(|error| EngineError::Store(reason(&error)))
}

fn serve(mut connection: Connection, mut requests: mpsc::Receiver<Request>) {
    while let Some(request) = requests.blocking_recv() {
        carry_out(&mut connection, request);
    }
}

/// A request that panics gets no answer, and the connection is whole: its transaction was rolled back on the way out.
fn carry_out(connection: &mut Connection, request: Request) {
    contained(|| request(connection));
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
    thread::Builder::new().name(name.into()).spawn(work).map_err(StoreError::Thread)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_that_panics_leaves_both_threads_at_work() {
        let folder = tempfile::tempdir().unwrap();
        let Opened { store, reader, .. } = open(&Home::locate(Some(folder.path().to_owned())).unwrap()).unwrap();
        let broken = store
            .write(|connection| -> rusqlite::Result<()> {
                let transaction = connection.transaction()?;
                settings::put(&transaction, "half", &true)?;
                panic!("it breaks between two writes")
            })
            .await;
        assert_eq!(broken.unwrap_err().code(), "internal_error");
        let half: Option<bool> = store.write(|connection| settings::get(connection, "half")).await.unwrap();
        assert_eq!(half, None, "what was begun is rolled back");
        let broken = reader.read(|_| -> rusqlite::Result<()> { panic!("it breaks while it reads") }).await;
        assert_eq!(broken.unwrap_err().code(), "internal_error");
        assert_eq!(reader.read(|connection| settings::get::<bool>(connection, "half")).await.unwrap(), None);
        store.close().await;
    }
}
