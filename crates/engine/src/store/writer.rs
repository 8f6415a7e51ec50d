//! The writing thread: queued batches become one transaction, of at most 20 ms or 1,000 events.

use std::time::Duration;

use rusqlite::Connection;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until, timeout_at},
};

use super::{Batch, Request, StoreNews, alerts, carry_out, events, feeds, open, rules, series};
use crate::contain::{self, contained};

/// How long a first event waits for others to share its transaction.
const GATHER: Duration = Duration::from_millis(20);
/// Events of one transaction.
const MAX_EVENTS: usize = 1000;
/// How long after a failed commit it is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// Runs until all senders are gone and everything is committed, or cannot be.
pub(super) fn run(
    connection: Connection,
    batches: mpsc::Receiver<Batch>,
    requests: mpsc::Receiver<Request>,
    news: &mpsc::Sender<StoreNews>,
) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else { return };
    runtime.block_on(Writer { connection, pending: Vec::new(), failed: None, news }.serve(batches, requests));
}

struct Writer<'n> {
    connection: Connection,
    /// Taken from the queue and not yet committed.
    pending: Vec<Batch>,
    /// Set while commits fail: when to try next.
    failed: Option<Instant>,
    news: &'n mpsc::Sender<StoreNews>,
}

impl Writer<'_> {
    async fn serve(mut self, mut batches: mpsc::Receiver<Batch>, mut requests: mpsc::Receiver<Request>) {
        let mut more_requests = true;
        loop {
            let retry_at = self.failed;
            tokio::select! {
                biased;
                request = requests.recv(), if more_requests => match request {
                    Some(request) => {
                        self.take_all(&mut batches);
                        self.commit();
                        carry_out(&mut self.connection, request);
                    }
                    None => more_requests = false,
                },
                () = sleep_until(retry_at.unwrap_or_else(Instant::now)), if retry_at.is_some() => {
                    self.commit();
                    // The program ends: it must not wait for a disk that may stay full. The server replays the rest.
                    if self.failed.is_some() && !more_requests {
                        return;
                    }
                }
                batch = batches.recv(), if retry_at.is_none() => match batch {
                    Some(batch) => {
                        self.pending.push(batch);
                        self.gather(&mut batches).await;
                        self.commit();
                    }
                    None => break,
                },
            }
        }
        self.commit();
    }

    async fn gather(&mut self, batches: &mut mpsc::Receiver<Batch>) {
        let deadline = Instant::now() + GATHER;
        while self.pending.iter().map(|batch| batch.events.len()).sum::<usize>() < MAX_EVENTS {
            match timeout_at(deadline, batches.recv()).await {
                Ok(Some(batch)) => self.pending.push(batch),
                Ok(None) | Err(_) => return,
            }
        }
    }

    /// What a request must see: everything that was queued before it. The queue is bounded, so this is too.
    fn take_all(&mut self, batches: &mut mpsc::Receiver<Batch>) {
        while self.failed.is_none() {
            match batches.try_recv() {
                Ok(batch) => self.pending.push(batch),
                Err(_) => return,
            }
        }
    }

    /// Commits what is pending, or keeps it for another try.
    fn commit(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        // What panics is not committed: its transaction was rolled back on the way out.
        let written = contained(|| write(&mut self.connection, &self.pending)).unwrap_or_else(|| self.write_each());
        match written {
            Ok(()) => {
                self.pending.clear();
                if self.failed.take().is_some() {
                    self.tell(StoreNews::Recovered);
                }
            }
            Err(error) => {
                tracing::error!(%error, "the history cannot be written");
                if self.failed.replace(Instant::now() + RETRY).is_none() {
                    self.tell(StoreNews::Trouble(open::reason(&error)));
                }
            }
        }
    }

    /// One of the pending batches panics, and would do so each time it is tried: the others are not to suffer from it.
    fn write_each(&mut self) -> rusqlite::Result<()> {
        while !self.pending.is_empty() {
            match contained(|| write(&mut self.connection, &self.pending[..1])) {
                Some(written) => written?,
                None => self.tell(StoreNews::Trouble(contain::of_history())),
            }
            self.pending.remove(0);
        }
        Ok(())
    }

    fn tell(&self, news: StoreNews) {
        // A full queue means that the engine has not heard the last news yet: it asks for no more than the trend.
        let _ = self.news.try_send(news);
    }
}

pub(super) fn write(connection: &mut Connection, batches: &[Batch]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for batch in batches {
        let mut bytes = 0;
        for event in &batch.events {
            bytes += events::insert(&transaction, batch.feed, event)?;
        }
        if !batch.events.is_empty() || !batch.last_event_id.is_empty() {
            feeds::advance(&transaction, batch.feed, &batch.last_event_id, bytes)?;
        }
        if let Some(view) = batch.guessed_view {
            feeds::guess(&transaction, batch.feed, view)?;
        }
        for alert in &batch.alerts {
            alerts::upsert(&transaction, alert)?;
        }
        for memo in &batch.memos {
            rules::remember(&transaction, memo)?;
        }
        if let Some(gap) = batch.gap {
            series::add_gap(&transaction, batch.feed, gap)?;
        }
        if let Some(recovered) = batch.recovered {
            series::recover(&transaction, batch.feed, recovered)?;
        }
    }
    series::add(&transaction, batches)?;
    transaction.commit()
}
