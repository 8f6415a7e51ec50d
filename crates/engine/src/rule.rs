//! Rules at work. [`Rules`] looks at each event with the rules of its feed, and says when time alone changes something;
//! [`Evaluator`] is one rule; `tree` is its condition, compiled, whose leaves are one file each below `rule/`.
//!
//! Pure: time is the time of the events, and what is passed in. So what a rule does depends on the events and their
//! times alone, and live evaluation, preview and replay agree. The cost of an event does not grow with the history.

mod cel;
mod change;
mod evaluator;
mod event;
mod extremes;
mod field;
mod filter;
mod progress;
mod rate;
mod silence;
mod text;
mod tree;
mod value;

#[cfg(test)]
mod tests;

use std::{
    cell::OnceCell,
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    sync::Arc,
};

use serde_json::Value;

pub(crate) use self::{evaluator::Evaluator, filter::Filter};
use crate::{
    json,
    mapping::Parts,
    model::{Each, Event, Feed, FeedId, Millis, Reading, RuleId, Seq},
    store::FeedNo,
};

/// What happened to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Its condition became true.
    Fired,
    /// Its condition held and does no longer, or what ends it came.
    Recovered,
}

/// A rule's word on one place: a key of a feed, a feed, or all its feeds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    /// The rule, by its place among the [`Rules`].
    pub(crate) rule: usize,
    pub(crate) place: Place,
    pub(crate) outcome: Outcome,
    /// When it happened, which for time alone may be before it is noticed.
    pub(crate) at: Millis,
    /// The event that did it, or the last one before time did, with the part of it.
    pub(crate) event: Option<(Arc<Event>, usize)>,
    /// It was this event, not time.
    pub(crate) by_event: bool,
}

impl Verdict {
    /// What the event says.
    pub(crate) fn reading(&self) -> Option<&Reading> {
        self.event.as_ref().and_then(|(event, part)| event.readings.get(*part))
    }
}

/// What a rule tells apart: a feed (0: all of them are one) and a key (empty: all of them are one).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) feed: FeedNo,
    pub(crate) key: String,
}

/// What a rule remembers of a place, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Memo {
    pub(crate) rule: RuleId,
    pub(crate) place: Place,
    /// Understood by the [`Evaluator`] of the same condition.
    pub(crate) memory: String,
}

/// One reading in the light of its event.
pub(crate) struct Seen<'e> {
    pub(crate) event: &'e Arc<Event>,
    /// Which of the event's readings.
    pub(crate) part: usize,
    /// The event's data as JSON, if some rule asks for it; shared by all.
    json: &'e OnceCell<Option<Value>>,
    /// What its readings are made of, where its feed's mapping says that.
    each: Option<&'e Parts>,
}

impl<'e> Seen<'e> {
    pub(crate) fn new(
        event: &'e Arc<Event>,
        part: usize,
        json: &'e OnceCell<Option<Value>>,
        each: Option<&'e Parts>,
    ) -> Self {
        Self { event, part, json, each }
    }

    fn reading(&self) -> &Reading {
        &self.event.readings[self.part]
    }

    fn key(&self) -> &str {
        self.reading().key.as_deref().unwrap_or_default()
    }

    /// What the reading was made of: the event's data, or the element of it.
    fn json(&self) -> Option<&Value> {
        let whole = self.json.get_or_init(|| json::parse(&self.event.data)).as_ref()?;
        match whole {
            whole if let Some(each) = self.each => each.nth(whole, self.part),
            Value::Array(items) if self.event.readings.len() > 1 => {
                items.iter().filter(|item| item.is_object()).nth(self.part)
            }
            whole => Some(whole),
        }
    }
}

/// A feed, as far as rules need to know it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FeedFace<'f> {
    pub(crate) no: FeedNo,
    pub(crate) id: &'f FeedId,
    pub(crate) group: Option<&'f str>,
    /// What its readings are made of ([`Mapping::each`](crate::model::Mapping)).
    pub(crate) each: Option<&'f Each>,
}

impl<'f> FeedFace<'f> {
    pub(crate) fn of(no: FeedNo, feed: &'f Feed) -> Self {
        Self { no, id: &feed.id, group: feed.group.as_deref(), each: feed.map.each.as_ref() }
    }
}

/// All rules, by the feeds that they look at.
#[derive(Default)]
pub(crate) struct Rules {
    evaluators: Vec<Evaluator>,
    by_feed: HashMap<FeedNo, Vec<usize>>,
    /// What readings are made of, for the feeds whose mapping says that.
    each: HashMap<FeedNo, Parts>,
    /// When time may change something; entries that were overtaken are left in it until they are due.
    timers: BinaryHeap<Reverse<(Millis, usize, Place)>>,
}

impl Rules {
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Evaluator> {
        self.evaluators.iter()
    }

    pub(crate) fn get(&self, index: usize) -> &Evaluator {
        &self.evaluators[index]
    }

    pub(crate) fn position(&self, id: &RuleId) -> Option<usize> {
        self.evaluators.iter().position(|evaluator| evaluator.rule.id == *id)
    }

    /// Adds a rule; [`follow`](Self::follow) must come before the next event.
    pub(crate) fn push(&mut self, evaluator: Evaluator) {
        self.evaluators.push(evaluator);
    }

    /// Puts a rule in the place of another; [`follow`](Self::follow) must come before the next event.
    pub(crate) fn replace(&mut self, index: usize, evaluator: Evaluator) {
        self.evaluators[index] = evaluator;
    }

    /// Removes a rule; [`follow`](Self::follow) must come before the next event.
    pub(crate) fn remove(&mut self, index: usize) {
        self.evaluators.remove(index);
    }

    pub(crate) fn get_mut(&mut self, index: usize) -> &mut Evaluator {
        &mut self.evaluators[index]
    }

    /// The feeds or the rules have changed: from now on these are the feeds.
    pub(crate) fn follow(&mut self, feeds: &[FeedFace<'_>], now: Millis) {
        self.by_feed.clear();
        self.timers.clear();
        let paths = feeds.iter().filter_map(|feed| Some((feed.no, Parts::of(feed.each?)?)));
        self.each = paths.collect();
        for (index, evaluator) in self.evaluators.iter_mut().enumerate() {
            let concerned: Vec<FeedNo> =
                feeds.iter().filter(|feed| evaluator.concerns(feed)).map(|feed| feed.no).collect();
            for feed in &concerned {
                self.by_feed.entry(*feed).or_default().push(index);
            }
            evaluator.follow(&concerned, now);
            self.timers.extend(evaluator.dues().map(|(due, place)| Reverse((due, index, place))));
        }
    }

    /// What the rules make of an event, reading by reading, and what they will have to remember.
    pub(crate) fn observe(&mut self, feed: FeedNo, event: &Arc<Event>, memos: &mut Vec<Memo>) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        self.observe_into(&mut verdicts, feed, event, memos);
        verdicts
    }

    /// As [`observe`](Self::observe), with what the rules before one that panics have found.
    pub(crate) fn observe_into(
        &mut self,
        verdicts: &mut Vec<Verdict>,
        feed: FeedNo,
        event: &Arc<Event>,
        memos: &mut Vec<Memo>,
    ) {
        let Some(rules) = self.by_feed.get(&feed) else { return };
        let json = OnceCell::new();
        for part in 0..event.readings.len() {
            let seen = Seen::new(event, part, &json, self.each.get(&feed));
            for &rule in rules {
                let evaluator = &mut self.evaluators[rule];
                let timer = evaluator.observe(rule, feed, &seen, verdicts, memos);
                self.timers.extend(timer.map(|(due, place)| Reverse((due, rule, place))));
            }
        }
    }

    /// Whether any rule looks at this feed.
    pub(crate) fn looks_at(&self, feed: FeedNo) -> bool {
        self.by_feed.contains_key(&feed)
    }

    /// When time may change something.
    pub(crate) fn due(&self) -> Option<Millis> {
        self.timers.peek().map(|Reverse((due, ..))| *due)
    }

    /// What time has changed until `now`.
    pub(crate) fn advance(&mut self, now: Millis, memos: &mut Vec<Memo>) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        while let Some(Reverse((due, ..))) = self.timers.peek()
            && *due <= now
        {
            let Some(Reverse((due, rule, place))) = self.timers.pop() else { break };
            let next = self.evaluators[rule].advance(rule, &place, due, &mut verdicts, memos);
            self.timers.extend(next.map(|due| Reverse((due, rule, place))));
        }
        verdicts
    }

    /// A feed was removed: nobody remembers it.
    pub(crate) fn forget(&mut self, feed: FeedNo) {
        self.evaluators.iter_mut().for_each(|evaluator| evaluator.forget(feed));
    }

    /// How much of the past rules need to see again after a restart.
    pub(crate) fn longest_window(&self) -> Millis {
        self.evaluators.iter().map(Evaluator::window).max().unwrap_or_default()
    }

    /// No silence is over before this time.
    pub(crate) fn excuse(&mut self, until: Millis) {
        self.evaluators.iter_mut().for_each(|evaluator| evaluator.excuse(until));
    }

    /// Looks at an event of the past again, to remember it; nothing comes of it.
    pub(crate) fn recall(&mut self, feed: FeedNo, event: &Arc<Event>) {
        let Some(rules) = self.by_feed.get(&feed) else { return };
        let json = OnceCell::new();
        for part in 0..event.readings.len() {
            let seen = Seen::new(event, part, &json, self.each.get(&feed));
            for &rule in rules {
                self.evaluators[rule].recall(feed, &seen);
            }
        }
    }
}

/// An event's number, where there is none.
pub(crate) const NO_EVENT: Seq = 0;
