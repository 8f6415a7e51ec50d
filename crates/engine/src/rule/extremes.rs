//! The lowest and the highest value of the last while.

use std::{cmp::Ordering, collections::VecDeque};

use rust_decimal::Decimal;

use crate::model::Millis;

/// From so many values on, those that lie closer together than this part of the time are left out: memory is bounded,
/// and the error below a hundredth of the time.
const EXACT: usize = 256;
const PART: Millis = 128;

/// Candidates for the lowest and for the highest value: each is beaten by none that came after it.
#[derive(Debug, Clone, Default)]
pub(super) struct Extremes {
    lowest: VecDeque<(Millis, Decimal)>,
    highest: VecDeque<(Millis, Decimal)>,
}

impl Extremes {
    /// Takes a value, and forgets those older than `span`.
    pub(super) fn push(&mut self, at: Millis, value: Decimal, span: Millis) {
        push(&mut self.lowest, at, value, span, Ordering::Greater);
        push(&mut self.highest, at, value, span, Ordering::Less);
    }

    /// The lowest and the highest value since a time.
    pub(super) fn since(&self, time: Millis) -> Option<(Decimal, Decimal)> {
        let first =
            |values: &VecDeque<(Millis, Decimal)>| values.iter().find(|(at, _)| *at >= time).map(|value| value.1);
        Some((first(&self.lowest)?, first(&self.highest)?))
    }

    /// The time of the oldest value since a time that matters.
    pub(super) fn oldest_since(&self, time: Millis) -> Option<Millis> {
        self.lowest.iter().chain(&self.highest).map(|(at, _)| *at).filter(|at| *at >= time).min()
    }
}

fn push(values: &mut VecDeque<(Millis, Decimal)>, at: Millis, value: Decimal, span: Millis, beaten: Ordering) {
    while values.front().is_some_and(|(first, _)| *first < at - span) {
        values.pop_front();
    }
    while values.back().is_some_and(|(_, last)| last.cmp(&value) == beaten || *last == value) {
        values.pop_back();
    }
    if values.len() >= EXACT && values.back().is_some_and(|(last, _)| at - last < span / PART) {
        return;
    }
    values.push_back((at, value));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_are_what_a_plain_search_finds(steps in prop::collection::vec((0i64..50, -20i64..20), 1..200)) {
            let span = 300;
            let (mut extremes, mut all, mut now) = (Extremes::default(), Vec::new(), 0);
            for (step, value) in steps {
                now += step;
                extremes.push(now, Decimal::from(value), span);
                all.push((now, Decimal::from(value)));
                let recent = || all.iter().filter(|(at, _)| *at >= now - span).map(|(_, value)| *value);
                prop_assert_eq!(extremes.since(now - span), Some((recent().min().unwrap(), recent().max().unwrap())));
            }
        }
    }

    #[test]
    fn their_memory_is_bounded() {
        let mut extremes = Extremes::default();
        (0..100_000).for_each(|number| extremes.push(number, Decimal::from(number), 1_000_000));
        assert!(extremes.lowest.len() <= EXACT + PART as usize && extremes.highest.len() == 1);
    }
}
