//! Each kind of condition, told as a story: what comes when, and what the rule says to it.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use streambell_sse as sse;

use super::*;
use crate::{draft, mapping::Mapper, model::RuleDraft};

const FEED: FeedNo = 1;
const OTHER: FeedNo = 2;

fn compile(rule: &Value) -> Result<Evaluator, crate::EngineError> {
    let draft: RuleDraft = serde_json::from_value(rule.clone()).unwrap_or_else(|error| panic!("{rule}: {error}"));
    Evaluator::new(draft::rule(draft, |_| false)?)
}

fn rules(rule: &Value) -> Rules {
    let mut rules = Rules::default();
    rules.push(compile(rule).unwrap_or_else(|error| panic!("{rule}: {error}")));
    let (feed, other) = (FeedId("feed".into()), FeedId("other".into()));
    let faces = [
        FeedFace { no: FEED, id: &feed, group: Some("shop"), each: None },
        FeedFace { no: OTHER, id: &other, group: None, each: None },
    ];
    rules.follow(&faces, 0);
    rules
}

fn event(at: Millis, feed: FeedNo, block: &str) -> Arc<Event> {
    let (name, data) = block.split_once('|').unwrap_or(("message", block));
    let event = sse::Event { event: name.into(), data: data.to_owned().into(), id: "".into() };
    let readings = Mapper::new(&crate::model::Mapping::default()).unwrap().map(&event).readings;
    let feed = FeedId(if feed == FEED { "feed" } else { "other" }.into());
    Arc::new(Event { seq: at, feed, at, event: event.event, id: event.id, bytes: 0, data: event.data, readings })
}

/// Tells a rule a story: seconds, and what comes then (`type|data`; nothing: time passes). Gives what it said: `+` and
/// `-` with the second and the key.
fn tell(rule: &Value, story: &[(i64, &str)]) -> String {
    let mut rules = rules(rule);
    let mut said = Vec::new();
    let mut say = |verdicts: Vec<Verdict>| {
        for verdict in verdicts {
            let sign = if verdict.outcome == Outcome::Fired { '+' } else { '-' };
            said.push(format!("{sign}{}{}", verdict.at / 1000, verdict.place.key));
        }
    };
    for (second, block) in story {
        let at = second * 1000;
        say(rules.advance(at, &mut Vec::new()));
        if !block.is_empty() {
            let (feed, block) = block.strip_prefix("other:").map_or((FEED, *block), |block| (OTHER, block));
            say(rules.observe(feed, &event(at, feed, block), &mut Vec::new()));
        }
    }
    said.join(" ")
}

/// Values, a second apart.
fn values(rule: Value, values: &[&str]) -> String {
    let blocks: Vec<_> = values.iter().map(|value| format!(r#"{{"value":{value}}}"#)).collect();
    let story: Vec<_> = blocks.iter().enumerate().map(|(second, block)| (second as i64, block.as_str())).collect();
    tell(&json!({ "when": { "value": rule } }), &story)
}

#[test]
fn levels() {
    let up = json!({"crosses_above": 10});
    assert_eq!(values(up.clone(), &["9", "10", "10.01", "11", "10", "10.5"]), "+2 -4 +5");
    assert_eq!(values(up, &["11", "12", "9", "11"]), "+3", "the first value crosses nothing");
    assert_eq!(values(json!({"above": 10}), &["11", "12", "10", "9", "11"]), "+0 -2 +4");
    assert_eq!(values(json!({"below": "0.3"}), &["0.3", "0.29999999999999999", "0.30"]), "+1 -2", "as decimals");
    let down = json!({"crosses_below": -1, "recovers_above": 0});
    assert_eq!(values(down, &["1", "-2", "-0.5", "0", "-2", "0.1", "-2"]), "+1 -5 +6");
    assert_eq!(
        values(json!({"above": "12345678901234567.5"}), &["12345678901234567.5", "12345678901234567.6"]),
        "+1",
        "no digit is lost"
    );
}

#[test]
fn changes_within_a_time() {
    let percent = json!({"when": {"value": {"changes_by_percent": 5, "within": "10s"}}});
    let story = |rule: &Value, values: &[(i64, &str)]| {
        let blocks: Vec<_> = values.iter().map(|(at, value)| (*at, format!(r#"{{"value":{value}}}"#))).collect();
        tell(rule, &blocks.iter().map(|(at, block)| (*at, block.as_str())).collect::<Vec<_>>())
    };
    assert_eq!(
        story(&percent, &[(0, "100"), (5, "104.9"), (6, "105"), (7, "106"), (30, "106")]),
        "+6 -10",
        "after ten seconds the 100 is forgotten"
    );
    assert_eq!(story(&percent, &[(0, "100"), (11, "106")]), "", "too slow");
    assert_eq!(story(&percent, &[(0, "100"), (1, "95"), (2, "96")]), "+1 -2", "96 is not far from 100, nor from 95");
    let up = json!({"when": {"value": {"changes_by": "0.3", "within": "10s", "direction": "up"}}});
    assert_eq!(story(&up, &[(0, "1"), (1, "0.5"), (2, "0.8"), (3, "0.79")]), "+2 -3", "exactly, and up alone");
}

#[test]
fn words_and_types() {
    let when = |when: Value| json!({ "when": when });
    let told = |rule: Value, blocks: &[&str]| {
        tell(&when(rule), &blocks.iter().enumerate().map(|(at, block)| (at as i64, *block)).collect::<Vec<_>>())
    };
    assert_eq!(told(json!({"event": "alert"}), &["alert|x", "info|alert", "alert|x"]), "+0 +2");
    assert_eq!(told(json!({"text": {"matches": "(?i)fail(ed|ure)"}}), &["FAILED", "fails", "failure"]), "+0 +2");
    assert_eq!(told(json!({"text": {"words": "disk full"}}), &["Full: disk 3", "diskful full", "disk fuller"]), "+0");
    assert_eq!(told(json!({"text": {"words": "磁盘"}}), &["磁盘已满", "盘"]), "+0");
}

#[test]
fn fields() {
    let told = |rule: Value, blocks: &[&str]| {
        tell(
            &json!({ "when": rule }),
            &blocks.iter().enumerate().map(|(at, block)| (at as i64, *block)).collect::<Vec<_>>(),
        )
    };
    let status =
        [r#"{"status":"done"}"#, r#"{"status":"Done"}"#, "{}", "done", r#"{"status":null}"#, r#"{"status":5.0}"#];
    assert_eq!(told(json!({"field": "$.status", "equals": "done"}), &status), "+0");
    assert_eq!(
        told(json!({"field": "$.status", "differs": "done"}), &status),
        "+1 +4 +5",
        "what is not there is not other"
    );
    assert_eq!(told(json!({"field": "$.status", "matches": "^(?i)done$|^5"}), &status), "+0 +1 +5");
    assert_eq!(
        told(json!({"field": "$.status", "in": ["done", 5]}), &status),
        "+0 +5",
        "numbers by what they are worth"
    );
    assert_eq!(told(json!({"field": "$.status", "equals": null}), &status), "+4");
    let deep = r#"[{"symbol":"a","jobs":[{"state":"ok"},{"state":"bad"}]},{"symbol":"b","jobs":[]}]"#;
    assert_eq!(
        told(json!({"field": "$.jobs[*].state", "equals": "bad"}), &[deep]),
        "+0a",
        "of several things, that one"
    );
}

#[test]
fn rates_and_silence() {
    let rate = json!({"when": {"rate": {"above": 2, "per": "10s"}}});
    assert_eq!(tell(&rate, &[(0, "a"), (1, "b"), (2, "c"), (3, "d"), (60, "")]), "+2 -11");
    let few = json!({"when": {"rate": {"below": 2, "per": "10s"}}, "group": "shop"});
    assert_eq!(
        tell(&few, &[(1, "a"), (2, "b"), (10, ""), (30, "c"), (31, "d"), (35, "")]),
        "+11 -31",
        "two are enough"
    );
    let silent = json!({"when": {"silent_for": "5s"}});
    assert_eq!(tell(&silent, &[(4, "a"), (20, ""), (21, "b"), (22, "")]), "+5 +9 -21", "the other feed never spoke");
    let one = json!({"when": {"silent_for": "5s"}, "group": "shop"});
    assert_eq!(tell(&one, &[(4, "a"), (20, ""), (21, "b"), (22, "")]), "+9 -21");
    let together = json!({"when": {"silent_for": "5s"}, "per": "rule"});
    assert_eq!(tell(&together, &[(4, "a"), (8, "other:b"), (12, ""), (13, ""), (14, "a")]), "+13 -14");
    let keys = json!({"when": {"silent_for": "5s"}, "per": "key", "feeds": ["feed"]});
    let (a, b) = (r#"{"symbol":"A","price":1}"#, r#"{"symbol":"B","price":1}"#);
    assert_eq!(tell(&keys, &[(0, a), (1, b), (4, b), (8, b), (9, a)]), "+5A -9A");
}

#[test]
fn progress() {
    let reached = json!({"when": {"progress": {"reaches_percent": 50}}});
    let job = |progress: u32| format!(r#"{{"job":"x","progress":{progress},"total":200}}"#);
    let story = |rule: &Value, steps: &[(i64, u32)]| {
        let blocks: Vec<_> = steps.iter().map(|(at, progress)| (*at, job(*progress))).collect();
        tell(rule, &blocks.iter().map(|(at, block)| (*at, block.as_str())).collect::<Vec<_>>())
    };
    assert_eq!(story(&reached, &[(0, 99), (1, 100), (2, 200), (3, 0), (4, 150)]), "+1x -3x +4x", "begun anew");
    let stalled = json!({"when": {"progress": {"stalls_for": "10s"}}});
    assert_eq!(story(&stalled, &[(0, 10), (5, 10), (9, 20), (30, 20), (31, 30), (32, 200), (60, 200)]), "+19x -31x");
}

#[test]
fn several_and_none() {
    let all = json!({"when": {"all": [{"event": "trade"}, {"value": {"above": 10}}]}});
    let story = [
        (0, r#"trade|{"value":11}"#),
        (1, r#"quote|{"value":12}"#),
        (2, r#"trade|{"value":12}"#),
        (3, r#"trade|{"value":9}"#),
    ];
    assert_eq!(tell(&all, &story), "+0 +2");
    let any = json!({"when": {"any": [{"value": {"above": 10}}, {"value": {"below": 0}}]}});
    assert_eq!(values_of(&any, &["5", "11", "-1", "5"]), "+1 -3");
    let not = json!({"when": {"not": {"event": "heartbeat"}}});
    assert_eq!(tell(&not, &[(0, "heartbeat2|x"), (1, "heartbeat3|x")]), "+0 +1");
}

fn values_of(rule: &Value, values: &[&str]) -> String {
    let blocks: Vec<_> = values.iter().map(|value| format!(r#"{{"value":{value}}}"#)).collect();
    tell(rule, &blocks.iter().enumerate().map(|(at, block)| (at as i64, block.as_str())).collect::<Vec<_>>())
}

#[test]
fn what_must_hold_for_a_time() {
    let rule = json!({"when": {"value": {"above": 10}}, "for": "5s"});
    let value = |value: u32| format!(r#"{{"value":{value}}}"#);
    let (high, low) = (value(11), value(9));
    assert_eq!(tell(&rule, &[(0, &high), (3, &low), (4, &high), (8, &high), (20, &low)]), "+9 -20");
    let down = json!({"when": {"field": "$.status", "equals": "down"}, "for": "5s"});
    let (down_now, up_now) = (r#"{"status":"down"}"#, r#"{"status":"up"}"#);
    assert_eq!(tell(&down, &[(0, down_now), (3, down_now), (7, up_now), (8, down_now), (9, up_now)]), "+5 -7");
}

#[test]
fn what_ends_an_alert() {
    let rule = json!({"when": {"event": "failed"}, "until": {"event": "ok"}});
    assert_eq!(
        tell(&rule, &[(0, "failed|a"), (1, "failed|b"), (2, "note|c"), (3, "ok|d"), (4, "failed|e")]),
        "+0 -3 +4"
    );
    let level = json!({"when": {"value": {"above": 10}}, "until": {"event": "seen"}});
    let high = r#"{"value":11}"#;
    assert_eq!(
        tell(&level, &[(0, high), (1, "seen|x"), (2, high), (3, r#"{"value":9}"#), (4, high), (5, r#"{"value":9}"#)]),
        "+0 -1 +4 -5",
        "it rings again only after it was below"
    );
}

#[test]
fn each_place_on_its_own() {
    let rule = json!({"when": {"value": {"crosses_above": 10}}});
    let price = |symbol: &str, price: u32| format!(r#"{{"symbol":"{symbol}","price":{price}}}"#);
    let story = [price("A", 9), price("B", 11), price("A", 11), price("B", 9), price("B", 12)];
    let story: Vec<_> = story.iter().enumerate().map(|(at, block)| (at as i64, block.as_str())).collect();
    assert_eq!(tell(&rule, &story), "+2A +4B", "B was above from the beginning");
    let feed = json!({"when": {"value": {"crosses_above": 10}}, "per": "feed"});
    assert_eq!(tell(&feed, &story), "+1 -3 +4");
}

#[test]
fn expressions() {
    let told =
        |expression: &str, data: &str| tell(&json!({"when": {"cel": expression}}), &[(0, data)]).starts_with("+0");
    let data = r#"trade|{"symbol":"BTC","price":0.3,"tags":["hot","new"],"deep":{"n":5}}"#;
    for (expression, expected) in [
        ("value > 0.29 && event == 'trade'", true),
        ("value + 0.1 == 0.4", true),
        ("value * 10 >= 3", true),
        ("value < 0.3", false),
        ("key == 'BTC' && 'hot' in data.tags", true),
        ("data.tags.exists(tag, tag.startsWith('ne'))", true),
        ("data.deep.n == 5 && has(data.deep.n) && !has(data.deep.m)", true),
        ("data.missing > 1", false),
        ("title.matches('x')", false),
        ("'not a truth'", false),
    ] {
        assert_eq!(told(expression, data), expected, "{expression}");
    }
    assert!(told("data == 'plain words'", "plain words"));
    let large = format!(r#"{{"price":1,"x":"{}"}}"#, "y".repeat(70_000));
    assert!(!told("value == 1", &large), "too much to look at");
}

#[test]
fn a_wrong_rule_is_refused_with_the_place_and_the_reason() {
    let deep = (0..20).fold(json!({"event": "x"}), |inner, _| json!({ "not": inner }));
    for (when, place, hint) in [
        (json!({"value": {}}), "when.value", "exactly one"),
        (json!({"value": {"above": 1, "below": 2}}), "when.value", "exactly one"),
        (json!({"value": {"above": 1, "recovers_below": 2}}), "when.value", "other side"),
        (json!({"value": {"above": 1, "recovers_above": 0}}), "when.value", "recovers_below"),
        (json!({"value": {"above": 1, "within": "1m"}}), "when.value", "changes_by"),
        (json!({"value": {"changes_by": 1}}), "when.value.within", "10m"),
        (json!({"value": {"changes_by": 0, "within": "1m"}}), "when.value", "more than 0"),
        (json!({"value": {"changes_by": 1, "above": 2, "within": "1m"}}), "when.value", "all"),
        (json!({"event": " "}), "when.event", "type"),
        (json!({"text": {}}), "when.text", "words"),
        (json!({"text": {"matches": "("}}), "when.text.matches", "regular expression"),
        (json!({"field": "status", "equals": 1}), "when.field", "$.status"),
        (json!({"field": "$.a"}), "when", "exactly one"),
        (json!({"field": "$.a", "equals": [1]}), "when", "compared with"),
        (json!({"field": "$.a", "in": []}), "when", "at least one"),
        (json!({"rate": {"per": "1m"}}), "when.rate", "above"),
        (json!({"progress": {}}), "when.progress", "reaches_percent"),
        (json!({"all": []}), "when.all", "at least one"),
        (json!({"any": [{"event": "x"}, {"not": {"text": {}}}]}), "when.any[1].not.text", "words"),
        (json!({"cel": "value >"}), "when.cel", "Common Expression Language"),
        (json!({"cel": "prize > 1"}), "when.cel", "'prize'"),
        (json!({"cel": "data.a.all(x, data.b.all(y, x < y))"}), "when.cel", "inside each other"),
        (deep, "when.not.not", "deep"),
    ] {
        let rule = json!({ "when": when });
        let Err(error) = compile(&rule).map(drop) else { panic!("{rule} is accepted") };
        let message = error.to_string();
        assert!(message.starts_with(place) && message.contains(hint), "{rule}: {message}");
    }
    let until = json!({"when": {"event": "x"}, "until": {"text": {"matches": "["}}});
    assert!(compile(&until).map(drop).unwrap_err().to_string().starts_with("until.text.matches"));
    for (wrong, hint) in [
        (json!({"when": {"wish": 1}}), "wish"),
        (json!({"when": {"silent_for": "soon"}}), "soon"),
        (json!({"when": {"value": {"abvoe": 1}}}), "abvoe"),
        (json!({"when": {"field": "$.x", "eqals": 1}}), "eqals"),
        (json!({"when": {"event": "x"}, "for": 5}), "string"),
    ] {
        let error = serde_json::from_value::<RuleDraft>(wrong.clone()).unwrap_err().to_string();
        assert!(error.contains(hint), "{wrong}: {error}");
    }
}

#[test]
fn conditions_are_written_as_they_are_read() {
    for when in [
        json!({"value": {"crosses_above": 60000, "recovers_below": 59000.5}}),
        json!({"value": {"above": "9007199254740993"}}),
        json!({"value": {"changes_by_percent": 5, "within": "10m", "direction": "down"}}),
        json!({"all": [{"event": "x"}, {"any": [{"text": {"words": "a b"}}, {"not": {"cel": "value > 1"}}]}]}),
        json!({"field": "$.status", "in": ["done", 5, true, null]}),
        json!({"field": "$.status", "equals": null}),
        json!({"rate": {"above": 100, "per": "1m"}}),
        json!({"silent_for": "1h30m"}),
        json!({"progress": {"stalls_for": "5m"}}),
    ] {
        let condition: crate::model::Condition = serde_json::from_value(when.clone()).unwrap();
        assert_eq!(serde_json::to_value(condition).unwrap(), when);
    }
}

/// What memory is stored and put back, a rule goes on from as if nothing had been.
#[test]
fn a_restart_changes_nothing() {
    for rule in [
        json!({"when": {"value": {"crosses_above": 10, "recovers_below": 5}}}),
        json!({"when": {"value": {"above": 10}}, "for": "3s"}),
        json!({"when": {"value": {"changes_by": 4, "within": "5s"}}}),
        json!({"when": {"rate": {"above": 2, "per": "5s"}}}),
        json!({"when": {"silent_for": "3s"}, "feeds": ["feed"]}),
        json!({"when": {"event": "bad"}, "until": {"event": "good"}}),
    ] {
        let story: Vec<(Millis, &str)> = vec![
            (0, r#"{"value":4}"#),
            (1000, r#"{"value":11}"#),
            (1500, "bad|x"),
            (2500, r#"{"value":12}"#),
            (6000, r#"{"value":7}"#),
            (6100, r#"{"value":7}"#),
            (6200, "good|x"),
            (9900, r#"{"value":4}"#),
            (10_000, r#"{"value":13}"#),
            (20_000, r#"{"value":13}"#),
        ];
        let mut whole = rules(&rule);
        let expected = run(&mut whole, &story, &mut Vec::new());
        for cut in 0..story.len() {
            let mut memos = Vec::new();
            let mut before = rules(&rule);
            let mut said = run(&mut before, &story[..cut], &mut memos);
            let mut after = rules(&rule);
            let now = if cut == 0 { 0 } else { story[cut - 1].0 };
            let window = after.longest_window();
            for (at, block) in story[..cut].iter().filter(|(at, _)| *at > now - window) {
                after.recall(FEED, &event(*at, FEED, block));
            }
            for memo in &memos {
                after.get_mut(0).restore(&memo.place, &memo.memory, now);
            }
            let (feed, other) = (FeedId("feed".into()), FeedId("other".into()));
            let faces = [
                FeedFace { no: FEED, id: &feed, group: None, each: None },
                FeedFace { no: OTHER, id: &other, group: None, each: None },
            ];
            after.follow(&faces, now);
            said.extend(run(&mut after, &story[cut..], &mut Vec::new()));
            assert_eq!(said, expected, "{rule}, cut before {cut}");
        }
    }
}

fn run(rules: &mut Rules, story: &[(Millis, &str)], memos: &mut Vec<Memo>) -> Vec<(Millis, Outcome, Place)> {
    let mut said = Vec::new();
    for (at, block) in story {
        said.extend(rules.advance(*at, memos));
        said.extend(rules.observe(FEED, &event(*at, FEED, block), memos));
    }
    said.into_iter().map(|verdict| (verdict.at, verdict.outcome, verdict.place)).collect()
}

fn any_rule() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!({"when": {"value": {"crosses_above": 5, "recovers_below": 3}}}),
        json!({"when": {"value": {"above": 5}}, "for": "2s"}),
        json!({"when": {"value": {"changes_by_percent": 50, "within": "3s"}}}),
        json!({"when": {"rate": {"above": 2, "per": "3s"}}}),
        json!({"when": {"rate": {"below": 2, "per": "3s"}}}),
        json!({"when": {"silent_for": "2s"}, "feeds": ["feed"]}),
        json!({"when": {"all": [{"value": {"above": 3}}, {"not": {"value": {"above": 6}}}]}, "for": "1s", "until": {"event": "ok"}}),
        json!({"when": {"any": [{"event": "ok"}, {"silent_for": "4s"}]}, "feeds": ["feed"]}),
    ])
}

proptest! {
    /// A rule's words do not depend on how often anybody asks what time it is: the events and their times alone count.
    #[test]
    fn looking_at_the_clock_changes_nothing(
        rule in any_rule(),
        steps in prop::collection::vec((0i64..3000, 0i64..10, prop::bool::ANY), 1..40),
        looks in prop::collection::vec(0i64..1000, 0..40),
    ) {
        let mut at = 0;
        let story: Vec<(Millis, String)> = steps.iter().map(|(step, value, ok)| {
            at += step;
            (at, if *ok { "ok|x".to_owned() } else { format!(r#"{{"value":{value}}}"#) })
        }).collect();
        let (mut calm, mut restless) = (rules(&rule), rules(&rule));
        let (mut said, mut said_too) = (Vec::new(), Vec::new());
        let mut looks = looks.into_iter().cycle();
        let mut before = 0;
        for (at, block) in &story {
            let event = event(*at, FEED, block);
            said.extend(calm.observe(FEED, &event, &mut Vec::new()));
            if let Some(look) = looks.next() {
                said_too.extend(restless.advance((before + look).min(*at), &mut Vec::new()));
            }
            said_too.extend(restless.observe(FEED, &event, &mut Vec::new()));
            before = *at;
        }
        said.extend(calm.advance(at + 60_000, &mut Vec::new()));
        said_too.extend(restless.advance(at + 60_000, &mut Vec::new()));
        // The places are told apart, and their order is of no importance.
        said.sort_by_key(|verdict| verdict.place.clone());
        said_too.sort_by_key(|verdict| verdict.place.clone());
        prop_assert_eq!(said, said_too);
    }
}

#[test]
fn what_a_field_is_of_is_what_the_reading_is_made_of() {
    let feed = FeedId("feed".into());
    let rule =
        json!({"id": "r", "name": "r", "when": {"all": [{"field": "$.open", "equals": true}, {"cel": "data.n > 1"}]}});
    let mut rules = Rules::default();
    rules.push(Evaluator::new(serde_json::from_value(rule).unwrap()).unwrap());
    rules.follow(&[FeedFace { no: FEED, id: &feed, group: None, each: Some(&Each::Path("$[*].doors[*]".into())) }], 0);
    let door = |n: i32, open: bool| json!({"n": n, "open": open});
    let data =
        json!([{"doors": [door(1, true), door(2, true)]}, {"doors": [door(3, false), door(4, true)]}]).to_string();
    let map = crate::model::Mapping {
        each: Some(Each::Path("$[*].doors[*]".into())),
        key: Some("$.n".into()),
        ..Default::default()
    };
    let came = sse::Event { event: "message".into(), data: data.into(), id: "".into() };
    let readings = Mapper::new(&map).unwrap().map(&came).readings;
    let event = Event {
        seq: 1,
        feed: feed.clone(),
        at: 1,
        event: came.event,
        id: came.id,
        bytes: 0,
        data: came.data,
        readings,
    };
    let rang = rules.observe(FEED, &Arc::new(event), &mut Vec::new());
    assert_eq!(rang.iter().map(|verdict| verdict.place.key.as_str()).collect::<Vec<_>>(), ["2", "4"]);
}
