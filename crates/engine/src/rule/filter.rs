//! A condition that is asked of one event: which are left out, tell a whole state, or refuse.

use std::{cell::OnceCell, sync::Arc};

use serde_json::Value;

use super::{Seen, tree::Tree};
use crate::{
    EngineError,
    mapping::Parts,
    model::{Condition, Event},
    speak,
};

/// Such a condition, compiled.
pub(crate) struct Filter(Tree);

impl Filter {
    /// Compiles a condition; `at` is where it stands in the feed.
    ///
    /// # Errors
    /// Names the place and what is wrong there, which is also what one event cannot answer.
    pub(crate) fn new(condition: &Condition, at: &str) -> Result<Self, EngineError> {
        let tree = Tree::new(condition, at)?;
        if tree.is_of_one_event() {
            return Ok(Self(tree));
        }
        Err(EngineError::invalid(
            at,
            speak!(
                "Only what one event says counts here: event, text, field and cel.",
                "这里只能使用单个事件就能判断的条件：event、text、field 和 cel。"
            ),
        ))
    }

    /// Whether it is true of each reading of an event.
    pub(crate) fn is_met_by(&self, event: &Arc<Event>, json: &OnceCell<Option<Value>>, each: Option<&Parts>) -> bool {
        (0..event.readings.len()).all(|part| {
            let mut memories = self.0.begin(0);
            self.0.observe(&mut memories, &Seen::new(event, part, json, each));
            self.0.truth(&memories, 0).holds
        })
    }
}
