//! From a request to a message: what ntfy's headers and body mean.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;

use crate::message::Message;
use crate::refusal::Refusal;

/// The headers of a text, each under the names that ntfy knows it by.
const TITLE: [&str; 4] = ["x-title", "title", "ti", "t"];
const PRIORITY: [&str; 4] = ["x-priority", "priority", "prio", "p"];
const TAGS: [&str; 4] = ["x-tags", "tags", "tag", "ta"];
const CLICK: [&str; 2] = ["x-click", "click"];
/// The type of the event; ntfy has none.
const EVENT: [&str; 2] = ["x-event", "event"];

/// What ntfy says for a message without a text.
const EMPTY: &str = "triggered";

/// Reads a message.
///
/// A JSON object is one if the content type says JSON, or if nothing says otherwise: neither `text/plain` nor a
/// header that only a text can have. So `curl -d '{"price":"1.20"}'` does what it looks like.
pub(crate) fn message(headers: &HeaderMap, body: &[u8]) -> Result<Message, Refusal> {
    let body = std::str::from_utf8(body).map_err(|_| Refusal::bad("the body is not UTF-8 text"))?;
    let media_type = media_type(headers);
    let message = if media_type == "application/json" {
        Message::json(body).map_err(Refusal::bad)?
    } else {
        let for_text = [&TITLE[..], &PRIORITY, &TAGS, &CLICK].concat();
        let is_text = media_type == "text/plain" || header(headers, &for_text).is_some();
        match Message::json(body) {
            Ok(json) if !is_text => json,
            _ => text(headers, body)?,
        }
    };
    Ok(match header(headers, &EVENT) {
        Some(event) => message.event(event),
        None => message,
    })
}

fn text(headers: &HeaderMap, body: &str) -> Result<Message, Refusal> {
    // As ntfy does: one line end that a file or a pipe left behind is not part of the message.
    let body = body.strip_suffix('\n').unwrap_or(body);
    let mut message = Message::text(if body.is_empty() { EMPTY } else { body });
    if let Some(title) = header(headers, &TITLE) {
        message = message.title(title);
    }
    if let Some(priority) = header(headers, &PRIORITY) {
        message = message.priority(priority.parse().map_err(Refusal::bad)?);
    }
    if let Some(tags) = header(headers, &TAGS) {
        message = message.tags(tags.split(',').map(str::trim).filter(|tag| !tag.is_empty()));
    }
    if let Some(click) = header(headers, &CLICK) {
        message = message.click(click);
    }
    Ok(message)
}

/// The first of these headers that says something. Headers of scripts are UTF-8, whatever HTTP says.
fn header(headers: &HeaderMap, names: &[&str]) -> Option<String> {
    let value = names.iter().find_map(|name| headers.get(*name))?;
    let value = String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
    (!value.is_empty()).then_some(value)
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;
    use crate::message::Priority;

    fn read(headers: &[(&str, &str)], body: &str) -> Option<Message> {
        let headers = headers.iter().map(|(name, value)| {
            (name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap())
        });
        message(&headers.collect(), body.as_bytes()).ok()
    }

    #[test]
    fn headers_of_a_text() {
        let plain = Message::text("hi");
        let cases: [(&[(&str, &str)], Message); 7] = [
            (&[], plain.clone()),
            (&[("Title", "Grüße 你好")], plain.clone().title("Grüße 你好")),
            (&[("x-title", ""), ("p", "urgent")], plain.clone().priority(Priority::Max)),
            (&[("Priority", "4")], plain.clone().priority(Priority::High)),
            (&[("Tags", "warning, disk,,")], plain.clone().tags(["warning", "disk"])),
            (&[("Click", "https://example.com/")], plain.clone().click("https://example.com/")),
            (&[("Event", "alert")], plain.clone().event("alert")),
        ];
        for (headers, expected) in cases {
            assert_eq!(read(headers, "hi\n"), Some(expected), "{headers:?}");
        }
        assert_eq!(read(&[], ""), Some(Message::text("triggered")));
        assert_eq!(read(&[("Priority", "9")], "hi"), None);
    }

    #[test]
    fn a_json_object_is_one_unless_something_says_text() {
        const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
        const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");
        let object = r#"{"a":1}"#;
        let (as_json, as_text) = (Message::json(object).unwrap(), Message::text(object));
        assert_eq!(read(&[FORM], object), Some(as_json.clone()));
        assert_eq!(read(&[], object), Some(as_json.clone()));
        assert_eq!(read(&[JSON, ("event", "e")], object), Some(as_json.event("e")));
        assert_eq!(read(&[("content-type", "text/plain")], object), Some(as_text.clone()));
        assert_eq!(read(&[FORM, ("title", "t")], object), Some(as_text.title("t")));
        assert_eq!(read(&[FORM], "{not json"), Some(Message::text("{not json")));
        for bad in ["", "[1]", "{not json"] {
            assert_eq!(read(&[JSON], bad), None, "{bad}");
        }
    }

    #[test]
    fn a_body_that_is_no_text_is_refused() {
        assert!(message(&HeaderMap::new(), &[0xff, 0xfe]).is_err());
    }
}
