//! The one way that events go into the store: kept and counted.

use std::sync::Arc;
use std::time::Instant;

use crate::event::EventId;
use crate::metrics::Metrics;
use crate::store::{Post, Store, StoreError};

#[derive(Debug)]
pub(crate) struct Intake {
    pub(crate) store: Arc<Store>,
    pub(crate) metrics: Arc<Metrics>,
}

impl Intake {
    /// Publishes a message. When this returns, it is kept and its subscribers are being served.
    pub(crate) async fn publish(&self, post: Post) -> Result<EventId, StoreError> {
        let start = Instant::now();
        let topic = post.topic.clone();
        let id = self.store.append(post).await?;
        self.metrics.published(start.elapsed());
        tracing::debug!(%topic, %id, "published");
        Ok(id)
    }
}
