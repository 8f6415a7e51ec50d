//! Any text as the address of a feed: never a panic, and no secret of it in what is shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use streambell_sse::{UrlError, parse_url, redact_url, split_credentials};

/// Unlikely to come about by chance, and no part of it needs to be encoded in a URL.
const SECRET: &str = "hunter2-2retnuh";

fuzz_target!(|text: &str| {
    shown(text);
    // The same address with a secret in each place where people put one.
    let parts = text.split_once("://").filter(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric()));
    let (scheme, rest) = parts.unwrap_or(("https", text));
    shown(&format!("{scheme}://ann:{SECRET}@{rest}"));
    shown(&format!("{scheme}://{SECRET}@{rest}"));
    let address = text.split(['?', '#']).next().unwrap_or_default();
    shown(&format!("{address}?{SECRET}"));
    shown(&format!("{address}?token={SECRET}&{SECRET}"));
});

fn shown(text: &str) {
    match parse_url(text) {
        Ok(mut url) => {
            assert!(matches!(url.scheme(), "http" | "https") && url.has_host(), "{url}");
            let redacted = redact_url(&url);
            split_credentials(&mut url);
            assert!(url.username().is_empty() && url.password().is_none(), "{url}");
            assert_eq!(redact_url(&url), redacted, "credentials are not shown");
            let path_is_secret =
                url.path().contains(SECRET) || url.host_str().is_some_and(|host| host.contains(SECRET));
            assert!(path_is_secret || !redacted.contains(SECRET), "{redacted}");
        }
        Err(error) => {
            assert!(!error.code().is_empty() && !error.to_string().is_empty());
            if let UrlError::NoScheme { suggestion } = &error {
                assert!(parse_url(&suggestion.replace('…', "")).is_ok(), "{suggestion}");
            }
        }
    }
}
