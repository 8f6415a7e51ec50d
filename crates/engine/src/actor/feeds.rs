//! Requests about feeds: add, change, remove, pause, order; and what of their history is too old.

use super::{Actor, Kept, Past, Present, SNAPSHOT_EVENTS};
use crate::{
    EngineError,
    clock::now,
    draft,
    mapping::ViewGuess,
    model::{Card, Change, Feed, FeedDraft, FeedId, Limits, Millis, Network, Preferences, Retention, Status},
    secrets::FeedSecrets,
    store,
    subscription::{Order, Subscription},
};

const DAY: Millis = 24 * 60 * 60 * 1000;

impl Actor {
    pub(crate) fn index(&self, id: &FeedId) -> Result<usize, EngineError> {
        self.feeds.iter().position(|kept| kept.feed.id == *id).ok_or_else(|| EngineError::NoSuchFeed(id.0.clone()))
    }

    /// Adds a feed; `draft` is tidy and holds no secret.
    pub(crate) async fn add_feed(&mut self, draft: FeedDraft, secrets: FeedSecrets) -> Result<Feed, EngineError> {
        let id = draft::feed_id(&draft, |id| self.feeds.iter().any(|kept| kept.feed.id.0 == id))?;
        let Retention { days, megabytes } = self.preferences.retention;
        let usual = Limits { keep_days: days, keep_megabytes: megabytes, ..Limits::default() };
        let feed = draft::feed(draft, id, &usual);
        let stored = feed.clone();
        let no = self.store.write(move |connection| store::feeds::insert(connection, &stored)).await?;
        if !secrets.is_empty() {
            self.vault.hold(&feed.id.0, secrets);
        }
        self.feeds.push(Kept {
            no,
            feed: feed.clone(),
            guessed_view: None,
            card: Card::default(),
            guess: ViewGuess::default(),
            status: Status::Paused,
            unread: 0,
            last_event_at: None,
            last_event_id: ecow::EcoString::new(),
            down: None,
            catching_up: None,
            recovering: None,
            past: Past::default(),
            present: Present::default(),
            deaf_since: None,
            subscription: None,
        });
        let index = self.feeds.len() - 1;
        self.follow_feeds();
        self.subscribe(index);
        self.tell_feed(index).await?;
        Ok(feed)
    }

    /// Changes a feed; `draft` is tidy and holds no secret. `secrets`: what to keep from now on, if that is known.
    pub(crate) async fn update_feed(
        &mut self,
        id: FeedId,
        draft: FeedDraft,
        secrets: Option<FeedSecrets>,
    ) -> Result<Feed, EngineError> {
        let index = self.index(&id)?;
        let before = &self.feeds[index].feed;
        let enabled = draft.enabled.unwrap_or(before.enabled);
        let feed = draft::feed(FeedDraft { enabled: Some(enabled), ..draft }, id, &before.limits);
        self.replace_feed(index, feed.clone()).await?;
        if let Some(secrets) = secrets {
            self.vault.hold(&feed.id.0, secrets);
        }
        self.subscribe(index);
        self.tell_feed(index).await?;
        Ok(feed)
    }

    pub(super) async fn replace_feed(&mut self, index: usize, feed: Feed) -> Result<(), EngineError> {
        let kept = &self.feeds[index];
        let (old, new) = (&kept.feed.dialect, &feed.dialect);
        let anew = kept.feed.url != feed.url || old.id != new.id || old.resume != new.resume;
        let (no, stored) = (kept.no, feed.clone());
        self.store.write(move |connection| store::feeds::update(connection, no, &stored, anew)).await?;
        let kept = &mut self.feeds[index];
        if anew {
            kept.last_event_id = ecow::EcoString::new();
            kept.guessed_view = None;
        }
        if anew || kept.feed.map != feed.map || kept.feed.dialect != feed.dialect {
            kept.guess = ViewGuess::default();
        }
        kept.feed = feed;
        self.follow_feeds();
        Ok(())
    }

    /// Pauses or resumes one feed.
    pub(crate) async fn enable_feed(&mut self, id: FeedId, enabled: bool) -> Result<(), EngineError> {
        let index = self.index(&id)?;
        let feed = Feed { enabled, ..self.feeds[index].feed.clone() };
        self.replace_feed(index, feed).await?;
        self.subscribe(index);
        self.tell_feed(index).await
    }

    /// Pauses or resumes everything.
    pub(crate) async fn pause(&mut self, paused: bool) -> Result<(), EngineError> {
        self.set_preferences(Preferences { paused, ..self.preferences.clone() }).await
    }

    /// Removes a feed with its history.
    pub(crate) async fn remove_feed(&mut self, id: FeedId) -> Result<(), EngineError> {
        let index = self.index(&id)?;
        let no = self.feeds[index].no;
        self.store.write(move |connection| store::feeds::remove(connection, no)).await?;
        let gone = self.feeds.remove(index);
        if let Some(alert) = gone.down.and_then(|down| down.alert) {
            self.end_alert(alert);
        }
        self.rules.forget(no);
        self.doorkeeper.forget(no);
        self.live.retain(|tag, _| !tag.starts_with(&format!("feed/{}/", id.0)));
        if self.mutes.contains_key(&id) {
            let others = self.mutes.iter().filter(|(feed, _)| **feed != id);
            self.store_mutes(others.map(|(feed, until)| (feed.clone(), *until)).collect()).await?;
        }
        self.follow_feeds();
        self.resolve_alerts(|alert| alert.feed == id).await;
        self.tell(|| Change::FeedRemoved { feed: id });
        self.tell_standing();
        self.prune();
        Ok(())
    }

    /// A connection that waits or has stopped tries at once.
    pub(crate) fn retry_feed(&mut self, id: &FeedId) -> Result<(), EngineError> {
        self.retry(self.index(id)?);
        Ok(())
    }

    pub(crate) fn retry(&mut self, index: usize) {
        if !self.feeds[index].subscription.as_ref().is_some_and(Subscription::retry_now) {
            self.subscribe(index);
        }
    }

    /// Starts or ends every subscription, as feeds and preferences say.
    pub(crate) fn subscribe_all(&mut self) {
        for index in 0..self.feeds.len() {
            self.subscribe(index);
        }
    }

    /// Opens every feed again that took the way that is no longer that of all.
    pub(crate) fn take_way(&mut self, before: &Network) {
        let (same_proxy, same_roots) =
            (self.preferences.network.proxy == before.proxy, self.preferences.network.roots == before.roots);
        for index in 0..self.feeds.len() {
            if !same_roots || (!same_proxy && self.feeds[index].feed.proxy.is_none()) {
                self.subscribe(index);
            }
        }
    }

    /// Starts one feed's subscription anew, or ends it.
    fn subscribe(&mut self, index: usize) {
        let wanted = self.subscribe && !self.preferences.paused && self.feeds[index].feed.enabled;
        if !wanted {
            self.feeds[index].subscription = None;
            self.set_status(index, Status::Paused);
            return;
        }
        self.next_generation += 1;
        let kept = &mut self.feeds[index];
        // The old one ends before the new one begins.
        kept.subscription = None;
        kept.subscription = Some(Subscription::start(Order {
            no: kept.no,
            generation: self.next_generation,
            feed: kept.feed.clone(),
            network: self.preferences.network.clone(),
            last_event_id: kept.last_event_id.clone(),
            client: self.client.clone(),
            vault: self.vault.clone(),
            reports: self.reports.clone(),
        }));
        self.set_status(index, Status::Connecting { since: now() });
    }

    pub(super) async fn tell_feed(&mut self, index: usize) -> Result<(), EngineError> {
        if self.changes.receiver_count() == 0 {
            return Ok(());
        }
        let id = self.feeds[index].feed.id.clone();
        let events =
            self.store.write(move |connection| store::events::latest(connection, &id, SNAPSHOT_EVENTS)).await?;
        let kept = &self.feeds[index];
        let state = kept.state(events, self.muted_until(&kept.feed.id));
        self.tell(|| Change::Feed { state: Box::new(state) });
        Ok(())
    }

    /// Removes what is too old or too much, piece by piece behind the events that come.
    pub(super) fn prune(&self) {
        let now = now();
        let limits = self.feeds.iter().map(|kept| {
            let limits = &kept.feed.limits;
            let older_than = if limits.keep_days == 0 { 0 } else { now - Millis::from(limits.keep_days) * DAY };
            let max_bytes = if limits.keep_megabytes == 0 { u64::MAX } else { u64::from(limits.keep_megabytes) << 20 };
            (kept.no, older_than, max_bytes)
        });
        let limits: Vec<_> = limits.collect();
        let pruner = self.store.pruner();
        tokio::spawn(async move { pruner.prune(limits).await });
    }
}
