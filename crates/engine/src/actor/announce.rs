//! From an alert to a notification, past the gates; and what becomes of it.

use std::collections::HashMap;

use futures_util::FutureExt;

use super::{Actor, Kept};
use crate::{
    EngineError,
    gate::{Digest, Pass, Pen, Question},
    model::{
        Action, Alert, AlertId, AlertState, Announced, Change, Event, FeedId, Gate, Millis, Notify, Preferences,
        Reading, RuleId, State, Urgency, View,
    },
    notify::{Answer, Notification},
    rule::{NO_EVENT, Place},
    speak,
    store::{self, Batch, FeedNo},
    summary,
};

/// How long a feed may be without a connection before that rings.
const GRACE: Millis = 60_000;
/// How long the user's snooze and mute last.
const SNOOZE: Millis = 60 * 60_000;
const MUTE: Millis = 24 * 60 * 60_000;
/// Figures on the screen that are known as such; no desktop shows more.
const FIGURES: usize = 64;
/// The tag of the notification that tells of a storm.
const STORM: &str = "storm";

/// A figure that was put on the screen.
#[derive(Debug)]
pub(crate) struct Live {
    /// The alert that did: what follows is not one of its own.
    alert: AlertId,
    /// The user closed it, and is left alone until then; 0: it is there.
    away_until: Millis,
}

/// What an event is to a figure.
enum Figure {
    /// It is to be put on the screen, which is an alert.
    News,
    /// It changes what this alert put there.
    MovesOn(AlertId),
    /// The user does not want to see it.
    Dismissed,
}

impl Actor {
    /// `notify: all`: an event rings as such, and is over at once.
    pub(super) fn announce_event(&mut self, index: usize, event: &Event, reading: &Reading, batch: &mut Batch) {
        if let (Some(key), Some(State::Removed)) = (&reading.key, reading.state) {
            // What is taken back is no news, and what told of it has no meaning any more.
            let tag = key_tag(&event.feed, key);
            self.live.remove(&tag);
            return self.bell.withdraw(&tag);
        }
        let feed = &self.feeds[index].feed;
        let mut alert = Alert {
            id: self.next_alert,
            feed: event.feed.clone(),
            rule: None,
            key: reading.key.clone(),
            event: event.seq,
            at: event.at,
            title: summary::title(feed, reading),
            body: summary::body(event, reading),
            link: reading.link.clone(),
            urgency: Urgency::of(reading.priority),
            state: AlertState::Resolved,
            lasts: false,
            resolved_at: Some(event.at),
            read: false,
            announced: Announced::Rung,
            answer: None,
            snoozed_until: None,
        };
        self.next_alert += 1;
        let tag = event_tag(&alert, reading);
        let passes = self.pass(index, &mut alert, &tag, &tag);
        if passes && is_figure(reading) {
            match self.figure(&alert, &tag, reading) {
                Figure::News => {}
                Figure::MovesOn(first) => {
                    alert.id = first;
                    return self.notify(&alert, tag, Some(reading));
                }
                Figure::Dismissed => return,
            }
        }
        // A feed that floods must not flood the list of alerts: its events are in the history.
        let unlisted = matches!(
            alert.announced,
            Announced::Held { gate: Gate::Limit | Gate::Storm, .. } | Announced::Silent { gate: Gate::Leaving }
        );
        if !unlisted {
            self.record(&alert, batch);
        }
        if passes {
            self.notify(&alert, tag, Some(reading));
        }
    }

    /// What an event is to a figure that may be on the screen already. The end of a job is news again.
    fn figure(&mut self, alert: &Alert, tag: &str, reading: &Reading) -> Figure {
        if matches!(reading.state, Some(State::Done | State::Failed)) || percent(reading) == Some(100) {
            self.live.remove(tag);
            return Figure::News;
        }
        match self.live.get(tag) {
            Some(live) if live.away_until > self.clock.now() => return Figure::Dismissed,
            Some(live) if live.away_until == 0 => return Figure::MovesOn(live.alert),
            _ => {}
        }
        if self.live.len() == FIGURES {
            self.live.clear();
        }
        self.live.insert(tag.to_owned(), Live { alert: alert.id, away_until: 0 });
        Figure::News
    }

    /// Records what a rule found, and notifies unless a gate is closed.
    pub(super) fn announce(
        &mut self,
        mut alert: Alert,
        place: Option<&(RuleId, Place)>,
        reading: Option<&Reading>,
        batch: &mut Batch,
    ) -> Alert {
        let tag = tag(&alert, place.filter(|_| alert.lasts));
        let subject = place.map_or_else(|| tag.clone(), subject);
        if let Some(index) = self.feeds.iter().position(|kept| kept.feed.id == alert.feed)
            && self.pass(index, &mut alert, &tag, &subject)
        {
            self.notify(&alert, tag, reading);
        }
        self.record(&alert, batch);
        alert
    }

    /// Whether an alert may ring. It says itself how it is announced.
    fn pass(&mut self, index: usize, alert: &mut Alert, tag: &str, subject: &str) -> bool {
        let now = self.clock.now();
        let rule = alert.rule.as_ref();
        let kept = &self.feeds[index];
        if let Some(gate) = self.never(kept, rule) {
            alert.announced = Announced::Silent { gate };
            // Who removes something wants no number beside the bell for it.
            alert.read = gate == Gate::Leaving;
            return false;
        }
        let muted = self.mutes.get(&alert.feed).copied().filter(|until| *until > now);
        let catching_up = kept.catching_up.as_ref().map(|catching_up| catching_up.until).filter(|until| *until > now);
        let closed = muted.map(|until| (Gate::Muted, until)).or(catching_up.map(|until| (Gate::CatchingUp, until)));
        let gates = rule.and_then(|rule| self.rules.position(rule)).map(|rule| &self.rules.get(rule).rule.gates);
        let question = Question {
            alert: alert.id,
            title: &alert.title,
            tag,
            subject,
            feed: kept.no,
            urgency: alert.urgency,
            gates,
            rule: rule.map_or("", |rule| &rule.0),
            live: self.live.contains_key(tag),
            closed,
        };
        match self.doorkeeper.pass(&question, &self.preferences, now) {
            Pass::Ring => return true,
            Pass::Held { gate, until } => alert.announced = Announced::Held { gate, until },
            Pass::Storm { tags, until } => {
                alert.announced = Announced::Held { gate: Gate::Storm, until };
                for tag in &tags {
                    self.live.remove(tag);
                    self.bell.withdraw(tag);
                }
                let title = speak!("Many alerts at once", "同时出现大量提醒");
                let count = tags.len() + 1;
                let body = speak!(
                    format!("{count} and counting. They are in the list of alerts."),
                    format!("已有 {count} 条，仍在增加。可在提醒列表中查看。"),
                );
                self.bell.notify(Notification { tag: STORM.into(), ..Notification::plain(title, body) });
            }
        }
        false
    }

    /// Why something of a feed is never announced.
    fn never(&self, kept: &Kept, rule: Option<&RuleId>) -> Option<Gate> {
        if self.leaving.borrow().has(&kept.feed.id, rule) {
            return Some(Gate::Leaving);
        }
        if kept.feed.notify == Notify::None {
            return Some(Gate::FeedSilent);
        }
        let about_silence =
            rule.and_then(|rule| self.rules.position(rule)).is_some_and(|rule| self.rules.get(rule).counts());
        let parent = kept.feed.parent.as_ref().and_then(|id| self.feeds.iter().find(|kept| kept.feed.id == *id));
        (about_silence && parent.is_some_and(|parent| parent.down.is_some())).then_some(Gate::ParentDown)
    }

    pub(super) fn record(&mut self, alert: &Alert, batch: &mut Batch) {
        self.unread_alerts += u32::from(!alert.read);
        self.tell(|| Change::Alert { alert: alert.clone(), unread: self.unread_alerts });
        batch.alerts.push(alert.clone());
    }

    fn notify(&mut self, alert: &Alert, tag: String, reading: Option<&Reading>) {
        let view = self.feeds.iter().find(|kept| kept.feed.id == alert.feed).map_or(View::Log, Kept::view);
        let mut actions = vec![Action::Open];
        if alert.state == AlertState::Firing {
            actions.push(Action::Acknowledge);
            // What is about one event does not go on, so there is nothing to come back to.
            actions.extend(alert.lasts.then_some(Action::Snooze));
        }
        actions.extend(alert.link.iter().map(|_| Action::Link));
        actions.push(Action::MuteFeed);
        let wish = alert.rule.as_ref().and_then(|rule| self.rules.position(rule));
        let wish = wish.map(|rule| self.rules.get(rule).rule.notify.clone()).unwrap_or_default();
        if let Some(wanted) = wish.actions {
            actions.retain(|action| *action == Action::Open || wanted.contains(action));
        }
        let taken = self.bell.notify(Notification {
            alert: alert.id,
            tag,
            feed: alert.feed.clone(),
            event: Some(alert.event).filter(|event| *event != NO_EVENT),
            view,
            title: alert.title.clone(),
            body: alert.body.clone(),
            urgency: alert.urgency,
            sound: wish.sound,
            link: alert.link.clone(),
            progress: reading.and_then(percent),
            actions,
        });
        if !taken && let Ok(index) = self.index(&alert.feed) {
            self.stop_broken(index);
        }
    }

    /// What rang is over.
    pub(super) fn resolve(&mut self, mut alert: Alert, place: &(RuleId, Place), at: Millis, batch: &mut Batch) {
        resolve(&mut alert, at);
        self.bell.over(&tag(&alert, Some(place)));
        self.tell(|| Change::Alert { alert: alert.clone(), unread: self.unread_alerts });
        batch.alerts.push(alert);
    }

    /// Resolves the alerts of a rule or a feed that is gone.
    pub(super) async fn resolve_alerts(&mut self, which: impl Fn(&Alert) -> bool) {
        let at = self.clock.now();
        let mut batch = Batch::default();
        let gone: Vec<_> = self.open_alerts.extract_if(|_, alert| which(alert)).collect();
        for (place, alert) in gone {
            self.resolve(alert, &place, at, &mut batch);
        }
        if !batch.alerts.is_empty() {
            self.keep(batch).await;
        }
    }

    /// Gates that are due tell what they held back, alerts whose snooze is over ring again, and feeds that are down for
    /// too long ring.
    pub(super) async fn open_gates(&mut self) {
        let now = self.clock.now();
        // What is held may be of what leaves: all of it waits for these few seconds.
        if self.leaving.borrow().is_empty() {
            for (pen, digest) in self.doorkeeper.open(&self.preferences, now) {
                self.tell_digest(pen, digest, now).await;
            }
        }
        let mut batch = Batch::default();
        self.wake_snoozed(now, &mut batch);
        self.end_mutes(now).await;
        for index in 0..self.feeds.len() {
            self.ring_if_down(index, now, &mut batch);
        }
        if self.preferences.do_not_disturb_until.is_some_and(|until| until <= now) {
            let preferences = Preferences { do_not_disturb_until: None, ..self.preferences.clone() };
            if let Err(error) = self.set_preferences(preferences).await {
                tracing::warn!(%error, "the end of the quiet could not be stored");
            }
        }
        self.plan_looks();
        if !batch.alerts.is_empty() {
            self.keep(batch).await;
        }
    }

    async fn tell_digest(&mut self, pen: Pen, digest: Digest, now: Millis) {
        let alerts = digest.alerts.clone();
        let told = self.feeds.iter().filter(|kept| pen.gate == Gate::CatchingUp && digest.feeds.contains(&kept.no));
        let offline = told.filter_map(|kept| kept.catching_up.as_ref()).map(|catching_up| catching_up.events).sum();
        // One alone rings as what it is.
        let alone = if digest.count == 1 { alerts.first().copied() } else { None };
        let found = match alone {
            Some(id) => self.store.write(move |connection| store::alerts::one(connection, id)).await.ok().flatten(),
            None => None,
        };
        if let Some(mut alert) = found {
            alert.announced = Announced::Digest { gate: pen.gate };
            let open = self.open_alerts.iter().find(|(_, open)| open.id == alert.id).map(|(place, _)| place.clone());
            if open.is_none() && alert.lasts {
                alert.body = summary::of_the_past(&alert.body);
                alert.urgency = Urgency::Low;
            }
            let reading = self.reading_of(&alert).await;
            let tag = match &reading {
                Some(reading) => event_tag(&alert, reading),
                None => tag(&alert, open.as_ref()),
            };
            self.notify(&alert, tag, reading.as_ref());
        } else {
            let feeds: Vec<_> = digest.feeds.iter().filter_map(|no| self.feed_of(*no)).collect();
            let (title, body) = summary::of_digest(pen.gate, &digest, &feeds, offline);
            let tag =
                if pen.gate == Gate::Storm { STORM.to_owned() } else { format!("digest/{:?}/{}", pen.gate, pen.feed) };
            let feed = if let [feed] = feeds.as_slice() { feed.id.clone() } else { FeedId(String::new()) };
            self.bell.notify(Notification {
                tag,
                feed,
                urgency: digest.urgency,
                actions: vec![Action::Open],
                ..Notification::plain(title, body)
            });
        }
        if pen.gate == Gate::CatchingUp {
            let told = self.feeds.iter_mut().filter(|kept| digest.feeds.contains(&kept.no));
            for kept in told {
                kept.catching_up.take_if(|catching_up| catching_up.until <= now);
            }
        }
        let announced = Announced::Digest { gate: pen.gate };
        for open in self.open_alerts.values_mut().filter(|open| alerts.contains(&open.id)) {
            open.announced = announced;
        }
        let told = alerts.clone();
        let stored = self.store.write(move |connection| store::alerts::announce(connection, &told, announced)).await;
        if let Err(error) = stored {
            tracing::warn!(%error, "what was announced could not be stored");
        }
        self.tell(|| Change::Announced { alerts, announced });
    }

    /// What an alert says that is an event's own, from the history.
    async fn reading_of(&self, alert: &Alert) -> Option<Reading> {
        if alert.rule.is_some() || alert.event == NO_EVENT {
            return None;
        }
        let seq = alert.event;
        let event = self.store.write(move |connection| store::events::one(connection, seq)).await.ok()??;
        event.readings.into_iter().find(|reading| reading.key == alert.key)
    }

    fn feed_of(&self, no: FeedNo) -> Option<&crate::model::Feed> {
        self.feeds.iter().find(|kept| kept.no == no).map(|kept| &kept.feed)
    }

    /// A feed that has been without a connection for too long rings, once.
    fn ring_if_down(&mut self, index: usize, now: Millis, batch: &mut Batch) {
        let kept = &self.feeds[index];
        let Some(down) = &kept.down else { return };
        if down.alert.is_some() || now < down.since + GRACE || !kept.status.is_trouble() {
            return;
        }
        let alert = Alert {
            id: self.next_alert,
            feed: kept.feed.id.clone(),
            rule: None,
            key: None,
            event: NO_EVENT,
            at: now,
            title: kept.feed.name.clone(),
            body: summary::of_trouble(&kept.status, now - down.since),
            link: None,
            urgency: Urgency::Normal,
            state: AlertState::Firing,
            lasts: false,
            resolved_at: None,
            read: false,
            announced: Announced::Rung,
            answer: None,
            snoozed_until: None,
        };
        self.next_alert += 1;
        let alert = self.announce(alert, None, None, batch);
        if let Some(down) = &mut self.feeds[index].down {
            down.alert = Some(alert);
        }
    }

    /// A feed is connected again.
    pub(super) fn is_back(&mut self, index: usize, batch: &mut Batch) {
        let now = self.clock.now();
        let Some(down) = self.feeds[index].down.take() else { return };
        let Some(mut alert) = down.alert else { return };
        resolve(&mut alert, now);
        self.tell(|| Change::Alert { alert: alert.clone(), unread: self.unread_alerts });
        if self.leaving.borrow().has(&alert.feed, None) {
            self.bell.withdraw(&tag(&alert, None));
        } else if alert.announced == Announced::Rung {
            let back = Alert { body: summary::of_return(now - down.since), urgency: Urgency::Low, ..alert.clone() };
            self.notify(&back, tag(&alert, None), None);
        }
        batch.alerts.push(alert);
    }

    /// What rang is of no interest any more.
    pub(super) fn end_alert(&mut self, mut alert: Alert) {
        resolve(&mut alert, self.clock.now());
        self.bell.withdraw(&tag(&alert, None));
        self.tell(|| Change::Alert { alert: alert.clone(), unread: self.unread_alerts });
        // A queue that is full is emptied by the next one that waits for it.
        self.keep(Batch { alerts: vec![alert], ..Batch::default() }).now_or_never();
    }

    fn wake_snoozed(&mut self, now: Millis, batch: &mut Batch) {
        let awake: Vec<_> = self
            .open_alerts
            .iter_mut()
            .filter(|(_, alert)| alert.snoozed_until.is_some_and(|until| until <= now))
            .map(|(place, alert)| {
                alert.snoozed_until = None;
                (place.clone(), alert.clone())
            })
            .collect();
        for (place, mut alert) in awake {
            if alert.state == AlertState::Firing {
                let tag = tag(&alert, Some(&place));
                if let Some(index) = self.feeds.iter().position(|kept| kept.feed.id == alert.feed)
                    && self.pass(index, &mut alert, &tag, &tag)
                {
                    self.notify(&alert, tag, None);
                }
            }
            self.tell(|| Change::Alert { alert: alert.clone(), unread: self.unread_alerts });
            self.open_alerts.insert(place, alert.clone());
            batch.alerts.push(alert);
        }
    }

    /// When there is something to look at beside what the gates hold.
    pub(super) fn plan_looks(&mut self) {
        let snoozed = self.open_alerts.values().filter_map(|alert| alert.snoozed_until);
        // One that is being tried again is looked at when that has failed.
        let down = self.feeds.iter().filter(|kept| kept.status.is_trouble()).filter_map(|kept| kept.down.as_ref());
        let down = down.filter(|down| down.alert.is_none()).map(|down| down.since + GRACE);
        let now = self.clock.now();
        // What is due now was looked at just before.
        let ends = snoozed.chain(self.mutes.values().copied()).chain(self.preferences.do_not_disturb_until);
        self.look_at = ends.chain(down).min().map(|due| due.max(now + 1000));
    }

    /// Stores alerts that no event brought.
    pub(super) async fn keep(&self, batch: Batch) {
        if let Err(error) = self.store.send(batch).await {
            tracing::warn!(%error, "alerts could not be stored");
        }
    }

    /// What became of a notification; what the user asked of the engine with it is done.
    pub(crate) async fn answered(&mut self, id: AlertId, answer: Answer) -> Result<(), EngineError> {
        if id == 0 {
            return Ok(());
        }
        let now = self.clock.now();
        match answer {
            Answer::Shown | Answer::Overtaken => {}
            // Who closes it does not want to close each step of it.
            Answer::Dismissed => {
                let mine = self.live.values_mut().filter(|live| live.alert == id);
                mine.for_each(|live| live.away_until = now + SNOOZE);
            }
            _ => self.live.retain(|_, live| live.alert != id),
        }
        let text = answer.to_string();
        self.store.write(move |connection| store::alerts::answer(connection, id, &text)).await?;
        match answer {
            Answer::Chosen(Action::Acknowledge) => self.acknowledge(id).await,
            Answer::Chosen(Action::Snooze) => self.snooze(id, now + SNOOZE).await,
            Answer::Chosen(Action::MuteFeed) => {
                let alert = self.store.write(move |connection| store::alerts::one(connection, id)).await?;
                match alert {
                    Some(alert) => self.mute(alert.feed, Some(now + MUTE)).await,
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// Nothing of an alert that fires until then; it rings again if it still does.
    pub(crate) async fn snooze(&mut self, id: AlertId, until: Millis) -> Result<(), EngineError> {
        let Some((place, alert)) = self.open_alerts.iter_mut().find(|(_, alert)| alert.id == id) else {
            return Err(EngineError::invalid(
                "alert",
                speak!(
                    "It does not go on, so there is nothing to snooze. Acknowledge it, or mute its feed.",
                    "这条提醒不会持续，因此无需推迟。请确认它，或将其订阅源静音。"
                ),
            ));
        };
        alert.snoozed_until = Some(until);
        alert.read = true;
        let (alert, tag) = (alert.clone(), tag(alert, Some(place)));
        self.bell.withdraw(&tag);
        self.plan_looks();
        let stored = alert.clone();
        self.store.write(move |connection| store::alerts::upsert(connection, &stored)).await?;
        self.unread_alerts = self.store.write(|connection| store::alerts::unread(connection)).await?;
        self.tell(|| Change::Alert { alert, unread: self.unread_alerts });
        Ok(())
    }

    /// Nothing of a feed until then; `None`: everything again.
    pub(crate) async fn mute(&mut self, feed: FeedId, until: Option<Millis>) -> Result<(), EngineError> {
        let no = self.feeds[self.index(&feed)?].no;
        let mut mutes = self.mutes.clone();
        match until {
            Some(until) => mutes.insert(feed.clone(), until),
            None => mutes.remove(&feed),
        };
        self.store_mutes(mutes).await?;
        self.doorkeeper.opens_at(Pen { gate: Gate::Muted, feed: no }, until.unwrap_or(self.clock.now()));
        self.plan_looks();
        self.tell(|| Change::Muted { feed, until });
        Ok(())
    }

    /// Tells of mutes that are over.
    async fn end_mutes(&mut self, now: Millis) {
        let mut mutes = self.mutes.clone();
        let over: Vec<_> = mutes.extract_if(|_, until| *until <= now).map(|(feed, _)| feed).collect();
        if over.is_empty() {
            return;
        }
        if let Err(error) = self.store_mutes(mutes).await {
            tracing::warn!(%error, "the end of a mute could not be stored");
        }
        for feed in over {
            self.tell(|| Change::Muted { feed, until: None });
        }
    }

    pub(super) async fn store_mutes(&mut self, mutes: HashMap<FeedId, Millis>) -> Result<(), EngineError> {
        self.mutes.clone_from(&mutes);
        self.store.write(move |connection| store::settings::put(connection, "mutes", &mutes)).await
    }
}

/// Whether it says how something stands: a price, a job, a task.
fn is_figure(reading: &Reading) -> bool {
    reading.key.is_some() && (reading.value.is_some() || reading.progress.is_some() || reading.state.is_some())
}

/// Under what an event is on the screen: a figure takes the place of the one before, and so does a message that has a
/// headline and a key. A key alone may be who speaks.
fn event_tag(alert: &Alert, reading: &Reading) -> String {
    match &reading.key {
        Some(key) if is_figure(reading) || reading.title.is_some() => key_tag(&alert.feed, key),
        _ => format!("alert/{}", alert.id),
    }
}

fn key_tag(feed: &FeedId, key: &str) -> String {
    format!("feed/{}/{key}", feed.0)
}

/// Under what an alert is on the screen: what lasts has one notification, what does not has one each time.
pub(super) fn tag(alert: &Alert, place: Option<&(RuleId, Place)>) -> String {
    match place {
        Some(place) => subject(place),
        None if alert.rule.is_none() && alert.event == NO_EVENT => format!("down/{}", alert.feed.0),
        _ => format!("alert/{}", alert.id),
    }
}

/// What a rule's alerts of one place have in common.
fn subject((rule, place): &(RuleId, Place)) -> String {
    format!("rule/{}/{}/{}", rule.0, place.feed, place.key)
}

/// How far a job has come.
fn percent(reading: &Reading) -> Option<u8> {
    let total = reading.total.filter(|total| *total > 0.0).unwrap_or(100.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
    reading.progress.map(|progress| (progress / total * 100.0).clamp(0.0, 100.0) as u8)
}

pub(super) fn resolve(alert: &mut Alert, at: Millis) {
    alert.state = AlertState::Resolved;
    alert.resolved_at = Some(at);
    alert.snoozed_until = None;
}
