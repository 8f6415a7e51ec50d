//! The task that owns the state of the engine. Everything that changes it is a message: requests of the handle,
//! reports of the subscriptions, news of the store. No lock, one order of events.

mod announce;
mod board;
mod feeds;
mod ingest;
mod keep;
pub(crate) mod past;
pub(crate) mod present;
mod presets;
mod rules;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    future::Future,
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use ecow::EcoString;
use streambell_sse as sse;
use tokio::{
    sync::{broadcast, mpsc, watch},
    time::{Instant, Interval, MissedTickBehavior, interval, sleep_until},
};
use tokio_util::task::AbortOnDropHandle;

use self::{
    past::{CatchingUp, Down, Past},
    present::Present,
};
use crate::{
    EngineError, Language,
    clock::Clock,
    contain::{self, contained, contained_task},
    gate::Doorkeeper,
    hub::{HubWish, KeptHub},
    leaving::Leaving,
    mapping::ViewGuess,
    model::{
        Alert, AlertId, Card, Change, Event, Feed, FeedId, FeedState, Millis, Notice, NoticeLevel, Preferences, Preset,
        RuleId, Seq, Snapshot, Status, View,
    },
    notify::Bell,
    rule::{FeedFace, Place, Rules},
    secrets::Vault,
    store::{self, Batch, FeedNo, Store, StoreNews},
    subscription::{Report, Subscription},
};

/// Events of each feed in a snapshot.
const SNAPSHOT_EVENTS: u32 = 100;
/// Alerts in a snapshot.
const SNAPSHOT_ALERTS: u32 = 100;
/// Notices that are over once the history can be written again.
const STORE_TROUBLE: [&str; 5] =
    ["disk_full", "history_io", "history_not_writable", "history_error", "history_damaged"];
/// How often what is too old is removed.
const PRUNE_EVERY: Duration = Duration::from_secs(600);

/// How long time alone does nothing after a step that panicked.
const REST: Duration = Duration::from_secs(30);

/// What comes after a step.
enum Step {
    GoOn,
    End,
}

/// A request of the handle: runs on the actor's state, between two events.
pub(crate) type Job = Box<dyn for<'a> FnOnce(&'a mut Actor) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> + Send>;

/// A feed with all that the engine knows of it.
pub(crate) struct Kept {
    pub(crate) no: FeedNo,
    pub(crate) feed: Feed,
    pub(crate) guessed_view: Option<View>,
    pub(crate) card: Card,
    pub(crate) guess: ViewGuess,
    pub(crate) status: Status,
    pub(crate) unread: u64,
    pub(crate) last_event_at: Option<Millis>,
    pub(crate) last_event_id: EcoString,
    /// Since when it has no connection, though it should.
    pub(crate) down: Option<Down>,
    /// Events that came while nobody listened are coming in.
    pub(crate) catching_up: Option<CatchingUp>,
    /// What came of the latest gap, quiet or not.
    pub(crate) recovering: Option<CatchingUp>,
    pub(crate) past: Past,
    pub(crate) present: Present,
    /// Since when it is not listened to, whatever the cause; `None`: it is, or never was.
    pub(crate) deaf_since: Option<Millis>,
    pub(crate) subscription: Option<Subscription>,
}

impl Kept {
    pub(crate) fn view(&self) -> View {
        self.feed.view.or(self.guessed_view).unwrap_or(View::Log)
    }

    pub(crate) fn face(&self) -> FeedFace<'_> {
        FeedFace::of(self.no, &self.feed)
    }

    pub(crate) fn state(&self, events: Vec<Event>, muted_until: Option<Millis>) -> FeedState {
        FeedState {
            feed: self.feed.clone(),
            view: self.view(),
            status: self.status.clone(),
            unread: self.unread,
            last_event_at: self.last_event_at,
            last_byte_at: self.subscription.as_ref().and_then(Subscription::last_byte_at),
            muted_until,
            card: self.card,
            events: events.into_iter().map(Arc::new).collect(),
        }
    }
}

/// How the feeds stand, in two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// All that there are.
    pub feeds: usize,
    /// Those that events can come from now.
    pub open: usize,
}

/// The state.
pub(crate) struct Actor {
    pub(crate) feeds: Vec<Kept>,
    pub(crate) rules: Rules,
    /// Alerts whose condition holds, by what resolves them.
    pub(crate) open_alerts: HashMap<(RuleId, Place), Alert>,
    pub(crate) unread_alerts: u32,
    pub(crate) doorkeeper: Doorkeeper,
    /// Figures that were put on the screen, by their tags.
    pub(crate) live: HashMap<String, announce::Live>,
    /// Feeds of which nothing is announced, until then.
    pub(crate) mutes: HashMap<FeedId, Millis>,
    /// Feeds and rules of which nothing is told, because the user has removed them and may bring them back.
    pub(crate) leaving: watch::Receiver<Leaving>,
    /// Groups of feeds that are folded on the dashboard.
    pub(crate) folded: BTreeSet<String>,
    /// When there is something to look at beside what the gates hold.
    pub(crate) look_at: Option<Millis>,
    pub(crate) clock: Clock,
    pub(crate) notices: BTreeMap<String, Notice>,
    pub(crate) preferences: Preferences,
    /// The user's own.
    pub(crate) presets: Vec<Preset>,
    pub(crate) hub: KeptHub,
    /// When the engine started, and the number of the first event after that.
    pub(crate) since: Millis,
    pub(crate) first_seq: Seq,
    pub(crate) next_seq: Seq,
    pub(crate) next_alert: AlertId,
    pub(crate) next_generation: u64,
    /// Whether connections are opened: not by a command that only changes settings.
    pub(crate) subscribe: bool,
    pub(crate) ending: bool,
    /// The writing thread has ended before its time.
    pub(crate) store_ended: bool,
    pub(crate) store: Store,
    pub(crate) vault: Vault,
    pub(crate) client: sse::Client,
    /// Tells the client's connections when the computer woke up or its network changed.
    pub(crate) _surroundings: AbortOnDropHandle<()>,
    pub(crate) bell: Bell,
    pub(crate) changes: broadcast::Sender<Arc<Change>>,
    pub(crate) standing: watch::Sender<Standing>,
    pub(crate) reports: mpsc::Sender<Report>,
}

impl Actor {
    /// Runs until it is told to end, or every handle is gone; everything that was taken is committed then.
    pub(crate) async fn run(
        mut self,
        mut jobs: mpsc::Receiver<Job>,
        mut inbox: mpsc::Receiver<Report>,
        mut news: mpsc::Receiver<StoreNews>,
    ) {
        self.subscribe_all();
        self.plan_looks();
        // What panicked may be due again at once.
        let mut rest = Instant::now();
        let mut prune = interval(PRUNE_EVERY);
        prune.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !self.ending {
            let step = contained_task(self.step(&mut jobs, &mut inbox, &mut news, &mut prune, rest)).await;
            match step {
                Some(Step::GoOn) => {}
                Some(Step::End) => break,
                None => {
                    rest = Instant::now() + REST;
                    self.give_up_step();
                }
            }
        }
        self.end(inbox, news).await;
    }

    /// Waits for the next thing to do, and does it.
    async fn step(
        &mut self,
        jobs: &mut mpsc::Receiver<Job>,
        inbox: &mut mpsc::Receiver<Report>,
        news: &mut mpsc::Receiver<StoreNews>,
        prune: &mut Interval,
        rest: Instant,
    ) -> Step {
        // For a command no time passes: it could tell nobody, and what is told is told once.
        let rests = Instant::now() < rest;
        let passes = self.subscribe && !rests;
        let gates = self.doorkeeper.due().filter(|_| self.leaving.borrow_and_update().is_empty());
        let due = gates.into_iter().chain(self.look_at).min().filter(|_| passes);
        let due = due.map(|due| in_time(due - self.clock.now()));
        let rule_due = self.rules.due().filter(|_| passes).map(|due| in_time(due - self.clock.now()));
        tokio::select! {
            biased;
            job = jobs.recv() => match job {
                Some(job) => job(self).await,
                None => return Step::End,
            },
            Some(news) = news.recv() => self.hear(news),
            // Gates that kept shut may be due.
            Ok(()) = self.leaving.changed() => {}
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => self.open_gates().await,
            () = sleep_until(rule_due.unwrap_or_else(Instant::now)), if rule_due.is_some() => self.pass_time().await,
            () = sleep_until(rest), if rests => {}
            _ = prune.tick() => self.prune(),
            next = next_report(&self.store, inbox), if !self.store_ended => match next {
                Ok(Some((permit, report))) => self.take(report, permit),
                Ok(None) => {}
                Err(_) => self.stop_all(),
            },
        }
        Step::GoOn
    }

    /// A step has panicked. What it did is done, what it did not do is left; whatever is derived from the feeds and the
    /// rules is made again, so that what follows finds it whole.
    fn give_up_step(&mut self) {
        contained(|| {
            self.notice(Notice { level: NoticeLevel::Error, reason: contain::internal_error() });
            self.follow_feeds();
            self.plan_looks();
        });
    }

    /// Nothing can be stored any more: whatever would come now would be lost.
    fn stop_all(&mut self) {
        self.store_ended = true;
        self.notice(Notice { level: NoticeLevel::Error, reason: contain::of_store() });
        for index in 0..self.feeds.len() {
            self.feeds[index].subscription = None;
            self.set_status(index, Status::Stopped { reason: contain::of_store() });
        }
    }

    async fn end(mut self, mut inbox: mpsc::Receiver<Report>, mut news: mpsc::Receiver<StoreNews>) {
        for kept in &mut self.feeds {
            kept.subscription = None;
        }
        inbox.close();
        while let Ok(report) = inbox.try_recv() {
            if STORE_TROUBLE.iter().any(|code| self.notices.contains_key(*code)) {
                break;
            }
            // A store that fails makes no room. What is left then was not stored, so the server replays it.
            tokio::select! {
                Ok(permit) = self.store.reserve() => self.ingest(report, permit),
                _ = news.recv() => break,
            }
        }
        if self.subscribe {
            let now = self.clock.now();
            // Where it cannot be written, the next run takes the newest event for it.
            let _ = self.store.write(move |connection| store::settings::put(connection, "ended_at", &now)).await;
        }
        self.store.close().await;
    }

    fn hear(&mut self, news: StoreNews) {
        match news {
            StoreNews::Trouble(reason) => self.notice(Notice { level: NoticeLevel::Error, reason }),
            StoreNews::Recovered => {
                for code in STORE_TROUBLE {
                    self.clear_notice(code);
                }
            }
        }
    }

    fn take(&mut self, report: Report, permit: mpsc::OwnedPermit<Batch>) {
        let current = self.feeds.iter().any(|kept| {
            kept.no == report.feed
                && kept.subscription.as_ref().is_some_and(|running| running.generation == report.generation)
        });
        if current {
            self.ingest(report, permit);
        }
    }

    /// Tells the windows; costs nothing while there is none.
    pub(crate) fn tell(&self, change: impl FnOnce() -> Change) {
        if self.changes.receiver_count() > 0 {
            // An error means that the last window has just gone.
            let _ = self.changes.send(Arc::new(change()));
        }
    }

    /// Everything the window draws, and the changes after it: nothing falls between the two.
    pub(crate) async fn attach(&mut self) -> Result<(Snapshot, broadcast::Receiver<Arc<Change>>), EngineError> {
        let changes = self.changes.subscribe();
        Ok((self.snapshot().await?, changes))
    }

    pub(crate) async fn snapshot(&mut self) -> Result<Snapshot, EngineError> {
        let ids: Vec<FeedId> = self.feeds.iter().map(|kept| kept.feed.id.clone()).collect();
        // On the writing thread: it has committed everything that this state already counts.
        let (events, alerts) = self
            .store
            .write(move |connection| {
                let events = ids.iter().map(|id| store::events::latest(connection, id, SNAPSHOT_EVENTS));
                let events = events.collect::<rusqlite::Result<Vec<_>>>()?;
                Ok((events, store::alerts::page(connection, None, AlertId::MAX, SNAPSHOT_ALERTS)?))
            })
            .await?;
        let feeds =
            self.feeds.iter().zip(events).map(|(kept, events)| kept.state(events, self.muted_until(&kept.feed.id)));
        Ok(Snapshot {
            feeds: feeds.collect(),
            folded: self.folded.iter().cloned().collect(),
            rules: self.list_rules(),
            alerts,
            unread_alerts: self.unread_alerts,
            notices: self.notices.values().cloned().collect(),
            preferences: self.preferences.clone(),
            hub: self.hub.info(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    /// The rules look at the feeds as they are now.
    pub(crate) fn follow_feeds(&mut self) {
        let faces: Vec<_> = self.feeds.iter().map(Kept::face).collect();
        self.rules.follow(&faces, self.clock.now());
    }

    /// Until when nothing of a feed is announced.
    pub(crate) fn muted_until(&self, feed: &FeedId) -> Option<Millis> {
        self.mutes.get(feed).copied().filter(|until| *until > self.clock.now())
    }

    pub(crate) fn notice(&mut self, notice: Notice) {
        let before = self.notices.insert(notice.reason.code.clone(), notice.clone());
        if before.as_ref() != Some(&notice) {
            tracing::warn!(code = notice.reason.code, "{}", notice.reason.message);
            self.tell_notices();
        }
    }

    pub(crate) fn clear_notice(&mut self, code: &str) {
        if self.notices.remove(code).is_some() {
            self.tell_notices();
        }
    }

    /// Tells how many feeds there are and are open, where that has changed.
    pub(crate) fn tell_standing(&self) {
        let open = self.feeds.iter().filter(|kept| matches!(kept.status, Status::Open { .. })).count();
        let now = Standing { feeds: self.feeds.len(), open };
        self.standing.send_if_modified(|before| std::mem::replace(before, now) != now);
    }

    fn tell_notices(&self) {
        self.tell(|| Change::Notices { notices: self.notices.values().cloned().collect() });
    }

    pub(crate) async fn set_preferences(&mut self, preferences: Preferences) -> Result<(), EngineError> {
        let stored = preferences.clone();
        self.store.write(move |connection| store::settings::put(connection, "preferences", &stored)).await?;
        Language::of(preferences.language.as_deref()).speak();
        let paused = self.preferences.paused != preferences.paused;
        let before = std::mem::replace(&mut self.preferences, preferences);
        self.hub.wish(HubWish::of(&self.preferences));
        self.doorkeeper.look_again(self.clock.now());
        self.plan_looks();
        if paused {
            self.subscribe_all();
        } else {
            self.take_way(&before.network);
        }
        self.tell(|| Change::Preferences { preferences: self.preferences.clone() });
        Ok(())
    }
}

/// When to look at the wall clock again for something that is due in so many milliseconds. Soon enough when that clock
/// is set, or the computer sleeps, as the other one does then.
fn in_time(millis: Millis) -> Instant {
    const AT_MOST: Duration = Duration::from_secs(30);
    Instant::now() + Duration::from_millis(u64::try_from(millis).unwrap_or_default()).min(AT_MOST)
}

/// The next report, once the store has room for what may come of it: that is how a slow disk slows the sockets. An
/// error: there is no store any more.
async fn next_report(
    store: &Store,
    inbox: &mut mpsc::Receiver<Report>,
) -> Result<Option<(mpsc::OwnedPermit<Batch>, Report)>, EngineError> {
    let permit = store.reserve().await?;
    Ok(inbox.recv().await.map(|report| (permit, report)))
}
