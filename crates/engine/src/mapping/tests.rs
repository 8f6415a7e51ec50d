//! The mapping as a specification: what arrives, what it is understood as, how it is drawn.

use serde_json::{Value, json};

use super::*;
use crate::model::Each;

fn event(kind: &str, data: &str) -> sse::Event {
    sse::Event { event: kind.to_owned().into(), data: data.to_owned().into(), id: "".into() }
}

/// Guesses, and gives the readings as JSON.
fn guess(kind: &str, data: &str) -> (Value, Option<View>) {
    let mapped = Mapper::new(&Mapping::default()).expect("compiles").map(&event(kind, data));
    (serde_json::to_value(mapped.readings).expect("JSON"), mapped.view)
}

#[test]
fn well_known_shapes_are_understood() {
    for (data, readings, view) in [
        (
            json!({"symbol": "BTC-USD", "price": "61234.50", "currency": "USD", "ts": 1_700_000_000_000_i64}),
            json!([{"key": "BTC-USD", "value": "61234.50", "unit": "USD", "time": 1_700_000_000_000_i64}]),
            Some(View::Price),
        ),
        (
            json!({"id": 7, "name": "Teapot", "price": 7.5}),
            json!([{"key": "Teapot", "value": "7.5"}]),
            Some(View::Price),
        ),
        (
            json!({"job": "linux", "progress": 68, "total": 136, "status": "running"}),
            json!([{"key": "linux", "progress": 68.0, "total": 136.0, "state": "open"}]),
            Some(View::Progress),
        ),
        (json!({"progress": 100}), json!([{"progress": 100.0, "state": "done"}]), Some(View::Progress)),
        (
            json!({"job": "w", "progress": 41, "status": "failed"}),
            json!([{"key": "w", "progress": 41.0, "state": "failed"}]),
            Some(View::Progress),
        ),
        (
            json!({"home": "Reds", "away": "Blues", "home_score": 54, "away_score": 51}),
            json!([{"score": {"home": "Reds", "away": "Blues", "home_score": "54", "away_score": "51"}}]),
            Some(View::Score),
        ),
        (
            json!({"home": 1, "away": 0, "period": "Q3", "clock": "04:12"}),
            json!([{"score": {"home": "Home", "away": "Away", "home_score": "1", "away_score": "0", "moment": "Q3 · 04:12"}}]),
            Some(View::Score),
        ),
        (
            json!({"home": {"name": "Reds", "score": 1}, "away": {"name": "Blues", "score": 0}}),
            json!([{"score": {"home": "Reds", "away": "Blues", "home_score": "1", "away_score": "0"}}]),
            Some(View::Score),
        ),
        (
            json!({"home": 2, "away": 3}),
            json!([{"score": {"home": "Home", "away": "Away", "home_score": "2", "away_score": "3"}}]),
            Some(View::Score),
        ),
        (json!({"username": "mia", "message": "hi"}), json!([{"key": "mia", "body": "hi"}]), Some(View::Chat)),
        (json!({"name": "mia", "message": "hi"}), json!([{"key": "mia", "body": "hi"}]), Some(View::Chat)),
        (
            json!({"id": "1-0", "topic": "backups", "message": "done"}),
            json!([{"key": "backups", "body": "done"}]),
            Some(View::Chat),
        ),
        (
            json!({"title": "Rates held", "source": "Wire", "url": "https://example.com/a"}),
            json!([{"title": "Rates held", "link": "https://example.com/a"}]),
            Some(View::News),
        ),
        (
            json!({"id": "t1", "title": "Renew", "done": true}),
            json!([{"key": "t1", "title": "Renew", "state": "done"}]),
            Some(View::Tasks),
        ),
        (json!({"id": "t1", "removed": true}), json!([{"key": "t1", "state": "removed"}]), Some(View::Tasks)),
        (
            json!({"type": "price", "data": {"symbol": "X", "price": 1}}),
            json!([{"key": "X", "value": "1"}]),
            Some(View::Price),
        ),
        (
            json!([{"symbol": "A", "price": 1}, {"symbol": "B", "price": 2}]),
            json!([{"key": "A", "value": "1"}, {"key": "B", "value": "2"}]),
            Some(View::Price),
        ),
        (json!(61234.5), json!([{"value": "61234.5"}]), Some(View::Price)),
        (json!(107_214_471_804_101_576_u64), json!([{"value": "107214471804101576"}]), Some(View::Price)),
        (json!("hello"), json!([{"body": "hello"}]), None),
        (json!({"level": "info", "x": [1, 2]}), json!([{}]), None),
        (json!(null), json!([{}]), None),
    ] {
        assert_eq!(guess("message", &data.to_string()), (readings, view), "{data}");
    }
}

#[test]
fn a_removal_can_be_the_type_of_the_event() {
    assert_eq!(guess("deleted", r#"{"id":"t1"}"#), (json!([{"key": "t1", "state": "removed"}]), Some(View::Tasks)));
}

#[test]
fn plain_text_is_the_data_itself_and_a_percentage_is_a_progress() {
    assert_eq!(guess("message", "backup done"), (json!([{}]), None));
    assert_eq!(guess("message", "42 %").0, json!([{"progress": 42.0}]));
    assert_eq!(guess("message", "undefined"), (json!([{}]), None));
}

#[test]
fn keep_alives_are_nothing() {
    for (kind, data) in [
        ("ping", ""),
        ("keepalive", r#"{"event":"keepalive"}"#),
        ("keep-alive", "null"),
        ("alive", "{}"),
        ("message", "ping"),
        ("message", "💓"),
        ("message", " "),
    ] {
        assert_eq!(guess(kind, data), (json!([]), None), "{kind} {data}");
    }
}

#[test]
fn what_is_mapped_is_taken_from_there_and_the_rest_is_guessed() {
    let map = Mapping {
        value: Some("$.p.last".into()),
        unit: Some("EUR".into()),
        key: Some("$.p['pair name']".into()),
        ..Mapping::default()
    };
    let mapper = Mapper::new(&map).expect("compiles");
    let mapped = mapper.map(&event("message", r#"{"price":1,"title":"T","p":{"last":"2.50","pair name":"A/B"}}"#));
    let expected = json!([{"key": "A/B", "title": "T", "value": "2.50", "unit": "EUR"}]);
    assert_eq!(serde_json::to_value(mapped.readings).expect("JSON"), expected);
    assert_eq!(mapped.view, Some(View::Price));
    let elsewhere = mapper.map(&event("message", r#"{"price":1}"#));
    assert_eq!(elsewhere.readings[0].value, None, "a mapped field that is not there is not guessed from another");
}

#[test]
fn a_path_into_an_array_takes_it_as_a_whole() {
    let map = Mapping { value: Some("$[1].v".into()), ..Mapping::default() };
    let mapped = Mapper::new(&map).expect("compiles").map(&event("message", r#"[{"v":1},{"v":2}]"#));
    assert_eq!(mapped.readings.len(), 1);
    assert_eq!(mapped.readings[0].value.map(|value| value.to_string()).as_deref(), Some("2"));
}

#[test]
fn only_web_addresses_become_links() {
    for (url, link) in [
        ("https://example.com/a", Some("https://example.com/a")),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("//example.com", None),
        ("https://", None),
    ] {
        let data = json!({"title": "T", "url": url}).to_string();
        assert_eq!(guess("message", &data).0[0].get("link").and_then(Value::as_str), link, "{url}");
    }
}

#[test]
fn hostile_sizes_are_bounded() {
    let huge = "é".repeat(100_000);
    let (readings, _) = guess("message", &json!({"title": huge, "message": huge, "user": huge}).to_string());
    let length = |field: &str| readings[0][field].as_str().map_or(0, str::len);
    assert!(length("title") <= MAX_TITLE + 3 && length("body") <= MAX_BODY + 3 && length("key") <= MAX_KEY + 3);
    let many = Value::from(vec![json!({"price": 1}); 10_000]).to_string();
    assert_eq!(guess("message", &many).0.as_array().map(Vec::len), Some(MAX_READINGS));
}

#[test]
fn times_are_understood_in_their_usual_units() {
    for time in [
        json!("2023-11-14T22:13:20Z"),
        json!(1_700_000_000),
        json!(1_700_000_000_000_i64),
        json!("1700000000"),
        json!(1_700_000_000_000_000_i64),
    ] {
        let data = json!({"price": 1, "time": time}).to_string();
        assert_eq!(guess("message", &data).0[0]["time"], json!(1_700_000_000_000_i64), "{time}");
    }
    assert!(guess("message", r#"{"price":1,"time":"04:12"}"#).0[0].get("time").is_none());
}

#[test]
fn a_view_is_settled_by_what_most_events_say_and_a_mixed_feed_is_a_log() {
    let settle = |views: &[Option<View>]| {
        let mut guess = ViewGuess::default();
        views.iter().fold(None, |last, view| guess.count("message", *view).or(last))
    };
    assert_eq!(settle(&[Some(View::Price)]), Some(View::Price));
    assert_eq!(
        settle(&[None, Some(View::Chat), Some(View::Chat), Some(View::Chat), Some(View::Chat)]),
        Some(View::Chat)
    );
    assert_eq!(settle(&[Some(View::Price), Some(View::Chat), Some(View::News)]), Some(View::Log));
    let mut long = vec![Some(View::Price); 20];
    long.extend([Some(View::Chat); 100]);
    assert_eq!(settle(&long), Some(View::Price), "after enough events it stands");
    let mut again = ViewGuess::after(View::Log);
    assert_eq!(again.count("message", Some(View::Price)), Some(View::Log), "a mixed feed is one after a restart too");
}

#[test]
fn a_feed_that_tells_kinds_apart_by_type_is_a_log_however_rare_one_is() {
    let settle = |events: &[(&str, Option<View>)]| {
        let mut guess = ViewGuess::default();
        events.iter().fold(None, |last, (event, view)| guess.count(event, *view).or(last))
    };
    let mut market = vec![("stock", Some(View::Price)); 12];
    assert_eq!(settle(&market), Some(View::Price));
    market.push(("news", Some(View::News)));
    assert_eq!(settle(&market), Some(View::Log));
    // Not so a stray shape under the same type, a type that says nothing, types of one kind, and removals.
    let mut chat = vec![("message", Some(View::Chat)); 12];
    chat.extend([("message", Some(View::News)), ("hello", None)]);
    assert_eq!(settle(&chat), Some(View::Chat));
    assert_eq!(settle(&[("start", Some(View::Progress)), ("step", Some(View::Progress))]), Some(View::Progress));
    let mut posts = vec![("update", Some(View::News)); 4];
    posts.push(("delete", Some(View::Tasks)));
    assert_eq!(settle(&posts), Some(View::News));
}

#[test]
fn decimals_are_shown_with_their_own_digits() {
    for (value, shown) in [
        ("61234.50", "61,234.50"),
        ("-1234567", "-1,234,567"),
        ("0.000001", "0.000001"),
        ("999", "999"),
        ("-0.00", "0.00"),
    ] {
        assert_eq!(display_decimal(value.parse().expect("a decimal")), shown);
    }
}

/// A body that is composed of an event's data.
fn compose(template: &str, data: &Value) -> Option<String> {
    let map = Mapping { body: Some(template.into()), title: Some("T".into()), ..Mapping::default() };
    let mapper = Mapper::new(&map).unwrap_or_else(|error| panic!("{template}: {error}"));
    mapper.map(&event("put", &data.to_string())).readings[0].body.clone()
}

#[test]
fn fields_are_composed_of_what_an_event_says() {
    for (template, data, expected) in [
        (
            "{{ data.old }} → {{ data.new }} {{ data.unit }}",
            json!({"old": "20.1", "new": 20.5, "unit": "°C"}),
            Some("20.1 → 20.5 °C"),
        ),
        ("{{ data.new }} {{ data.unit.name }}", json!({"new": null}), None),
        ("{{ event }}: {{ data.a[1] }}", json!({"a": [1, 2]}), Some("put: 2")),
        ("{{ data.title or data.name }}", json!({"name": "N"}), Some("N")),
        ("{{ 'up' if data.by > 0 else 'down' }}", json!({"by": -1}), Some("down")),
        ("{{ {'x1': 'BTC/USD'}[data.id] or data.id }}", json!({"id": "x1"}), Some("BTC/USD")),
        ("{{ {'x1': 'BTC/USD'}[data.id] or data.id }}", json!({"id": "x2"}), Some("x2")),
        ("{{ (data.payload | json).value }}", json!({"payload": "{\"value\":\"ON\"}"}), Some("ON")),
        ("{{ (data.payload | json).value }}", json!({"payload": "no JSON"}), None),
        (
            "{{ data.html | plain }}",
            json!({"html": "<p>Tom &amp; <a href='x'>Jerry</a><br>again</p><script>x</script>"}),
            Some("Tom & Jerry\nagain"),
        ),
        ("{{ data.a | join(', ') | upper }}", json!({"a": ["x", "y"]}), Some("X, Y")),
        ("{{ data.a }}", json!({"a": [{"x": null}, "y"]}), Some(r#"[{"x":null},"y"]"#)),
        ("{{ (data.a | split(' '))[1] }}", json!({"a": "21.5 °C"}), Some("°C")),
        ("{{ data.a | split('x') | length }}", json!({"a": "x".repeat(100_000)}), Some("1000")),
        ("{{ data.a | length }} of {{ data.n | default(3) }}", json!({"a": [1]}), Some("1 of 3")),
    ] {
        assert_eq!(compose(template, &data).as_deref(), expected, "{template} of {data}");
    }
}

#[test]
fn decimals_are_computed_exactly() {
    for (template, data, expected) in [
        ("{{ data.p | scale(data.e) }}", json!({"p": "6140993501000", "e": -8}), Some("61409.93501000")),
        ("{{ data.p | scale(2) }}", json!({"p": 1.5}), Some("150.0")),
        ("{{ data.p | scale(data.e) }}", json!({"p": "1", "e": -29}), None),
        ("{{ data.n | over(data.d) }}", json!({"n": "1", "d": "10"}), Some("0.1")),
        ("{{ data.n | over(data.d) | round(4) }}", json!({"n": 2, "d": 3}), Some("0.6667")),
        ("{{ data.n | over(data.d) }}", json!({"n": 1, "d": 0}), None),
        ("{{ data.n | times(100) }}", json!({"n": "0.1"}), Some("10")),
        ("{{ data.n | times(data.n) }}", json!({"n": "99999999999999999999999999"}), None),
        ("{{ data.n | round }}", json!({"n": "2.5"}), Some("3")),
        ("{{ data.n | over(3) }}", json!({"n": "three"}), None),
    ] {
        assert_eq!(compose(template, &data).as_deref(), expected, "{template} of {data}");
    }
}

#[test]
fn each_of_several_things_in_an_event_is_a_reading() {
    let map = Mapping {
        each: Some(Each::Path("$.parsed[*]".into())),
        value: Some("{{ data.price.price | scale(data.price.expo) }}".into()),
        key: Some("$.id".into()),
        body: Some("{{ whole.parsed | length }} in all".into()),
        ..Mapping::default()
    };
    let mapper = Mapper::new(&map).expect("compiles");
    let price = |id: &str, price: &str| json!({"id": id, "price": {"price": price, "expo": -2}});
    let mapped = mapper.map(&event("message", &json!({"parsed": [price("a", "150"), price("b", "7")]}).to_string()));
    let expected =
        json!([{"key": "a", "value": "1.50", "body": "2 in all"}, {"key": "b", "value": "0.07", "body": "2 in all"}]);
    assert_eq!(serde_json::to_value(mapped.readings).expect("JSON"), expected);
    assert_eq!(mapper.map(&event("message", r#"{"binary":{}}"#)).readings, [], "nothing of it is meant");
}

#[test]
fn the_first_path_that_finds_something_says_what_the_readings_are_and_how_they_are_called() {
    let map = Mapping {
        each: Some(Each::FirstOf(vec!["$.data[?$.path == '/' && @.*]".into(), "$.data".into()])),
        key: Some("{{ whole.path ~ (name if data != whole.data else '') }}".into()),
        value: Some("{{ data if data is number else data.price }}".into()),
        body: Some("{{ name }}".into()),
        ..Mapping::default()
    };
    let mapper = Mapper::new(&map).expect("compiles");
    for (data, expected) in [
        (
            json!({"path": "/", "data": {"acme": {"price": 1}, "globex": {"price": 2}}}),
            json!([{"key": "/acme", "value": "1", "body": "acme"}, {"key": "/globex", "value": "2", "body": "globex"}]),
        ),
        (json!({"path": "/acme", "data": {"price": 3}}), json!([{"key": "/acme", "value": "3", "body": "data"}])),
        (json!({"path": "/", "data": 4}), json!([{"key": "/", "value": "4", "body": "data"}])),
        (json!({"path": "/", "data": [{"price": 5}]}), json!([{"key": "/0", "value": "5", "body": "0"}])),
        (json!({"other": true}), json!([])),
    ] {
        let mapped = mapper.map(&event("put", &data.to_string()));
        assert_eq!(serde_json::to_value(mapped.readings).expect("JSON"), expected, "{data}");
    }
}

#[test]
fn a_text_that_is_no_json_can_be_mapped_too() {
    let map =
        Mapping { title: Some("{{ event | words }}".into()), key: Some("{{ data }}".into()), ..Mapping::default() };
    let mapped = Mapper::new(&map).expect("compiles").map(&event("filters_changed", "undefined"));
    assert_eq!(
        serde_json::to_value(mapped.readings).expect("JSON"),
        json!([{"title": "filters changed", "key": "undefined"}])
    );
}

#[test]
fn what_cannot_be_filled_in_is_refused_with_what_can() {
    for (template, said) in [
        ("{{ data.a", "cannot be filled in"),
        ("{% for x in data %}{{ x }}{% endfor %}", "by statements"),
        ("{{ data.a }}{# x #}", "comments"),
        ("{{ 'x' * 1000000 }}", "times(data.b)"),
        (&format!("{{{{ {} }}}}", ["data.a"; 62].join(" ~ ")), "at most 60"),
        ("{{ price }}", "There is no 'price'"),
        ("{{ data.a | safe }}", "There is no filter 'safe'"),
        ("{{ range(10) }}", "There is no 'range'"),
    ] {
        let map = Mapping { body: Some(template.into()), ..Mapping::default() };
        let Err(error) = Mapper::new(&map) else { panic!("{template} was taken") };
        assert!(error.to_string().contains(said), "{template}: {error}");
    }
    let map = Mapping { each: Some(Each::FirstOf(vec!["$.a".into(), "$.a[".into()])), ..Mapping::default() };
    assert!(Mapper::new(&map).is_err_and(|error| error.to_string().contains("not a JSONPath")));
    let error = serde_json::from_value::<Mapping>(json!({"each": 7})).expect_err("no path");
    assert!(error.to_string().contains("a JSONPath or a list of them"), "{error}");
}

#[test]
fn a_hostile_template_or_event_makes_no_more_than_it_may() {
    let data = json!({"a": vec!["xxxxxxxx"; 20_000], "s": "x".repeat(60_000), "deep": "<div>".repeat(13_000)});
    for template in [
        "{{ data.a | join(data.s) }}",
        "{{ data.s | replace('x', data.s) }}",
        "{{ data.s | replace('', data.s) }}",
        "{{ data.s ~ data.s ~ data.s | replace('x', 'yyyyyyyyy') }}",
    ] {
        assert_eq!(compose(template, &data), None, "{template}");
    }
    assert_eq!(compose("{{ data.deep | plain }}", &data), None);
    assert_eq!(compose("{{ data.s ~ data.s }}", &data).map_or(0, |text| text.len()), MAX_BODY + "…".len());
}
