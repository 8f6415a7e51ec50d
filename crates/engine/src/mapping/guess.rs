//! Well-known field names: what a person would take them for at a glance.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{Fields, convert};
use crate::model::{Reading, State, View};

const TITLE: &[&str] = &["title", "headline", "subject", "summary", "heading", "task", "todo"];
const BODY: &[&str] =
    &["message", "body", "text", "content", "msg", "description", "summary", "comment", "last", "log"];
const VALUE: &[&str] = &[
    "price",
    "value",
    "last",
    "last_price",
    "lastprice",
    "new_price",
    "newprice",
    "rate",
    "amount",
    "temperature",
    "temp",
    "humidity",
    "close",
    "level",
    "usage",
    "count",
];
const UNIT: &[&str] = &["unit", "currency", "unit_of_measurement", "units"];
const PROGRESS: &[&str] =
    &["progress", "percent", "percentage", "pct", "percent_complete", "completed_percent", "current"];
const TOTAL: &[&str] = &["total", "max", "steps", "total_steps"];
const PRIORITY: &[&str] = &["priority", "prio"];
const LINK: &[&str] = &["url", "link", "href", "click", "permalink", "notify_url", "html_url"];
const WHO: &[&str] = &["username", "user", "author", "sender", "from", "nick", "nickname", "topic"];
const WHAT: &[&str] = &[
    "symbol",
    "ticker",
    "pair",
    "product",
    "productname",
    "product_name",
    "item",
    "coin",
    "stock",
    "sensor",
    "entity_id",
    "device",
    "station",
    "job",
    "job_name",
    "jobname",
    "build",
    "job_id",
    "jobid",
    "task_id",
    "taskid",
    "product_id",
    "productid",
    "key",
];
/// Names of anything: of the entity where there is a figure or a state of it, of a person where there is only a text.
const NAME: &[&str] = &["name"];
const ID: &[&str] = &["id"];
const TIME: &[&str] = &[
    "time",
    "timestamp",
    "ts",
    "created_at",
    "createdat",
    "published_at",
    "publishedat",
    "date",
    "updated_at",
    "publish_time",
    "at",
];
const STATE: &[&str] = &["status", "state"];
const DONE: &[&str] = &["done", "completed", "complete", "finished", "checked", "is_done"];
const REMOVED: &[&str] = &["removed", "deleted"];
const HOME: &[&str] = &["home", "home_team", "hometeam", "team1", "team_a"];
const AWAY: &[&str] = &["away", "away_team", "awayteam", "visitor", "guest", "team2", "team_b"];
const HOME_SCORE: &[&str] = &["home_score", "homescore", "score_home", "home_points", "team1_score", "score1"];
const AWAY_SCORE: &[&str] = &["away_score", "awayscore", "score_away", "away_points", "team2_score", "score2"];
const PERIOD: &[&str] = &["period", "quarter", "half", "set", "inning"];
const CLOCK: &[&str] = &["clock", "game_clock", "gameclock", "time_left", "minute"];
const SIDE_NAME: &[&str] = &["name", "team", "title"];
const SIDE_SCORE: &[&str] = &["score", "points", "goals"];
/// Objects that only wrap what is meant.
const WRAPPERS: &[&str] = &["data", "payload", "record", "attributes", "message", "detail"];

static TRUE: Value = Value::Bool(true);
/// `State::Removed` in words, so that it passes through the same conversion as what servers say.
static REMOVED_WORD: std::sync::LazyLock<Value> = std::sync::LazyLock::new(|| Value::String("removed".into()));

/// The fields of a JSON value by well-known names, and how such an event would best be drawn.
pub(super) fn fields<'v>(value: &'v Value, event: &str) -> (Fields<Option<&'v Value>>, Option<View>) {
    match value {
        Value::Object(object) => object_fields(&Names::of(object), event),
        Value::Number(_) => (Fields { value: Some(value), ..Fields::default() }, Some(View::Price)),
        Value::String(_) => (Fields { body: Some(value), ..Fields::default() }, None),
        _ => (Fields::default(), None),
    }
}

/// A plain text: its data is its body. `42 %` alone is a progress.
pub(super) fn plain(data: &str) -> Reading {
    let trimmed = data.trim();
    let progress = (trimmed.len() < 16)
        .then(|| trimmed.strip_suffix('%'))
        .flatten()
        .and_then(|number| convert::number(&Value::String(number.into())));
    let state = progress.filter(|percent| *percent >= 100.0).map(|_| State::Done);
    Reading { progress, state, ..Reading::default() }
}

fn object_fields<'v>(names: &Names<'v>, event: &str) -> (Fields<Option<&'v Value>>, Option<View>) {
    let (home, away) = (names.get(HOME), names.get(AWAY));
    let home_score = names.get(HOME_SCORE).or_else(|| side_score(home));
    let away_score = names.get(AWAY_SCORE).or_else(|| side_score(away));
    let who = names.text(WHO);
    let what = names.text(WHAT);
    let done = names.get(DONE).filter(|value| value.is_boolean());
    let removed = names.get(REMOVED).filter(|value| **value == TRUE).map(|_| &*REMOVED_WORD);
    let removed = removed.or_else(|| is_removal(event).then_some(&*REMOVED_WORD));
    let mut found = Fields {
        title: names.text(TITLE),
        body: names.find(BODY, |value| matches!(value, Value::String(text) if !text.trim().is_empty())),
        value: names.number(VALUE),
        unit: names.text(UNIT),
        progress: names.number(PROGRESS),
        total: names.number(TOTAL),
        priority: names.get(PRIORITY),
        link: names.text(LINK),
        key: what.or(who),
        time: names.get(TIME),
        state: removed.or(done).or_else(|| names.text(STATE)),
        home: home.and_then(side_name),
        away: away.and_then(side_name),
        home_score,
        away_score,
        period: names.text(PERIOD),
        clock: names.text(CLOCK),
    };
    let has_figure = found.value.is_some() || found.progress.is_some();
    let is_task = done.is_some() || removed.is_some();
    if has_figure || is_task || (found.body.is_some() && found.title.is_none()) {
        found.key = found.key.or_else(|| names.text(NAME));
    }
    if has_figure || is_task {
        found.key = found.key.or_else(|| names.text(ID));
    }
    let view = if home_score.is_some() && away_score.is_some() {
        Some(View::Score)
    } else if found.progress.is_some() {
        Some(View::Progress)
    } else if is_task && found.key.is_some() {
        Some(View::Tasks)
    } else if found.title.is_some() && (found.link.is_some() || found.body.is_some()) {
        Some(View::News)
    } else if found.value.is_some() {
        Some(View::Price)
    } else if (who.is_some() || names.text(NAME).is_some()) && found.body.is_some() {
        Some(View::Chat)
    } else {
        None
    };
    (found, view)
}

fn is_removal(event: &str) -> bool {
    matches!(event.to_ascii_lowercase().as_str(), "remove" | "removed" | "delete" | "deleted")
}

fn side_name(side: &Value) -> Option<&Value> {
    match side {
        Value::String(_) => Some(side),
        Value::Object(object) => Names::of(object).get(SIDE_NAME),
        _ => None,
    }
}

fn side_score(side: Option<&Value>) -> Option<&Value> {
    match side? {
        number @ Value::Number(_) => Some(number),
        Value::Object(object) => Names::of(object).get(SIDE_SCORE),
        _ => None,
    }
}

/// An object and what it wraps, by lower-case names.
struct Names<'v> {
    layers: Vec<HashMap<String, &'v Value>>,
}

impl<'v> Names<'v> {
    fn of(object: &'v Map<String, Value>) -> Self {
        let outer: HashMap<_, _> = object.iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        let inner = WRAPPERS.iter().filter_map(|name| outer.get(*name)?.as_object());
        let inner: Vec<HashMap<_, _>> = inner
            .map(|object| object.iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect())
            .collect();
        let mut layers = vec![outer];
        layers.extend(inner);
        Self { layers }
    }

    fn find(&self, names: &[&str], fits: impl Fn(&Value) -> bool) -> Option<&'v Value> {
        self.layers
            .iter()
            .find_map(|layer| names.iter().find_map(|name| layer.get(*name).copied().filter(|value| fits(value))))
    }

    fn get(&self, names: &[&str]) -> Option<&'v Value> {
        self.find(names, |value| !value.is_null())
    }

    fn text(&self, names: &[&str]) -> Option<&'v Value> {
        self.find(names, |value| matches!(value, Value::String(text) if !text.trim().is_empty()) || value.is_number())
    }

    fn number(&self, names: &[&str]) -> Option<&'v Value> {
        self.find(names, |value| convert::decimal(value).is_some())
    }
}

/// Settles how a feed is drawn from its first events.
#[derive(Debug, Clone, Default)]
pub(crate) struct ViewGuess {
    seen: u32,
    votes: HashMap<View, u32>,
    /// What the first event of each type that was understood asked for.
    types: HashMap<Box<str>, View>,
}

impl ViewGuess {
    /// After so many events the guess stands.
    const ENOUGH: u32 = 20;
    /// Types are told apart by so many bytes.
    const TYPE: usize = 64;

    /// Goes on from what an earlier run of the program guessed, which counts for half.
    pub(crate) fn after(view: View) -> Self {
        let seen = Self::ENOUGH / 2;
        Self { seen, votes: HashMap::from([(view, seen)]), types: HashMap::new() }
    }

    /// Counts an event; the guess so far if it is settled enough to be shown, which a mixed feed never is.
    pub(crate) fn count(&mut self, event: &str, view: Option<View>) -> Option<View> {
        if self.seen >= Self::ENOUGH {
            return None;
        }
        self.seen += 1;
        *self.votes.entry(view.unwrap_or(View::Log)).or_default() += 1;
        // That something is gone is no kind of its own.
        if let Some(view) = view.filter(|_| !is_removal(event)) {
            self.types.entry(event[..event.floor_char_boundary(Self::TYPE)].into()).or_insert(view);
        }
        let (view, votes) = self.votes.iter().max_by_key(|(_, votes)| **votes)?;
        Some(if votes * 5 >= self.seen * 4 && !self.has_types_of_their_own() { *view } else { View::Log })
    }

    /// Whether the server tells several kinds apart by the type of the event: a view of the most frequent would leave
    /// the others out.
    fn has_types_of_their_own(&self) -> bool {
        let mut views = self.types.values();
        views.next().is_some_and(|first| views.any(|view| view != first))
    }
}
