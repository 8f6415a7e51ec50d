//! The handle: everything a program can ask of the engine.

mod changes;
mod diagnostics;
mod presets;
mod replay;
mod start;
mod storage;

use std::sync::Arc;

use tokio::{
    sync::{mpsc, oneshot, watch},
    task::{AbortHandle, JoinHandle},
};

pub use self::{
    changes::Changes,
    start::{Setup, StartError},
};
use crate::{
    EngineError,
    actor::{Actor, Job, Standing},
    clock,
    document::{self, ImportSummary},
    draft, gate,
    home::{Home, HomeLock},
    hub::{self, HubHost, no_hub},
    leaving::Leaving,
    model::{
        Alert, AlertId, AlertState, Card, Change, Dialect, Document, Event, Feed, FeedDraft, FeedId, FeedState, Gap,
        HubInfo, HubTopic, Limits, Mapping, Millis, Network, Notice, NoticeLevel, Page, Pasted, Preferences, Query,
        Reason, Rule, RuleDraft, RuleId, RulePreview, Sample, Seq, Series, SeriesQuery, Snapshot, Span, Target, Trend,
        TrendQuery, Understanding, Why,
    },
    network,
    notify::{Answer, Bell, Notification},
    paste, preview,
    probe::{self, Probe},
    secrets::{self, FeedSecrets, SecretsError, Vault},
    speak,
    store::{self, Reader},
    why,
};

/// A day.
const DAY: Millis = 24 * 60 * 60 * 1000;

/// Which alerts to list, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct AlertQuery {
    /// Only those that stand so.
    pub state: Option<AlertState>,
    /// Older than this one: the last of the page before.
    pub before: Option<AlertId>,
    /// At most so many (100 if missing, 1000 at most).
    pub limit: Option<u32>,
}

/// A handle to the running engine; clones are handles to the same one.
#[derive(Clone)]
pub struct Engine {
    home: Home,
    jobs: mpsc::Sender<Job>,
    reader: Reader,
    vault: Vault,
    bell: Bell,
    hub: Option<Arc<dyn HubHost>>,
    addresses: watch::Receiver<Option<HubInfo>>,
    standings: watch::Receiver<Standing>,
    subscribe: bool,
    running: Arc<std::sync::Mutex<Option<Running>>>,
    probing: Arc<std::sync::Mutex<Option<AbortHandle>>>,
    playing: Arc<std::sync::Mutex<Option<AbortHandle>>>,
    pub(crate) leaving: watch::Sender<Leaving>,
}

struct Running {
    task: JoinHandle<()>,
    _lock: HomeLock,
}

impl Engine {
    /// Everything the window draws, and the changes after it.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub async fn attach(&self) -> Result<(Snapshot, Changes), EngineError> {
        let (snapshot, receiver) = self.ask(|actor| Box::pin(actor.attach())).await?;
        Ok((snapshot, Changes::new(receiver, self.clone())))
    }

    /// Everything the window draws.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub async fn snapshot(&self) -> Result<Snapshot, EngineError> {
        self.ask(|actor| Box::pin(actor.snapshot())).await
    }

    /// All feeds and how they stand, without events: in the order of the dashboard.
    ///
    /// # Errors
    /// When the engine has ended.
    pub async fn feeds(&self) -> Result<Vec<FeedState>, EngineError> {
        self.ask(|actor| {
            Box::pin(async {
                Ok(actor.feeds.iter().map(|kept| kept.state(Vec::new(), actor.muted_until(&kept.feed.id))).collect())
            })
        })
        .await
    }

    /// Where its data are.
    #[must_use]
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Where the embedded hub is, if it runs.
    #[must_use]
    pub fn hub(&self) -> Option<HubInfo> {
        self.addresses.borrow().clone()
    }

    /// Tells where the embedded hub is whenever that changes, until the engine ends.
    #[must_use]
    pub fn hub_addresses(&self) -> watch::Receiver<Option<HubInfo>> {
        self.addresses.clone()
    }

    /// Tells how many feeds there are and are open whenever that changes, until the engine ends.
    #[must_use]
    pub fn standings(&self) -> watch::Receiver<Standing> {
        self.standings.clone()
    }

    /// The topics of the embedded hub, in the order of their names.
    ///
    /// # Errors
    /// When it does not run, or what it keeps cannot be read.
    pub async fn hub_topics(&self) -> Result<Vec<HubTopic>, EngineError> {
        let host = self.hub.as_ref().ok_or_else(|| EngineError::Hub(no_hub()))?;
        host.topics().await.map_err(EngineError::Hub)
    }

    /// Adds a feed and begins to keep it open.
    ///
    /// # Errors
    /// When something about it is wrong; nothing is added then.
    pub async fn add_feed(&self, mut draft: FeedDraft) -> Result<Feed, EngineError> {
        draft::tidy(&mut draft)?;
        let secrets = FeedSecrets::default().updated_by(&mut draft);
        let keep = !secrets.is_empty();
        let feed = self.ask(move |actor| Box::pin(actor.add_feed(draft, secrets))).await?;
        if keep && let Err(error) = self.persist_secrets(&feed.id).await {
            let id = feed.id;
            self.ask(move |actor| Box::pin(actor.remove_feed(id))).await?;
            return Err(error);
        }
        Ok(feed)
    }

    /// Changes a feed. Secrets that the draft leaves out stay as they are.
    ///
    /// # Errors
    /// When something about it is wrong; nothing is changed then.
    pub async fn update_feed(&self, id: FeedId, mut draft: FeedDraft) -> Result<Feed, EngineError> {
        draft::tidy(&mut draft)?;
        let secrets = self.secrets_of(&id, &mut draft).await;
        let keep = secrets.is_some() || self.vault.is_unsaved(Some(&id.0));
        if let (Some(secrets), false) = (&secrets, self.subscribe) {
            // A command that ends at once must not change a feed whose secrets it cannot keep.
            self.vault.hold(&id.0, secrets.clone());
            self.persist_secrets(&id).await?;
        }
        let feed = self.ask(move |actor| Box::pin(actor.update_feed(id, draft, secrets))).await?;
        if keep && self.subscribe {
            self.persist_secrets(&feed.id).await?;
        }
        Ok(feed)
    }

    /// Understands what was pasted as the address of a feed: an address, or a whole curl command.
    ///
    /// # Errors
    /// With what to do next, when it is neither.
    pub fn read_pasted(&self, text: &str) -> Result<Pasted, EngineError> {
        paste::read(text)
    }

    /// Opens a feed as its draft says, for some seconds, to show what comes. Nothing is kept of it and nothing rings.
    /// `id`: the feed that is edited, whose secrets are used where the draft leaves them out. One probe runs at a time:
    /// it ends one that is running.
    ///
    /// # Errors
    /// When something about the draft is wrong.
    pub async fn probe_feed(&self, id: Option<FeedId>, mut draft: FeedDraft) -> Result<Probe, EngineError> {
        draft::tidy(&mut draft)?;
        let mut secrets = FeedSecrets::default();
        if let Some(id) = id.as_ref().filter(|_| secrets::asks(&draft)) {
            let refused = |error: SecretsError| {
                EngineError::Store(Reason { code: error.code().to_owned(), message: error.to_string() })
            };
            secrets = self.vault.load(&id.0).await.map_err(refused)?;
        }
        let secrets = secrets.updated_by(&mut draft);
        let feed = draft::feed(draft, id.unwrap_or_else(|| FeedId("probe".into())), &Limits::default());
        let ask = |actor: &Actor| (actor.client.clone(), actor.preferences.network.clone());
        let (client, network) = self.ask(move |actor| Box::pin(async move { Ok(ask(actor)) })).await?;
        let probe = Probe::start(client, feed, secrets, network, self.vault.clone());
        let mut running = self.probing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(before) = running.replace(probe.abort_handle()) {
            before.abort();
        }
        Ok(probe)
    }

    /// Ends the probe that is running, if one is.
    pub fn stop_probe(&self) {
        let running = self.probing.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(running) = running {
            running.abort();
        }
    }

    /// What samples of a probe mean with a mapping and a dialect, and which rules make sense for such a feed.
    ///
    /// # Errors
    /// When something about them is wrong.
    pub fn understand(
        &self,
        map: &Mapping,
        dialect: &Dialect,
        samples: &[Sample],
    ) -> Result<Understanding, EngineError> {
        probe::understand(map, dialect, samples)
    }

    /// Removes a feed with its history and its secrets.
    ///
    /// # Errors
    /// When there is no such feed.
    pub async fn remove_feed(&self, id: FeedId) -> Result<(), EngineError> {
        let gone = id.clone();
        let secret = self.ask(move |actor| {
            Box::pin(async move {
                let index = actor.index(&gone)?;
                let secret = crate::secrets::needs_secrets(&actor.feeds[index].feed);
                actor.remove_feed(gone).await?;
                Ok(secret)
            })
        });
        // The feed is gone in any case: a secret that the key ring does not let go of is of no use to anybody.
        if secret.await?
            && let Err(error) = self.vault.remove(&id.0).await
        {
            tracing::warn!(%error, feed = %id.0, "the feed's secrets are still in the key ring");
        }
        Ok(())
    }

    /// Pauses a feed.
    ///
    /// # Errors
    /// When there is no such feed.
    pub async fn pause_feed(&self, id: FeedId) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(actor.enable_feed(id, false))).await
    }

    /// Resumes a feed that was paused.
    ///
    /// # Errors
    /// When there is no such feed.
    pub async fn resume_feed(&self, id: FeedId) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(actor.enable_feed(id, true))).await
    }

    /// Tries at once, where a feed waits or has stopped.
    ///
    /// # Errors
    /// When there is no such feed.
    pub async fn retry_feed(&self, id: FeedId) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(async move { actor.retry_feed(&id) })).await
    }

    /// Orders the dashboard.
    ///
    /// # Errors
    /// When there is no such feed.
    pub async fn order_feeds(&self, feeds: Vec<FeedId>) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(actor.order_feeds(feeds))).await
    }

    /// Keeps how the user wants a feed's card; until the feed is removed.
    ///
    /// # Errors
    /// When there is no such feed.
    pub async fn arrange_card(&self, feed: FeedId, card: Card) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(actor.arrange_card(feed, card))).await
    }

    /// Puts a feed into a group, or (`None`) into none.
    ///
    /// # Errors
    /// When there is no such feed.
    pub async fn group_feed(&self, feed: FeedId, group: Option<String>) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(actor.group_feed(feed, group))).await
    }

    /// Folds a group of feeds on the dashboard, or unfolds it.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub async fn fold_group(&self, group: String, folded: bool) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(actor.fold_group(group, folded))).await
    }

    /// The user has seen all events of a feed.
    ///
    /// # Errors
    /// When there is no such feed.
    pub async fn read_feed(&self, id: FeedId) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(actor.read(id))).await
    }

    /// Pauses everything.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub async fn pause_all(&self) -> Result<(), EngineError> {
        self.ask(|actor| Box::pin(actor.pause(true))).await
    }

    /// Resumes everything that was not paused on its own.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub async fn resume_all(&self) -> Result<(), EngineError> {
        self.ask(|actor| Box::pin(actor.pause(false))).await
    }

    /// A page of the history, newest first.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub async fn list_events(&self, query: Query) -> Result<Page, EngineError> {
        self.reader.read(move |connection| store::events::page::page(connection, &query)).await
    }

    /// Puts events of a recording into a feed's history as if they came now. Their numbers, feeds and times are made anew,
    /// and no rule looks at them.
    ///
    /// # Errors
    /// When there is no such feed.
    pub async fn take_in(&self, feed: FeedId, events: Vec<Event>) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(async move { actor.take_in(&feed, events).await })).await
    }

    /// One event with its whole data.
    ///
    /// # Errors
    /// When it is not in the history (any more).
    pub async fn read_event(&self, seq: Seq) -> Result<Event, EngineError> {
        let found = self.reader.read(move |connection| store::events::one(connection, seq)).await?;
        found.ok_or_else(|| EngineError::NotFound(speak!(format!("Event {seq}"), format!("事件 {seq}"))))
    }

    /// The values of one key of a feed over time, and the keys that it has.
    ///
    /// # Errors
    /// When there is no such feed, or the history cannot be read.
    pub async fn series(&self, query: SeriesQuery) -> Result<Series, EngineError> {
        let now = clock::now();
        let feed = query.feed.0.clone();
        let found = self.reader.read(move |connection| store::series::read(connection, &query, now)).await?;
        found.ok_or_else(|| EngineError::NotFound(speak!(format!("Feed {feed}"), format!("订阅源 {feed}"))))
    }

    /// How the values of all keys of a feed went: a bounded number of each, whatever the size of the history.
    ///
    /// # Errors
    /// When there is no such feed, or the history cannot be read.
    pub async fn trends(&self, query: TrendQuery) -> Result<Vec<Trend>, EngineError> {
        let now = clock::now();
        let feed = query.feed.0.clone();
        let found = self.reader.read(move |connection| store::trend::read(connection, &query, now)).await?;
        found.ok_or_else(|| EngineError::NotFound(speak!(format!("Feed {feed}"), format!("订阅源 {feed}"))))
    }

    /// When a feed was not listened to since a time, newest first: the latest of those that were no routine.
    ///
    /// # Errors
    /// When there is no such feed, or the history cannot be read.
    pub async fn gaps(&self, feed: FeedId, since: Millis) -> Result<Vec<Gap>, EngineError> {
        let now = clock::now();
        let id = feed.clone();
        let found = self.reader.read(move |connection| {
            let Some(no) = store::feeds::number(connection, &feed)? else { return Ok(None) };
            store::series::gaps_ended(connection, no, since, now).map(Some)
        });
        found.await?.ok_or(EngineError::NoSuchFeed(id.0))
    }

    /// Adds a rule.
    ///
    /// # Errors
    /// When something about it is wrong; nothing is added then.
    pub async fn add_rule(&self, draft: RuleDraft) -> Result<Rule, EngineError> {
        self.ask(move |actor| Box::pin(actor.add_rule(draft))).await
    }

    /// What a rule would have done since a time (a day ago if missing). Nothing is kept of it.
    ///
    /// # Errors
    /// When something about it is wrong, or the history cannot be read.
    pub async fn preview_rule(&self, draft: RuleDraft, since: Option<Millis>) -> Result<RulePreview, EngineError> {
        let rule = draft::rule(draft, |_| false)?;
        let checked = rule.clone();
        self.ask(move |actor| Box::pin(async move { actor.compile(checked).map(drop) })).await?;
        let now = clock::now();
        let since = since.unwrap_or(now - DAY);
        self.reader.read(move |connection| preview::preview(connection, rule, since, now)).await?
    }

    /// Changes a rule.
    ///
    /// # Errors
    /// When something about it is wrong; nothing is changed then.
    pub async fn update_rule(&self, id: RuleId, draft: RuleDraft) -> Result<Rule, EngineError> {
        self.ask(move |actor| Box::pin(actor.update_rule(id, draft))).await
    }

    /// Removes a rule; its alerts are over.
    ///
    /// # Errors
    /// When there is no such rule.
    pub async fn remove_rule(&self, id: RuleId) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(actor.remove_rule(id))).await
    }

    /// Alerts, newest first.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub async fn list_alerts(&self, query: AlertQuery) -> Result<Vec<Alert>, EngineError> {
        let before = query.before.unwrap_or(AlertId::MAX);
        let limit = query.limit.unwrap_or(100).clamp(1, 1000);
        self.reader.read(move |connection| store::alerts::page(connection, query.state, before, limit)).await
    }

    /// The user knows of an alert.
    ///
    /// # Errors
    /// When there is no such alert.
    pub async fn acknowledge_alert(&self, id: AlertId) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(actor.acknowledge(id))).await
    }

    /// The user says that an alert is over. Its rule rings again when its condition has ended and holds anew.
    ///
    /// # Errors
    /// When there is no such alert.
    pub async fn resolve_alert(&self, id: AlertId) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(actor.resolve_alert(id))).await
    }

    /// The user has seen an alert, or wants to look at it again.
    ///
    /// # Errors
    /// When there is no such alert.
    pub async fn read_alert(&self, id: AlertId, read: bool) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(actor.read_alert(id, read))).await
    }

    /// The user knows of all alerts that fire.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub async fn acknowledge_all(&self) -> Result<(), EngineError> {
        self.ask(|actor| Box::pin(actor.acknowledge_all())).await
    }

    /// Nothing is announced until then; `None`: everything again.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub async fn do_not_disturb(&self, until: Option<Millis>) -> Result<(), EngineError> {
        self.ask(move |actor| {
            Box::pin(async move {
                let preferences = Preferences { do_not_disturb_until: until, ..actor.preferences.clone() };
                actor.set_preferences(preferences).await
            })
        })
        .await
    }

    /// The user has seen all alerts.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub async fn read_alerts(&self) -> Result<(), EngineError> {
        self.ask(|actor| Box::pin(actor.read_alerts())).await
    }

    /// Stores the user's settings of the program.
    ///
    /// # Errors
    /// When quiet hours never begin, the way to the servers or the hub's port cannot be one, or they cannot be stored.
    pub async fn set_preferences(&self, mut preferences: Preferences) -> Result<(), EngineError> {
        gate::check_quiet_hours(&preferences.quiet_hours)?;
        hub::check_port(preferences.hub_port)?;
        let password = network::tidy(&mut preferences.network)?;
        let account = network::account();
        let brings = password.is_some();
        if brings {
            self.vault.hold(&account.0, network::secrets(password));
        }
        self.ask(move |actor| {
            Box::pin(async move {
                actor.set_preferences(preferences).await?;
                // The same address with another password is another way.
                if brings {
                    actor.take_way(&Network::default());
                }
                Ok(())
            })
        })
        .await?;
        if brings { self.persist_secrets(&account).await } else { Ok(()) }
    }

    /// Takes over feeds and rules from a document: those of a known id are changed, others are added. All or nothing.
    ///
    /// # Errors
    /// Names the place in the document that is wrong.
    pub async fn import(&self, text: String) -> Result<ImportSummary, EngineError> {
        let plan = document::parse(&text)?;
        let plan = self.ask(move |actor| Box::pin(async move { document::check(actor, plan) })).await?;
        let mut summary = ImportSummary::default();
        for (known, draft) in plan.feeds {
            match (known, draft.id.clone()) {
                (true, Some(id)) => {
                    self.update_feed(id, draft).await?;
                    summary.feeds_changed += 1;
                }
                _ => {
                    self.add_feed(draft).await?;
                    summary.feeds_added += 1;
                }
            }
        }
        for (known, draft) in plan.rules {
            match (known, draft.id.clone()) {
                (true, Some(id)) => {
                    self.update_rule(id, draft).await?;
                    summary.rules_changed += 1;
                }
                _ => {
                    self.add_rule(draft).await?;
                    summary.rules_added += 1;
                }
            }
        }
        Ok(summary)
    }

    /// Feeds and rules as a document, without secrets.
    ///
    /// # Errors
    /// When the engine has ended.
    pub async fn export(&self) -> Result<Document, EngineError> {
        self.ask(|actor| Box::pin(async move { Ok(document::of(actor)) })).await
    }

    /// Asks the windows to show something.
    ///
    /// # Errors
    /// When there is no such feed.
    pub async fn reveal(&self, target: Target) -> Result<(), EngineError> {
        self.ask(move |actor| {
            Box::pin(async move {
                if let Target::Feed { feed, .. } = &target {
                    actor.index(feed)?;
                }
                actor.tell(|| Change::Reveal { target });
                Ok(())
            })
        })
        .await
    }

    /// Tells the user something, until [`Self::clear_notice`] or the next start.
    ///
    /// # Errors
    /// When the engine has ended.
    pub async fn notice(&self, notice: Notice) -> Result<(), EngineError> {
        self.ask(move |actor| {
            Box::pin(async move {
                actor.notice(notice);
                Ok(())
            })
        })
        .await
    }

    /// Takes a notice back.
    ///
    /// # Errors
    /// When the engine has ended.
    pub async fn clear_notice(&self, code: &str) -> Result<(), EngineError> {
        let code = code.to_owned();
        self.ask(move |actor| {
            Box::pin(async move {
                actor.clear_notice(&code);
                Ok(())
            })
        })
        .await
    }

    /// What became of a notification. What the user asked of the engine with it is done; showing what it is about, and
    /// opening its address, is the caller's.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub async fn answered(&self, alert: AlertId, answer: Answer) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(actor.answered(alert, answer))).await
    }

    /// Why an event did or did not ring.
    ///
    /// # Errors
    /// When it is not in the history (any more).
    pub async fn why(&self, event: Seq) -> Result<Why, EngineError> {
        let rules = self.ask(|actor| Box::pin(async { Ok(actor.list_rules()) })).await?;
        let why = self.reader.read(move |connection| why::why(connection, rules, event)).await?;
        why.ok_or_else(|| EngineError::NotFound(speak!(format!("Event {event}"), format!("事件 {event}"))))
    }

    /// Nothing of an alert that fires for so long; then it rings again, if it still does.
    ///
    /// # Errors
    /// When no such alert fires.
    pub async fn snooze_alert(&self, id: AlertId, span: Span) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(async move { actor.snooze(id, actor.clock.now() + span.millis()).await })).await
    }

    /// Nothing of a feed for so long; `None`: everything again.
    ///
    /// # Errors
    /// When there is no such feed.
    pub async fn mute_feed(&self, feed: FeedId, span: Option<Span>) -> Result<(), EngineError> {
        self.ask(move |actor| {
            Box::pin(async move {
                let until = span.map(|span| actor.clock.now() + span.millis());
                actor.mute(feed, until).await
            })
        })
        .await
    }

    /// Rings once, to see whether it works.
    pub fn test_notification(&self) {
        let text = speak!("Notifications work. This is what an alert looks like.", "通知工作正常。提醒就是这个样子。");
        self.bell.notify(Notification::plain("Streambell", text));
    }

    /// Ends every subscription, commits everything and lets go of the data folder. Further requests fail.
    pub async fn shutdown(&self) {
        let _ = self
            .ask(|actor| {
                Box::pin(async move {
                    actor.ending = true;
                    Ok(())
                })
            })
            .await;
        let running = self.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(running) = running {
            let _ = running.task.await;
        }
    }

    /// Runs a request on the actor's state, between two events.
    async fn ask<T: Send + 'static>(
        &self,
        request: impl for<'a> FnOnce(
            &'a mut Actor,
        ) -> std::pin::Pin<Box<dyn Future<Output = Result<T, EngineError>> + Send + 'a>>
        + Send
        + 'static,
    ) -> Result<T, EngineError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |actor| {
            Box::pin(async move {
                let _ = answer.send(request(actor).await);
            })
        });
        self.jobs.send(job).await.map_err(|_| EngineError::Ended)?;
        answered.await.map_err(|_| EngineError::unanswered(self.jobs.is_closed()))?
    }

    /// The secrets of a feed as the draft changes them; `None` if the key ring cannot tell and the draft brings none,
    /// so that what it keeps stays.
    async fn secrets_of(&self, id: &FeedId, draft: &mut FeedDraft) -> Option<FeedSecrets> {
        let brings = secrets::brings(draft);
        let asks = brings || secrets::asks(draft);
        let before = if asks { self.vault.load(&id.0).await } else { Ok(FeedSecrets::default()) };
        match before {
            Ok(before) => Some(before.updated_by(draft)).filter(|after| brings || *after != before),
            Err(_) if brings => Some(FeedSecrets::default().updated_by(draft)),
            Err(_) => None,
        }
    }

    /// Keeps a feed's secrets in the key ring. One that refuses is told to the user, and the feed works for this run;
    /// to a command that ends at once it is an error.
    async fn persist_secrets(&self, id: &FeedId) -> Result<(), EngineError> {
        let Err(error) = self.vault.persist(&id.0).await else {
            if !self.vault.is_unsaved(None) {
                for code in secrets::TROUBLE {
                    self.clear_notice(code).await?;
                }
            }
            return Ok(());
        };
        let code = error.code().to_owned();
        if !self.subscribe {
            let message = speak!(
                format!("{error} This command ends at once, so nothing was changed: repeat it while Streambell runs."),
                format!("{error}此命令会立即结束，因此没有作任何更改：请在 Streambell 运行时重试。")
            );
            return Err(EngineError::Store(Reason { code, message }));
        }
        let message = match error {
            SecretsError::Locked => speak!("The key ring is locked, so a password or token that was entered is kept until Streambell ends and no longer. Unlock the key ring, then edit the feed and save it again.", "密钥环已锁定，因此输入的密码或令牌只保留到 Streambell 退出为止。请解锁密钥环，然后编辑该订阅源并重新保存。").to_owned(),
            error => error.to_string(),
        };
        self.notice(Notice { level: NoticeLevel::Warning, reason: Reason { code, message } }).await
    }
}
