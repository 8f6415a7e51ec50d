//! The last sign of life of a connection, for whoever wants to look without being woken by each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::Instant;

/// When a connection's last byte came, be it of an event or of a comment. Cheap to clone; it outlives the connection.
#[derive(Debug, Clone)]
pub struct Pulse(Arc<Beats>);

#[derive(Debug)]
struct Beats {
    start: Instant,
    /// Milliseconds after the start, plus one; 0: none yet.
    last: AtomicU64,
}

impl Pulse {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Beats { start: Instant::now(), last: AtomicU64::new(0) }))
    }

    pub(crate) fn beat(&self, at: Instant) {
        let milliseconds = u64::try_from((at - self.0.start).as_millis()).unwrap_or(u64::MAX - 1);
        self.0.last.store(milliseconds + 1, Relaxed);
    }

    /// When the last byte came, if any has.
    pub fn last_byte(&self) -> Option<Instant> {
        let after = self.0.last.load(Relaxed).checked_sub(1)?;
        Some(self.0.start + Duration::from_millis(after))
    }
}
