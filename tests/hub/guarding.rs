//! Web pages, and names that are not the hub's, get nothing.

use streambell_hub::{Hub, HubConfig, HubError};

use crate::client::{ask, config, hub};

#[tokio::test]
async fn foreign_hosts_and_origins_are_refused_everywhere() {
    let hub = Hub::start(HubConfig { demo: true, ..config() }).await.unwrap();
    let port = hub.addr().port();
    let rebound = format!("Host: evil.example:{port}");
    let other_port = "Host: 127.0.0.1:1".to_owned();
    let foreign = ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"].map(str::to_owned);
    for request in ["POST /t", "PUT /t", "OPTIONS /t", "GET /t/sse", "GET /demo/price", "GET /healthz", "GET /"] {
        for header in [&rebound, &other_port].into_iter().chain(&foreign) {
            let answer = ask(hub.addr(), request, &[header, "Connection: close"], b"").await;
            assert_eq!(answer.status, 403, "{request} {header}");
            assert!(!answer.head.contains("access-control"), "{answer:?}");
        }
    }
    let health = ask(hub.addr(), "GET /healthz", &[], b"").await;
    assert_eq!(health.json()["topics"], 0, "nothing was published or subscribed");
}

#[tokio::test]
async fn the_hubs_own_names_and_pages_are_served() {
    let hub = hub().await;
    let port = hub.addr().port();
    for name in ["127.0.0.1", "localhost", "[::1]"] {
        let host = format!("Host: {name}:{port}");
        let origin = format!("Origin: http://{name}:{port}");
        assert_eq!(ask(hub.addr(), "POST /t", &[&host], b"x").await.status, 200, "{host}");
        assert_eq!(ask(hub.addr(), "POST /t", &[&host, &origin], b"x").await.status, 200, "{origin}");
    }
}

#[tokio::test]
async fn only_loopback_is_listened_on() {
    for addr in ["0.0.0.0:0", "[::]:0", "192.0.2.1:7788"] {
        let refused = Hub::start(HubConfig { listen: addr.parse().unwrap(), ..config() }).await;
        assert!(matches!(refused, Err(HubError::NotLoopback { .. })), "{addr}");
    }
}

#[tokio::test]
async fn an_address_that_publishes_does_so_for_nobody_else() {
    let hub = Hub::start(config()).await.unwrap();
    let path = "/t/trigger?message=x";
    for header in [
        // An image in a foreign page, a link on one, a foreign frame; the hub's name made to point here.
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Origin: https://evil.example",
        "Host: evil.example",
        // A browser that fetches what its user may be about to ask for.
        "Sec-Purpose: prefetch",
        "Sec-Purpose: prefetch;prerender",
        "X-Moz: prefetch",
    ] {
        assert_eq!(ask(hub.addr(), &format!("GET {path}"), &[header], b"").await.status, 403, "{header}");
    }
    assert_eq!(ask(hub.addr(), &format!("HEAD {path}"), &[], b"").await.status, 405);
    assert_eq!(ask(hub.addr(), "GET /t/raw?poll=1", &[], b"").await.body, "", "nothing was published");
    for header in ["User-Agent: doorbell", "Sec-Fetch-Site: none"] {
        assert_eq!(ask(hub.addr(), &format!("GET {path}"), &[header], b"").await.status, 200, "{header}");
    }
    assert_eq!(ask(hub.addr(), "GET /t/raw?poll=1", &[], b"").await.body, "x\nx\n");
}
