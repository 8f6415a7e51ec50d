//! `{"event":"alert"}`: the event's type.

use super::Seen;
use crate::EngineError;

pub(super) struct Compiled {
    name: String,
}

impl Compiled {
    pub(super) fn new(name: &str) -> Result<Self, EngineError> {
        let name = name.trim();
        if name.is_empty() {
            return Err(EngineError::invalid(
                "when.event",
                "Name the event's type, as the server sends it after 'event:' ('message' if it sends none).",
            ));
        }
        Ok(Self { name: name.to_owned() })
    }

    pub(super) fn holds(&self, seen: &Seen<'_>) -> bool {
        seen.event.event == self.name
    }

    pub(super) fn describe(&self) -> String {
        format!("event {}", self.name)
    }
}
