//! One feed and the rules that look at it, with nothing around them.

use std::{collections::HashMap, sync::Arc, time::Duration};

use streambell_sse as sse;
use tokio::time::Instant;

use super::too_large;
use crate::{
    EngineError,
    actor::{past::Past, present::Present},
    cause,
    dialect::{Heard, Interpreter},
    mapping::ViewGuess,
    model::{Event, Feed, Millis, Notify, Reading, Reason, ReplayAlert, Rule, Seq, Urgency, View},
    rule::{Evaluator, FeedFace, Outcome, Place, Rules, Verdict},
    store::FeedNo,
    summary,
};

/// The feed's number: there is one.
const FEED: FeedNo = 1;

/// What is played of a recording.
#[derive(Debug, Clone, PartialEq)]
pub enum Played {
    /// An event came.
    Event(Arc<Event>),
    /// Something would have rung.
    Rang {
        /// Which alert, counted from 0.
        number: usize,
        /// The alert.
        alert: ReplayAlert,
    },
    /// What rang is over.
    Resolved {
        /// Which alert.
        number: usize,
        /// What it was called.
        title: String,
        /// When.
        at: Millis,
    },
    /// What came cannot be read, up to the next connection.
    Unread(Reason),
}

pub(super) struct Sandbox {
    feed: Feed,
    interpreter: Interpreter,
    present: Present,
    /// When it began, in the recording and as the clock of this computer has it.
    started: Millis,
    began: Instant,
    guess: ViewGuess,
    guessed_view: Option<View>,
    playback: sse::Playback,
    past: Past,
    rules: Rules,
    events: Seq,
    alerts: usize,
    /// Alerts whose condition holds, by what resolves them.
    open: HashMap<(usize, Place), usize>,
}

impl Sandbox {
    /// # Errors
    /// When the feed's mapping or a rule that looks at it is wrong.
    pub(super) fn new(feed: Feed, rules: Vec<Rule>, now: Millis) -> Result<Self, EngineError> {
        let mut looking = Rules::default();
        let face = FeedFace::of(FEED, &feed);
        for rule in rules {
            let evaluator = Evaluator::new(rule)?;
            if evaluator.concerns(&face) {
                looking.push(evaluator);
            }
        }
        looking.follow(&[face], now);
        Ok(Self {
            // What comes is not bounded by how fast it is played.
            interpreter: Interpreter::new(&feed.map, &feed.dialect)?,
            present: Present::default(),
            started: now,
            began: Instant::now(),
            guess: ViewGuess::default(),
            guessed_view: None,
            playback: sse::Playback::new(usize::try_from(feed.limits.max_event_bytes).unwrap_or(usize::MAX)),
            past: Past::default(),
            rules: looking,
            events: 0,
            alerts: 0,
            open: HashMap::new(),
            feed,
        })
    }

    pub(super) fn feed(&self) -> &Feed {
        &self.feed
    }

    pub(super) fn rules(&self) -> usize {
        self.rules.iter().len()
    }

    pub(super) fn view(&self) -> View {
        self.feed.view.or(self.guessed_view).unwrap_or(View::Log)
    }

    /// When time alone does something.
    pub(super) fn due(&self) -> Option<Millis> {
        self.rules.due()
    }

    pub(super) fn pass_time(&mut self, now: Millis) -> Vec<Played> {
        let mut played = Vec::new();
        for verdict in self.rules.advance(now, &mut Vec::new()) {
            self.judge(verdict, &mut played);
        }
        played
    }

    /// What comes of what is heard.
    pub(super) fn take(&mut self, at: Millis, what: sse::Heard) -> Vec<Played> {
        let (mut events, mut played) = (Vec::new(), Vec::new());
        if matches!(what, sse::Heard::Open(_)) {
            self.past.connected();
        }
        let whole = self.playback.take(what, &mut events);
        for event in events {
            self.understand(at, event, &mut played);
        }
        if let Err(error) = whole {
            played.push(Played::Unread(too_large(error)));
        }
        played
    }

    fn understand(&mut self, at: Millis, event: sse::Event, played: &mut Vec<Played>) {
        let now = self.began + Duration::from_millis(u64::try_from(at - self.started).unwrap_or_default());
        let (event, mut mapped) = match self.interpreter.hear(event, now) {
            Heard::Event(event, mapped) => (event, mapped),
            Heard::Refused(cause) => return played.push(Played::Unread(cause::reason(&cause))),
        };
        if self.feed.dialect.snapshot.is_some() {
            self.present.follow(&mut mapped);
        }
        if mapped.readings.is_empty() {
            return;
        }
        let again = self.past.is_again(&event);
        if again && !event.id.is_empty() {
            return;
        }
        self.events += 1;
        let event = Arc::new(Event {
            seq: self.events,
            feed: self.feed.id.clone(),
            at,
            event: event.event,
            id: event.id,
            bytes: event.data.len() as u64,
            data: event.data,
            readings: mapped.readings,
        });
        let mut comes_of_it = Vec::new();
        let rang = !again && self.ring(&event, mapped.spare, &mut comes_of_it);
        if !mapped.spare || rang {
            self.guessed_view = self.guess.count(&event.event, mapped.view).or(self.guessed_view);
            played.push(Played::Event(event));
        }
        played.append(&mut comes_of_it);
    }

    /// Whether a rule rang for it.
    fn ring(&mut self, event: &Arc<Event>, spare: bool, played: &mut Vec<Played>) -> bool {
        let mut rung = vec![false; event.readings.len()];
        for verdict in self.rules.observe(FEED, event, &mut Vec::new()) {
            if let (Outcome::Fired, true, Some((_, part))) = (verdict.outcome, verdict.by_event, &verdict.event) {
                rung[*part] = true;
            }
            self.judge(verdict, played);
        }
        if self.feed.notify == Notify::All && !spare {
            for (reading, _) in event.readings.iter().zip(&rung).filter(|(_, rung)| !**rung) {
                let alert = self.of_event(event, reading);
                self.rang(alert, played);
            }
        }
        rung.contains(&true)
    }

    /// `notify: all`: an event rings as such, and is over at once.
    fn of_event(&self, event: &Event, reading: &Reading) -> ReplayAlert {
        ReplayAlert {
            at: event.at,
            rule: None,
            title: summary::title(&self.feed, reading),
            body: summary::body(event, reading),
            urgency: Urgency::of(reading.priority),
            resolved_at: Some(event.at),
        }
    }

    fn judge(&mut self, verdict: Verdict, played: &mut Vec<Played>) {
        let evaluator = self.rules.get(verdict.rule);
        let place = (verdict.rule, verdict.place.clone());
        match verdict.outcome {
            Outcome::Recovered => {
                let title = evaluator.rule.name.clone();
                if let Some(number) = self.open.remove(&place) {
                    played.push(Played::Resolved { number, title, at: verdict.at });
                }
            }
            Outcome::Fired => {
                let lasts = evaluator.lasts();
                let alert = ReplayAlert {
                    at: verdict.at,
                    rule: Some(evaluator.rule.id.clone()),
                    title: evaluator.rule.name.clone(),
                    body: summary::of_verdict(evaluator, &verdict, &self.feed),
                    urgency: evaluator.rule.notify.urgency,
                    resolved_at: None,
                };
                let number = self.rang(alert, played);
                if lasts {
                    self.open.insert(place, number);
                }
            }
        }
    }

    fn rang(&mut self, alert: ReplayAlert, played: &mut Vec<Played>) -> usize {
        let number = self.alerts;
        self.alerts += 1;
        played.push(Played::Rang { number, alert });
        number
    }
}
