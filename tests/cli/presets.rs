//! Known services on the command line.

use std::fs;

use serde_json::{Value, json};

use crate::{
    commands::{done, refused, run},
    support::{output, streambell},
};

#[test]
fn presets_are_listed_and_told_with_what_they_ask_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let all = done(folder, &["presets", "list", "--json"]);
    let ids: Vec<_> = all.as_array().unwrap().iter().map(|preset| preset["id"].as_str().unwrap()).collect();
    assert!(ids.starts_with(&["ntfy", "home-assistant"]), "{ids:?}");
    let (code, text, _) = output(streambell(folder, &["presets", "list"]));
    assert_eq!((code, text.lines().count()), (0, ids.len()), "{text}");
    for (id, line) in ids.iter().zip(text.lines()) {
        assert!(line.starts_with(&format!("{id} ")), "{line}");
        let (code, text, _) = output(streambell(folder, &["presets", "show", id]));
        assert_eq!(code, 0);
        let preset = done(folder, &["presets", "show", id, "--json"]);
        for question in preset["ask"].as_array().unwrap() {
            assert!(text.contains(&format!("  {}: ", question["name"].as_str().unwrap())), "{text}");
        }
        assert!(text.contains(&format!("streambell feeds add --preset {id}")), "{text}");
    }
    done(folder, &["settings", r#"{"language":"zh"}"#]);
    let (_, text, _) = output(streambell(folder, &["presets", "show", "ntfy"]));
    assert!(text.contains("topics: 主题"), "{text}");
}

#[test]
fn a_preset_adds_its_feed_and_nothing_else_unless_its_rules_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let add = ["feeds", "add", "--preset", "ntfy", "--set", "server=127.0.0.1:9", "--set", "topics=backups"];
    let feed = done(folder, &add);
    assert_eq!(feed["url"], "http://127.0.0.1:9/backups/sse");
    assert_eq!((&feed["name"], &feed["dialect"]["id"]), (&json!("backups"), &json!("$.id")));
    assert_eq!(feed["preset"], json!({ "id": "ntfy", "answers": { "server": "127.0.0.1:9", "topics": "backups" } }));
    assert_eq!(done(folder, &["rules", "list"]), json!([]));

    // What else is said of the feed is so.
    let also = ["--rules", "--name", "Mine", "--view", "log", "--notify", "none", "--paused", "--id", "n"];
    let feed = done(folder, &[&add[..], &also].concat());
    assert_eq!((&feed["id"], &feed["name"], &feed["view"]), (&json!("n"), &json!("Mine"), &json!("log")));
    assert_eq!((&feed["notify"], &feed["enabled"]), (&json!("none"), &json!(false)));
    let rules = done(folder, &["rules", "list"]);
    let proposed = done(folder, &["presets", "show", "ntfy", "--json"])["rules"].as_array().unwrap().len();
    assert_eq!(rules.as_array().unwrap().len(), proposed);
    assert!(rules.as_array().unwrap().iter().all(|rule| rule["feeds"] == json!(["n"])), "{rules}");
    done(folder, &["rules", "list"]);
}

#[test]
fn an_answer_that_makes_no_sense_is_named_with_what_would_be_right() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let cases: [(&[&str], i32, &[&str]); 12] = [
        (&["none"], 1, &["There is no preset 'none'", "ntfy, "]),
        (&["ntfy"], 2, &["--set topics: Fill in 'Topics'", "--set topics=backups"]),
        (&["ntfy", "--set", "topics"], 2, &["NAME=ANSWER"]),
        (&["ntfy", "--set", "topics=a b"], 2, &["--set topics: 'a b' does not fit", "letters, digits"]),
        (&["ntfy", "--set", "topics=a", "--set", "server=ftp://h"], 2, &["--set server: "]),
        (&["ntfy", "--set", "topic=a"], 2, &["--set topic: ", "server, topics, token"]),
        (&["ntfy", "--set", "topics=a", "--set", "token=s3cret"], 2, &["this is a secret", "--secret token"]),
        (&["ntfy", "--set", "topics=a", "--secret", "topics"], 2, &["no secret", "--set topics="]),
        (&["ntfy", "--set", "topics=a", "--secret", "token=/no/such/file"], 1, &["Check the path"]),
        (&["wikimedia", "--set", "stream=all"], 2, &["'all' is not in it", "recentchange, page-create"]),
        // Nobody answers: the one it cannot do without is told.
        (&["mastodon"], 2, &["--secret token: Fill in 'Access token'", "STREAMBELL_TOKEN", "token=FILE"]),
        (&["ntfy", "--set", "topics=a", "--url", "http://h/"], 2, &["cannot be used with"]),
    ];
    for (args, expected, said) in cases {
        let args = [&["feeds", "add", "--preset"], args].concat();
        let (code, stderr) = refused(folder, &args);
        assert_eq!(code, expected, "{args:?}: {stderr}");
        assert!(said.iter().all(|said| stderr.contains(said)), "{args:?}: {stderr}");
        assert!(!stderr.contains("s3cret"), "{stderr}");
    }
    let (code, stderr) = refused(folder, &["feeds", "add", "--set", "topics=a", "--url", "http://h/"]);
    assert_eq!((code, stderr.contains("cannot be used with")), (2, true), "{stderr}");
    let (code, stderr) = refused(folder, &["feeds", "add"]);
    assert_eq!((code, stderr.contains("--url <URL>|--preset <ID>")), (2, true), "{stderr}");
    assert_eq!(done(folder, &["feeds", "list"]), json!([]));
}

#[test]
fn a_secret_comes_from_the_environment_a_file_or_standard_input_and_is_nowhere_to_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let file = folder.path().join("token");
    fs::write(&file, "s3cret\n").unwrap();
    // There is no key ring here: the running program keeps secrets for as long as it runs.
    let _running = run(&mut streambell(&home, &["run", "--no-hub"]));
    let ntfy = ["feeds", "add", "--preset", "ntfy", "--set", "server=127.0.0.1:9", "--set", "topics=a"];
    let named = [&ntfy[..], &["--secret", "token"]].concat();
    let from_file = format!("token={}", file.display());
    let from_file = [&ntfy[..], &["--secret", &from_file]].concat();
    let needed = ["feeds", "add", "--preset", "mastodon", "--set", "server=127.0.0.1:9"];
    let hue = ["feeds", "add", "--preset", "hue", "--set", "server=127.0.0.1:9"];
    let from_input = |args: &[&str]| {
        let mut command = streambell(&home, args);
        command.stdin(fs::File::open(&file).unwrap());
        command
    };
    let from_environment = |args: &[&str], name: &str| {
        let mut command = streambell(&home, args);
        command.env(name, "s3cret");
        command
    };
    let bearer = json!({ "type": "bearer" });
    for (command, auth, headers) in [
        (streambell(&home, &from_file), &bearer, Value::Null),
        (from_input(&named), &bearer, Value::Null),
        (from_environment(&named, "STREAMBELL_TOKEN"), &bearer, Value::Null),
        (from_environment(&needed, "STREAMBELL_TOKEN"), &bearer, Value::Null),
        (from_environment(&hue, "STREAMBELL_KEY"), &Value::Null, json!({ "hue-application-key": null })),
        // One that is not named is not given away.
        (from_environment(&ntfy, "STREAMBELL_TOKEN"), &Value::Null, Value::Null),
    ] {
        let (code, stdout, stderr) = output(command);
        assert_eq!(code, 0, "{stderr}");
        let feed: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!((&feed["auth"], &feed["headers"]), (auth, &headers), "{feed}");
        assert!(!stdout.contains("s3cret"), "{stdout}");
    }
    assert!(!done(&home, &["export"]).to_string().contains("s3cret"));
}

#[test]
fn a_preset_of_ones_own_is_kept_given_to_others_and_removed() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (one, two) = (one.path(), two.path());
    let file = one.join("kiln.toml");
    let path = file.to_str().unwrap();
    let url = "http://127.0.0.1:9/kiln?room=2";
    done(one, &["feeds", "add", "--name", "Kiln", "--url", url, "--map", "value=$.t", "--view", "price"]);
    done(one, &["rules", "add", r#"{"name":"Hot","feed":"Kiln","when":{"value":{"above":90}}}"#]);
    let kept = done(one, &["presets", "keep", "Kiln", "Kilns"]);
    assert_eq!((&kept["id"], &kept["own"]), (&json!("kilns"), &json!(true)));
    assert_eq!(done(one, &["presets", "export", "kilns", path])["file"], path);
    let (code, text, _) = output(streambell(one, &["presets", "export", "kilns", "-"]));
    assert_eq!((code, text), (0, fs::read_to_string(&file).unwrap()));

    let imported = done(two, &["presets", "import", path]);
    assert_eq!(imported["id"], "kilns");
    let address = format!("address={url}");
    let feed = done(two, &["feeds", "add", "--preset", "kilns", "--set", &address, "--rules"]);
    assert_eq!((&feed["url"], &feed["map"]["value"], &feed["view"]), (&json!(url), &json!("$.t"), &json!("price")));
    assert_eq!(done(two, &["rules", "list"])[0]["name"], "Hot");
    done(two, &["presets", "remove", "kilns"]);
    assert_eq!(done(two, &["feeds", "list"])[0]["name"], "Kiln", "its feeds stay");

    fs::write(&file, "version = 9").unwrap();
    for (args, said) in [
        (&["presets", "remove", "kilns"][..], "There is no preset 'kilns'"),
        (&["presets", "remove", "ntfy"], "comes with the program"),
        (&["presets", "show", "kilns"], "There is no preset 'kilns'"),
        (&["presets", "export", "kilns", path], "There is no preset 'kilns'"),
        (&["presets", "export", "ntfy", "/no/such/folder/file"], "Choose another place"),
        (&["presets", "keep", "Oven", "Ovens"], "feeds list"),
        (&["presets", "import", path], "no preset that Streambell can read"),
        (&["presets", "import", "/no/such/file"], "Check the path"),
    ] {
        let (code, stderr) = refused(two, args);
        assert_eq!((code, stderr.contains(said)), (1, true), "{args:?}: {stderr}");
    }
}
