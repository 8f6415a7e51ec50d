//! What the engine refuses is told in the user's language. A process speaks one language, so this is one test, and a
//! program of its own.

#[path = "support.rs"]
#[allow(dead_code, reason = "the other tests need more of it")]
mod support;

use std::{fs, path::PathBuf, sync::Arc};

use regex::Regex;
use serde_json::{Value, json};
use streambell_engine::{
    Clock, EngineError, Replay, ReplayOf, SecretsError, Speed, follow_link,
    model::{
        Auth, Check, FeedDraft, FeedId, Network, Part, Preferences, ProxySetting, QuietHours, RuleDraft, RuleId, Span,
        Target,
    },
};
use support::{Bench, Folder, Ring};

/// Every refusal that a user can bring about, with what brought it about.
async fn refusals(bench: &Bench, folder: &Folder) -> Vec<(String, String)> {
    let mut told = Vec::new();
    let mut tell = |what: String, refused: Option<EngineError>| {
        // What is not refused says nothing, which is no text in any language.
        told.push((what, refused.map(|refused| refused.to_string()).unwrap_or_default()));
    };
    let engine = &bench.engine;
    for text in [
        "",
        "a.example/x",
        "ws://a.example",
        "ftp://a.example",
        "https://",
        "http://a\nb",
        "https://a:99999/",
        "curl",
        "curl 'https://a.example",
        "curl -H 'X: y'",
    ] {
        let refused = if text.starts_with("curl") || text.is_empty() || text.contains("://") {
            engine.read_pasted(text).err()
        } else {
            engine.add_feed(FeedDraft { url: text.into(), ..FeedDraft::default() }).await.err()
        };
        tell(format!("address {text:?}"), refused);
    }
    for feed in feeds() {
        let what = format!("feed {feed}");
        let draft: FeedDraft = serde_json::from_value(with(feed, "url", json!("https://a.example/"))).expect("a draft");
        tell(what, engine.add_feed(draft).await.err());
    }
    for rule in rules() {
        let draft: RuleDraft = serde_json::from_value(rule.clone()).unwrap_or_else(|error| panic!("{rule}: {error}"));
        tell(format!("rule {rule}"), engine.add_rule(draft).await.err());
    }
    for preferences in preferences() {
        tell(format!("preferences {preferences:?}"), engine.set_preferences(preferences).await.err());
    }
    for document in documents() {
        tell(format!("document {document}"), engine.import(document).await.err());
    }
    for _ in 0..2 {
        let draft = FeedDraft { name: "Twice".into(), url: "http://127.0.0.1:9/".into(), ..FeedDraft::default() };
        engine.add_feed(draft).await.expect("a name may stand twice");
    }
    let no_feed = || FeedId("none".into());
    tell("no feed".into(), engine.pause_feed(no_feed()).await.err());
    tell("no history of it".into(), engine.trends(trends_of("none")).await.err());
    tell("no rule".into(), engine.remove_rule(RuleId("none".into())).await.err());
    tell("no event".into(), engine.read_event(999).await.err());
    tell("nothing to explain".into(), engine.why(999).await.err());
    tell("no alert".into(), engine.acknowledge_alert(999).await.err());
    tell("nothing to snooze".into(), engine.snooze_alert(999, span("1h")).await.err());
    for file in backups(folder) {
        tell(format!("backup {}", file.display()), engine.restore(file).await.err());
    }
    for (what, file) in recordings(folder) {
        let of = ReplayOf { file, ..ReplayOf::default() };
        // A line that is wrong is met when it is played.
        let refused = Replay::open(engine.home(), &of).map(|mut replay| replay.find_map(Result::err));
        tell(format!("recording {what}"), refused.unwrap_or_else(Some));
    }
    let file = folder.home().folder().join("backwards");
    let ambiguous = ReplayOf { file, feed: Some("Twice".into()), ..ReplayOf::default() };
    tell("two feeds of a name".into(), Replay::open(engine.home(), &ambiguous).err());
    tell("speed".into(), Speed::try_from(0).err());
    tell("no place".into(), engine.back_up("/no/such/folder/backup.db".into()).await.err());
    told
}

fn recordings(folder: &Folder) -> Vec<(&'static str, PathBuf)> {
    let head = |version: u32, feed: &str| {
        format!(
            r#"{{"recording":"streambell","version":{version},"started":"2026-01-31T12:00:00Z","url":"http://a.example/","feed":{feed}}}"#
        )
    };
    let long = "x".repeat(17 << 20);
    let files = [
        ("without-head", "data: 1".to_owned()),
        ("newer", head(99, "{}")),
        ("settings", head(1, r#"{"view":"none"}"#)),
        ("bad-line", head(1, "{}") + "\n{}\n"),
        ("long-line", head(1, "{}") + "\n" + &long),
        ("backwards", head(1, "{}") + "\n{\"at\":2,\"end\":\"\"}\n{\"at\":1,\"end\":\"\"}"),
    ];
    let write = |(name, text): (&'static str, String)| {
        let file = folder.home().folder().join(name);
        fs::write(&file, text).expect("a file");
        (name, file)
    };
    let mut written: Vec<_> = files.into_iter().map(write).collect();
    written.push(("missing", "/no/such/file.jsonl".into()));
    written
}

fn trends_of(feed: &str) -> streambell_engine::model::TrendQuery {
    serde_json::from_value(json!({ "feed": feed })).expect("a query")
}

fn span(text: &str) -> Span {
    text.parse().expect("a span")
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object.as_object_mut().expect("an object").entry(name).or_insert(value);
    object
}

fn feeds() -> Vec<Value> {
    let pem = |name: &str| {
        let body = "-----BEGIN NAME-----\nbm90aGluZw==\n-----END NAME-----\n";
        body.replace("NAME", name)
    };
    vec![
        json!({ "id": "not an id" }),
        json!({ "name": "long ".repeat(100) }),
        json!({ "headers": { "not a name": "x" } }),
        json!({ "headers": { "X-Key": "line\nbreak" } }),
        json!({ "auth": { "type": "basic", "user": "a:b" } }),
        json!({ "proxy": "http://" }),
        json!({ "proxy": "gopher://a.example" }),
        json!({ "tls": { "roots": "nothing" } }),
        json!({ "tls": { "roots": pem("CERTIFICATE") } }),
        json!({ "tls": { "client": "nothing", "key": "nothing" } }),
        json!({ "tls": { "client": pem("CERTIFICATE"), "key": "nothing" } }),
        json!({ "tls": { "client": pem("CERTIFICATE"), "key": pem("ENCRYPTED PRIVATE KEY") } }),
        json!({ "limits": { "max_event_bytes": 0 } }),
        json!({ "map": { "value": "$.[" } }),
    ]
}

fn rules() -> Vec<Value> {
    let deep = (0..20).fold(json!({ "event": "x" }), |inner, _| json!({ "not": inner }));
    let many: Vec<_> = (0..200).map(|_| json!({ "event": "x" })).collect();
    let when = [
        json!({ "value": {} }),
        json!({ "value": { "above": 1, "within": "1m" } }),
        json!({ "value": { "above": 1, "recovers_above": 2 } }),
        json!({ "value": { "above": 1, "recovers_below": 2 } }),
        json!({ "value": { "changes_by": 1, "changes_by_percent": 1, "within": "1m" } }),
        json!({ "value": { "changes_by": 0, "within": "1m" } }),
        json!({ "value": { "changes_by": 1, "within": "1m", "above": 1 } }),
        json!({ "value": { "changes_by": 1 } }),
        json!({ "event": " " }),
        json!({ "text": {} }),
        json!({ "text": { "matches": "" } }),
        json!({ "text": { "matches": "(" } }),
        json!({ "field": "status", "equals": 1 }),
        json!({ "field": "$.status" }),
        json!({ "field": "$.status", "equals": {} }),
        json!({ "rate": { "per": "1m" } }),
        json!({ "progress": {} }),
        json!({ "all": [] }),
        json!({ "all": many }),
        deep,
        json!({ "cel": "" }),
        json!({ "cel": "value >" }),
        json!({ "cel": "nothing > 1" }),
        json!({ "cel": "data.all(a, data.all(b, a == b))" }),
    ];
    let rule = |when: &Value| json!({ "name": "Rule", "when": when });
    let mut rules: Vec<_> = when.iter().map(rule).collect();
    rules.push(json!({ "when": { "event": "x" }, "feed": "none" }));
    rules.push(json!({ "when": { "event": "x" }, "id": "not an id" }));
    rules.push(json!({ "when": { "event": "x" }, "gates": { "at_most": { "count": 0, "per": "1m" } } }));
    rules
}

fn preferences() -> Vec<Preferences> {
    let time = |text: &str| text.parse().expect("a time");
    let never = QuietHours { days: Vec::new(), from: time("22:00"), to: time("07:00"), except: None };
    let network = |proxy: Option<&str>, roots: Option<&str>| Network {
        proxy: proxy.map(|proxy| ProxySetting(proxy.into())),
        roots: roots.map(str::to_owned),
    };
    let of = |network: Network| Preferences { network, language: spoken(), ..Preferences::default() };
    vec![
        Preferences { quiet_hours: vec![never], language: spoken(), ..Preferences::default() },
        of(network(Some("http://"), None)),
        of(network(None, Some("nothing"))),
    ]
}

fn documents() -> Vec<String> {
    let rule = |when: Value| json!({ "version": 1, "rules": [{ "when": when }] });
    let gates = json!({ "cool_down": "soon" });
    let documents = [
        json!({}),
        json!({ "version": 99 }),
        json!({ "version": 1, "toys": [] }),
        json!({ "version": 1, "feeds": {} }),
        json!({ "version": 1, "feeds": [{ "url": "ftp://a.example" }] }),
        json!({ "version": 1, "feeds": [{ "url": "https://a.example", "id": "a" }, { "url": "https://a.example", "id": "a" }] }),
        json!({ "version": 1, "rules": [{ "when": { "event": "x" }, "gates": gates }] }),
        rule(json!({ "value": { "above": "much" } })),
        rule(json!({ "value": { "above": [] } })),
        rule(json!({ "event": "" })),
    ];
    documents.iter().map(Value::to_string).chain(["not JSON".to_owned()]).collect()
}

fn backups(folder: &Folder) -> Vec<PathBuf> {
    let file = |name: &str| folder.home().folder().join(name);
    let database = |name: &str, version: u32, tables: &str| {
        let connection = rusqlite::Connection::open(file(name)).expect("a database");
        connection.execute_batch(tables).expect("it is written");
        connection.pragma_update(None, "user_version", version).expect("it is written");
        file(name)
    };
    let ours = "CREATE TABLE IF NOT EXISTS feed (x); CREATE TABLE IF NOT EXISTS event (x);
                CREATE TABLE IF NOT EXISTS rule (x); CREATE TABLE IF NOT EXISTS setting (x);";
    let newer = database("newer.db", 99, ours);
    let foreign = database("foreign.db", 1, "CREATE TABLE IF NOT EXISTS x (x);");
    let damaged = database("damaged.db", 1, ours);
    let mut bytes = fs::read(&damaged).expect("it is there");
    bytes[4096..].fill(0xA5);
    fs::write(&damaged, bytes).expect("it is written");
    fs::write(file("letter.txt"), "Dear Mia").expect("it is written");
    vec![newer, foreign, damaged, file("letter.txt"), file("none.db")]
}

/// What the key ring's trouble is called, where the user sees it: in the self-test and when a feed is added.
async fn troubles(bench: &Bench, ring: &Ring) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for (number, error) in
        [SecretsError::Missing, SecretsError::Locked, SecretsError::Failed("E17".into())].into_iter().enumerate()
    {
        *ring.refuses.lock().expect("no panic") = Some(error.clone());
        let checks: Vec<Check> = bench.engine.self_test().await;
        let key_ring = checks.into_iter().find(|check| check.check == Part::KeyRing).expect("it is tried");
        let trouble = key_ring.mend.expect("the key ring is in trouble");
        told.push((format!("self-test {error:?}"), trouble));
        let auth = Some(Auth::Bearer { token: Some("t".into()) });
        let name = format!("private-{number}");
        let draft = FeedDraft {
            id: Some(FeedId(name.clone())),
            name,
            url: "http://127.0.0.1:9/".into(),
            auth,
            ..FeedDraft::default()
        };
        let id = bench.engine.add_feed(draft).await.expect("it works for this run").id;
        let notices = bench.engine.snapshot().await.expect("a snapshot").notices;
        told.extend(notices.into_iter().map(|notice| (format!("notice {error:?}"), notice.reason.message)));
        bench.engine.remove_feed(id).await.expect("it goes");
    }
    *ring.refuses.lock().expect("no panic") = None;
    told
}

/// What links bring about that cannot be followed.
fn links() -> Vec<(String, String)> {
    let long = format!("streambell://add?{}", "x".repeat(10_000));
    let links = ["streambell://remove", "streambell://add", "streambell://add?url=ftp://a.example", "x", &long];
    let refused = links.map(|link| match follow_link(link) {
        Target::Refused { reason } => (format!("link {link:.40}"), reason.message),
        other => panic!("{link} is followed: {other:?}"),
    });
    refused.into()
}

fn spoken() -> Option<String> {
    Some(match streambell_engine::Language::spoken() {
        streambell_engine::Language::English => "en".into(),
        streambell_engine::Language::Chinese => "zh".into(),
    })
}

async fn all_that_is_told(language: &str) -> Vec<(String, String)> {
    let folder = Folder::new();
    let ring = Arc::new(Ring::default());
    let bench = folder.start_at(ring.clone(), Clock::default()).await.expect("the engine starts");
    let preferences = Preferences { language: Some(language.into()), ..Preferences::default() };
    bench.engine.set_preferences(preferences).await.expect("it is kept");
    let mut told = refusals(&bench, &folder).await;
    told.extend(troubles(&bench, &ring).await);
    told.extend(links());
    let engine = bench.engine.clone();
    bench.engine.shutdown().await;
    let ended = engine.feeds().await.expect_err("it has ended");
    told.push(("after the end".into(), ended.to_string()));
    told
}

#[tokio::test]
async fn all_that_is_refused_is_told_in_the_users_language() {
    let (english, chinese) = (all_that_is_told("en").await, all_that_is_told("zh").await);
    let han = Regex::new(r"\p{Han}").expect("it is one");
    // What others say stands in brackets, what is quoted in quotation marks; names of settings are not sentences.
    let foreign = Regex::new(r#"（(?s:.)*?）|“[^”]*”|'[^']*'"#).expect("it is one");
    let sentence = Regex::new(r"[A-Za-z']{2,} [a-z']{2,} [a-z']{2,}").expect("it is one");
    assert_eq!(english.len(), chinese.len());
    let mut wrong = Vec::new();
    for ((what, english), (_, chinese)) in english.iter().zip(&chinese) {
        let own = foreign.replace_all(chinese, "");
        if han.is_match(english) || !han.is_match(&own) || sentence.is_match(&own) {
            wrong.push(format!("{what}: {english} / {chinese}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
