//! WireMock: a server that misbehaves as it is told to, and keeps a journal of what it was asked.

use std::{net::SocketAddr, process::Command, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderValue, header::AUTHORIZATION};
use serde_json::{Value, json};
use streambell_sse::{Cause, Config, Signal, Status, parse_url};
use tempfile::TempDir;

use crate::{
    Feed,
    support::{child::Daemon, free_address, get, post},
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/servers/node_modules/wiremock/build");

struct WireMock {
    address: SocketAddr,
    _process: Daemon,
    _folder: TempDir,
}

impl WireMock {
    fn start() -> Self {
        let mut jar =
            std::fs::read_dir(FOLDER).expect("run scripts/install.sh test").map(|entry| entry.unwrap().path());
        let jar = jar.find(|path| path.extension().is_some_and(|extension| extension == "jar")).unwrap();
        let (address, folder) = (free_address(), tempfile::tempdir().unwrap());
        let mut command = Command::new("java");
        command.arg("-jar").arg(jar).args(["--bind-address", "127.0.0.1", "--port", &address.port().to_string()]);
        command.arg("--root-dir").arg(folder.path());
        let process = Daemon::start(command, address, &folder.path().join("wiremock.log"));
        Self { address, _process: process, _folder: folder }
    }

    /// Answers requests for `path` so.
    fn stub(&self, path: &str, response: Value) {
        self.map(json!({ "request": { "urlPath": path }, "response": response }));
    }

    fn map(&self, mapping: Value) {
        assert_eq!(post(self.address, "/__admin/mappings", &[], &mapping.to_string()), 201);
    }

    fn config(&self, path: &str) -> Config {
        Config::new(parse_url(&format!("http://{}{path}", self.address)).unwrap())
    }

    fn feed(&self, path: &str) -> Feed {
        Feed::start(self.config(path))
    }

    /// The headers of the requests for `path`, the first one first.
    fn asked(&self, path: &str) -> Vec<Value> {
        let journal: Value = serde_json::from_str(&get(self.address, "/__admin/requests")).unwrap();
        let requests = journal["requests"].as_array().unwrap().iter().map(|entry| &entry["request"]);
        let of_path = requests.filter(|request| request["url"] == path);
        of_path.rev().map(|request| request["headers"].clone()).collect()
    }
}

fn stream(body: &str) -> Value {
    json!({ "status": 200, "headers": { "Content-Type": "text/event-stream" }, "body": body })
}

async fn failure(feed: &mut Feed) -> (Cause, Duration) {
    loop {
        match feed.next().await {
            Signal::Status(Status::Waiting { cause, delay, .. }) => return (cause, delay),
            Signal::Status(Status::Stopped(cause)) => return (cause, Duration::ZERO),
            _ => {}
        }
    }
}

/// One server for all: its start takes longer than all that is asked of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_it_does_is_understood() {
    let wiremock = WireMock::start();
    faults(&wiremock).await;
    bodies(&wiremock).await;
    redirects(&wiremock).await;
    refusals(&wiremock).await;
    requests(&wiremock).await;
}

async fn faults(wiremock: &WireMock) {
    for (fault, code) in [
        ("CONNECTION_RESET_BY_PEER", "cut"),
        ("EMPTY_RESPONSE", "cut"),
        ("RANDOM_DATA_THEN_CLOSE", "not_http"),
        // It says 200 and no type, and then sends no chunk.
        ("MALFORMED_RESPONSE_CHUNK", "wrong_type"),
    ] {
        let path = format!("/{fault}");
        let mut response = stream("");
        response["fault"] = fault.into();
        wiremock.stub(&path, response);
        assert_eq!(failure(&mut wiremock.feed(&path)).await.0.code(), code, "{fault}");
    }
}

async fn bodies(wiremock: &WireMock) {
    let text = "data: täglich 行情 🔔\n\n".repeat(3);
    let mut dribbled = stream(&text);
    dribbled["chunkedDribbleDelay"] = json!({ "numberOfChunks": 40, "totalDuration": 400 });
    wiremock.stub("/dribbled", dribbled);
    let events = wiremock.feed("/dribbled").events(3).await;
    assert!(events.iter().all(|event| event.data == "täglich 行情 🔔"), "{events:?}");

    let bytes = b"\xEF\xBB\xBFid: 1\ndata: after a BOM\n\nid: a\0b\ndata: \xFF\xFE bad\n\n";
    let mut strange = stream("");
    strange["base64Body"] = BASE64_STANDARD.encode(bytes).into();
    strange.as_object_mut().unwrap().remove("body");
    wiremock.stub("/strange", strange);
    let events = wiremock.feed("/strange").events(2).await;
    let events: Vec<_> = events.iter().map(|event| (&*event.data, &*event.id)).collect();
    assert_eq!(events, [("after a BOM", "1"), ("\u{FFFD}\u{FFFD} bad", "1")]);
}

async fn redirects(wiremock: &WireMock) {
    let to = |location: &str| json!({ "status": 307, "headers": { "Location": location } });
    wiremock.stub("/round", to("/round"));
    assert_eq!(failure(&mut wiremock.feed("/round")).await.0, Cause::TooManyRedirects);
    assert_eq!(wiremock.asked("/round").len(), 21, "the first request, and twenty more");

    // The same server by another name is another origin.
    wiremock.stub("/away", to(&format!("http://localhost:{}/there", wiremock.address.port())));
    wiremock.stub("/there", stream("data: here\n\n"));
    let mut config = wiremock.config("/away");
    config.headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer secret"));
    assert_eq!(Feed::start(config).events(1).await[0].data, "here");
    assert_eq!(wiremock.asked("/away")[0]["Authorization"], "Bearer secret");
    assert_eq!(wiremock.asked("/there")[0].get("Authorization"), None);
}

async fn refusals(wiremock: &WireMock) {
    let busy = json!({ "status": 503, "headers": { "Retry-After": "7" } });
    let scenario = |state: &str, next: &str, response: Value| {
        json!({
            "scenarioName": "busy", "requiredScenarioState": state, "newScenarioState": next,
            "request": { "urlPath": "/busy" }, "response": response,
        })
    };
    wiremock.map(scenario("Started", "free", busy));
    wiremock.map(scenario("free", "free", stream("data: at last\n\n")));
    let mut feed = wiremock.feed("/busy");
    let (cause, delay) = failure(&mut feed).await;
    assert_eq!((cause, delay.as_secs()), (Cause::HttpStatus { status: 503 }, 7));
    feed.retry();
    assert_eq!(feed.events(1).await[0].data, "at last");
}

async fn requests(wiremock: &WireMock) {
    wiremock.stub("/asked", stream("id: 7\ndata: x\n\n"));
    let mut feed = wiremock.feed("/asked");
    feed.events(1).await;
    failure(&mut feed).await;
    feed.retry();
    feed.events(1).await;
    let asked = wiremock.asked("/asked");
    for headers in &asked[..2] {
        assert_eq!(headers["Accept"], "text/event-stream");
        assert_eq!(headers["Cache-Control"], "no-cache");
        assert_eq!(headers["Accept-Encoding"], "identity");
        let agent = headers["User-Agent"].as_str().unwrap();
        assert!(agent.starts_with("Streambell/") && agent.contains("(+https://"), "{agent}");
    }
    // The journal has this one's name as it was sent.
    assert_eq!((asked[0].get("last-event-id"), &asked[1]["last-event-id"]), (None, &json!("7")));
}
