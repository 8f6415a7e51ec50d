//! The one path of an event: reading → rules → alerts → history, window, notification.

use std::sync::Arc;

use streambell_sse as sse;
use tokio::sync::mpsc::OwnedPermit;

use super::{Actor, Kept};
use crate::{
    EngineError,
    contain::{self, contained},
    mapping::Mapped,
    model::{Alert, AlertState, Announced, Change, Event, FeedId, Notice, NoticeLevel, Notify, Reason, Status, View},
    rule::{NO_EVENT, Outcome, Verdict},
    store::{self, Batch},
    subscription::{News, Report},
    summary,
};

impl Actor {
    /// A panic on the way stops this feed, and nothing else: what was understood before is in the batch and is stored,
    /// the event that did it with it, so that the feed goes on after it when the user resumes it.
    pub(super) fn ingest(&mut self, report: Report, permit: OwnedPermit<Batch>) {
        let Some(index) = self.feeds.iter().position(|kept| kept.no == report.feed) else { return };
        let mut batch = Batch { feed: report.feed, ..Batch::default() };
        let whole = contained(|| self.take_news(index, report.news, &mut batch)).is_some();
        if let (Some(last), false) = (batch.events.last(), whole) {
            batch.last_event_id = last.id.clone();
            self.feeds[index].last_event_id = last.id.clone();
        }
        self.count(index, &mut batch);
        if !whole {
            self.stop_broken(index);
        }
        if !batch.is_empty() {
            permit.send(batch);
        }
    }

    /// A feed at which something panicked waits for the user.
    pub(super) fn stop_broken(&mut self, index: usize) {
        tracing::error!(feed = %self.feeds[index].feed.id.0, "the feed met an error of the program's and is stopped");
        self.feeds[index].subscription = None;
        self.set_status(index, Status::Stopped { reason: contain::of_feed() });
    }

    fn take_news(&mut self, index: usize, news: News, batch: &mut Batch) {
        match news {
            News::Status(status) => {
                self.set_status(index, status);
                // A further attempt is no connection yet.
                if matches!(self.feeds[index].status, Status::Open { .. }) {
                    self.is_back(index, batch);
                    let now = self.clock.now();
                    batch.gap = self.feeds[index].listens_again(now);
                }
            }
            News::Secrets(error) => self.notice(Notice {
                level: NoticeLevel::Warning,
                reason: Reason { code: error.code().to_owned(), message: error.to_string() },
            }),
            News::Events { events, last_event_id } => {
                self.understand(index, events, batch);
                self.feeds[index].last_event_id = last_event_id.clone();
                batch.last_event_id = last_event_id;
            }
            News::Lost => {
                let now = self.clock.now();
                self.feeds[index].lost(now, batch);
            }
            News::Broken => self.stop_broken(index),
        }
    }

    pub(super) fn set_status(&mut self, index: usize, status: Status) {
        let now = self.clock.now();
        let kept = &mut self.feeds[index];
        let mut over = None;
        match &status {
            Status::Open { .. } => kept.opened(now),
            // Who pauses a feed does not miss it.
            Status::Paused => over = kept.down.take().and_then(|down| down.alert),
            _ => kept.closed(now),
        }
        let is_open = matches!(status, Status::Open { .. });
        if !is_open && matches!(kept.status, Status::Open { .. }) {
            kept.deaf_since = Some(now);
        }
        kept.status = status;
        if !is_open {
            self.plan_looks();
        }
        if let Some(alert) = over {
            self.end_alert(alert);
        }
        self.tell_standing();
        let kept = &self.feeds[index];
        let (feed, status) = (kept.feed.id.clone(), kept.status.clone());
        self.tell(|| Change::Status { feed, status });
    }

    fn understand(&mut self, index: usize, events: Vec<(sse::Event, Mapped)>, batch: &mut Batch) {
        let at = self.clock.now();
        for (event, mut mapped) in events {
            if self.feeds[index].feed.dialect.snapshot.is_some() {
                self.feeds[index].present.follow(&mut mapped);
            }
            if mapped.readings.is_empty() {
                if event.tells_of_loss() {
                    self.feeds[index].lost(at, batch);
                }
                continue;
            }
            let again = self.feeds[index].past.is_again(&event);
            if again && !event.id.is_empty() {
                // The server replays what is in the history already.
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
            if !again {
                self.feeds[index].catch_up(at);
            }
            let rang = !again && self.ring(index, &event, mapped.spare, batch);
            if mapped.spare && !rang {
                continue;
            }
            self.guess_view(index, &event.event, mapped.view, batch);
            batch.events.push(event);
        }
    }

    /// Events of a recording go into the history of a feed as if they came now, and ring nothing: numbers ascend with
    /// time there.
    pub(crate) async fn take_in(&mut self, id: &FeedId, events: Vec<Event>) -> Result<(), EngineError> {
        let index = self.index(id)?;
        let permit = self.store.reserve().await?;
        let (at, kept) = (self.clock.now(), &self.feeds[index]);
        let mut batch = Batch { feed: kept.no, last_event_id: kept.last_event_id.clone(), ..Batch::default() };
        for event in events {
            batch.events.push(Arc::new(Event { seq: self.next_seq, feed: id.clone(), at, ..event }));
            self.next_seq += 1;
        }
        self.count(index, &mut batch);
        permit.send(batch);
        Ok(())
    }

    /// Counts what has come, and tells the windows.
    fn count(&mut self, index: usize, batch: &mut Batch) {
        let Some(at) = batch.events.last().map(|event| event.at) else { return };
        let kept = &mut self.feeds[index];
        batch.recovered = kept.recovered(at).or(batch.recovered);
        kept.unread += batch.events.len() as u64;
        kept.last_event_at = Some(at);
        let (feed, unread) = (kept.feed.id.clone(), kept.unread);
        self.tell(|| Change::Events { feed, events: batch.events.clone(), unread, skipped: 0 });
    }

    fn guess_view(&mut self, index: usize, event: &str, view: Option<View>, batch: &mut Batch) {
        let kept = &mut self.feeds[index];
        let before = kept.view();
        let Some(guess) = kept.guess.count(event, view) else { return };
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

    /// Looks at an event with all rules, and announces what comes of it. Whether one rang for it. Of a spare event
    /// nothing else is announced.
    fn ring(&mut self, index: usize, event: &Arc<Event>, spare: bool, batch: &mut Batch) -> bool {
        let mut rung = vec![false; event.readings.len()];
        let (mut verdicts, no) = (Vec::new(), self.feeds[index].no);
        let seen = contained(|| self.rules.observe_into(&mut verdicts, no, event, &mut batch.memos));
        // Also when a rule has panicked: the others remember that they rang.
        for verdict in verdicts {
            if let (Outcome::Fired, true, Some((_, part))) = (verdict.outcome, verdict.by_event, &verdict.event) {
                rung[*part] = true;
            }
            self.take_verdict(verdict, batch);
        }
        if seen.is_none() {
            self.stop_broken(index);
        }
        if self.feeds[index].feed.notify == Notify::All && !spare {
            for (reading, _) in event.readings.iter().zip(&rung).filter(|(_, rung)| !**rung) {
                self.announce_event(index, event, reading, batch);
            }
        }
        rung.contains(&true)
    }

    /// What time has done to the rules.
    pub(super) async fn pass_time(&mut self) {
        let mut batch = Batch::default();
        for verdict in self.rules.advance(self.clock.now(), &mut batch.memos) {
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
                if let Some(alert) = self.open_alerts.remove(&open) {
                    self.resolve(alert, &open, verdict.at, batch);
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
                    lasts: evaluator.lasts(),
                    resolved_at: None,
                    read: false,
                    announced: Announced::Rung,
                    answer: None,
                    snoozed_until: None,
                };
                self.next_alert += 1;
                let alert = self.announce(alert, Some(&open), verdict.reading(), batch);
                if alert.lasts {
                    self.open_alerts.insert(open, alert);
                }
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
