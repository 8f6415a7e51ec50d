//! A reading in a few words: what a notification says.

use crate::{
    gate::Digest,
    mapping::display_decimal,
    model::{Event, Feed, Gate, Millis, Reading, State, Status},
    rule::{Evaluator, Verdict},
    speak,
};

const MAX: usize = 300;

/// The headline: what the event calls itself, else the feed's name.
pub(crate) fn title(feed: &Feed, reading: &Reading) -> String {
    reading.title.clone().unwrap_or_else(|| feed.name.clone())
}

/// The text below a headline that is [`title`].
pub(crate) fn body(event: &Event, reading: &Reading) -> String {
    // A headline says what it is about; a key may be a number that only programs know.
    let key = reading.key.as_deref().filter(|_| reading.title.is_none());
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
    let count = digest.count;
    let alerts = match count {
        1 => speak!("1 alert".to_owned(), "1 条提醒".to_owned()),
        count => speak!(format!("{count} alerts"), format!("{count} 条提醒")),
    };
    let named = digest.titles.iter().map(|(title, count)| match count {
        1 => title.clone(),
        count => format!("{title} ({count})"),
    });
    let named = named.collect::<Vec<_>>().join(speak!(", ", "、"));
    let many = feeds.len();
    let one = if let [feed] = feeds { Some(feed.name.as_str()) } else { None };
    let whose = match one {
        Some(feed) => speak!(format!("{alerts} of {feed}"), format!("{feed} 的 {alerts}")),
        None => speak!(format!("{alerts} of {many} feeds"), format!("{many} 个订阅的 {alerts}")),
    };
    let title = match (gate, one) {
        (Gate::CatchingUp, Some(feed)) => speak!(format!("{feed}: back"), format!("{feed}：已恢复")),
        (Gate::CatchingUp, None) => speak!(format!("{many} feeds: back"), format!("{many} 个订阅已恢复")),
        (Gate::QuietHours, _) => speak!("Quiet hours are over", "安静时段已结束").to_owned(),
        (Gate::DoNotDisturb, _) => speak!("While you were not to be disturbed", "勿扰期间").to_owned(),
        (Gate::Muted, feed) => {
            let feed = feed.unwrap_or(speak!("A feed", "一个订阅"));
            speak!(format!("{feed} is no longer muted"), format!("{feed} 的静音已结束"))
        }
        _ => whose.clone(),
    };
    let host = of_host(feeds);
    let said = match gate {
        Gate::CatchingUp => speak!(
            format!("{offline} events while offline, {alerts}: {named}{host}"),
            format!("离线期间有 {offline} 个事件、{alerts}：{named}{host}"),
        ),
        Gate::Storm => speak!(format!("All at once: {named}{host}"), format!("同时发生：{named}{host}")),
        Gate::CoolDown | Gate::Limit => speak!(format!("Held back: {named}"), format!("暂缓的提醒：{named}")),
        _ => speak!(format!("{whose}: {named}"), format!("{whose}：{named}")),
    };
    (cut(&title), cut(&said))
}

/// The host that feeds share, if they do.
fn of_host(feeds: &[&Feed]) -> String {
    let host = |feed: &Feed| url::Url::parse(&feed.url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let Some(first) = feeds.first().and_then(|feed| host(feed)) else { return String::new() };
    let shared = feeds.len() > 1 && feeds.iter().all(|feed| host(feed).as_ref() == Some(&first));
    if !shared {
        return String::new();
    }
    speak!(format!(". All of them are on {first}."), format!("。它们都在 {first} 上。"))
}

/// What is told of an alert that was over before it could be.
pub(crate) fn of_the_past(body: &str) -> String {
    format!("{body}\n{}", speak!("It is over by now.", "现在已经结束。"))
}

/// Why a feed has no connection.
pub(crate) fn of_trouble(status: &Status, millis: Millis) -> String {
    let time = lasting(millis);
    let trouble = speak!(format!("No connection for {time}."), format!("已断开 {time}。"));
    match status {
        Status::Waiting { reason, .. } | Status::Stopped { reason } => {
            cut(&format!("{trouble}{}{}", speak!(" ", ""), reason.message))
        }
        _ => trouble,
    }
}

/// A feed has a connection again.
pub(crate) fn of_return(millis: Millis) -> String {
    let time = lasting(millis);
    speak!(format!("Connected again after {time}."), format!("{time}后已重新连接。"))
}

/// How long something took, roughly.
pub(crate) fn lasting(millis: Millis) -> String {
    let (count, unit, chinese) = match millis / 1000 {
        seconds @ ..90 => (seconds, "second", "秒"),
        seconds @ 90..5400 => ((seconds + 30) / 60, "minute", "分钟"),
        seconds @ 5400..129_600 => ((seconds + 1800) / 3600, "hour", "小时"),
        seconds => ((seconds + 43_200) / 86_400, "day", "天"),
    };
    let plural = if count == 1 { "" } else { "s" };
    speak!(format!("{count} {unit}{plural}"), format!("{count} {chinese}"))
}

fn figure(reading: &Reading) -> Option<String> {
    if let Some(score) = &reading.score {
        return Some(format!("{} {} : {} {}", score.home, score.home_score, score.away_score, score.away));
    }
    if let Some(progress) = reading.progress {
        let total = reading.total.filter(|total| *total > 0.0).unwrap_or(100.0);
        let percent = (progress / total * 100.0).round();
        return Some(match reading.state {
            Some(State::Done) => speak!("done", "已完成").to_owned(),
            Some(State::Failed) => speak!(format!("failed at {percent} %"), format!("在 {percent} % 时失败")),
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
