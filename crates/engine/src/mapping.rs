//! Events to readings: the feed's own mapping where it has one, well-known field names elsewhere.
//!
//! Pure: no clock, no I/O. Everything that it reads is untrusted, so texts are cut and links checked.

mod convert;
mod guess;
mod parts;
mod path;
mod template;
#[cfg(test)]
mod tests;

use std::cell::LazyCell;

use serde_json::Value;
use serde_json_path::JsonPath;
use streambell_sse as sse;

use crate::{
    EngineError, json,
    model::{Mapping, Reading, Score, State, View},
    speak,
};

use convert::{bounded, link, number, priority, state, text, time};
pub(crate) use convert::{decimal, display_decimal};
pub(crate) use guess::ViewGuess;
pub(crate) use parts::Parts;
use parts::{MAX_READINGS, Part};
use template::{Shown, Templates, is_template};

const MAX_TITLE: usize = 500;
const MAX_BODY: usize = 4000;
const MAX_KEY: usize = 200;

/// A feed's mapping, compiled.
pub(crate) struct Mapper {
    fields: Fields<Option<Source>>,
    templates: Templates,
    /// What a reading is made of, where that is not the whole event.
    each: Option<Parts>,
    /// Whether a path speaks of the array itself, so that its elements are not taken one by one.
    whole: bool,
}

/// An event, understood.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Mapped {
    /// Empty for a keep-alive.
    pub(crate) readings: Vec<Reading>,
    /// How such an event would best be drawn.
    pub(crate) view: Option<View>,
    /// It tells the whole state.
    pub(crate) snapshot: bool,
    /// It is more than is wanted in a second: rules see it, and it is kept if it rings.
    pub(crate) spare: bool,
}

/// One text of an event, wherever it is taken from.
pub(crate) struct Pick {
    source: Source,
    templates: Templates,
}

enum Source {
    Path(JsonPath),
    /// Its name among the templates.
    Template(&'static str),
    Literal(String),
}

/// One slot for each field of a reading that can be mapped.
#[derive(Default)]
struct Fields<T> {
    title: T,
    body: T,
    value: T,
    unit: T,
    progress: T,
    total: T,
    priority: T,
    link: T,
    key: T,
    time: T,
    state: T,
    home: T,
    away: T,
    home_score: T,
    away_score: T,
    period: T,
    clock: T,
}

impl Mapper {
    /// Compiles a mapping.
    ///
    /// # Errors
    /// Names the field whose JSONPath or template is wrong, and where.
    pub(crate) fn new(map: &Mapping) -> Result<Self, EngineError> {
        let mut templates = Templates::default();
        let mut source = |field: &'static str, text: &Option<String>| match text.as_deref().map(str::trim) {
            None | Some("") => Ok(None),
            Some(text) => Source::new(field, text, &format!("map.{field}"), &mut templates).map(Some),
        };
        let fields = Fields {
            title: source("title", &map.title)?,
            body: source("body", &map.body)?,
            value: source("value", &map.value)?,
            unit: source("unit", &map.unit)?,
            progress: source("progress", &map.progress)?,
            total: source("total", &map.total)?,
            priority: source("priority", &map.priority)?,
            link: source("link", &map.link)?,
            key: source("key", &map.key)?,
            time: source("time", &map.time)?,
            state: source("state", &map.state)?,
            home: source("home", &map.home)?,
            away: source("away", &map.away)?,
            home_score: source("home_score", &map.home_score)?,
            away_score: source("away_score", &map.away_score)?,
            ..Fields::default()
        };
        let each = map.each.as_ref().map(Parts::new).transpose()?.flatten();
        let whole = [&map.title, &map.body, &map.value, &map.progress, &map.key, &map.link, &map.state]
            .into_iter()
            .flatten()
            .any(|path| path::begins_with_a_place(path.trim()));
        Ok(Self { fields, templates, each, whole })
    }

    /// What an event tells of.
    pub(crate) fn map(&self, event: &sse::Event) -> Mapped {
        self.map_json(event, json::parse(&event.data).as_ref())
    }

    /// As [`map`](Self::map), of an event whose data are read already: as JSON, if they are that.
    pub(crate) fn map_json(&self, event: &sse::Event, json: Option<&Value>) -> Mapped {
        if event.is_keep_alive() || event.tells_of_loss() {
            return Mapped::default();
        }
        // Plain text is the event's data itself; it is not kept twice.
        let Some(whole) = json else {
            return Mapped { readings: vec![self.plain(event)], ..Mapped::default() };
        };
        let mut mapped = Mapped::default();
        for part in self.parts(whole) {
            let (reading, view) = self.reading(&part, whole, event);
            mapped.readings.push(reading);
            mapped.view = mapped.view.or(view);
        }
        mapped
    }

    /// What a reading is made of, where that is not the whole event.
    pub(crate) fn each(&self) -> Option<&Parts> {
        self.each.as_ref()
    }

    /// What the readings of an event are made of: parts of it, or it as a whole.
    fn parts<'v>(&self, whole: &'v Value) -> Vec<Part<'v>> {
        let unnamed = |value| Part { value, name: None };
        match (whole, &self.each) {
            (_, Some(each)) => each.all(whole),
            (Value::Array(items), None) if !self.whole && items.iter().any(Value::is_object) => {
                items.iter().filter(|item| item.is_object()).take(MAX_READINGS).map(unnamed).collect()
            }
            _ => vec![unnamed(whole)],
        }
    }

    /// Where the fields stand that are guessed, as paths that a mapping of the user's own could have.
    pub(crate) fn guessed(&self, event: &sse::Event) -> Mapping {
        let Some(json) = json::parse(&event.data).filter(|_| !event.is_keep_alive()) else {
            return Mapping::default();
        };
        let Some(Part { value, .. }) = self.parts(&json).into_iter().next() else { return Mapping::default() };
        let (found, own) = (guess::fields(value, &event.event).0, &self.fields);
        let path = |own: &Option<Source>, found: Option<&Value>| match own {
            None => path::to(value, found?),
            Some(_) => None,
        };
        Mapping {
            each: None,
            title: path(&own.title, found.title),
            body: path(&own.body, found.body),
            value: path(&own.value, found.value),
            unit: path(&own.unit, found.unit),
            progress: path(&own.progress, found.progress),
            total: path(&own.total, found.total),
            priority: path(&own.priority, found.priority),
            link: path(&own.link, found.link),
            key: path(&own.key, found.key),
            time: path(&own.time, found.time),
            state: path(&own.state, found.state),
            home: path(&own.home, found.home),
            away: path(&own.away, found.away),
            home_score: path(&own.home_score, found.home_score),
            away_score: path(&own.away_score, found.away_score),
        }
    }

    /// Of a text that is no JSON: its data is its body, unless the mapping knows better.
    fn plain(&self, event: &sse::Event) -> Reading {
        let text = Value::String(event.data.to_string());
        let (reading, plain) =
            (self.reading(&Part { value: &text, name: None }, &text, event).0, guess::plain(&event.data));
        Reading {
            body: reading.body.filter(|_| self.fields.body.is_some()),
            progress: reading.progress.or(plain.progress),
            state: reading.state.or(plain.state),
            ..reading
        }
    }

    fn reading(&self, part: &Part<'_>, whole: &Value, event: &sse::Event) -> (Reading, Option<View>) {
        let value = part.value;
        let (found, view) = guess::fields(value, &event.event);
        let own = &self.fields;
        let shown = LazyCell::new(|| Shown::new(event, part, whole));
        let pick = |own: &Option<Source>, found: Option<&Value>| match own {
            Some(Source::Path(path)) => path.query(value).first().cloned(),
            Some(Source::Template(name)) => self.templates.fill(name, &shown).map(Value::String),
            Some(Source::Literal(text)) => Some(Value::String(text.clone())),
            None => found.cloned(),
        };
        let pick_text = |own: &Option<Source>, found, limit| {
            pick(own, found).and_then(|value| text(&value)).map(|text| bounded(text, limit))
        };
        let score = || {
            let moment = [found.period, found.clock].into_iter().flatten().filter_map(text);
            let moment = moment.collect::<Vec<_>>().join(" · ");
            Some(Score {
                moment: (!moment.is_empty()).then(|| bounded(moment, MAX_KEY)),
                home: pick_text(&own.home, found.home, MAX_KEY).unwrap_or_else(|| "Home".into()),
                away: pick_text(&own.away, found.away, MAX_KEY).unwrap_or_else(|| "Away".into()),
                home_score: pick(&own.home_score, found.home_score).and_then(|value| decimal(&value))?,
                away_score: pick(&own.away_score, found.away_score).and_then(|value| decimal(&value))?,
            })
        };
        let progress = pick(&own.progress, found.progress).and_then(|value| number(&value));
        let reading = Reading {
            title: pick_text(&own.title, found.title, MAX_TITLE),
            body: pick_text(&own.body, found.body, MAX_BODY),
            value: pick(&own.value, found.value).and_then(|value| decimal(&value)),
            unit: pick_text(&own.unit, found.unit, 20),
            total: pick(&own.total, found.total).and_then(|value| number(&value)).filter(|_| progress.is_some()),
            progress,
            priority: pick(&own.priority, found.priority).and_then(|value| priority(&value)),
            link: pick(&own.link, found.link).and_then(|value| link(&value)),
            key: pick_text(&own.key, found.key, MAX_KEY),
            time: pick(&own.time, found.time).and_then(|value| time(&value)),
            state: pick(&own.state, found.state).and_then(|value| state(&value)),
            score: score(),
        };
        let view = view.or_else(|| self.view_of_own_fields());
        (ended(reading), view)
    }

    /// What a mapping of the user's own speaks of.
    fn view_of_own_fields(&self) -> Option<View> {
        let own = &self.fields;
        if own.home_score.is_some() {
            Some(View::Score)
        } else if own.progress.is_some() {
            Some(View::Progress)
        } else if own.value.is_some() {
            Some(View::Price)
        } else {
            None
        }
    }
}

impl Source {
    fn new(name: &'static str, text: &str, place: &str, templates: &mut Templates) -> Result<Self, EngineError> {
        match text {
            path if path.starts_with('$') => json_path(path, place).map(Self::Path),
            text if is_template(text) => templates.add(name, text, place).map(|()| Self::Template(name)),
            literal => Ok(Self::Literal(literal.to_owned())),
        }
    }
}

impl Pick {
    /// Compiles a JSONPath, a template, or a text that is taken as it is; `place` is where it stands in the feed.
    ///
    /// # Errors
    /// Names the place and what is wrong there.
    pub(crate) fn new(text: &str, place: &str) -> Result<Self, EngineError> {
        let mut templates = Templates::default();
        Ok(Self { source: Source::new("text", text.trim(), place, &mut templates)?, templates })
    }

    /// The text of an event whose data are this JSON, or no JSON.
    pub(crate) fn of(&self, event: &sse::Event, json: Option<&Value>) -> Option<String> {
        match &self.source {
            Source::Path(path) => path.query(json?).first().and_then(text),
            Source::Literal(text) => Some(text.clone()),
            Source::Template(name) => {
                let plain = Value::String(event.data.to_string());
                let json = json.unwrap_or(&plain);
                self.templates.fill(name, &Shown::new(event, &Part { value: json, name: None }, json))
            }
        }
    }
}

fn json_path(path: &str, place: &str) -> Result<JsonPath, EngineError> {
    JsonPath::parse(path).map_err(|error| {
        EngineError::invalid(
            place,
            speak!(
                format!("'{path}' is not a JSONPath: {error}. An example of one: $.data.price"),
                format!("“{path}”不是 JSONPath（{error}）。示例：$.data.price")
            ),
        )
    })
}

/// A job whose progress is its total is done, if its server does not say otherwise.
fn ended(mut reading: Reading) -> Reading {
    if let (None, Some(progress)) = (reading.state, reading.progress)
        && progress >= reading.total.unwrap_or(100.0)
    {
        reading.state = Some(State::Done);
    }
    reading
}
