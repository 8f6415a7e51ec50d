//! What is pasted as the address of a feed, and is none.

use crate::support::Folder;

/// The address, and what the message must say.
const ADDRESSES: &[(&str, &[&str])] = &[
    ("", &["Paste the URL of a feed"]),
    ("   ", &["Paste the URL of a feed"]),
    ("example.com/feed", &["Did you mean https://example.com/feed?"]),
    ("localhost:8080/feed", &["Did you mean http://localhost:8080/feed?"]),
    ("ws://127.0.0.1/feed", &["WebSocket", "starting with https://"]),
    ("wss://127.0.0.1/feed", &["WebSocket", "starting with https://"]),
    ("ftp://127.0.0.1/feed", &["cannot be reached by ftp:", "http:// or https://"]),
    ("javascript:alert(1)", &["cannot be reached by javascript:", "http:// or https://"]),
    ("file:///etc/passwd", &["cannot be reached by file:", "http:// or https://"]),
    ("http://", &["names no host", "https://example.com/events"]),
    ("http://127.0.0.1:99999/", &["https://example.com/events"]),
    ("http://127.0.0.1/a\nhttp://127.0.0.1/b", &["Paste a single address"]),
];

#[test]
fn an_address_that_is_none_is_refused_and_nothing_changes() {
    let folder = Folder::new();
    folder.ask(&["feeds", "add", "--name", "Kept", "--url", "http://127.0.0.1:9/", "--paused"]);
    let before = folder.ask(&["export"]);
    for running in [None, Some(folder.start())] {
        for (address, says) in ADDRESSES {
            let what = format!("{address:?}, running: {}", running.is_some());
            folder.run(&["feeds", "add", "--name", "New", "--url", address]).must_refuse(&what, 2, says);
            folder.run(&["feeds", "edit", "Kept", "--url", address]).must_refuse(&what, 2, says);
            folder.run(&["watch", address]).must_refuse(&what, 2, says);
        }
        for missing in [&["feeds", "add", "--name", "New"][..], &["watch"], &["feeds", "add", "--url"]] {
            folder.run(missing).must_refuse("no address at all", 2, &["URL", "--help"]);
        }
        assert_eq!(folder.ask(&["export"]), before, "running: {}", running.is_some());
    }
}
