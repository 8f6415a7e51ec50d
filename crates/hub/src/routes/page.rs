//! The hub's page: three files and no others, with nothing of other servers in them.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use crate::refusal::Refusal;
use crate::topic::TopicName;

const PAGE: &str = include_str!("../page/index.html");
/// Each text under its key, in the languages of [`LANGUAGES`].
const WORDS: &str = include_str!("../page/words.json");

const LANGUAGES: [&str; 2] = ["en", "zh-Hans"];

/// Nothing but the page's own files and the hub; no script and no style inside the page, whatever it shows.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /`.
pub(super) async fn page(headers: HeaderMap) -> Response {
    static PAGES: LazyLock<[String; 2]> = LazyLock::new(|| [in_language(0), in_language(1)]);
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let language = preferred(accepted);
    let headers = [
        (CONTENT_LANGUAGE, LANGUAGES[language]),
        (CONTENT_SECURITY_POLICY, POLICY),
        (VARY, "Accept-Language"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    (headers, file("text/html; charset=utf-8", PAGES[language].as_str())).into_response()
}

/// `GET /{topic}`: the page, which shows the topic that its address names.
pub(super) async fn topic(Path(topic): Path<String>, headers: HeaderMap) -> Result<Response, Refusal> {
    match topic.parse::<TopicName>() {
        Ok(_) => Ok(page(headers).await),
        Err(_) => Err(Refusal::new(StatusCode::NOT_FOUND, "nothing here: subscribe with GET /{topic}/sse")),
    }
}

pub(super) async fn style() -> Response {
    file("text/css; charset=utf-8", include_str!("../page/page.css"))
}

pub(super) async fn script() -> Response {
    file("text/javascript; charset=utf-8", include_str!("../page/page.js"))
}

pub(super) async fn bell() -> Response {
    file("image/svg+xml", include_str!("../page/bell.svg"))
}

fn file(media_type: &'static str, content: &'static str) -> Response {
    // Another version of the program may answer the next time.
    let headers = [(CONTENT_TYPE, media_type), (CACHE_CONTROL, "no-cache"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, content).into_response()
}

/// Which of the languages someone wants who accepts these, by how much.
fn preferred(accepted: &str) -> usize {
    let ranges = accepted.split(',').filter_map(|range| {
        let (tag, quality) = range.split_once(";q=").unwrap_or((range, "1"));
        let language = match tag.trim().split('-').next()?.to_ascii_lowercase().as_str() {
            "en" => 0,
            "zh" => 1,
            _ => return None,
        };
        Some((language, quality.trim().parse::<f32>().ok()?))
    });
    // The first of those that are wanted the most.
    ranges.reduce(|best, next| if next.1 > best.1 { next } else { best }).map_or(0, |(language, _)| language)
}

fn in_language(language: usize) -> String {
    let words: Map<String, Value> = serde_json::from_str(WORDS).unwrap_or_default();
    let words: Map<String, Value> =
        words.into_iter().map(|(key, texts)| (key, texts.get(language).cloned().unwrap_or_default())).collect();
    let mut page = PAGE.replace("{{lang}}", LANGUAGES[language]);
    for (key, text) in &words {
        page = page.replace(&format!("{{{{{key}}}}}"), text.as_str().unwrap_or_default());
    }
    page.replace("{{words}}", &Value::Object(words).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_every_language() {
        let words: Map<String, Value> = serde_json::from_str(WORDS).unwrap();
        for (key, texts) in &words {
            let texts = texts.as_array().unwrap();
            assert_eq!(texts.len(), LANGUAGES.len(), "{key}");
            // They go into the page as they are.
            assert!(texts.iter().all(|text| !text.as_str().unwrap().contains(['<', '&', '"'])), "{key}");
        }
        for (language, name) in LANGUAGES.into_iter().enumerate() {
            let page = in_language(language);
            assert!(!page.contains("{{") && page.contains(&format!("<html lang=\"{name}\">")), "{page}");
        }
        assert!(in_language(1).contains("主题") && !in_language(0).contains("主题"));
    }

    #[test]
    fn the_language_is_the_one_wanted_the_most() {
        let cases = [
            ("", 0),
            ("en", 0),
            ("zh-CN,zh;q=0.9,en;q=0.8", 1),
            ("de-DE, zh;q=0.5", 1),
            ("en;q=0.5, zh;q=0.9", 1),
            ("en-GB,zh", 0),
            ("fr, de;q=0.5", 0),
            ("*;q=x, zh;q=y", 0),
        ];
        for (accepted, expected) in cases {
            assert_eq!(preferred(accepted), expected, "{accepted}");
        }
    }

    /// The page has no build of its own, so its colours are written down again.
    #[test]
    fn the_colours_are_those_of_the_window() {
        let tokens = include_str!("../../../../ui/src/tokens.css");
        let (light, dark) = tokens.split_once("[data-theme='dark']").unwrap();
        let value = |of: &str, name: &str| {
            let (_, rest) = of.split_once(&format!("  --{name}: ")).unwrap_or_else(|| panic!("no --{name}"));
            rest.split(';').next().unwrap().to_owned()
        };
        let mut compared = 0;
        for line in include_str!("../page/page.css").lines() {
            let Some((name, colours)) = line.trim().split_once(": light-dark(") else { continue };
            let name = name.trim_start_matches("--");
            let expected = format!("{}, {});", value(light, name), value(dark, name));
            assert_eq!(colours, expected, "--{name}");
            compared += 1;
        }
        assert!(compared > 10);
    }
}
