//! The changes after a snapshot, as one window reads them.

use std::sync::Arc;

use tokio::sync::broadcast;

use super::Engine;
use crate::model::Change;

/// The changes after a snapshot, in order. One that falls behind goes on with a [`Change::Snapshot`].
pub struct Changes {
    receiver: broadcast::Receiver<Arc<Change>>,
    engine: Engine,
    behind: bool,
}

impl Changes {
    pub(super) fn new(receiver: broadcast::Receiver<Arc<Change>>, engine: Engine) -> Self {
        Self { receiver, engine, behind: false }
    }

    /// The next change; `None` when the engine has ended.
    ///
    /// Cancel-safe: dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Arc<Change>> {
        if !self.behind {
            match self.receiver.recv().await {
                Ok(change) => return Some(change),
                Err(broadcast::error::RecvError::Closed) => return None,
                Err(broadcast::error::RecvError::Lagged(_)) => self.behind = true,
            }
        }
        let (snapshot, changes) = self.engine.attach().await.ok()?;
        *self = changes;
        Some(Arc::new(Change::Snapshot { snapshot: Box::new(snapshot) }))
    }
}
