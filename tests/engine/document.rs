//! Settings travel as one document: all or nothing, and never with a secret.

use serde_json::json;
use streambell_engine::{ImportSummary, model::Notify};

use crate::support::Folder;

#[tokio::test]
async fn what_is_exported_can_be_imported_elsewhere() {
    let (here, there) = (Folder::new(), Folder::new());
    let document = json!({
        "version": 1,
        "feeds": [
            {"id": "btc", "name": "BTC", "url": "http://127.0.0.1:9/btc", "view": "price", "map": {"value": "$.p"}, "notify": "all"},
            {"name": "Named only", "url": "http://127.0.0.1:9/x", "enabled": false, "headers": {"X-Key": "secret"}},
        ],
        "rules": [
            {"id": "high", "name": "High", "feed": "btc", "when": {"value": {"crosses_above": 60000, "recovers_below": "59000.10"}}},
            {"name": "By name", "feeds": ["Named only"], "when": {"text": {"matches": "x"}}},
        ],
    });
    let bench = here.start().await;
    let summary = bench.engine.import(document.to_string()).await.expect("imported");
    assert_eq!(summary, ImportSummary { feeds_added: 2, rules_added: 2, ..ImportSummary::default() });
    let exported = serde_json::to_value(bench.engine.export().await.expect("exported")).expect("JSON");
    assert_eq!(exported["feeds"][0]["map"]["value"], "$.p");
    assert_eq!(exported["feeds"][1]["headers"], json!({"X-Key": null}), "the secret stays");
    assert_eq!(exported["rules"][0]["when"], json!({"value": {"crosses_above": 60000, "recovers_below": 59000.1}}));
    assert_eq!(exported["rules"][1]["feeds"], json!(["named-only"]));
    bench.engine.shutdown().await;

    let bench = there.start().await;
    bench.engine.import(exported.to_string()).await.expect("imported");
    let again = bench.engine.import(exported.to_string()).await.expect("imported twice");
    assert_eq!(again, ImportSummary { feeds_changed: 2, rules_changed: 2, ..ImportSummary::default() });
    assert_eq!(serde_json::to_value(bench.engine.export().await.expect("exported")).expect("JSON"), exported);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_wrong_document_changes_nothing_and_says_where_it_is_wrong() {
    let folder = Folder::new();
    let bench = folder.start().await;
    bench.add("Kept", "http://127.0.0.1:9/", Notify::Rules).await;
    let feed = json!({"id": "new", "name": "New", "url": "http://127.0.0.1:9/"});
    for (document, hints) in [
        ("{not json".to_owned(), ["not JSON", "line 1"]),
        ("[]".to_owned(), ["version", "streambell export"]),
        (json!({"version": 2, "feeds": []}).to_string(), ["version 2", "Update Streambell"]),
        (json!({"version": 1, "feeds": {}}).to_string(), ["feeds", "list"]),
        (json!({"version": 1, "feeds": [feed, {"name": "x", "url": "ftp://x"}]}).to_string(), ["feeds[1]", "http"]),
        (json!({"version": 1, "feeds": [feed, feed]}).to_string(), ["feeds[1]", "twice"]),
        (
            json!({"version": 1, "feeds": [{"url": "http://127.0.0.1:9/", "colour": "red"}]}).to_string(),
            ["feeds[0]", "colour"],
        ),
        (
            json!({"version": 1, "feeds": [feed], "rules": [{"when": {"wish": "true"}}]}).to_string(),
            ["rules[0]", "wish"],
        ),
        (
            json!({"version": 1, "feeds": [feed], "rules": [{"feed": "no", "when": {"event": "x"}}]}).to_string(),
            ["rules[0]", "no"],
        ),
        (json!({"version": 1, "surprise": 1}).to_string(), ["surprise", "nothing was changed"]),
    ] {
        let error = bench.engine.import(document.clone()).await.expect_err("refused").to_string();
        for hint in hints {
            assert!(error.contains(hint), "{document}: {error} does not mention {hint}");
        }
        let feeds = bench.engine.snapshot().await.expect("a snapshot").feeds;
        assert_eq!(feeds.len(), 1, "{document}");
    }
    bench.engine.shutdown().await;
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/config.schema.json");
    let schema = schemars::schema_for!(streambell_engine::model::Document);
    let current = serde_json::to_string_pretty(&schema).expect("JSON") + "\n";
    let published = std::fs::read_to_string(path).unwrap_or_default();
    if published != current {
        std::fs::write(path, current).expect("written");
        panic!("docs/config.schema.json was out of date. It is refreshed now: commit it.");
    }
}
