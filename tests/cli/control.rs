//! The running program and a second process.

use serde_json::Value;
use streambell_cli::control::{Client, Request, Server, Shell};
use streambell_engine::{
    Engine, Home,
    model::{Feed, FeedDraft, Page, Query, Status},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    sync::mpsc,
};

use crate::support::{engine, home};

async fn served(home: &Home, shell: Option<mpsc::Sender<Shell>>) -> (Engine, tokio::task::JoinHandle<()>) {
    let engine = engine(home).await;
    let server = Server::bind(home).unwrap();
    (engine.clone(), tokio::spawn(server.serve(engine, shell)))
}

fn draft(name: &str) -> FeedDraft {
    FeedDraft { name: name.into(), url: "http://127.0.0.1:9/feed".into(), ..FeedDraft::default() }
}

#[tokio::test]
async fn what_a_second_process_asks_happens_in_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let home = home(folder.path());
    let (engine, server) = served(&home, None).await;
    let mut client = Client::connect(&home).await.unwrap();

    let feed: Feed = client.ask(&Request::AddFeed { draft: draft("My feed") }).await.unwrap();
    assert_eq!(engine.export().await.unwrap().feeds, std::slice::from_ref(&feed));

    // By name and by id.
    client.ask::<()>(&Request::PauseFeed { feed: "My feed".into() }).await.unwrap();
    assert!(!engine.export().await.unwrap().feeds[0].enabled);
    client.ask::<()>(&Request::ResumeFeed { feed: feed.id.0.clone() }).await.unwrap();
    assert!(engine.export().await.unwrap().feeds[0].enabled);

    let lines: Vec<Value> = client.ask(&Request::Feeds).await.unwrap();
    assert_eq!(lines[0]["name"], "My feed");
    assert_eq!(lines[0]["status"], serde_json::to_value(Status::Paused).unwrap());

    let events = Request::Events { feed: Some("My feed".into()), query: Query::default() };
    let page: Page = client.ask(&events).await.unwrap();
    assert!(page.events.is_empty() && !page.more);

    let refusal = client.ask::<()>(&Request::RemoveFeed { feed: "other".into() }).await.unwrap_err();
    assert_eq!(refusal.code, "no_such_feed");
    assert!(refusal.message.contains("feeds list"), "{refusal}");
    client.ask::<()>(&Request::RemoveFeed { feed: "My feed".into() }).await.unwrap();
    assert!(engine.export().await.unwrap().feeds.is_empty());

    server.abort();
    engine.shutdown().await;
}

#[tokio::test]
async fn a_name_that_two_feeds_have_names_neither() {
    let folder = tempfile::tempdir().unwrap();
    let home = home(folder.path());
    let (engine, server) = served(&home, None).await;
    let mut client = Client::connect(&home).await.unwrap();
    for _ in 0..2 {
        client.ask::<Feed>(&Request::AddFeed { draft: draft("Same") }).await.unwrap();
    }
    let refusal = client.ask::<()>(&Request::RemoveFeed { feed: "Same".into() }).await.unwrap_err();
    assert_eq!(refusal.code, "ambiguous_feed");
    for feed in engine.export().await.unwrap().feeds {
        assert!(refusal.message.contains(&format!("'{}'", feed.id.0)), "{refusal}");
    }
    server.abort();
    engine.shutdown().await;
}

#[tokio::test]
async fn the_window_is_asked_if_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let home = home(folder.path());
    let (sender, mut shell) = mpsc::channel(4);
    let (engine, server) = served(&home, Some(sender)).await;
    let mut client = Client::connect(&home).await.unwrap();
    for (request, expected) in
        [(Request::Show, Shell::Show), (Request::Toggle, Shell::Toggle), (Request::Quit, Shell::Quit)]
    {
        client.ask::<()>(&request).await.unwrap();
        assert_eq!(shell.recv().await, Some(expected));
    }
    server.abort();
    let _ = server.await;

    let server = tokio::spawn(Server::bind(&home).unwrap().serve(engine.clone(), None));
    let mut client = Client::connect(&home).await.unwrap();
    assert_eq!(client.ask::<()>(&Request::Toggle).await.unwrap_err().code, "no_window");
    server.abort();
    engine.shutdown().await;
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_user_reaches_it_and_a_dead_socket_is_replaced() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let home = home(folder.path());
    // A socket that nobody listens to any more, as a killed program leaves it.
    drop(std::os::unix::net::UnixListener::bind(home.socket()).unwrap());
    assert!(home.socket().exists());
    assert!(Client::connect(&home).await.is_none());

    let (engine, server) = served(&home, None).await;
    assert!(Client::connect(&home).await.is_some());
    assert_eq!(std::fs::metadata(home.socket()).unwrap().permissions().mode() & 0o777, 0o600);

    server.abort();
    let _ = server.await;
    assert!(!home.socket().exists());
    assert!(Client::connect(&home).await.is_none());
    engine.shutdown().await;
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_not_understood_is_answered_and_the_conversation_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let home = home(folder.path());
    let (engine, server) = served(&home, None).await;
    let mut stream = BufReader::new(tokio::net::UnixStream::connect(home.socket()).await.unwrap());
    for (asked, code) in [("{\"ask\":\"dance\"}\n", "bad_request"), ("no json\n", "bad_request")] {
        stream.write_all(asked.as_bytes()).await.unwrap();
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        let reply: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(reply["error"]["code"], code);
        assert!(reply["error"]["message"].as_str().unwrap().contains("Restart"), "{reply}");
    }
    stream.write_all(b"{\"ask\":\"rules\"}\n").await.unwrap();
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    assert_eq!(line, "{\"ok\":[]}\n");
    server.abort();
    engine.shutdown().await;
}
