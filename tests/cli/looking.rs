//! What the window shows and does can be asked for by a script too.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{PATIENCE, Running, output, streambell};

fn done(folder: &Path, args: &[&str]) -> Value {
    let (code, stdout, stderr) = output(streambell(folder, args));
    assert_eq!(code, 0, "{args:?}: {stderr}");
    if stdout.is_empty() { Value::Null } else { serde_json::from_str(&stdout).unwrap() }
}

/// Asks until the answer is so.
fn until(folder: &Path, args: &[&str], fits: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = done(folder, args);
        if fits(&answer) {
            return answer;
        }
        assert!(Instant::now() < deadline, "{args:?} never came: {answer}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn count(list: &Value) -> usize {
    list.as_array().unwrap().len()
}

/// A hub and an engine that listens to one of its topics, with these messages in its history.
fn listening(folder: &Path, messages: &[&str]) -> [Running; 2] {
    let mut hub = streambell(folder, &["hub", "--listen", "127.0.0.1:0"]);
    let mut hub = Running(hub.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(hub.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = serde_json::from_str::<Value>(&line).unwrap()["url"].as_str().unwrap().to_owned();
    let topic = format!("{url}/shares/sse?since=all");
    done(
        folder,
        &["feeds", "add", "--url", &topic, "--name", "Shares", "--map", "key=$.symbol", "--map", "value=$.price"],
    );
    done(folder, &["rules", "add", r#"{"name":"High","feed":"Shares","when":{"value":{"above":190}}}"#]);
    let running = streambell(folder, &["run", "--no-hub"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let both = [hub, Running(running)];
    until(folder, &["feeds", "list"], |feeds| feeds[0]["status"]["type"] == "open");
    for message in messages {
        done(folder, &["publish", "shares", message, "--hub", &url]);
    }
    until(folder, &["events"], |events| count(events) == messages.len());
    both
}

#[test]
fn events_alerts_and_values_are_looked_at_and_answered() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let _running = listening(
        folder,
        &[
            r#"{"symbol":"ACME","price":100}"#,
            r#"{"symbol":"INIT","price":5,"priority":5}"#,
            r#"{"symbol":"ACME","price":200}"#,
        ],
    );
    let events = |args: &[&str]| count(&done(folder, &[&["events"], args].concat()));
    assert_eq!(events(&["--key", "ACME"]), 2);
    assert_eq!(events(&["--key", "ACME", "--type", "message"]), 2);
    assert_eq!(events(&["--type", "nothing"]), 0);
    assert_eq!(events(&["--priority", "4"]), 1);
    assert_eq!(events(&["--until", "1h"]), 0);
    assert_eq!(events(&["--unread"]), 3);
    done(folder, &["feeds", "read", "Shares"]);
    assert_eq!(events(&["--unread"]), 0);

    let trends = done(folder, &["feeds", "trends", "Shares"]);
    let keys: Vec<_> = trends.as_array().unwrap().iter().map(|trend| trend["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["ACME", "INIT"]);
    assert_eq!(trends[0]["base"]["value"], "100");
    assert_eq!(done(folder, &["feeds", "gaps", "Shares"]), json!([]));

    let alert = done(folder, &["alerts"])[0].clone();
    assert_eq!((&alert["title"], &alert["state"], &alert["read"]), (&"High".into(), &"firing".into(), &false.into()));
    let id = alert["id"].to_string();
    let read = || done(folder, &["alerts"])[0]["read"].as_bool();
    done(folder, &["alerts", "read", &id]);
    assert_eq!(read(), Some(true));
    done(folder, &["alerts", "unread", &id]);
    assert_eq!(read(), Some(false));
    done(folder, &["alerts", "read", "--all"]);
    assert_eq!(read(), Some(true));
    done(folder, &["alerts", "resolve", &id]);
    assert_eq!(done(folder, &["alerts"])[0]["state"], "resolved");

    done(folder, &["feeds", "clear", "Shares"]);
    assert_eq!(events(&[]), 0);
}

#[test]
fn what_is_kept_rules_and_settings_are_changed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let add = |name: &str| done(folder, &["feeds", "add", "--url", "http://127.0.0.1:9/x", "--name", name]);
    let kept = |feed: &Value| (feed["limits"]["keep_days"].clone(), feed["limits"]["keep_megabytes"].clone());
    assert_eq!(kept(&add("One")), (json!(90), json!(512)));
    done(folder, &["feeds", "keep", "--days", "30"]);
    done(folder, &["feeds", "keep", "One", "--megabytes", "0"]);
    assert_eq!(kept(&add("Two")), (json!(30), json!(512)), "those that are added later too");
    assert_eq!(kept(&done(folder, &["export"])["feeds"][0]), (json!(30), json!(0)));

    done(folder, &["rules", "add", r#"{"name":"High","when":{"value":{"above":1}}}"#]);
    let edited = done(folder, &["rules", "edit", "high", r#"{"name":"Higher","when":{"value":{"above":2}}}"#]);
    assert_eq!((&edited["id"], &edited["name"]), (&"high".into(), &"Higher".into()));
    assert_eq!(count(&done(folder, &["rules", "list"])), 1);

    let night = r#"{"quiet_hours":[{"days":["friday"],"from":"22:00","to":"07:00"}],"theme":"dark"}"#;
    let settings = done(folder, &["settings", night]);
    assert_eq!((&settings["theme"], &settings["retention"]["days"]), (&"dark".into(), &json!(30)));
    assert_eq!(done(folder, &["settings"]), settings);
    let never = r#"{"quiet_hours":[{"days":[],"from":"22:00","to":"07:00"}]}"#;
    for (change, hint) in [
        (never, "quiet_hours[0].days"),
        (r#"{"color":"red"}"#, "There is no setting 'color'"),
        (r#"{"theme":"red"}"#, "Nothing was changed"),
        ("{", "no settings"),
    ] {
        let (code, stdout, stderr) = output(streambell(folder, &["settings", change]));
        assert_eq!((code, stdout.as_str()), (1, ""), "{change}");
        assert!(stderr.contains(hint), "{change}: {stderr}");
    }
    assert_eq!(done(folder, &["settings"]), settings);
    // Whatever language the program speaks.
    done(folder, &["settings", r#"{"language":"zh"}"#]);
    let (_, _, stderr) = output(streambell(folder, &["feeds", "pause", "none"]));
    assert!(stderr.contains("没有订阅源"), "{stderr}");
}
