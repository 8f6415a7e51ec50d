//! What is made of files, and made again when they change: a running hub takes new tokens and certificates by itself.

use std::fmt::{Debug, Display};
use std::fs::Metadata;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// How long a change may go unseen. Nobody polls: the files are looked at when someone asks.
const LOOK_EVERY: Duration = Duration::from_secs(1);

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
    state: Mutex<State<S::Value>>,
}

#[derive(Debug)]
struct State<V> {
    value: Arc<V>,
    stamps: Vec<Option<Stamp>>,
    next_look: Instant,
}

/// What tells one state of a file from the next: when it was written, its size, and which file it is.
type Stamp = (Option<SystemTime>, u64, u64);

impl<S: Source> Fresh<S> {
    pub(crate) fn open(source: S) -> Result<Self, S::Error> {
        // Before they are read: what changes meanwhile is seen at the next look.
        let stamps = stamps(&source);
        let value = Arc::new(source.read()?);
        Ok(Fresh { source, state: Mutex::new(State { value, stamps, next_look: Instant::now() + LOOK_EVERY }) })
    }

    pub(crate) fn get(&self) -> Arc<S::Value> {
        let mut state = self.lock();
        let now = Instant::now();
        if now >= state.next_look {
            state.next_look = now + LOOK_EVERY;
            self.look(&mut state);
        }
        state.value.clone()
    }

    fn look(&self, state: &mut State<S::Value>) {
        let stamps = stamps(&self.source);
        if stamps == state.stamps {
            return;
        }
        state.stamps = stamps;
        let files = self.source.files();
        match self.source.read() {
            Ok(value) => {
                state.value = Arc::new(value);
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
        let write = |text: &str| fs::write(&path, text).unwrap();
        let source = || Number(path.clone());
        assert!(Fresh::open(source()).is_err(), "it must be right at the start");

        write("1");
        let fresh = Fresh::open(source()).unwrap();
        for (text, value) in [("22", 22), ("damaged", 22), ("", 22), ("333", 333)] {
            write(text);
            let before = fresh.get();
            tokio::time::advance(LOOK_EVERY).await;
            assert_eq!(*fresh.get(), value, "{text:?} after {before}");
        }
        fs::remove_file(&path).unwrap();
        tokio::time::advance(LOOK_EVERY).await;
        assert_eq!(*fresh.get(), 333);
    }
}
