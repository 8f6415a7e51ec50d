//! What the user configured about a feed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Dialect, PresetUse};

/// Names a feed for good: in the history, in rules, in exported settings. Letters, digits, `-` and `_`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
#[serde(transparent)]
#[ts(export, type = "string")]
pub struct FeedId(pub String);

/// A feed: an address to keep open, and how to understand, draw and announce what comes from it.
///
/// It never holds a secret: header values, passwords and tokens live in the key ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Feed {
    /// Made from the name when it is missing.
    pub id: FeedId,
    /// What the user calls it.
    pub name: String,
    /// `http` or `https`.
    pub url: String,
    /// Feeds that the user keeps together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub group: Option<String>,
    /// The feed that this one hangs on: while that is down, its silence is no alert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub parent: Option<FeedId>,
    /// How it is drawn; `None`: guessed from what comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<View>,
    /// Where the fields of a reading are found in an event's data.
    #[serde(default, skip_serializing_if = "Mapping::is_empty")]
    pub map: Mapping,
    /// What is announced by the operating system.
    #[serde(default)]
    pub notify: Notify,
    /// `false`: paused by the user.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Headers sent with each request; their values are in the key ring.
    #[serde(default, skip_serializing_if = "Headers::is_empty")]
    pub headers: Headers,
    /// How the feed's server is told who asks; the secret part is in the key ring.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub auth: Option<Auth>,
    /// The way to the server; `None`: as this computer is set up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub proxy: Option<ProxySetting>,
    /// Certificates of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub tls: Option<Certificates>,
    /// What is particular about how its server speaks.
    #[serde(default, skip_serializing_if = "Dialect::is_empty")]
    #[ts(as = "Option<Dialect>")]
    #[ts(optional)]
    pub dialect: Dialect,
    /// What it was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub preset: Option<PresetUse>,
    /// Bounds on what is read and kept.
    #[serde(default)]
    pub limits: Limits,
}

fn yes() -> bool {
    true
}

/// Header name → value. A value is present only on its way in: it is moved to the key ring and never read back, so
/// that what is stored, exported and shown has `null` in its place.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(transparent)]
#[ts(export, type = "{ [name: string]: string | null }")]
pub struct Headers(pub BTreeMap<String, Option<String>>);

impl Headers {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Headers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A login. Secrets are present only on their way in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[ts(export)]
pub enum Auth {
    /// HTTP Basic (RFC 7617).
    Basic {
        /// The user's name.
        user: String,
        /// The password, only on its way in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        password: Option<String>,
    },
    /// A bearer token (RFC 6750).
    Bearer {
        /// The token, only on its way in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        token: Option<String>,
    },
    /// A token as a parameter of the address, for servers that take it nowhere else.
    Query {
        /// The parameter's name.
        parameter: String,
        /// The token, only on its way in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        token: Option<String>,
    },
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Basic { user, .. } => f.debug_struct("Basic").field("user", user).finish_non_exhaustive(),
            Self::Bearer { .. } => f.debug_struct("Bearer").finish_non_exhaustive(),
            Self::Query { parameter, .. } => {
                f.debug_struct("Query").field("parameter", parameter).finish_non_exhaustive()
            }
        }
    }
}

/// `direct`, or the address of a proxy: `http://user@host:port`, `socks5h://host:port`. A password in it is present only
/// on its way in: it is moved to the key ring.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(transparent)]
#[ts(export, type = "string")]
pub struct ProxySetting(pub String);

impl std::fmt::Debug for ProxySetting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.rsplit('@').next().unwrap_or_default())
    }
}

/// Certificates in the PEM form, beside those that the computer has.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct Certificates {
    /// Root certificates that are trusted too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roots: Option<String>,
    /// The client certificate with its chain, for servers that ask who is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Its private key, only on its way in: it is moved to the key ring.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl std::fmt::Debug for Certificates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificates").field("roots", &self.roots).field("client", &self.client).finish_non_exhaustive()
    }
}

/// How a feed is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum View {
    /// A value per key, with its change and a line.
    Price,
    /// A bar per job.
    Progress,
    /// Two sides of a game.
    Score,
    /// Who said what.
    Chat,
    /// Titles with links.
    News,
    /// A list that is ticked off.
    Tasks,
    /// Any event, as it came.
    Log,
}

/// What of a feed is announced by the operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Notify {
    /// Each event.
    All,
    /// What rules say.
    #[default]
    Rules,
    /// Nothing, whatever rules say.
    None,
}

/// JSONPaths, of which the first that finds something counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(untagged, expecting = "'each' is a JSONPath or a list of them")]
#[ts(export)]
pub enum Each {
    /// One.
    Path(String),
    /// Several.
    FirstOf(Vec<String>),
}

impl Each {
    /// In their order.
    pub fn paths(&self) -> &[String] {
        match self {
            Self::Path(path) => std::slice::from_ref(path),
            Self::FirstOf(paths) => paths,
        }
    }
}

/// Field of a reading → what it is taken from: a JSONPath (RFC 9535) that begins with `$`, a text that is composed
/// (`"{{ data.old }} → {{ data.new }}"`), or one that is taken as it is (`"unit": "USD"`). A field without an entry is
/// guessed from well-known names.
///
/// What stands in braces is an expression of MiniJinja over `data` (what the reading is made of), `whole` (all data of the
/// event), `event` (its type) and `id`, with the filters abs, default, first, float, int, join, json (reads a text as
/// JSON), last, length, lower, map, over (a fraction), plain (the text of HTML), rejectattr, replace, round, scale (times a
/// power of ten), selectattr, split, times, title, trim, upper and words. Sums of decimals are exact. What is missing is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct Mapping {
    /// A JSONPath to what the event tells of: each of what it finds is a reading of its own, and the other paths begin
    /// there. Of several, the first that finds something counts. Without it an event is one reading, and an array of
    /// objects one of each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<Each>,
    /// The headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The number that is watched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What the value is measured in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How far a job has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<String>,
    /// What `progress` counts up to (100 if missing).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// 1 (lowest) to 5 (highest).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// An `http(s)` address to open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The entity it is about: a symbol, a job, a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// When it happened, by the server's word (RFC 3339, or seconds or milliseconds since 1970).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// A job's or task's state: `done`, `failed`, `removed`, or a boolean for done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Name of the home side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// Name of the away side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub away: Option<String>,
    /// Points of the home side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_score: Option<String>,
    /// Points of the away side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub away_score: Option<String>,
}

impl Mapping {
    /// Whether every field is left to be guessed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Bounds on what is read from a feed and kept of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export)]
pub struct Limits {
    /// The largest event that is accepted, in bytes.
    #[ts(type = "number")]
    pub max_event_bytes: u64,
    /// Seconds without a byte after which the connection counts as dead; 0: never; null: as the feed's own keep-alives
    /// tell, or 300 if it sends none.
    pub idle_seconds: Option<u32>,
    /// Days that events are kept; 0: for ever.
    pub keep_days: u32,
    /// Megabytes of event data that are kept; 0: any.
    pub keep_megabytes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_event_bytes: 16 << 20, idle_seconds: None, keep_days: 90, keep_megabytes: 512 }
    }
}

/// Bounds as the user names them: what is missing stays as it is, and is of a new feed as it is of all new ones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct LimitsDraft {
    /// The largest event that is accepted, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub max_event_bytes: Option<u64>,
    /// Seconds without a byte after which the connection counts as dead; 0: never; null: as the feed's own keep-alives
    /// tell, or 300 if it sends none.
    #[ts(optional = nullable)]
    pub idle_seconds: Option<u32>,
    /// Days that events are kept; 0: for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_days: Option<u32>,
    /// Megabytes of event data that are kept; 0: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_megabytes: Option<u32>,
}

impl LimitsDraft {
    pub(crate) fn or(self, otherwise: &Limits) -> Limits {
        Limits {
            max_event_bytes: self.max_event_bytes.unwrap_or(otherwise.max_event_bytes),
            idle_seconds: self.idle_seconds,
            keep_days: self.keep_days.unwrap_or(otherwise.keep_days),
            keep_megabytes: self.keep_megabytes.unwrap_or(otherwise.keep_megabytes),
        }
    }
}

impl From<Limits> for LimitsDraft {
    fn from(limits: Limits) -> Self {
        Self {
            max_event_bytes: Some(limits.max_event_bytes),
            idle_seconds: limits.idle_seconds,
            keep_days: Some(limits.keep_days),
            keep_megabytes: Some(limits.keep_megabytes),
        }
    }
}

/// A feed as the user describes it, before it has an id; what `Add feed` and `Edit` send.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct FeedDraft {
    /// Kept when it is given and free; else made from the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<FeedId>,
    /// Empty: the address's host.
    pub name: String,
    /// As it was pasted.
    pub url: String,
    /// Feeds that the user keeps together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The feed that this one hangs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<FeedId>,
    /// `None`: guessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<View>,
    /// Where the fields of a reading are found.
    pub map: Mapping,
    /// What is announced.
    pub notify: Notify,
    /// `None`: enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Headers; a value that is missing is left as the key ring has it.
    pub headers: Headers,
    /// The login; a secret that is missing is left as the key ring has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth>,
    /// The way to the server; a password that is missing is left as the key ring has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<ProxySetting>,
    /// Certificates; a key that is missing is left as the key ring has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Certificates>,
    /// What is particular about how its server speaks.
    #[serde(skip_serializing_if = "Dialect::is_empty")]
    #[ts(as = "Option<Dialect>")]
    pub dialect: Dialect,
    /// What it is made with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<PresetUse>,
    /// Bounds.
    pub limits: LimitsDraft,
}

/// A feed as it is, to be changed.
impl From<Feed> for FeedDraft {
    fn from(feed: Feed) -> Self {
        Self {
            id: Some(feed.id),
            name: feed.name,
            url: feed.url,
            group: feed.group,
            parent: feed.parent,
            view: feed.view,
            map: feed.map,
            notify: feed.notify,
            enabled: Some(feed.enabled),
            headers: feed.headers,
            auth: feed.auth,
            proxy: feed.proxy,
            tls: feed.tls,
            dialect: feed.dialect,
            preset: feed.preset,
            limits: feed.limits.into(),
        }
    }
}
