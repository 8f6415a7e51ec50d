//! Web pages, and names that are not the hub's, get nothing.

use streambell_hub::{Door, Hub, HubConfig};

use crate::client::{Events, ask, config, hub};
use crate::tokens::{door, token};

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

fn with_page(origin: &str) -> HubConfig {
    HubConfig { door: Door { origins: vec![origin.parse().unwrap()], ..Door::default() }, ..config() }
}

#[tokio::test]
async fn a_page_that_is_invited_may_do_what_the_hubs_own_may() {
    let hub = Hub::start(with_page("https://app.example")).await.unwrap();
    let origin = "Origin: https://app.example";
    let allowed = "\r\naccess-control-allow-origin: https://app.example\r\n";

    let preflight = [
        origin,
        "Sec-Fetch-Site: cross-site",
        "Access-Control-Request-Method: PUT",
        "Access-Control-Request-Headers: authorization,last-event-id,title,x-priority,content-type",
    ];
    let answer = ask(hub.addr(), "OPTIONS /t", &preflight, b"").await;
    assert_eq!(answer.status, 200);
    let vary = answer.head.lines().filter_map(|line| line.strip_prefix("vary:")).collect::<String>();
    assert!(answer.head.contains(allowed) && vary.contains("origin"), "{}", answer.head);
    for header in ["authorization", "last-event-id", "title", "x-priority", "content-type"] {
        let line = answer.head.lines().find(|line| line.starts_with("access-control-allow-headers:")).unwrap();
        assert!(line.contains(header), "{line}");
    }
    let methods = answer.head.lines().find(|line| line.starts_with("access-control-allow-methods:")).unwrap();
    assert!(methods.contains("put") && methods.contains("post"), "{methods}");
    assert!(!answer.head.contains("access-control-allow-credentials"), "{}", answer.head);

    let published = ask(hub.addr(), "POST /t", &[origin, "Sec-Fetch-Site: cross-site"], b"x").await;
    assert_eq!(published.status, 200);
    assert!(published.head.contains(allowed), "{}", published.head);
    let missed = ask(hub.addr(), "GET /nothing/here", &[origin], b"").await;
    assert!(missed.status == 404 && missed.head.contains(allowed), "the page may know why: {}", missed.head);

    let other = ask(hub.addr(), "POST /t", &["Origin: https://evil.example"], b"x").await;
    assert!(other.status == 403 && !other.head.contains("access-control"), "{}", other.head);
    let preflight = ["Origin: https://evil.example", "Access-Control-Request-Method: PUT"];
    let other = ask(hub.addr(), "OPTIONS /t", &preflight, b"").await;
    assert!(other.status == 403 && !other.head.contains("access-control"), "{}", other.head);
    let none = ask(hub.addr(), "POST /t", &[], b"x").await;
    assert!(none.status == 200 && !none.head.contains("allow-origin"), "{}", none.head);
}

#[tokio::test]
async fn an_invited_page_still_needs_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let text = token(folder.path(), "page", &[], &["news"]);
    let tokens = door(folder.path()).tokens;
    let config = with_page("https://app.example");
    let hub = Hub::start(HubConfig { door: Door { tokens, ..config.door.clone() }, ..config }).await.unwrap();
    let origin = "Origin: https://app.example";
    let preflight = [origin, "Access-Control-Request-Method: GET"];
    assert_eq!(ask(hub.addr(), "OPTIONS /news/sse", &preflight, b"").await.status, 200, "browsers ask without one");
    let refused = ask(hub.addr(), "GET /news/sse", &[origin, "Connection: close"], b"").await;
    assert!(refused.status == 401 && refused.head.contains("access-control-allow-origin"), "{}", refused.head);
    Events::open(hub.addr(), &format!("/news/sse?auth={text}"), &[origin]).await;
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
