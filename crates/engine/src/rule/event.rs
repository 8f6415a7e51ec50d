//! `{"event":"alert"}`: the event's type.

use super::{Seen, tree::Test};
use crate::EngineError;
use crate::speak;

pub(super) struct Compiled {
    name: String,
}

impl Compiled {
    pub(super) fn new(name: &str, at: &str) -> Result<Self, EngineError> {
        let name = name.trim();
        if name.is_empty() {
            return Err(EngineError::invalid(
                at,
                speak!(
                    "Name the event's type, as the server sends it after 'event:' ('message' if it sends none).",
                    "请填写事件类型，即服务器在“event:”之后发送的内容（没有时为“message”）。"
                ),
            ));
        }
        Ok(Self { name: name.to_owned() })
    }
}

impl Test for Compiled {
    fn is_met_by(&self, seen: &Seen<'_>) -> bool {
        seen.event.event == self.name
    }

    fn describe(&self) -> String {
        speak!(format!("event {}", self.name), format!("事件 {}", self.name))
    }
}
