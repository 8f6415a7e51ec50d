//! The wall clock, read in one place.

use std::{fmt, sync::Arc};

use crate::model::Millis;

/// Tells the wall-clock time. What rules, gates and alerts do depends on it alone, so that a test can hand in another.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Millis + Send + Sync>);

impl Clock {
    /// A clock that is told what to say.
    pub fn new(tell: impl Fn() -> Millis + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    pub(crate) fn now(&self) -> Millis {
        (self.0)()
    }
}

/// The computer's.
impl Default for Clock {
    fn default() -> Self {
        Self::new(now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

/// The present time.
pub(crate) fn now() -> Millis {
    jiff::Timestamp::now().as_millisecond()
}
