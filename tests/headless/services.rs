//! Services that cannot run here: what was recorded of them, served by WireMock with the quirk of each.

use std::{fs, fs::File, io::BufReader, slice, thread};

use serde_json::{Value, json};
use streambell_sse::{Heard, Recording};

use crate::support::{Folder, Outcome, WireMock, sent, stream, until};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// What all of them play on.
struct Stage {
    wiremock: WireMock,
    folder: Folder,
}

/// The bytes of each connection of a preset's recorded stream.
fn recorded(id: &str) -> Vec<Vec<u8>> {
    let file = File::open(format!("{ROOT}/presets/{id}.jsonl")).unwrap();
    let mut connections: Vec<Vec<u8>> = Vec::new();
    for moment in Recording::new(BufReader::new(file)).unwrap() {
        match moment.unwrap().what {
            Heard::Open(_) => connections.push(Vec::new()),
            Heard::Bytes(bytes) => connections.last_mut().unwrap().extend_from_slice(&bytes),
            Heard::End(_) => {}
        }
    }
    connections
}

/// The same as answers of WireMock's.
fn streams(id: &str) -> Vec<Value> {
    recorded(id).iter().map(|bytes| stream(bytes)).collect()
}

fn status(code: u16) -> Value {
    json!({ "status": code })
}

/// It is asked no more for now.
fn enough() -> Value {
    json!({ "status": 503, "headers": { "Retry-After": "3600" } })
}

/// The same answer, but slowly, so that there is time for something else meanwhile.
fn slowly(mut answer: Value) -> Value {
    answer["chunkedDribbleDelay"] = json!({ "numberOfChunks": 20, "totalDuration": 10_000 });
    answer
}

impl Stage {
    /// Answers requests for a path one after the other so, and all after them as the last: those with such headers.
    fn serve(&self, path: &str, headers: &Value, answers: &[Value]) {
        for (turn, answer) in answers.iter().enumerate() {
            let state = |turn: usize| if turn == 0 { "Started".to_owned() } else { turn.to_string() };
            self.wiremock.map(&json!({
                "request": { "method": "GET", "urlPath": path, "headers": headers },
                "response": answer,
                "scenarioName": path,
                "requiredScenarioState": state(turn),
                "newScenarioState": state((turn + 1).min(answers.len() - 1)),
            }));
        }
    }

    /// The address of a server whose paths begin so.
    fn server(&self, name: &str) -> String {
        self.wiremock.url(&format!("/{name}"))
    }

    /// Waits until a feed stands so for this reason; waits of its own are cut short.
    fn until_told(&self, name: &str, stands: &str, code: &str) -> Value {
        until(&format!("{name} is {stands} for {code}"), || {
            let status = self.folder.status(name);
            match (status["type"].as_str().unwrap(), status["reason"]["code"].as_str()) {
                (found, Some(reason)) if (found, reason) == (stands, code) => return Ok(status),
                ("waiting", _) => drop(self.folder.ask(&["feeds", "resume", name])),
                _ => {}
            }
            Err(status.to_string())
        })
    }

    /// How a feed of a preset comes to stand, and that a person is told this.
    fn must_tell(&self, preset: &str, name: &str, stands: &str, code: &str, says: &[&str]) {
        let status = self.until_told(name, stands, code);
        let told = self.folder.told(preset, &status);
        assert!(says.iter().all(|says| told.contains(says)), "{name}: {told}");
    }

    /// Waits until a path has been asked for so often; waits of the feed's own are cut short, and it goes on after a stop.
    fn until_asked(&self, name: &str, path: &str, times: usize) -> Vec<Value> {
        until(&format!("{name} has asked {times} times"), || {
            let requests = self.gets(path);
            if requests.len() >= times {
                return Ok(requests);
            }
            let status = self.folder.status(name);
            if ["waiting", "stopped"].contains(&status["type"].as_str().unwrap()) {
                self.folder.ask(&["feeds", "resume", name]);
            }
            Err(status.to_string())
        })
    }

    fn gets(&self, path: &str) -> Vec<Value> {
        self.wiremock.journal(path).into_iter().filter(|request| request["method"] == "GET").collect()
    }

    /// Waits until a place has been told something so often, then has the feed opened anew.
    fn until_told_anew(&self, name: &str, path: &str, times: usize) {
        until(&format!("{path} is told {times} times"), || {
            let told = self.posts(path).len();
            if told >= times { Ok(()) } else { Err(format!("{told}: {}", self.folder.status(name))) }
        });
        self.folder.ask(&["feeds", "pause", name]);
        self.folder.ask(&["feeds", "resume", name]);
    }

    fn posts(&self, path: &str) -> Vec<Value> {
        self.wiremock.journal(path).into_iter().filter(|request| request["method"] == "POST").collect()
    }
}

/// What a parameter of a request's address was.
fn parameter<'r>(request: &'r Value, name: &str) -> Option<&'r str> {
    request["queryParams"][name]["values"][0].as_str()
}

/// The last id of a stream, as the standard has it.
fn last_id(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap().lines().filter_map(|line| line.strip_prefix("id: ")).next_back().unwrap()
}

/// What a service does, and what comes of it.
type Case = fn(&Stage);

#[test]
fn services_with_their_quirks() {
    let stage = Stage { wiremock: WireMock::start(), folder: Folder::new() };
    let program = stage.folder.start();
    let cases: [(&str, Case); 10] = [
        ("firebase", firebase),
        ("jenkins", jenkins),
        ("mastodon", mastodon),
        ("mercure", mercure),
        ("ntfy", ntfy),
        ("pocketbase", pocketbase),
        ("pyth", pyth),
        ("stellar", stellar),
        ("wikimedia", wikimedia),
        ("all", all),
    ];
    let shared = &stage;
    thread::scope(|scope| {
        for (name, case) in cases {
            thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, move || case(shared)).unwrap();
        }
    });
    assert!(!program.log().contains("s3cret"), "{}", program.log());
    assert!(!stage.folder.ask(&["export"]).to_string().contains("s3cret"));
    assert_eq!(program.end(), Some(0));
}

/// Each recorded stream means over HTTP what it means when it is played.
fn all(stage: &Stage) {
    let presets = stage.folder.ask(&["presets", "list", "--json"]);
    for preset in presets.as_array().unwrap() {
        let id = preset["id"].as_str().unwrap();
        let name = format!("All of {id}");
        let mut add = stage.folder.command(&["feeds", "add", "--preset", id, "--name", &name, "--paused"]);
        for question in preset["ask"].as_array().unwrap() {
            let answer = question.get("default").or_else(|| question.get("placeholder"));
            match (question["kind"].as_str().unwrap(), answer.and_then(Value::as_str)) {
                ("secret", _) => drop(add.arg(format!("--secret={}", question["name"].as_str().unwrap()))),
                (_, Some(answer)) => drop(add.arg(format!("--set={}={answer}", question["name"].as_str().unwrap()))),
                _ => {}
            }
        }
        add.envs(["TOKEN", "KEY", "PASSWORD"].map(|name| (format!("STREAMBELL_{name}"), "s3cret")));
        let added = Outcome::of(add);
        assert_eq!(added.code, 0, "{id}: {added:?}");
        // The same, but from here.
        let path = format!("/all/{id}");
        let mut answers = streams(id);
        answers.push(enough());
        stage.serve(&path, &json!({}), &answers);
        stage.folder.ask(&["feeds", "edit", &name, "--url", &stage.wiremock.url(&path)]);
        stage.folder.ask(&["feeds", "resume", &name]);
        for request in stage.until_asked(&name, &path, answers.len()) {
            assert_eq!(sent(&request, "accept"), Some("text/event-stream"), "{id}");
            assert_eq!(sent(&request, "accept-encoding"), Some("identity"), "{id}");
        }
        let snapshot = format!("{ROOT}/crates/engine/src/preset/snapshots/streambell_engine__preset__tests__{id}.snap");
        let snapshot = fs::read_to_string(snapshot).unwrap();
        let (_, snapshot) = snapshot.trim_start_matches("---").split_once("---\n").unwrap();
        let snapshot: Value = serde_json::from_str(snapshot).unwrap();
        let expected = snapshot["heard"].as_array().unwrap().iter().filter_map(|heard| heard.get("readings"));
        let expected: Vec<_> = expected.cloned().collect();
        let found = stage.folder.until_events(&name, 1);
        let found: Vec<_> = found.iter().map(|event| event["readings"].clone()).collect();
        if preset["feed"]["dialect"].get("at_most").is_some() {
            // All at once is more than is kept in a second, unless it rings.
            assert!(found.iter().all(|readings| expected.contains(readings)), "{id}: {found:?}");
        } else {
            assert_eq!(found, expected, "{id}");
        }
    }
}

/// The stream is on another host, which the first one names with all that it wants to be told; two events end it for good.
fn firebase(stage: &Stage) {
    let [news, prices, cancel] = &streams("firebase")[..] else { panic!("three connections") };
    let node = "/node/v0/maxitem.json";
    let elsewhere = format!("http://localhost:{}{node}", stage.wiremock.address().port());
    let moved = json!({ "status": 307, "headers": { "Location": format!("{elsewhere}?auth=s3cret&ns=hacker-news") } });
    let first = "/firebase/v0/maxitem.json";
    stage.serve(first, &json!({ "Accept": { "equalTo": "text/event-stream" } }), &[moved]);
    stage.serve(node, &json!({ "Accept": { "equalTo": "text/event-stream" } }), &[news.clone(), prices.clone()]);
    stage.folder.add_of("firebase", "Revoked", &[("server", &stage.server("firebase"))], Some("s3cret"), &[]);
    let says = ["credential is no longer valid", "withdrawn the permission", "resume the feed"];
    stage.must_tell("firebase", "Revoked", "stopped", "told", &says);
    for request in stage.gets(first) {
        assert_eq!(parameter(&request, "auth"), Some("s3cret"));
    }
    let requests = stage.gets(node);
    assert_eq!(requests.len(), 2, "a stop is a stop");
    for request in &requests {
        assert_eq!((parameter(request, "auth"), parameter(request, "ns")), (Some("s3cret"), Some("hacker-news")));
        assert_eq!((sent(request, "authorization"), sent(request, "last-event-id")), (None, None));
    }

    stage.serve("/cancelled/v0/maxitem.json", &json!({}), slice::from_ref(cancel));
    stage.folder.add_of("firebase", "Cancelled", &[("server", &stage.server("cancelled"))], None, &[]);
    stage.must_tell("firebase", "Cancelled", "stopped", "told", &["cancel", "withdrawn the permission"]);
    assert_eq!(stage.gets("/cancelled/v0/maxitem.json").len(), 1);
}

/// What is wanted is told once on each connection, by a POST with the login and the cookie of the session, to the place
/// where the stream came from; and what the server says to that is why the feed does not go on.
fn jenkins(stage: &Stage) {
    let listen = |server: &str| format!("/{server}/sse-gateway/listen/streambell");
    let configure = |server: &str| format!("/{server}/sse-gateway/configure");
    let login = json!({ "Authorization": { "equalTo": "Basic YW5uOnMzY3JldA==" } });
    let add = |name: &str, server: &str| {
        let answers = [("server", &*stage.server(server)), ("user", "ann")];
        stage.folder.add_of("jenkins", name, &answers, Some("s3cret"), &[]);
    };
    let mut answers: Vec<_> = streams("jenkins").into_iter().map(slowly).collect();
    let connections = answers.len();
    for answer in &mut answers {
        answer["headers"]["Set-Cookie"] = "JSESSIONID.4f1=node0abc; Path=/jenkins; HttpOnly".into();
    }
    answers.push(enough());
    stage.serve(&listen("jenkins"), &login, &answers);
    stage.wiremock.map(&json!({
        "request": { "method": "POST", "urlPath": configure("jenkins") },
        "response": { "status": 403 },
    }));
    stage.wiremock.map(&json!({
        "request": {
            "method": "POST",
            "urlPath": configure("jenkins"),
            "headers": { "Cookie": { "contains": "JSESSIONID.4f1=node0abc" }, "Authorization": login["Authorization"] },
        },
        "response": { "status": 200 },
    }));
    add("Jenkins", "jenkins");
    for times in 1..=connections {
        stage.until_told_anew("Jenkins", &configure("jenkins"), times);
    }
    stage.until_asked("Jenkins", &listen("jenkins"), connections + 1);
    let told = stage.posts(&configure("jenkins"));
    assert_eq!(told.len(), connections, "once on each");
    for request in told {
        let body: Value = serde_json::from_str(request["body"].as_str().unwrap()).unwrap();
        let wanted = json!([{ "jenkins_channel": "job" }]);
        assert_eq!((&body["dispatcherId"], &body["subscribe"]), (&json!("streambell"), &wanted));
        assert_eq!(parameter(&request, "batchId"), Some("1"));
        assert_eq!(sent(&request, "content-type"), Some("application/json"));
    }

    // It opens the stream for everybody, but does not let everybody listen.
    stage.serve(&listen("refusing"), &login, &answers[..1]);
    stage.wiremock.map(&json!({
        "request": { "method": "POST", "urlPath": configure("refusing") },
        "response": { "status": 403 },
    }));
    add("Refused", "refusing");
    stage.must_tell("jenkins", "Refused", "stopped", "forbidden", &["This user may not read Jenkins"]);
    assert_eq!(stage.posts(&configure("refusing")).len(), 1);

    // Another origin gets what it asks for, and no login.
    let elsewhere = format!("http://localhost:{}{}", stage.wiremock.address().port(), listen("arrived"));
    stage.serve(&listen("leaving"), &login, &[json!({ "status": 307, "headers": { "Location": elsewhere } })]);
    stage.serve(&listen("arrived"), &json!({}), &[answers[0].clone(), enough()]);
    stage.wiremock.map(&json!({
        "request": { "method": "POST", "urlPath": configure("arrived") },
        "response": { "status": 200 },
    }));
    add("Moved", "leaving");
    stage.until_told_anew("Moved", &configure("arrived"), 1);
    stage.until_asked("Moved", &listen("arrived"), 2);
    let told = stage.posts(&configure("arrived"));
    assert_eq!(told.len(), 1);
    assert_eq!(sent(&told[0], "authorization"), None);
    assert_eq!(stage.posts(&configure("leaving")).len(), 0);
}

/// A token is needed for everything, and there is no way to go on.
fn mastodon(stage: &Stage) {
    let path = "/mastodon/api/v1/streaming/user";
    stage.wiremock.answer(path, &status(401), None);
    let right = json!({ "Authorization": { "equalTo": "Bearer s3cret" } });
    stage.serve(path, &right, &[streams("mastodon").remove(0), enough()]);
    let server = stage.server("mastodon");
    stage.folder.add_of("mastodon", "Stranger", &[("server", &server)], Some("s3cret-but-wrong"), &[]);
    stage.must_tell("mastodon", "Stranger", "stopped", "unauthorized", &["does not take this token"]);
    stage.folder.add_of("mastodon", "Mastodon", &[("server", &server)], Some("s3cret"), &[]);
    let requests = stage.until_asked("Mastodon", path, 3);
    assert!(requests.iter().all(|request| sent(request, "last-event-id").is_none()), "{requests:?}");
    let events = stage.folder.until_events("Mastodon", 1);
    // Everything at once, so that only the first of a second are kept.
    assert!(events.len() <= 6, "{}", events.len());
}

/// It goes on where it was by the id, whoever gave that.
fn mercure(stage: &Stage) {
    let path = "/mercure/.well-known/mercure";
    let mut answers = streams("mercure");
    answers.push(enough());
    stage.serve(path, &json!({}), &answers);
    let topics = ("topics", "https://example.com/books/1 https://example.com/books/7");
    stage.folder.add_of("mercure", "Mercure", &[("server", &stage.server("mercure")), topics], None, &[]);
    let requests = stage.until_asked("Mercure", path, 3);
    let recorded = recorded("mercure");
    let ids: Vec<_> = requests.iter().map(|request| sent(request, "last-event-id")).collect();
    assert_eq!(ids, [None, Some(last_id(&recorded[0])), Some(last_id(&recorded[1]))]);
    let asked = &requests[0]["queryParams"]["match"]["values"];
    assert_eq!(asked, &json!(["https://example.com/books/1", "https://example.com/books/7"]));
}

/// Where to go on is the id of the last message, not of what keeps the stream alive; and there are limits.
fn ntfy(stage: &Stage) {
    let path = "/ntfy/backups,doorbell/sse";
    stage.serve(path, &json!({}), &[streams("ntfy").remove(0), status(429)]);
    let answers = [("server", &*stage.server("ntfy")), ("topics", "backups,doorbell")];
    stage.folder.add_of("ntfy", "ntfy", &answers, None, &[]);
    let says = ["429", "fewer requests", "It allows so many connections for each address"];
    stage.must_tell("ntfy", "ntfy", "waiting", "http_status", &says);
    let requests = stage.gets(path);
    assert_eq!(parameter(&requests[0], "since"), None);
    assert_eq!(parameter(&requests[1], "since"), Some("s2QkC5tMj9Ah"));
    assert!(requests.iter().all(|request| sent(request, "last-event-id").is_none()), "{requests:?}");
}

/// The id of every event is the client's, and no place to go on from.
fn pocketbase(stage: &Stage) {
    let path = "/api/realtime";
    let mut answers: Vec<_> = streams("pocketbase").into_iter().map(slowly).collect();
    answers.push(enough());
    stage.serve(path, &json!({ "Authorization": { "equalTo": "Bearer s3cret" } }), &answers);
    stage.wiremock.map(&json!({
        "request": { "method": "POST", "urlPath": path, "headers": { "Authorization": { "equalTo": "Bearer s3cret" } } },
        "response": { "status": 204 },
    }));
    let answers = [("server", &*stage.wiremock.url("")), ("collection", "prices")];
    stage.folder.add_of("pocketbase", "PocketBase", &answers, Some("s3cret"), &[]);
    stage.folder.until_events("PocketBase", 2);
    for times in 1..=2 {
        stage.until_told_anew("PocketBase", path, times);
    }
    let requests = stage.until_asked("PocketBase", path, 3);
    assert!(requests.iter().all(|request| sent(request, "last-event-id").is_none()), "{requests:?}");
    let told: Vec<Value> =
        stage.posts(path).iter().map(|post| serde_json::from_str(post["body"].as_str().unwrap()).unwrap()).collect();
    let expected = ["jl9PwdS1fenbP5dUwcTZV6Zt6I5qzWSJw07IHIx0", "I2gfLP6QLlNRHdpfPao8LlChFb6mucTAzO20Ait2"];
    assert_eq!(told, expected.map(|client| json!({ "clientId": client, "subscriptions": ["prices/*"] })));
    let events = stage.folder.events("PocketBase");
    assert!(events.iter().all(|event| event["id"] == ""), "{events:?}");
}

/// There is nothing without a key, and an error is an event.
fn pyth(stage: &Stage) {
    let path = "/pyth/v2/updates/price/stream";
    stage.wiremock.answer(path, &status(401), None);
    stage.serve(path, &json!({ "Authorization": { "equalTo": "Bearer s3cret" } }), &[streams("pyth").remove(0)]);
    let server = stage.server("pyth");
    stage.folder.add_of("pyth", "No key", &[("server", &server)], Some("s3cret-but-wrong"), &[]);
    stage.must_tell("pyth", "No key", "stopped", "unauthorized", &["Hermes wants an API key"]);
    stage.folder.add_of("pyth", "Pyth", &[("server", &server)], Some("s3cret"), &[]);
    let says = ["Price ids no longer available", "asked again by itself"];
    stage.must_tell("pyth", "Pyth", "waiting", "told", &says);
    let first = &stage.folder.until_events("Pyth", 1)[0]["readings"][0];
    assert_eq!((&first["key"], &first["value"]), (&json!("BTC/USD"), &json!("61409.93501000")));
}

/// Every minute is a request of its own, which goes on after the last record; ten milliseconds are too few between them.
fn stellar(stage: &Stage) {
    let path = "/stellar/trades";
    stage.serve(path, &json!({}), &streams("stellar"));
    stage.folder.add_of("stellar", "Stellar", &[("server", &stage.server("stellar"))], None, &[]);
    // Nobody cuts the waits short here.
    let requests = stage.wiremock.until_journal(path, 3);
    let cursors: Vec<_> = requests.iter().map(|request| parameter(request, "cursor")).collect();
    let recorded = recorded("stellar");
    assert_eq!(cursors, [Some("now"), Some(last_id(&recorded[0])), Some(last_id(&recorded[1]))]);
    assert!(requests.iter().all(|request| sent(request, "last-event-id").is_none()), "{requests:?}");
    stage.must_tell("stellar", "Stellar", "waiting", "told", &["rate_limit_exceeded", "3,600 questions an hour"]);
}

/// A cut is routine and costs nothing; the id is a JSON document, which is forgotten when it is too old; and a client
/// that says nothing of itself is sent away.
fn wikimedia(stage: &Stage) {
    let add = |name: &str, path: &str, more: &[&str]| {
        // The preset knows one server only.
        stage.folder.add_of("wikimedia", name, &[], None, &[&["--paused"], more].concat());
        stage.folder.ask(&["feeds", "edit", name, "--url", &stage.wiremock.url(path)]);
        stage.folder.ask(&["feeds", "resume", name]);
    };
    let path = "/wikimedia/v2/stream/recentchange";
    let [first, second] = &streams("wikimedia")[..] else { panic!("two connections") };
    stage.wiremock.answer(path, &status(403), None);
    let polite = json!({ "User-Agent": { "matches": "Streambell/[0-9.]+ \\(\\+https://.+\\)" } });
    stage.serve(path, &polite, &[first.clone(), second.clone(), status(400), enough()]);
    add("Wikimedia", path, &[]);
    let recorded = recorded("wikimedia");
    let requests = stage.until_asked("Wikimedia", path, 4);
    let ids: Vec<_> = requests.iter().map(|request| sent(request, "last-event-id")).collect();
    assert_eq!(ids, [None, Some(last_id(&recorded[0])), Some(last_id(&recorded[1])), None], "too old");
    assert!(serde_json::from_str::<Value>(ids[1].unwrap()).is_ok_and(|id| id[1]["offset"] == -1), "{ids:?}");
    for event in stage.folder.until_events("Wikimedia", 2) {
        let data: Value = serde_json::from_str(event["data"].as_str().unwrap()).unwrap();
        assert_eq!((&data["meta"]["domain"], &data["bot"]), (&json!("en.wikipedia.org"), &json!(false)));
    }

    add("Impolite", path, &["-H", "User-Agent: curl/8.5.0"]);
    stage.must_tell("wikimedia", "Impolite", "stopped", "forbidden", &["Wikimedia refuses this computer"]);

    stage.serve("/broker", &polite, slice::from_ref(second));
    add("Broker", "/broker", &[]);
    let says = ["Lost the connection to the broker", "asked again by itself"];
    stage.must_tell("wikimedia", "Broker", "waiting", "told", &says);
}
