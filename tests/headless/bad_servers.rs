//! Addresses that lead to nothing, to something else, or to a server that misbehaves.

use rand::{RngCore, SeedableRng, rngs::StdRng};
use serde_json::json;

use crate::support::{Folder, Nchan, Scripted, free_address, until};

/// An address; whether the feed stops or waits for a further try; the code of the reason; and what its message says.
struct Case {
    name: &'static str,
    url: String,
    status: &'static str,
    code: &'static str,
    says: &'static str,
}

fn head(status: &str, headers: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}\r\n\r\n")
}

#[test]
fn what_is_no_feed_says_what_to_do() {
    let nchan = Nchan::start();
    let servers = [
        Scripted::answer(head("426 Upgrade Required", "Upgrade: websocket\r\nContent-Length: 0")),
        Scripted::answer(head("101 Switching Protocols", "Upgrade: websocket\r\nConnection: Upgrade")),
        Scripted::answer(head("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0")),
        Scripted::answer(head("200 OK", "Content-Type: application/json\r\nContent-Length: 2") + "{}"),
        Scripted::answer(garbage()),
        Scripted::answer(""),
    ];
    let case = |name, url, status, code, says| Case { name, url, status, code, says };
    let cases = [
        // A name that no server of names knows; nothing but the question for it leaves this machine.
        case("unknown", "http://feed.invalid/".into(), "waiting", "no_such_host", "Check the address"),
        case("refused", format!("http://{}/", free_address()), "waiting", "refused", "Check the port"),
        case("websocket", servers[0].url(), "stopped", "websocket", "an address of Server-Sent Events"),
        case("switched", servers[1].url(), "stopped", "websocket", "an address of Server-Sent Events"),
        case("page", nchan.url("/page"), "stopped", "wrong_type", "web page, not a feed"),
        case("json", servers[3].url(), "stopped", "wrong_type", "JSON document, not a feed"),
        case("login", servers[2].url(), "stopped", "unauthorized", "user name and password"),
        case("private", nchan.url("/private?id=t"), "stopped", "unauthorized", "user name and password"),
        case("missing", nchan.url("/no-such-thing"), "stopped", "not_found", "Check the address"),
        case("over", nchan.url("/nothing-more"), "stopped", "gone", "Resume it by hand"),
        case("round", nchan.url("/round"), "stopped", "too_many_redirects", "Check the address"),
        case("busy", nchan.url("/busy"), "waiting", "http_status", "asked again by itself"),
        case("garbage", servers[4].url(), "waiting", "not_http", "does not speak HTTP"),
        case("closes", servers[5].url(), "waiting", "cut", "opened again by itself"),
    ];
    let folder = Folder::new();
    let program = folder.start();
    for Case { name, url, .. } in &cases {
        folder.ask(&["feeds", "add", "--name", name, "--url", url]);
    }
    for Case { name, url, status, code, says } in &cases {
        let found = until(&format!("{name} is {status}"), || {
            let found = folder.status(name);
            // A feed that waits is tried again meanwhile.
            if found["type"] != "connecting" { Ok(found) } else { Err(found.to_string()) }
        });
        let reason = &found["reason"];
        assert_eq!((&found["type"], &reason["code"]), (&json!(status), &json!(code)), "{name}: {found}");
        assert!(reason["message"].as_str().unwrap().contains(says), "{name}: {found}");
        match (*status, *code) {
            ("waiting", _) => {
                folder.watch(&[url]).until_said(says);
            }
            (_, "gone") => assert_eq!(folder.run(&["watch", url]).code, 0, "{name}"),
            _ => folder.run(&["watch", url]).must_refuse(name, 1, &[says]),
        }
    }
    assert!(!program.log().contains("secret"), "{}", program.log());
    // After all that they are all there, and after a restart too.
    program.kill();
    let _program = folder.start();
    assert_eq!(folder.feed_names(), cases.map(|case| case.name));
}

#[test]
fn garbage_in_a_stream_is_kept_as_it_came_and_the_feed_goes_on() {
    let mut body = garbage();
    body.extend_from_slice(b"\n\ndata: after the garbage\n\n");
    let mut answer = head("200 OK", "Content-Type: text/event-stream").into_bytes();
    answer.extend_from_slice(&body);
    let server = Scripted::answer_and_keep_quiet(answer);
    let folder = Folder::new();
    let program = folder.start();
    folder.ask(&["feeds", "add", "--name", "Noise", "--url", &server.url()]);
    until("what comes after it is there", || {
        let events = folder.events("Noise");
        let found = events.last().is_some_and(|event| event["data"] == "after the garbage");
        if found { Ok(()) } else { Err(format!("{events:?}")) }
    });
    assert_eq!(folder.status("Noise")["type"], "open");
    assert_eq!(program.end(), Some(0));
}

#[test]
fn a_feed_that_never_sends_a_byte_is_connecting_until_its_idle_limit() {
    let server = Scripted::answer_and_keep_quiet("");
    let folder = Folder::new();
    let settings = |seconds: u32| {
        let feed = json!({ "id": "mute", "name": "Mute", "url": server.url(), "limits": { "idle_seconds": seconds } });
        let file = folder.base().join("settings.json");
        std::fs::write(&file, json!({ "version": 1, "feeds": [feed] }).to_string()).unwrap();
        folder.ask(&["import", file.to_str().unwrap()]);
    };
    let _program = folder.start();
    settings(300);
    folder.until_status("Mute", "connecting");
    settings(1);
    let status = folder.until_status("Mute", "waiting");
    assert_eq!(status["reason"]["code"], "idle");
    assert!(status["reason"]["message"].as_str().unwrap().contains("raise its idle limit"), "{status}");
}

/// Bytes that are no HTTP, and hardly text.
fn garbage() -> Vec<u8> {
    let mut bytes = vec![0; 4096];
    StdRng::seed_from_u64(7).fill_bytes(&mut bytes);
    bytes
}
