//! Why an event did or did not ring: what each rule found, and what became of its alerts.

use rusqlite::Connection;

use crate::{
    model::{Millis, Rule, RuleFinding, Seq, Why},
    rule::{Evaluator, FeedFace, Rules},
    store,
};

/// How much of the past rules are shown so that they know what they knew.
const BEFORE: Millis = 60 * 60 * 1000;
const MOST_EVENTS: Seq = 50_000;

/// What there is to say about an event; `None`: it is not in the history (any more). The rules are those of now.
pub(crate) fn why(connection: &Connection, rules: Vec<Rule>, seq: Seq) -> rusqlite::Result<Option<Why>> {
    let Some(event) = store::events::one(connection, seq)? else { return Ok(None) };
    let feeds = store::feeds::all(connection)?;
    let faces: Vec<_> = feeds.iter().map(|stored| FeedFace::of(stored.no, &stored.feed)).collect();
    let Some(stored) = feeds.iter().find(|stored| stored.feed.id == event.feed) else { return Ok(None) };
    let mut known = Rules::default();
    rules.into_iter().filter_map(|rule| Evaluator::new(rule).ok()).for_each(|evaluator| known.push(evaluator));
    let begin = event.at - known.longest_window().max(BEFORE);
    known.follow(&faces, begin);
    let mut memos = Vec::new();
    store::events::replay(connection, begin, seq, MOST_EVENTS, |feed, event| {
        known.advance(event.at, &mut memos);
        known.observe(feed, &event, &mut memos);
        memos.clear();
    })?;
    let alerts = store::alerts::of_event(connection, seq)?;
    let key = event.readings.first().and_then(|reading| reading.key.as_deref()).unwrap_or_default();
    let looked =
        known.iter().filter(|evaluator| faces.iter().any(|face| face.no == stored.no && evaluator.concerns(face)));
    let findings = looked.map(|evaluator| RuleFinding {
        rule: evaluator.rule.id.clone(),
        name: evaluator.rule.name.clone(),
        rang: alerts.iter().any(|alert| alert.rule.as_ref() == Some(&evaluator.rule.id)),
        found: evaluator.found(stored.no, key, event.at),
    });
    Ok(Some(Why { findings: findings.collect(), notify: stored.feed.notify, alerts, event }))
}
