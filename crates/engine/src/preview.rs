//! A rule at work on the history, before it is kept: what it would have done.

use std::collections::VecDeque;

use rusqlite::Connection;

use crate::{
    EngineError,
    model::{FeedId, Millis, PreviewAlert, Rule, RulePreview, Seq},
    rule::{Evaluator, FeedFace, Outcome, Rules, Verdict},
    store, summary,
};

/// At most so many events are looked at, the newest.
const MOST_EVENTS: Seq = 200_000;
/// At most so many alerts are listed, the newest.
const MOST_ALERTS: usize = 50;

/// What a rule would have done since a time.
///
/// # Errors
/// When the history cannot be read. A rule that cannot be compiled is the caller's to refuse.
pub(crate) fn preview(
    connection: &Connection,
    rule: Rule,
    since: Millis,
    now: Millis,
) -> rusqlite::Result<Result<RulePreview, EngineError>> {
    let feeds = store::feeds::all(connection)?;
    let faces: Vec<_> = feeds.iter().map(|stored| FeedFace::of(stored.no, &stored.feed)).collect();
    let evaluator = match Evaluator::new(Rule { enabled: true, ..rule }) {
        Ok(evaluator) => evaluator,
        Err(error) => return Ok(Err(error)),
    };
    let mut rules = Rules::default();
    rules.push(evaluator);
    // What came before is what it remembers when the time begins.
    let begin = since - rules.longest_window();
    // A feed that nothing came from yet was not silent: it was not there.
    let (mut there, mut missing) = (Vec::new(), Vec::new());
    for face in &faces {
        let came = store::events::came_before(connection, face.no, begin)?;
        if came { &mut there } else { &mut missing }.push(*face);
    }
    rules.follow(&there, begin);
    let mut preview = RulePreview { since, events: 0, complete: true, rings: 0, alerts: Vec::new() };
    let mut alerts: VecDeque<(Verdict, PreviewAlert)> = VecDeque::new();
    let mut memos = Vec::new();
    let mut judge = |verdict: Verdict, rules: &Rules, preview: &mut RulePreview| {
        if verdict.outcome == Outcome::Recovered {
            let open = alerts.iter_mut().rev().find(|(fired, _)| fired.place == verdict.place);
            if let Some((_, alert)) = open.filter(|(_, alert)| alert.resolved_at.is_none()) {
                alert.resolved_at = Some(verdict.at);
            }
            return;
        }
        if verdict.at < since {
            return;
        }
        preview.rings += 1;
        let about = feed_of(&verdict, &faces);
        let Some(feed) = feeds.iter().find(|stored| Some(&stored.feed.id) == about).map(|stored| &stored.feed) else {
            return;
        };
        let alert = PreviewAlert {
            at: verdict.at,
            feed: feed.id.clone(),
            event: verdict.event.as_ref().map(|(event, _)| event.seq),
            body: summary::of_verdict(rules.get(0), &verdict, feed),
            resolved_at: None,
        };
        if alerts.len() == MOST_ALERTS {
            alerts.pop_front();
        }
        alerts.push_back((verdict, alert));
    };
    store::events::replay(connection, begin, Seq::MAX, MOST_EVENTS, |feed, event| {
        if let Some(place) = missing.iter().position(|face| face.no == feed) {
            there.push(missing.swap_remove(place));
            rules.follow(&there, event.at);
        }
        for verdict in rules.advance(event.at, &mut memos) {
            judge(verdict, &rules, &mut preview);
        }
        if event.at >= since && rules.looks_at(feed) {
            preview.events += 1;
        }
        for verdict in rules.observe(feed, &event, &mut memos) {
            judge(verdict, &rules, &mut preview);
        }
        memos.clear();
    })?;
    for verdict in rules.advance(now, &mut memos) {
        judge(verdict, &rules, &mut preview);
    }
    // Of more events than are looked at, the oldest are missing.
    preview.complete = store::events::count_is_below(connection, begin, MOST_EVENTS)?;
    preview.alerts = alerts.into_iter().rev().map(|(_, alert)| alert).collect();
    Ok(Ok(preview))
}

/// The feed that a verdict is about: of several, the one that spoke last, or else the first.
fn feed_of<'f>(verdict: &'f Verdict, feeds: &[FeedFace<'f>]) -> Option<&'f FeedId> {
    match (verdict.place.feed, &verdict.event) {
        (0, Some((event, _))) => Some(&event.feed),
        (0, None) => feeds.first().map(|feed| feed.id),
        (no, _) => feeds.iter().find(|feed| feed.no == no).map(|feed| feed.id),
    }
}
