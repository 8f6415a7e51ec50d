//! `{"event":"alert"}`: the event's type.

use super::{
    Seen,
    tree::{Leaf, Memory},
};
use crate::{EngineError, model::Millis};

pub(super) struct Compiled {
    name: String,
}

impl Compiled {
    pub(super) fn new(name: &str, at: &str) -> Result<Self, EngineError> {
        let name = name.trim();
        if name.is_empty() {
            return Err(EngineError::invalid(
                at,
                "Name the event's type, as the server sends it after 'event:' ('message' if it sends none).",
            ));
        }
        Ok(Self { name: name.to_owned() })
    }
}

impl Leaf for Compiled {
    fn begin(&self, _at: Millis) -> Memory {
        Memory::Truth(false)
    }

    fn observe(&self, memory: &mut Memory, seen: &Seen<'_>) {
        *memory = Memory::Truth(seen.event.event == self.name);
    }

    fn holds(&self, memory: &Memory, _now: Millis) -> bool {
        matches!(memory, Memory::Truth(true))
    }

    fn momentary(&self) -> bool {
        true
    }

    fn describe(&self) -> String {
        format!("event {}", self.name)
    }
}
