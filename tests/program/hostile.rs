//! What a feed says is text, in the real web view: nothing of it runs, breaks the page or fills the memory.

use std::fs;

use serde_json::json;

use crate::support::{Desktop, Feed, Page, hook, until};

const MARKUP: &str = r#"<img src=x onerror="window.ran=1"><script>window.ran=1</script><svg onload="window.ran=1"><iframe srcdoc="<script>parent.ran=1</script>"></iframe>"#;
/// Turns what follows around, and does not end it.
const BIDI: &str = "\u{202e}\u{2066}gnp.exe\u{200f}";
const MEGABYTE: usize = 1 << 20;

#[tokio::test]
async fn hostile_text_is_text_wherever_it_is_shown() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("<b>Feed</b>\u{202e}", &feed.url("/events"), "all").await;
    feed.send(
        &json!({ "title": MARKUP, "message": BIDI, "link": "javascript:window.ran=1", MARKUP: MARKUP }).to_string(),
    );
    feed.send(&format!("a{}b", '\0'));
    feed.send(&json!({ "title": "NUL \0 in JSON", "message": "{{7*7}} ${7*7} &lt;b&gt;" }).to_string());
    feed.send(&"W".repeat(MEGABYTE));
    page.reads(&hook("card"), "WWWW").await;
    is_unharmed(&page, "the dashboard").await;
    desktop.picture("hostile-dashboard");

    page.press("[data-testid='card'] h2 a").await;
    until("four rows", async || (page.all(&hook("event-row")).await.len() == 4).then_some(())).await;
    is_unharmed(&page, "the feed's page").await;
    let rows = page.all(&hook("event-row")).await;
    rows.last().expect("there are some").click().await.expect("it can be clicked");
    page.reads(&hook("event-detail"), r#"<img src=x onerror="#).await;
    page.without("[data-testid='event-detail'] a[href^='javascript']").await;
    is_unharmed(&page, "an event").await;
    desktop.picture("hostile-event");

    for (tab, shown) in [("alerts", "alert"), ("history", "event-row"), ("settings", "settings-feed")] {
        page.click(&format!("nav-{tab}")).await;
        page.find(&hook(shown)).await;
        is_unharmed(&page, tab).await;
    }
    let shown = desktop.shown();
    assert!(shown.iter().any(|shown| shown.title.contains("<img")), "a title is no markup to begin with");
    assert!(shown.iter().all(|shown| !shown.body.contains('<')), "a text is escaped: {shown:?}");

    // Whoever looks at it can still use the page.
    page.click("nav-dashboard").await;
    feed.send(r#"{"title":"And all is well"}"#);
    page.reads(&hook("card"), "And all is well").await;
}

#[tokio::test]
async fn very_long_lines_do_not_stay_in_the_windows_memory() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("Long", &feed.url("/events"), "rules").await;
    let send = async |from: usize, to: usize| {
        for number in from..to {
            feed.send(&format!("{number} {}", "é<".repeat(MEGABYTE / 3)));
        }
        desktop.feed_has("Long", "/unread", &json!(to)).await;
        page.reads(&hook("card"), &format!("{} é<", to - 1)).await;
    };
    send(0, 20).await;
    let before = kilobytes(&desktop);
    for from in [20, 40, 60] {
        send(from, from + 20).await;
    }
    let grown = kilobytes(&desktop).saturating_sub(before);
    assert!(grown < 30 << 10, "60 MB came and {grown} KB more are in memory");
    is_unharmed(&page, "the dashboard").await;
}

/// What all processes of the program hold, the web view's too.
fn kilobytes(desktop: &Desktop) -> u64 {
    let ours = ["streambell", "WebKitWebProcess"].into_iter().flat_map(|name| desktop.processes(name));
    let held = ours.map(|id| {
        let status = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("Pss:")).expect("Linux tells");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number")
    });
    held.sum()
}

async fn is_unharmed(page: &Page, place: &str) {
    let found = page
        .run(
            "return {
                ran: window.ran ?? null,
                elements: document.querySelectorAll('iframe, script:not([src]), img[src=x], [onload], [onerror]').length,
                wider: document.documentElement.scrollWidth > window.innerWidth,
                title: document.title,
            }",
        )
        .await;
    assert_eq!(found, json!({ "ran": null, "elements": 0, "wider": false, "title": "Streambell" }), "{place}");
}
