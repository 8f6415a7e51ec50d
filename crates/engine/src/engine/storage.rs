//! What is kept: how much, for how long, and how it leaves the program and comes back.

use std::path::{Path, PathBuf};

use super::Engine;
use crate::{
    EngineError, archive,
    clock::now,
    export::export_events,
    model::{EventExport, FeedId, Retention, Storage},
    store,
};

impl Engine {
    /// What the data take on the disk.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub async fn storage(&self) -> Result<Storage, EngineError> {
        let feeds = self.reader.read(|connection| store::size::of_feeds(connection)).await?;
        let folder = self.home.folder();
        let files = ["", "-wal", "-shm"].map(|suffix| folder.join(format!("streambell.db{suffix}")));
        Ok(Storage {
            folder: folder.display().to_string(),
            bytes: files.iter().filter_map(|file| std::fs::metadata(file).ok()).map(|file| file.len()).sum(),
            free: fs4::available_space(folder).ok(),
            feeds,
        })
    }

    /// Sets how long and how much is kept of a feed, or of all that there are and will be; what is more goes.
    ///
    /// # Errors
    /// When there is no such feed.
    pub async fn set_retention(&self, feed: Option<FeedId>, retention: Retention) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(actor.set_retention(feed, retention))).await
    }

    /// Removes a feed's events so far, piece by piece behind those that come. Its alerts stay.
    ///
    /// # Errors
    /// When there is no such feed, or the history cannot be written.
    pub async fn clear_history(&self, feed: FeedId) -> Result<(), EngineError> {
        let until = now();
        loop {
            let which = feed.clone();
            if !self.ask(move |actor| Box::pin(actor.clear_piece(which, until))).await? {
                return Ok(());
            }
        }
    }

    /// Writes events into a file, in the place of what stands there; how many.
    ///
    /// # Errors
    /// When there is no such feed, or the file cannot be written; what stood there is left alone then.
    pub async fn export_events(&self, what: EventExport, file: PathBuf) -> Result<u64, EngineError> {
        // What is counted by now is in the file.
        self.settle().await?;
        let home = self.home.clone();
        aside(move || {
            let mut fresh = archive::beside(&file)?;
            let count = export_events(&home, &what, &mut fresh)?;
            archive::put(fresh, &file).map(|()| count)
        })
        .await
    }

    /// Writes everything but secrets into one file, in the place of what stands there.
    ///
    /// # Errors
    /// When the file cannot be written; what stood there is left alone then.
    pub async fn back_up(&self, file: PathBuf) -> Result<(), EngineError> {
        self.settle().await?;
        let home = self.home.clone();
        aside(move || archive::back_up(&home, &file)).await
    }

    /// Checks a backup and lays it ready: the next start goes on with it, and sets aside what is there now.
    ///
    /// # Errors
    /// When it is no backup, is damaged, or is of a newer program; nothing is changed then.
    pub async fn restore(&self, file: PathBuf) -> Result<(), EngineError> {
        let home = self.home.clone();
        aside(move || archive::prepare(&home, Path::new(&file))).await
    }

    /// Waits until everything that came by now is committed: to the task that owns the state and the thread that writes,
    /// and back. Who gets an answer knows that both live.
    ///
    /// # Errors
    /// When the engine has ended.
    pub async fn settle(&self) -> Result<(), EngineError> {
        self.ask(|actor| Box::pin(async { actor.store.write(|_| Ok(())).await })).await
    }
}

/// Runs what takes long beside everything else.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EngineError> + Send + 'static,
) -> Result<T, EngineError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| EngineError::Internal)?
}
