//! Buttons of a message, as ntfy has them. The hub only hands them on.

use rand::Rng;
use rand::distr::Alphanumeric;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Buttons of one message.
const MOST: usize = 3;

/// A button of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Action {
    id: String,
    action: String,
    label: String,
    clear: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    url: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    method: String,
    #[serde(skip_serializing_if = "Map::is_empty")]
    headers: Map<String, Value>,
    #[serde(skip_serializing_if = "String::is_empty")]
    body: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    intent: String,
    #[serde(skip_serializing_if = "Map::is_empty")]
    extras: Map<String, Value>,
    #[serde(skip_serializing_if = "String::is_empty")]
    value: String,
}

/// Why a text is no list of actions.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the actions can't be understood: {0}")]
pub(crate) struct NotActions(String);

fn wrong(why: impl Into<String>) -> NotActions {
    NotActions(why.into())
}

/// Reads actions, from a JSON array or from the short form: `view, Open, https://example.com; http, Close, …`.
pub(crate) fn read(text: &str) -> Result<Vec<Action>, NotActions> {
    let text = text.trim();
    let mut actions = if text.starts_with('[') {
        serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?
    } else {
        short(text)?
    };
    if actions.len() > MOST {
        return Err(wrong(format!("a message has up to {MOST} of them")));
    }
    for action in &mut actions {
        action.action.make_ascii_lowercase();
        action.method.make_ascii_uppercase();
        action.id = rand::rng().sample_iter(Alphanumeric).take(10).map(char::from).collect();
        action.check()?;
    }
    Ok(actions)
}

impl Action {
    fn check(&self) -> Result<(), NotActions> {
        let needed = match self.action.as_str() {
            "view" | "http" => ("url", &self.url),
            "copy" => ("value", &self.value),
            "broadcast" => ("label", &self.label),
            other => return Err(wrong(format!("'{other}' is none of view, http, broadcast and copy"))),
        };
        for (name, value) in [("label", &self.label), needed] {
            if value.is_empty() {
                return Err(wrong(format!("'{}' needs '{name}'", self.action)));
            }
        }
        Ok(())
    }

    /// Takes the part of the short form at this place: `key=value`, or a value whose place says what it is.
    fn take(&mut self, place: usize, part: Part) -> Result<(), NotActions> {
        let key = match (part.key, place) {
            (Some(key), _) => key,
            (None, 0) => "action",
            (None, 1) => "label",
            (None, 2) if matches!(self.action.as_str(), "view" | "http") => "url",
            (None, 2) if self.action == "copy" => "value",
            (None, _) => return Err(wrong(format!("what '{}' is for isn't said: write key=value", part.value))),
        };
        let value = part.value;
        if let Some(name) = key.strip_prefix("headers.") {
            self.headers.insert(name.into(), value.into());
        } else if let Some(name) = key.strip_prefix("extras.") {
            self.extras.insert(name.into(), value.into());
        } else {
            match key.to_ascii_lowercase().as_str() {
                "action" => self.action = value,
                "label" => self.label = value,
                "url" => self.url = value,
                "method" => self.method = value,
                "body" => self.body = value,
                "intent" => self.intent = value,
                "value" => self.value = value,
                "clear" => {
                    self.clear = match value.to_ascii_lowercase().as_str() {
                        "true" | "yes" | "1" => true,
                        "false" | "no" | "0" => false,
                        _ => return Err(wrong("'clear' is true or false")),
                    };
                }
                _ => return Err(wrong(format!("'{key}' isn't known"))),
            }
        }
        Ok(())
    }
}

fn short(text: &str) -> Result<Vec<Action>, NotActions> {
    let mut actions = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut action = Action::default();
        for place in 0.. {
            let part = part(rest)?;
            let (last, after) = (part.last, part.after);
            if part.key.is_some() || !part.value.is_empty() || place < 2 {
                action.take(place, part)?;
            }
            rest = after.trim_start();
            if last {
                break;
            }
        }
        actions.push(action);
    }
    Ok(actions)
}

/// What stands between two commas.
struct Part<'a> {
    key: Option<&'a str>,
    value: String,
    /// Whether it is the last of its action.
    last: bool,
    after: &'a str,
}

fn part(text: &str) -> Result<Part<'_>, NotActions> {
    let text = text.trim_start();
    let (key, text) = match text.split_once('=') {
        Some((key, value)) if is_key(key.trim_end()) => (Some(key.trim_end()), value.trim_start()),
        _ => (None, text),
    };
    let (value, rest) = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => quoted(&text[1..], quote)?,
        _ => {
            let end = text.find([',', ';']).unwrap_or(text.len());
            (text[..end].trim().to_owned(), &text[end..])
        }
    };
    let rest = rest.trim_start();
    let (last, after) = match rest.chars().next() {
        None => (true, rest),
        Some(';') => (true, &rest[1..]),
        Some(',') => (false, &rest[1..]),
        Some(_) => return Err(wrong(format!("a comma or semicolon is missing before '{rest}'"))),
    };
    Ok(Part { key, value, last, after })
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
}

/// A value up to its closing quote; `\"` is a quote in it.
fn quoted(text: &str, quote: char) -> Result<(String, &str), NotActions> {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' if chars.next_if(|&(_, next)| next == quote).is_some() => value.push(quote),
            char if char == quote => return Ok((value, &text[at + 1..])),
            char => value.push(char),
        }
    }
    Err(wrong(format!("a closing {quote} is missing")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plain(text: &str) -> Value {
        let mut actions = serde_json::to_value(read(text).unwrap()).unwrap();
        for action in actions.as_array_mut().unwrap() {
            let id = action.as_object_mut().unwrap().remove("id").unwrap();
            assert_eq!(id.as_str().unwrap().len(), 10);
        }
        actions
    }

    #[test]
    fn the_short_form() {
        let cases = [
            (
                "view, Open portal, https://home.nest.com/, clear=true; \
                 http, Turn down, https://api.nest.com/, body='{\"temperature\": 65}'",
                json!([
                    { "action": "view", "label": "Open portal", "clear": true, "url": "https://home.nest.com/" },
                    { "action": "http", "label": "Turn down", "clear": false, "url": "https://api.nest.com/",
                      "body": "{\"temperature\": 65}" },
                ]),
            ),
            (
                "action=http, label=\"a, \\\"b\\\"; c\", url=https://x.example/?a=b, method=put, \
                 headers.Authorization=Bearer zAzsx1sk..",
                json!([{ "action": "http", "label": "a, \"b\"; c", "clear": false, "url": "https://x.example/?a=b",
                         "method": "PUT", "headers": { "Authorization": "Bearer zAzsx1sk.." } }]),
            ),
            (
                "broadcast, Take picture, extras.cmd=pic, extras.camera = front, intent=x.y;",
                json!([{ "action": "broadcast", "label": "Take picture", "clear": false, "intent": "x.y",
                         "extras": { "cmd": "pic", "camera": "front" } }]),
            ),
            ("copy, Code, 1234", json!([{ "action": "copy", "label": "Code", "clear": false, "value": "1234" }])),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn the_json_form() {
        let text = r#" [{"action":"VIEW","label":"Admin","url":"https://x.example","id":"mine"}]"#;
        assert_eq!(
            plain(text),
            json!([{ "action": "view", "label": "Admin", "clear": false, "url": "https://x.example" }])
        );
    }

    #[test]
    fn what_is_no_action_is_told() {
        let cases = [
            ("view", "needs 'label'"),
            ("view, Open", "needs 'url'"),
            ("dance, Now", "'dance' is none of"),
            ("view, Open, https://x.example, what", "write key=value"),
            ("view, Open, https://x.example, colour=red", "'colour' isn't known"),
            ("view, Open, https://x.example, clear=perhaps", "true or false"),
            ("view, 'Open", "closing ' is missing"),
            ("view, 'Open' now, x", "comma or semicolon"),
            ("[{]", "line 1"),
            ("view,a,x://;view,a,x://;view,a,x://;view,a,x://", "up to 3"),
        ];
        for (text, expected) in cases {
            let why = read(text).unwrap_err().to_string();
            assert!(why.contains(expected), "{text}: {why}");
        }
    }
}
