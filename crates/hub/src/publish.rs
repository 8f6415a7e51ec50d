//! From a request to a message: what ntfy's headers, query, body and JSON form mean.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};
use url::Url;

use crate::actions;
use crate::message::{Attachment, Message, SequenceId, Text};
use crate::params::{MESSAGE, Names, PRIORITY, Params, Said, TAGS, TITLE};
use crate::refusal::Refusal;
use crate::topic::TopicName;

const SEQUENCE: Names = &["x-sequence-id", "sequence-id", "sequence_id", "sid"];
const CLICK: Names = &["x-click", "click"];
const ICON: Names = &["x-icon", "icon"];
const ACTIONS: Names = &["x-actions", "actions", "action"];
const ATTACH: Names = &["x-attach", "attach", "a"];
const FILENAME: Names = &["x-filename", "filename", "file", "f"];
const MARKDOWN: Names = &["x-markdown", "markdown", "md"];
/// The type of the event; ntfy has none.
const EVENT: Names = &["x-event", "event"];

/// What only a text can have.
const OF_A_TEXT: [Names; 11] =
    [MESSAGE, TITLE, PRIORITY, TAGS, SEQUENCE, CLICK, ICON, ACTIONS, ATTACH, FILENAME, MARKDOWN];

/// What ntfy does and the hub does not.
const NOT_DONE: [(Names, &str); 6] = [
    (&["x-email", "x-e-mail", "email", "e-mail", "mail", "e"], "the hub sends no e-mail: leave out Email"),
    (&["x-call", "call"], "the hub calls nobody: leave out Call"),
    (
        &["x-delay", "delay", "x-at", "at", "x-in", "in"],
        "the hub delivers at once: leave out Delay (At, In), and publish when it is time",
    ),
    (
        &["x-template", "template", "tpl"],
        "the hub has no templates: leave out Template, and send the text as it should be",
    ),
    (&["x-unifiedpush", "unifiedpush", "up"], "the hub is no UnifiedPush server: leave out UnifiedPush"),
    (&["x-poll-id", "poll-id"], "the hub forwards nothing: leave out Poll-ID"),
];
/// Subscribers read from what is kept, so there is no message that isn't.
const CACHE: Names = &["x-cache", "cache"];

const MARKDOWN_TYPE: &str = "text/markdown";

/// What ntfy says for a message without a text.
const EMPTY: &str = "triggered";

/// Reads a message.
///
/// A JSON object is one if the content type says JSON, or if nothing says otherwise: neither `text/plain` nor
/// something that only a text can have. So `curl -d '{"price":"1.20"}'` does what it looks like.
pub(crate) fn message(params: &Params<'_>, headers: &HeaderMap, body: &[u8]) -> Result<Message, Refusal> {
    is_done(params)?;
    let body = utf8(body)?;
    let media_type = media_type(headers);
    let is_text = media_type.starts_with("text/") || OF_A_TEXT.iter().any(|names| params.get(names).is_some());
    let message = match Message::json(body) {
        Ok(json) if !is_text => json,
        Err(error) if !is_text && media_type == "application/json" => return Err(Refusal::bad(error)),
        _ => {
            let mut text = text(params, body)?;
            if media_type == MARKDOWN_TYPE {
                text.content_type = Some(MARKDOWN_TYPE.into());
            }
            text.into()
        }
    };
    Ok(typed(message, params))
}

fn typed(message: Message, params: &Params<'_>) -> Message {
    match params.get(EVENT) {
        Some(event) => message.event(event),
        None => message,
    }
}

/// Reads a message in ntfy's JSON form, which names its topic. What it does not say, headers and query may.
pub(crate) fn form(params: &Params<'_>, body: &[u8]) -> Result<(TopicName, Message), Refusal> {
    let form: Map<String, Value> = serde_json::from_str(utf8(body)?).map_err(|error| {
        Refusal::bad(format!(
            "not a message as JSON ({error}): send one like {{\"topic\":\"backups\",\"message\":\"done\"}}, or POST to /{{topic}}"
        ))
    })?;
    let form = Form { form, params };
    is_done(&form)?;
    let topic = form.said("topic").ok_or_else(|| Refusal::bad("the message names no topic: add \"topic\""))?;
    let message = text(&form, &form.said("message").unwrap_or_default())?;
    Ok((topic.parse().map_err(Refusal::bad)?, typed(message.into(), params)))
}

/// ntfy's JSON form says what headers say, in the same words.
struct Form<'a> {
    form: Map<String, Value>,
    params: &'a Params<'a>,
}

impl Form<'_> {
    fn said(&self, name: &str) -> Option<String> {
        let text = match self.form.get(name)? {
            Value::Null => return None,
            Value::String(text) => text.trim().to_owned(),
            Value::Array(list) if list.iter().all(Value::is_string) => {
                list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")
            }
            other => other.to_string(),
        };
        (!text.is_empty()).then_some(text)
    }
}

impl Said for Form<'_> {
    fn get(&self, names: Names) -> Option<String> {
        names.iter().find_map(|name| self.said(name)).or_else(|| self.params.get(names))
    }
}

/// Whether the hub does what is asked for.
fn is_done(said: &impl Said) -> Result<(), Refusal> {
    for (names, why) in NOT_DONE {
        if said.get(names).is_some_and(|value| value != "0" && value != "no" && value != "false") {
            return Err(Refusal::bad(why));
        }
    }
    if said.get(CACHE).is_some() && !said.flag(CACHE) {
        return Err(Refusal::bad("the hub keeps every message for a while: leave out Cache"));
    }
    Ok(())
}

fn text(said: &impl Said, body: &str) -> Result<Text, Refusal> {
    let attachment = attachment(said)?;
    // As ntfy does: the body goes first, and what is around it is not part of the message.
    let message = match (body.trim(), said.get(MESSAGE), &attachment) {
        ("", Some(message), _) => message.replace("\\n", "\n"),
        ("", None, Some(attachment)) => format!("You received a file: {}", attachment.name),
        ("", None, None) => EMPTY.to_owned(),
        (body, _, _) => body.to_owned(),
    };
    Ok(Text {
        sequence: said.get(SEQUENCE).map(|id| id.parse::<SequenceId>()).transpose().map_err(Refusal::bad)?,
        title: said.get(TITLE),
        message,
        priority: said.get(PRIORITY).map(|text| text.parse()).transpose().map_err(Refusal::bad)?,
        tags: said.list(TAGS),
        click: said.get(CLICK),
        icon: said.get(ICON).map(|icon| web_address("Icon", &icon).map(|_| icon)).transpose()?,
        actions: said
            .get(ACTIONS)
            .map(|text| actions::read(&text))
            .transpose()
            .map_err(Refusal::bad)?
            .unwrap_or_default(),
        attachment,
        content_type: said.flag(MARKDOWN).then(|| MARKDOWN_TYPE.into()),
    })
}

/// A link to a file; the hub keeps none itself.
fn attachment(said: &impl Said) -> Result<Option<Attachment>, Refusal> {
    let (attach, filename) = (said.get(ATTACH), said.get(FILENAME));
    let Some(url) = attach else {
        return match filename {
            Some(_) => Err(Refusal::bad("the hub keeps no files: send a link with Attach, or a text without Filename")),
            None => Ok(None),
        };
    };
    let address = web_address("Attach", &url)?;
    let last = address.path_segments().and_then(|mut segments| segments.next_back().map(str::to_owned));
    let name = filename.or(last).filter(|name| !name.is_empty()).unwrap_or_else(|| "attachment".into());
    Ok(Some(Attachment { name, url }))
}

fn web_address(name: &str, text: &str) -> Result<Url, Refusal> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| Refusal::bad(format!("{name} is no address: it should begin with https:// or http://")))
}

fn utf8(body: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(body).map_err(|_| Refusal::bad("the body is not UTF-8 text"))
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::message::Priority;

    const NAMES: &[&str] =
        &["title", "message", "priority", "tags", "actions", "attach", "icon", "sid", "event", "md", "content-type"];

    fn try_read(headers: &[(&str, &str)], query: &str, body: &str) -> Result<Message, Refusal> {
        let headers = headers.iter().map(|(name, value)| {
            (name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap())
        });
        let headers = headers.collect();
        message(&Params::new(&headers, Some(query)), &headers, body.as_bytes())
    }

    fn read(headers: &[(&str, &str)], body: &str) -> Option<Message> {
        try_read(headers, "", body).ok()
    }

    fn text(message: &str, change: impl FnOnce(&mut Text)) -> Message {
        let mut text = Text { message: message.into(), ..Text::default() };
        change(&mut text);
        text.into()
    }

    #[test]
    fn headers_of_a_text() {
        let plain = Message::text("hi");
        let link = |name: &str| Some(Attachment { name: name.into(), url: "https://x.example/a/b.jpg".into() });
        let cases: [(&[(&str, &str)], Message); 14] = [
            (&[], plain.clone()),
            (&[("Title", "Grüße 你好")], plain.clone().title("Grüße 你好")),
            (&[("x-title", ""), ("p", "urgent")], plain.clone().priority(Priority::Max)),
            (&[("Priority", "4")], plain.clone().priority(Priority::High)),
            (&[("Priority", "u=1, i")], plain.clone()),
            (&[("Tags", "warning, disk,,")], plain.clone().tags(["warning", "disk"])),
            (&[("Click", "https://example.com/")], plain.clone().click("https://example.com/")),
            (&[("Event", "alert")], plain.clone().event("alert")),
            (
                &[("Icon", "https://x.example/i.png")],
                text("hi", |text| text.icon = Some("https://x.example/i.png".into())),
            ),
            (&[("Attach", "https://x.example/a/b.jpg")], text("hi", |text| text.attachment = link("b.jpg"))),
            (&[("a", "https://x.example/a/b.jpg"), ("f", "c.jpg")], text("hi", |text| text.attachment = link("c.jpg"))),
            (&[("md", "yes")], text("hi", |text| text.content_type = Some(MARKDOWN_TYPE.into()))),
            (&[("Content-Type", "text/markdown")], text("hi", |text| text.content_type = Some(MARKDOWN_TYPE.into()))),
            (&[("X-Sequence-ID", "job-7")], text("hi", |text| text.sequence = "job-7".parse().ok())),
        ];
        for (headers, expected) in cases {
            assert_eq!(read(headers, " hi\n"), Some(expected), "{headers:?}");
        }
        assert_eq!(read(&[], ""), Some(Message::text("triggered")));
        let attached = text("You received a file: b.jpg", |text| text.attachment = link("b.jpg"));
        assert_eq!(read(&[("Attach", "https://x.example/a/b.jpg")], ""), Some(attached));
    }

    #[test]
    fn the_query_says_what_headers_say() {
        let query = "message=Webhook+triggered%5Cntwice&priority=high&tags=warning,skull";
        let expected = Message::text("Webhook triggered\ntwice").priority(Priority::High).tags(["warning", "skull"]);
        assert_eq!(try_read(&[], query, "").unwrap(), expected);
        let body_first = Message::text("body").priority(Priority::High).tags(["warning", "skull"]);
        assert_eq!(try_read(&[], query, "body").unwrap(), body_first);
    }

    #[test]
    fn the_json_form_says_it_too() {
        let body = r#"{"topic":"disks","message":"Low\\nspace","title":"Alert","tags":["warning","cd"],"priority":4,
            "click":"https://x.example/","markdown":true,"sequence_id":"s","icon":null,"delay":""}"#;
        let none = HeaderMap::new();
        let form = |body: &[u8]| form(&Params::new(&none, None), body);
        let (topic, message) = form(body.as_bytes()).unwrap();
        let expected = text("Low\\nspace", |text| {
            *text = Text {
                title: Some("Alert".into()),
                tags: vec!["warning".into(), "cd".into()],
                priority: Some(Priority::High),
                click: Some("https://x.example/".into()),
                content_type: Some(MARKDOWN_TYPE.into()),
                sequence: "s".parse().ok(),
                ..std::mem::take(text)
            };
        });
        assert_eq!((topic.as_str(), message), ("disks", expected));
        assert_eq!(form(br#"{"topic":"t"}"#).unwrap().1, Message::text("triggered"));
        for (bad, why) in [
            ("", "not a message as JSON"),
            ("[1]", "not a message as JSON"),
            (r#"{"message":"m"}"#, "names no topic"),
            (r#"{"topic":"a/b"}"#, "not a topic name"),
            (r#"{"topic":"t","email":"a@b.example"}"#, "no e-mail"),
            (r#"{"topic":"t","cache":"no"}"#, "keeps every message"),
        ] {
            let refusal = format!("{:?}", form(bad.as_bytes()).unwrap_err());
            assert!(refusal.contains(why), "{bad}: {refusal}");
        }
    }

    /// As Apprise sends it.
    #[test]
    fn headers_may_say_what_the_json_form_does_not() {
        let headers = [("x-priority", "high"), ("x-tags", "a,b"), ("title", "not this")];
        let headers = headers.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let headers = headers.into_iter().collect();
        let body = br#"{"topic":"t","title":"Backups","message":"done"}"#;
        let expected = Message::text("done").title("Backups").priority(Priority::High).tags(["a", "b"]).event("e");
        assert_eq!(form(&Params::new(&headers, Some("event=e")), body).unwrap().1, expected);
    }

    #[test]
    fn what_the_hub_does_not_do_is_told() {
        let cases = [
            ("Email", "a@b.example", "no e-mail"),
            ("Call", "yes", "calls nobody"),
            ("In", "30min", "delivers at once"),
            ("Template", "yes", "no templates"),
            ("Cache", "no", "keeps every message"),
            ("UnifiedPush", "1", "UnifiedPush"),
            ("Filename", "a.txt", "keeps no files"),
            ("Attach", "file:///etc/passwd", "Attach is no address"),
            ("Icon", "x.png", "Icon is no address"),
            ("Priority", "9", "not a priority"),
            ("Sequence-ID", "a b", "not a sequence id"),
            ("Actions", "dance", "none of view"),
        ];
        for (header, value, why) in cases {
            let refusal = format!("{:?}", try_read(&[(header, value)], "", "hi").unwrap_err());
            assert!(refusal.contains(why), "{header}: {refusal}");
        }
        // What changes nothing here is no reason to refuse.
        for (header, value) in [("Firebase", "no"), ("Cache", "yes"), ("UnifiedPush", "0")] {
            assert_eq!(read(&[(header, value)], "hi"), Some(Message::text("hi")), "{header}");
        }
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
        assert_eq!(read(&[JSON, ("title", "t")], object), Some(as_text.clone().title("t")));
        assert_eq!(try_read(&[FORM], "title=t", object).unwrap(), as_text.title("t"));
        assert_eq!(read(&[FORM], "{not json"), Some(Message::text("{not json")));
        for bad in ["", "[1]", "{not json"] {
            assert_eq!(read(&[JSON], bad), None, "{bad}");
        }
    }

    #[test]
    fn a_body_that_is_no_text_is_refused() {
        let headers = HeaderMap::new();
        assert!(message(&Params::new(&headers, None), &headers, &[0xff, 0xfe]).is_err());
    }

    proptest! {
        /// Whatever comes is a message in one line, or is refused.
        #[test]
        fn anything_is_understood_or_refused(
            named in vec((select(NAMES), "\\PC*|[\"',;=\\\\a-z. {}\\[\\]]*|=\\?[a-z0-9?=_-]*"), 0..4),
            query in ".*",
            body in prop_oneof![vec(any::<u8>(), 0..64), "\\PC*".prop_map(String::into_bytes), r#"\{"[a-z]*":[\[\]{}0-9,]*\}"#.prop_map(String::into_bytes)],
        ) {
            let headers = named.iter().filter_map(|(name, value)| {
                Some((HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).ok()?))
            });
            let headers = headers.collect();
            let messages = [
                message(&Params::new(&headers, Some(&query)), &headers, &body).ok(),
                form(&Params::new(&headers, Some(&query)), &body).ok().map(|(_, message)| message),
            ];
            for message in messages.into_iter().flatten() {
                let (kind, data, _) = message.into_event("1000-0".parse().unwrap(), &"t".parse().unwrap());
                prop_assert!(serde_json::from_str::<Map<String, Value>>(&data).is_ok(), "{}", data);
                prop_assert!(!data.contains(['\r', '\n']) && !kind.unwrap_or_default().contains(['\r', '\n']));
            }
        }

        #[test]
        fn any_actions_are_understood_or_refused(text in "[a-z]{0,4}(,|;|=|\"|'|\\\\| |[a-z]|\\PC){0,40}") {
            let _ = actions::read(&text);
        }
    }
}
