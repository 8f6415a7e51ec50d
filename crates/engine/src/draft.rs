//! What the user typed, checked and made whole: drafts to feeds and rules.

use http::{HeaderName, HeaderValue};
use streambell_sse as sse;

use crate::{
    EngineError,
    dialect::Interpreter,
    model::{Auth, Condition, Feed, FeedDraft, FeedId, Limits, Rule, RuleDraft, RuleId},
    paste, route, speak, told,
};

/// Bytes that the name of a feed may have.
pub(crate) const MAX_NAME: usize = 120;

/// Makes a draft that is [`tidy`] a feed with this id. `limits`: where the draft names none.
pub(crate) fn feed(draft: FeedDraft, id: FeedId, limits: &Limits) -> Feed {
    Feed {
        id,
        name: draft.name,
        url: draft.url,
        group: draft.group,
        parent: draft.parent,
        view: draft.view,
        map: draft.map,
        notify: draft.notify,
        enabled: draft.enabled.unwrap_or(true),
        headers: draft.headers,
        auth: draft.auth,
        proxy: draft.proxy,
        tls: draft.tls,
        dialect: draft.dialect,
        preset: draft.preset,
        limits: draft.limits.or(limits),
    }
}

/// Checks a draft and completes what can be completed: the address, the name. A login inside the address is moved to
/// where logins belong, so a draft is looked at for secrets after this, not before.
///
/// # Errors
/// Names the field that is wrong and what would be right.
pub(crate) fn tidy(draft: &mut FeedDraft) -> Result<(), EngineError> {
    let mut url = sse::parse_url(&draft.url).map_err(|error| paste::not_a_feed(&draft.url, &error))?;
    if let Some((user, password)) = sse::split_credentials(&mut url) {
        draft.auth.get_or_insert(Auth::Basic { user, password: Some(password) });
    }
    draft.url = url.to_string();
    draft.name = draft.name.trim().to_owned();
    draft.group = draft.group.take().map(|group| group.trim().to_owned()).filter(|group| !group.is_empty());
    if draft.name.is_empty() {
        draft.name = url.host_str().unwrap_or("Feed").to_owned();
    }
    if draft.name.len() > MAX_NAME {
        return Err(EngineError::invalid(
            "name",
            speak!(format!("Choose a name of at most {MAX_NAME} bytes."), format!("名称最长为 {MAX_NAME} 字节。")),
        ));
    }
    for (name, value) in &draft.headers.0 {
        HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            EngineError::invalid(
                "headers",
                speak!(
                    format!("'{name}' is no name of a header. An example of one: X-Api-Key"),
                    format!("“{name}”不是请求头的名称。示例：X-Api-Key")
                ),
            )
        })?;
        if value.as_ref().is_some_and(|value| HeaderValue::from_str(value).is_err()) {
            return Err(EngineError::invalid(
                "headers",
                speak!(
                    format!("The value of '{name}' has characters that a header cannot carry."),
                    format!("“{name}”的值含有请求头不能携带的字符。")
                ),
            ));
        }
    }
    if let Some(Auth::Basic { user, .. }) = &draft.auth
        && (user.is_empty() || user.contains(':'))
    {
        return Err(EngineError::invalid(
            "auth",
            speak!("A basic login needs a user name, without a colon.", "基本登录需要用户名，且不能含有冒号。"),
        ));
    }
    if let Some(proxy) = &draft.proxy {
        route::proxy(proxy, None).map_err(|error| EngineError::invalid("proxy", told::proxy(&error)))?;
    }
    if let Some(certificates) = &draft.tls {
        route::tls(certificates, certificates.key.as_deref(), sse::Tls::default())
            .map_err(|error| EngineError::invalid("tls", told::tls(&error)))?;
    }
    if let Some(Auth::Query { parameter, .. }) = &draft.auth
        && parameter.trim().is_empty()
    {
        return Err(EngineError::invalid(
            "auth",
            speak!(
                "Name the parameter that takes the token, for example auth.",
                "请填写携带令牌的参数名称，例如 auth。"
            ),
        ));
    }
    if draft.limits.max_event_bytes == Some(0) {
        return Err(EngineError::invalid(
            "limits.max_event_bytes",
            speak!("Allow at least one byte.", "请至少允许 1 字节。"),
        ));
    }
    Interpreter::new(&draft.map, &draft.dialect)?;
    Ok(())
}

/// The id that the draft asks for, else one made from its name; not one of those taken.
///
/// # Errors
/// When the id that it asks for has other characters than ids have.
pub(crate) fn feed_id(draft: &FeedDraft, taken: impl Fn(&str) -> bool) -> Result<FeedId, EngineError> {
    if let Some(FeedId(id)) = &draft.id {
        check_id(id)?;
    }
    let wanted = draft.id.as_ref().map_or_else(|| slug(&draft.name, "feed"), |id| id.0.clone());
    Ok(FeedId(free(&wanted, taken)))
}

/// An id for a preset of this name.
pub(crate) fn preset_id(name: &str, taken: impl Fn(&str) -> bool) -> String {
    free(&slug(name, "preset"), taken)
}

/// Checks a draft and makes it a rule.
///
/// # Errors
/// When the id has other characters than ids have. The condition is checked where it is compiled.
pub(crate) fn rule(draft: RuleDraft, taken: impl Fn(&str) -> bool) -> Result<Rule, EngineError> {
    if let Some(RuleId(id)) = &draft.id {
        check_id(id)?;
    }
    let name = if draft.name.trim().is_empty() { name_of(&draft.when) } else { draft.name.trim().to_owned() };
    if draft.gates.at_most.is_some_and(|limit| limit.count == 0) {
        return Err(EngineError::invalid(
            "gates.at_most.count",
            speak!("Allow at least 1, or switch the rule off.", "请至少允许 1 次，或关闭该规则。"),
        ));
    }
    let wanted = draft.id.map_or_else(|| slug(&name, "rule"), |id| id.0);
    Ok(Rule {
        id: RuleId(free(&wanted, taken)),
        name,
        feeds: draft.feed.into_iter().chain(draft.feeds).collect(),
        group: draft.group.map(|group| group.trim().to_owned()).filter(|group| !group.is_empty()),
        per: draft.per,
        enabled: draft.enabled.unwrap_or(true),
        when: draft.when,
        hold: draft.hold,
        until: draft.until,
        gates: draft.gates,
        notify: draft.notify,
    })
}

fn name_of(condition: &Condition) -> String {
    match condition {
        Condition::Value(_) => speak!("Value", "数值").into(),
        Condition::Event(name) => speak!(format!("Event {name}"), format!("事件 {name}")),
        Condition::Text(text) => {
            let text = text.matches.as_ref().or(text.words.as_ref()).map_or("", String::as_str);
            speak!(format!("Text {text}"), format!("文本 {text}"))
        }
        Condition::Field(field) => speak!(format!("Field {}", field.field), format!("字段 {}", field.field)),
        Condition::Rate(_) => speak!("Rate", "频率").into(),
        Condition::SilentFor(span) => speak!(format!("Silent for {span}"), format!("静默 {span}")),
        Condition::Progress(_) => speak!("Progress", "进度").into(),
        Condition::All(_) | Condition::Any(_) | Condition::Not(_) => speak!("Rule", "规则").into(),
        Condition::Cel(_) => speak!("Expression", "表达式").into(),
    }
}

fn check_id(id: &str) -> Result<(), EngineError> {
    let fits = !id.is_empty()
        && id.len() <= 64
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if fits {
        Ok(())
    } else {
        Err(EngineError::invalid(
            "id",
            speak!(
                format!("'{id}': use 1 to 64 letters, digits, '-', '_' and '.'."),
                format!("“{id}”：请使用 1 到 64 个字母、数字、“-”、“_”或“.”。")
            ),
        ))
    }
}

/// Letters and digits of a name, for an id.
fn slug(name: &str, otherwise: &str) -> String {
    let mut slug = String::new();
    for character in name.chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= 40 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { otherwise.to_owned() } else { slug.to_owned() }
}

fn free(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(wanted) {
        return wanted.to_owned();
    }
    (2..).map(|number| format!("{wanted}-{number}")).find(|id| !taken(id)).unwrap_or_else(|| wanted.to_owned())
}
