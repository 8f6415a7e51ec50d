//! What a request says beside its body: headers, and the same names in the query, as ntfy has them.

use std::borrow::Cow;

use axum::http::HeaderMap;
use url::form_urlencoded;

/// Under which names something may be said, the first that says something counts.
pub(crate) type Names = &'static [&'static str];

pub(crate) const TITLE: Names = &["x-title", "title", "ti", "t"];
pub(crate) const MESSAGE: Names = &["x-message", "message", "m"];
pub(crate) const PRIORITY: Names = &["x-priority", "priority", "prio", "p"];
pub(crate) const TAGS: Names = &["x-tags", "tags", "tag", "ta"];

/// Where something may be said under a name.
pub(crate) trait Said {
    /// What the first of these names says, without space around it; an empty text says nothing.
    fn get(&self, names: Names) -> Option<String>;

    /// Whether something is on.
    fn flag(&self, names: Names) -> bool {
        self.get(names).is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "1" | "yes" | "true"))
    }

    /// A list with commas between.
    fn list(&self, names: Names) -> Vec<String> {
        let list = self.get(names).unwrap_or_default();
        list.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }
}

/// Headers, then the query.
#[derive(Debug)]
pub(crate) struct Params<'a> {
    headers: &'a HeaderMap,
    query: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Params<'a> {
    pub(crate) fn new(headers: &'a HeaderMap, query: Option<&'a str>) -> Params<'a> {
        Params { headers, query: form_urlencoded::parse(query.unwrap_or_default().as_bytes()).collect() }
    }

    fn header(&self, name: &str) -> Option<String> {
        let value = self.headers.get(name)?;
        // Headers of scripts are UTF-8, whatever HTTP says.
        let value = String::from_utf8_lossy(value.as_bytes());
        // Browsers say how urgent a request is under this name (RFC 9218): that is not about the message.
        if name == "priority" && value.trim_start().starts_with("u=") {
            return None;
        }
        text(&decoded(&value))
    }
}

impl Said for Params<'_> {
    fn get(&self, names: Names) -> Option<String> {
        let in_query = |name: &&str| self.query.iter().find(|(key, _)| key == name).and_then(|(_, value)| text(value));
        names.iter().find_map(|name| self.header(name)).or_else(|| names.iter().find_map(in_query))
    }
}

fn text(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// Libraries that send only ASCII in headers write the rest as RFC 2047 has it: `=?UTF-8?B?8J+Yig==?=`.
fn decoded(value: &str) -> Cow<'_, str> {
    if !value.contains("=?") {
        return value.into();
    }
    match mailparse::parse_header(format!("x: {value}").as_bytes()) {
        Ok((header, _)) => header.get_value().into(),
        Err(_) => value.into(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    type Headers<'a> = &'a [(&'a str, &'a str)];

    fn title(headers: Headers<'_>, query: &str) -> Option<String> {
        let headers = headers.iter().map(|(name, value)| {
            (name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap())
        });
        Params::new(&headers.collect(), Some(query)).get(TITLE)
    }

    #[test]
    fn headers_go_before_the_query_and_what_is_empty_says_nothing() {
        let cases: [(Headers<'_>, &str, Option<&str>); 7] = [
            (&[("Title", "a"), ("X-Title", "b")], "title=c", Some("b")),
            (&[("t", " a ")], "", Some("a")),
            (&[("X-Title", " ")], "title=&t=c+d%21", Some("c d!")),
            (&[], "x-title=c", Some("c")),
            (&[], "TITLE=c", None),
            (&[], "title=%ff", Some("\u{fffd}")),
            (&[("Title", "Grüße 你好")], "", Some("Grüße 你好")),
        ];
        for (headers, query, expected) in cases {
            assert_eq!(title(headers, query).as_deref(), expected, "{headers:?} {query}");
        }
    }

    #[test]
    fn encoded_words_are_decoded() {
        let cases = [
            ("=?UTF-8?B?8J+HqfCfh6o=?=", "🇩🇪"),
            ("=?UTF-8?Q?=C3=84pfel?=", "Äpfel"),
            ("=?utf-8?q?Hello_World?=", "Hello World"),
            ("=?UTF-8?B?8J+HqfCfh6o=?= =?UTF-8?Q?=C3=84pfel?= und Birnen", "🇩🇪Äpfel und Birnen"),
            ("=?ISO-8859-1?Q?=C4pfel?=", "Äpfel"),
            ("what=?", "what=?"),
            ("=?UTF-8?X?x?=", "=?UTF-8?X?x?="),
            ("=?", "=?"),
        ];
        for (header, expected) in cases {
            assert_eq!(title(&[("Title", header)], "").as_deref(), Some(expected), "{header}");
        }
    }

    #[test]
    fn how_urgent_a_request_is_says_nothing_of_the_message() {
        let headers = HeaderMap::from_iter([(HeaderName::from_static("priority"), HeaderValue::from_static("u=1, i"))]);
        assert_eq!(Params::new(&headers, None).get(PRIORITY), None);
        assert_eq!(Params::new(&headers, Some("p=4")).get(PRIORITY).as_deref(), Some("4"));
    }
}
