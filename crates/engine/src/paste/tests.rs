use std::collections::BTreeMap;

use super::read;
use crate::model::{Auth, PasteNote, Pasted, ProxySetting};

fn pasted(text: &str) -> Pasted {
    read(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn header<'p>(pasted: &'p Pasted, name: &str) -> Option<&'p str> {
    pasted.draft.headers.0.get(name)?.as_deref()
}

fn basic(user: &str, password: &str) -> Option<Auth> {
    Some(Auth::Basic { user: user.into(), password: Some(password.into()) })
}

fn bearer(token: &str) -> Option<Auth> {
    Some(Auth::Bearer { token: Some(token.into()) })
}

#[test]
fn an_address_is_understood_however_it_is_dressed() {
    for (text, url) in [
        ("https://a.example/x", "https://a.example/x"),
        ("  \n https://a.example/x \n", "https://a.example/x"),
        ("<https://a.example/x?t=1>", "https://a.example/x?t=1"),
        ("\"https://a.example/x\"", "https://a.example/x"),
        ("`https://a.example/x`", "https://a.example/x"),
        ("<URL:https://a.example/x>", "https://a.example/x"),
        ("a.example/x?token=s3cret", "https://a.example/x?token=s3cret"),
        ("//a.example/x", "https://a.example/x"),
        ("localhost:8080/x", "http://localhost:8080/x"),
        ("192.168.1.9/x", "http://192.168.1.9/x"),
    ] {
        let found = pasted(text);
        assert_eq!((found.draft.url.as_str(), found.command), (url, false), "{text}");
    }
    for text in ["", "ws://a.example/", "file:///etc/passwd", "https://a.example/\nhttps://b.example/", "http://"] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn a_command_fills_address_login_headers_and_proxy() {
    for (text, url, auth, headers) in [
        (
            "curl 'https://a.example/x?a=1&b=2' -H 'Authorization: Bearer t0k en'",
            "https://a.example/x?a=1&b=2",
            bearer("t0k en"),
            &[][..],
        ),
        ("curl -N -u mia:pw:1 https://a.example/", "https://a.example/", basic("mia", "pw:1"), &[]),
        ("curl -sSNumia:pw https://a.example/", "https://a.example/", basic("mia", "pw"), &[]),
        ("curl https://mia:p%40w@a.example/", "https://a.example/", basic("mia", "p@w"), &[]),
        ("curl -H 'authorization: basic bWlhOnB3' a.example", "https://a.example/", basic("mia", "pw"), &[]),
        ("curl --oauth2-bearer tok a.example", "https://a.example/", bearer("tok"), &[]),
        (
            "$ curl \"https://a.example/\" -H \"X-Key: a \\\"b\\\" 'c'\" -HX-Other:1",
            "https://a.example/",
            None,
            &[("X-Key", "a \"b\" 'c'"), ("X-Other", "1")],
        ),
        ("curl -H 'Authorization: Token abc' a.example", "https://a.example/", None, &[("Authorization", "Token abc")]),
        ("curl -G -d a=1 -d b=2 https://a.example/x", "https://a.example/x?a=1&b=2", None, &[]),
        ("curl --max-time 5 -o file https://a.example/x | jq .", "https://a.example/x", None, &[]),
    ] {
        let found = pasted(text);
        assert_eq!(found.draft.url, url, "{text}");
        assert_eq!(found.draft.auth, auth, "{text}");
        let wanted: BTreeMap<_, _> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))).collect();
        assert_eq!(found.draft.headers.0, wanted, "{text}");
        assert_eq!(found.notes, [], "{text}");
        assert!(found.command);
    }
    for (text, proxy) in [
        ("curl -x proxy.example:3128 a.example", "http://proxy.example:3128"),
        ("curl -x http://proxy.example:3128 -U 'ann:s/e' a.example", "http://ann:s%2Fe@proxy.example:3128"),
        ("curl --socks5-hostname localhost:1080 a.example", "socks5h://localhost:1080"),
        ("curl --noproxy '*' a.example", "direct"),
    ] {
        assert_eq!(pasted(text).draft.proxy, Some(ProxySetting(proxy.into())), "{text}");
    }
}

#[test]
fn what_browsers_copy_is_understood_in_the_quotings_of_both_systems() {
    let unix = "curl 'https://a.example/x' \\\n  -H 'accept: text/event-stream' \\\n  -H 'accept-language: en' \\\n  \
                -b 'session=a%21; theme=dark' \\\n  -H 'sec-fetch-mode: cors' \\\n  -H $'x-odd: it\\'s \\u00e9\\u0021' \\\n  \
                --compressed";
    let windows = "curl ^\"https://a.example/x^\" ^\r\n  -H ^\"accept: text/event-stream^\" ^\r\n  \
                   -H ^\"accept-language: en^\" ^\r\n  -b ^\"session=a^%21; theme=dark^\" ^\r\n  \
                   -H ^\"x-odd: it's é^!^\" ^\r\n  --compressed";
    for text in [unix, windows] {
        let found = pasted(text);
        assert_eq!(found.draft.url, "https://a.example/x");
        assert_eq!(header(&found, "accept-language"), Some("en"));
        assert_eq!(header(&found, "Cookie"), Some("session=a%21; theme=dark"), "{text}");
        assert_eq!(header(&found, "x-odd"), Some("it's é!"), "{text}");
        assert_eq!(found.draft.headers.0.len(), 3, "{:?}", found.draft.headers);
        assert_eq!(found.notes, []);
    }
}

#[test]
fn what_a_feed_cannot_have_is_told() {
    let file = |option: &str, path: &str| PasteNote::File { option: option.into(), path: path.into() };
    for (text, note) in [
        ("curl -k a.example", PasteNote::Insecure),
        ("curl -d '{\"a\":1}' a.example", PasteNote::Method { method: "POST".into() }),
        ("curl -X DELETE a.example", PasteNote::Method { method: "DELETE".into() }),
        ("curl -T file a.example", PasteNote::Method { method: "PUT".into() }),
        ("curl --cacert ca.pem a.example", file("--cacert", "ca.pem")),
        ("curl -E me.pem a.example", file("--cert", "me.pem")),
        ("curl -H @headers a.example", file("-H", "headers")),
        ("curl -b jar a.example", file("-b", "jar")),
        ("curl -u mia a.example", PasteNote::Password),
        ("curl -H \"Authorization: Bearer $TOKEN\" a.example", PasteNote::Variable { name: "TOKEN".into() }),
        ("curl -u \"mia:${PASS_1}\" a.example", PasteNote::Variable { name: "PASS_1".into() }),
        ("curl --resolve a.example:443:127.0.0.1 a.example", PasteNote::Ignored { option: "--resolve".into() }),
        ("curl --made-up a.example", PasteNote::Ignored { option: "--made-up".into() }),
    ] {
        assert_eq!(pasted(text).notes, [note], "{text}");
    }
    assert_eq!(pasted("curl -X GET a.example").notes, []);
}

#[test]
fn what_is_no_whole_command_says_what_is_missing() {
    for (text, advice) in [
        ("curl", "has no address"),
        ("curl -H 'A: b'", "has no address"),
        ("curl 'https://a.example/", "inside a quotation"),
        ("curl $'https://a.example/", "inside a quotation"),
        ("curl ws://a.example/", "WebSocket"),
    ] {
        let error = read(text).expect_err(text).to_string();
        assert!(error.contains(advice), "{text}: {error}");
    }
}

proptest::proptest! {
    #[test]
    fn nothing_that_is_pasted_breaks_it(text in r#"curl ([$^'"\\\-a-zA-Z:/.{} \n]|é){0,60}"#) {
        let _ = read(&text);
    }
}

#[test]
fn a_service_that_speaks_something_else_is_named_with_what_to_do() {
    for (address, name, advice) in [
        ("wss://ws.kraken.com/v2", "Kraken", "POST each message"),
        ("wss://ws-feed.exchange.coinbase.com", "Coinbase", "POST each message"),
        ("wss://stream.binance.com:9443/ws/btcusdt@trade", "Binance", "WebSocket"),
        ("wss://push.example.org/stream?token=A.b", "Gotify", "WebSocket"),
        ("wss://relay.example.org", "Nostr", "WebSocket"),
        ("http://kuma.example.org/socket.io/?EIO=4", "Uptime Kuma", "WebSocket"),
        ("http://127.0.0.1:2375/v1.43/events", "Docker", "JSON lines"),
        ("https://10.0.0.1:6443/api/v1/pods?watch=1", "Kubernetes", "JSON lines"),
        ("http://localhost:8384/rest/events", "Syncthing", "long polling"),
        ("https://api.openai.com/v1/responses", "OpenAI", "nothing there to follow"),
    ] {
        let said = read(address).expect_err(address).to_string();
        assert!(said.contains(name) && said.contains(advice), "{address}: {said}");
    }
    for feed in ["https://example.com/stream?token=A.b", "http://127.0.0.1:8080/events", "https://h/api/v1/watch"] {
        assert!(read(feed).is_ok(), "{feed}");
    }
    let unknown = read("wss://example.com/live").expect_err("a WebSocket").to_string();
    assert!(unknown.contains("WebSocket") && !unknown.contains("hub"), "{unknown}");
}
