//! One rule: its condition, and where each of its places stands.

use std::{cell::OnceCell, collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    FeedFace, Memo, Outcome, Place, Seen, Verdict,
    tree::{Memory, Tree},
};
use crate::{
    EngineError,
    model::{Condition, Event, Millis, Per, Rule},
    speak,
    store::FeedNo,
};

/// How many places one rule follows: more is a feed whose keys never repeat.
const MAX_PLACES: usize = 10_000;

/// A rule, compiled, with what it remembers of each place.
pub(crate) struct Evaluator {
    pub(crate) rule: Rule,
    logic: Logic,
    places: HashMap<FeedNo, HashMap<String, Standing>>,
    count: usize,
}

/// What is the same for all places.
struct Logic {
    when: Tree,
    until: Option<Tree>,
    /// How long the condition must hold.
    hold: Millis,
    per: Per,
    /// Whether what rings lasts: then it recovers, and does not ring again before.
    lasts: bool,
}

/// Where a place stands.
struct Standing {
    when: Box<[Memory]>,
    until: Box<[Memory]>,
    phase: Phase,
    /// When time may change something.
    due: Option<Millis>,
    /// The last event, for what time alone brings about.
    last: Option<(Arc<Event>, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Phase {
    /// The condition does not hold.
    Idle,
    /// It holds since then, not yet long enough.
    Pending(Millis),
    /// It rang, and has not recovered.
    Fired,
    /// What ends it came while the condition still holds: it rings again only after it did not.
    Spent,
}

/// A standing as it is stored; what is missing is made again from the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    phase: Phase,
    when: Vec<Option<u8>>,
    until: Vec<Option<u8>>,
}

impl Evaluator {
    /// Compiles a rule.
    ///
    /// # Errors
    /// Names what is wrong with its conditions.
    pub(crate) fn new(rule: Rule) -> Result<Self, EngineError> {
        let when = Tree::new(&rule.when, "when")?;
        let until = rule.until.as_ref().map(|until| Tree::new(until, "until")).transpose()?;
        let per = rule.per.unwrap_or(if counts(&rule.when) { Per::Feed } else { Per::Key });
        let hold = rule.hold.map_or(0, crate::model::Span::millis);
        let lasts = hold > 0 || until.is_some() || !when.momentary();
        Ok(Self { rule, logic: Logic { when, until, hold, per, lasts }, places: HashMap::new(), count: 0 })
    }

    /// Whether the rule looks at this feed.
    pub(crate) fn concerns(&self, feed: &FeedFace<'_>) -> bool {
        let named = self.rule.feeds.contains(feed.id);
        let grouped = self.rule.group.as_deref().is_some_and(|group| feed.group == Some(group));
        let all = self.rule.feeds.is_empty() && self.rule.group.is_none();
        self.rule.enabled && (all || named || grouped)
    }

    /// Whether what rings lasts: then it recovers, and does not ring again before.
    pub(crate) fn lasts(&self) -> bool {
        self.logic.lasts
    }

    /// Whether it is about how much comes, and not about what comes.
    pub(crate) fn counts(&self) -> bool {
        counts(&self.rule.when)
    }

    /// The place of a feed's key.
    pub(crate) fn place(&self, feed: FeedNo, key: &str) -> Place {
        let (feed, key) = self.logic.place(feed, key);
        Place { feed, key: key.to_owned() }
    }

    /// Begins to follow feeds. Silence and too few of them count from now on, also where nothing ever came.
    pub(super) fn follow(&mut self, feeds: &[FeedNo], now: Millis) {
        if self.logic.per == Per::Key || !counts(&self.rule.when) {
            return;
        }
        for &feed in feeds {
            let place = self.place(feed, "");
            if let Some(standing) = standing(&mut self.places, &mut self.count, &self.logic, &place, now) {
                standing.due = self.logic.due(standing, now);
            }
        }
    }

    /// Looks at a reading. Gives when time may change something, if that is news.
    pub(super) fn observe(
        &mut self,
        rule: usize,
        feed: FeedNo,
        seen: &Seen<'_>,
        verdicts: &mut Vec<Verdict>,
        memos: &mut Vec<Memo>,
    ) -> Option<(Millis, Place)> {
        let at = seen.event.at;
        let logic = &self.logic;
        let (feed, key) = logic.place(feed, seen.key());
        let is_known = self.places.get(&feed).is_some_and(|standings| standings.contains_key(key));
        let standing = if is_known {
            known(&mut self.places, feed, key)
        } else {
            begun(&mut self.places, &mut self.count, logic, feed, key, at)
        }?;
        let (before, due_before) = (standing.mark(), standing.due);
        let place = || Place { feed, key: key.to_owned() };
        // What time did before this event comes first.
        while let Some(due) = standing.due.filter(|due| *due <= at) {
            if let Some(outcome) = logic.step(standing, due, false, false) {
                let event = standing.last.clone();
                verdicts.push(Verdict { rule, place: place(), outcome, at: due, event, by_event: false });
            }
        }
        logic.when.observe(&mut standing.when, seen);
        let ends = logic.until.as_ref().is_some_and(|until| {
            until.observe(&mut standing.until, seen);
            until.truth(&standing.until, at).holds
        });
        if logic.lasts {
            standing.last = Some((seen.event.clone(), seen.part));
        }
        if let Some(outcome) = logic.step(standing, at, true, ends) {
            let event = Some((seen.event.clone(), seen.part));
            verdicts.push(Verdict { rule, place: place(), outcome, at, event, by_event: true });
        }
        if logic.lasts && standing.mark() != before {
            memos.push(Memo { rule: self.rule.id.clone(), place: place(), memory: standing.store() });
        }
        standing.due.filter(|_| standing.due != due_before).map(|due| (due, place()))
    }

    /// Time has come to what a place was waiting for. Gives when there will be more.
    pub(super) fn advance(
        &mut self,
        rule: usize,
        place: &Place,
        due: Millis,
        verdicts: &mut Vec<Verdict>,
        memos: &mut Vec<Memo>,
    ) -> Option<Millis> {
        let standing = known(&mut self.places, place.feed, &place.key)?;
        // An event came meanwhile, and what it waits for now stands in another timer.
        if standing.due != Some(due) {
            return None;
        }
        let before = standing.mark();
        if let Some(outcome) = self.logic.step(standing, due, false, false) {
            let event = standing.last.clone();
            verdicts.push(Verdict { rule, place: place.clone(), outcome, at: due, event, by_event: false });
        }
        if standing.mark() != before {
            memos.push(Memo { rule: self.rule.id.clone(), place: place.clone(), memory: standing.store() });
        }
        standing.due
    }

    /// Looks at a reading of the past: what there is to remember of it, and nothing else.
    pub(super) fn recall(&mut self, feed: FeedNo, seen: &Seen<'_>) {
        let place = self.place(feed, seen.key());
        let at = seen.event.at;
        if let Some(standing) = standing(&mut self.places, &mut self.count, &self.logic, &place, at) {
            self.logic.when.observe(&mut standing.when, seen);
            standing.last = Some((seen.event.clone(), seen.part));
            standing.due = self.logic.due(standing, at);
        }
    }

    /// Puts back what was stored. What is read here later is newer.
    pub(crate) fn restore(&mut self, place: &Place, memory: &str, now: Millis) {
        let Ok(stored) = serde_json::from_str::<Stored>(memory) else { return };
        if let Some(standing) = standing(&mut self.places, &mut self.count, &self.logic, place, now) {
            standing.restore(&stored);
            standing.due = self.logic.due(standing, now);
        }
    }

    /// No silence is over before this time.
    pub(super) fn excuse(&mut self, until: Millis) {
        for standing in self.places.values_mut().flat_map(HashMap::values_mut) {
            self.logic.when.excuse(&mut standing.when, until);
            standing.due = self.logic.due(standing, until - 1);
        }
    }

    /// Goes on where another evaluator of the same conditions stood.
    pub(crate) fn take_memory(&mut self, from: &mut Self) {
        self.places = std::mem::take(&mut from.places);
        self.count = from.count;
    }

    /// Looks at what another evaluator saw last, place by place: so the next value beyond a level that was moved crosses
    /// it. What counts begins anew.
    pub(crate) fn look_back(&mut self, from: &Self) {
        if self.counts() || self.logic.per != from.logic.per {
            return;
        }
        for (feed, standings) in &from.places {
            for (event, part) in standings.values().filter_map(|standing| standing.last.as_ref()) {
                self.recall(*feed, &Seen::new(event, *part, &OnceCell::new(), None));
            }
        }
    }

    /// Forgets a feed that was removed.
    pub(super) fn forget(&mut self, feed: FeedNo) {
        self.count -= self.places.remove(&feed).map_or(0, |gone| gone.len());
    }

    /// How much of the past it must see again after a restart.
    pub(super) fn window(&self) -> Millis {
        self.logic.when.window()
    }

    /// What it found at a key of a feed, in words.
    pub(crate) fn found(&self, feed: FeedNo, key: &str, at: Millis) -> String {
        let place = self.place(feed, key);
        let says = self.logic.when.describe();
        let Some(standing) = self.places.get(&place.feed).and_then(|standings| standings.get(&place.key)) else {
            return speak!(format!("Nothing to look at for: {says}."), format!("没有可供判断的内容：{says}。"));
        };
        let truth = self.logic.when.truth(&standing.when, at);
        match standing.phase {
            _ if !truth.holds => speak!(format!("Not true: {says}."), format!("不成立：{says}。")),
            Phase::Pending(since) => {
                let (seconds, says) = ((at - since) / 1000, self.describe());
                speak!(
                    format!("True for {seconds} s, and not yet long enough: {says}."),
                    format!("已成立 {seconds} 秒，时间还不够长：{says}。"),
                )
            }
            Phase::Spent => {
                speak!(
                    format!("True, and it was ended before: {says}. It rings again only after it was not true."),
                    format!("成立，但此前已结束：{says}。不成立之后才会再次提醒。"),
                )
            }
            Phase::Fired if self.logic.lasts => {
                speak!(
                    format!("True: {says}. It rings when that begins, and not again before it ends."),
                    format!("成立：{says}。开始时提醒，结束之前不再提醒。"),
                )
            }
            _ => speak!(format!("True: {says}."), format!("成立：{says}。")),
        }
    }

    /// When time may change something, place by place.
    pub(super) fn dues(&self) -> impl Iterator<Item = (Millis, Place)> {
        self.places.iter().flat_map(|(feed, standings)| {
            standings
                .iter()
                .filter_map(|(key, standing)| Some((standing.due?, Place { feed: *feed, key: key.clone() })))
        })
    }

    /// What the condition says, for a person: the text of an alert goes on with it.
    pub(crate) fn describe(&self) -> String {
        match self.rule.hold {
            Some(hold) => {
                let says = self.logic.when.describe();
                speak!(format!("{says} for {hold}"), format!("{says}，持续 {hold}"))
            }
            None => self.logic.when.describe(),
        }
    }
}

/// Whether time counts for it also where nothing comes.
fn counts(condition: &Condition) -> bool {
    match condition {
        Condition::SilentFor(_) | Condition::Rate(_) => true,
        Condition::All(conditions) | Condition::Any(conditions) => conditions.iter().any(counts),
        Condition::Not(condition) => counts(condition),
        _ => false,
    }
}

type Places = HashMap<FeedNo, HashMap<String, Standing>>;

fn known<'p>(places: &'p mut Places, feed: FeedNo, key: &str) -> Option<&'p mut Standing> {
    places.get_mut(&feed)?.get_mut(key)
}

/// A place that is new; `None`: there are too many.
fn begun<'p>(
    places: &'p mut Places,
    count: &mut usize,
    logic: &Logic,
    feed: FeedNo,
    key: &str,
    at: Millis,
) -> Option<&'p mut Standing> {
    if *count >= MAX_PLACES {
        tracing::warn!("a rule follows at most {MAX_PLACES} keys");
        return None;
    }
    *count += 1;
    Some(places.entry(feed).or_default().entry(key.to_owned()).or_insert_with(|| logic.begin(at)))
}

fn standing<'p>(
    places: &'p mut Places,
    count: &mut usize,
    logic: &Logic,
    place: &Place,
    at: Millis,
) -> Option<&'p mut Standing> {
    if places.get(&place.feed).is_none_or(|standings| !standings.contains_key(&place.key)) {
        return begun(places, count, logic, place.feed, &place.key, at);
    }
    known(places, place.feed, &place.key)
}

impl Logic {
    fn begin(&self, at: Millis) -> Standing {
        Standing {
            when: self.when.begin(at),
            until: self.until.as_ref().map(|until| until.begin(at)).unwrap_or_default(),
            phase: Phase::Idle,
            due: None,
            last: None,
        }
    }

    fn place<'s>(&self, feed: FeedNo, key: &'s str) -> (FeedNo, &'s str) {
        match self.per {
            Per::Key => (feed, key),
            Per::Feed => (feed, ""),
            Per::Rule => (0, ""),
        }
    }

    /// What has become of a place at a time: by an event, that may end what rings, or by time alone.
    fn step(&self, standing: &mut Standing, at: Millis, by_event: bool, ends: bool) -> Option<Outcome> {
        let truth = self.when.truth(&standing.when, at);
        let by_this_event = by_event && truth.holds && truth.momentary;
        let outcome = if self.lasts {
            // What one event said does not end by another one that is silent about it, if its end has a condition.
            let stays = self.until.is_some() && self.when.momentary();
            let over = !truth.holds && !stays;
            match standing.phase {
                Phase::Fired if ends && truth.holds && !truth.momentary => {
                    standing.phase = Phase::Spent;
                    Some(Outcome::Recovered)
                }
                Phase::Fired if ends || over => {
                    standing.phase = Phase::Idle;
                    Some(Outcome::Recovered)
                }
                Phase::Fired => None,
                Phase::Pending(_) | Phase::Spent if !truth.holds => {
                    standing.phase = Phase::Idle;
                    None
                }
                Phase::Spent if !by_this_event => None,
                Phase::Idle | Phase::Spent if ends || !truth.holds => None,
                Phase::Pending(since) => self.ring(standing, since, at),
                Phase::Idle | Phase::Spent => self.ring(standing, at, at),
            }
        } else {
            let edge = truth.holds && standing.phase == Phase::Idle;
            standing.phase = if truth.holds { Phase::Fired } else { Phase::Idle };
            (by_this_event || edge).then_some(Outcome::Fired)
        };
        standing.due = self.due(standing, at);
        outcome
    }

    /// The condition holds: long enough?
    fn ring(&self, standing: &mut Standing, since: Millis, at: Millis) -> Option<Outcome> {
        if at - since >= self.hold {
            standing.phase = Phase::Fired;
            Some(Outcome::Fired)
        } else {
            standing.phase = Phase::Pending(since);
            None
        }
    }

    fn due(&self, standing: &Standing, at: Millis) -> Option<Millis> {
        let pending = match standing.phase {
            Phase::Pending(since) => Some(since + self.hold),
            _ => None,
        };
        self.when.due(&standing.when, at).into_iter().chain(pending).filter(|due| *due > at).min()
    }
}

impl Standing {
    /// What is stored of it, to see whether it changed: two bits a leaf.
    fn mark(&self) -> (Phase, u128) {
        let codes = self.when.iter().chain(&self.until).filter_map(Memory::code);
        (self.phase, codes.fold(0, |mark, code| mark << 2 | u128::from(code)))
    }

    fn store(&self) -> String {
        let codes = |memories: &[Memory]| memories.iter().map(Memory::code).collect();
        let stored = Stored { phase: self.phase, when: codes(&self.when), until: codes(&self.until) };
        serde_json::to_string(&stored).unwrap_or_default()
    }

    fn restore(&mut self, stored: &Stored) {
        self.phase = stored.phase;
        let codes = self.when.iter_mut().zip(&stored.when).chain(self.until.iter_mut().zip(&stored.until));
        codes.for_each(|(memory, code)| code.iter().for_each(|code| memory.restore(*code)));
    }
}
