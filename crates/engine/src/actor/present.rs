//! What is there, for feeds whose server tells the whole state at times: what it does not name any more is gone.

use std::collections::BTreeSet;

use crate::{
    mapping::Mapped,
    model::{Reading, State},
};

/// So many keys are known of a feed; of what is more, it is not told when it goes.
const MOST: usize = 10_000;

/// The keys that a feed has.
#[derive(Debug, Default)]
pub(crate) struct Present(BTreeSet<String>);

impl Present {
    /// As the history has them.
    pub(crate) fn of(keys: impl IntoIterator<Item = String>) -> Self {
        Self(keys.into_iter().take(MOST).collect())
    }

    /// Follows an event. One that tells the whole state gets a reading more for each key that is gone.
    pub(crate) fn follow(&mut self, mapped: &mut Mapped) {
        if mapped.snapshot {
            let named: BTreeSet<&str> = mapped.readings.iter().filter_map(|reading| reading.key.as_deref()).collect();
            let gone: Vec<String> = self.0.iter().filter(|key| !named.contains(key.as_str())).cloned().collect();
            self.0.clear();
            mapped.readings.extend(gone.into_iter().map(|key| Reading {
                key: Some(key),
                state: Some(State::Removed),
                ..Reading::default()
            }));
        }
        for reading in &mapped.readings {
            match (&reading.key, reading.state) {
                (Some(key), Some(State::Removed)) => drop(self.0.remove(key)),
                (Some(key), _) if self.0.len() < MOST => drop(self.0.insert(key.clone())),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(snapshot: bool, readings: &[(&str, Option<State>)]) -> Mapped {
        let reading = |(key, state): &(&str, Option<State>)| Reading {
            key: Some((*key).to_owned()),
            state: *state,
            ..Reading::default()
        };
        Mapped { readings: readings.iter().map(reading).collect(), snapshot, ..Mapped::default() }
    }

    #[test]
    fn what_a_whole_state_does_not_name_is_gone_once() {
        let mut present = Present::of(["old".to_owned()]);
        present.follow(&mut event(false, &[("a", None), ("b", Some(State::Open))]));
        present.follow(&mut event(false, &[("b", Some(State::Removed)), ("c", None)]));
        let mut whole = event(true, &[("c", None), ("d", None)]);
        present.follow(&mut whole);
        let gone = [("a", Some(State::Removed)), ("old", Some(State::Removed))];
        assert_eq!(whole.readings, event(true, &[[("c", None), ("d", None)], gone].concat()).readings);
        let mut again = event(true, &[("c", None), ("d", None)]);
        present.follow(&mut again);
        assert_eq!(again.readings.len(), 2);
    }
}
