//! The dashboard as the user arranged it.

use streambell_engine::model::{Card, FeedDraft, FeedId, FeedState, Notify, Snapshot, Window};

use crate::support::{Bench, Folder, Server};

async fn snapshot(bench: &Bench) -> Snapshot {
    bench.engine.snapshot().await.expect("a snapshot")
}

async fn state(bench: &Bench, id: &FeedId) -> FeedState {
    snapshot(bench).await.feeds.into_iter().find(|state| state.feed.id == *id).expect("the feed is there")
}

#[tokio::test]
async fn a_cards_size_and_window_stay_until_the_feed_goes() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let feed = bench.add("Prices", &server.url, Notify::Rules).await.id;
    assert_eq!(state(&bench, &feed).await.card, Card::default());

    let card = Card { columns: Some(8), rows: Some(4), window: Some(Window::Week) };
    bench.engine.arrange_card(feed.clone(), card).await.expect("arranged");
    let draft = FeedDraft { name: "Renamed".into(), url: server.url.clone(), ..FeedDraft::default() };
    bench.engine.update_feed(feed.clone(), draft).await.expect("changed");
    assert_eq!(state(&bench, &feed).await.card, card, "an edit keeps it");
    bench.engine.shutdown().await;
    let bench = folder.start().await;
    assert_eq!(state(&bench, &feed).await.card, card, "a restart keeps it");

    let huge = Card { columns: Some(200), rows: Some(0), window: None };
    bench.engine.arrange_card(feed.clone(), huge).await.expect("arranged");
    assert_eq!(state(&bench, &feed).await.card, Card { columns: Some(12), rows: Some(1), window: None });

    bench.engine.remove_feed(feed.clone()).await.expect("removed");
    let draft = FeedDraft { id: Some(feed.clone()), url: server.url.clone(), ..FeedDraft::default() };
    bench.engine.add_feed(draft).await.expect("added");
    assert_eq!(state(&bench, &feed).await.card, Card::default(), "another feed begins anew");
    let gone = bench.engine.arrange_card(FeedId("gone".into()), card).await.expect_err("no such feed");
    assert_eq!(gone.code(), "no_such_feed");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_feed_changes_its_group_and_keeps_its_connection() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let feed = bench.add("Prices", &server.url, Notify::Rules).await.id;
    bench.until_open().await;
    bench.engine.group_feed(feed.clone(), Some(" Markets ".into())).await.expect("grouped");
    assert_eq!(state(&bench, &feed).await.feed.group.as_deref(), Some("Markets"));
    server.send("one");
    bench.until_events(1).await;
    assert_eq!(server.requests().len(), 1, "the first connection is still open");
    bench.engine.shutdown().await;

    let bench = folder.start().await;
    assert_eq!(state(&bench, &feed).await.feed.group.as_deref(), Some("Markets"));
    bench.engine.group_feed(feed.clone(), None).await.expect("ungrouped");
    assert_eq!(state(&bench, &feed).await.feed.group, None);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn what_is_folded_stays_so_as_long_as_the_group_is_there() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let feed = bench.add("Prices", &server.url, Notify::Rules).await.id;
    bench.engine.group_feed(feed.clone(), Some("Markets".into())).await.expect("grouped");
    bench.engine.fold_group("Markets".into(), true).await.expect("folded");
    bench.engine.fold_group("None such".into(), true).await.expect("nothing to fold");
    assert_eq!(snapshot(&bench).await.folded, ["Markets"]);
    bench.engine.shutdown().await;

    let bench = folder.start().await;
    assert_eq!(snapshot(&bench).await.folded, ["Markets"]);
    bench.engine.fold_group("Markets".into(), false).await.expect("unfolded");
    assert!(snapshot(&bench).await.folded.is_empty());
    bench.engine.shutdown().await;
}
