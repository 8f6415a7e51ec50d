//! What can be asked, and what the engine makes of it: the same in the running program and in a command of its own.

mod presets;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use streambell_engine::{
    AlertQuery, Engine, EngineError,
    model::{
        Alert, AlertId, Answers, Event, Feed, FeedDraft, FeedState, HubInfo, LogLevel, Millis, Preferences, Query,
        Retention, Rule, RuleDraft, RuleId, Seq, Span, Status, TrendQuery,
    },
};

use super::Refusal;
use crate::{doctor, log};

/// A request. A feed is named by its id or its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Request {
    /// All feeds, as [`FeedLine`]s.
    Feeds,
    /// One feed's [`Feed`].
    Feed {
        /// Which.
        feed: String,
    },
    /// Adds a feed and answers with it.
    AddFeed {
        /// The feed.
        draft: FeedDraft,
    },
    /// Changes a feed and answers with it.
    UpdateFeed {
        /// Which.
        feed: String,
        /// As it is to be.
        draft: FeedDraft,
    },
    /// Removes a feed.
    RemoveFeed {
        /// Which.
        feed: String,
    },
    /// Pauses a feed.
    PauseFeed {
        /// Which.
        feed: String,
    },
    /// Resumes a feed that is paused, or tries one that waits or has stopped.
    ResumeFeed {
        /// Which.
        feed: String,
    },
    /// A page of the history.
    Events {
        /// Of this feed only; `query.feed` is ignored.
        feed: Option<String>,
        /// Which events.
        query: Query,
    },
    /// Puts events of a recording into a feed's history as if they came now; nothing rings.
    TakeIn {
        /// Which feed.
        feed: String,
        /// What was played: their numbers, feeds and times are made anew.
        events: Vec<Event>,
    },
    /// A page of the alerts.
    Alerts {
        /// Which.
        query: AlertQuery,
    },
    /// The user knows of an alert.
    AcknowledgeAlert {
        /// Which.
        alert: AlertId,
    },
    /// The user knows of all alerts.
    AcknowledgeAll,
    /// An alert is over.
    ResolveAlert {
        /// Which.
        alert: AlertId,
    },
    /// The user has seen an alert, or wants to look at it again.
    ReadAlert {
        /// Which.
        alert: AlertId,
        /// Whether it was seen.
        read: bool,
    },
    /// The user has seen all alerts.
    ReadAlerts,
    /// The user has seen all events of a feed.
    ReadFeed {
        /// Which.
        feed: String,
    },
    /// How long and how much is kept; what is missing stays as it is.
    Keep {
        /// Of which feed; `None`: of all that there are and will be.
        feed: Option<String>,
        /// Days; 0: for ever.
        days: Option<u32>,
        /// Megabytes; 0: any.
        megabytes: Option<u32>,
    },
    /// Removes all events of a feed.
    ClearHistory {
        /// Which.
        feed: String,
    },
    /// Answers with how a feed's values went.
    Trends {
        /// Which.
        feed: String,
        /// Since when.
        since: Millis,
    },
    /// Answers with when a feed was not listened to, newest first.
    Gaps {
        /// Which.
        feed: String,
        /// Since when.
        since: Millis,
    },
    /// The program's own settings.
    Settings,
    /// Changes some of the program's own settings and answers with all of them.
    ChangeSettings {
        /// Those that are to be otherwise.
        change: Map<String, Value>,
    },
    /// Tries the program's surroundings and answers with what was found.
    Doctor,
    /// Answers with where the log is and how much it tells.
    Log {
        /// How much it is to tell from now on; `None`: as it does.
        level: Option<LogLevel>,
    },
    /// Nothing is announced until then.
    Quiet {
        /// When that ends; `None`: now.
        until: Option<Millis>,
    },
    /// All rules.
    Rules,
    /// Adds a rule and answers with it.
    AddRule {
        /// The rule.
        draft: RuleDraft,
    },
    /// Answers with why an event did or did not ring.
    Why {
        /// Its number.
        event: Seq,
    },
    /// Nothing of an alert that fires for so long.
    SnoozeAlert {
        /// Which.
        alert: AlertId,
        /// How long.
        span: Span,
    },
    /// Nothing of a feed for so long.
    MuteFeed {
        /// Its id, or its name.
        feed: String,
        /// How long; `None`: everything again.
        span: Option<Span>,
    },
    /// Answers with what a rule would have done since a time.
    PreviewRule {
        /// The rule.
        draft: RuleDraft,
        /// Since when.
        since: Millis,
    },
    /// Changes a rule and answers with it.
    UpdateRule {
        /// Which.
        rule: RuleId,
        /// As it is to be.
        draft: RuleDraft,
    },
    /// Removes a rule.
    RemoveRule {
        /// Which.
        rule: RuleId,
    },
    /// All presets.
    Presets,
    /// Answers with the feed and the rules that come of a preset; nothing is kept of it.
    FillPreset {
        /// Which.
        preset: String,
        /// To what it asks, with secrets.
        answers: Answers,
    },
    /// Keeps a feed's settings as a preset and answers with it.
    KeepPreset {
        /// Of which feed.
        feed: String,
        /// What to call it.
        name: String,
    },
    /// Answers with a preset as the text of a file.
    ExportPreset {
        /// Which.
        preset: String,
    },
    /// Takes up a preset and answers with it.
    ImportPreset {
        /// The text of a file.
        text: String,
    },
    /// Removes a preset of the user's own.
    RemovePreset {
        /// Which.
        preset: String,
    },
    /// Takes over a settings document and answers with what changed.
    Import {
        /// The document.
        text: String,
    },
    /// The settings as a document.
    Export,
    /// Writes a backup into this file.
    BackUp {
        /// Its whole path.
        file: PathBuf,
    },
    /// Checks a backup and lays it ready for the next start.
    Restore {
        /// Its whole path.
        file: PathBuf,
    },
    /// Pauses everything.
    PauseAll,
    /// Resumes everything.
    ResumeAll,
    /// Where the embedded hub is, if it runs.
    Hub,
    /// Shows the window.
    Show,
    /// Shows the window, and asks there what a link of the program's own is to do.
    Follow {
        /// The link, as it came: untrusted.
        link: String,
    },
    /// Shows the window, or hides it.
    Toggle,
    /// Ends the program and starts it anew.
    Restart,
    /// Ends the program.
    Quit,
}

/// A feed and how it stands, in one line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeedLine {
    /// What the user configured, but that `view` is how it is drawn: the user's choice, else the guess.
    #[serde(flatten)]
    pub feed: Feed,
    /// How its subscription stands.
    pub status: Status,
    /// Until when nothing of it is announced.
    pub muted_until: Option<Millis>,
    /// Events since the user last looked.
    pub unread: u64,
    /// When the last event came.
    pub last_event_at: Option<Millis>,
    /// When the last byte came, be it only a keep-alive's.
    pub last_byte_at: Option<Millis>,
}

/// Carries out a request on the engine. Those to the window are not for the engine, and refused.
///
/// # Errors
/// As the engine says.
pub async fn carry_out(engine: &Engine, request: Request) -> Result<Value, Refusal> {
    match request {
        Request::Feeds | Request::Feed { .. } | Request::Rules | Request::Export | Request::Hub => {
            read(engine, request).await
        }
        Request::Events { feed, query } => {
            let feed = match feed {
                Some(name) => Some(find_feed(engine, &name).await?.id),
                None => None,
            };
            done(engine.list_events(Query { feed, ..query }).await?)
        }
        Request::Presets
        | Request::FillPreset { .. }
        | Request::KeepPreset { .. }
        | Request::ExportPreset { .. }
        | Request::ImportPreset { .. }
        | Request::RemovePreset { .. } => presets::carry_out(engine, request).await,
        Request::Alerts { query } => done::<Vec<Alert>>(engine.list_alerts(query).await?),
        Request::AcknowledgeAlert { alert } => done(engine.acknowledge_alert(alert).await?),
        Request::AcknowledgeAll => done(engine.acknowledge_all().await?),
        Request::ResolveAlert { alert } => done(engine.resolve_alert(alert).await?),
        Request::ReadAlert { alert, read } => done(engine.read_alert(alert, read).await?),
        Request::ReadAlerts => done(engine.read_alerts().await?),
        Request::Settings => done(engine.snapshot().await?.preferences),
        Request::ChangeSettings { change } => change_settings(engine, change).await,
        Request::Doctor => done(doctor::findings(engine).await?),
        Request::Log { level } => {
            if let Some(level) = level {
                log::change_level(level).map_err(|error| Refusal::new("no_log", error.to_string()))?;
            }
            done(log::log_state(engine.home()))
        }
        Request::Quiet { until } => done(engine.do_not_disturb(until).await?),
        Request::AddRule { draft } => done(engine.add_rule(with_feeds_found(engine, draft).await?).await?),
        Request::Why { event } => done(engine.why(event).await?),
        Request::SnoozeAlert { alert, span } => done(engine.snooze_alert(alert, span).await?),
        Request::MuteFeed { feed, span } => done(engine.mute_feed(find_feed(engine, &feed).await?.id, span).await?),
        Request::PreviewRule { draft, since } => {
            done(engine.preview_rule(with_feeds_found(engine, draft).await?, Some(since)).await?)
        }
        Request::UpdateRule { rule, draft } => done(engine.update_rule(rule, draft).await?),
        Request::RemoveRule { rule } => done(engine.remove_rule(rule).await?),
        Request::Import { text } => done(engine.import(text).await?),
        Request::BackUp { file } => done(engine.back_up(file).await?),
        Request::Restore { file } => done(engine.restore(file).await?),
        Request::PauseAll => done(engine.pause_all().await?),
        Request::ResumeAll => done(engine.resume_all().await?),
        Request::Show | Request::Follow { .. } | Request::Toggle | Request::Restart | Request::Quit => {
            Err(Refusal::new("no_window", "There is no window here. Start 'streambell' first."))
        }
        request => change_feed(engine, request).await,
    }
}

/// A person names feeds by their names too.
async fn with_feeds_found(engine: &Engine, mut draft: RuleDraft) -> Result<RuleDraft, Refusal> {
    for feed in draft.feed.iter_mut().chain(&mut draft.feeds) {
        *feed = find_feed(engine, &feed.0).await?.id;
    }
    Ok(draft)
}

async fn change_settings(engine: &Engine, change: Map<String, Value>) -> Result<Value, Refusal> {
    let wrong = |message: String| Refusal::new("invalid", message);
    let mut known = serde_json::to_value(Preferences { no_single_keys: true, ..Preferences::default() })
        .map_err(|error| wrong(error.to_string()))?;
    if let Some(unknown) = change.keys().find(|name| known.get(*name).is_none()) {
        let names: Vec<_> = known.as_object_mut().into_iter().flat_map(|known| known.keys()).cloned().collect();
        let names = names.join(", ");
        return Err(wrong(format!("There is no setting '{unknown}'. There are: {names}. Nothing was changed.")));
    }
    let mut settings = serde_json::to_value(engine.snapshot().await?.preferences).unwrap_or_default();
    if let Value::Object(settings) = &mut settings {
        settings.extend(change);
    }
    let preferences: Preferences =
        serde_json::from_value(settings).map_err(|error| wrong(format!("{error}. Nothing was changed.")))?;
    engine.set_preferences(preferences).await?;
    done(engine.snapshot().await?.preferences)
}

/// What is not named stays as it is.
async fn keep(
    engine: &Engine,
    feed: Option<String>,
    days: Option<u32>,
    megabytes: Option<u32>,
) -> Result<Value, Refusal> {
    let (feed, now) = match feed {
        Some(name) => {
            let Feed { id, limits, .. } = find_feed(engine, &name).await?;
            (Some(id), Retention { days: limits.keep_days, megabytes: limits.keep_megabytes })
        }
        None => (None, engine.snapshot().await?.preferences.retention),
    };
    let retention = Retention { days: days.unwrap_or(now.days), megabytes: megabytes.unwrap_or(now.megabytes) };
    done(engine.set_retention(feed, retention).await?)
}

async fn with_parent_found(engine: &Engine, mut draft: FeedDraft) -> Result<FeedDraft, Refusal> {
    if let Some(parent) = &mut draft.parent {
        *parent = find_feed(engine, &parent.0).await?.id;
    }
    Ok(draft)
}

async fn read(engine: &Engine, request: Request) -> Result<Value, Refusal> {
    match request {
        Request::Feed { feed } => done(find_feed(engine, &feed).await?),
        Request::Rules => done::<Vec<Rule>>(engine.export().await?.rules),
        Request::Hub => done::<Option<HubInfo>>(engine.hub()),
        Request::Export => done(engine.export().await?),
        _ => {
            let states = engine.feeds().await?.into_iter();
            done(states.map(line).collect::<Vec<_>>())
        }
    }
}

async fn change_feed(engine: &Engine, request: Request) -> Result<Value, Refusal> {
    match request {
        Request::AddFeed { draft } => done(engine.add_feed(with_parent_found(engine, draft).await?).await?),
        Request::UpdateFeed { feed, draft } => {
            let feed = find_feed(engine, &feed).await?.id;
            done(engine.update_feed(feed, with_parent_found(engine, draft).await?).await?)
        }
        Request::RemoveFeed { feed } => done(engine.remove_feed(find_feed(engine, &feed).await?.id).await?),
        Request::Keep { feed, days, megabytes } => keep(engine, feed, days, megabytes).await,
        Request::TakeIn { feed, events } => done(engine.take_in(find_feed(engine, &feed).await?.id, events).await?),
        Request::ClearHistory { feed } => done(engine.clear_history(find_feed(engine, &feed).await?.id).await?),
        Request::ReadFeed { feed } => done(engine.read_feed(find_feed(engine, &feed).await?.id).await?),
        Request::Trends { feed, since } => {
            let feed = find_feed(engine, &feed).await?.id;
            done(engine.trends(TrendQuery { feed, since: Some(since), until: None, moments: None }).await?)
        }
        Request::Gaps { feed, since } => done(engine.gaps(find_feed(engine, &feed).await?.id, since).await?),
        Request::PauseFeed { feed } => done(engine.pause_feed(find_feed(engine, &feed).await?.id).await?),
        Request::ResumeFeed { feed } => {
            let feed = find_feed(engine, &feed).await?;
            if feed.enabled {
                engine.retry_feed(feed.id).await?;
            } else {
                engine.resume_feed(feed.id).await?;
            }
            Ok(Value::Null)
        }
        other => Err(Refusal::new("bad_request", format!("{other:?} is not a change of a feed."))),
    }
}

fn line(state: FeedState) -> FeedLine {
    let FeedState { feed, view, status, muted_until, unread, last_event_at, last_byte_at, .. } = state;
    FeedLine { feed: Feed { view: Some(view), ..feed }, status, muted_until, unread, last_event_at, last_byte_at }
}

/// The feed of this id, else the only one of this name.
async fn find_feed(engine: &Engine, wanted: &str) -> Result<Feed, Refusal> {
    let feeds = engine.export().await?.feeds;
    if let Some(feed) = feeds.iter().find(|feed| feed.id.0 == wanted) {
        return Ok(feed.clone());
    }
    let mut named = feeds.iter().filter(|feed| feed.name == wanted);
    match (named.next(), named.next()) {
        (Some(feed), None) => Ok(feed.clone()),
        (Some(first), Some(second)) => Err(Refusal::new(
            "ambiguous_feed",
            format!(
                "Several feeds are called '{wanted}'. Name one by its id, for example '{}' or '{}'.",
                first.id.0, second.id.0
            ),
        )),
        (None, _) => Err(EngineError::NoSuchFeed(wanted.to_owned()).into()),
    }
}

fn done<T: Serialize>(answer: T) -> Result<Value, Refusal> {
    serde_json::to_value(answer).map_err(|error| {
        Refusal::new("unspeakable", format!("The answer cannot be written as JSON ({error}). Please report this."))
    })
}
