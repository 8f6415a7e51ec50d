//! `watch` against servers that say exactly what a test wants.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::Stdio,
    thread,
};

use serde_json::Value;

use crate::support::{Running, output, streambell};

/// Answers one request after the other with the given bytes, and hands back what was asked.
fn server(answers: &'static [&'static str]) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/feed", listener.local_addr().unwrap());
    let asked = thread::spawn(move || {
        let answer = |answer: &&str| {
            let (mut stream, _) = listener.accept().unwrap();
            let head = head(&stream);
            stream.write_all(answer.as_bytes()).unwrap();
            head
        };
        answers.iter().map(answer).collect()
    });
    (url, asked)
}

fn head(stream: &TcpStream) -> String {
    let mut head = String::new();
    let mut reader = BufReader::new(stream);
    while reader.read_line(&mut head).unwrap() > 2 {}
    head.to_ascii_lowercase()
}

fn watch(args: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let args: Vec<&str> = ["watch"].iter().chain(args).copied().collect();
    output(streambell(folder.path(), &args))
}

#[test]
fn events_are_lines_and_204_is_a_good_end() {
    let (url, asked) = server(&[
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n\
         id: 8\nevent: price\ndata: {\"p\":1}\n\ndata: a\ndata: b\n\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
    ]);
    let (code, stdout, stderr) = watch(&[&url, "-H", "X-Key: secret-1", "--last-event-id", "7"]);
    assert_eq!(code, 0, "{stderr}");
    let lines: Vec<Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["event"], &lines[0]["data"]), (&"price".into(), &"{\"p\":1}".into()));
    assert_eq!((&lines[1]["event"], &lines[1]["data"]), (&"message".into(), &"a\nb".into()));
    for line in &lines {
        assert_eq!(line["id"], "8");
        let time = line["time"].as_str().unwrap();
        assert!(time.ends_with('Z') && time.len() == "2026-01-31T12:00:00.000Z".len(), "{time}");
        time.parse::<jiff::Timestamp>().unwrap();
    }
    let statuses: Vec<&str> = stderr.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(statuses, ["connecting", "open", "waiting", "connecting", "ended:"], "{stderr}");

    let asked = asked.join().unwrap();
    assert!(asked[0].contains("\r\nx-key: secret-1\r\n"), "{}", asked[0]);
    assert!(asked[0].contains("\r\nlast-event-id: 7\r\n"), "{}", asked[0]);
    assert!(asked[1].contains("\r\nlast-event-id: 8\r\n"), "{}", asked[1]);
    assert!(!stderr.contains("secret-1"));
}

#[test]
fn a_login_in_the_address_is_sent_as_one() {
    let (url, asked) = server(&["HTTP/1.1 204 No Content\r\n\r\n"]);
    let (code, _, stderr) = watch(&[&url.replace("http://", "http://ann:p%40ss@")]);
    assert_eq!(code, 0, "{stderr}");
    // ann:p@ss
    assert!(asked.join().unwrap()[0].contains("\r\nauthorization: basic yw5uonbac3m=\r\n"));
}

#[test]
fn a_bad_end_says_why() {
    let (url, asked) = server(&["HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"]);
    let (code, stdout, stderr) = watch(&[&url]);
    asked.join().unwrap();
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.contains("404"), "{stderr}");
}

#[test]
fn a_wrong_call_ends_with_2() {
    for args in [&["ftp://127.0.0.1/x"][..], &["example.com"], &["http://127.0.0.1:1/x", "-H", "no colon"]] {
        let (code, stdout, stderr) = watch(args);
        assert_eq!((code, stdout.as_str()), (2, ""), "{args:?}: {stderr}");
        assert!(stderr.starts_with("streambell: "), "{stderr}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_a_good_end() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/feed", listener.local_addr().unwrap());
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        head(&stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n").unwrap();
        // Until the other side has gone.
        while stream.write_all(b"data: x\n\n").is_ok() {}
    });
    let folder = tempfile::tempdir().unwrap();
    let mut command = streambell(folder.path(), &["watch", &url]);
    let mut watching = Running(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut first = [0; 10];
    watching.0.stdout.take().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"{\"event\":\"");
    assert_eq!(watching.wait(), Some(0));
    serving.join().unwrap();
}

#[test]
fn an_address_that_is_no_feed_is_explained() {
    let (url, asked) = server(&["HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n\
        <!doctype html><script>const feed = new EventSource('/live/events')</script>"]);
    let (code, stdout, stderr) = watch(&[&url]);
    assert_eq!((code, stdout.as_str()), (1, ""), "{stderr}");
    assert!(stderr.contains("a web page, not a feed. It reads from http://127.0.0.1:"), "{stderr}");
    assert!(stderr.contains("/live/events: try that"), "{stderr}");
    asked.join().unwrap();
}

#[test]
fn the_way_of_a_stream_is_told_and_its_silence_explained() {
    let (url, asked) = server(&[
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nVia: 1.1 office-proxy\r\nConnection: close\r\n\r\ndata: 1\n\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
    ]);
    let (code, _, stderr) = watch(&[&url]);
    assert_eq!(code, 0, "{stderr}");
    let open = stderr.lines().find(|line| line.starts_with("open")).unwrap();
    assert!(
        open.starts_with("open HTTP/1.1 from http://127.0.0.1:") && open.ends_with("through 1.1 office-proxy"),
        "{open}"
    );
    asked.join().unwrap();
}

#[test]
fn a_computer_that_knows_no_authority_reads_feeds_without_tls() {
    let (url, _asked) = server(&[
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: a\n\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
    ]);
    let folder = tempfile::tempdir().unwrap();
    let mut command = streambell(folder.path(), &["watch", &url]);
    command.env("SSL_CERT_FILE", folder.path().join("none")).env("SSL_CERT_DIR", folder.path().join("none"));
    let (code, stdout, stderr) = output(command);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(stdout.lines().count(), 1);
}
