//! Starting: the data folder is taken, what was stored is put back, every feed is opened.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::tz::TimeZone;
use streambell_sse as sse;
use tokio::sync::{broadcast, mpsc, watch};
use tokio_util::task::AbortOnDropHandle;

use super::{Engine, Running};
use crate::{
    Crash, EngineError, Language,
    actor::{
        Actor, Kept,
        past::{self, Down, Past},
        present::Present,
    },
    clock::Clock,
    gate::Doorkeeper,
    home::{Home, HomeError},
    hub::{self, HubHost, HubWish, KeptHub},
    leaving::Leaving,
    mapping::ViewGuess,
    model::{
        Alert, AlertId, Announced, FeedId, Millis, Notice, NoticeLevel, Preferences, Preset, Reason, RuleId, Seq,
        Status,
    },
    notify::{Bell, Notifier},
    rule::{Evaluator, Place, Rules},
    secrets::{Secrets, Vault},
    speak,
    store::{self, Found, StoreError},
};

/// Requests that may wait for the actor.
const JOBS: usize = 64;
/// Reports of subscriptions that may wait for it.
const REPORTS: usize = 64;
/// Changes that a window may be behind before it starts anew from a snapshot.
const CHANGES: usize = 1024;

/// Rules see at most so many events again: a start takes seconds at most.
const RECALLED: Seq = 100_000;
/// How long after the start silence is no sign of anything.
const GRACE: Millis = 30_000;

/// What an engine is started with.
pub struct Setup {
    /// Where its data are.
    pub home: Home,
    /// Who rings.
    pub notifier: Arc<dyn Notifier>,
    /// Where secrets are.
    pub secrets: Arc<dyn Secrets>,
    /// Who runs the embedded hub, where one may run.
    pub hub: Option<Arc<dyn HubHost>>,
    /// Tells the time.
    pub clock: Clock,
    /// Whether connections are opened and time passes: not for a command, which asks and changes and ends at once.
    pub subscribe: bool,
}

/// Why the engine does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The history.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored cannot be read.
    #[error("{0}")]
    Stored(EngineError),
    /// TLS.
    #[error(transparent)]
    Client(#[from] sse::ClientError),
}

impl StartError {
    /// A stable name of the kind of error.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Home(error) => error.code(),
            Self::Store(StoreError::Newer { .. }) => "newer_database",
            Self::Store(StoreError::NoRoom { .. }) => "no_room_to_upgrade",
            Self::Store(StoreError::NotUpgraded { .. }) => "not_upgraded",
            Self::Store(_) => "history_unusable",
            Self::Stored(error) => error.code(),
            Self::Client(_) => "no_tls",
        }
    }
}

impl Engine {
    /// Takes the data folder, opens the history and begins to keep every feed open, on the present tokio runtime.
    ///
    /// # Errors
    /// When another program has the data folder, or it cannot be used.
    pub async fn start(setup: Setup) -> Result<Self, StartError> {
        // The system's language, until what the user chose can be read.
        Language::of(None).speak();
        let lock = setup.home.lock()?;
        let store::Opened { store, reader, news, found } = store::open(&setup.home)?;
        let client = sse::Client::new()?;
        let now = setup.clock.now();
        let stored = store.write(move |connection| Stored::load(connection, now)).await.map_err(StartError::Stored)?;
        let vault = Vault::new(setup.secrets, &stored.installation);
        let bell = Bell(setup.notifier);
        let (jobs, job_queue) = mpsc::channel(JOBS);
        let (reports, inbox) = mpsc::channel(REPORTS);
        let leaving = watch::Sender::new(Leaving::default());
        let wish = HubWish::of(&stored.preferences);
        let hub = KeptHub::new(wish);
        let (addresses, wishes) = (hub.addresses(), hub.wishes());
        let standing = watch::Sender::default();
        let standings = standing.subscribe();
        let mut actor = Actor {
            feeds: stored.feeds,
            rules: stored.rules,
            open_alerts: stored.open_alerts,
            unread_alerts: stored.unread_alerts,
            doorkeeper: stored.doorkeeper,
            live: HashMap::new(),
            mutes: stored.mutes,
            leaving: leaving.subscribe(),
            folded: stored.folded,
            presets: stored.presets,
            look_at: None,
            clock: setup.clock,
            notices: BTreeMap::new(),
            preferences: stored.preferences,
            hub,
            since: now,
            first_seq: stored.next_seq,
            next_seq: stored.next_seq,
            next_alert: stored.next_alert,
            next_generation: 0,
            subscribe: setup.subscribe,
            ending: false,
            store_ended: false,
            store,
            vault: vault.clone(),
            _surroundings: AbortOnDropHandle::new(tokio::spawn(sse::watch_surroundings(client.clone()))),
            client,
            bell: bell.clone(),
            changes: broadcast::channel(CHANGES).0,
            standing,
            reports,
        };
        found_notices(found).into_iter().for_each(|notice| actor.notice(notice));
        // A command ends at once: whoever looks at notices is told, this once.
        if let Some(crash) = Some(&setup.home).filter(|_| setup.subscribe).and_then(Crash::take_up) {
            actor.notice(crash.notice(&setup.home));
        }
        if let Some(host) = &setup.hub {
            // Before the feeds are opened: some are its own.
            actor.take_hub(hub::kept(host.as_ref(), wish).await);
            tokio::spawn(hub::follow(host.clone(), wishes, jobs.downgrade()));
        }
        actor.tell_standing();
        let task = tokio::spawn(actor.run(job_queue, inbox, news));
        let running = Arc::new(std::sync::Mutex::new(Some(Running { task, _lock: lock })));
        Ok(Self {
            home: setup.home,
            jobs,
            reader,
            vault,
            bell,
            hub: setup.hub,
            addresses,
            standings,
            subscribe: setup.subscribe,
            running,
            probing: Arc::default(),
            playing: Arc::default(),
            leaving,
        })
    }
}

/// What the user is told of files that were moved at the start.
fn found_notices(found: Found) -> Vec<Notice> {
    let notice = |level, code: &str, message| Notice { level, reason: Reason { code: code.into(), message } };
    let set_aside = found.set_aside.map(|aside| {
        let aside = aside.display();
        let message = speak!(
            format!("The history was damaged, so a fresh one was begun. The damaged one is kept as {aside}; restore a backup or add your feeds again."),
            format!("历史已损坏，因此重新开始了一份。损坏的历史保留为 {aside}；请恢复备份，或重新添加订阅源。"),
        );
        notice(NoticeLevel::Error, "history_set_aside", message)
    });
    let restored = found.restored.map(|aside| {
        let aside = aside.display();
        let message = speak!(
            format!(
                "The backup was restored. What was there before is kept as {aside}; remove that when you are sure."
            ),
            format!("备份已恢复。之前的内容保留为 {aside}；确认无误后可将其删除。"),
        );
        notice(NoticeLevel::Info, "restored", message)
    });
    let upgraded = found.upgraded.map(|before| {
        let before = before.display();
        let message = speak!(
            format!("The history was brought to the form of this version. As it was before, it is kept as {before}; remove that when you are sure."),
            format!("历史已转换为此版本的格式。转换之前的内容保留为 {before}；确认无误后可将其删除。"),
        );
        notice(NoticeLevel::Info, "upgraded", message)
    });
    [set_aside, restored, upgraded].into_iter().flatten().collect()
}

/// What was stored by the last run.
struct Stored {
    installation: String,
    feeds: Vec<Kept>,
    rules: Rules,
    open_alerts: HashMap<(RuleId, Place), Alert>,
    unread_alerts: u32,
    doorkeeper: Doorkeeper,
    mutes: HashMap<FeedId, Millis>,
    folded: BTreeSet<String>,
    presets: Vec<Preset>,
    preferences: Preferences,
    next_seq: Seq,
    next_alert: AlertId,
}

impl Stored {
    fn load(connection: &mut rusqlite::Connection, now: Millis) -> rusqlite::Result<Self> {
        let preferences: Preferences = store::settings::get(connection, "preferences")?.unwrap_or_default();
        // Before anything is put into words.
        Language::of(preferences.language.as_deref()).speak();
        let installation = match store::settings::get(connection, "installation")? {
            Some(known) => known,
            None => {
                let new: String = connection.query_row("SELECT lower(hex(randomblob(8)))", [], |row| row.get(0))?;
                store::settings::put(connection, "installation", &new)?;
                new
            }
        };
        // A program that was killed lived at least until its newest event.
        let ended_at: Option<Millis> = store::settings::get(connection, "ended_at")?;
        let last_alive = ended_at.max(store::events::newest(connection)?);
        let feeds = store::feeds::all(connection)?.into_iter().map(|stored| Kept {
            no: stored.no,
            feed: stored.feed,
            guessed_view: stored.guessed_view,
            card: stored.card,
            guess: stored.guessed_view.map(ViewGuess::after).unwrap_or_default(),
            status: Status::Paused,
            unread: stored.unread,
            last_event_at: stored.last_event_at,
            last_event_id: stored.last_event_id,
            down: None,
            catching_up: None,
            recovering: None,
            past: Past::default(),
            present: Present::of(stored.keys),
            deaf_since: stored.last_event_at.and(last_alive),
            subscription: None,
        });
        let mut feeds: Vec<Kept> = feeds.collect();
        let rules = Self::rules(connection, &feeds, now)?;
        let open = store::alerts::open(connection)?;
        for kept in &mut feeds {
            for (event, id, data) in store::events::identities(connection, kept.no, past::REMEMBERED)? {
                kept.past.remember(&event, &id, &data);
            }
            // What told of a lost connection is over when there is one.
            let told = open.iter().find(|alert| alert.rule.is_none() && alert.feed == kept.feed.id).cloned();
            kept.down = told.map(|alert| Down { since: alert.at, alert: Some(alert) });
        }
        let open_alerts = open.into_iter().filter_map(|alert| {
            let rule = Some(rules.get(rules.position(alert.rule.as_ref()?)?)).filter(|rule| rule.lasts())?;
            let feed = feeds.iter().find(|kept| kept.feed.id == alert.feed)?;
            let place = rule.place(feed.no, alert.key.as_deref().unwrap_or_default());
            Some(((rule.rule.id.clone(), place), alert))
        });
        let open_alerts = open_alerts.collect();
        let mut doorkeeper = Doorkeeper::new(TimeZone::system());
        for alert in store::alerts::held(connection)? {
            let feed = feeds.iter().find(|kept| kept.feed.id == alert.feed);
            if let (Announced::Held { gate, until }, Some(kept)) = (alert.announced, feed) {
                doorkeeper.keep(alert.id, &alert.title, kept.no, alert.urgency, gate, until);
            }
        }
        Ok(Self {
            installation,
            feeds,
            rules,
            open_alerts,
            doorkeeper,
            mutes: store::settings::get(connection, "mutes")?.unwrap_or_default(),
            folded: store::settings::get(connection, "folded_groups")?.unwrap_or_default(),
            presets: store::settings::get(connection, "presets")?.unwrap_or_default(),
            unread_alerts: store::alerts::unread(connection)?,
            preferences,
            next_seq: store::events::next_seq(connection)?,
            next_alert: store::alerts::next_id(connection)?,
        })
    }

    /// The rules with what they remember: what is stored, and what the history tells.
    fn rules(connection: &rusqlite::Connection, feeds: &[Kept], now: Millis) -> rusqlite::Result<Rules> {
        let mut rules = Rules::default();
        for rule in store::rules::all(connection)? {
            match Evaluator::new(rule) {
                Ok(evaluator) => rules.push(evaluator),
                Err(error) => tracing::error!(%error, "a stored rule cannot be used"),
            }
        }
        let faces: Vec<_> = feeds.iter().map(Kept::face).collect();
        rules.follow(&faces, now);
        let window = rules.longest_window();
        if window > 0 {
            store::events::replay(connection, now - window, Seq::MAX, RECALLED, |feed, event| {
                rules.recall(feed, &event)
            })?;
        }
        let count = rules.iter().len();
        for index in 0..count {
            let id = rules.get(index).rule.id.clone();
            for (place, memory) in store::rules::memories(connection, &id)? {
                rules.get_mut(index).restore(&place, &memory, now);
            }
        }
        // Feeds need a moment to say what they said while nobody listened.
        rules.excuse(now + GRACE);
        rules.follow(&faces, now);
        Ok(rules)
    }
}
