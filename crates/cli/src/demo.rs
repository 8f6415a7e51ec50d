//! The demo feeds of the embedded hub: one for each view.

use streambell_engine::{
    Engine, EngineError,
    model::{Feed, FeedDraft, FeedId, View},
};

/// Id and path, name, view.
const DEMOS: [(&str, &str, View); 6] = [
    ("price", "BTC-USD", View::Price),
    ("progress", "Nightly build", View::Progress),
    ("score", "Cup final", View::Score),
    ("chat", "Team chat", View::Chat),
    ("news", "News", View::News),
    ("tasks", "Tasks", View::Tasks),
];

/// The demo feeds of the hub at this address.
#[must_use]
pub fn demo_feeds(hub_url: &str) -> Vec<FeedDraft> {
    let feed = |(path, name, view): (&str, &str, View)| FeedDraft {
        id: Some(FeedId(format!("demo-{path}"))),
        name: name.to_owned(),
        url: format!("{hub_url}/demo/{path}"),
        view: Some(view),
        ..FeedDraft::default()
    };
    DEMOS.into_iter().map(feed).collect()
}

/// Points the demo feeds that there are to the hub's address of today, and with `add` adds those that are missing.
///
/// # Errors
/// As the engine says.
pub async fn ensure_demo(engine: &Engine, hub_url: &str, add: bool) -> Result<(), EngineError> {
    let feeds = engine.export().await?.feeds;
    for draft in demo_feeds(hub_url) {
        match feeds.iter().find(|feed| Some(&feed.id) == draft.id.as_ref()) {
            Some(feed) if is_moved(feed, &draft.url) => {
                engine.update_feed(feed.id.clone(), pointed_to(feed.clone(), draft.url)).await?;
            }
            None if add => {
                engine.add_feed(draft).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Points the demo feeds to the hub wherever it goes, until the engine ends.
pub async fn follow_hub(engine: Engine) {
    let mut addresses = engine.hub_addresses();
    while addresses.changed().await.is_ok() {
        let hub = addresses.borrow_and_update().clone();
        if let Some(hub) = hub
            && let Err(error) = ensure_demo(&engine, &hub.url, false).await
        {
            tracing::warn!(%error, "the demo feeds do not follow the hub");
        }
    }
}

/// Whether a feed is the demo of an earlier start. One that the user has pointed elsewhere is theirs.
fn is_moved(feed: &Feed, url: &str) -> bool {
    let path = url.find("/demo/").map(|at| &url[at..]);
    feed.url != url && feed.url.starts_with("http://127.0.0.1:") && path.is_some_and(|path| feed.url.ends_with(path))
}

fn pointed_to(feed: Feed, url: String) -> FeedDraft {
    FeedDraft { url, ..feed.into() }
}
