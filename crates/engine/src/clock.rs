//! The wall clock, read in one place.

use crate::model::Millis;

/// The present time.
pub(crate) fn now() -> Millis {
    jiff::Timestamp::now().as_millisecond()
}
