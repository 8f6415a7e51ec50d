//! What users paste.

use streambell_sse::{parse_url, redact_url, split_credentials};

#[test]
fn addresses_that_work() {
    for (pasted, url) in [
        ("https://example.com/feed", "https://example.com/feed"),
        (" \thttps://example.com/feed \r\n", "https://example.com/feed"),
        ("HTTP://Example.COM", "http://example.com/"),
        ("http://127.0.0.1:7788/t/sse?since=all", "http://127.0.0.1:7788/t/sse?since=all"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("https://例え.jp/流", "https://xn--r8jz45g.jp/%E6%B5%81"),
        ("https://ann:secret@example.com/", "https://ann:secret@example.com/"),
    ] {
        assert_eq!(parse_url(pasted).unwrap().as_str(), url, "{pasted:?}");
    }
}

#[test]
fn addresses_that_do_not_and_what_to_do() {
    for (pasted, code, says) in [
        ("", "url_empty", "Paste the URL"),
        (" \n", "url_empty", "Paste the URL"),
        ("example.com/feed", "url_no_scheme", "https://example.com/feed"),
        ("example.com:8443/feed", "url_no_scheme", "https://example.com:8443/feed"),
        ("//example.com/feed", "url_no_scheme", "https://example.com/feed"),
        ("localhost:5000/stream", "url_no_scheme", "http://localhost:5000/stream"),
        ("127.0.0.1:5000", "url_no_scheme", "http://127.0.0.1:5000/"),
        ("192.168.1.7/api/stream", "url_no_scheme", "http://192.168.1.7/api/stream"),
        ("homeassistant.local:8123/api/stream", "url_no_scheme", "http://homeassistant.local:8123/api/stream"),
        ("ws://example.com/", "websocket", "WebSocket"),
        ("WSS://ws.kraken.com", "websocket", "WebSocket"),
        ("ftp://example.com/", "url_scheme", "ftp:"),
        ("file:///etc/passwd", "url_scheme", "file:"),
        ("javascript:alert(1)", "url_scheme", "javascript:"),
        ("data:text/event-stream,x", "url_scheme", "data:"),
        ("http://", "url_no_host", "no host"),
        ("https:///", "url_no_host", "no host"),
        ("http://a.example/\nhttp://b.example/", "url_line_break", "single address"),
        ("http://example.com:99999/", "url_invalid", "port"),
        ("http://exa mple.com/", "url_invalid", "should look like"),
    ] {
        let error = parse_url(pasted).expect_err(pasted);
        assert_eq!(error.code(), code, "{pasted:?}");
        assert!(error.to_string().contains(says), "{pasted:?}: {error}");
    }
}

#[test]
fn no_message_repeats_what_may_be_secret() {
    let error = parse_url("ann:hunter2@example.com/feed?token=hunter2&hunter2").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    let error = parse_url("example.com/feed?token=hunter2&hunter2").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    assert!(error.to_string().contains("https://example.com/feed?token=…&…"), "{error}");
}

#[test]
fn credentials_leave_the_url() {
    for (pasted, credentials, left) in [
        ("https://ann:p%3Aw@example.com/", Some(("ann", "p:w")), "https://example.com/"),
        ("https://token@example.com/", Some(("token", "")), "https://example.com/"),
        ("https://:pw@example.com/", Some(("", "pw")), "https://example.com/"),
        ("https://example.com/", None, "https://example.com/"),
    ] {
        let mut url = parse_url(pasted).unwrap();
        let found = split_credentials(&mut url);
        assert_eq!(found, credentials.map(|(user, password)| (user.to_owned(), password.to_owned())));
        assert_eq!(url.as_str(), left);
    }
}

#[test]
fn redacted_urls_keep_what_tells_feeds_apart() {
    let url = parse_url("https://u:p@example.com:8443/a/b?x=1&flag&y=#frag").unwrap();
    assert_eq!(redact_url(&url), "https://example.com:8443/a/b?x=…&…&y=…");
}
