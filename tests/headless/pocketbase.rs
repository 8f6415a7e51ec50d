//! The preset of PocketBase on PocketBase.

use serde_json::{Value, json};

use crate::support::{Folder, Nchan, PocketBase, free_address, until};

fn add(folder: &Folder, name: &str, server: &str, collection: &str, token: Option<&str>) {
    folder.add_of("pocketbase", name, &[("server", server), ("collection", collection)], token, &["--rules"]);
}

/// The id of a new record.
fn create(pocketbase: &PocketBase, collection: &str, record: &Value, token: Option<&str>) -> String {
    let created = pocketbase.ask(&format!("POST /api/collections/{collection}/records"), record, token);
    created["id"].as_str().unwrap().to_owned()
}

/// Waits until changes are heard of: the stream is open before PocketBase is told what it is to bring.
fn until_heard(folder: &Folder, name: &str, pocketbase: &PocketBase, collection: &str, token: Option<&str>) {
    folder.until_status(name, "open");
    let begun = folder.events(name).len();
    until(&format!("{name} hears of {collection}"), || {
        create(pocketbase, collection, &json!({ "symbol": "?" }), token);
        let heard = folder.events(name).len();
        if heard > begun { Ok(()) } else { Err(folder.status(name).to_string()) }
    });
}

/// The readings of a record, oldest first, once there are so many.
fn until_readings(folder: &Folder, name: &str, record: &str, count: usize) -> Vec<Value> {
    until(&format!("{record} has {count} readings"), || {
        let events = folder.ask(&["events", "--feed", name, "--key", record]);
        let mut events = events.as_array().unwrap().clone();
        events.reverse();
        let readings: Vec<_> = events.iter().map(|event| event["readings"][0].clone()).collect();
        if readings.len() >= count { Ok(readings) } else { Err(format!("{readings:?}")) }
    })
}

#[test]
fn records_are_readings_and_pocketbase_is_told_again_after_its_restart() {
    let mut pocketbase = PocketBase::start();
    let folder = Folder::new();
    let program = folder.start();
    add(&folder, "Prices", &pocketbase.url(), "prices", None);
    until_heard(&folder, "Prices", &pocketbase, "prices", None);

    let acme = create(&pocketbase, "prices", &json!({ "symbol": "ACME", "price": 12.5 }), None);
    let record = format!("/api/collections/prices/records/{acme}");
    pocketbase.ask(&format!("PATCH {record}"), &json!({ "price": 13.25 }), None);
    pocketbase.ask(&format!("DELETE {record}"), &Value::Null, None);
    let readings = until_readings(&folder, "Prices", &acme, 3);
    let told: Vec<_> =
        readings.iter().map(|reading| (&reading["title"], &reading["body"], &reading["value"])).collect();
    assert_eq!(told[0], (&json!("ACME"), &json!("create"), &json!("12.5")));
    assert_eq!(told[1], (&json!("ACME"), &json!("update"), &json!("13.25")));
    assert_eq!((told[2].1, &readings[2]["state"]), (&json!("delete"), &json!("removed")));
    assert_eq!(readings[1]["state"], Value::Null);
    let alerts = folder.ask(&["alerts"]);
    let titles: Vec<_> = alerts.as_array().unwrap().iter().map(|alert| alert["title"].as_str().unwrap()).collect();
    assert!(titles.contains(&"A new record") && titles.contains(&"A record is deleted"), "{titles:?}");

    // Whom it knew and what they wanted is gone with it.
    pocketbase.kill();
    folder.until_status("Prices", "waiting");
    pocketbase.restart();
    folder.ask(&["feeds", "resume", "Prices"]);
    until_heard(&folder, "Prices", &pocketbase, "prices", None);
    let globex = create(&pocketbase, "prices", &json!({ "symbol": "GLBX", "price": 204 }), None);
    let readings = until_readings(&folder, "Prices", &globex, 1);
    assert_eq!((&readings[0]["title"], &readings[0]["value"]), (&json!("GLBX"), &json!("204")));
    assert_eq!(program.end(), Some(0));
}

#[test]
fn what_goes_wrong_with_pocketbase_is_told() {
    let (pocketbase, nginx) = (PocketBase::start(), Nchan::start());
    let folder = Folder::new();
    let program = folder.start();
    let token = pocketbase.token();
    let (here, nobody) = (pocketbase.url(), format!("http://{}", free_address()));
    // A feed, its answers, how it stands then, the code of that, and what a person is told to do about it.
    for (name, server, collection, token, stands, code, told) in [
        ("Wrong token", &here, "ledger", Some("s3cret"), "open", "quiet", "a missing token brings no error"),
        ("Unknown", &here, "pricse", None, "open", "quiet", "an unknown collection"),
        ("Quiet", &here, "notes", None, "open", "quiet", "Change a record to try"),
        ("nginx", &nginx.url(""), "prices", None, "stopped", "not_found", "There is no PocketBase at this address"),
        ("Nobody", &nobody, "prices", None, "waiting", "refused", "Check the port"),
    ] {
        add(&folder, name, server, collection, token);
        let status = folder.until_status(name, stands);
        let found = status["reason"]["code"].as_str().unwrap_or("quiet");
        assert_eq!(found, code, "{name}: {status}");
        let message = folder.told("pocketbase", &status);
        assert!(message.contains(told), "{name}: {message}");
    }
    // The same with the right token, so that it was the token.
    add(&folder, "Ledger", &here, "ledger", Some(&token));
    until_heard(&folder, "Ledger", &pocketbase, "ledger", Some(&token));
    for name in ["Wrong token", "Unknown", "Quiet"] {
        assert_eq!(folder.events(name), [] as [Value; 0], "{name}");
        assert_eq!(folder.status(name)["type"], "open", "{name}");
    }
    assert!(!program.log().contains("s3cret"));
    assert_eq!(program.end(), Some(0));
}
