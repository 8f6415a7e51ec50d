//! `{"rate":{"above":100,"per":"1m"}}`: how many readings come.

use std::collections::VecDeque;

use super::{
    Seen,
    tree::{Leaf, Memory as AnyMemory},
};
use crate::{
    EngineError,
    model::{Millis, RateCondition, Span},
    speak,
};

/// From so many moments on, those that lie closer together than this part of the time are counted as one: memory is
/// bounded, and the error below a hundredth.
const EXACT: usize = 256;
const PART: Millis = 128;

pub(super) struct Compiled {
    test: Test,
    per: Span,
}

#[derive(Clone, Copy)]
enum Test {
    Above(u64),
    Below(u64),
}

/// When readings came, the oldest first, and how many at once.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    since: Millis,
    moments: VecDeque<(Millis, u64)>,
    count: u64,
}

impl Compiled {
    pub(super) fn new(condition: &RateCondition, at: &str) -> Result<Self, EngineError> {
        let test = match (condition.above, condition.below) {
            (Some(number), None) => Test::Above(number.into()),
            (None, Some(number)) if number > 0 => Test::Below(number.into()),
            _ => {
                return Err(EngineError::invalid(
                    at,
                    speak!("Give either above, or below with at least 1.", "请填写 above，或至少为 1 的 below。"),
                ));
            }
        };
        Ok(Self { test, per: condition.per })
    }

    fn count(&self, memory: &Memory, now: Millis) -> u64 {
        let over = now - self.per.millis();
        let gone = memory.moments.iter().take_while(|(at, _)| *at <= over).map(|(_, count)| count).sum::<u64>();
        memory.count - gone
    }
}

impl Leaf for Compiled {
    fn begin(&self, at: Millis) -> AnyMemory {
        AnyMemory::Rate(Memory { since: at, moments: VecDeque::new(), count: 0 })
    }

    fn observe(&self, memory: &mut AnyMemory, seen: &Seen<'_>) {
        let AnyMemory::Rate(memory) = memory else { return };
        let (at, per) = (seen.event.at, self.per.millis());
        while let Some((first, count)) = memory.moments.front()
            && *first <= at - per
        {
            memory.count -= count;
            memory.moments.pop_front();
        }
        memory.count += 1;
        let many = memory.moments.len() >= EXACT;
        match memory.moments.back_mut() {
            Some((last, count)) if *last == at || (many && at - *last < per / PART) => *count += 1,
            _ => memory.moments.push_back((at, 1)),
        }
    }

    fn holds(&self, memory: &AnyMemory, now: Millis) -> bool {
        let AnyMemory::Rate(memory) = memory else { return false };
        match self.test {
            Test::Above(number) => self.count(memory, now) > number,
            // Before the time has passed once, nobody can tell.
            Test::Below(number) => now - memory.since >= self.per.millis() && self.count(memory, now) < number,
        }
    }

    /// Readings grow old one by one.
    fn due(&self, memory: &AnyMemory, now: Millis) -> Option<Millis> {
        let AnyMemory::Rate(memory) = memory else { return None };
        let per = self.per.millis();
        let next = memory.moments.iter().map(|(at, _)| at + per).find(|due| *due > now);
        match self.test {
            Test::Above(_) => next.filter(|_| self.holds(&AnyMemory::Rate(memory.clone()), now)),
            Test::Below(_) => next.into_iter().chain(Some(memory.since + per).filter(|due| *due > now)).min(),
        }
    }

    fn window(&self) -> Millis {
        self.per.millis()
    }

    fn describe(&self) -> String {
        match self.test {
            Test::Above(number) => {
                speak!(format!("more than {number} in {}", self.per), format!("{} 内多于 {number} 条", self.per))
            }
            Test::Below(number) => {
                speak!(format!("fewer than {number} in {}", self.per), format!("{} 内少于 {number} 条", self.per))
            }
        }
    }
}
