//! A reading in a few words: what a notification says.

use crate::{
    gate::Digest,
    mapping::display_decimal,
    model::{Event, Feed, Gate, Millis, Reading, State, Status},
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

/// What a gate held back.
pub(crate) fn of_digest(gate: Gate, digest: &Digest, feeds: &[&Feed], offline: u64) -> (String, String) {
    let alerts = if digest.count == 1 { "1 alert".to_owned() } else { format!("{} alerts", digest.count) };
    let named = digest.titles.iter().map(|(title, count)| match count {
        1 => title.clone(),
        count => format!("{title} ({count})"),
    });
    let named = named.collect::<Vec<_>>().join(", ");
    let one = if let [feed] = feeds { Some(feed.name.as_str()) } else { None };
    let whose = one.map_or_else(|| format!("{alerts} of {} feeds", feeds.len()), |feed| format!("{alerts} of {feed}"));
    let title = match gate {
        Gate::CatchingUp => one.map_or_else(|| format!("{} feeds: back", feeds.len()), |feed| format!("{feed}: back")),
        Gate::QuietHours => "Quiet hours are over".to_owned(),
        Gate::DoNotDisturb => "While you were not to be disturbed".to_owned(),
        Gate::Muted => format!("{} is no longer muted", one.unwrap_or("A feed")),
        _ => whose.clone(),
    };
    let said = match gate {
        Gate::CatchingUp => format!("{offline} events while offline, {alerts}: {named}{}", of_host(feeds)),
        Gate::Storm => format!("All at once: {named}{}", of_host(feeds)),
        Gate::CoolDown | Gate::Limit => format!("Held back: {named}"),
        _ => format!("{whose}: {named}"),
    };
    (cut(&title), cut(&said))
}

/// The host that feeds share, if they do.
fn of_host(feeds: &[&Feed]) -> String {
    let host = |feed: &Feed| url::Url::parse(&feed.url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let Some(first) = feeds.first().and_then(|feed| host(feed)) else { return String::new() };
    let shared = feeds.len() > 1 && feeds.iter().all(|feed| host(feed).as_ref() == Some(&first));
    if shared { format!(". All of them are on {first}.") } else { String::new() }
}

/// What is told of an alert that was over before it could be.
pub(crate) fn of_the_past(body: &str) -> String {
    format!("{body}\nIt is over by now.")
}

/// Why a feed has no connection.
pub(crate) fn of_trouble(status: &Status, millis: Millis) -> String {
    match status {
        Status::Waiting { reason, .. } | Status::Stopped { reason } => {
            cut(&format!("No connection for {}. {}", lasting(millis), reason.message))
        }
        _ => format!("No connection for {}.", lasting(millis)),
    }
}

/// How long something took, roughly.
pub(crate) fn lasting(millis: Millis) -> String {
    let (count, unit) = match millis / 1000 {
        seconds @ ..90 => (seconds, "second"),
        seconds @ 90..5400 => ((seconds + 30) / 60, "minute"),
        seconds @ 5400..129_600 => ((seconds + 1800) / 3600, "hour"),
        seconds => ((seconds + 43_200) / 86_400, "day"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
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
