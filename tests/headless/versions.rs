//! What every released version has left behind opens in this one: see tests/versions/README.md.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use crate::support::{Folder, until};

const VERSIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/versions");
const CHANGELOG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../CHANGELOG.md");

/// What is asked of the program that wrote a folder, and of each later one.
const QUESTIONS: [&[&str]; 6] =
    [&["feeds", "list"], &["rules", "list"], &["events"], &["alerts"], &["settings"], &["export"]];

/// The folders of all versions.
fn versions() -> Vec<PathBuf> {
    let entries = fs::read_dir(VERSIONS).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.join("streambell.db").is_file()).collect()
}

/// The released versions that a changelog names: `## [1.2.3] - 2026-01-31`.
fn released(changelog: &str) -> Vec<&str> {
    let names = changelog.lines().filter_map(|line| line.strip_prefix("## [")?.split(']').next());
    names.filter(|name| *name != "Unreleased").collect()
}

fn answers(folder: &Folder) -> Value {
    let mut answers: Map<String, Value> =
        QUESTIONS.iter().map(|question| (question.join(" "), folder.ask(question))).collect();
    for feed in answers["feeds list"].as_array_mut().unwrap() {
        // How it stands now is nothing that is kept.
        feed.as_object_mut().unwrap().remove("status");
    }
    Value::Object(answers)
}

fn read(file: &Path) -> Value {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap()
}

/// All that was said is said now: a newer program may say more of a thing, and nothing less.
fn must_hold(now: &Value, then: &Value, at: &str) {
    match (now, then) {
        (Value::Object(now), Value::Object(then)) => {
            for (name, then) in then {
                must_hold(now.get(name).unwrap_or(&Value::Null), then, &format!("{at}.{name}"));
            }
        }
        (Value::Array(now), Value::Array(then)) => {
            assert_eq!(now.len(), then.len(), "{at}");
            for (index, (now, then)) in now.iter().zip(then).enumerate() {
                must_hold(now, then, &format!("{at}[{index}]"));
            }
        }
        (now, then) => assert_eq!(now, then, "{at}"),
    }
}

#[test]
fn the_history_of_every_version_opens_with_everything_there() {
    let versions = versions();
    assert!(!versions.is_empty(), "there is no version in {VERSIONS}");
    for version in versions {
        let folder = Folder::new();
        fs::create_dir(folder.home()).unwrap();
        fs::copy(version.join("streambell.db"), folder.home().join("streambell.db")).unwrap();
        must_hold(&answers(&folder), &read(&version.join("said.json")), &version.display().to_string());
    }
}

#[test]
fn the_backup_of_every_version_is_restored() {
    for version in versions() {
        let folder = Folder::new();
        folder.ask(&["feeds", "add", "--name", "Mine", "--url", "http://127.0.0.1:9/", "--paused"]);
        folder.ask(&["restore", version.join("streambell.db").to_str().unwrap()]);
        must_hold(&answers(&folder), &read(&version.join("said.json")), &version.display().to_string());
    }
}

#[test]
fn the_settings_of_every_version_are_imported() {
    for version in versions() {
        let (folder, file) = (Folder::new(), version.join("settings.json"));
        folder.ask(&["import", file.to_str().unwrap()]);
        must_hold(&folder.ask(&["export"]), &read(&file), &file.display().to_string());
    }
}

#[test]
fn every_released_version_has_its_folder() {
    let example = "## [Unreleased]\n- x\n## [1.2.3] - 2026-01-31\n## [0.1.0] - 2026-01-01\n[1.2.3]: https://a.example";
    assert_eq!(released(example), ["1.2.3", "0.1.0"]);
    let changelog = fs::read_to_string(CHANGELOG).unwrap();
    for version in released(&changelog).into_iter().chain([env!("CARGO_PKG_VERSION")]) {
        for file in ["streambell.db", "settings.json", "said.json"] {
            let file = Path::new(VERSIONS).join(version).join(file);
            assert!(file.is_file(), "{} is missing: see 'At a release' in CONTRIBUTING.md", file.display());
        }
    }
}

#[test]
#[should_panic(expected = "it[0].name")]
fn what_is_missing_would_be_noticed() {
    must_hold(&json!([{ "id": 1 }]), &json!([{ "id": 1, "name": "x" }]), "it");
}

/// Makes the folder of the version that this is: every kind of feed and condition, alerts in every state, times in which
/// nobody listened.
#[test]
#[ignore = "writes the files of this version: see 'At a release' in CONTRIBUTING.md"]
fn write_the_folder_of_this_version() {
    let folder = Folder::new();
    let there = Path::new(VERSIONS).join(env!("CARGO_PKG_VERSION"));
    // Kept for ever: the files are opened years from now. Whoever opens them must neither wait for quiet hours.
    folder.ask(&[
        "settings",
        r#"{"theme":"dark","language":"en","retention":{"days":0,"megabytes":100},"no_single_keys":true}"#,
    ]);
    let url = "http://127.0.0.1:9/own";
    let own =
        ["feeds", "add", "--name", "My own", "--url", url, "--group", "Team", "--map", "value=$.price", "--paused"];
    folder.ask(&[&own[..], &["--notify", "all", "--view", "log", "--proxy", "http://127.0.0.1:9"]].concat());
    for (name, condition) in conditions() {
        let rule = json!({ "name": name, "when": condition, "notify": { "urgency": "low" } });
        folder.ask(&["rules", "add", &rule.to_string()]);
    }
    let gates = json!({ "name": "With gates", "when": { "value": { "above": 1 } }, "for": "1s", "until": { "event": "over" },
        "per": "feed", "gates": { "cool_down": "1m", "at_most": { "count": 3, "per": "1h" } } });
    folder.ask(&["rules", "add", &gates.to_string()]);
    let said = |count: usize| {
        move |folder: &Folder| {
            until("every demo has come, and has rung", || {
                let events = folder.ask(&["events"]);
                let feeds = folder.ask(&["feeds", "list"]);
                let events = events.as_array().unwrap();
                let heard = |feed: &Value| {
                    feed["enabled"] == false
                        || events.iter().filter(|event| event["feed"] == feed["id"]).count() >= count
                };
                let missing: Vec<_> =
                    feeds.as_array().unwrap().iter().filter(|feed| !heard(feed)).map(|feed| &feed["name"]).collect();
                if missing.is_empty() { Ok(()) } else { Err(format!("nothing of {missing:?}")) }
            });
        }
    };
    // Twice, with a time between in which nobody listens.
    for count in [2, 4] {
        let program = folder.spawn_command(folder.command(&["run", "--demo"]));
        program.until_said("running; Ctrl-C");
        said(count)(&folder);
        assert_eq!(program.end(), Some(0));
    }
    let firing = || -> Vec<String> {
        let alerts = folder.ask(&["alerts", "--state", "firing"]);
        let lasting = alerts.as_array().unwrap().iter().filter(|alert| alert["lasts"] == true);
        lasting.map(|alert| alert["id"].to_string()).collect()
    };
    let alerts = firing();
    assert!(alerts.len() >= 4, "{alerts:?}");
    folder.ask(&["alerts", "acknowledge", &alerts[0]]);
    folder.ask(&["alerts", "resolve", &alerts[1]]);
    folder.ask(&["alerts", "snooze", &alerts[2], "--for", "1d"]);
    folder.ask(&["alerts", "read", &alerts[3]]);

    fs::create_dir_all(&there).unwrap();
    folder.ask(&["backup", there.join("streambell.db").to_str().unwrap()]);
    let write = |name: &str, value: &Value| fs::write(there.join(name), format!("{value:#}\n")).unwrap();
    write("settings.json", &folder.ask(&["export"]));
    write("said.json", &answers(&folder));
}

/// One of each kind.
fn conditions() -> Map<String, Value> {
    let Value::Object(conditions) = json!({
        "Crosses above": { "value": { "crosses_above": 10, "recovers_below": 5 } },
        "Crosses below": { "value": { "crosses_below": 1_000_000, "recovers_above": 2_000_000 } },
        "Above": { "value": { "above": 0 } },
        "Below": { "value": { "below": 1_000_000 } },
        "Changes": { "value": { "changes_by": 1, "within": "10m", "direction": "up" } },
        "Changes by percent": { "value": { "changes_by_percent": 50, "within": "1h" } },
        "Event": { "event": "alert" },
        "Words": { "text": { "words": "deploy" } },
        "Pattern": { "text": { "matches": "(?i)^build" } },
        "Field": { "field": "$.status", "equals": "done" },
        "Field of some": { "field": "$.status", "in": ["running", "failed"] },
        "Rate": { "rate": { "above": 100, "per": "1m" } },
        "Silence": { "silent_for": "2m" },
        "Progress": { "progress": { "reaches_percent": 1 } },
        "Stalls": { "progress": { "stalls_for": "5m" } },
        "All": { "all": [{ "value": { "above": 1 } }, { "not": { "value": { "above": 5 } } }] },
        "Any": { "any": [{ "text": { "words": "deploy" } }, { "event": "alert" }] },
        "Expression": { "cel": "value > 1.0" },
    }) else {
        unreachable!()
    };
    conditions
}
