//! Feeds: added, seen live, changed, paused, removed, found again.

use std::{sync::Arc, time::Duration};

use streambell_engine::{
    EngineError, SecretsError,
    model::{Auth, Certificates, Change, FeedDraft, FeedId, Headers, Mapping, Notify, ProxySetting, Status, View},
};

use crate::support::{Folder, Ring, Server, next};

#[tokio::test]
async fn a_feed_is_live_as_soon_as_it_is_added() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let (snapshot, mut changes) = bench.engine.attach().await.expect("a snapshot");
    assert!(snapshot.feeds.is_empty());

    let feed = bench.add("BTC-USD", &server.url, Notify::Rules).await;
    assert_eq!(feed.id, FeedId("btc-usd".into()));
    server.send(r#"{"symbol":"BTC-USD","price":"61234.50","currency":"USD"}"#);

    let view = next(&mut changes, |change| match change {
        Change::View { view, .. } => Some(*view),
        _ => None,
    });
    assert_eq!(view.await, View::Price);
    let event = next(&mut changes, |change| match change {
        Change::Events { events, .. } => Some(events[0].clone()),
        _ => None,
    });
    let reading = event.await.readings[0].clone();
    assert_eq!(reading.value.map(|value| value.to_string()).as_deref(), Some("61234.50"));
    assert_eq!(reading.key.as_deref(), Some("BTC-USD"));
    assert_eq!(reading.unit.as_deref(), Some("USD"));
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_keep_alive_is_a_sign_of_life_and_no_event() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Quiet", &server.url, Notify::Rules).await;
    bench.until_open().await;
    server.send_block(": still here\n");
    // It changes nothing that anyone is told of, so it is looked for.
    while bench.engine.snapshot().await.expect("a snapshot").feeds[0].last_byte_at.is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(bench.engine.snapshot().await.expect("a snapshot").feeds[0].last_event_at, None);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn everything_is_found_again_after_a_restart_and_nothing_comes_twice() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let feed = bench.add("Chat", &server.url, Notify::Rules).await;
    server.send("one");
    server.send("two");
    bench.until_events(2).await;
    bench.engine.read_feed(feed.id.clone()).await.expect("read");
    server.send("three");
    bench.until_events(3).await;
    bench.engine.shutdown().await;

    server.send("four");
    let bench = folder.start().await;
    bench.until_events(4).await;
    assert_eq!(bench.history().await, ["one", "two", "three", "four"]);
    assert!(server.requests().last().expect("a request").contains("last-event-id: 3\r\n"));
    let snapshot = bench.engine.snapshot().await.expect("a snapshot");
    assert_eq!(snapshot.feeds[0].unread, 2, "three and four");
    assert_eq!(snapshot.feeds[0].feed, feed);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_pause_keeps_the_place_and_a_resume_goes_on_there() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let feed = bench.add("Jobs", &server.url, Notify::Rules).await;
    server.send("one");
    bench.until_events(1).await;
    bench.engine.pause_feed(feed.id.clone()).await.expect("paused");
    bench.until("it is paused", |snapshot| snapshot.feeds[0].status == Status::Paused).await;
    server.send("two");
    bench.engine.resume_feed(feed.id.clone()).await.expect("resumed");
    bench.until_events(2).await;
    assert_eq!(bench.history().await, ["one", "two"]);

    bench.engine.pause_all().await.expect("paused");
    assert_eq!(bench.engine.snapshot().await.expect("a snapshot").feeds[0].status, Status::Paused);
    bench.engine.shutdown().await;
    let bench = folder.start().await;
    assert_eq!(bench.engine.snapshot().await.expect("a snapshot").feeds[0].status, Status::Paused, "still");
    bench.engine.resume_all().await.expect("resumed");
    bench.until_open().await;
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn an_edit_takes_effect_at_once_and_a_removal_takes_the_history_along() {
    let (folder, server, other) = (Folder::new(), Server::start().await, Server::start().await);
    let bench = folder.start().await;
    let feed = bench.add("Feed", &server.url, Notify::Rules).await;
    server.send("old");
    bench.until_events(1).await;
    other.send(r#"{"deep":{"price":3}}"#);
    let draft = FeedDraft {
        name: "Renamed".into(),
        url: other.url.clone(),
        map: Mapping { value: Some("$.deep.price".into()), unit: Some("EUR".into()), ..Mapping::default() },
        ..FeedDraft::default()
    };
    let changed = bench.engine.update_feed(feed.id.clone(), draft).await.expect("changed");
    assert_eq!((changed.id, changed.name.as_str()), (feed.id.clone(), "Renamed"));
    bench.until_events(2).await;
    let snapshot = bench.engine.snapshot().await.expect("a snapshot");
    let reading = &snapshot.feeds[0].events[1].readings[0];
    assert_eq!(reading.value.map(|value| value.to_string()).as_deref(), Some("3"));
    assert_eq!(reading.unit.as_deref(), Some("EUR"));
    assert!(!other.requests()[0].contains("last-event-id"), "another address begins anew");

    bench.engine.remove_feed(feed.id.clone()).await.expect("removed");
    assert!(bench.history().await.is_empty());
    assert_eq!(bench.engine.remove_feed(feed.id).await.expect_err("gone").code(), "no_such_feed");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_lost_connection_is_taken_up_again_where_it_broke() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Feed", &server.url, Notify::Rules).await;
    server.send("one");
    bench.until_events(1).await;
    server.cut();
    server.send("two");
    bench.until_events(2).await;
    assert_eq!(bench.history().await, ["one", "two"]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn credentials_go_to_the_key_ring_and_nowhere_else() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let ring = Arc::new(Ring::default());
    let bench = folder.start_with(ring.clone()).await.expect("it starts");
    let draft = FeedDraft {
        name: "Secret".into(),
        url: server.url.replace("http://", "http://mia:s3cret-pass@"),
        headers: Headers([("X-Api-Key".to_owned(), Some("s3cret-key".to_owned()))].into()),
        ..FeedDraft::default()
    };
    let feed = bench.engine.add_feed(draft).await.expect("added");
    bench.until_open().await;
    let request = server.requests()[0].clone();
    assert!(request.contains("authorization: basic bwlhonmzy3jldc1wyxnz\r\n"), "{request}");
    assert!(request.contains("x-api-key: s3cret-key\r\n"));
    assert_eq!(feed.auth, Some(Auth::Basic { user: "mia".into(), password: None }));
    let document = serde_json::to_string(&bench.engine.export().await.expect("a document")).expect("JSON");
    let snapshot = serde_json::to_string(&bench.engine.snapshot().await.expect("a snapshot")).expect("JSON");
    bench.engine.shutdown().await;
    let database = std::fs::read(folder.home().database()).expect("the database");
    let database = String::from_utf8_lossy(&database);
    for place in [document.as_str(), snapshot.as_str(), &database] {
        assert!(!place.contains("s3cret"), "a secret left the key ring");
    }
    assert_eq!(ring.kept.lock().expect("no panic").len(), 1);

    // After a restart they come from the key ring; an edit that leaves them out keeps them; a removal removes them.
    let bench = folder.start_with(ring.clone()).await.expect("it starts");
    bench.until_open().await;
    assert!(server.requests()[1].contains("x-api-key: s3cret-key\r\n"));
    let draft = FeedDraft {
        name: "Renamed".into(),
        url: feed.url.clone(),
        headers: feed.headers.clone(),
        auth: feed.auth.clone(),
        ..FeedDraft::default()
    };
    bench.engine.update_feed(feed.id.clone(), draft).await.expect("changed");
    bench.until_open().await;
    assert!(server.requests().last().expect("a request").contains("x-api-key: s3cret-key\r\n"));
    bench.engine.remove_feed(feed.id).await.expect("removed");
    assert!(ring.kept.lock().expect("no panic").is_empty());
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_proxys_password_and_a_private_key_go_to_the_key_ring_too() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let ring = Arc::new(Ring::default());
    let bench = folder.start_with(ring.clone()).await.expect("it starts");
    // The server is the proxy: it is asked for another server's feed.
    let proxy = server.url.trim_start_matches("http://").split('/').next().expect("a host").to_owned();
    let pair = rcgen::generate_simple_self_signed(["ann".to_owned()]).expect("a certificate");
    let key = pair.signing_key.serialize_pem();
    let draft = FeedDraft {
        url: "http://prices.example/feed".into(),
        proxy: Some(ProxySetting(format!("http://mia:s3cret-pass@{proxy}"))),
        tls: Some(Certificates { roots: None, client: Some(pair.cert.pem()), key: Some(key.clone()) }),
        ..FeedDraft::default()
    };
    let feed = bench.engine.add_feed(draft).await.expect("added");
    bench.until_open().await;
    let request = server.requests()[0].clone();
    assert!(request.starts_with("get http://prices.example/feed "), "{request}");
    assert!(request.contains("proxy-authorization: basic bwlhonmzy3jldc1wyxnz\r\n"), "{request}");
    assert_eq!(feed.proxy, Some(ProxySetting(format!("http://mia@{proxy}"))));
    assert_eq!(feed.tls.as_ref().expect("certificates").key, None);

    // An edit that leaves the secrets out keeps them, and so does a restart.
    let again = FeedDraft { url: feed.url, proxy: feed.proxy, tls: feed.tls, ..FeedDraft::default() };
    bench.engine.update_feed(feed.id, again).await.expect("changed");
    bench.until_open().await;
    let document = serde_json::to_string(&bench.engine.export().await.expect("a document")).expect("JSON");
    bench.engine.shutdown().await;
    let bench = folder.start_with(ring.clone()).await.expect("it starts");
    bench.until_open().await;
    assert!(server.requests().last().expect("a request").contains("proxy-authorization: basic bwlhonmz"));
    bench.engine.shutdown().await;
    let database = std::fs::read(folder.home().database()).expect("the database");
    let secret_line = key.lines().nth(1).expect("a key has lines");
    for place in [document.as_str(), &String::from_utf8_lossy(&database)] {
        assert!(!place.contains("s3cret") && !place.contains(secret_line), "a secret left the key ring");
    }
}

#[tokio::test]
async fn a_way_that_leads_nowhere_is_refused_with_the_field() {
    let folder = Folder::new();
    let bench = folder.start().await;
    let url = || "http://localhost/feed".to_owned();
    let roots = Certificates { roots: Some("no certificate".into()), ..Certificates::default() };
    for (draft, field) in [
        (FeedDraft { url: url(), proxy: Some(ProxySetting("ftp://proxy".into())), ..FeedDraft::default() }, "proxy"),
        (FeedDraft { url: url(), tls: Some(roots), ..FeedDraft::default() }, "tls"),
    ] {
        let error = bench.engine.add_feed(draft).await.expect_err("refused");
        assert!(matches!(&error, EngineError::Invalid { field: wrong, .. } if *wrong == field), "{error:?}");
    }
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn without_a_key_ring_a_feed_works_for_this_run_and_the_user_is_told() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let missing = || Arc::new(Ring { refuses: Some(SecretsError::Missing).into(), ..Ring::default() });
    let bench = folder.start_with(missing()).await.expect("it starts");
    let draft = FeedDraft {
        url: server.url.clone(),
        auth: Some(Auth::Bearer { token: Some("t0ken".into()) }),
        ..FeedDraft::default()
    };
    bench.engine.add_feed(draft).await.expect("added");
    bench.until_open().await;
    assert!(server.requests()[0].contains("authorization: bearer t0ken"));
    let notices = bench.engine.snapshot().await.expect("a snapshot").notices;
    assert_eq!(notices[0].reason.code, "key_ring_missing");
    bench.engine.shutdown().await;

    let bench = folder.start_with(missing()).await.expect("it starts");
    let (code, message) = bench.until_trouble().await;
    assert_eq!(code, "key_ring_missing");
    assert!(message.contains("Install and start one"), "{message}");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn wrong_drafts_are_refused_with_what_would_be_right() {
    let folder = Folder::new();
    let bench = folder.start().await;
    let with_url = |url: &str| FeedDraft { url: url.into(), ..FeedDraft::default() };
    let good = || with_url("http://127.0.0.1:9/");
    let mapped = |path: &str| FeedDraft { map: Mapping { value: Some(path.into()), ..Mapping::default() }, ..good() };
    let header =
        |name: &str, value: &str| FeedDraft { headers: Headers([(name.into(), Some(value.into()))].into()), ..good() };
    let id = |id: &str| FeedDraft { id: Some(FeedId(id.into())), ..good() };
    for (draft, code, hint) in [
        (with_url(""), "bad_url", "address"),
        (with_url("example.com/feed"), "bad_url", "https://example.com/feed"),
        (with_url("wss://example.com/feed"), "bad_url", "WebSocket"),
        (with_url("ftp://example.com/feed"), "bad_url", "http"),
        (with_url("javascript:alert(1)"), "bad_url", "http"),
        (mapped("$.["), "invalid", "map.value"),
        (header("X Key", "a"), "invalid", "X-Api-Key"),
        (header("X-Key", "a\nb"), "invalid", "X-Key"),
        (id("../../etc"), "invalid", "letters"),
    ] {
        let error = bench.engine.add_feed(draft.clone()).await.expect_err("refused");
        assert_eq!(error.code(), code, "{draft:?}");
        assert!(error.to_string().contains(hint), "{error} does not mention {hint}");
    }
    assert!(bench.engine.snapshot().await.expect("a snapshot").feeds.is_empty());
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn names_become_ids_that_no_other_feed_has() {
    let folder = Folder::new();
    let bench = folder.start().await;
    let mut ids = Vec::new();
    for name in ["Tea & Kettles", "Tea & Kettles", "看", ""] {
        ids.push(bench.add(name, "http://127.0.0.1:9/", Notify::Rules).await.id.0);
    }
    assert_eq!(ids, ["tea-kettles", "tea-kettles-2", "feed", "127-0-0-1"]);
    bench.engine.order_feeds(vec![FeedId("feed".into())]).await.expect("ordered");
    bench.engine.shutdown().await;
    let bench = folder.start().await;
    let order: Vec<String> =
        bench.engine.snapshot().await.expect("a snapshot").feeds.iter().map(|feed| feed.feed.id.0.clone()).collect();
    assert_eq!(order, ["feed", "tea-kettles", "tea-kettles-2", "127-0-0-1"]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn what_a_locked_key_ring_refused_is_kept_when_the_feed_is_saved_again() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let ring = Arc::new(Ring { refuses: Some(SecretsError::Locked).into(), ..Ring::default() });
    let bench = folder.start_with(ring.clone()).await.expect("it starts");
    let token = |token: Option<&str>| FeedDraft {
        url: server.url.clone(),
        auth: Some(Auth::Bearer { token: token.map(str::to_owned) }),
        ..FeedDraft::default()
    };
    let feed = bench.engine.add_feed(token(Some("t0ken"))).await.expect("added");
    let notices = bench.engine.snapshot().await.expect("a snapshot").notices;
    assert_eq!(notices[0].reason.code, "key_ring_locked");
    assert!(notices[0].reason.message.contains("save it again"), "{}", notices[0].reason.message);

    *ring.refuses.lock().expect("no panic") = None;
    bench.engine.update_feed(feed.id, token(None)).await.expect("saved");
    assert!(bench.engine.snapshot().await.expect("a snapshot").notices.is_empty());
    bench.engine.shutdown().await;
    let bench = folder.start_with(ring).await.expect("it starts");
    bench.until_open().await;
    assert!(server.requests().last().expect("a request").contains("authorization: bearer t0ken"));
    bench.engine.shutdown().await;
}
