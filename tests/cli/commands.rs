//! Commands as scripts call them: what is printed where, and how they end.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::support::{Running, output, streambell};

pub(crate) fn done(folder: &Path, args: &[&str]) -> Value {
    let (code, stdout, stderr) = output(streambell(folder, args));
    assert_eq!(code, 0, "{args:?}: {stderr}");
    if stdout.is_empty() { Value::Null } else { serde_json::from_str(&stdout).unwrap() }
}

pub(crate) fn refused(folder: &Path, args: &[&str]) -> (i32, String) {
    let (code, stdout, stderr) = output(streambell(folder, args));
    assert_eq!(stdout, "", "{args:?}");
    assert_ne!(code, 0, "{args:?}");
    (code, stderr)
}

/// `run` on this folder, once others can reach it.
pub(crate) fn run(command: &mut Command) -> Running {
    let mut running = Running(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let mut log = BufReader::new(running.0.stderr.take().unwrap()).lines();
    let ready = log.find(|line| line.as_ref().unwrap().contains("running;"));
    assert!(ready.is_some(), "it ended");
    // So that it never waits for a reader.
    std::thread::spawn(move || log.for_each(drop));
    running
}

#[test]
fn feeds_are_added_changed_carried_over_and_removed() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (one, two) = (one.path(), two.path());
    assert_eq!(done(one, &["feeds", "list"]), json!([]));

    let url = "http://127.0.0.1:9/prices";
    let add = ["feeds", "add", "--url", url, "--name", "Prices", "--view", "price", "--map", "value=$.p"];
    let feed = done(one, &add);
    assert_eq!(feed["id"], "prices");
    assert_eq!(feed["map"], json!({ "value": "$.p" }));
    let edited = done(one, &["feeds", "edit", "Prices", "--notify", "all", "--map", "unit=USD"]);
    assert_eq!(edited["map"], json!({ "value": "$.p", "unit": "USD" }));
    assert_eq!((&edited["notify"], &edited["url"], &edited["view"]), (&"all".into(), &url.into(), &"price".into()));
    let child = done(one, &["feeds", "add", "--url", url, "--name", "Child", "--parent", "Prices", "--group", "Shop"]);
    assert_eq!((&child["parent"], &child["group"]), (&"prices".into(), &"Shop".into()));
    done(one, &["feeds", "remove", "child"]);
    done(one, &["feeds", "pause", "prices"]);
    let rule = r#"{"name":"High","feed":"Prices","when":{"value":{"crosses_above":60000}}}"#;
    assert_eq!(done(one, &["rules", "add", rule])["feeds"], json!(["prices"]));

    let listed = done(one, &["feeds", "list"]);
    assert_eq!(listed[0]["enabled"], false);
    assert_eq!(listed[0]["status"]["type"], "paused");
    done(one, &["feeds", "resume", "prices"]);
    assert_eq!(done(one, &["feeds", "list"])[0]["status"]["reason"]["code"], "not_running");

    assert_eq!(done(one, &["feeds", "list"])[0]["muted_until"], Value::Null);
    done(one, &["feeds", "mute", "Prices", "--for", "2h"]);
    assert!(done(one, &["feeds", "list"])[0]["muted_until"].is_i64(), "over a restart too");
    done(one, &["feeds", "unmute", "prices"]);
    assert_eq!(done(one, &["feeds", "list"])[0]["muted_until"], Value::Null);
    done(one, &["quiet", "30m"]);
    done(one, &["quiet", "off"]);
    done(one, &["alerts", "acknowledge", "--all"]);

    let document = done(one, &["export"]);
    let mut importing = streambell(two, &["import", "-"]);
    let mut importing =
        Running(importing.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    importing.0.stdin.take().unwrap().write_all(document.to_string().as_bytes()).unwrap();
    assert_eq!(importing.wait(), Some(0));
    assert_eq!(done(two, &["export"]), document);

    assert_eq!(done(one, &["events"]), json!([]));
    assert_eq!(done(one, &["alerts"]), json!([]));
    done(one, &["rules", "remove", "high"]);
    done(one, &["feeds", "remove", "Prices"]);
    assert_eq!(done(one, &["export"]), json!({ "version": 1, "feeds": [], "rules": [] }));
}

#[test]
fn what_goes_wrong_is_said_and_prints_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = folder.join("settings.json");
    std::fs::write(&file, "{ not json").unwrap();
    let cases: [(&[&str], i32, &str); 13] = [
        (&["feeds", "add", "--url", "127.0.0.1:9/x"], 2, "http://"),
        (&["feeds", "add", "--url", "http://127.0.0.1/", "--map", "value"], 2, "FIELD=JSONPATH"),
        (&["feeds", "add", "--url", "http://127.0.0.1/", "--map", "prise=$.p"], 2, "prise"),
        (&["feeds", "add", "--url", "http://127.0.0.1/", "-H", "secret-value"], 2, "Name: value"),
        (&["feeds", "pause", "nothing"], 1, "feeds list"),
        (&["events", "--feed", "nothing"], 1, "feeds list"),
        (&["feeds", "mute", "nothing"], 1, "feeds list"),
        (&["alerts", "acknowledge", "7"], 1, "Alert 7"),
        (&["alerts", "snooze", "7"], 1, "nothing to snooze"),
        (&["import", file.to_str().unwrap()], 1, "not JSON"),
        (&["import", "/no/such/file"], 1, "Check the path"),
        (&["toggle"], 1, "not running"),
        (&[], 2, "no window"),
    ];
    for (args, expected, hint) in cases {
        let (code, stderr) = refused(folder, args);
        assert_eq!(code, expected, "{args:?}: {stderr}");
        assert!(stderr.contains(hint), "{args:?}: {stderr}");
        assert!(!stderr.contains("secret-value"), "{stderr}");
    }
}

#[test]
fn commands_reach_the_running_engine_and_sigterm_ends_it_well() {
    // Too deep for a socket's address, so that the place for such folders is tried too.
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("d".repeat(120));
    let runtime = tempfile::tempdir().unwrap();
    let command = |args: &[&str]| {
        let mut command = streambell(&deep, args);
        command.env("XDG_RUNTIME_DIR", runtime.path());
        command
    };
    let mut running = run(&mut command(&["run", "--no-hub"]));

    let (code, _, stderr) = output(command(&["run", "--no-hub"]));
    assert_eq!(code, 1);
    assert!(stderr.contains("already running"), "{stderr}");
    let (code, _, stderr) = output(command(&["toggle"]));
    assert_eq!(code, 1);
    assert!(stderr.contains("has no window"), "{stderr}");

    let (code, _, stderr) = output(command(&["feeds", "add", "--url", "http://127.0.0.1:9/x", "--name", "X"]));
    assert_eq!(code, 0, "{stderr}");
    let (_, stdout, _) = output(command(&["feeds", "list"]));
    let feeds: Value = serde_json::from_str(&stdout).unwrap();
    // The running engine tries to open it at once.
    let status = feeds[0]["status"]["type"].as_str().unwrap();
    assert!(["connecting", "waiting"].contains(&status), "{status}");

    let pid = running.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(running.wait(), Some(0));
    let (_, stdout, _) = output(command(&["feeds", "list"]));
    let feeds: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(feeds[0]["status"]["reason"]["code"], "not_running");
}

#[test]
fn a_message_that_is_published_reaches_whoever_watches() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = streambell(folder.path(), &["hub", "--listen", "127.0.0.1:0"]);
    let mut hub = Running(hub.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(hub.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let hub_url = serde_json::from_str::<Value>(&line).unwrap()["url"].as_str().unwrap().to_owned();

    let published = done(
        folder.path(),
        &["publish", "backups", "done: ünï", "--title", "Backup", "--priority", "4", "--hub", &hub_url],
    );
    assert_eq!(published["topic"], "backups");

    let topic = format!("{hub_url}/backups/sse?since=all");
    let mut watching = streambell(folder.path(), &["watch", &topic]);
    let mut watching = Running(watching.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(watching.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let event: Value = serde_json::from_str(&line).unwrap();
    let message: Value = serde_json::from_str(event["data"].as_str().unwrap()).unwrap();
    assert_eq!((&message["message"], &message["title"]), (&"done: ünï".into(), &"Backup".into()));
    assert_eq!(message["priority"], 4);

    let (code, stderr) = refused(folder.path(), &["publish", "bad/topic", "x", "--hub", &hub_url]);
    assert_eq!(code, 1);
    assert!(stderr.contains("refused"), "{stderr}");
}

#[test]
fn a_backup_is_written_and_gone_on_with_by_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let (home, file) = (folder.path().join("home"), folder.path().join("my.backup"));
    let path = file.to_str().unwrap();
    let names = || {
        let feeds = done(&home, &["feeds", "list"]);
        feeds.as_array().unwrap().iter().map(|feed| feed["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    done(&home, &["feeds", "add", "--url", "http://127.0.0.1:9/x", "--name", "Old"]);
    assert_eq!(done(&home, &["backup", path])["file"], path);
    done(&home, &["feeds", "add", "--url", "http://127.0.0.1:9/y", "--name", "New"]);
    let (code, _, stderr) = output(streambell(&home, &["restore", path]));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(names(), ["Old"]);
    let (code, stderr) = refused(&home, &["restore", "/etc/hostname"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("nothing was changed"), "{stderr}");

    // A program that runs without a window goes on, and takes it up when it is started again.
    let mut running = run(&mut streambell(&home, &["run", "--no-hub"]));
    done(&home, &["feeds", "add", "--url", "http://127.0.0.1:9/y", "--name", "New"]);
    let (code, _, stderr) = output(streambell(&home, &["restore", path]));
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("start it again"), "{stderr}");
    assert_eq!(names(), ["Old", "New"]);
    let pid = running.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(running.wait(), Some(0));
    assert_eq!(names(), ["Old"]);
}

#[test]
fn events_are_printed_for_other_programs() {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["feeds", "add", "--url", "http://127.0.0.1:9/x", "--name", "X"]);
    let (code, stdout, stderr) = output(streambell(folder.path(), &["events", "--format", "csv", "--feed", "X"]));
    assert_eq!((code, stdout.starts_with("seq,feed,received,"), stdout.lines().count()), (0, true, 1), "{stderr}");
    let (code, stdout, _) = output(streambell(folder.path(), &["events", "--format", "json_lines"]));
    assert_eq!((code, stdout.as_str()), (0, ""));
    let (code, stderr) = refused(folder.path(), &["events", "--format", "csv", "--feed", "nothing"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("feeds list"), "{stderr}");
}
