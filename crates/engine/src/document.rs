//! Settings as they travel: reading, checking and writing one JSON document.

use std::collections::HashSet;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    EngineError,
    actor::Actor,
    draft,
    model::{DOCUMENT_VERSION, Document, Feed, FeedDraft, FeedId, Rule, RuleDraft},
    rule::Evaluator,
    speak,
};

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ts_rs::TS)]
#[ts(export)]
pub struct ImportSummary {
    /// Feeds that are new.
    pub feeds_added: u32,
    /// Feeds of a known id.
    pub feeds_changed: u32,
    /// Rules that are new.
    pub rules_added: u32,
    /// Rules of a known id.
    pub rules_changed: u32,
}

/// A document as drafts; `bool`: whether the id is known, so that it is changed and not added.
pub(crate) struct Plan {
    pub(crate) feeds: Vec<(bool, FeedDraft)>,
    pub(crate) rules: Vec<(bool, RuleDraft)>,
}

/// Reads a document as far as that goes without knowing the feeds that there are.
///
/// # Errors
/// Names the place that is wrong.
pub(crate) fn parse(text: &str) -> Result<Plan, EngineError> {
    let wrong = |message: String| EngineError::Document(message);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document: Value = serde_json::from_str(text).map_err(|error| {
        wrong(speak!(
            format!(
                "This file is not JSON ({error}). Give a file that 'streambell export' wrote; nothing was changed."
            ),
            format!("这个文件不是 JSON（{error}）。请选择由 Streambell 导出的设置文件；没有作任何更改。")
        ))
    })?;
    let version = document.get("version").and_then(Value::as_u64).ok_or_else(|| {
        wrong(speak!("This is no Streambell settings file: it has no \"version\". Give a file that 'streambell export' wrote; nothing was changed.", "这不是 Streambell 的设置文件：其中没有“version”。请选择由 Streambell 导出的文件；没有作任何更改。").into())
    })?;
    if version > u64::from(DOCUMENT_VERSION) {
        return Err(wrong(speak!(
            format!(
                "This settings file has version {version}, and this Streambell reads up to version {DOCUMENT_VERSION}. Update Streambell, then import it again; nothing was changed."
            ),
            format!(
                "这个设置文件的版本是 {version}，而此 Streambell 最高只能读取版本 {DOCUMENT_VERSION}。请更新 Streambell 后重新导入；没有作任何更改。"
            )
        )));
    }
    if let Some(unknown) = document
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
        .find(|name| !["version", "feeds", "rules", "$schema"].contains(&name.as_str()))
    {
        return Err(wrong(speak!(
            format!(
                "The settings file has a part \"{unknown}\" that this Streambell does not know; nothing was changed."
            ),
            format!("设置文件中有此 Streambell 不认识的部分“{unknown}”；没有作任何更改。")
        )));
    }
    let feeds = items::<FeedDraft>(&document, "feeds")?.into_iter().map(|draft| (false, draft));
    let rules = items::<RuleDraft>(&document, "rules")?.into_iter().map(|draft| (false, draft));
    Ok(Plan { feeds: feeds.collect(), rules: rules.collect() })
}

fn items<T: DeserializeOwned>(document: &Value, name: &str) -> Result<Vec<T>, EngineError> {
    let items = match document.get(name) {
        None => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(_) => {
            return Err(EngineError::Document(speak!(
                format!("\"{name}\" must be a list; nothing was changed."),
                format!("“{name}”必须是列表；没有作任何更改。")
            )));
        }
    };
    let read = |(index, item): (usize, &Value)| {
        T::deserialize(item).map_err(|error| {
            EngineError::Document(speak!(
                format!("{name}[{index}]: {error}; nothing was changed."),
                format!("{name}[{index}]（{error}）；没有作任何更改。")
            ))
        })
    };
    items.iter().enumerate().map(read).collect()
}

/// Checks a plan against the feeds and rules that there are, so that nothing can go wrong half way. A feed can be named
/// by its id or its name.
///
/// # Errors
/// Names the place that is wrong.
pub(crate) fn check(actor: &Actor, mut plan: Plan) -> Result<Plan, EngineError> {
    let mut ids = HashSet::new();
    let mut names: Vec<(String, FeedId)> =
        actor.feeds.iter().map(|kept| (kept.feed.name.clone(), kept.feed.id.clone())).collect();
    for (index, (known, feed)) in plan.feeds.iter_mut().enumerate() {
        let at = |error: EngineError| {
            EngineError::Document(speak!(
                format!("feeds[{index}]: {error} Nothing was changed."),
                format!("feeds[{index}]：{error}没有作任何更改。")
            ))
        };
        draft::tidy(feed).map_err(at)?;
        let id = draft::feed_id(feed, |id| {
            feed.id.is_none() && (ids.contains(id) || actor.index(&FeedId(id.into())).is_ok())
        })
        .map_err(at)?;
        if !ids.insert(id.0.clone()) {
            return Err(EngineError::Document(speak!(
                format!("feeds[{index}]: the id '{}' stands twice. Nothing was changed.", id.0),
                format!("feeds[{index}]：标识“{}”出现了两次。没有作任何更改。", id.0)
            )));
        }
        *known = actor.index(&id).is_ok();
        names.push((feed.name.clone(), id.clone()));
        feed.id = Some(id);
    }
    for (index, (known, rule)) in plan.rules.iter_mut().enumerate() {
        let at = |error: EngineError| {
            EngineError::Document(speak!(
                format!("rules[{index}]: {error} Nothing was changed."),
                format!("rules[{index}]：{error}没有作任何更改。")
            ))
        };
        for feed in rule.feed.iter_mut().chain(&mut rule.feeds) {
            let by_id = names.iter().find(|(_, id)| id == feed);
            let found = by_id.or_else(|| names.iter().find(|(name, _)| *name == feed.0));
            *feed = found.map(|(_, id)| id.clone()).ok_or_else(|| at(EngineError::NoSuchFeed(feed.0.clone())))?;
        }
        Evaluator::new(draft::rule(rule.clone(), |_| false).map_err(at)?).map_err(at)?;
        *known = rule.id.as_ref().is_some_and(|id| actor.rule_index(id).is_ok());
    }
    Ok(plan)
}

/// The rules of a document that are for this feed: those that name it, by id or name, and those that name none.
///
/// # Errors
/// Names the place in the document that is wrong.
pub(crate) fn rules_for(text: &str, feed: &Feed) -> Result<Vec<Rule>, EngineError> {
    let mut rules: Vec<Rule> = Vec::new();
    for (index, (_, mut draft)) in parse(text)?.rules.into_iter().enumerate() {
        for named in draft.feed.iter_mut().chain(&mut draft.feeds).filter(|named| named.0 == feed.name) {
            *named = feed.id.clone();
        }
        let at = |error: EngineError| {
            EngineError::Document(speak!(format!("rules[{index}]: {error}"), format!("rules[{index}]：{error}")))
        };
        let rule = draft::rule(draft, |id| rules.iter().any(|rule| rule.id.0 == id)).map_err(at)?;
        Evaluator::new(rule.clone()).map_err(at)?;
        rules.push(rule);
    }
    Ok(rules)
}

/// The settings as a document.
pub(crate) fn of(actor: &Actor) -> Document {
    Document {
        version: DOCUMENT_VERSION,
        feeds: actor.feeds.iter().map(|kept| kept.feed.clone()).collect(),
        rules: actor.list_rules(),
    }
}
