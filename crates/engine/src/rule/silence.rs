//! `{"silent_for":"2m"}`: nothing has come.

use super::{
    Seen,
    tree::{Leaf, Memory},
};
use crate::model::{Millis, Span};
use crate::speak;

pub(super) struct Compiled {
    span: Span,
}

impl Compiled {
    pub(super) fn new(span: Span) -> Self {
        Self { span }
    }
}

impl Leaf for Compiled {
    fn begin(&self, at: Millis) -> Memory {
        Memory::Silence(at)
    }

    fn observe(&self, memory: &mut Memory, seen: &Seen<'_>) {
        *memory = Memory::Silence(seen.event.at);
    }

    fn holds(&self, memory: &Memory, now: Millis) -> bool {
        matches!(memory, Memory::Silence(last) if now - last >= self.span.millis())
    }

    fn due(&self, memory: &Memory, now: Millis) -> Option<Millis> {
        let Memory::Silence(last) = memory else { return None };
        Some(last + self.span.millis()).filter(|due| *due > now)
    }

    fn excuse(&self, memory: &mut Memory, until: Millis) {
        if let Memory::Silence(last) = memory {
            *last = (*last).max(until - self.span.millis());
        }
    }

    fn window(&self) -> Millis {
        self.span.millis()
    }

    fn describe(&self) -> String {
        speak!(format!("nothing for {}", self.span), format!("{} 内没有消息", self.span))
    }
}
