//! The history: found by feed, by word, by time, page by page.

use std::time::Duration;

use streambell_engine::model::{FeedDraft, LimitsDraft, Notify, Query};

use crate::support::{Folder, Server};

#[tokio::test]
async fn words_are_found_in_every_language_and_through_escapes() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Chat", &server.url, Notify::Rules).await;
    for data in [
        r#"{"username":"mia","message":"deploy is through"}"#,
        r#"{"username":"jun","message":"\u770b\u8d77\u6765\u4e00\u5207\u6b63\u5e38"}"#,
        "plain text about the café",
        r#"{"level":"error","code":503}"#,
    ] {
        server.send(data);
    }
    bench.until_events(4).await;
    for (words, found) in [
        ("deploy", 1),
        ("DEPLOY mia", 1),
        ("depl", 1),
        ("mia jun", 0),
        ("正常", 1),
        ("常正", 0),
        ("cafe", 1),
        ("503", 1),
        ("level", 0),
        ("\"unbalanced AND (", 0),
        ("   ", 4),
    ] {
        let query = Query { search: Some(words.into()), ..Query::default() };
        let page = bench.engine.list_events(query).await.expect("a page");
        assert_eq!(page.events.len(), found, "{words}");
    }
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn pages_follow_each_other_and_feeds_are_kept_apart() {
    let (folder, one, two) = (Folder::new(), Server::start().await, Server::start().await);
    let bench = folder.start().await;
    let first = bench.add("One", &one.url, Notify::Rules).await;
    bench.add("Two", &two.url, Notify::Rules).await;
    for number in 0..5 {
        one.send(&format!("one {number}"));
    }
    two.send("two");
    bench.until_events(6).await;
    let mut query = Query { feed: Some(first.id), limit: Some(2), ..Query::default() };
    let mut seen = Vec::new();
    loop {
        let page = bench.engine.list_events(query.clone()).await.expect("a page");
        seen.extend(page.events.iter().map(|event| event.data.to_string()));
        query.before = page.next;
        if !page.more {
            break;
        }
    }
    assert_eq!(seen, ["one 4", "one 3", "one 2", "one 1", "one 0"]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn since_a_time_means_from_that_event_on() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Feed", &server.url, Notify::Rules).await;
    for number in 0..20 {
        server.send(&format!("{number}"));
        bench.until_events(number + 1).await;
    }
    let all = bench.engine.list_events(Query::default()).await.expect("a page").events;
    for event in &all {
        let query = Query { since: Some(event.at), ..Query::default() };
        let page = bench.engine.list_events(query).await.expect("a page").events;
        let expected = all.iter().filter(|other| other.at >= event.at).count();
        assert_eq!(page.len(), expected);
    }
    let query = Query { since: Some(i64::MAX / 2), ..Query::default() };
    assert!(bench.engine.list_events(query).await.expect("a page").events.is_empty());
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_large_event_is_cut_in_lists_and_whole_by_its_number() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Feed", &server.url, Notify::Rules).await;
    let data = "ä".repeat(100_000);
    server.send(&data);
    bench.until_events(1).await;
    let listed = bench.engine.list_events(Query::default()).await.expect("a page").events.remove(0);
    assert!(listed.data.len() < 10_000);
    assert_eq!(listed.bytes, 200_000);
    assert_eq!(bench.engine.read_event(listed.seq).await.expect("the event").data, data);
    assert_eq!(bench.engine.read_event(99).await.expect_err("no such").code(), "not_found");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn keep_alives_reach_neither_the_history_nor_the_card() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Feed", &server.url, Notify::All).await;
    for block in
        ["event: ping\ndata\n", "data: ping\n", "data: \n", "event: keepalive\ndata: {\"id\":1}\n", "data: 💓\n"]
    {
        server.send_block(block);
    }
    server.send("real");
    bench.until_events(1).await;
    assert_eq!(bench.history().await, ["real"]);
    assert_eq!(bench.rung.texts(), [("Feed".to_owned(), "real".to_owned())]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_text_with_a_nul_in_it_is_whole_in_lists_too() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Feed", &server.url, Notify::Rules).await;
    server.send("a\0b");
    bench.until_events(1).await;
    assert_eq!(bench.history().await, ["a\0b"]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_feed_keeps_no_more_than_its_limit() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let draft = FeedDraft {
        url: server.url.clone(),
        limits: LimitsDraft { keep_megabytes: Some(1), ..LimitsDraft::default() },
        ..FeedDraft::default()
    };
    bench.engine.add_feed(draft).await.expect("added");
    let block = "x".repeat(1000);
    for number in 0..3000 {
        server.send(&format!("{number} {block}"));
    }
    bench.until("all have come", |snapshot| snapshot.feeds[0].unread == 3000).await;
    bench.engine.shutdown().await;
    // What is too much is removed at the start.
    let bench = folder.start().await;
    let oldest = || async {
        let page = bench.engine.list_events(Query { before: Some(2000), ..Query::default() }).await.expect("a page");
        page.events.len()
    };
    for _ in 0..200 {
        if oldest().await == 0 {
            break;
        }
        // Each snapshot waits behind a piece of what is being removed.
        bench.engine.snapshot().await.expect("a snapshot");
    }
    let newest = bench.engine.list_events(Query { limit: Some(1000), ..Query::default() }).await.expect("a page");
    assert!(newest.events.len() >= 900, "no more than needed goes: {}", newest.events.len());
    assert_eq!(oldest().await, 0);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_card_shows_each_key_however_long_ago_it_was_heard_of() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Tasks", &server.url, Notify::Rules).await;
    server.send(r#"{"id":"old","title":"Old","done":false}"#);
    server.send(r#"{"id":"gone","title":"Gone","done":false}"#);
    server.send(r#"{"id":"gone","removed":true}"#);
    for _ in 0..200 {
        server.send(r#"{"id":"busy","title":"Busy","done":false}"#);
    }
    bench.until("all have come", |snapshot| snapshot.feeds[0].unread == 203).await;
    let keys: Vec<_> = bench.engine.snapshot().await.expect("a snapshot").feeds[0]
        .events
        .iter()
        .map(|event| event.readings[0].key.clone().expect("a key"))
        .collect();
    assert_eq!((keys[0].as_str(), keys[1].as_str()), ("old", "busy"));
    assert!(!keys.contains(&"gone".to_owned()));
    bench.engine.shutdown().await;
}

/// Mercure says so in the head of its answer; others refuse the id, and give what is new without it.
#[tokio::test]
async fn what_a_server_does_not_keep_any_more_is_a_gap_for_good() {
    let stream = "HTTP/1.1 200 OK\ncontent-type: text/event-stream\n";
    let says_so = [format!("{stream}mercure-last-event-id: elsewhere\n\n: hello\n\n")];
    let refuses = ["HTTP/1.1 400 Too old\ncontent-length: 0\n\n".to_owned(), format!("{stream}\n: hello\n\n")];
    for answers in [&says_so[..], &refuses[..]] {
        let (folder, server) = (Folder::new(), Server::start().await);
        let bench = folder.start().await;
        let feed = bench.add("Books", &server.url, Notify::Rules).await.id;
        bench.until_open().await;
        server.send("one");
        bench.until_events(1).await;
        for answer in answers {
            let before = server.requests().len();
            server.answer(answer);
            server.cut();
            let asks_again = async {
                while server.requests().len() == before {
                    let _ = bench.engine.retry_feed(feed.clone()).await;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), asks_again).await.expect("it asks again");
        }
        let query = Query { feed: Some(feed.clone()), ..Query::default() };
        let is_lost = async {
            let gaps = async || bench.engine.list_events(query.clone()).await.expect("a page").gaps;
            while !gaps().await.iter().any(|gap| gap.recovered.is_none()) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), is_lost).await.expect("a gap that is lost for good");
        bench.engine.shutdown().await;
    }
}
