//! What a feed's events mean, with all that is particular about how its server speaks.

#[cfg(test)]
mod tests;

use std::{
    cell::{LazyCell, OnceCell},
    sync::Arc,
};

use serde_json::Value;
use streambell_sse as sse;
use tokio::time::Instant;
use url::Url;

use crate::{
    EngineError, json,
    mapping::{Mapped, Mapper, Pick},
    model::{Dialect, Event, FeedId, Mapping, Resume, Subscribe},
    rule::{Filter, NO_EVENT},
    speak,
};

/// Bytes of what a server says of its refusal that are shown.
const MAX_SAID: usize = 300;

/// A feed's mapping and dialect, compiled.
pub(crate) struct Interpreter {
    mapper: Mapper,
    /// Where an event's id is, if not where the standard has it.
    id: Option<Pick>,
    /// Whether the server's ids say where to go on.
    resumes: bool,
    ignore: Option<Filter>,
    snapshot: Option<Filter>,
    refusals: Vec<Refusal>,
    /// Events of this type ask the server's side of something, and tell nothing.
    asks: Option<String>,
    allowance: Option<Allowance>,
}

/// What an event comes to.
#[derive(Debug, PartialEq)]
pub(crate) enum Heard {
    /// It tells of something, or of nothing.
    Event(sse::Event, Mapped),
    /// The server refuses.
    Refused(sse::Cause),
}

struct Refusal {
    when: Filter,
    says: Option<Pick>,
    last: bool,
}

/// A part of the JSON that a server is told. Texts are filled in where they stand, so that what an event says cannot be
/// more than a text.
enum Part {
    Text(Box<Pick>),
    List(Vec<Part>),
    Fields(Vec<(String, Part)>),
    Other(Value),
}

impl Interpreter {
    /// Compiles what a feed says of itself.
    ///
    /// # Errors
    /// Names the place and what is wrong there.
    pub(crate) fn new(map: &Mapping, dialect: &Dialect) -> Result<Self, EngineError> {
        let filter = |condition: &Option<_>, at: &str| {
            condition.as_ref().map(|condition| Filter::new(condition, at)).transpose()
        };
        let pick = |text: &Option<String>, at: &str| {
            let text = text.as_deref().filter(|text| !text.trim().is_empty());
            text.map(|text| Pick::new(text, at)).transpose()
        };
        let refusals = dialect.refusals.iter().enumerate().map(|(index, refusal)| {
            let at = format!("dialect.refusals[{index}]");
            Ok(Refusal {
                when: Filter::new(&refusal.when, &format!("{at}.when"))?,
                says: pick(&refusal.says, &format!("{at}.says"))?,
                last: refusal.stop,
            })
        });
        answers(dialect)?;
        Ok(Self {
            mapper: Mapper::new(map)?,
            id: pick(&dialect.id, "dialect.id")?,
            resumes: dialect.resume != Resume::None,
            ignore: filter(&dialect.ignore, "dialect.ignore")?,
            snapshot: filter(&dialect.snapshot, "dialect.snapshot")?,
            refusals: refusals.collect::<Result<_, EngineError>>()?,
            asks: dialect.subscribe.as_ref().map(|subscribe| subscribe.on.clone()),
            allowance: dialect.at_most.map(Allowance::new),
        })
    }

    /// What a mapping alone makes of events.
    pub(crate) fn mapper(&self) -> &Mapper {
        &self.mapper
    }

    /// Understands an event that came now.
    pub(crate) fn hear(&mut self, mut event: sse::Event, now: Instant) -> Heard {
        if self.asks.as_ref().is_some_and(|asks| *asks == *event.event) {
            return Heard::Event(event, Mapped::default());
        }
        if self.is_plain() {
            let mapped = self.mapper.map(&event);
            return self.allow(event, mapped, now);
        }
        let json = OnceCell::from(json::parse(&event.data));
        let whole = json.get().and_then(Option::as_ref);
        let mut mapped = self.mapper.map_json(&event, whole);
        // What an event does is asked of it as a whole, and what it tells of each of its readings.
        let told = mapped.readings.first().cloned();
        let whole_event = LazyCell::new(|| Arc::new(seen(&event, vec![told.unwrap_or_default()])));
        let speaks = !event.is_keep_alive() && !event.tells_of_loss();
        let does = |filter: &Filter| speaks && filter.is_met_by(&whole_event, &json, None);
        if let Some(refusal) = self.refusals.iter().find(|refusal| does(&refusal.when)) {
            let said = match &refusal.says {
                Some(says) => says.of(&event, whole).unwrap_or_default(),
                None => event.data.to_string(),
            };
            return Heard::Refused(sse::Cause::Told { said: bounded(&said), last: refusal.last });
        }
        mapped.snapshot = self.snapshot.as_ref().is_some_and(does);
        let seen = Arc::new(seen(&event, std::mem::take(&mut mapped.readings)));
        let ignored = self.ignore.as_ref().is_some_and(|filter| filter.is_met_by(&seen, &json, self.mapper.each()));
        let seen = Arc::into_inner(seen).map(|event| event.readings).unwrap_or_default();
        mapped.readings = if ignored { Vec::new() } else { seen };
        match &self.id {
            // What is not kept is no place to go on from.
            Some(id) if !mapped.readings.is_empty() => event.id = id.of(&event, whole).unwrap_or_default().into(),
            Some(_) => event.id = "".into(),
            None if !self.resumes => event.id = "".into(),
            None => {}
        }
        self.allow(event, mapped, now)
    }

    /// Whether nothing but the mapping decides what an event means.
    fn is_plain(&self) -> bool {
        self.id.is_none()
            && self.resumes
            && self.ignore.is_none()
            && self.snapshot.is_none()
            && self.refusals.is_empty()
    }

    fn allow(&mut self, event: sse::Event, mut mapped: Mapped, now: Instant) -> Heard {
        if let Some(allowance) = &mut self.allowance
            && !mapped.readings.is_empty()
            && !allowance.take(mapped.readings.len(), now)
        {
            mapped.spare = true;
        }
        Heard::Event(event, mapped)
    }

    /// Whether events bring ids of their own, which the connection does not know.
    pub(crate) fn has_ids_of_its_own(&self) -> bool {
        self.id.is_some()
    }

    /// Whether the server can go on where it was.
    pub(crate) fn resumes(&self) -> bool {
        self.resumes
    }
}

/// What a server is told when it asks.
///
/// # Errors
/// Names the place and what is wrong there.
pub(crate) fn answers(dialect: &Dialect) -> Result<Option<sse::Answers>, EngineError> {
    let Some(Subscribe { on, url, body }) = dialect.subscribe.clone() else { return Ok(None) };
    if url.starts_with("//") || Url::parse(&url).is_ok() {
        return Err(EngineError::invalid(
            "dialect.subscribe.url",
            speak!(
                "Give a path of the feed's own server, such as /api/realtime.",
                "请填写订阅所在服务器上的路径，例如 /api/realtime。"
            ),
        ));
    }
    let body = Part::new(&body, "dialect.subscribe.body")?;
    Ok(Some(Arc::new(move |event: &sse::Event| {
        (*on == *event.event).then(|| {
            let json = body.filled(event, json::parse(&event.data).as_ref());
            sse::Post { place: url.clone(), json: json.to_string() }
        })
    })))
}

impl Part {
    fn new(part: &Value, at: &str) -> Result<Self, EngineError> {
        Ok(match part {
            Value::String(text) => Self::Text(Box::new(Pick::new(text, at)?)),
            Value::Array(items) => Self::List(items.iter().map(|item| Self::new(item, at)).collect::<Result<_, _>>()?),
            Value::Object(fields) => Self::Fields(
                fields
                    .iter()
                    .map(|(name, field)| Ok((name.clone(), Self::new(field, at)?)))
                    .collect::<Result<_, EngineError>>()?,
            ),
            other => Self::Other(other.clone()),
        })
    }

    fn filled(&self, event: &sse::Event, json: Option<&Value>) -> Value {
        match self {
            Self::Text(pick) => pick.of(event, json).unwrap_or_default().into(),
            Self::List(items) => items.iter().map(|item| item.filled(event, json)).collect(),
            Self::Fields(fields) => {
                fields.iter().map(|(name, field)| (name.clone(), field.filled(event, json))).collect()
            }
            Self::Other(other) => other.clone(),
        }
    }
}

/// An event as conditions see it; it has no place in the history yet.
fn seen(event: &sse::Event, readings: Vec<crate::model::Reading>) -> Event {
    Event {
        seq: NO_EVENT,
        feed: FeedId(String::new()),
        at: 0,
        event: event.event.clone(),
        id: event.id.clone(),
        bytes: event.data.len() as u64,
        data: event.data.clone(),
        readings,
    }
}

fn bounded(said: &str) -> String {
    let said = said.trim();
    match said.floor_char_boundary(MAX_SAID) {
        end if end < said.len() => format!("{}…", &said[..end]),
        _ => said.to_owned(),
    }
}

/// How many readings are kept in a second.
struct Allowance {
    per_second: f64,
    left: f64,
    counted_at: Option<Instant>,
}

impl Allowance {
    fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second.max(1));
        Self { per_second, left: per_second, counted_at: None }
    }

    /// Whether an event with so many readings may pass.
    #[expect(clippy::cast_precision_loss, reason = "few readings")]
    fn take(&mut self, readings: usize, now: Instant) -> bool {
        let passed = self.counted_at.map_or(0.0, |at| now.saturating_duration_since(at).as_secs_f64());
        self.counted_at = Some(now);
        self.left = (self.left + passed * self.per_second).min(self.per_second);
        if self.left < 1.0 {
            return false;
        }
        self.left -= readings as f64;
        true
    }
}
