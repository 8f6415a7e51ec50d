//! The proxy that this computer is set up with, as its environment says. It is read once by a process, so the test runs
//! itself again with another environment.

use std::process::Command;

use streambell_sse::{Cause, Config, ProxyProblem, Status};

use crate::server::{Feed, Server};

const INSIDE: &str = "STREAMBELL_TEST_SYSTEM_PROXY";

/// Runs the test again with a proxy in its environment, and gives that to the run inside.
async fn inside(test: &str) -> Option<Server> {
    if let Ok(port) = std::env::var(INSIDE) {
        return Some(Server::at(port.parse().unwrap()).await);
    }
    // Free a moment ago; the run inside listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture"]).env(INSIDE, port.to_string());
    for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    let done = command.env("http_proxy", format!("http://127.0.0.1:{port}")).output().unwrap();
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    None
}

#[tokio::test]
async fn a_far_server_is_asked_through_it_and_one_on_this_computer_is_not() {
    let test = "system_proxy::a_far_server_is_asked_through_it_and_one_on_this_computer_is_not";
    let Some(mut proxy) = inside(test).await else { return };
    let mut feed = Feed::start(Config::new("http://prices.example/feed".parse().unwrap()));
    assert_eq!(feed.status().await, Status::Connecting);
    let request = proxy.stream("data: through\n\n").await;
    assert_eq!(request.line(), "GET http://prices.example/feed HTTP/1.1");
    assert_eq!(feed.status().await, Status::Open);
    assert_eq!(feed.data().await, ["through"]);

    // What goes wrong with it is told as its own, by its place.
    drop(proxy);
    feed.waiting().await;
    feed.retry.retry_now();
    assert_eq!(feed.status().await, Status::Connecting);
    let (_, _, cause) = feed.waiting().await;
    assert!(matches!(&cause, Cause::Proxy { problem: ProxyProblem::Unreachable, .. }), "{cause:?}");

    let mut server = Server::start().await;
    let _feed = Feed::start(Config::new(server.url("/near")));
    assert_eq!(server.request().await.line(), "GET /near HTTP/1.1");
}
