//! A reading in a few words: what a notification says.

use crate::{
    mapping::display_decimal,
    model::{Event, Feed, Reading, State},
    rule::{Evaluator, Verdict},
};

const MAX: usize = 300;

/// The headline: what the event calls itself, else the feed's name.
pub(crate) fn title(feed: &Feed, reading: &Reading) -> String {
    reading.title.clone().unwrap_or_else(|| feed.name.clone())
}

/// The text below a headline that is [`title`].
pub(crate) fn body(event: &Event, reading: &Reading) -> String {
    let key = reading.key.as_deref().filter(|key| Some(*key) != reading.title.as_deref());
    let figure = figure(reading);
    let text = reading.body.as_deref();
    let with_key = |text: &str| key.map_or_else(|| text.to_owned(), |key| format!("{key}: {text}"));
    let body = match (figure, text) {
        (Some(figure), Some(text)) => format!("{}\n{text}", with_key(&figure)),
        (Some(figure), None) => with_key(&figure),
        (None, Some(text)) => with_key(text),
        (None, None) if reading.title.is_some() => String::new(),
        (None, None) => event.data.to_string(),
    };
    cut(&body)
}

/// The text below another headline: the event's own headline first.
pub(crate) fn whole(event: &Event, reading: &Reading) -> String {
    let body = body(event, reading);
    match &reading.title {
        Some(title) if body.is_empty() => cut(title),
        Some(title) => cut(&format!("{title}\n{body}")),
        None => body,
    }
}

/// The text of an alert: what the event says, and what the rule looked for.
pub(crate) fn of_verdict(rule: &Evaluator, verdict: &Verdict, feed: &Feed) -> String {
    match (&verdict.event, verdict.reading()) {
        (Some((event, _)), Some(reading)) if !rule.counts() => {
            let text = whole(event, reading);
            if rule.lasts() { format!("{text} ({})", rule.describe()) } else { text }
        }
        _ => format!("{}: {}", feed.name, rule.describe()),
    }
}

fn figure(reading: &Reading) -> Option<String> {
    if let Some(score) = &reading.score {
        return Some(format!("{} {} : {} {}", score.home, score.home_score, score.away_score, score.away));
    }
    if let Some(progress) = reading.progress {
        let total = reading.total.filter(|total| *total > 0.0).unwrap_or(100.0);
        let percent = (progress / total * 100.0).round();
        return Some(match reading.state {
            Some(State::Done) => "done".to_owned(),
            Some(State::Failed) => format!("failed at {percent} %"),
            _ => format!("{percent} %"),
        });
    }
    let value = display_decimal(reading.value?);
    Some(reading.unit.as_ref().map_or_else(|| value.clone(), |unit| format!("{value} {unit}")))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
