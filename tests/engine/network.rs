//! The way to all servers: for every feed that names none of its own.

use std::sync::Arc;

use streambell_engine::model::{FeedDraft, Network, Preferences, ProxySetting};

use crate::support::{Folder, Ring, Server};

fn through(proxy: &str) -> Preferences {
    let network = Network { proxy: Some(ProxySetting(proxy.into())), roots: None };
    Preferences { network, ..Preferences::default() }
}

#[tokio::test]
async fn a_proxy_for_all_is_taken_at_once_by_feeds_that_have_none() {
    let (folder, proxy, server) = (Folder::new(), Server::start().await, Server::start().await);
    let ring = Arc::new(Ring::default());
    let bench = folder.start_with(ring.clone()).await.expect("it starts");
    let draft = |name: &str, proxy: Option<&str>| FeedDraft {
        name: name.into(),
        url: if proxy.is_none() { "http://feed.invalid/all".into() } else { server.url.clone() },
        proxy: proxy.map(|proxy| ProxySetting(proxy.into())),
        ..FeedDraft::default()
    };
    bench.engine.add_feed(draft("Own", Some("direct"))).await.expect("added");
    bench.until_open().await;
    bench.engine.add_feed(draft("All", None)).await.expect("added");
    let host = proxy.url.trim_start_matches("http://").split('/').next().expect("a host").to_owned();
    bench.engine.set_preferences(through(&format!("http://mia:s3cret-pass@{host}"))).await.expect("set");
    let all_open = |snapshot: &streambell_engine::model::Snapshot| {
        snapshot.feeds.iter().all(|feed| matches!(feed.status, streambell_engine::model::Status::Open { .. }))
    };
    bench.until("all are open", all_open).await;
    let request = proxy.requests().pop().expect("it was asked");
    assert!(request.starts_with("get http://feed.invalid/all http/1.1\r\n"), "{request}");
    assert!(request.contains("proxy-authorization: basic bwlhonmzy3jldc1wyxnz\r\n"), "{request}");
    assert_eq!(server.requests().len(), 1, "who has a way of its own stays on it");

    let kept = bench.engine.snapshot().await.expect("a snapshot").preferences;
    assert_eq!(kept.network.proxy, Some(ProxySetting(format!("http://mia@{host}"))), "the password is elsewhere");
    assert!(ring.kept.lock().expect("no panic").values().any(|secret| secret.contains("s3cret-pass")));
    bench.engine.shutdown().await;

    let bench = folder.start_with(ring.clone()).await.expect("it starts");
    bench.until("all are open again", all_open).await;
    assert!(proxy.requests().pop().expect("it was asked").contains("proxy-authorization: basic bwlhonmz"));
    // Other preferences leave the connections alone.
    let (asked, dark) = (proxy.requests().len(), Preferences { close_to_tray: false, ..kept });
    bench.engine.set_preferences(dark.clone()).await.expect("set");
    assert_eq!(proxy.requests().len(), asked);
    bench.engine.set_preferences(Preferences { network: Network::default(), ..dark }).await.expect("set");
    bench.until("it is gone", |snapshot| !all_open(snapshot)).await;
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn what_can_be_no_way_is_refused_at_its_field() {
    let folder = Folder::new();
    let bench = folder.start().await;
    for (network, field) in [
        (Network { proxy: Some(ProxySetting("ftp://proxy".into())), roots: None }, "proxy"),
        (Network { proxy: None, roots: Some("no certificate".into()) }, "roots"),
    ] {
        let refused = bench.engine.set_preferences(Preferences { network, ..Preferences::default() }).await;
        let refused = refused.expect_err("it is refused").to_string();
        assert!(refused.starts_with(field), "{refused}");
    }
    let empty = Network { proxy: Some(ProxySetting(" ".into())), roots: Some("\n".into()) };
    bench.engine.set_preferences(Preferences { network: empty, ..Preferences::default() }).await.expect("set");
    assert_eq!(bench.engine.snapshot().await.expect("a snapshot").preferences, Preferences::default());
    bench.engine.shutdown().await;
}
