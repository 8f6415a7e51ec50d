//! The hub's page in a real browser: `ui/hub` says what must be true of it, and this starts the hubs that it looks at.
#![allow(clippy::unwrap_used)]

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use streambell_hub::{Hub, HubConfig, Limits};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::Command;

/// How long the browser may take for all of it.
const PATIENCE: Duration = Duration::from_secs(300);

async fn hub(listen: SocketAddr) -> Hub {
    let limits = Limits { topics: 1000, ..Limits::default() };
    Hub::start(HubConfig { listen, limits, ..HubConfig::default() }).await.unwrap()
}

/// A hub that ends, and starts again in the same place, whenever a message comes to `/restart`.
async fn restarts(mut hub: Hub) {
    loop {
        let mut control = TcpStream::connect(hub.addr()).await.unwrap();
        let request = format!("GET /restart/raw HTTP/1.1\r\nHost: {}\r\n\r\n", hub.addr());
        control.write_all(request.as_bytes()).await.unwrap();
        let mut lines = BufReader::new(control).lines();
        while !lines.next_line().await.unwrap().expect("the hub hung up").contains("now") {}
        hub.shutdown().await;
        hub = self::hub(hub.addr()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_browser() {
    let free = ([127, 0, 0, 1], 0).into();
    let (hub, restarting) = (hub(free).await, hub(free).await);
    let url = |hub: &Hub| format!("http://{}", hub.addr());
    let browser = Command::new("node")
        .args(["node_modules/@playwright/test/cli.js", "test", "--config", "hub.config.ts"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui"))
        .envs([("STREAMBELL_HUB", url(&hub)), ("STREAMBELL_HUB_THAT_RESTARTS", url(&restarting))])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let restarting = tokio::spawn(restarts(restarting));
    let output = tokio::time::timeout(PATIENCE, browser).await.expect("the browser took too long").unwrap();
    restarting.abort();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(" passed"), "{said}");
    hub.shutdown().await;
}
