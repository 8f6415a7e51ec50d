//! The latest event about each thing of a topic, until the thing is gone.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::event::{Event, EventId};

#[derive(Debug, Default)]
pub(super) struct Things {
    latest: BTreeMap<EventId, Arc<Event>>,
    ids: HashMap<String, EventId>,
    bytes: usize,
}

impl Things {
    /// Learns what an event says, if it is about a thing. When all of them take more than `max_bytes`, those that
    /// nothing has been heard of for longest are forgotten.
    pub(super) fn learn(&mut self, event: &Arc<Event>, max_bytes: usize) {
        let Some(key) = &event.key else { return };
        if let Some(id) = self.ids.remove(&key.name) {
            self.forget(id);
        }
        if key.gone {
            return;
        }
        self.bytes += event.frame.len();
        self.ids.insert(key.name.clone(), event.id);
        self.latest.insert(event.id, event.clone());
        while self.bytes > max_bytes && self.latest.len() > 1 {
            let Some((_, oldest)) = self.latest.pop_first() else { return };
            self.bytes -= oldest.frame.len();
            if let Some(key) = &oldest.key {
                self.ids.remove(&key.name);
            }
        }
    }

    fn forget(&mut self, id: EventId) {
        if let Some(event) = self.latest.remove(&id) {
            self.bytes -= event.frame.len();
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Arc<Event>> {
        self.latest.get(self.ids.get(key)?)
    }

    /// Oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Event>> {
        self.latest.values()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::event::Key;

    #[test]
    fn the_latest_of_each_within_so_many_bytes() {
        let event = |ms, name: &str, gone| {
            let id = EventId::ZERO.next(Timestamp::from_millisecond(ms).unwrap());
            Event::new(id, None, "x", Some(Key { name: name.into(), gone }))
        };
        let mut things = Things::default();
        let two = 2 * event(1, "a", false).frame.len();
        let mut known = |ms, name: &str, gone| {
            things.learn(&event(ms, name, gone), two);
            things.iter().map(|event| event.id.millis()).collect::<Vec<_>>()
        };
        assert_eq!(known(1, "a", false), [1]);
        assert_eq!(known(2, "b", false), [1, 2]);
        assert_eq!(known(3, "a", false), [2, 3]);
        assert_eq!(known(4, "c", false), [3, 4], "b is forgotten");
        assert_eq!(known(5, "a", true), [4]);
        assert_eq!(known(6, "a", true), [4]);
        assert_eq!(things.get("c").map(|event| event.id.millis()), Some(4));
        assert!(things.get("a").is_none() && things.get("b").is_none());
        assert_eq!(things.bytes * 2, two);
        assert_eq!(things.ids.len(), 1);
    }
}
