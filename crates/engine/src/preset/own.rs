//! A preset of the user's own: a feed's settings, without what is secret or personal.

use streambell_sse as sse;
use url::Url;

use crate::{
    EngineError,
    model::{
        Auth, Certificates, Feed, FeedDraft, Headers, Phrase, Preset, PresetIcon, PresetRule, Question, QuestionKind,
        Rule,
    },
    speak,
};

/// The settings of a feed and of the rules that are its alone, as a preset of this name. It asks for the address and for
/// each secret.
pub(crate) fn of_feed(feed: &Feed, rules: &[&Rule], name: &str) -> Preset {
    let mut ask = vec![address(&feed.url)];
    let mut secret = |name: String, label: String| {
        let filled_in = format!("${{{name}}}");
        ask.push(Question { name, ..question(QuestionKind::Secret, label) });
        filled_in
    };
    let auth = feed.auth.as_ref().map(|auth| match auth {
        Auth::Basic { user, .. } => {
            let label = speak!(format!("Password of {user}"), format!("{user} 的密码"));
            Auth::Basic { user: literal(user), password: Some(secret("password".into(), label)) }
        }
        Auth::Bearer { .. } => Auth::Bearer { token: Some(secret("token".into(), speak!("Token", "令牌").into())) },
        Auth::Query { parameter, .. } => {
            Auth::Query { parameter: literal(parameter), token: Some(secret("token".into(), parameter.clone())) }
        }
    });
    let headers = feed.headers.0.keys().enumerate();
    let headers =
        headers.map(|(index, header)| (header.clone(), Some(secret(format!("header_{index}"), header.clone()))));
    let headers = Headers(headers.collect());
    let draft = FeedDraft {
        id: None,
        name: literal(&feed.name),
        url: "${address}".into(),
        group: None,
        parent: None,
        enabled: None,
        auth,
        headers,
        // The way from here is not the service's.
        proxy: None,
        tls: feed
            .tls
            .as_ref()
            .and_then(|tls| tls.roots.clone())
            .map(|roots| Certificates { roots: Some(roots), ..Certificates::default() }),
        preset: None,
        ..FeedDraft::from(feed.clone())
    };
    let host = Url::parse(&feed.url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let one = |text: String| Phrase::One(if text.is_empty() { name.to_owned() } else { text });
    Preset {
        version: 1,
        id: String::new(),
        own: true,
        place: 0,
        icon: PresetIcon::default(),
        docs: None,
        recognise: Vec::new(),
        name: one(name.to_owned()),
        description: one(host),
        ask,
        feed: without_templates(draft),
        help: std::collections::BTreeMap::new(),
        rules: rules.iter().map(|rule| preset_rule(rule)).collect(),
    }
}

fn question(kind: QuestionKind, label: String) -> Question {
    Question {
        name: String::new(),
        kind,
        label: Phrase::One(label),
        hint: None,
        placeholder: None,
        default: None,
        optional: false,
        pattern: None,
        wrong: None,
        options: Vec::new(),
    }
}

/// An address can have a secret in its query; then it is asked for anew.
fn address(url: &str) -> Question {
    let parsed = Url::parse(url).ok();
    let is_plain = parsed.as_ref().is_some_and(|url| url.query().is_none() && url.username().is_empty());
    Question {
        name: "address".into(),
        default: is_plain.then(|| url.to_owned()),
        placeholder: parsed.filter(|_| !is_plain).map(|url| sse::redact_url(&url)),
        ..question(QuestionKind::Text, speak!("Address", "地址").into())
    }
}

/// A text that is filled in as it is.
fn literal(text: &str) -> String {
    text.replace("${", "${'${'}")
}

/// The mapping and the dialect are for each event, and have nothing to fill in before.
fn without_templates(draft: FeedDraft) -> FeedDraft {
    fn quoted(part: serde_json::Value) -> serde_json::Value {
        match part {
            serde_json::Value::String(text) => literal(&text).into(),
            serde_json::Value::Array(items) => items.into_iter().map(quoted).collect(),
            serde_json::Value::Object(fields) => {
                serde_json::Value::Object(fields.into_iter().map(|(name, field)| (name, quoted(field))).collect())
            }
            other => other,
        }
    }
    let again = |part: serde_json::Result<serde_json::Value>| part.map(quoted).unwrap_or_default();
    let map = serde_json::from_value(again(serde_json::to_value(&draft.map))).unwrap_or_default();
    let dialect = serde_json::from_value(again(serde_json::to_value(&draft.dialect))).unwrap_or_default();
    FeedDraft { map, dialect, ..draft }
}

fn preset_rule(rule: &Rule) -> PresetRule {
    PresetRule {
        name: Phrase::One(literal(&rule.name)),
        when: rule.when.clone(),
        per: rule.per,
        hold: rule.hold,
        until: rule.until.clone(),
        gates: Some(rule.gates.clone()),
        notify: Some(rule.notify.clone()),
    }
}

/// A preset as a file.
///
/// # Errors
/// When it cannot be written as TOML, which is a fault of the program's.
pub(crate) fn to_file(preset: &Preset) -> Result<String, EngineError> {
    let preset = Preset { id: String::new(), own: false, ..preset.clone() };
    toml::to_string_pretty(&preset).map_err(|error| EngineError::Document(error.to_string()))
}
