//! The servers of the articles in examples/, each driven by its own requests, and what the program understands of it:
//! the view that it guesses and the readings; after a cut and after a kill, with nothing lost and nothing twice.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::{Cuttable, Example, Folder, Program, Redis, beginning_of, post, until};

/// An example, the program that has its feed, and the way between them.
struct Scene {
    server: Example,
    way: Cuttable,
    folder: Folder,
    program: Option<Program>,
}

const FEED: &str = "Example";

impl Scene {
    /// Opens the feed at this path of an example.
    fn open(name: &'static str, path: &str) -> Self {
        Self::open_at(Example::start(name), path)
    }

    fn open_at(server: Example, path: &str) -> Self {
        let way = Cuttable::to(server.address());
        let folder = Folder::new();
        let program = Some(folder.start());
        folder.ask(&["feeds", "add", "--name", FEED, "--url", &way.url(path)]);
        folder.until_status(FEED, "open");
        Self { server, way, folder, program }
    }

    /// Cuts the way, and mends it after what happens meanwhile.
    fn without_network(&self, meanwhile: impl FnOnce(&Example)) {
        self.way.cut();
        self.folder.until_status(FEED, "waiting");
        meanwhile(&self.server);
        self.way.mend();
        self.come_back();
    }

    /// Kills the server and starts it again.
    fn restart_server(&mut self) {
        self.server.kill();
        self.folder.until_status(FEED, "waiting");
        self.server.restart();
        self.come_back();
    }

    /// It would by itself; this is sooner.
    fn come_back(&self) {
        self.folder.ask(&["feeds", "resume", FEED]);
        self.folder.until_status(FEED, "open");
    }

    /// Kills the program and starts it again.
    fn restart_program(&mut self) {
        self.program.take().unwrap().kill();
        self.program = Some(self.folder.start());
        self.folder.until_status(FEED, "open");
    }

    fn view(&self) -> Value {
        self.view_of(FEED)
    }

    fn view_of(&self, name: &str) -> Value {
        let feeds = self.folder.ask(&["feeds", "list"]);
        feeds.as_array().unwrap().iter().find(|feed| feed["name"] == name).unwrap()["view"].clone()
    }

    /// Waits until the latest event has this reading, and returns all events.
    fn until_reading(&self, wanted: &Value) -> Vec<Value> {
        until(&format!("a reading {wanted}"), || {
            let events = self.folder.events(FEED);
            let last = events.last().map(|event| event["readings"][0].clone()).unwrap_or_default();
            if &last == wanted { Ok(events) } else { Err(last.to_string()) }
        })
    }

    /// Ends everything; every event was kept once.
    fn close(mut self) {
        assert_eq!(self.program.take().unwrap().end(), Some(0));
        let events = self.folder.events(FEED);
        let ids: HashSet<&str> = events.iter().map(|event| event["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), events.len(), "something came twice: {events:?}");
        assert_eq!(self.server.end(), Some(0));
    }
}

/// The first reading of each event.
fn readings(events: &[Value]) -> Vec<&Value> {
    events.iter().map(|event| &event["readings"][0]).collect()
}

#[test]
fn progress_goes_on_in_redis_whatever_is_killed() {
    let mut scene = Scene::open("progress", "/api/progress");
    let started = scene.server.ask("POST /api/start", &json!({ "job": "backup", "total": 24 }));
    assert_eq!(started["progress"], 0);
    let step = |progress: u32| match progress {
        24 => json!({ "key": "backup", "progress": 24.0, "total": 24.0, "state": "done" }),
        _ => json!({ "key": "backup", "progress": f64::from(progress), "total": 24.0, "state": "open" }),
    };
    scene.until_reading(&step(2));
    assert_eq!(scene.view(), "progress");
    scene.without_network(|_| ());
    scene.restart_server();
    scene.restart_program();
    let events = scene.until_reading(&step(24));
    assert_eq!(readings(&events), (0..=24).map(step).collect::<Vec<_>>().iter().collect::<Vec<_>>());

    // Who comes later sees where it is, and no more.
    let second = Folder::new();
    let watch = second.watch(&[&scene.way.url("/api/progress")]);
    assert_eq!(watch.next()["data"], events[24]["data"]);
    scene.close();
}

#[test]
fn progress_is_shared_by_the_servers_of_one_redis_and_waits_for_it() {
    let mut redis = Redis::start();
    let start = || Example::start_on("progress", Some(redis.url()));
    let (mut first, second) = (start(), start());
    let mut scene = Scene::open_at(second, "/api/progress");
    let job = |name: &str, progress: f64, state: &str| json!({ "key": name, "progress": progress, "total": 8.0, "state": state });
    first.ask("POST /api/start", &json!({ "job": "backup", "total": 8 }));
    scene.until_reading(&job("backup", 2.0, "open"));
    first.kill();
    let events = scene.until_reading(&job("backup", 8.0, "done"));
    assert_eq!(events.len(), 9, "each step was done once: {events:?}");

    redis.kill();
    let body = r#"{"job":"deploy","total":8}"#;
    scene.folder.until_status(FEED, "waiting");
    assert_eq!(post(scene.server.address(), "/api/start", &[], body), 503);
    redis.restart();
    scene.come_back();
    scene.server.ask("POST /api/start", &json!({ "job": "deploy", "total": 8 }));
    assert_eq!(scene.until_reading(&job("deploy", 8.0, "done")).len(), 18);
    scene.restart_program();
    scene.close();
}

#[test]
fn game_is_a_score_that_follows_each_post() {
    let mut scene = Scene::open("game", "/stream");
    let score = |home: u32, away: u32, moment: &str| {
        let (home_score, away_score) = (home.to_string(), away.to_string());
        let score = json!({
            "home": "Home", "away": "Away", "home_score": home_score, "away_score": away_score, "moment": moment,
        });
        json!({ "score": score })
    };
    let body = |mut reading: Value, last: &str| {
        reading["body"] = last.into();
        reading
    };
    scene.until_reading(&body(score(0, 0, "Q1 · 12:00"), "tip-off"));
    assert_eq!(scene.view(), "score");
    scene.server.ask("POST /game", &json!({ "team": "home", "points": 2, "clock": "11:41" }));
    scene.until_reading(&body(score(2, 0, "Q1 · 11:41"), "Home +2"));
    scene.without_network(|server| {
        server.ask("POST /game", &json!({ "team": "away", "points": 3 }));
        server.ask("POST /game", &json!({ "team": "home", "points": 1 }));
    });
    let events = scene.until_reading(&body(score(3, 3, "Q1 · 11:41"), "Home +1"));
    assert_eq!(events.len(), 4, "{events:?}");

    // The game is in the server's memory: after a restart it is a new one.
    scene.restart_server();
    scene.until_reading(&body(score(0, 0, "Q1 · 12:00"), "tip-off"));
    scene.close();
}

#[test]
fn prices_are_broadcast_to_the_digit() {
    let mut scene = Scene::open("prices", "/prices/stream");
    let price = |product: &str, price: &str| json!({ "key": product, "value": price, "unit": "EUR" });
    let events = scene.until_reading(&price("Bowl", "18.20"));
    assert_eq!(events.len(), 5, "{events:?}");
    assert_eq!(scene.view(), "price");
    let set = |server: &Example, product: &str, price: &Value| {
        server.ask("POST /prices", &json!({ "product": product, "price": price }));
    };
    set(&scene.server, "Teapot", &json!("7.50"));
    scene.until_reading(&price("Teapot", "7.50"));
    scene.without_network(|server| {
        set(server, "Whisk", &json!("9.60"));
        set(server, "Whisk", &json!("9.246"));
        set(server, "Kettle", &json!("123456789.10"));
    });
    // What a price was in between is not told afterwards.
    let events = scene.until_reading(&price("Kettle", "123456789.10"));
    assert_eq!(readings(&events)[6..], [&price("Whisk", "9.246"), &price("Kettle", "123456789.10")]);
    for wrong in ["-1", "1e-99", "1e99", "NaN", "x", ""] {
        let body = json!({ "product": "Bowl", "price": wrong }).to_string();
        assert_eq!(post(scene.server.address(), "/prices", &[], &body), 400, "{wrong}");
    }
    scene.restart_program();
    set(&scene.server, "Bowl", &json!("17.90"));
    assert_eq!(scene.until_reading(&price("Bowl", "17.90")).len(), 9);
    scene.restart_server();
    scene.until_reading(&price("Bowl", "18.20"));
    let mut trends = scene.folder.ask(&["feeds", "trends", FEED]);
    let mut keys: Vec<_> = trends.as_array_mut().unwrap().iter_mut().map(|trend| trend["key"].take()).collect();
    keys.sort_by_key(ToString::to_string);
    assert_eq!(keys, ["Bowl", "Kettle", "Sencha 100 g", "Teapot", "Whisk"], "a row for each product");
    scene.close();
}

/// What no client can see: the list of connections itself.
#[test]
fn prices_keep_no_connection_that_is_gone_or_too_slow() {
    let script = r#"
import prices
from decimal import Decimal

def connections():
    return len(prices.broadcast._connections)

def connect():
    request = {"REQUEST_METHOD": "GET", "PATH_INFO": "/prices/stream"}
    stream = prices.app(request, lambda status, headers: None)
    next(stream), next(stream)
    return stream

quick, slow, gone = connect(), connect(), connect()
gone.close()
counts = [connections()]
for cent in range(150):
    prices.broadcast.set("Teapot", Decimal(cent) / 100)
    last = next(quick)
counts.append(connections())
print(counts, len(list(slow)), b'"price": "1.49"' in last)
"#;
    let outcome = Example::python(script);
    assert_eq!(outcome.out.trim(), "[2, 1] 0 True", "{outcome:?}");
}

#[test]
fn stocks_news_and_chat_come_by_type_together_or_alone() {
    let mut scene = Scene::open("stocks", "/events/stream");
    scene.server.ask("POST /events/news", &json!({ "title": "Rates held", "url": "https://example.com/rates" }));
    scene.server.ask("POST /events/chat", &json!({ "username": "mia", "message": "看 👍" }));
    scene.server.ask("POST /events/stock", &json!({ "symbol": "ACME", "price": "101.20", "currency": "USD" }));
    let find = |events: &[Value], kind: &str, reading: &Value| {
        events.iter().any(|event| event["event"] == kind && &event["readings"][0] == reading)
    };
    let news = json!({ "title": "Rates held", "link": "https://example.com/rates" });
    let wanted = [
        ("news", news.clone()),
        ("chat", json!({ "key": "mia", "body": "看 👍" })),
        ("stock", json!({ "key": "ACME", "value": "101.20", "unit": "USD" })),
    ];
    until("one of each", || {
        let events = scene.folder.events(FEED);
        if wanted.iter().all(|(kind, reading)| find(&events, kind, reading)) {
            Ok(())
        } else {
            Err(format!("{events:?}"))
        }
    });
    assert_eq!(scene.view(), "log", "a view of prices would leave news and chat out");

    for (name, kind, view) in [("Stocks", "stock", "price"), ("News", "news", "news"), ("Floor", "chat", "chat")] {
        let url = scene.way.url(&format!("/events/stream?only={kind}"));
        scene.folder.ask(&["feeds", "add", "--name", name, "--url", &url]);
        let events = scene.folder.until_events(name, 1);
        assert!(events.iter().all(|event| event["event"] == kind), "{events:?}");
        assert_eq!(scene.view_of(name), view);
    }

    scene.without_network(|server| {
        server.ask("POST /events/news", &json!({ "title": "While nobody listened" }));
    });
    until("the missed news", || {
        let found = scene.folder.ask(&["events", "--feed", FEED, "--search", "nobody listened"]);
        if found.as_array().unwrap().len() == 1 { Ok(()) } else { Err(found.to_string()) }
    });
    scene.restart_server();
    scene.restart_program();
    let before = scene.folder.events(FEED).len();
    scene.folder.until_events(FEED, before + 2);
    assert_eq!(scene.view(), "log", "as before the restart");
    scene.close();
}

#[test]
fn chat_of_node_speaks_on_its_timer_and_passes_on_what_others_say() {
    let mut scene = Scene::open("chat", "/sse");
    scene.folder.until_events(FEED, 1);
    assert_eq!(scene.view(), "chat");
    let say = |server: &Example, message: &str| {
        server.ask("POST /message", &json!({ "username": "jun", "message": message }))
    };
    let said = |scene: &Scene, message: &str| {
        let wanted = json!({ "key": "jun", "body": message });
        until(message, || {
            let events = scene.folder.events(FEED);
            if events.iter().any(|event| event["readings"][0] == wanted) { Ok(()) } else { Err(format!("{events:?}")) }
        });
    };
    say(&scene.server, "看起来一切正常 👍");
    said(&scene, "看起来一切正常 👍");
    scene.without_network(|server| {
        say(server, "one");
        say(server, "two <b>\n\nthree");
    });
    said(&scene, "one");
    said(&scene, "two <b>\n\nthree");
    scene.restart_server();
    say(&scene.server, "again");
    said(&scene, "again");
    scene.close();
}

#[test]
fn tasks_are_kept_and_only_what_changed_is_told_again() {
    let mut scene = Scene::open("tasks", "/tasks/stream");
    let task = |id: u32, title: &str, state: &str| json!({ "key": id.to_string(), "title": title, "state": state });
    let add = |server: &Example, title: &str| server.ask("POST /tasks", &json!({ "title": title }))["id"].clone();
    assert_eq!(add(&scene.server, "Renew certificate"), 1);
    assert_eq!(add(&scene.server, "Restock Sencha"), 2);
    assert_eq!(add(&scene.server, "Rotate keys"), 3);
    scene.until_reading(&task(3, "Rotate keys", "open"));
    assert_eq!(scene.view(), "tasks");
    scene.server.ask("PATCH /tasks/1", &json!({ "done": true }));
    scene.until_reading(&task(1, "Renew certificate", "done"));
    scene.server.ask("DELETE /tasks/2", &Value::Null);
    scene.until_reading(&json!({ "key": "2", "state": "removed" }));

    scene.without_network(|server| {
        server.ask("PATCH /tasks/3", &json!({ "title": "Rotate all keys" }));
        server.ask("DELETE /tasks/1", &Value::Null);
    });
    let events = scene.until_reading(&json!({ "key": "1", "state": "removed" }));
    assert_eq!(events.len(), 7, "{events:?}");
    assert_eq!(readings(&events)[5], &task(3, "Rotate all keys", "open"));

    scene.restart_server();
    scene.restart_program();
    scene.server.ask("PATCH /tasks/3", &json!({ "done": true }));
    assert_eq!(scene.until_reading(&task(3, "Rotate all keys", "done")).len(), 8);
    assert_eq!(
        scene.server.ask("GET /tasks", &Value::Null),
        json!([{ "id": 3, "title": "Rotate all keys", "done": true }])
    );
    scene.close();
}

#[test]
fn each_speaks_as_the_standard_has_it_and_refuses_what_it_does_not_understand() {
    for (name, stream, target) in [
        ("progress", "/api/progress", "/api/start"),
        ("game", "/stream", "/game"),
        ("prices", "/prices/stream", "/prices"),
        ("stocks", "/events/stream", "/events/chat"),
        ("chat", "/sse", "/message"),
        ("tasks", "/tasks/stream", "/tasks"),
    ] {
        let mut server = Example::start(name);
        let answer = beginning_of(server.address(), stream, "retry: 2000").to_ascii_lowercase();
        assert!(answer.starts_with("http/1.1 200 ok"), "{name}: {answer}");
        for header in ["content-type: text/event-stream", "cache-control: no-store", "x-accel-buffering: no"] {
            assert!(answer.contains(header), "{name}: {header} is not in {answer}");
        }
        let refusal = |headers: &[(&str, &str)], body: &str| post(server.address(), target, headers, body);
        for wrong in ["", "{", "[]", "7", "null", r#"{"job":7,"team":7,"product":7,"username":7,"title":7}"#] {
            assert_eq!(refusal(&[], wrong), 400, "{name}: {wrong}");
        }
        // What a web page of another origin may send unasked.
        assert_eq!(refusal(&[("Content-Type", "text/plain")], "{}"), 415, "{name}");
        assert_eq!(refusal(&[], &format!("{{\"title\":\"{}\"}}", "x".repeat(5000))), 413, "{name}");
        assert_eq!(server.end(), Some(0), "{name}");
    }
}

#[test]
fn the_feeds_and_rules_of_all_are_imported_as_they_are() {
    let folder = Folder::new();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/feeds.json");
    let summary = folder.ask(&["import", file]);
    assert_eq!((&summary["feeds_added"], &summary["rules_added"]), (&json!(8), &json!(2)), "{summary}");
}
