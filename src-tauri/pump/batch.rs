//! What one frame brings: changes put together, so that the page draws each feed once.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use streambell_engine::model::{Alert, Change, Event, FeedId, FeedState, Snapshot};

/// Events of one feed that a frame carries; of more, the newest are sent and the others counted.
const FRAME_EVENTS: usize = 100;
/// And of all feeds together, unless that leaves a feed fewer than [`LEAST_EVENTS`].
const ALL_EVENTS: usize = 1000;
/// As many are in sight on a card.
const LEAST_EVENTS: usize = 10;
/// Alerts that a frame carries; the page lists no more of the latest.
const FRAME_ALERTS: usize = 100;
/// Changes that wait for a page; a snapshot says more with less.
const MOST: usize = 10_000;
/// Bytes of an event's text that the page gets; `read_event` gives all of it.
const TEXT_BYTES: usize = 4096;

/// Changes since the last frame, in an order that means the same as the one they came in.
#[derive(Debug, Default)]
pub(super) struct Batch {
    changes: Vec<Change>,
    /// Where in `changes` further events of a feed may be added.
    events: HashMap<FeedId, usize>,
    /// Where in `changes` a later status of a feed replaces the former.
    statuses: HashMap<FeedId, usize>,
    /// Alerts with the unread count after each; they follow at the end.
    alerts: VecDeque<(Alert, u32)>,
}

impl Batch {
    /// Whether there is nothing to send.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.alerts.is_empty()
    }

    /// Whether so much waits that a snapshot is less.
    pub(super) fn is_full(&self) -> bool {
        self.changes.len() >= MOST
    }

    /// Adds a change.
    pub(super) fn push(&mut self, change: &Change) {
        match change {
            Change::Events { feed, events, unread, skipped } => self.push_events(feed, events, *unread, *skipped),
            Change::Status { feed, .. } => self.push_status(feed, change),
            Change::Alert { alert, unread } => self.push_alert(alert, *unread),
            Change::AlertsRead | Change::Announced { .. } => {
                self.settle_alerts();
                self.changes.push(change.clone());
            }
            Change::Snapshot { snapshot } => {
                *self = Self::default();
                self.changes.push(Change::Snapshot { snapshot: Box::new(cut_snapshot(snapshot.as_ref().clone())) });
            }
            Change::Feed { state } => {
                self.close(&state.feed.id);
                self.changes.push(Change::Feed { state: Box::new(cut_state(state.as_ref().clone())) });
            }
            Change::FeedRemoved { feed } | Change::Read { feed } => {
                self.close(feed);
                self.changes.push(change.clone());
            }
            other => self.changes.push(other.clone()),
        }
    }

    /// What to send; the batch is empty afterwards.
    pub(super) fn take(&mut self) -> Vec<Change> {
        self.settle_alerts();
        let mut changes = std::mem::take(self).changes;
        let counts = || {
            changes.iter().filter_map(|change| match change {
                Change::Events { events, .. } => Some(events.len()),
                _ => None,
            })
        };
        if counts().sum::<usize>() > ALL_EVENTS {
            let share = (ALL_EVENTS / counts().count()).max(LEAST_EVENTS);
            changes.iter_mut().for_each(|change| cut_to(share, change));
        }
        changes
    }

    fn push_events(&mut self, feed: &FeedId, new: &[Arc<Event>], now_unread: u64, left_out: u64) {
        let place = *self.events.entry(feed.clone()).or_insert_with(|| {
            self.changes.push(Change::Events { feed: feed.clone(), events: Vec::new(), unread: 0, skipped: 0 });
            self.changes.len() - 1
        });
        let Some(Change::Events { events, unread, skipped, .. }) = self.changes.get_mut(place) else { return };
        let kept = &new[new.len().saturating_sub(FRAME_EVENTS)..];
        let pushed_out = (events.len() + kept.len()).saturating_sub(FRAME_EVENTS);
        events.drain(..pushed_out);
        events.extend(kept.iter().map(cut_event));
        *unread = now_unread;
        *skipped += left_out + (new.len() - kept.len() + pushed_out) as u64;
    }

    fn push_status(&mut self, feed: &FeedId, change: &Change) {
        match self.statuses.get(feed).and_then(|place| self.changes.get_mut(*place)) {
            Some(former) => *former = change.clone(),
            None => {
                self.statuses.insert(feed.clone(), self.changes.len());
                self.changes.push(change.clone());
            }
        }
    }

    fn push_alert(&mut self, alert: &Alert, unread: u32) {
        self.alerts.retain(|(former, _)| former.id != alert.id);
        if self.alerts.len() == FRAME_ALERTS {
            self.alerts.pop_front();
        }
        self.alerts.push_back((alert.clone(), unread));
    }

    fn settle_alerts(&mut self) {
        self.changes.extend(self.alerts.drain(..).map(|(alert, unread)| Change::Alert { alert, unread }));
    }

    /// What comes of this feed from here on must stay behind what is there.
    fn close(&mut self, feed: &FeedId) {
        self.events.remove(feed);
        self.statuses.remove(feed);
    }
}

/// Leaves the newest events of a change, and counts the others.
fn cut_to(most: usize, change: &mut Change) {
    if let Change::Events { events, skipped, .. } = change {
        let left_out = events.len().saturating_sub(most);
        events.drain(..left_out);
        *skipped += left_out as u64;
    }
}

/// The snapshot with long texts cut.
pub(crate) fn cut_snapshot(mut snapshot: Snapshot) -> Snapshot {
    snapshot.feeds = snapshot.feeds.into_iter().map(cut_state).collect();
    snapshot
}

fn cut_state(mut state: FeedState) -> FeedState {
    state.events = state.events.iter().map(cut_event).collect();
    state
}

/// Most events are short and only shared; a long one is copied as far as it is kept.
fn cut_event(event: &Arc<Event>) -> Arc<Event> {
    if event.bytes <= TEXT_BYTES as u64 {
        return event.clone();
    }
    let mut readings = event.readings.clone();
    for reading in &mut readings {
        for text in [&mut reading.title, &mut reading.body].into_iter().flatten() {
            text.truncate(text.floor_char_boundary(TEXT_BYTES));
        }
    }
    Arc::new(Event {
        seq: event.seq,
        feed: event.feed.clone(),
        at: event.at,
        event: event.event.clone(),
        id: event.id.clone(),
        data: event.data[..event.data.floor_char_boundary(TEXT_BYTES)].into(),
        bytes: event.bytes,
        readings,
    })
}

#[cfg(test)]
mod tests {
    use streambell_engine::model::{AlertState, Announced, Reading, Status, Urgency};

    use super::*;

    fn event(seq: i64, data: &str) -> Arc<Event> {
        Arc::new(Event {
            seq,
            feed: FeedId("f".into()),
            at: 0,
            event: "message".into(),
            id: "".into(),
            data: data.into(),
            bytes: data.len() as u64,
            readings: vec![Reading { body: Some(data.to_owned()), ..Reading::default() }],
        })
    }

    fn events(feed: &str, seqs: impl IntoIterator<Item = i64>, unread: u64) -> Change {
        let events = seqs.into_iter().map(|seq| event(seq, "x")).collect();
        Change::Events { feed: FeedId(feed.into()), events, unread, skipped: 0 }
    }

    fn alert(id: i64, state: AlertState, unread: u32) -> Change {
        let alert = Alert {
            id,
            feed: FeedId("f".into()),
            rule: None,
            key: None,
            event: id,
            at: 0,
            title: String::new(),
            body: String::new(),
            link: None,
            urgency: Urgency::Normal,
            state,
            resolved_at: None,
            read: false,
            announced: Announced::Rung,
            answer: None,
            snoozed_until: None,
            lasts: false,
        };
        Change::Alert { alert, unread }
    }

    /// One word a change, so that a table of cases reads easily.
    fn tell(change: &Change) -> String {
        match change {
            Change::Events { feed, events, unread, skipped } => {
                let ends = events.first().map(|e| e.seq).zip(events.last().map(|e| e.seq));
                format!("{} {:?} unread {unread} skipped {skipped}", feed.0, ends.unwrap_or_default())
            }
            Change::Status { feed, status } => format!("{} {status:?}", feed.0),
            Change::Read { feed } => format!("{} read", feed.0),
            Change::FeedRemoved { feed } => format!("{} removed", feed.0),
            Change::Alert { alert, unread } => format!("alert {} {:?} unread {unread}", alert.id, alert.state),
            Change::AlertsRead => "alerts read".into(),
            other => format!("{other:?}"),
        }
    }

    #[track_caller]
    fn check(changes: &[Change], expected: &[&str]) {
        let mut batch = Batch::default();
        assert!(batch.is_empty());
        changes.iter().for_each(|change| batch.push(change));
        let told: Vec<String> = batch.take().iter().map(tell).collect();
        assert_eq!(told, expected);
        assert!(batch.is_empty());
    }

    #[test]
    fn events_of_a_feed_become_one_change() {
        check(
            &[events("a", 1..=2, 2), events("b", 3..=3, 1), events("a", 4..=5, 4)],
            &["a (1, 5) unread 4 skipped 0", "b (3, 3) unread 1 skipped 0"],
        );
    }

    #[test]
    fn the_newest_events_are_kept_and_the_others_counted() {
        check(&[events("a", 1..=250, 250)], &["a (151, 250) unread 250 skipped 150"]);
        check(&[events("a", 1..=60, 60), events("a", 61..=130, 130)], &["a (31, 130) unread 130 skipped 30"]);
        let told = Change::Events { feed: FeedId("a".into()), events: vec![event(9, "x")], unread: 9, skipped: 7 };
        check(&[events("a", 1..=1, 1), told], &["a (1, 9) unread 9 skipped 7"]);
    }

    #[test]
    fn many_feeds_share_what_a_frame_carries() {
        let mut batch = Batch::default();
        (0..20).for_each(|feed| batch.push(&events(&feed.to_string(), 1..=80, 80)));
        batch.push(&events("quiet", 1..=3, 3));
        let told = batch.take();
        assert_eq!(tell(&told[0]), "0 (34, 80) unread 80 skipped 33");
        assert_eq!(tell(&told[20]), "quiet (1, 3) unread 3 skipped 0");
        (0..500).for_each(|feed| batch.push(&events(&feed.to_string(), 1..=11, 11)));
        assert_eq!(tell(&batch.take()[0]), "0 (2, 11) unread 11 skipped 1");
    }

    #[test]
    fn what_came_after_a_look_stays_after_it() {
        check(
            &[events("a", 1..=2, 2), Change::Read { feed: FeedId("a".into()) }, events("a", 3..=3, 1)],
            &["a (1, 2) unread 2 skipped 0", "a read", "a (3, 3) unread 1 skipped 0"],
        );
        check(
            &[events("b", 1..=1, 1), Change::Read { feed: FeedId("a".into()) }, events("b", 2..=2, 2)],
            &["b (1, 2) unread 2 skipped 0", "a read"],
        );
        check(
            &[events("a", 1..=1, 1), Change::FeedRemoved { feed: FeedId("a".into()) }],
            &["a (1, 1) unread 1 skipped 0", "a removed"],
        );
    }

    #[test]
    fn the_last_status_counts() {
        let status = |status| Change::Status { feed: FeedId("a".into()), status };
        check(
            &[status(Status::Connecting { since: 1 }), events("a", 1..=1, 1), status(Status::Open { since: 2 })],
            &["a Open { since: 2 }", "a (1, 1) unread 1 skipped 0"],
        );
    }

    #[test]
    fn an_alert_is_told_once_as_it_is_at_last() {
        check(
            &[
                alert(1, AlertState::Firing, 1),
                alert(2, AlertState::Firing, 2),
                alert(1, AlertState::Resolved, 2),
                Change::AlertsRead,
                alert(3, AlertState::Firing, 1),
            ],
            &["alert 2 Firing unread 2", "alert 1 Resolved unread 2", "alerts read", "alert 3 Firing unread 1"],
        );
        let mut batch = Batch::default();
        (1..=300).for_each(|id| batch.push(&alert(id, AlertState::Firing, id as u32)));
        let told = batch.take();
        assert_eq!(told.len(), FRAME_ALERTS);
        assert_eq!(told.last().map(tell).as_deref(), Some("alert 300 Firing unread 300"));
    }

    #[test]
    fn a_snapshot_replaces_what_was_before() {
        let snapshot = Snapshot {
            feeds: Vec::new(),
            folded: Vec::new(),
            rules: Vec::new(),
            alerts: Vec::new(),
            unread_alerts: 0,
            notices: Vec::new(),
            preferences: streambell_engine::model::Preferences::default(),
            hub: None,
            version: "1".into(),
        };
        let mut batch = Batch::default();
        batch.push(&events("a", 1..=5, 5));
        batch.push(&alert(1, AlertState::Firing, 1));
        batch.push(&Change::Snapshot { snapshot: Box::new(snapshot) });
        batch.push(&events("a", 6..=6, 6));
        let told = batch.take();
        assert!(matches!(told[0], Change::Snapshot { .. }));
        assert_eq!(told[1..].iter().map(tell).collect::<Vec<_>>(), ["a (6, 6) unread 6 skipped 0"]);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = event(1, &format!("x{}", "钟".repeat(5000)));
        let cut = cut_event(&long);
        assert_eq!(cut.bytes, 15_001);
        assert_eq!(cut.data.len(), 4096);
        assert!(cut.data.ends_with('钟'));
        assert_eq!(cut.readings[0].body.as_deref(), Some(&*cut.data));
        let short = event(1, "short");
        assert!(Arc::ptr_eq(&short, &cut_event(&short)));
    }
}
