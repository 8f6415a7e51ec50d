//! From answers to a feed: what stands in `${…}` is filled in, and what stays empty is left out.

use std::{collections::BTreeMap, sync::LazyLock};

use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value, filters, syntax::SyntaxConfig, value::Serde};
use regex::Regex;
use serde_json::Value as Json;
use streambell_sse as sse;

use crate::{
    EngineError,
    model::{Answers, Auth, Feed, FeedDraft, Filled, Phrase, Preset, PresetUse, Question, QuestionKind, RuleDraft},
    secrets::needs_secrets,
    speak, told,
};

/// A field of a mapping that is never there.
const NOTHING: &str = "{{ none }}";
/// Stands for a secret that the key ring has. No answer can be it.
const KEPT: &str = "\u{1}";
const FUEL: u64 = 20_000;
/// Bytes of one answer.
const MAX_ANSWER: usize = 8 * 1024;

/// The feed that comes of answers. `before`: the feed that is changed, whose secrets stay where none is answered.
///
/// # Errors
/// Names the first question that is not answered, or not so that it makes sense: `answers.<name>`.
pub(crate) fn fill(preset: &Preset, answers: &Answers, before: Option<&Feed>) -> Result<Filled, EngineError> {
    let keeps = before.is_some_and(needs_secrets);
    let mut values = BTreeMap::new();
    for question in &preset.ask {
        let answer = answers.get(&question.name);
        let kept = keeps && question.kind == QuestionKind::Secret && answer.is_none_or(|answer| answer.is_empty());
        let value = if kept { KEPT.into() } else { value(question, answer)? };
        values.insert(question.name.clone(), value);
    }
    let values = Value::from(Serde(&values));
    let environment = environment();
    let fill_in = |text: &str| {
        environment.render_str(text, &values).map_err(|error| {
            EngineError::Document(speak!(
                format!("The preset '{}' cannot be filled in at '{text}': {error}. Tell its maker.", preset.id),
                format!("预设“{}”无法填写“{text}”（{error}）。请告知其作者。", preset.id)
            ))
        })
    };
    let mut template = to_json(&preset.feed)?;
    // A field that the file leaves empty is to stay so, and not to be guessed.
    for field in template["map"].as_object_mut().into_iter().flat_map(|map| map.values_mut()) {
        if field == "" {
            *field = NOTHING.into();
        }
    }
    let filled = filled(template, &fill_in)?.unwrap_or_default();
    let mut draft: FeedDraft = serde_json::from_value(filled).map_err(|error| broken(preset, &error))?;
    if let Some(before) = before {
        keep_secrets(&mut draft, before);
    }
    let kept = preset.ask.iter().filter(|question| question.kind != QuestionKind::Secret);
    let kept =
        kept.filter_map(|question| Some((question.name.clone(), answers.get(&question.name)?.trim().to_owned())));
    draft.preset = Some(PresetUse { id: preset.id.clone(), answers: kept.collect() });
    let mut rules = Vec::with_capacity(preset.rules.len());
    for rule in &preset.rules {
        let mut json = to_json(rule)?;
        json["name"] = rule.name.spoken().into();
        let json = self::filled(json, &fill_in)?.unwrap_or_default();
        // A rule about an answer that was left out is none.
        if json.get("when").is_some() {
            rules.push(serde_json::from_value::<RuleDraft>(json).map_err(|error| broken(preset, &error))?);
        }
    }
    Ok(Filled { draft, rules })
}

/// Leaves the secrets of a feed where they are, as far as it has any.
fn keep_secrets(draft: &mut FeedDraft, before: &Feed) {
    let kept = |secret: &mut Option<String>| secret.take_if(|secret| secret == KEPT).is_some();
    let lost = match &mut draft.auth {
        Some(
            Auth::Basic { password: secret, .. } | Auth::Bearer { token: secret } | Auth::Query { token: secret, .. },
        ) => kept(secret) && before.auth.is_none(),
        None => false,
    };
    if lost {
        draft.auth = None;
    }
    draft.headers.0.retain(|name, value| !kept(value) || before.headers.0.contains_key(name));
}

fn to_json(part: &impl serde::Serialize) -> Result<Json, EngineError> {
    serde_json::to_value(part).map_err(|error| EngineError::Document(error.to_string()))
}

fn broken(preset: &Preset, error: &serde_json::Error) -> EngineError {
    EngineError::Document(speak!(
        format!("What comes of the preset '{}' is no feed: {error}. Tell its maker.", preset.id),
        format!("预设“{}”得不出订阅（{error}）。请告知其作者。", preset.id)
    ))
}

/// Fills in all texts of a part. `None`: it stayed empty, or all that is in it did.
fn filled(part: Json, fill_in: &impl Fn(&str) -> Result<String, EngineError>) -> Result<Option<Json>, EngineError> {
    Ok(match part {
        Json::String(text) if text.contains("${") => {
            let text = fill_in(&text)?;
            (!text.trim().is_empty()).then_some(Json::String(text))
        }
        Json::Array(items) if !items.is_empty() => {
            let mut kept = Vec::with_capacity(items.len());
            for item in items {
                kept.extend(filled(item, fill_in)?);
            }
            (!kept.is_empty()).then_some(Json::Array(kept))
        }
        Json::Object(fields) if !fields.is_empty() => {
            let mut kept = serde_json::Map::new();
            for (name, field) in fields {
                let parts = field.as_object().map(serde_json::Map::len);
                let field = filled(field, fill_in)?;
                // A login without one of its parts is none.
                let is_whole = |field: &Json| name != "auth" || field.as_object().map(serde_json::Map::len) == parts;
                if let Some(field) = field.filter(is_whole) {
                    kept.insert(name, field);
                }
            }
            (!kept.is_empty()).then_some(Json::Object(kept))
        }
        other => Some(other),
    })
}

/// An answer, as it is filled in.
fn value(question: &Question, answer: Option<&String>) -> Result<Json, EngineError> {
    let answer = answer.or(question.default.as_ref()).map_or("", |answer| answer.trim());
    let wrong = |problem: String| EngineError::invalid(format!("answers.{}", question.name), problem);
    let label = || question.label.spoken();
    if answer.is_empty() && !question.optional {
        return Err(wrong(speak!(format!("Fill in '{}'.", label()), format!("请填写“{}”。", label()))));
    }
    if answer.len() > MAX_ANSWER || answer.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(wrong(speak!(
            format!("Give a shorter answer to '{}', without control characters.", label()),
            format!("“{}”的内容过长或含有控制字符，请修改。", label())
        )));
    }
    let items = || answer.split([',', ' ', '\n']).map(str::trim).filter(|item| !item.is_empty());
    let each_fits: Vec<&str> = match question.kind {
        QuestionKind::List | QuestionKind::Choices => items().collect(),
        _ if answer.is_empty() => Vec::new(),
        _ => vec![answer],
    };
    if let Some(pattern) = &question.pattern {
        let pattern = whole(pattern)?;
        if let Some(unfit) = each_fits.iter().find(|item| !pattern.is_match(item)) {
            let hint = question.wrong.as_ref().map_or_else(String::new, |wrong| format!(" {}", wrong.spoken()));
            return Err(wrong(speak!(
                format!("'{unfit}' does not fit here.{hint}"),
                format!("“{unfit}”不符合要求。{hint}")
            )));
        }
    }
    let option = |value: &str| {
        question.options.iter().find(|option| option.value == value).ok_or_else(|| {
            wrong(speak!(
                format!("Choose '{}' from the list: '{value}' is not in it.", label()),
                format!("请从列表中选择“{}”：其中没有“{value}”。", label())
            ))
        })
    };
    Ok(match question.kind {
        QuestionKind::Server if answer.is_empty() => "".into(),
        QuestionKind::Server => server(answer).map_err(wrong)?.into(),
        QuestionKind::Text | QuestionKind::Secret => answer.into(),
        QuestionKind::Choice if answer.is_empty() => "".into(),
        QuestionKind::Choice => option(answer)?.value.clone().into(),
        QuestionKind::List => items().collect(),
        QuestionKind::Choices => items()
            .map(|item| {
                let option = option(item)?;
                let label = option.label.as_ref().map_or(item, Phrase::spoken);
                Ok(serde_json::json!({"value": option.value, "label": label}))
            })
            .collect::<Result<_, EngineError>>()?,
    })
}

/// An address without what is behind its host and path: what a person calls a server.
fn server(answer: &str) -> Result<String, String> {
    let mut url = sse::complete_url(answer).map_err(|error| told::url(&error))?;
    url.set_query(None);
    url.set_fragment(None);
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// A regular expression that must match all of a text.
pub(super) fn whole(pattern: &str) -> Result<Regex, EngineError> {
    Regex::new(&format!("^(?:{pattern})$")).map_err(|error| EngineError::Document(error.to_string()))
}

/// What is filled in before a feed is there has another form than what is filled in for each of its events.
pub(super) fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
        let mut environment = Environment::empty();
        if let Ok(syntax) = SyntaxConfig::builder()
            .block_delimiters("$%{", "}%$")
            .variable_delimiters("${", "}")
            .comment_delimiters("$#{", "}#$")
            .build()
        {
            environment.set_syntax(syntax);
        }
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.add_filter("default", filters::default);
        environment.add_filter("join", filters::join);
        environment.add_filter("labels", labels);
        environment.add_filter("lower", filters::lower);
        environment.add_filter("map", filters::map);
        environment.add_filter("replace", filters::replace);
        environment.add_filter("tojson", |value: &Value| {
            serde_json::to_string(value).map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))
        });
        environment.add_filter("trim", filters::trim);
        environment.add_filter("upper", filters::upper);
        environment.add_filter("urlencode", filters::urlencode);
        environment
    });
    &ENVIRONMENT
}

/// Of what was chosen: value → label.
fn labels(choices: &Value) -> Result<Value, Error> {
    let mut labels = BTreeMap::new();
    for choice in choices.try_iter()? {
        labels.insert(choice.get_attr("value")?.to_string(), choice.get_attr("label")?.to_string());
    }
    Ok(Value::from(Serde(&labels)))
}
