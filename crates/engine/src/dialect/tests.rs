//! Dialects as a specification: what a server says, and what comes of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;

fn dialect(json: Value) -> Dialect {
    serde_json::from_value(json).expect("a dialect")
}

fn interpreter(json: Value) -> Interpreter {
    Interpreter::new(&Mapping::default(), &dialect(json)).unwrap_or_else(|error| panic!("{error}"))
}

fn event(kind: &str, id: &str, data: &str) -> sse::Event {
    sse::Event { event: kind.into(), data: data.to_owned().into(), id: id.into() }
}

/// What is kept of an event whether or not it rings: its id, and how many readings it has.
fn kept(heard: Heard) -> (String, usize) {
    match heard {
        Heard::Event(event, mapped) if mapped.spare => (event.id.to_string(), 0),
        Heard::Event(event, mapped) => (event.id.to_string(), mapped.readings.len()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_id_may_be_in_the_data_and_is_one_only_of_what_is_kept() {
    let mut server = interpreter(json!({"id": "$.id", "resume": {"query": "since"}, "ignore": {"event": "poll"}}));
    let now = Instant::now();
    for (event, expected) in [
        (event("message", "", r#"{"id":"a1","message":"hi"}"#), ("a1", 1)),
        (event("poll", "", r#"{"id":"a2","message":"hi"}"#), ("", 0)),
        (event("keepalive", "", r#"{"id":"a3"}"#), ("", 0)),
        (event("message", "7", r#"{"message":"hi"}"#), ("", 1)),
        (event("message", "", r#"{"id":12345678901234567890,"message":"hi"}"#), ("12345678901234567890", 1)),
    ] {
        let data = event.data.clone();
        assert_eq!(kept(server.hear(event, now)), (expected.0.to_owned(), expected.1), "{data}");
    }
}

#[test]
fn ids_that_mean_nothing_are_none() {
    let mut server = interpreter(json!({"resume": "none"}));
    assert_eq!(kept(server.hear(event("message", "client-7", r#"{"a":1}"#), Instant::now())), (String::new(), 1));
    assert!(!server.resumes());
}

#[test]
fn an_event_is_left_out_when_that_is_true_of_all_that_it_tells() {
    let mut server = interpreter(json!({"ignore": {"any": [
        {"field": "$.meta.domain", "equals": "canary"},
        {"cel": "data.bot == true && priority == null"},
        {"field": "$.kind", "in": ["spam", "advert"]},
    ]}}));
    let now = Instant::now();
    for (data, readings) in [
        (json!({"meta": {"domain": "canary"}, "title": "t"}), 0),
        (json!({"bot": true, "title": "t"}), 0),
        (json!({"bot": true, "title": "t", "priority": 5}), 1),
        (json!({"kind": "spam"}), 0),
        (json!([{"kind": "spam"}, {"kind": "news"}]), 2),
        (json!([{"kind": "spam"}, {"kind": "advert"}]), 0),
        (json!({"title": "t"}), 1),
    ] {
        let event = event("message", "", &data.to_string());
        assert_eq!(kept(server.hear(event, now)).1, readings, "{data}");
    }
}

#[test]
fn a_server_can_refuse_inside_the_stream() {
    let mut server = interpreter(json!({"refusals": [
        {"when": {"event": "auth_revoked"}, "says": "{{ data }}", "stop": true},
        {"when": {"event": "error"}, "says": "{{ data.title or data }}"},
        {"when": {"all": [{"event": "close"}, {"cel": "data == 'unauthorized'"}]}, "stop": true},
    ]}));
    let now = Instant::now();
    let told = |said: &str, last| Heard::Refused(sse::Cause::Told { said: said.into(), last });
    for (kind, data, expected) in [
        ("auth_revoked", "credential is no longer valid", told("credential is no longer valid", true)),
        ("error", r#"{"title":"Rate limit"}"#, told("Rate limit", false)),
        ("error", "lost", told("lost", false)),
        ("close", r#""unauthorized""#, told(r#""unauthorized""#, true)),
        ("error", &"é".repeat(1000), told(&format!("{}…", "é".repeat(150)), false)),
    ] {
        assert_eq!(server.hear(event(kind, "", data), now), expected, "{kind} {data}");
    }
    assert_eq!(kept(server.hear(event("close", "", r#""byebye""#), now)).1, 1);
}

#[test]
fn what_a_server_must_be_told_is_composed_of_the_event_that_asks_which_is_not_shown() {
    let json = json!({"subscribe": {
        "on": "PB_CONNECT", "url": "/api/realtime",
        "body": {"clientId": "$.clientId", "subscriptions": ["prices/*", "{{ event }}"], "count": 2},
    }});
    let answers = answers(&dialect(json.clone())).expect("a dialect").expect("it asks");
    for (data, id) in
        [(r#"{"clientId":"x"}"#, "x"), (r#"{"clientId":"a\",\"b\":\"c"}"#, r#"a","b":"c"#), ("no JSON", "")]
    {
        let asks = event("PB_CONNECT", "", data);
        let post = answers(&asks).expect("it asks");
        let told: Value = serde_json::from_str(&post.json).expect("JSON");
        assert_eq!(told, json!({"clientId": id, "subscriptions": ["prices/*", "PB_CONNECT"], "count": 2}));
        assert_eq!(kept(interpreter(json.clone()).hear(asks, Instant::now())).1, 0);
    }
    assert_eq!(answers(&event("message", "", "{}")), None);
}

#[test]
fn more_than_is_wanted_in_a_second_is_spare() {
    let mut server = interpreter(json!({"at_most": 3}));
    let begin = Instant::now();
    let mut at = |millis: u64| kept(server.hear(event("message", "", "{}"), begin + Duration::from_millis(millis))).1;
    let burst: usize = (0..100).map(|_| at(0)).sum();
    assert_eq!(burst, 3);
    assert_eq!([at(100), at(400), at(500)], [0, 1, 0]);
    let steady: usize = (1..=100).map(|tenth| at(10_000 + tenth * 100)).sum();
    assert!((30..=33).contains(&steady), "{steady} in ten seconds");
}

#[test]
fn a_dialect_that_cannot_be_is_refused_where_it_is_wrong() {
    for (json, place) in [
        (json!({"ignore": {"value": {"above": 3}}}), "dialect.ignore: "),
        (json!({"ignore": {"silent_for": "2m"}}), "dialect.ignore: "),
        (json!({"ignore": {"cel": "nonsense("}}), "dialect.ignore.cel: "),
        (json!({"snapshot": {"rate": {"above": 1, "per": "1m"}}}), "dialect.snapshot: "),
        (json!({"id": "$["}), "dialect.id: "),
        (json!({"refusals": [{"when": {"event": "e"}, "says": "{{ nobody }}"}]}), "dialect.refusals[0].says: "),
        (json!({"subscribe": {"on": "e", "url": "https://evil.example/", "body": {}}}), "dialect.subscribe.url: "),
        (json!({"subscribe": {"on": "e", "url": "//evil.example/", "body": {}}}), "dialect.subscribe.url: "),
    ] {
        let error = Interpreter::new(&Mapping::default(), &dialect(json.clone())).err();
        let error = error.unwrap_or_else(|| panic!("{json} was taken")).to_string();
        assert!(error.starts_with(place), "{json}: {error}");
    }
}
