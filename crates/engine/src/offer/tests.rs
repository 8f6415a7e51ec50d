use proptest::prelude::*;
use url::{Url, form_urlencoded::Serializer};

use super::{LONGEST, follow_link, read};
use crate::{
    draft::MAX_NAME,
    model::{Offer, Target, View},
};

fn offered(link: &str) -> Offer {
    read(link).unwrap_or_else(|error| panic!("{link}: {error}"))
}

fn link(fields: &[(&str, &str)]) -> String {
    format!("streambell://add?{}", Serializer::new(String::new()).extend_pairs(fields).finish())
}

#[test]
fn a_link_offers_a_feed_by_its_address() {
    for (text, url) in [
        ("streambell://add?url=https%3A%2F%2Fa.example%2Fx%3Fa%3D1%26b%3D2", "https://a.example/x?a=1&b=2"),
        ("streambell://add/?url=https://a.example/x", "https://a.example/x"),
        ("streambell:add?url=https://a.example/x", "https://a.example/x"),
        ("StreamBell://ADD?url=HTTPS://A.Example/X", "https://a.example/X"),
        (" streambell://add?url=http://127.0.0.1:7788/t/sse \n", "http://127.0.0.1:7788/t/sse"),
        ("streambell://add?other=1&url=https://a.example/&url=https://b.example/", "https://a.example/"),
        // A host that looks like another one is shown as what it is.
        ("streambell://add?url=https://а.example/", "https://xn--80a.example/"),
    ] {
        let nothing_else = Offer { url: url.into(), name: String::new(), group: None, view: None, had_login: false };
        assert_eq!(offered(text), nothing_else, "{text}");
    }
}

#[test]
fn name_group_and_view_come_along_and_nothing_else() {
    let whole = offered(&link(&[
        ("url", "https://a.example/x"),
        ("name", " Prices\n& <b>more</b> "),
        ("group", "Money"),
        ("view", "price"),
        ("notify", "all"),
        ("headers", "Authorization: Bearer t"),
    ]));
    assert_eq!((whole.name.as_str(), whole.group.as_deref()), ("Prices & <b>more</b>", Some("Money")));
    assert_eq!(whole.view, Some(View::Price));
    for view in ["", "Price", "everything", "{}"] {
        assert_eq!(offered(&link(&[("url", "https://a.example/"), ("view", view)])).view, None, "{view}");
    }
    let long = offered(&link(&[("url", "https://a.example/"), ("name", &"价".repeat(500)), ("group", " ")]));
    assert_eq!((long.name.len(), long.group), (MAX_NAME, None));
}

#[test]
fn a_login_is_left_out_and_that_is_told() {
    for login in ["ann:s3cret@", "ann@", ":s3cret@", "a.example@"] {
        let offer = offered(&link(&[("url", &format!("https://{login}b.example/x"))]));
        assert_eq!((offer.url.as_str(), offer.had_login), ("https://b.example/x", true), "{login}");
    }
}

#[test]
fn anything_else_is_refused_with_the_reason() {
    let address = |url| link(&[("url", url)]);
    for (text, code) in [
        (String::new(), "link_unreadable"),
        ("https://a.example/".into(), "link_unreadable"),
        ("streambell".into(), "link_unreadable"),
        ("streambell:".into(), "link_unknown"),
        ("streambell://".into(), "link_unknown"),
        ("streambell://remove?url=https://a.example/".into(), "link_unknown"),
        ("streambell://add/more?url=https://a.example/".into(), "link_unknown"),
        ("streambell://add".into(), "link_no_address"),
        ("streambell://add?URL=https://a.example/".into(), "link_no_address"),
        (address(" "), "link_no_address"),
        (address("a.example/x"), "link_bad_address"),
        (address("ws://a.example/"), "link_bad_address"),
        (address("file:///etc/passwd"), "link_bad_address"),
        (address("javascript:alert(1)"), "link_bad_address"),
        (address("streambell://add?url=https://a.example/"), "link_bad_address"),
        (address("https://a.example/\nhttps://b.example/"), "link_bad_address"),
        (address("https://"), "link_bad_address"),
        (address(&format!("https://a.example/{}", "x".repeat(LONGEST))), "link_too_long"),
    ] {
        let Target::Refused { reason } = follow_link(&text) else { panic!("{text} is offered") };
        assert_eq!(reason.code, code, "{text}: {}", reason.message);
    }
}

#[test]
fn a_refusal_does_not_tell_what_may_be_secret() {
    let link = link(&[("url", "ann:s3cret@a.example/x?token=s3cret")]);
    assert!(!read(&link).unwrap_err().to_string().contains("s3cret"));
}

proptest! {
    #[test]
    fn whatever_a_link_says_it_offers_an_address_of_the_web_without_a_login_or_nothing(
        text in prop_oneof![
            any::<String>(),
            "[ -~]{0,80}".prop_map(|rest| format!("streambell:{rest}")),
            (any::<String>(), any::<String>()).prop_map(|(url, name)| link(&[("url", &url), ("name", &name)])),
            "(https?|ws|file|javascript):/{0,3}[ -~]{0,40}".prop_map(|url| link(&[("url", &url)])),
        ],
    ) {
        if let Target::Add { offer } = follow_link(&text) {
            let url = Url::parse(&offer.url).expect("it is an address");
            prop_assert!(matches!(url.scheme(), "http" | "https"));
            prop_assert!(url.has_host() && url.username().is_empty() && url.password().is_none());
            prop_assert!(offer.name.len() <= MAX_NAME && !offer.name.contains(char::is_control));
        }
    }
}
