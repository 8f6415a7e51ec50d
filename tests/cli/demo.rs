//! The demo feeds, and a hub that has moved.

use streambell_cli::demo::ensure_demo;
use streambell_engine::model::{FeedDraft, FeedId};

use crate::support::{engine, home};

#[tokio::test]
async fn demo_feeds_come_when_asked_for_and_follow_the_hub() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&home(folder.path())).await;

    ensure_demo(&engine, "http://127.0.0.1:7788", false).await.unwrap();
    assert!(engine.export().await.unwrap().feeds.is_empty());

    ensure_demo(&engine, "http://127.0.0.1:7788", true).await.unwrap();
    let feeds = engine.export().await.unwrap().feeds;
    let shown: Vec<_> = feeds.iter().map(|feed| (feed.id.0.as_str(), feed.url.rsplit('/').next().unwrap())).collect();
    let expected = [
        ("demo-price", "price"),
        ("demo-progress", "progress"),
        ("demo-score", "score"),
        ("demo-chat", "chat"),
        ("demo-news", "news"),
        ("demo-tasks", "tasks"),
    ];
    assert_eq!(shown, expected);

    // What the user made of a demo stays, but for the port; what they removed or pointed elsewhere stays so.
    engine.remove_feed(FeedId("demo-chat".into())).await.unwrap();
    let renamed = FeedDraft { name: "Mine".into(), url: feeds[0].url.clone(), ..FeedDraft::default() };
    engine.update_feed(feeds[0].id.clone(), renamed).await.unwrap();
    let elsewhere = FeedDraft { name: "News".into(), url: "http://127.0.0.1:1/other".into(), ..FeedDraft::default() };
    engine.update_feed(FeedId("demo-news".into()), elsewhere).await.unwrap();

    ensure_demo(&engine, "http://127.0.0.1:7790", false).await.unwrap();
    let feeds = engine.export().await.unwrap().feeds;
    let find = |id: &str| feeds.iter().find(|feed| feed.id.0 == id);
    assert_eq!(find("demo-price").unwrap().url, "http://127.0.0.1:7790/demo/price");
    assert_eq!(find("demo-price").unwrap().name, "Mine");
    assert_eq!(find("demo-news").unwrap().url, "http://127.0.0.1:1/other");
    assert!(find("demo-chat").is_none());
    engine.shutdown().await;
}
