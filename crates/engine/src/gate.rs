//! What may hold an alert back, and what comes of it when the gate opens. Pure: time is passed in.
//!
//! Gates are asked in an order: those after which an alert is never announced, then those that the user has closed,
//! then those that keep too many from ringing. The first that is closed keeps it.

mod quiet;
mod storm;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use jiff::tz::TimeZone;

pub(crate) use self::quiet::{check as check_quiet_hours, quiet_until};
use self::storm::{Rang, Storm, Weather};
use crate::{
    model::{AlertId, Gate, Gates, Millis, Preferences, Urgency},
    store::FeedNo,
};

/// Notifications of one feed that may come in a burst, and after which pause the whole burst is allowed again; each
/// second of it allows its share.
const BURST: f64 = 20.0;
const REFILL: f64 = 40_000.0;
/// How long a gate for too many collects before it tells what it held back.
const COLLECT: Millis = 20_000;
/// So many feeds that were offline are told of one by one; more of them are a flood, and told of together, at most this
/// long after the first could be.
const APART: usize = 5;
const TOGETHER: Millis = 60_000;
/// A digest names so many alerts, and remembers so many.
const NAMED: usize = 5;
const REMEMBERED: usize = 1000;

/// An alert that wants to ring.
pub(crate) struct Question<'q> {
    pub(crate) alert: AlertId,
    /// The headline, for a digest.
    pub(crate) title: &'q str,
    /// Under what it will be on the screen.
    pub(crate) tag: &'q str,
    /// What it has in common with those that a cool-down keeps apart.
    pub(crate) subject: &'q str,
    pub(crate) feed: FeedNo,
    pub(crate) urgency: Urgency,
    /// The gates of its rule.
    pub(crate) gates: Option<&'q Gates>,
    /// The rule's name for them; empty: none.
    pub(crate) rule: &'q str,
    /// Whether it only changes what is on the screen already.
    pub(crate) live: bool,
    /// What is known of it already: a gate that is closed for it, until then.
    pub(crate) closed: Option<(Gate, Millis)>,
}

/// What the gates say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// It rings.
    Ring,
    /// It is held back, and told of later.
    Held { gate: Gate, until: Millis },
    /// It belongs to a storm that has just broken; what stands under these tags does too.
    Storm { tags: Vec<String>, until: Millis },
}

/// What was held back together: by a gate, of a feed (0: of all).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Pen {
    pub(crate) gate: Gate,
    pub(crate) feed: FeedNo,
}

/// What a gate held back, when it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Digest {
    pub(crate) count: u64,
    pub(crate) urgency: Urgency,
    /// How often each headline: the most frequent first.
    pub(crate) titles: Vec<(String, u64)>,
    pub(crate) feeds: Vec<FeedNo>,
    /// The alerts, at most so many as are remembered.
    pub(crate) alerts: Vec<AlertId>,
}

#[derive(Debug)]
struct Held {
    until: Millis,
    count: u64,
    urgency: Urgency,
    titles: BTreeMap<String, u64>,
    feeds: HashSet<FeedNo>,
    alerts: Vec<AlertId>,
}

/// All gates, and what they hold.
pub(crate) struct Doorkeeper {
    zone: TimeZone,
    /// Each feed's share of the user's attention: what is left of it, as of when.
    shares: HashMap<FeedNo, (f64, Millis)>,
    /// When each subject rang last, of those whose rule has a cool-down.
    rang: HashMap<String, Millis>,
    /// When each rule rang, of those that have a limit.
    limits: HashMap<String, VecDeque<Millis>>,
    storm: Storm,
    held: HashMap<Pen, Held>,
}

impl Doorkeeper {
    pub(crate) fn new(zone: TimeZone) -> Self {
        Self {
            zone,
            shares: HashMap::new(),
            rang: HashMap::new(),
            limits: HashMap::new(),
            storm: Storm::default(),
            held: HashMap::new(),
        }
    }

    /// Whether an alert may ring; one that may not is remembered until its gate opens.
    pub(crate) fn pass(&mut self, question: &Question<'_>, preferences: &Preferences, now: Millis) -> Pass {
        let closed = question.closed.or_else(|| self.by_the_user(question.urgency, preferences, now));
        if let Some((gate, until)) = closed {
            return self.hold(question, gate, until);
        }
        if question.live {
            return Pass::Ring;
        }
        if let Some((gate, until)) = self.too_many(question, now) {
            return self.hold(question, gate, until);
        }
        let rings = Rang {
            at: now,
            alert: question.alert,
            feed: question.feed,
            title: question.title.to_owned(),
            tag: question.tag.to_owned(),
            urgency: question.urgency,
        };
        match self.storm.look(rings) {
            Weather::Fair => {
                self.note(question, now);
                Pass::Ring
            }
            Weather::Stormy { until } => self.hold(question, Gate::Storm, until),
            Weather::Breaks { recent, until } => {
                for rang in &recent {
                    self.keep(rang.alert, &rang.title, rang.feed, rang.urgency, Gate::Storm, until);
                }
                self.hold(question, Gate::Storm, until);
                Pass::Storm { tags: recent.into_iter().map(|rang| rang.tag).collect(), until }
            }
        }
    }

    /// A gate that the user has closed.
    fn by_the_user(&self, urgency: Urgency, preferences: &Preferences, now: Millis) -> Option<(Gate, Millis)> {
        let quiet = quiet_until(&preferences.quiet_hours, urgency, now, &self.zone);
        let undisturbed = preferences.do_not_disturb_until.filter(|until| *until > now);
        undisturbed.map(|until| (Gate::DoNotDisturb, until)).or(quiet.map(|until| (Gate::QuietHours, until)))
    }

    fn too_many(&mut self, question: &Question<'_>, now: Millis) -> Option<(Gate, Millis)> {
        if let Some(cool_down) = question.gates.and_then(|gates| gates.cool_down)
            && let Some(rang) = self.rang.get(question.subject)
            && now < rang + cool_down.millis()
        {
            return Some((Gate::CoolDown, rang + cool_down.millis()));
        }
        if let Some(limit) = question.gates.and_then(|gates| gates.at_most) {
            let times = self.limits.entry(question.rule.to_owned()).or_default();
            while times.front().is_some_and(|at| at + limit.per.millis() <= now) {
                times.pop_front();
            }
            if times.len() >= limit.count as usize
                && let Some(first) = times.front()
            {
                return Some((Gate::Limit, first + limit.per.millis()));
            }
        }
        // Once it holds something back, all that follows goes the same way, so that nothing overtakes.
        let pen = Pen { gate: Gate::Limit, feed: question.feed };
        if let Some(held) = self.held.get(&pen) {
            return Some((Gate::Limit, held.until));
        }
        let (share, at) = self.shares.entry(question.feed).or_insert((BURST, now));
        #[expect(clippy::cast_precision_loss, reason = "milliseconds between two alerts")]
        let refill = (now - *at).max(0) as f64 / REFILL * BURST;
        (*share, *at) = ((*share + refill).min(BURST), now);
        if *share < 1.0 {
            return Some((Gate::Limit, now + COLLECT));
        }
        *share -= 1.0;
        None
    }

    /// It rings: what gates must remember of that.
    fn note(&mut self, question: &Question<'_>, now: Millis) {
        let Some(gates) = question.gates else { return };
        if gates.cool_down.is_some() {
            // What has cooled down long ago is of no use.
            if self.rang.len() > REMEMBERED {
                self.rang.retain(|_, at| now - *at < 24 * 3_600_000);
            }
            self.rang.insert(question.subject.to_owned(), now);
        }
        if gates.at_most.is_some() {
            self.limits.entry(question.rule.to_owned()).or_default().push_back(now);
        }
    }

    fn hold(&mut self, question: &Question<'_>, gate: Gate, until: Millis) -> Pass {
        self.keep(question.alert, question.title, question.feed, question.urgency, gate, until);
        Pass::Held { gate, until }
    }

    /// Keeps what a gate held back: also what an earlier run of the program did.
    pub(crate) fn keep(
        &mut self,
        alert: AlertId,
        title: &str,
        feed: FeedNo,
        urgency: Urgency,
        gate: Gate,
        until: Millis,
    ) {
        let whole = matches!(gate, Gate::DoNotDisturb | Gate::QuietHours | Gate::Storm);
        let held = self.held.entry(Pen { gate, feed: if whole { 0 } else { feed } }).or_insert_with(|| Held {
            until,
            count: 0,
            urgency,
            titles: BTreeMap::new(),
            feeds: HashSet::new(),
            alerts: Vec::new(),
        });
        held.until = if gate == Gate::Storm { held.until.max(until) } else { until };
        held.count += 1;
        held.urgency = held.urgency.max(urgency);
        if held.alerts.len() < REMEMBERED {
            held.alerts.push(alert);
            held.feeds.insert(feed);
            *held.titles.entry(title.to_owned()).or_default() += 1;
        }
    }

    /// When the next gate opens.
    pub(crate) fn due(&self) -> Option<Millis> {
        let together = self.together();
        self.held.iter().map(|(pen, held)| self.opens(*pen, held, together)).min()
    }

    fn opens(&self, pen: Pen, held: &Held, together: Option<Millis>) -> Millis {
        match pen.gate {
            Gate::Storm => held.until.max(self.storm.until()),
            Gate::CatchingUp => together.unwrap_or(held.until),
            _ => held.until,
        }
    }

    /// When feeds that hear what they missed are told of, if they are too many to be told of one by one.
    fn together(&self) -> Option<Millis> {
        let untils = || self.held.iter().filter(|(pen, _)| pen.gate == Gate::CatchingUp).map(|(_, held)| held.until);
        let (first, last) = (untils().min()?, untils().max()?);
        (untils().count() > APART).then(|| last.min(first + TOGETHER))
    }

    /// Opens the gates that are due. What another gate of the user's keeps from being told now, that one holds.
    pub(crate) fn open(&mut self, preferences: &Preferences, now: Millis) -> Vec<(Pen, Digest)> {
        let together = self.together();
        let is_due = |(pen, held): &(&Pen, &Held)| self.opens(**pen, held, together) <= now;
        let due: Vec<Pen> = self.held.iter().filter(is_due).map(|(pen, _)| *pen).collect();
        let mut opened = HashMap::new();
        for pen in due {
            let Some(mut held) = self.held.remove(&pen) else { continue };
            match self.by_the_user(held.urgency, preferences, now) {
                Some((gate, until)) => {
                    held.until = until;
                    join(&mut self.held, Pen { gate, feed: 0 }, held);
                }
                None if pen.gate == Gate::CatchingUp && together.is_some() => {
                    join(&mut opened, Pen { feed: 0, ..pen }, held);
                }
                None => join(&mut opened, pen, held),
            }
        }
        let mut opened: Vec<_> = opened.into_iter().map(|(pen, held)| (pen, held.digest())).collect();
        opened.sort_by_key(|(pen, _)| *pen);
        opened
    }

    /// The user has opened or closed something: what do-not-disturb and quiet hours hold is looked at anew.
    pub(crate) fn look_again(&mut self, now: Millis) {
        for (pen, held) in &mut self.held {
            if matches!(pen.gate, Gate::DoNotDisturb | Gate::QuietHours) {
                held.until = now;
            }
        }
    }

    /// The user has moved the end of something: what it holds is told then.
    pub(crate) fn opens_at(&mut self, pen: Pen, until: Millis) {
        if let Some(held) = self.held.get_mut(&pen) {
            held.until = until;
        }
    }

    /// A feed is gone: what was held of it too.
    pub(crate) fn forget(&mut self, feed: FeedNo) {
        self.held.retain(|pen, _| pen.feed != feed);
        self.shares.remove(&feed);
    }
}

/// Holds it with what is held there already.
fn join(all: &mut HashMap<Pen, Held>, pen: Pen, held: Held) {
    match all.get_mut(&pen) {
        Some(other) => other.join(held),
        None => drop(all.insert(pen, held)),
    }
}

impl Held {
    fn join(&mut self, other: Self) {
        self.count += other.count;
        self.urgency = self.urgency.max(other.urgency);
        self.feeds.extend(other.feeds);
        self.alerts.extend(other.alerts);
        self.alerts.truncate(REMEMBERED);
        for (title, count) in other.titles {
            *self.titles.entry(title).or_default() += count;
        }
    }

    fn digest(self) -> Digest {
        let mut titles: Vec<_> = self.titles.into_iter().collect();
        titles.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        titles.truncate(NAMED);
        let mut feeds: Vec<_> = self.feeds.into_iter().collect();
        feeds.sort_unstable();
        Digest { count: self.count, urgency: self.urgency, titles, feeds, alerts: self.alerts }
    }
}
