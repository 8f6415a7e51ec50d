//! What a user does in the window day by day, each by hand and to its end.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Desktop, Feed, Page, hook, until};

const ESCAPE: &str = "\u{e00c}";
/// The large one.
const RETURN: char = '\u{e006}';

fn price(feed: &Feed, symbol: &str, price: f64) {
    feed.send(&json!({ "symbol": symbol, "price": price, "currency": "USD" }).to_string());
}

async fn rows(page: &Page, count: usize) {
    until(&format!("{count} rows"), async || (page.all(&hook("event-row")).await.len() == count).then_some(())).await;
}

#[tokio::test]
async fn a_rule_that_is_made_of_an_event_rings_for_the_next_one() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("Builds", &feed.url("/events"), "rules").await;
    feed.send(r#"{"title":"Nightly","result":"broken"}"#);
    page.reads(&hook("card"), "Nightly").await;
    page.press("[data-testid='card'] h2 a").await;
    page.click("event-row").await;
    page.press("[data-testid='event-detail'] [data-path='$.result']").await;
    page.click("chosen-rule").await;
    page.find("[data-testid='rule-form']").await;
    page.write("rule-name", "A build is broken").await;
    desktop.picture("rule-of-an-event");
    page.click("rule-save").await;
    page.without("[data-testid='rule-form']").await;
    let rules = desktop.streambell_json(&["rules", "list"]).await;
    assert_eq!(rules[0]["when"], json!({ "field": "$.result", "equals": "broken" }));
    assert_eq!(rules[0]["feeds"], json!(["builds"]));

    feed.send(r#"{"title":"Hourly","result":"fine"}"#);
    feed.send(r#"{"title":"Hourly","result":"broken"}"#);
    desktop.notification("A build is broken").await;
    assert_eq!(desktop.shown().len(), 1);
}

#[tokio::test]
async fn a_level_that_is_dragged_in_the_chart_is_the_rules_from_then_on() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("Shares", &feed.url("/events"), "rules").await;
    desktop.add_rule(&json!({"name": "High", "feed": "shares", "when": {"value": {"crosses_above": 190}}})).await;
    for value in [100.0, 150.0, 110.0] {
        price(&feed, "ACME", value);
    }
    page.reads(&hook("card"), "110").await;
    page.press("[data-testid='card'] h2 a").await;
    page.find(&hook("level")).await;
    let level = async || {
        let rules = desktop.streambell_json(&["rules", "list"]).await;
        let level = &rules[0]["when"]["value"]["crosses_above"];
        level.as_f64().or_else(|| level.as_str()?.parse().ok()).expect("a number")
    };
    let (_, _, width, height) = page.find(&hook("level")).await.rectangle().await.expect("it is drawn");
    page.drag(&hook("level"), (width / 2.0, height / 2.0), (0.0, 30.0)).await;
    let lower = until("the level is lower", async || Some(level().await).filter(|level| *level < 185.0)).await;
    assert!(lower > 110.0, "{lower}");
    desktop.picture("level");
    // Not at the old level, but at the new one.
    price(&feed, "ACME", ((lower + 190.0) / 2.0).round());
    desktop.notification("High").await;
    page.reads("[data-testid='alerts-badge']", "1").await;
}

#[tokio::test]
async fn the_history_is_narrowed_until_the_event_is_found() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("Shares", &feed.url("/events"), "rules").await;
    for symbol in ["ACME", "INIT", "ACME"] {
        price(&feed, symbol, 10.0);
    }
    feed.send(r#"{"title":"A letter","priority":5}"#);
    page.reads(&hook("card"), "INIT").await;
    page.click("nav-history").await;
    rows(&page, 4).await;
    page.click("filter").await;
    page.write("filter-key", &format!("ACME{RETURN}")).await;
    rows(&page, 2).await;
    page.type_keys(ESCAPE).await;
    page.without(&hook("filter-panel")).await;
    page.reads(&hook("filter-chip"), "ACME").await;
    page.is_at("/history?key=ACME").await;
    desktop.picture("filter");
    page.press("[data-testid='filter-chip'] button").await;
    rows(&page, 4).await;
    page.click("filter").await;
    page.choose("filter-priority", "4").await;
    rows(&page, 1).await;
    page.type_keys(ESCAPE).await;
    page.click("event-row").await;
    page.reads("[data-testid='event-detail']", "A letter").await;
}

#[tokio::test]
async fn an_alert_is_acknowledged_with_a_key_in_the_inbox_and_is_gone_from_the_screen() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("Shares", &feed.url("/events"), "rules").await;
    desktop.add_rule(&json!({"name": "High", "feed": "shares", "when": {"value": {"above": 190}}})).await;
    price(&feed, "ACME", 200.0);
    desktop.notification("High").await;
    page.click("nav-alerts").await;
    page.find("[data-testid='alert'][data-state='firing']").await;
    page.type_keys("j").await;
    page.type_keys("a").await;
    page.find("[data-testid='alert'][data-state='acknowledged']").await;
    desktop.alerts_are(&["acknowledged"]).await;
    page.without(&hook("alerts-badge")).await;
    until("it is gone from the screen", async || (desktop.on_screen().await == 0).then_some(())).await;
    desktop.picture("inbox");
}

#[tokio::test]
async fn the_history_is_exported_to_the_file_that_the_user_names() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("Shares", &feed.url("/events"), "rules").await;
    price(&feed, "ACME", 10.5);
    feed.send("=1+1");
    page.reads(&hook("card"), "10.5").await;
    page.click("nav-settings").await;
    page.click("settings-tab-storage").await;
    let file = desktop.home().join("shares.csv");
    page.click("history-csv-all").await;
    desktop.save_as(&file).await;
    page.reads(&hook("toast"), "shares.csv").await;
    let table = fs::read_to_string(&file).expect("it is where the user wanted it");
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines.len(), 3, "{table}");
    assert!(lines[1].contains("ACME") && lines[1].contains("10.5"), "{table}");
    assert!(lines[2].ends_with("'=1+1"), "no spreadsheet computes it: {table}");
}

#[tokio::test]
async fn the_window_has_the_colours_and_the_language_that_were_chosen_also_after_a_restart() {
    let desktop = Desktop::start().await;
    let page = Page::open(&desktop).await;
    let colour = async |page: &Page| page.run("return getComputedStyle(document.body).backgroundColor").await;
    page.click("nav-settings").await;
    page.click("settings-tab-general").await;
    page.choose("theme", "light").await;
    page.find("html[data-theme='light']").await;
    let light: Value = colour(&page).await;
    page.choose("theme", "dark").await;
    page.find("html[data-theme='dark']").await;
    until("it is dark", async || (colour(&page).await != light).then_some(())).await;
    page.choose("language", "zh").await;
    page.reads("[data-testid='settings-tab-general']", "通用").await;
    desktop.picture("dark-chinese");
    page.close(&desktop).await;

    let page = Page::open(&desktop).await;
    page.find("html[data-theme='dark'][lang^='zh']").await;
    page.reads("[data-testid='nav-settings']", "设置").await;
    assert_ne!(colour(&page).await, light);
}
