//! What a preset must be before anybody is asked its questions.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value as Json;

use super::fill;
use crate::{
    EngineError,
    model::{Auth, Phrase, Preset, Question, QuestionKind},
    speak,
};

/// Of questions, rules, patterns and pieces of help.
const MOST: usize = 40;
const MOST_OPTIONS: usize = 1000;
const MAX_PHRASE: usize = 2000;

/// Checks a preset.
///
/// # Errors
/// Names the place, and what is wrong there.
pub(super) fn check(preset: &Preset) -> Result<(), EngineError> {
    if preset.version != 1 {
        return Err(wrong(
            "version",
            speak!(
                "This Streambell reads presets of version 1. Update Streambell for newer ones.",
                "此 Streambell 只能读取版本 1 的预设。更新的版本请先升级 Streambell。"
            ),
        ));
    }
    let many = [preset.ask.len(), preset.rules.len(), preset.recognise.len(), preset.help.len()];
    if many.into_iter().any(|count| count > MOST) {
        return Err(wrong("ask", speak!("There are too many parts for one preset.", "一个预设中的内容过多。")));
    }
    let mut names = BTreeSet::new();
    for (index, question) in preset.ask.iter().enumerate() {
        let at = format!("ask[{index}]");
        question_makes_sense(question, &at)?;
        if !names.insert(question.name.as_str()) {
            return Err(wrong(&at, speak!("This name stands twice.", "这个名称出现了两次。")));
        }
    }
    for (index, pattern) in preset.recognise.iter().enumerate() {
        recognises(preset, pattern, &format!("recognise[{index}]"))?;
    }
    if !preset.docs.as_deref().is_none_or(is_web_address) {
        return Err(wrong("docs", speak!("Give an address of http or https.", "请填写 http 或 https 地址。")));
    }
    let phrases = [&preset.name, &preset.description].into_iter().chain(preset.help.values());
    for phrase in phrases.chain(preset.rules.iter().map(|rule| &rule.name)) {
        phrase_makes_sense(phrase, "name")?;
    }
    let secrets: BTreeSet<&str> = secrets(preset).collect();
    let known = Known { names: &names, secrets: &secrets };
    let feed = serde_json::to_value(&preset.feed).unwrap_or_default();
    for (name, field) in feed.as_object().into_iter().flatten() {
        // What is there goes to the key ring; all else is stored.
        let known = match name.as_str() {
            "auth" | "headers" => Known { secrets: &BTreeSet::new(), ..known },
            _ => known,
        };
        texts_know_their_names(field, &format!("feed.{name}"), known)?;
    }
    let given = match &preset.feed.auth {
        Some(
            Auth::Basic { password: secret, .. } | Auth::Bearer { token: secret } | Auth::Query { token: secret, .. },
        ) => secret.as_deref(),
        None => None,
    };
    if given.is_some_and(|secret| !secret.contains("${")) {
        return Err(wrong(
            "feed.auth",
            speak!(
                "A preset has no secret in it: ask for it, and fill it in as ${token}.",
                "预设中不能含有机密：请询问它，并以 ${token} 填入。"
            ),
        ));
    }
    let rules = serde_json::to_value(&preset.rules).unwrap_or_default();
    texts_know_their_names(&rules, "rules", known)
}

/// What can be filled in, and what of it not everywhere.
#[derive(Clone, Copy)]
struct Known<'p> {
    names: &'p BTreeSet<&'p str>,
    secrets: &'p BTreeSet<&'p str>,
}

fn wrong(place: &str, problem: impl Into<String>) -> EngineError {
    EngineError::invalid(place, problem)
}

fn secrets(preset: &Preset) -> impl Iterator<Item = &str> {
    preset.ask.iter().filter(|question| question.kind == QuestionKind::Secret).map(|question| question.name.as_str())
}

fn question_makes_sense(question: &Question, at: &str) -> Result<(), EngineError> {
    let is_word = |name: &str| {
        name.len() <= 40
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if !is_word(&question.name) {
        return Err(wrong(at, speak!("A name is a word of a–z, 0–9 and _.", "名称由 a–z、0–9 和 _ 组成。")));
    }
    if let Some(pattern) = &question.pattern {
        fill::whole(pattern).map_err(|error| wrong(at, error.to_string()))?;
        if question.wrong.is_none() {
            return Err(wrong(
                at,
                speak!(
                    "A question with a pattern says in 'wrong' what a right answer looks like.",
                    "带有 pattern 的问题须在 wrong 中说明正确的答案是什么样的。"
                ),
            ));
        }
    }
    let chooses = matches!(question.kind, QuestionKind::Choice | QuestionKind::Choices);
    if chooses == question.options.is_empty() || question.options.len() > MOST_OPTIONS {
        return Err(wrong(
            at,
            speak!("A choice has options, and nothing else has.", "选择题必须有选项，其他问题不能有。"),
        ));
    }
    if question.kind == QuestionKind::Secret && question.default.is_some() {
        return Err(wrong(at, speak!("A secret has no default.", "机密不能有默认值。")));
    }
    for phrase in [Some(&question.label), question.hint.as_ref(), question.wrong.as_ref()].into_iter().flatten() {
        phrase_makes_sense(phrase, at)?;
    }
    Ok(())
}

fn phrase_makes_sense(phrase: &Phrase, at: &str) -> Result<(), EngineError> {
    let texts = match phrase {
        Phrase::One(text) => [text, text],
        Phrase::Both { en, zh } => [en, zh],
    };
    if texts.into_iter().any(|text| text.trim().is_empty() || text.len() > MAX_PHRASE) {
        return Err(wrong(at, speak!("A text is empty or too long.", "文本为空或过长。")));
    }
    Ok(())
}

fn recognises(preset: &Preset, pattern: &str, at: &str) -> Result<(), EngineError> {
    let regex = Regex::new(pattern).map_err(|error| wrong(at, error.to_string()))?;
    let mut names = regex.capture_names().flatten();
    let asked =
        |name: &str| preset.ask.iter().any(|question| question.name == name && question.kind != QuestionKind::Secret);
    if !pattern.starts_with('^') || names.any(|name| !asked(name)) {
        return Err(wrong(
            at,
            speak!(
                "Begin with ^, and name groups after questions that are no secrets.",
                "须以 ^ 开头，且分组名称须是非机密问题的名称。"
            ),
        ));
    }
    Ok(())
}

fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// The names that a text is filled with.
fn variables(text: &str, at: &str) -> Result<BTreeSet<String>, EngineError> {
    let template = fill::environment().template_from_str(text).map_err(|error| wrong(at, error.to_string()))?;
    Ok(template.undeclared_variables(false).into_iter().collect())
}

fn texts_know_their_names(part: &Json, at: &str, known: Known<'_>) -> Result<(), EngineError> {
    match part {
        Json::String(text) if text.contains("${") => {
            let used = variables(text, at)?;
            if let Some(secret) = used.iter().find(|name| known.secrets.contains(name.as_str())) {
                return Err(wrong(
                    at,
                    speak!(
                        format!("'{secret}' is a secret: it belongs into a header or the login, and nowhere else."),
                        format!("“{secret}”是机密：它只能放在请求头或登录信息中。")
                    ),
                ));
            }
            match used.iter().find(|name| !known.names.contains(name.as_str())) {
                None => Ok(()),
                Some(name) => Err(wrong(
                    at,
                    speak!(
                        format!("'{name}' is filled in, and nobody is asked for it."),
                        format!("这里要填入“{name}”，但没有询问它。")
                    ),
                )),
            }
        }
        Json::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| texts_know_their_names(item, &format!("{at}[{index}]"), known)),
        Json::Object(fields) => {
            fields.iter().try_for_each(|(name, field)| texts_know_their_names(field, &format!("{at}.{name}"), known))
        }
        _ => Ok(()),
    }
}
