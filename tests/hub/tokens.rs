//! Who may publish and read, where there are tokens.

use std::fs;
use std::path::Path;

use streambell_hub::{Door, Hub, HubConfig, HubError, TokenError, TokenFile, TopicPattern};
use streambell_sse::{Cause, Client, Config, Connection, Signal, Status};

use crate::client::{Answer, Events, PATIENCE, ask, config, post};

fn patterns(of: &[&str]) -> Vec<TopicPattern> {
    of.iter().map(|pattern| pattern.parse().unwrap()).collect()
}

/// The text of a new token.
pub(crate) fn token(folder: &Path, name: &str, publish: &[&str], subscribe: &[&str]) -> String {
    TokenFile::in_folder(folder).add(name, patterns(publish), patterns(subscribe)).unwrap().1
}

pub(crate) fn door(folder: &Path) -> Door {
    Door { tokens: Some(TokenFile::in_folder(folder)), ..Door::default() }
}

async fn hub(folder: &Path) -> Hub {
    Hub::start(HubConfig { door: door(folder), demo: true, ..config() }).await.unwrap()
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

async fn get(hub: &Hub, path: &str, headers: &[&str]) -> Answer {
    ask(hub.addr(), &format!("GET {path}"), &[headers, &["Connection: close"]].concat(), b"").await
}

/// Asks until it is answered so: the hub looks at its files once a second.
async fn until(hub: &Hub, path: &str, headers: &[&str], status: u16) {
    let asked = async { while get(hub, path, headers).await.status != status {} };
    tokio::time::timeout(PATIENCE, asked).await.expect("the change is not seen");
}

#[tokio::test]
async fn without_a_token_there_is_nothing_but_a_sign_of_life() {
    let folder = tempfile::tempdir().unwrap();
    let text = token(folder.path(), "phone", &["*"], &["*"]);
    let hub = hub(folder.path()).await;
    let unknown = bearer(&text.replace(&text[60..], "0000000"));
    let garbage = format!("Authorization: Digest {text}");
    for request in ["POST /t", "PUT /t", "OPTIONS /t", "GET /t/sse", "GET /demo/price", "GET /", "GET /nothing/here"] {
        for header in ["X: y", &unknown, &garbage, "Authorization: Bearer", "Authorization: Basic bm8="] {
            let refused = ask(hub.addr(), request, &[header, "Connection: close"], b"").await;
            assert_eq!(refused.status, 401, "{request} {header}");
            for challenge in ["bearer realm=", "basic realm="] {
                assert!(refused.head.contains(&format!("\r\nwww-authenticate: {challenge}")), "{}", refused.head);
            }
            assert!(refused.json()["error"].is_string() && !refused.body.contains(&text[8..]));
        }
    }
    assert_eq!(get(&hub, "/healthz", &[]).await.json()["topics"], 0);
    assert_eq!(post(hub.addr(), "t", &[&bearer(&text)], "x").await.status, 200);
    assert_eq!(get(&hub, "/nothing/here", &[&bearer(&text)]).await.status, 404);
    let basic = "Authorization: Basic eDp5";
    assert_eq!(ask(hub.addr(), "GET /", &[&bearer(&text), basic, "Connection: close"], b"").await.status, 401, "two");
}

#[tokio::test]
async fn a_token_opens_the_topics_that_it_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let ci = bearer(&token(folder.path(), "ci", &["builds-*"], &[]));
    let phone = bearer(&token(folder.path(), "phone", &[], &["builds-*", "news"]));
    let none = bearer(&token(folder.path(), "none", &[], &[]));
    let hub = hub(folder.path()).await;
    for (who, topic, status) in [
        (&ci, "builds-web", 200),
        (&ci, "builds", 403),
        (&ci, "news", 403),
        (&phone, "builds-web", 403),
        (&none, "builds-web", 403),
    ] {
        let answer = post(hub.addr(), topic, &[who], "x").await;
        assert_eq!(answer.status, status, "{who} {topic}");
        assert_eq!(answer.body.contains("may not publish to"), status == 403, "{answer:?}");
    }
    for topics in ["news", "builds-web", "news,builds-web,builds-x"] {
        Events::open(hub.addr(), &format!("/{topics}/sse"), &[&phone]).await;
    }
    for (who, topics, lacking) in
        [(&phone, "other", "other"), (&phone, "news,builds,x", "builds, x"), (&ci, "builds-web", "builds-web")]
    {
        let refused = get(&hub, &format!("/{topics}/sse"), &[who]).await;
        assert_eq!(refused.status, 403, "{topics}");
        let reason = refused.json()["error"].as_str().unwrap().to_owned();
        assert!(reason.ends_with(&format!("may not subscribe to {lacking}")), "{reason}");
    }
}

/// Whatever the hub has or will have under these addresses: nothing of a topic is for a token that is not for it.
#[tokio::test]
async fn a_token_for_nothing_gets_nothing_of_any_topic() {
    let folder = tempfile::tempdir().unwrap();
    let all = bearer(&token(folder.path(), "all", &["*"], &["*"]));
    let none = bearer(&token(folder.path(), "none", &[], &[]));
    let hub = hub(folder.path()).await;
    assert_eq!(post(hub.addr(), "kept-topic", &[&all], "kept-text").await.status, 200);
    for request in [
        "GET /kept-topic/sse?since=all",
        "GET /kept-topic/json?poll=1",
        "GET /kept-topic/raw?poll=1",
        "GET /kept-topic/ws",
        "GET /kept-topic/auth",
        "GET /kept-topic/publish?message=x",
        "GET /kept-topic/send?message=x",
        "GET /kept-topic/trigger",
        "HEAD /kept-topic/publish",
        "POST /kept-topic",
        "PUT /kept-topic",
        "POST /kept-topic/one",
        "PUT /kept-topic/one",
        "DELETE /kept-topic/one",
        "PUT /kept-topic/one/clear",
        "POST /kept-topic/one/read",
        "POST /new-topic",
        "GET /api/tasks",
        "GET /api/sse",
        "POST /api/tasks",
        "POST /api/start",
        "DELETE /api/tasks/1",
    ] {
        let answer = ask(hub.addr(), request, &[&none, "Connection: close"], b"").await;
        assert!(answer.status >= 400, "{request}: {answer:?}");
        if request.contains("/api/") {
            assert_eq!(answer.status, 403, "{request}");
        }
    }
    let json = [&none, "Content-Type: application/json"];
    for topic in ["kept-topic", "new-topic"] {
        let form = format!(r#"{{"topic":"{topic}","message":"x"}}"#);
        let answer = ask(hub.addr(), "POST /", &json, form.as_bytes()).await;
        assert!(answer.status >= 400, "{answer:?}");
    }
    for path in ["/", "/topics", "/metrics", "/healthz"] {
        let answer = get(&hub, path, &[&none]).await;
        assert!(!answer.body.contains("kept-"), "{path}: {answer:?}");
    }
    assert_eq!(get(&hub, "/healthz", &[]).await.json()["topics"], 1);
    let mut kept = Events::open(hub.addr(), "/kept-topic/sse?since=all", &[&all]).await;
    post(hub.addr(), "kept-topic", &[&all], "the next").await;
    assert_eq!(kept.take(2).await[1].json()["message"], "the next", "nothing came between");

    let api = bearer(&token(folder.path(), "api", &[], &["api"]));
    until(&hub, "/nothing/here", &[&api], 404).await;
    Events::open(hub.addr(), "/api/sse", &[&api]).await;
    assert_eq!(ask(hub.addr(), "POST /api/start", &[&api], b"").await.status, 403);
}

#[tokio::test]
async fn every_way_to_send_a_token_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let text = token(folder.path(), "phone", &["*"], &["*"]);
    let hub = hub(folder.path()).await;
    let base64 = |text: &str| {
        use base64::{Engine, prelude::BASE64_STANDARD};
        BASE64_STANDARD.encode(text)
    };
    let basic = format!("Basic {}", base64(&format!("anybody:{text}")));
    for header in [bearer(&text), format!("authorization: {basic}")] {
        Events::open(hub.addr(), "/t/sse", &[&header]).await;
    }
    let trigger =
        ask(hub.addr(), "GET /t/trigger", &[&format!("authorization: {basic}"), "Connection: close"], b"").await;
    assert!(trigger.status >= 400, "a page could have had a browser ask for it: {trigger:?}");
    for parameter in [&text, &base64(&format!("Bearer {text}")), base64(&basic).trim_end_matches('=')] {
        Events::open(hub.addr(), &format!("/t/sse?since=all&auth={parameter}"), &[]).await;
        let published = ask(hub.addr(), &format!("POST /t?auth={parameter}"), &[], b"x").await;
        assert_eq!(published.status, 200, "{parameter}");
    }
}

#[tokio::test]
async fn a_running_hub_sees_tokens_come_and_go() {
    let folder = tempfile::tempdir().unwrap();
    let hub = hub(folder.path()).await;
    let mut anonymous = Events::open(hub.addr(), "/t/sse", &[]).await;

    let first = bearer(&token(folder.path(), "first", &["*"], &["*"]));
    until(&hub, "/nothing/here", &[], 401).await;
    let second = bearer(&token(folder.path(), "second", &[], &["*"]));
    until(&hub, "/nothing/here", &[&second], 404).await;
    assert_eq!(post(hub.addr(), "t", &[&first], "for those who may").await.status, 200);
    assert_eq!(anonymous.next().await, None, "who came before there were tokens has none");
    assert!(anonymous.ended, "and is sent away in good order");

    let mut stays = Events::open(hub.addr(), "/t/sse", &[&first]).await;
    let mut goes = Events::open(hub.addr(), "/t/sse", &[&second]).await;
    TokenFile::in_folder(folder.path()).remove("second").unwrap();
    until(&hub, "/nothing/here", &[&second], 401).await;
    assert_eq!(post(hub.addr(), "t", &[&first], "secret").await.status, 200);
    assert_eq!(goes.next().await, None, "nothing comes after it was removed");
    assert_eq!(stays.next().await.unwrap().json()["message"], "secret");

    TokenFile::in_folder(folder.path()).remove("first").unwrap();
    until(&hub, "/nothing/here", &[], 404).await;
    assert_eq!(post(hub.addr(), "t", &[], "x").await.status, 200, "on loopback it is open again");
}

#[tokio::test]
async fn a_hub_that_others_can_reach_needs_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let named = |door| Door { names: vec!["hub.example.org".parse().unwrap()], ..door };
    for (listen, door) in [
        ("0.0.0.0:0", Door::default()),
        ("[::]:0", door(folder.path())),
        ("192.0.2.1:7788", door(folder.path())),
        ("127.0.0.1:0", named(Door::default())),
        ("127.0.0.1:0", named(door(folder.path()))),
    ] {
        let refused = Hub::start(HubConfig { listen: listen.parse().unwrap(), door, ..config() }).await.unwrap_err();
        assert!(matches!(refused, HubError::NoTokens { .. }), "{listen}: {refused}");
        assert!(refused.to_string().contains("streambell hub token add"), "{refused}");
    }

    let text = bearer(&token(folder.path(), "phone", &["*"], &["*"]));
    let hub = Hub::start(HubConfig { door: named(door(folder.path())), ..config() }).await.unwrap();
    assert_eq!(get(&hub, "/nothing/here", &[&text, "Host: hub.example.org"]).await.status, 404);
    TokenFile::in_folder(folder.path()).remove("phone").unwrap();
    until(&hub, "/nothing/here", &[&text], 401).await;
    assert_eq!(get(&hub, "/nothing/here", &[]).await.status, 401, "the last one gone opens nothing");
}

#[tokio::test]
async fn a_damaged_file_lets_no_hub_start() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tokens.json"), "{").unwrap();
    let refused = Hub::start(HubConfig { door: door(folder.path()), ..config() }).await.unwrap_err();
    assert!(matches!(refused, HubError::Tokens(TokenError::Damaged { .. })), "{refused}");
}

#[tokio::test]
async fn our_own_client_reads_with_a_token_and_is_told_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let text = token(folder.path(), "desktop", &["*"], &["*"]);
    let hub = hub(folder.path()).await;
    let url = || format!("http://{}/t/sse?since=all", hub.addr()).parse().unwrap();
    assert_eq!(post(hub.addr(), "t", &[&bearer(&text)], "hello").await.status, 200);

    let mut config = Config::new(url());
    config.headers.insert("authorization", format!("Bearer {text}").parse().unwrap());
    let mut connection = Connection::new(Client::new().unwrap(), config);
    let data = loop {
        match connection.next().await.unwrap() {
            Signal::Events(events) => break events[0].data.to_string(),
            Signal::Status(Status::Connecting | Status::Open) => {}
            other => panic!("{other:?}"),
        }
    };
    assert!(data.contains("hello"), "{data}");

    let mut connection = Connection::new(Client::new().unwrap(), Config::new(url()));
    let cause = loop {
        match connection.next().await.unwrap() {
            Signal::Status(Status::Connecting) => {}
            Signal::Status(Status::Stopped(cause) | Status::Waiting { cause, .. }) => break cause,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(cause, Cause::Unauthorized { schemes: vec!["Bearer".into(), "Basic".into()] });
}
