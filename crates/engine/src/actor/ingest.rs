//! The one path of an event: reading → rules → alerts → history, window, notification.

use std::sync::Arc;

use streambell_sse as sse;
use tokio::{sync::mpsc::OwnedPermit, time::Instant};

use super::{Actor, Kept};
use crate::{
    EngineError,
    clock::now,
    mapping::Mapped,
    model::{
        Alert, AlertState, Change, Event, FeedId, Millis, Notice, NoticeLevel, Notify, Reading, Reason, Status,
        Urgency, View,
    },
    notify::{Action, Notification},
    rule::{NO_EVENT, Outcome, Verdict},
    store::{self, Batch},
    subscription::{News, Report},
    summary,
};

impl Actor {
    pub(super) fn ingest(&mut self, report: Report, permit: OwnedPermit<Batch>) {
        let Some(index) = self.feeds.iter().position(|kept| kept.no == report.feed) else { return };
        match report.news {
            News::Status(status) => self.set_status(index, status),
            News::Secrets(error) => self.notice(Notice {
                level: NoticeLevel::Warning,
                reason: Reason { code: error.code().to_owned(), message: error.to_string() },
            }),
            News::Events { events, last_event_id } => {
                self.feeds[index].last_event_id = last_event_id.clone();
                let batch = Batch { feed: report.feed, last_event_id, ..Batch::default() };
                permit.send(self.understand(index, events, batch));
            }
        }
    }

    pub(super) fn set_status(&mut self, index: usize, status: Status) {
        let kept = &mut self.feeds[index];
        kept.status = status;
        let (feed, status) = (kept.feed.id.clone(), kept.status.clone());
        self.tell(|| Change::Status { feed, status });
    }

    fn understand(&mut self, index: usize, events: Vec<(sse::Event, Mapped)>, mut batch: Batch) -> Batch {
        let at = now();
        for (event, mapped) in events {
            if mapped.readings.is_empty() {
                continue;
            }
            let event = Arc::new(Event {
                seq: self.next_seq,
                feed: self.feeds[index].feed.id.clone(),
                at,
                event: event.event,
                id: event.id,
                bytes: event.data.len() as u64,
                data: event.data,
                readings: mapped.readings,
            });
            self.next_seq += 1;
            self.guess_view(index, mapped.view, &mut batch);
            self.ring(index, &event, &mut batch);
            batch.events.push(event);
        }
        if !batch.events.is_empty() {
            let kept = &mut self.feeds[index];
            kept.unread += batch.events.len() as u64;
            kept.last_event_at = Some(at);
            let (feed, unread) = (kept.feed.id.clone(), kept.unread);
            self.tell(|| Change::Events { feed, events: batch.events.clone(), unread, skipped: 0 });
        }
        batch
    }

    fn guess_view(&mut self, index: usize, view: Option<View>, batch: &mut Batch) {
        let kept = &mut self.feeds[index];
        let before = kept.view();
        let Some(guess) = kept.guess.count(view) else { return };
        if kept.guessed_view == Some(guess) {
            return;
        }
        kept.guessed_view = Some(guess);
        batch.guessed_view = Some(guess);
        if kept.view() == before {
            return;
        }
        let (feed, view) = (kept.feed.id.clone(), kept.view());
        self.tell(|| Change::View { feed, view });
    }

    /// Looks at an event with all rules, and announces what comes of it.
    fn ring(&mut self, index: usize, event: &Arc<Event>, batch: &mut Batch) {
        let mut rung = vec![false; event.readings.len()];
        for verdict in self.rules.observe(self.feeds[index].no, event, &mut batch.memos) {
            if let (Outcome::Fired, true, Some((_, part))) = (verdict.outcome, verdict.by_event, &verdict.event) {
                rung[*part] = true;
            }
            self.take_verdict(verdict, batch);
        }
        if self.feeds[index].feed.notify == Notify::All {
            for (reading, _) in event.readings.iter().zip(rung).filter(|(_, rung)| !rung) {
                self.announce_event(index, event, reading, batch);
            }
        }
    }

    /// What time has done to the rules.
    pub(super) async fn pass_time(&mut self) {
        let mut batch = Batch::default();
        for verdict in self.rules.advance(now(), &mut batch.memos) {
            self.take_verdict(verdict, &mut batch);
        }
        if !batch.memos.is_empty() || !batch.alerts.is_empty() {
            self.keep(batch).await;
        }
    }

    fn take_verdict(&mut self, verdict: Verdict, batch: &mut Batch) {
        let evaluator = self.rules.get(verdict.rule);
        let open = (evaluator.rule.id.clone(), verdict.place.clone());
        match verdict.outcome {
            Outcome::Recovered => {
                if let Some(mut alert) = self.open_alerts.remove(&open) {
                    resolve(&mut alert, verdict.at);
                    self.tell(|| Change::Alert { alert: alert.clone(), unread: self.unread_alerts });
                    batch.alerts.push(alert);
                }
            }
            Outcome::Fired => {
                let Some(kept) = self.kept_of(&verdict) else { return };
                let alert = Alert {
                    id: self.next_alert,
                    feed: kept.feed.id.clone(),
                    rule: Some(open.0.clone()),
                    key: verdict.reading().and_then(|reading| reading.key.clone()),
                    event: verdict.event.as_ref().map_or(NO_EVENT, |(event, _)| event.seq),
                    at: verdict.at,
                    title: evaluator.rule.name.clone(),
                    body: summary::of_verdict(evaluator, &verdict, &kept.feed),
                    link: verdict.reading().and_then(|reading| reading.link.clone()),
                    urgency: evaluator.rule.notify.urgency,
                    state: AlertState::Firing,
                    resolved_at: None,
                    read: false,
                };
                self.next_alert += 1;
                // What lasts has one notification; what does not, one each time.
                let tag = if evaluator.lasts() {
                    format!("rule/{}/{}/{}", open.0.0, open.1.feed, open.1.key)
                } else {
                    format!("alert/{}", alert.id)
                };
                if evaluator.lasts() {
                    self.open_alerts.insert(open, alert.clone());
                }
                self.announce(alert, tag, verdict.reading(), batch);
            }
        }
    }

    /// The feed that a verdict is about: of several, the one that spoke last, or else the first.
    fn kept_of(&self, verdict: &Verdict) -> Option<&Kept> {
        let spoke = verdict.event.as_ref().map(|(event, _)| &event.feed);
        let rule = &self.rules.get(verdict.rule).rule;
        let mut feeds = self.feeds.iter();
        match (verdict.place.feed, spoke) {
            (0, Some(id)) => feeds.find(|kept| kept.feed.id == *id),
            (0, None) => feeds.find(|kept| rule.feeds.is_empty() || rule.feeds.contains(&kept.feed.id)),
            (no, _) => feeds.find(|kept| kept.no == no),
        }
    }

    /// `notify: all`: an event rings as such, and is over at once.
    fn announce_event(&mut self, index: usize, event: &Event, reading: &Reading, batch: &mut Batch) {
        let urgency = match reading.priority {
            Some(1 | 2) => Urgency::Low,
            Some(5) => Urgency::Critical,
            _ => Urgency::Normal,
        };
        if !self.feeds[index].gate.pass(urgency, Instant::now()) {
            return;
        }
        let feed = &self.feeds[index].feed;
        let (title, body) = (summary::title(feed, reading), summary::body(event, reading));
        let alert = Alert { urgency, ..self.alert(event, reading, title, body) };
        self.record(&alert, batch);
        let tag = match &reading.key {
            // A figure that stands for something takes the place of the one before.
            Some(key) if reading.value.is_some() || reading.progress.is_some() || reading.state.is_some() => {
                format!("feed/{}/{key}", alert.feed.0)
            }
            _ => format!("alert/{}", alert.id),
        };
        self.notify(alert, tag, Some(reading));
    }

    fn alert(&mut self, event: &Event, reading: &Reading, title: String, body: String) -> Alert {
        let id = self.next_alert;
        self.next_alert += 1;
        Alert {
            id,
            feed: event.feed.clone(),
            rule: None,
            key: reading.key.clone(),
            event: event.seq,
            at: event.at,
            title,
            body,
            link: reading.link.clone(),
            urgency: Urgency::Normal,
            state: AlertState::Resolved,
            resolved_at: Some(event.at),
            read: false,
        }
    }

    /// Records an alert, and notifies unless the feed says not to or its gate is closed.
    fn announce(&mut self, alert: Alert, tag: String, reading: Option<&Reading>, batch: &mut Batch) {
        self.record(&alert, batch);
        let Some(kept) = self.feeds.iter_mut().find(|kept| kept.feed.id == alert.feed) else { return };
        if kept.feed.notify != Notify::None && kept.gate.pass(alert.urgency, Instant::now()) {
            self.notify(alert, tag, reading);
        }
    }

    fn record(&mut self, alert: &Alert, batch: &mut Batch) {
        self.unread_alerts += 1;
        self.tell(|| Change::Alert { alert: alert.clone(), unread: self.unread_alerts });
        batch.alerts.push(alert.clone());
    }

    fn notify(&self, alert: Alert, tag: String, reading: Option<&Reading>) {
        let view = self.feeds.iter().find(|kept| kept.feed.id == alert.feed).map_or(View::Log, Kept::view);
        let mut actions = vec![Action::Open];
        if alert.state == AlertState::Firing {
            actions.extend([Action::Acknowledge, Action::Snooze]);
        }
        actions.extend(alert.link.iter().map(|_| Action::Link));
        actions.push(Action::MuteFeed);
        self.notifier.notify(Notification {
            alert: alert.id,
            tag,
            feed: alert.feed,
            event: Some(alert.event).filter(|event| *event != NO_EVENT),
            view,
            title: alert.title,
            body: alert.body,
            urgency: alert.urgency,
            sound: false,
            link: alert.link,
            progress: reading.and_then(percent),
            actions,
        });
    }

    /// Gates that are due tell what they held back.
    pub(super) async fn open_gates(&mut self) {
        let instant = Instant::now();
        let opened: Vec<_> = self
            .feeds
            .iter_mut()
            .filter_map(|kept| Some((kept.feed.id.clone(), kept.feed.name.clone(), kept.gate.open(instant)?)))
            .collect();
        for (feed, name, digest) in opened {
            let alert = Alert {
                id: self.next_alert,
                feed,
                rule: None,
                key: None,
                event: self.next_seq - 1,
                at: now(),
                title: name,
                body: format!("{} more notifications were held back. Open the feed to see its events.", digest.count),
                link: None,
                urgency: digest.urgency,
                state: AlertState::Resolved,
                resolved_at: Some(now()),
                read: false,
            };
            self.next_alert += 1;
            let mut batch = Batch::default();
            self.record(&alert, &mut batch);
            let tag = format!("digest/{}", alert.feed.0);
            self.notify(alert, tag, None);
            self.keep(batch).await;
        }
    }

    /// Resolves the alerts of a rule or a feed that is gone.
    pub(super) async fn resolve_alerts(&mut self, which: impl Fn(&Alert) -> bool) {
        let at = now();
        let mut batch = Batch::default();
        self.open_alerts.retain(|_, alert| {
            if !which(alert) {
                return true;
            }
            resolve(alert, at);
            batch.alerts.push(alert.clone());
            false
        });
        if batch.alerts.is_empty() {
            return;
        }
        for alert in &batch.alerts {
            self.tell(|| Change::Alert { alert: alert.clone(), unread: self.unread_alerts });
        }
        self.keep(batch).await;
    }

    /// Stores alerts that no event brought.
    async fn keep(&self, batch: Batch) {
        if let Err(error) = self.store.send(batch).await {
            tracing::warn!(%error, "alerts could not be stored");
        }
    }

    /// The user has seen a feed.
    pub(crate) async fn read(&mut self, id: FeedId) -> Result<(), EngineError> {
        let seq = self.next_seq - 1;
        let index = self.index(&id)?;
        let kept = &mut self.feeds[index];
        if kept.unread > 0 {
            kept.unread = 0;
            let no = kept.no;
            self.tell(|| Change::Read { feed: id });
            self.store.write(move |connection| store::feeds::read(connection, no, seq)).await?;
        }
        Ok(())
    }
}

/// How far a job has come.
fn percent(reading: &Reading) -> Option<u8> {
    let total = reading.total.filter(|total| *total > 0.0).unwrap_or(100.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
    reading.progress.map(|progress| (progress / total * 100.0).clamp(0.0, 100.0) as u8)
}

fn resolve(alert: &mut Alert, at: Millis) {
    alert.state = AlertState::Resolved;
    alert.resolved_at = Some(at);
}
