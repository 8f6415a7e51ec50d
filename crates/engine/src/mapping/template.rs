//! Fields that are composed: `{{ data.old }} → {{ data.new }}`, in the expressions of MiniJinja
//! (<https://docs.rs/minijinja/latest/minijinja/syntax/>).
//!
//! The templates come from presets, and the data from servers; neither is trusted. So there are expressions only (no
//! statements, hence no loops), none that multiplies a text, filters that cannot make much of little, and fuel.

use std::{collections::BTreeSet, sync::LazyLock};

use html2text::render::TrivialDecorator;
use minijinja::{
    Environment, Error, ErrorKind, UndefinedBehavior, Value, context, filters, tests,
    value::{Serde, ValueKind},
};
use regex::Regex;
use rust_decimal::{Decimal, RoundingStrategy};
use streambell_sse as sse;

use super::parts::Part;
use crate::{EngineError, json, speak};

/// Bytes that a template may have: some hold a table, from ids to names.
const MAX_LENGTH: usize = 4000;
/// Texts that may be put together in one expression, each of which is copied with what is before it.
const MAX_SUMS: usize = 60;
/// Steps that rendering may take.
const FUEL: u64 = 10_000;
/// Bytes that a filter may make.
const MAX_TEXT: usize = 64 * 1024;
/// Bytes of HTML that are read: what is nested as deep as that allows costs time by the square of it.
const MAX_HTML: usize = 16 * 1024;

const NAMES: &[&str] = &["data", "event", "id", "name", "whole"];
const FILTERS: &[&str] = &[
    "abs",
    "default",
    "first",
    "float",
    "int",
    "join",
    "json",
    "last",
    "length",
    "lower",
    "map",
    "over",
    "plain",
    "rejectattr",
    "replace",
    "round",
    "scale",
    "selectattr",
    "split",
    "times",
    "title",
    "trim",
    "upper",
    "words",
];

/// The templates of a mapping, compiled.
pub(crate) struct Templates {
    environment: Environment<'static>,
}

/// What templates know of an event.
pub(crate) struct Shown(Value);

impl Shown {
    /// `data`: the part that a reading is made of, which has this `name`. `whole`: all data of the event.
    pub(super) fn new(event: &sse::Event, part: &Part<'_>, whole: &serde_json::Value) -> Self {
        let Part { value: data, name } = part;
        let data: &serde_json::Value = data;
        let data_shown = Value::from(Serde(data));
        let whole = if std::ptr::eq(data, whole) { data_shown.clone() } else { Value::from(Serde(whole)) };
        Self(context! { data => data_shown, name, whole, event => &*event.event, id => &*event.id })
    }
}

/// Whether a text has something to fill in.
pub(crate) fn is_template(text: &str) -> bool {
    text.contains("{{")
}

impl Default for Templates {
    fn default() -> Self {
        let mut environment = Environment::empty();
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        environment.set_fuel(Some(FUEL));
        environment.set_formatter(|out, _, value| match value.kind() {
            ValueKind::None | ValueKind::Undefined => Ok(()),
            // As it came, not as the template language writes it.
            ValueKind::Map | ValueKind::Seq => {
                out.write_str(&serde_json::to_string(value).unwrap_or_default()).map_err(Error::from)
            }
            _ => out.write_str(&value.to_string()).map_err(Error::from),
        });
        environment.add_filter("abs", filters::abs);
        environment.add_filter("default", filters::default);
        environment.add_filter("first", filters::first);
        environment.add_filter("float", filters::float);
        environment.add_filter("int", filters::int);
        environment.add_filter("join", join);
        environment.add_filter("json", |text: &str| json::parse(text).map(|json| Value::from(Serde(json))));
        environment.add_filter("last", filters::last);
        environment.add_filter("length", filters::length);
        environment.add_filter("lower", filters::lower);
        environment.add_filter("map", filters::map);
        environment.add_filter("over", over);
        environment.add_filter("plain", plain);
        environment.add_filter("rejectattr", filters::rejectattr);
        environment.add_filter("replace", replace);
        environment.add_filter("round", round);
        environment.add_filter("scale", scale);
        environment.add_filter("selectattr", filters::selectattr);
        environment.add_filter("split", split);
        environment.add_filter("times", times);
        environment.add_filter("title", filters::title);
        environment.add_filter("trim", filters::trim);
        environment.add_filter("upper", filters::upper);
        environment.add_filter("words", |text: &str| text.replace(['_', '-', '.'], " "));
        environment.add_test("defined", tests::is_defined);
        environment.add_test("eq", tests::is_eq);
        environment.add_test("in", tests::is_in);
        environment.add_test("ne", tests::is_ne);
        environment.add_test("none", tests::is_none);
        environment.add_test("number", tests::is_number);
        environment.add_test("string", tests::is_string);
        Self { environment }
    }
}

impl Templates {
    /// Compiles a template under a name; `place` is where the user wrote it.
    ///
    /// # Errors
    /// Names what it must not have, or what is wrong.
    pub(crate) fn add(&mut self, name: &'static str, text: &str, place: &str) -> Result<(), EngineError> {
        let wrong = |problem: String| EngineError::invalid(place, problem);
        look_at(text).map_err(wrong)?;
        self.environment.add_template_owned(name, text.to_owned()).map_err(|error| {
            let error = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
            wrong(speak!(
                format!("This text cannot be filled in: {error}. An example of one: {{{{ data.symbol }}}} rose"),
                format!("无法填写这段文本（{error}）。示例：{{{{ data.symbol }}}} 上涨")
            ))
        })?;
        let used = self.environment.get_template(name).map(|template| template.undeclared_variables(false));
        let unknown: BTreeSet<String> = used.unwrap_or_default().into_iter().collect();
        match unknown.iter().find(|name| !NAMES.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(wrong(speak!(
                format!("There is no '{name}' to fill in. There are: {}.", NAMES.join(", ")),
                format!("没有“{name}”可以填写。可用的有：{}。", NAMES.join(", "))
            ))),
        }
    }

    /// What a template makes of an event; nothing where nothing is filled in, or where it fails.
    pub(crate) fn fill(&self, name: &str, shown: &Shown) -> Option<String> {
        let text = self.environment.get_template(name).ok()?.render(&shown.0).ok()?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

/// What a template must not have, in the words of a message.
fn look_at(text: &str) -> Result<(), String> {
    static STRINGS: LazyLock<Regex> = LazyLock::new(|| pattern(r#""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'"#));
    static BRACES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)\{\{(.*?)\}\}"));
    static FILTER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\|\s*(\w+)"));
    if text.len() > MAX_LENGTH {
        return Err(speak!(
            format!("Write a text of at most {MAX_LENGTH} bytes."),
            format!("文本最长为 {MAX_LENGTH} 字节。")
        ));
    }
    if text.contains("{%") || text.contains("{#") {
        return Err(speak!(
            "A text is filled in by {{ expressions }} only, not by statements ({% … %}) or comments.",
            "文本只能用 {{ 表达式 }} 填写，不能用语句（{% … %}）或注释。"
        )
        .into());
    }
    for braces in BRACES.captures_iter(text) {
        let expression = STRINGS.replace_all(&braces[1], "''");
        if expression.contains('*') {
            return Err(speak!(
                "Write products as {{ data.a | times(data.b) }}, which are exact; '*' is not for texts.",
                "乘积请写成 {{ data.a | times(data.b) }}，结果是精确的；文本中不能使用“*”。"
            )
            .into());
        }
        if expression.matches(['~', '+']).count() > MAX_SUMS {
            return Err(speak!(
                format!("Put at most {MAX_SUMS} texts together in one pair of braces."),
                format!("一对大括号中最多连接 {MAX_SUMS} 段文本。")
            ));
        }
        let mut filters = FILTER.captures_iter(&expression).map(|found| found[1].to_owned());
        if let Some(unknown) = filters.find(|name| !FILTERS.contains(&name.as_str())) {
            return Err(speak!(
                format!("There is no filter '{unknown}'. There are: {}.", FILTERS.join(", ")),
                format!("没有过滤器“{unknown}”。可用的有：{}。", FILTERS.join(", "))
            ));
        }
    }
    Ok(())
}

#[expect(clippy::unwrap_used, reason = "the patterns are those above")]
fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

fn too_much() -> Error {
    Error::new(ErrorKind::InvalidOperation, "the text is too long")
}

fn join(items: &Value, between: Option<&str>) -> Result<String, Error> {
    let mut joined = String::new();
    for (index, item) in items.try_iter()?.enumerate() {
        if index > 0 {
            joined.push_str(between.unwrap_or_default());
        }
        joined.push_str(&item.to_string());
        if joined.len() > MAX_TEXT {
            return Err(too_much());
        }
    }
    Ok(joined)
}

fn replace(text: &str, from: &str, to: &str) -> Result<String, Error> {
    let grown = if from.is_empty() { usize::MAX } else { text.matches(from).count().saturating_mul(to.len()) };
    match grown.saturating_add(text.len()) {
        length if length <= MAX_TEXT => Ok(text.replace(from, to)),
        _ => Err(too_much()),
    }
}

/// The parts between a separator; what is behind many of them stays in one part.
fn split(text: &str, separator: &str) -> Vec<String> {
    const MOST: usize = 1000;
    match separator {
        "" => vec![text.to_owned()],
        separator => text.splitn(MOST, separator).map(str::to_owned).collect(),
    }
}

fn decimal(value: &Value) -> Result<Decimal, Error> {
    let text = value.to_string();
    let text = text.trim();
    text.parse()
        .or_else(|_| Decimal::from_scientific(text))
        .map_err(|_| Error::new(ErrorKind::InvalidOperation, "not a number"))
}

/// A result that does not fit 28 digits is none.
fn exact(result: Option<Decimal>) -> Result<String, Error> {
    result.map(|decimal| decimal.to_string()).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "too many digits"))
}

/// A number times a power of ten: 6140993501000 and -8 are 61409.93501000.
fn scale(number: &Value, exponent: &Value) -> Result<String, Error> {
    let (number, exponent) = (decimal(number)?, decimal(exponent)?);
    let moved = i64::try_from(exponent.trunc()).ok().filter(|moved| (-28..=28).contains(moved));
    exact(moved.and_then(|moved| match u32::try_from(moved) {
        Ok(more) => number.checked_mul(Decimal::from(10_i128.pow(more))),
        Err(_) => {
            let digits = u32::try_from(-moved).ok()? + number.scale();
            Decimal::try_from_i128_with_scale(number.mantissa(), digits).ok()
        }
    }))
}

/// A fraction, to 28 digits.
fn over(number: &Value, divisor: &Value) -> Result<String, Error> {
    exact(decimal(number)?.checked_div(decimal(divisor)?).map(|decimal| decimal.normalize()))
}

fn times(number: &Value, factor: &Value) -> Result<String, Error> {
    exact(decimal(number)?.checked_mul(decimal(factor)?).map(|decimal| decimal.normalize()))
}

/// Digits after the point that stay; a five goes away from zero.
fn round(number: &Value, digits: Option<u32>) -> Result<String, Error> {
    let digits = digits.unwrap_or_default().min(28);
    exact(Some(decimal(number)?.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)))
}

/// The text of a piece of HTML.
fn plain(html: &str) -> String {
    // No line is broken, but where the HTML breaks it.
    const WIDTH: usize = 10_000;
    let html = &html[..html.floor_char_boundary(MAX_HTML)];
    let text = html2text::config::with_decorator(TrivialDecorator::new())
        .string_from_read(html.as_bytes(), WIDTH)
        .unwrap_or_default();
    text.trim().to_owned()
}
