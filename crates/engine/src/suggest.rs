//! Rules that make sense for a feed, from the first events of it.

use std::collections::{BTreeSet, HashSet};

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use crate::{
    json,
    model::{
        Condition, FieldCondition, Gates, Level, ProgressCondition, Reading, RuleDraft, RuleNotify, Sample, Span,
        Understood, Urgency, ValueCondition, View,
    },
};

/// So many, at most: more would have to be compared.
const MOST: usize = 3;
/// Fields whose words say how bad something is.
const SEVERITIES: [&str; 6] = ["level", "severity", "loglevel", "log_level", "status", "state"];
const BAD: [&str; 10] =
    ["error", "critical", "fatal", "alert", "emergency", "failed", "failure", "down", "panic", "crit"];

/// The rules, the best first.
pub(crate) fn rules(view: View, understood: &[Understood], samples: &[Sample]) -> Vec<RuleDraft> {
    let readings: Vec<&Reading> = understood.iter().flat_map(|sample| &sample.readings).collect();
    let mut found = match view {
        View::Price => price(&readings),
        View::Progress => progress(),
        View::Score | View::Chat | View::News | View::Tasks | View::Log => Vec::new(),
    };
    if readings.iter().any(|reading| reading.priority.is_some()) {
        found.push(urgent(Condition::Cel("priority >= 4".into())));
    }
    found.extend(bad_words(samples));
    // What comes often should go on to do so.
    if samples.len() > 1 {
        found.extend(span("10m").map(|span| plain(Condition::SilentFor(span))));
    }
    found.truncate(MOST);
    found
}

fn price(readings: &[&Reading]) -> Vec<RuleDraft> {
    let keys: HashSet<_> =
        readings.iter().filter(|reading| reading.value.is_some()).map(|reading| &reading.key).collect();
    let last = readings.iter().rev().find_map(|reading| reading.value);
    let mut found = Vec::new();
    // One level fits one symbol.
    if let Some(value) = last.filter(|value| keys.len() == 1 && !value.is_zero()) {
        // Not by a hair: back below the half of the way, it is armed again.
        let (level, recovery) = (near(value, 20), near(value, 10));
        found.push(plain(Condition::Value(ValueCondition {
            crosses_above: Some(Level(level)),
            recovers_below: Some(Level(recovery)).filter(|recovery| recovery.0 < level),
            ..ValueCondition::default()
        })));
    }
    found.extend(span("1h").map(|within| {
        plain(Condition::Value(ValueCondition {
            changes_by_percent: Some(Level(Decimal::from(5))),
            within: Some(within),
            ..ValueCondition::default()
        }))
    }));
    found
}

/// So many thousandths above a value, with as many digits as a person would choose.
fn near(value: Decimal, thousandths: i64) -> Decimal {
    let raised = value + value.abs() * Decimal::new(thousandths, 3);
    raised.round_sf_with_strategy(4, RoundingStrategy::AwayFromZero).unwrap_or(raised).normalize()
}

fn progress() -> Vec<RuleDraft> {
    let reaches =
        ProgressCondition { reaches_percent: Some(Level(Decimal::ONE_HUNDRED)), ..ProgressCondition::default() };
    let stalls = span("5m").map(|span| ProgressCondition { stalls_for: Some(span), ..ProgressCondition::default() });
    [Some(reaches), stalls].into_iter().flatten().map(|condition| plain(Condition::Progress(condition))).collect()
}

/// A field at the top of the data that says how bad it is, with the words for bad that this feed could use.
fn bad_words(samples: &[Sample]) -> Option<RuleDraft> {
    let objects = samples.iter().filter_map(|sample| match json::parse(&sample.data) {
        Some(Value::Object(object)) => Some(object),
        _ => None,
    });
    let mut words: BTreeSet<String> = BTreeSet::new();
    let mut field: Option<String> = None;
    for object in objects {
        let severity = object
            .iter()
            .find(|(name, value)| value.is_string() && SEVERITIES.contains(&name.to_ascii_lowercase().as_str()));
        if let Some((name, value)) = severity
            && field.as_ref().is_none_or(|known| known == name)
        {
            field = Some(name.clone());
            words.extend(value.as_str().map(str::to_owned));
        }
    }
    let field = field?;
    let seen_bad: Vec<&String> =
        words.iter().filter(|word| BAD.contains(&word.to_ascii_lowercase().as_str())).collect();
    let is_severity = !["status", "state"].contains(&field.to_ascii_lowercase().as_str());
    let upper = words.iter().all(|word| word.chars().all(|c| !c.is_lowercase()));
    let values: Vec<Value> = match (seen_bad.is_empty(), is_severity) {
        (false, _) => seen_bad.into_iter().cloned().map(Value::String).collect(),
        (true, true) => ["error", "critical", "fatal"].map(|word| in_case(word, upper)).into(),
        (true, false) => ["failed", "error"].map(|word| in_case(word, upper)).into(),
    };
    let field = FieldCondition { field: format!("$.{field}"), one_of: Some(values), ..FieldCondition::default() };
    Some(urgent(Condition::Field(field)))
}

fn in_case(word: &str, upper: bool) -> Value {
    Value::String(if upper { word.to_uppercase() } else { word.to_owned() })
}

fn span(text: &str) -> Option<Span> {
    text.parse().ok()
}

fn plain(when: Condition) -> RuleDraft {
    RuleDraft {
        id: None,
        name: String::new(),
        feed: None,
        feeds: Vec::new(),
        group: None,
        per: None,
        enabled: None,
        when,
        hold: None,
        until: None,
        gates: Gates::default(),
        notify: RuleNotify::default(),
    }
}

fn urgent(when: Condition) -> RuleDraft {
    RuleDraft { notify: RuleNotify { urgency: Urgency::Critical, ..RuleNotify::default() }, ..plain(when) }
}
