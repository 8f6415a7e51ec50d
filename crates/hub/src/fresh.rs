//! What is made of files, and made again when they change: a running hub takes new tokens and certificates by itself.

use std::fmt::{Debug, Display};
use std::fs::Metadata;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tokio::time::Instant;

/// How long a change may go unseen, in milliseconds. Nobody polls: the files are looked at when someone asks.
const LOOK_EVERY: u64 = 1000;

/// Something that is read from files.
pub(crate) trait Source: Debug + Send + Sync {
    type Value: Debug + Send + Sync;
    type Error: Display;

    fn files(&self) -> Vec<&Path>;
    fn read(&self) -> Result<Self::Value, Self::Error>;
}

/// What was read last. Files that cannot be read any more change nothing but the log.
#[derive(Debug)]
pub(crate) struct Fresh<S: Source> {
    source: S,
    opened: Instant,
    /// When to look at the files again, in milliseconds since `opened`.
    next_look: AtomicU64,
    /// How often something else was read.
    changes: AtomicU64,
    state: Mutex<State<S::Value>>,
}

#[derive(Debug)]
struct State<V> {
    value: Arc<V>,
    stamps: Vec<Option<Stamp>>,
}

/// What tells one state of a file from the next: when it was written, its size, and which file it is.
type Stamp = (Option<SystemTime>, u64, u64);

impl<S: Source> Fresh<S> {
    pub(crate) fn open(source: S) -> Result<Self, S::Error> {
        // Before they are read: what changes meanwhile is seen at the next look.
        let stamps = stamps(&source);
        let value = Arc::new(source.read()?);
        Ok(Fresh {
            source,
            opened: Instant::now(),
            next_look: LOOK_EVERY.into(),
            changes: AtomicU64::default(),
            state: Mutex::new(State { value, stamps }),
        })
    }

    pub(crate) fn get(&self) -> Arc<S::Value> {
        self.look_in_time();
        self.lock().value.clone()
    }

    /// Tells whether [`Fresh::get`] gives something else by now, and takes no lock for it.
    pub(crate) fn changes(&self) -> u64 {
        self.look_in_time();
        self.changes.load(Ordering::Acquire)
    }

    fn look_in_time(&self) {
        let now = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        let due = self.next_look.load(Ordering::Relaxed);
        let is_ours =
            || self.next_look.compare_exchange(due, now + LOOK_EVERY, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if now >= due && is_ours() {
            self.look();
        }
    }

    fn look(&self) {
        let mut state = self.lock();
        let stamps = stamps(&self.source);
        if stamps == state.stamps {
            return;
        }
        state.stamps = stamps;
        let files = self.source.files();
        match self.source.read() {
            Ok(value) => {
                state.value = Arc::new(value);
                self.changes.fetch_add(1, Ordering::Release);
                tracing::info!(?files, "read anew");
            }
            Err(error) => tracing::warn!(%error, "what was read before stays in force"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<S::Value>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stamps(source: &impl Source) -> Vec<Option<Stamp>> {
    let stamp = |file: Metadata| (file.modified().ok(), file.len(), identity(&file));
    source.files().into_iter().map(|path| path.metadata().ok().map(stamp)).collect()
}

/// A file that took the place of another has a number of its own.
fn identity(file: &Metadata) -> u64 {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::ino(file);
    #[cfg(not(unix))]
    return file.len();
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;

    #[derive(Debug)]
    struct Number(PathBuf);

    impl Source for Number {
        type Value = u32;
        type Error = std::num::ParseIntError;

        fn files(&self) -> Vec<&Path> {
            vec![&self.0]
        }

        fn read(&self) -> Result<u32, Self::Error> {
            fs::read_to_string(&self.0).unwrap_or_default().parse()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_is_seen_within_a_second_and_damage_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("number");
        let second = Duration::from_millis(LOOK_EVERY);
        let write = |text: &str| fs::write(&path, text).unwrap();
        let source = || Number(path.clone());
        assert!(Fresh::open(source()).is_err(), "it must be right at the start");

        write("1");
        let fresh = Fresh::open(source()).unwrap();
        for (text, value) in [("22", 22), ("damaged", 22), ("", 22), ("333", 333)] {
            write(text);
            let (before, changes) = (fresh.get(), fresh.changes());
            tokio::time::advance(second).await;
            assert_eq!(fresh.changes() - changes, u64::from(*before != value), "{text:?}");
            assert_eq!(*fresh.get(), value, "{text:?} after {before}");
        }
        fs::remove_file(&path).unwrap();
        tokio::time::advance(second).await;
        assert_eq!(*fresh.get(), 333);
    }
}
