//! `record` and `replay`: what was recorded is what came, and what is played leaves no trace.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Stdio,
    thread,
};

use serde_json::{Value, json};
use streambell_hub::{Hub, HubConfig};

use crate::support::{PATIENCE, Running, output, streambell};

const OPEN: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
const GONE: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";

/// Line ends of every kind, comments, bytes that are not UTF-8, and an event that is never finished.
const ODD: &[u8] =
    b"\xef\xbb\xbf: hi\r\rid: 1\rdata: {\"p\":\"\xe2\x82\xac\"}\r\n\r\nevent: x\ndata: \xff\xfe\n\ndata: unfin";

/// Answers one request after the other, and hands back what was asked.
fn server(answers: Vec<Vec<u8>>) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/feed", listener.local_addr().unwrap());
    let asked = thread::spawn(move || {
        let answer = |answer: Vec<u8>| {
            let (mut stream, _) = listener.accept().unwrap();
            let head = head(&stream);
            stream.write_all(&answer).unwrap();
            head
        };
        answers.into_iter().map(answer).collect()
    });
    (url, asked)
}

fn head(stream: &TcpStream) -> String {
    let mut head = String::new();
    let mut reader = BufReader::new(stream);
    while reader.read_line(&mut head).unwrap() > 2 {}
    head.to_ascii_lowercase()
}

fn stream(bytes: &[u8]) -> Vec<u8> {
    [OPEN.as_bytes(), bytes].concat()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What an event is, without when it came and what it was understood as.
fn events(stdout: &str) -> Vec<Value> {
    let event = |line: Value| line.get("event").map(|event| json!([event, line["data"], line["id"]]));
    lines(stdout).into_iter().filter_map(event).collect()
}

fn done(folder: &Path, args: &[&str]) -> (String, String) {
    let (code, stdout, stderr) = output(streambell(folder, args));
    assert_eq!(code, 0, "{args:?}: {stderr}");
    (stdout, stderr)
}

fn refused(folder: &Path, args: &[&str]) -> (i32, String) {
    let (code, stdout, stderr) = output(streambell(folder, args));
    assert_eq!(stdout, "", "{args:?}");
    (code, stderr)
}

/// A recording with a value a second.
fn prices(file: &Path, feed: &Value, values: &[&str]) {
    let head = json!({"recording": "streambell", "version": 1, "started": "2026-01-31T12:00:00Z", "url": "http://a.example/", "feed": feed});
    let moment = |(second, value): (usize, &&str)| {
        json!({"at": second * 1000, "text": format!("id: {second}\ndata: {{\"p\":{value}}}\n\n")}).to_string()
    };
    let lines: Vec<String> = [head.to_string()].into_iter().chain(values.iter().enumerate().map(moment)).collect();
    fs::write(file, lines.join("\n")).unwrap();
}

#[test]
fn what_is_played_is_what_was_watched() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("odd.jsonl");
    let file = file.to_str().unwrap();
    let answers = || vec![stream(ODD), stream(b"data: again\n\n"), GONE.to_vec()];
    let (url, _) = server(answers());
    let (watched, _) = done(folder.path(), &["watch", &url]);
    let (url, asked) = server(answers());
    let secret = url.replace("http://", "http://ann:secret-1@") + "?token=secret-2";
    let (nothing, told) = done(folder.path(), &["record", &secret, file, "-H", "X-Key: secret-3"]);
    assert_eq!(nothing, "");
    assert!(told.contains("open HTTP/1.1 from") && told.contains("recorded 3 events, 1 kB in "), "{told}");
    let asked = asked.join().unwrap();
    assert!(asked[0].contains("x-key: secret-3") && asked[0].contains("token=secret-2"), "{asked:?}");
    assert!(asked[1].contains("last-event-id: 1"), "{asked:?}");

    let recorded = fs::read_to_string(file).unwrap();
    assert!(!recorded.contains("secret"), "{recorded}");
    let kinds: Vec<String> = lines(&recorded)[1..]
        .iter()
        .map(|line| line.as_object().unwrap().keys().find(|key| *key != "at").unwrap().clone())
        .collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "open").count(), 2, "{kinds:?}");
    assert!(kinds.contains(&"base64".to_owned()) && kinds.contains(&"end".to_owned()), "{kinds:?}");
    let (played, told) = done(folder.path(), &["replay", file, "--speed", "max"]);
    assert_eq!(events(&played), events(&watched));
    assert_eq!(events(&played).len(), 3);
    assert!(told.contains("3 events in ") && told.contains(", 0 alerts"), "{told}");
}

#[test]
fn a_feed_is_recorded_with_its_settings_and_without_its_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feed.jsonl");
    let (url, _asked) = server(vec![stream(b"data: {\"p\":7}\n\n"), GONE.to_vec()]);
    let url = url + "?token=secret";
    done(folder.path(), &["feeds", "add", "--name", "Prices", "--url", &url, "--map", "value=$.p", "--view", "price"]);
    done(folder.path(), &["record", "Prices", file.to_str().unwrap()]);
    let recorded = fs::read_to_string(&file).unwrap();
    assert!(!recorded.contains("secret"), "{recorded}");
    let feed = &lines(&recorded)[0]["feed"];
    assert_eq!(
        (&feed["id"], &feed["view"], &feed["map"]),
        (&json!("prices"), &json!("price"), &json!({"value": "$.p"}))
    );
    assert!(["url", "headers", "auth", "proxy", "tls"].iter().all(|name| feed.get(name).is_none()), "{feed}");
    // And it is played with them elsewhere.
    let elsewhere = tempfile::tempdir().unwrap();
    let (played, _) = done(elsewhere.path(), &["replay", file.to_str().unwrap(), "--speed", "max"]);
    assert_eq!(lines(&played)[0]["readings"][0]["value"], "7");
}

#[test]
fn what_cannot_be_recorded_is_told_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.jsonl");
    let name = file.to_str().unwrap();
    // There is no key ring here.
    let header = ["feeds", "add", "--name", "Locked", "--url", "http://127.0.0.1:9/", "-H", "X-Key: secret"];
    assert_ne!(output(streambell(folder.path(), &header)).0, 0);
    let document =
        json!({"version": 1, "feeds": [{"name": "Locked", "url": "http://127.0.0.1:9/", "headers": {"X-Key": null}}]});
    let settings = folder.path().join("settings.json");
    fs::write(&settings, document.to_string()).unwrap();
    done(folder.path(), &["import", settings.to_str().unwrap()]);
    let cases = [
        (vec!["record", "Locked", name], 1, "key ring"),
        (vec!["record", "Nothing", name], 1, "There is no feed 'Nothing'"),
        (vec!["record", "ftp://a.example/", name], 2, "streambell: "),
        (vec!["record", "Locked", name, "-H", "A: b"], 2, "has its own headers"),
        (vec!["record", "http://127.0.0.1:9/", name, "--events", "0"], 2, "--events"),
        (vec!["record", "http://127.0.0.1:9/"], 2, "<FILE>"),
    ];
    for (args, code, message) in cases {
        let (ended, told) = refused(folder.path(), &args);
        assert_eq!(ended, code, "{args:?}: {told}");
        assert!(told.contains(message), "{args:?}: {told}");
        assert!(!file.exists(), "{args:?}");
    }
    let nowhere = folder.path().join("none/x.jsonl");
    let (code, told) = refused(folder.path(), &["record", "http://127.0.0.1:9/", nowhere.to_str().unwrap()]);
    assert!(code == 1 && told.contains("Make its folder first"), "{told}");
    let (url, _asked) = server(vec![b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec()]);
    let (code, told) = refused(folder.path(), &["record", &url, name]);
    assert!(code == 1 && told.contains("404"), "{told}");
}

#[test]
fn a_file_that_is_there_is_replaced_only_by_force() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kept.jsonl");
    let name = file.to_str().unwrap();
    fs::write(&file, "mine").unwrap();
    let (code, told) = refused(folder.path(), &["record", "http://127.0.0.1:9/", name]);
    assert!(code == 1 && told.contains("is there already") && told.contains("--force"), "{told}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    let (url, _asked) = server(vec![stream(b"data: 1\n\n"), GONE.to_vec()]);
    done(folder.path(), &["record", &url, name, "--force"]);
    assert_eq!(events(&done(folder.path(), &["replay", name]).0).len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (code, told) = refused(folder.path(), &["record", "http://127.0.0.1:9/", "/dev/full", "--force"]);
    assert!(code == 1 && told.contains("Make room on the disk"), "{told}");
}

/// A stream that never ends by itself, an event at a time, until the other side has gone.
fn endless() -> (String, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/feed", listener.local_addr().unwrap());
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        head(&stream);
        stream.write_all(OPEN.as_bytes()).unwrap();
        for number in 1.. {
            if stream.write_all(format!("id: {number}\ndata: {number}\n\n").as_bytes()).is_err() {
                return;
            }
            thread::sleep(std::time::Duration::from_millis(1));
        }
    });
    (url, serving)
}

#[test]
fn it_ends_after_a_time_or_a_number_of_events() {
    let folder = tempfile::tempdir().unwrap();
    for (name, option, value) in [("a", "--events", "5"), ("b", "--for", "1s")] {
        let file = folder.path().join(name);
        let (url, serving) = endless();
        done(folder.path(), &["record", &url, file.to_str().unwrap(), option, value]);
        serving.join().unwrap();
        let recorded = fs::read_to_string(&file).unwrap();
        let last = lines(&recorded).pop().unwrap();
        assert_eq!(last["end"], "The recording was ended.");
        let played = events(&done(folder.path(), &["replay", file.to_str().unwrap(), "--speed", "max"]).0);
        assert!(played.len() >= 5, "{played:?}");
    }
}

/// Waits until a file has so many lines.
fn until_lines(file: &Path, wanted: usize) {
    let deadline = std::time::Instant::now() + PATIENCE;
    while fs::read_to_string(file).unwrap_or_default().lines().count() < wanted {
        assert!(std::time::Instant::now() < deadline, "nothing more is recorded");
        thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[cfg(unix)]
#[test]
fn however_it_is_ended_what_came_is_there() {
    let folder = tempfile::tempdir().unwrap();
    for signal in ["-INT", "-TERM", "-KILL"] {
        let file = folder.path().join(signal);
        let (url, serving) = endless();
        let mut command = streambell(folder.path(), &["record", &url, file.to_str().unwrap()]);
        let mut recording = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        until_lines(&file, 40);
        let pid = recording.0.id().to_string();
        assert!(std::process::Command::new("kill").args([signal, &pid]).status().unwrap().success());
        assert_eq!(recording.wait(), (signal != "-KILL").then_some(0), "{signal}");
        serving.join().unwrap();
        let (played, _) = done(folder.path(), &["replay", file.to_str().unwrap(), "--speed", "max"]);
        let played = events(&played);
        assert!(played.len() >= 30, "{played:?}");
        let expected: Vec<Value> =
            (1..=played.len()).map(|number| json!(["message", number.to_string(), number.to_string()])).collect();
        assert_eq!(played, expected);
    }
}

const HIGH: &str = r#"{"name":"High","feed":"Prices","when":{"value":{"crosses_above":10,"recovers_below":5}}}"#;

/// A folder with a feed and a rule, and a recording that makes it ring twice.
fn stage() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["feeds", "add", "--name", "Prices", "--url", "http://127.0.0.1:9/", "--map", "value=$.p"]);
    done(folder.path(), &["rules", "add", HIGH]);
    let file = folder.path().join("prices.jsonl");
    prices(&file, &json!({"id": "prices", "name": "Prices", "map": {"value": "$.p"}}), &["1", "11", "12", "4", "20"]);
    (folder, file.to_str().unwrap().to_owned())
}

#[test]
fn what_would_ring_is_told_with_its_time() {
    let (folder, file) = stage();
    let (played, told) = done(folder.path(), &["replay", &file, "--speed", "100"]);
    let kinds: Vec<(&str, String)> = lines(&played)
        .iter()
        .map(|line| {
            let kind = ["event", "alert", "resolved"].into_iter().find(|kind| line.get(kind).is_some()).unwrap();
            (kind, line["time"].as_str().unwrap()[17..].to_owned())
        })
        .collect();
    let kinds: Vec<(&str, &str)> = kinds.iter().map(|(kind, time)| (*kind, time.as_str())).collect();
    let expected = [
        ("event", "00.000Z"),
        ("event", "01.000Z"),
        ("alert", "01.000Z"),
        ("event", "02.000Z"),
        ("event", "03.000Z"),
        ("resolved", "03.000Z"),
        ("event", "04.000Z"),
        ("alert", "04.000Z"),
    ];
    assert_eq!(kinds, expected);
    let alert = &lines(&played)[2];
    assert_eq!((&alert["alert"], &alert["title"], &alert["rule"]), (&json!(0), &json!("High"), &json!("high")));
    assert!(told.contains("as 'Prices' with 1 rule") && told.contains("5 events in 4.0 s, 2 alerts"), "{told}");
}

#[test]
fn it_is_played_as_another_feed_and_with_other_rules() {
    let (folder, file) = stage();
    let url = "http://127.0.0.1:9/";
    done(folder.path(), &["feeds", "add", "--name", "Loud", "--url", url, "--notify", "all", "--map", "title=$.p"]);
    let (played, told) = done(folder.path(), &["replay", &file, "--speed", "max", "--feed", "Loud"]);
    assert!(told.contains("5 alerts"), "{told}");
    assert_eq!(lines(&played)[0]["readings"][0]["title"], "1");
    let rules = folder.path().join("rules.json");
    let document = json!({"version": 1, "rules": [
        {"name": "Low", "feed": "Prices", "when": {"value": {"below": 2}}},
        {"name": "Other", "feed": "elsewhere", "when": {"value": {"above": 0}}},
    ]});
    fs::write(&rules, document.to_string()).unwrap();
    let rules = rules.to_str().unwrap();
    let (played, told) = done(folder.path(), &["replay", &file, "--speed", "max", "--rules", rules]);
    assert!(told.contains("with 1 rule") && told.contains("1 alert"), "{told}");
    assert!(lines(&played).iter().any(|line| line["title"] == "Low"), "{played}");
}

/// Every file of a folder, to the byte.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.map(|file| (file.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&file).unwrap())).collect()
}

#[test]
fn nothing_is_touched() {
    let (folder, file) = stage();
    let before = contents(folder.path());
    assert!(before.values().any(|bytes| bytes.starts_with(b"SQLite format 3")), "the history is among them");
    done(folder.path(), &["replay", &file, "--speed", "max"]);
    done(folder.path(), &["replay", &file, "--speed", "max", "--feed", "Prices"]);
    let after = contents(folder.path());
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&before), names(&after));
    assert!(before == after);
    // And not even a folder is needed.
    let nowhere = folder.path().join("none");
    done(&nowhere, &["replay", &file, "--speed", "max"]);
}

#[test]
fn what_cannot_be_played_is_told() {
    let (folder, file) = stage();
    let text = folder.path().join("text.jsonl");
    fs::write(&text, "data: 1\n\n").unwrap();
    let text = text.to_str().unwrap();
    let cases = [
        (vec!["replay", "/nowhere.jsonl"], 1, "Check the file"),
        (vec!["replay", text], 1, "is no recording"),
        (vec!["replay", &file, "--feed", "Nothing"], 1, "There is no feed 'Nothing'"),
        (vec!["replay", &file, "--rules", text], 1, "is not JSON"),
        (vec!["replay", &file, "--speed", "0"], 2, "1 (as it came) to 100"),
        (vec!["replay", &file, "--speed", "101"], 2, "1 (as it came) to 100"),
    ];
    for (args, code, message) in cases {
        let (ended, told) = refused(folder.path(), &args);
        assert_eq!(ended, code, "{args:?}: {told}");
        assert!(told.contains(message), "{args:?}: {told}");
    }
    // What was whole before a bad line is played.
    let recorded = fs::read_to_string(&file).unwrap() + "\nnonsense\n";
    fs::write(&file, recorded).unwrap();
    let (code, stdout, told) = output(streambell(folder.path(), &["replay", &file, "--speed", "max"]));
    assert_eq!((code, events(&stdout).len()), (1, 5));
    assert!(told.contains("Line 7 of the recording is not understood"), "{told}");
}

#[test]
fn the_history_gets_the_events_if_that_is_asked_for() {
    let (folder, file) = stage();
    done(folder.path(), &["replay", &file, "--speed", "max", "--feed", "Prices", "--history"]);
    let (kept, _) = done(folder.path(), &["events", "--feed", "Prices", "--format", "json_lines"]);
    let (played, _) = done(folder.path(), &["replay", &file, "--speed", "max", "--feed", "Prices"]);
    assert_eq!(events(&kept), events(&played));
    let kept = lines(&kept);
    assert_eq!(kept[1]["readings"][0]["value"], "11");
    let times: Vec<i64> = kept.iter().map(|event| event["at"].as_i64().unwrap()).collect();
    let recorded = "2026-01-31T12:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond();
    assert!(times.is_sorted() && times[0] > recorded, "as if they came now: {times:?}");
    assert_eq!(done(folder.path(), &["alerts"]).0.trim(), "[]", "and nothing rings");
    let (code, told) = refused(folder.path(), &["replay", &file, "--history"]);
    assert!(code == 2 && told.contains("--feed"), "{told}");
}

/// The demo feeds, as anybody can record them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_is_recorded_and_understood_as_it_is_live() {
    let config = HubConfig { listen: ([127, 0, 0, 1], 0).into(), demo: true, seed: Some(1), ..HubConfig::default() };
    let hub = Hub::start(config).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (demo, events, field) in
        [("price", "20", "value"), ("progress", "4", "progress"), ("chat", "3", "body"), ("news", "3", "title")]
    {
        let file = folder.path().join(demo);
        let (file, url) = (file.to_str().unwrap().to_owned(), format!("http://{}/demo/{demo}", hub.addr()));
        let (home, events) = (folder.path().to_owned(), events.to_owned());
        let played = tokio::task::spawn_blocking(move || {
            done(&home, &["record", &url, &file, "--events", &events]);
            done(&home, &["replay", &file, "--speed", "max"]).0
        });
        let played = lines(&played.await.unwrap());
        assert!(
            played.len() >= 3 && played.iter().all(|line| !line["readings"][0][field].is_null()),
            "{demo}: {played:?}"
        );
    }
    hub.shutdown().await;
}
