//! Settings that cannot be read, a data folder that cannot be used, and a database that is damaged or too new.

use std::fs;

use crate::support::Folder;

#[test]
fn a_settings_file_that_is_wrong_changes_nothing() {
    let feed = r#"{"name":"New","url":"http://127.0.0.1:9/"}"#;
    let cases: &[(&str, String, &[&str])] = &[
        ("not JSON", "name: Prices".into(), &["is not JSON", "that 'streambell export' wrote"]),
        ("nothing", String::new(), &["is not JSON"]),
        ("cut off", r#"{"version":1,"feeds":[{"name":"#.into(), &["is not JSON"]),
        ("no settings", r#"{"a":1}"#.into(), &["no \"version\"", "that 'streambell export' wrote"]),
        ("a list", "[]".into(), &["no \"version\""]),
        ("newer", format!(r#"{{"version":99,"feeds":[{feed}]}}"#), &["version 99", "Update Streambell"]),
        ("an unknown part", format!(r#"{{"version":1,"feeds":[{feed}],"alarms":[]}}"#), &["\"alarms\""]),
        ("feeds no list", r#"{"version":1,"feeds":{}}"#.into(), &["\"feeds\" must be a list"]),
        (
            "a bad address",
            format!(r#"{{"version":1,"feeds":[{feed},{{"name":"B","url":"ftp://127.0.0.1/"}}]}}"#),
            &["feeds[1]", "http:// or https://"],
        ),
        ("no address", r#"{"version":1,"feeds":[{"name":"B"}]}"#.into(), &["feeds[0]", "Paste the URL of a feed"]),
        (
            "an unknown view",
            r#"{"version":1,"feeds":[{"name":"B","url":"http://127.0.0.1/","view":"pie"}]}"#.into(),
            &["feeds[0]", "pie"],
        ),
        (
            "a bad rule",
            format!(r#"{{"version":1,"feeds":[{feed}],"rules":[{{"name":"R","when":{{"text":{{"matches":"("}}}}}}]}}"#),
            &["rules[0]"],
        ),
        (
            "a rule of no feed",
            r#"{"version":1,"rules":[{"name":"R","feed":"nobody","when":{"event":"x"}}]}"#.into(),
            &["rules[0]", "nobody"],
        ),
    ];
    let folder = Folder::new();
    folder.ask(&["feeds", "add", "--name", "Kept", "--url", "http://127.0.0.1:9/", "--paused"]);
    folder.ask(&["rules", "add", r#"{"name":"R","feed":"Kept","when":{"event":"x"}}"#]);
    let before = folder.ask(&["export"]);
    let file = folder.base().join("settings.json");
    let path = file.to_str().unwrap();
    for running in [None, Some(folder.start())] {
        for (what, text, says) in cases {
            let what = format!("{what}, running: {}", running.is_some());
            fs::write(&file, text).unwrap();
            folder.run(&["import", path]).must_refuse(&what, 1, &[*says, &["othing was changed"]].concat());
        }
        fs::write(&file, [0xff, 0xfe, 0x00]).unwrap();
        folder.run(&["import", path]).must_refuse("not text", 1, &["UTF-8", "nothing was changed"]);
        folder.run(&["import", "/no/such/file"]).must_refuse("no file", 1, &["Check the path"]);
        assert_eq!(folder.ask(&["export"]), before, "running: {}", running.is_some());
    }
}

#[test]
fn a_data_folder_that_cannot_be_written_is_said_with_a_way_out() {
    let folder = Folder::new().with_home("file/home");
    fs::write(folder.base().join("file"), "a file, not a folder").unwrap();
    for args in [&["run", "--no-hub"][..], &["feeds", "list"], &["events"], &["export"]] {
        folder.run(args).must_refuse(&format!("{args:?}"), 1, &["cannot be written", "set STREAMBELL_HOME"]);
    }
}

#[test]
fn a_second_run_on_the_same_folder_is_refused() {
    let folder = Folder::new();
    let program = folder.start();
    folder.ask(&["feeds", "add", "--name", "Kept", "--url", "http://127.0.0.1:9/", "--paused"]);
    let second = folder.run(&["run", "--no-hub"]);
    second.must_refuse("a second run", 1, &["already running", "Stop it first", "set STREAMBELL_HOME"]);
    assert_eq!(folder.feed_names(), ["Kept"]);
    assert_eq!(program.end(), Some(0));
}

#[test]
fn a_damaged_database_is_kept_aside_and_a_fresh_one_begun() {
    let folder = Folder::new();
    folder.ask(&["feeds", "add", "--name", "Lost", "--url", "http://127.0.0.1:9/", "--paused"]);
    let damage = vec![0xa5; 20_000];
    fs::write(folder.home().join("streambell.db"), &damage).unwrap();
    let program = folder.start();
    program.until_said("The history was damaged, so a fresh one was begun");
    program.until_said("restore a backup or add your feeds again");
    let aside = folder.home().read_dir().unwrap().map(|file| file.unwrap().path());
    let aside = aside.into_iter().find(|path| path.to_string_lossy().contains("streambell-damaged-")).unwrap();
    assert!(program.log().contains(aside.to_str().unwrap()), "{}", program.log());
    assert_eq!(fs::read(&aside).unwrap(), damage);
    // The fresh one works, and stays.
    folder.ask(&["feeds", "add", "--name", "New", "--url", "http://127.0.0.1:9/", "--paused"]);
    assert_eq!(program.end(), Some(0));
    assert_eq!(folder.feed_names(), ["New"]);
}

#[test]
fn a_newer_database_is_refused_and_left_as_it_is() {
    let folder = Folder::new();
    folder.ask(&["feeds", "add", "--name", "Kept", "--url", "http://127.0.0.1:9/", "--paused"]);
    // Bytes 60 to 63 of an SQLite file are its user_version: the number of its last migration.
    let file = folder.home().join("streambell.db");
    let ours = fs::read(&file).unwrap();
    let mut newer = ours.clone();
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    fs::write(&file, &newer).unwrap();
    for args in [&["run", "--no-hub"][..], &["feeds", "list"], &["import", "/dev/null"]] {
        let says = &["newer Streambell", "left untouched", "Install the newer version"];
        folder.run(args).must_refuse(&format!("{args:?}"), 1, says);
    }
    assert_eq!(fs::read(&file).unwrap(), newer);
    // The newer program, played by this one, finds everything.
    fs::write(&file, &ours).unwrap();
    assert_eq!(folder.feed_names(), ["Kept"]);
}
