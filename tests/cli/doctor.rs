//! What `doctor` finds, with and without a program that runs, and that it leaves everything as it is.

use std::{
    fs,
    io::BufRead,
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;
use streambell_engine::Crash;

use crate::support::{Running, home, output, streambell};

/// What there is to check, in the order in which it is told.
const PARTS: [&str; 12] = [
    "version",
    "data_folder",
    "history",
    "disk",
    "key_ring",
    "network",
    "proxy",
    "hub",
    "log",
    "crash",
    "notifications",
    "tray",
];

fn doctor(folder: &Path, change: impl FnOnce(&mut Command)) -> (i32, Value) {
    let mut command = streambell(folder, &["doctor", "--json"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(name);
    }
    change(&mut command);
    let (code, stdout, stderr) = output(command);
    let found = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout} {stderr}"));
    (code, found)
}

fn check<'f>(found: &'f Value, part: &str) -> &'f Value {
    found["checks"].as_array().unwrap().iter().find(|check| check["check"] == part).unwrap()
}

/// Its state, what was found, and what to do.
fn told(found: &Value, part: &str) -> (String, String, String) {
    let text = |field: &str| check(found, part)[field].as_str().unwrap_or_default().to_owned();
    (text("state"), text("found"), text("mend"))
}

fn set(folder: &Path, change: &str) {
    let (code, _, stderr) = output(streambell(folder, &["settings", change]));
    assert_eq!(code, 0, "{stderr}");
}

/// Ten free ports in a row are likely above one that was free.
fn taken_port() -> (TcpListener, u16) {
    loop {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        if port < u16::MAX - 10 {
            return (taken, port);
        }
    }
}

#[test]
fn each_check_is_fine_or_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let folder = &folder.path().join("data");
    let (taken, port) = taken_port();
    drop(taken);
    set(folder, &format!(r#"{{"hub_port":{port}}}"#));
    let (code, found) = doctor(folder, |_| ());
    assert_eq!(code, 1, "without a session there is no key ring");
    let parts: Vec<_> =
        found["checks"].as_array().unwrap().iter().map(|check| check["check"].as_str().unwrap()).collect();
    assert_eq!(parts, PARTS);
    for part in ["version", "data_folder", "history", "disk", "proxy", "hub", "log", "crash"] {
        assert_eq!(told(&found, part).0, "fine", "{}", check(&found, part));
        assert!(check(&found, part).get("mend").is_none(), "{part}");
    }
    assert_eq!(told(&found, "key_ring").0, "wrong");
    for part in ["notifications", "tray"] {
        assert_eq!(told(&found, part).0, "warning", "{part}");
    }
    for part in ["key_ring", "notifications", "tray"] {
        assert!(told(&found, part).2.ends_with('.'), "{}", check(&found, part));
    }
    assert!(found["figures"]["feeds"] == 0 && found["storage"]["bytes"].as_u64() > Some(0), "{found}");
    assert!(!folder.join("logs").exists() && !folder.join("crash.json").exists());
}

#[test]
fn for_people_it_is_lines_in_their_language() {
    let folder = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = output(streambell(folder.path(), &["doctor"]));
    assert_eq!(code, 1);
    assert!(stderr.contains("of 12 checks found something wrong"), "{stderr}");
    assert!(stdout.starts_with("fine     version        Streambell "), "{stdout}");
    let ring = stdout.lines().position(|line| line.starts_with("wrong    key ring       ")).expect("a line of its own");
    assert!(stdout.lines().nth(ring + 1).unwrap().starts_with("                        → "), "{stdout}");
    set(folder.path(), r#"{"language":"zh"}"#);
    let (_, stdout, stderr) = output(streambell(folder.path(), &["doctor"]));
    assert!(stdout.contains("数据文件夹") && stderr.contains("12 项检查"), "{stdout}{stderr}");
}

#[test]
fn a_damaged_history_is_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let damage = b"this is not a database at all, not even nearly".repeat(100);
    let file = home(folder.path()).database();
    fs::write(&file, &damage).unwrap();
    let (code, found) = doctor(folder.path(), |_| ());
    assert_eq!(code, 1);
    assert_eq!(told(&found, "history").0, "wrong", "{found}");
    assert!(found["figures"].is_null(), "no engine was started on it");
    assert_eq!(fs::read(&file).unwrap(), damage);
}

#[test]
fn damage_that_a_quick_look_does_not_find_is_found() {
    let folder = tempfile::tempdir().unwrap();
    set(folder.path(), "{}");
    let file = home(folder.path()).database();
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.execute_batch("CREATE TABLE filler (x TEXT); CREATE INDEX by_x ON filler (x);").unwrap();
    for number in 0..100 {
        connection.execute("INSERT INTO filler VALUES (?1)", [format!("{number:0200}")]).unwrap();
    }
    connection.close().unwrap();
    // Every page is whole; the index and the table do not agree.
    let mut bytes = fs::read(&file).unwrap();
    let value = format!("{:0200}", 50);
    let place = bytes.windows(value.len()).rposition(|found| found == value.as_bytes()).unwrap();
    bytes[place + 100] = b'1';
    fs::write(&file, bytes).unwrap();
    let (code, found) = doctor(folder.path(), |_| ());
    assert_eq!((code, told(&found, "history").0.as_str()), (1, "wrong"), "{found}");
}

#[test]
fn a_newer_history_is_told() {
    let folder = tempfile::tempdir().unwrap();
    set(folder.path(), "{}");
    let connection = rusqlite::Connection::open(home(folder.path()).database()).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let (code, found) = doctor(folder.path(), |_| ());
    let (state, said, mend) = told(&found, "version");
    assert!(code == 1 && state == "wrong" && said.contains("99") && mend.contains("newer"), "{found}");
}

#[cfg(unix)]
#[test]
fn a_data_folder_that_others_can_read_or_nobody_can_make_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let (state, _, mend) = told(&doctor(folder.path(), |_| ()).1, "data_folder");
    assert!(state == "warning" && mend.contains("chmod 700"), "{state} {mend}");

    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let (code, found) = doctor(&file.join("data"), |_| ());
    assert_eq!((code, told(&found, "data_folder").0.as_str()), (1, "wrong"), "{found}");
}

#[test]
fn what_a_panic_left_is_told_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let home = home(folder.path());
    let crash = Crash {
        at: 1_790_000_000_000,
        version: "0.1.0".into(),
        thread: "main".into(),
        place: "src/main.rs:1:1".into(),
        message: "it broke".into(),
    };
    crash.leave(&home).unwrap();
    let (state, said, _) = told(&doctor(folder.path(), |_| ()).1, "crash");
    assert!(state == "warning" && said.contains("it broke") && said.contains("src/main.rs:1:1"), "{said}");
    assert_eq!(Crash::left(&home), Some(crash));
}

#[test]
fn who_has_the_hubs_port_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (taken, port) = taken_port();
    set(folder.path(), &format!(r#"{{"hub_port":{port}}}"#));
    let (state, said, mend) = told(&doctor(folder.path(), |_| ()).1, "hub");
    let who = format!("({})", std::process::id());
    assert!(state == "warning" && said.contains(&who) && !mend.is_empty(), "{said}");

    let run = || {
        let mut command = streambell(folder.path(), &["run"]);
        let mut run = Running(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
        let mut said = std::io::BufReader::new(run.0.stderr.take().unwrap()).lines();
        assert!(said.any(|line| line.unwrap().contains("running;")), "it runs");
        // What it says later must find a reader.
        std::thread::spawn(move || said.count());
        run
    };
    let running = run();
    let (state, said, _) = told(&doctor(folder.path(), |_| ()).1, "hub");
    assert!(state == "warning" && said.contains(&who) && said.contains("runs at"), "{said}");
    drop(running);
    drop(taken);
    let _running = run();
    let (code, found) = doctor(folder.path(), |_| ());
    assert_eq!(told(&found, "hub").1, format!("runs at http://127.0.0.1:{port}"), "{found}");
    assert!(code == 1 && found["figures"]["feeds"].is_number() && told(&found, "log").0 == "fine", "{found}");
}

#[test]
fn a_proxy_that_does_not_answer_is_told_without_its_login() {
    let folder = tempfile::tempdir().unwrap();
    let (taken, port) = taken_port();
    let proxied = |command: &mut Command| {
        command.env("HTTPS_PROXY", format!("http://ann:pa55word@127.0.0.1:{port}"));
    };
    let (state, said, _) = told(&doctor(folder.path(), proxied).1, "proxy");
    assert!(state == "fine" && said.contains(&format!("http://127.0.0.1:{port} answers")), "{said}");
    drop(taken);
    let (code, found) = doctor(folder.path(), proxied);
    assert_eq!((code, told(&found, "proxy").0.as_str()), (1, "wrong"), "{found}");
    assert!(!found.to_string().contains("pa55word"), "{found}");
    set(folder.path(), r#"{"network":{"proxy":"direct"}}"#);
    assert_eq!(told(&doctor(folder.path(), proxied).1, "proxy").0, "fine", "what Streambell is set to decides");
    set(folder.path(), &format!(r#"{{"network":{{"proxy":"socks5h://127.0.0.1:{port}"}}}}"#));
    let (state, said, _) = told(&doctor(folder.path(), |_| ()).1, "proxy");
    assert!(state == "wrong" && said.contains("socks5h://127.0.0.1"), "{said}");
}
