//! The hub's page in a real browser: `ui/hub` says what must be true of it, and this starts the hub that it looks at.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use streambell_hub::{Hub, HubConfig, Limits};
use tokio::process::Command;

/// How long the browser may take for all of it.
const PATIENCE: Duration = Duration::from_secs(300);

#[tokio::test(flavor = "multi_thread")]
async fn in_a_browser() {
    let limits = Limits { topics: 1000, ..Limits::default() };
    let hub =
        Hub::start(HubConfig { listen: ([127, 0, 0, 1], 0).into(), limits, ..HubConfig::default() }).await.unwrap();
    let browser = Command::new("node")
        .args(["node_modules/@playwright/test/cli.js", "test", "--config", "hub.config.ts"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui"))
        .env("STREAMBELL_HUB", format!("http://{}", hub.addr()))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(PATIENCE, browser).await.expect("the browser took too long").unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(" passed"), "{said}");
    hub.shutdown().await;
}
