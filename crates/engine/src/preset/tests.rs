//! Presets as a specification: each file is what it should be, and its recorded stream means what it should mean.

use std::{fs::File, io::BufReader, path::PathBuf, sync::Arc};

use serde_json::{Value, json};
use streambell_sse as sse;
use tokio::time::Instant;

use super::*;
use crate::{
    actor::present::Present,
    dialect::{self, Heard, Interpreter},
    draft,
    mapping::ViewGuess,
    model::{Answers, Event, FeedDraft, FeedId, Filled, Limits, Question, QuestionKind, Rule},
    rule::{Evaluator, FeedFace, Outcome, Rules},
    secrets::{FeedSecrets, brings},
    summary,
};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../presets").join(name)
}

/// What a person could answer: the default, or the example.
fn answer(question: &Question) -> Option<(String, String)> {
    let answer = match question.kind {
        QuestionKind::Secret => Some("s3cret".to_owned()),
        QuestionKind::Choice => question.default.clone().or_else(|| Some(question.options[0].value.clone())),
        _ => question.default.clone().or_else(|| question.placeholder.clone()),
    };
    Some((question.name.clone(), answer?))
}

fn answers(preset: &Preset) -> Answers {
    preset.ask.iter().filter_map(answer).collect()
}

fn filled(preset: &Preset) -> Filled {
    fill(preset, &answers(preset), None).unwrap_or_else(|error| panic!("{}: {error}", preset.id))
}

#[test]
fn every_file_is_a_preset_that_makes_a_feed_with_its_examples() {
    let files = std::fs::read_dir(file("")).expect("the folder").map(|entry| entry.expect("an entry").path());
    let files: Vec<_> = files.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
    assert!(files.len() >= 16, "{files:?}");
    for path in files {
        let id = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a text");
        let preset = parse(&text).unwrap_or_else(|error| panic!("{id}: {error}"));
        let preset = Preset { id: id.clone(), ..preset };
        for question in &preset.ask {
            let given = question.optional || question.default.is_some() || question.placeholder.is_some();
            assert!(given || question.kind == QuestionKind::Secret, "{id}: {} shows no example", question.name);
        }
        let Filled { mut draft, rules } = filled(&preset);
        draft::tidy(&mut draft).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert!(!rules.is_empty(), "{id} proposes no rule");
        for rule in rules {
            let name = rule.name.clone();
            let rule = draft::rule(rule, |_| false).unwrap_or_else(|error| panic!("{id}, {name}: {error}"));
            Evaluator::new(rule).unwrap_or_else(|error| panic!("{id}, {name}: {error}"));
        }
        assert!(preset.help.contains_key("quiet"), "{id} does not say what to do when nothing comes");
        assert!(path.with_extension("jsonl").exists(), "{id} has no recorded stream");
        assert!(
            preset.recognise.is_empty() || recognise(&draft.url).is_some(),
            "{id}: {} is not recognised",
            draft.url
        );
    }
}

#[test]
fn every_file_is_as_the_published_schema_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/preset.schema.json");
    let schema = serde_json::to_value(schemars::schema_for!(Preset)).expect("JSON");
    let current = serde_json::to_string_pretty(&schema).expect("JSON") + "\n";
    if std::fs::read_to_string(path).unwrap_or_default() != current {
        std::fs::write(path, current).expect("written");
        panic!("docs/preset.schema.json was out of date. It is refreshed now: commit it.");
    }
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    for (id, text) in built_in::BUILT_IN {
        let file: Value = toml::from_str(text).unwrap_or_else(|error| panic!("{id}: {error}"));
        let wrong: Vec<_> =
            schema.iter_errors(&file).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{id}: {wrong:#?}");
    }
    assert!(!schema.is_valid(&json!({"version": 1, "name": "N", "description": "D", "feed": {"surprise": 1}})));
}

#[test]
fn secrets_are_in_the_draft_where_they_belong_and_nowhere_in_the_feed() {
    for preset in built_in() {
        let Filled { mut draft, .. } = filled(preset);
        let asks = preset.ask.iter().any(|question| question.kind == QuestionKind::Secret);
        assert_eq!(brings(&draft), asks, "{}", preset.id);
        let secrets = FeedSecrets::default().updated_by(&mut draft);
        assert_eq!(!secrets.is_empty(), asks, "{}", preset.id);
        let feed = serde_json::to_string(&draft).expect("JSON");
        assert!(!feed.contains("s3cret"), "{}: {feed}", preset.id);
    }
}

#[test]
fn what_a_person_leaves_out_is_left_out() {
    for preset in built_in() {
        let needed = preset.ask.iter().filter(|question| !question.optional);
        let answers: Answers = needed.filter_map(answer).collect();
        let Filled { mut draft, .. } =
            fill(preset, &answers, None).unwrap_or_else(|error| panic!("{}: {error}", preset.id));
        draft::tidy(&mut draft).unwrap_or_else(|error| panic!("{}: {error}", preset.id));
        let secret = preset.ask.iter().any(|question| question.kind == QuestionKind::Secret && !question.optional);
        assert_eq!(brings(&draft), secret, "{}", preset.id);
    }
}

/// A recorded stream through a preset: readings, how they are drawn, and what its rules make of them.
fn play(preset: &Preset) -> Value {
    let Filled { mut draft, rules } = filled(preset);
    draft::tidy(&mut draft).expect("a feed");
    let _ = FeedSecrets::default().updated_by(&mut draft);
    let feed = draft::feed(draft, FeedId(preset.id.clone()), &Limits::default());
    let mut engine = Rules::default();
    for rule in rules {
        engine.push(Evaluator::new(draft::rule(rule, |_| false).expect("a rule")).expect("a condition"));
    }
    engine.follow(&[FeedFace::of(1, &feed)], 0);
    let mut interpreter = Interpreter::new(&feed.map, &feed.dialect).expect("a mapping");
    let answers = dialect::answers(&feed.dialect).expect("answers");
    let recorded = File::open(file(&format!("{}.jsonl", preset.id))).expect("a recorded stream");
    let recording = sse::Recording::new(BufReader::new(recorded)).expect("a recording");
    let started = recording.head().started.as_millisecond();
    let (mut playback, begin) = (sse::Playback::new(1 << 20), Instant::now());
    let (mut present, mut guess, mut view) = (Present::default(), ViewGuess::default(), feed.view);
    let (mut heard, mut alerts, mut memos, mut seq) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for moment in recording {
        let moment = moment.unwrap_or_else(|error| panic!("{}: {error}", preset.id));
        let mut events = Vec::new();
        playback.take(moment.what, &mut events).expect("small events");
        let at = started + i64::try_from(moment.at.as_millis()).expect("short");
        for event in events {
            if let Some(post) = answers.as_ref().and_then(|answers| answers(&event)) {
                let json: Value = serde_json::from_str(&post.json).expect("JSON");
                heard.push(json!({"told": json, "at": post.place}));
            }
            let (event, mut mapped) = match interpreter.hear(event, begin + moment.at) {
                Heard::Event(event, mapped) => (event, mapped),
                Heard::Refused(cause) => {
                    heard.push(json!({"refused": cause.to_string(), "final": cause.is_final()}));
                    continue;
                }
            };
            if feed.dialect.snapshot.is_some() {
                present.follow(&mut mapped);
            }
            if mapped.readings.is_empty() {
                continue;
            }
            view = feed.view.or(guess.count(&event.event, mapped.view)).or(view);
            seq += 1;
            let data = &event.data[..event.data.floor_char_boundary(200)];
            let told = json!({"event": event.event, "id": event.id, "data": data, "readings": mapped.readings});
            let event = Arc::new(Event {
                seq,
                feed: feed.id.clone(),
                at,
                event: event.event,
                id: event.id,
                bytes: event.data.len() as u64,
                data: event.data,
                readings: mapped.readings,
            });
            let mut verdicts = engine.advance(at, &mut memos);
            verdicts.extend(engine.observe(1, &event, &mut memos));
            if !mapped.spare || verdicts.iter().any(|verdict| verdict.outcome == Outcome::Fired) {
                heard.push(told);
            }
            for verdict in verdicts {
                let evaluator = engine.get(verdict.rule);
                alerts.push(match verdict.outcome {
                    Outcome::Fired => {
                        format!("{}: {}", evaluator.rule.name, summary::of_verdict(evaluator, &verdict, &feed))
                    }
                    Outcome::Recovered => format!("{} is over", evaluator.rule.name),
                });
            }
        }
    }
    json!({"name": feed.name, "url": feed.url, "view": view, "heard": heard, "alerts": alerts})
}

#[test]
fn each_recorded_stream_means_what_it_should() {
    for preset in built_in() {
        insta::assert_json_snapshot!(preset.id.as_str(), play(preset));
    }
}

#[test]
fn addresses_of_known_services_are_recognised_with_what_they_say() {
    for (url, id, answered) in [
        ("https://ntfy.sh/backups/sse", "ntfy", json!({"server": "https://ntfy.sh", "topics": "backups"})),
        ("http://127.0.0.1:8090/api/realtime", "pocketbase", json!({"server": "http://127.0.0.1:8090"})),
    ] {
        let found = recognise(url).unwrap_or_else(|| panic!("{url}"));
        let found: Value = json!({"id": found.id, "answers": found.answers});
        assert_eq!(found, json!({"id": id, "answers": answered}), "{url}");
    }
    for other in ["https://example.com/events", "http://127.0.0.1:8080/prices/sse?since=1"] {
        assert_eq!(recognise(other), None, "{other}");
    }
}

fn small(ask: &str, feed: &str) -> String {
    format!("version = 1\nname = \"N\"\ndescription = \"D\"\n{ask}\n[feed]\nname = \"F\"\n{feed}\n")
}

#[test]
fn answers_are_checked_before_anything_is_asked_of_a_server() {
    let ask = r#"
        [[ask]]
        name = "server"
        kind = "server"
        label = "Server"
        [[ask]]
        name = "topic"
        kind = "text"
        pattern = "[a-z]+"
        wrong = "Small letters: news"
        label = "Topic"
        [[ask]]
        name = "kind"
        kind = "choice"
        options = [{ value = "all" }, { value = "new" }]
        label = "Kind"
    "#;
    let preset = parse(&small(ask, "url = \"${server}/${topic}?kind=${kind}\"")).expect("a preset");
    let url = |server: &str, topic: &str, kind: &str| {
        let answers = [("server", server), ("topic", topic), ("kind", kind)];
        let answers = answers.map(|(name, answer)| (name.to_owned(), answer.to_owned())).into();
        fill(&preset, &answers, None).map(|filled| filled.draft.url).map_err(|error| error.to_string())
    };
    assert_eq!(url("example.com/", "news", "all").as_deref(), Ok("https://example.com/news?kind=all"));
    assert_eq!(url("localhost:80/a?b#c", "news", "new").as_deref(), Ok("http://localhost/a/news?kind=new"));
    for (server, topic, kind, said) in [
        ("", "news", "all", "answers.server: Fill in 'Server'."),
        ("ftp://h", "news", "all", "answers.server: "),
        ("h", "News", "all", "answers.topic: 'News' does not fit here. Small letters: news"),
        ("h", "news", "some", "answers.kind: Choose 'Kind' from the list"),
        ("h", "news\u{0}", "all", "without control characters"),
    ] {
        let error = url(server, topic, kind).expect_err(said);
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_preset_that_cannot_work_is_refused_where_it_is_wrong() {
    let secret = "[[ask]]\nname = \"token\"\nkind = \"secret\"\nlabel = \"Token\"";
    for (text, said) in [
        ("feed = 1".to_owned(), "no preset that Streambell can read"),
        (small("", "url = \"x\"").replace("version = 1", "version = 2"), "version: "),
        (small("", "url = \"${server}\""), "'server' is filled in, and nobody is asked for it"),
        (small(secret, "url = \"https://h/?t=${token}\""), "feed.url: 'token' is a secret"),
        (small(secret, "url = \"https://h/\"\nmap = { title = \"${token}\" }"), "feed.map.title: 'token' is a secret"),
        (
            small("", "url = \"https://h/\"\nauth = { type = \"bearer\", token = \"s3cret\" }"),
            "feed.auth: A preset has no secret",
        ),
        (small("recognise = ['^(?<x>.*)$']", "url = \"x\""), "recognise[0]: "),
        (small("docs = \"javascript:alert(1)\"", "url = \"x\""), "docs: "),
        (small("[[ask]]\nname = \"A b\"\nkind = \"text\"\nlabel = \"L\"", "url = \"x\""), "ask[0]: A name is a word"),
        (
            small(
                "[[ask]]\nname = \"a\"\nkind = \"text\"\npattern = \"(\"\nwrong = \"w\"\nlabel = \"L\"",
                "url = \"x\"",
            ),
            "ask[0]: ",
        ),
        (small("[[ask]]\nname = \"a\"\nkind = \"choice\"\nlabel = \"L\"", "url = \"x\""), "A choice has options"),
        ("x".repeat(MAX_FILE + 1), "larger than"),
    ] {
        let error = parse(&text).expect_err(said).to_string();
        assert!(error.contains(said), "{said}: {error}");
    }
}

#[test]
fn a_feeds_settings_become_a_preset_without_its_secrets_and_the_same_feed_again() {
    let draft: FeedDraft = serde_json::from_value(json!({
        "name": "Kiln", "url": "https://kiln.example/events?key=s3cret", "view": "price",
        "auth": {"type": "bearer", "token": "s3cret"}, "headers": {"X-Key": "s3cret"},
        "map": {"value": "$.t", "title": "${not an answer} {{ data.name }}"},
        "dialect": {"ignore": {"event": "log"}, "at_most": 5},
        "group": "Home", "proxy": "http://me:s3cret@proxy:3128",
    }))
    .expect("a draft");
    let mut stored = draft.clone();
    let _ = FeedSecrets::default().updated_by(&mut stored);
    let feed = draft::feed(stored, FeedId("kiln".into()), &Limits::default());
    let rule = json!({"id": "hot", "name": "Hot", "feeds": ["kiln"], "when": {"value": {"above": 90}}});
    let rule: Rule = serde_json::from_value(rule).expect("a rule");
    let text = to_file(&of_feed(&feed, &[&rule], "Kilns")).expect("a file");
    assert!(!text.contains("s3cret") && !text.contains("proxy") && !text.contains("Home"), "{text}");
    let preset = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let answers = [("address", "https://kiln.example/events?key=s3cret"), ("token", "s3cret"), ("header_0", "s3cret")];
    let answers = answers.map(|(name, answer)| (name.to_owned(), answer.to_owned())).into();
    let again = fill(&preset, &answers, None).expect("a feed");
    let expected = FeedDraft {
        group: None,
        proxy: None,
        preset: again.draft.preset.clone(),
        limits: Limits::default().into(),
        ..draft
    };
    assert_eq!(again.draft, expected);
    assert_eq!(again.rules.len(), 1);
    assert_eq!(again.rules[0].when, rule.when);
}

#[test]
fn a_feed_that_is_changed_keeps_the_secrets_that_are_not_answered_anew() {
    let Some(preset) = built_in().iter().find(|preset| preset.id == "ntfy") else { panic!("no ntfy") };
    let given = |names: &[(&str, &str)]| -> Answers {
        names.iter().map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned())).collect()
    };
    let with = fill(preset, &given(&[("topics", "a"), ("token", "s3cret")]), None).expect("a feed");
    let mut draft = with.draft.clone();
    let _ = FeedSecrets::default().updated_by(&mut draft);
    let before = draft::feed(draft.clone(), FeedId("a".into()), &Limits::default());
    let changed = fill(preset, &given(&[("topics", "b")]), Some(&before)).expect("a feed");
    assert_eq!(changed.draft.auth, draft.auth, "its token stays in the key ring");
    let plain = fill(preset, &given(&[("topics", "a")]), None).expect("a feed").draft;
    let before = draft::feed(plain, FeedId("a".into()), &Limits::default());
    let changed = fill(preset, &given(&[("topics", "b")]), Some(&before)).expect("a feed");
    assert_eq!(changed.draft.auth, None, "it has none");
}
