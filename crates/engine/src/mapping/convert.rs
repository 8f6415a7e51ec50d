//! From JSON values to the fields of a reading. What does not fit is nothing, never a wrong guess.

use rust_decimal::Decimal;
use serde_json::Value;
use url::Url;

use crate::model::{Millis, State};

/// A text of it; nothing for `null` and the empty text.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Cuts a text at a character boundary.
pub(super) fn bounded(mut text: String, bytes: usize) -> String {
    if text.len() > bytes {
        text.truncate(text.floor_char_boundary(bytes));
        text.push('…');
    }
    text
}

/// A decimal, exactly as written: `7.50` keeps its zero.
pub(crate) fn decimal(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().trim_end_matches('%').trim_end().to_owned(),
        _ => return None,
    };
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}

/// A finite number.
pub(super) fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().trim_end_matches('%').trim_end().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

/// An address that may be opened: `http` or `https`.
pub(super) fn link(value: &Value) -> Option<String> {
    let url = Url::parse(value.as_str()?.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.into())
}

/// 1 to 5, by number or by ntfy's names.
pub(super) fn priority(value: &Value) -> Option<u8> {
    let number = match value {
        Value::Number(number) => number.as_u64()?,
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "min" => 1,
            "low" => 2,
            "default" | "normal" | "medium" => 3,
            "high" => 4,
            "max" | "urgent" | "critical" => 5,
            other => other.parse().ok()?,
        },
        _ => return None,
    };
    u8::try_from(number).ok().filter(|number| (1..=5).contains(number))
}

/// RFC 3339, or seconds, milliseconds, microseconds since 1970 by their size.
pub(super) fn time(value: &Value) -> Option<Millis> {
    match value {
        Value::String(text) => text
            .trim()
            .parse::<jiff::Timestamp>()
            .ok()
            .map(jiff::Timestamp::as_millisecond)
            .or_else(|| since_1970(text.trim().parse().ok()?)),
        Value::Number(number) => since_1970(number.as_f64()?),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn since_1970(number: f64) -> Option<Millis> {
    // 1e8 s is 1973 and 1e11 s the year 5138; each unit begins where the one before would be absurd.
    let millis = match number {
        n if (1e8..1e11).contains(&n) => n * 1e3,
        n if (1e11..1e14).contains(&n) => n,
        n if (1e14..1e17).contains(&n) => n / 1e3,
        _ => return None,
    };
    Some(millis as Millis)
}

/// The usual words, or a boolean for 'done'.
pub(super) fn state(value: &Value) -> Option<State> {
    let word = match value {
        Value::Bool(done) => return Some(if *done { State::Done } else { State::Open }),
        Value::String(word) => word.trim().to_ascii_lowercase(),
        _ => return None,
    };
    match word.as_str() {
        "done" | "completed" | "complete" | "success" | "successful" | "succeeded" | "finished" | "passed" | "ok"
        | "closed" => Some(State::Done),
        "failed" | "failure" | "fail" | "error" | "errored" | "cancelled" | "canceled" | "aborted" | "killed" => {
            Some(State::Failed)
        }
        "removed" | "deleted" | "remove" | "delete" => Some(State::Removed),
        "open" | "todo" | "pending" | "queued" | "running" | "started" | "in_progress" | "in progress"
        | "processing" | "active" => Some(State::Open),
        _ => None,
    }
}

/// A decimal for people: thousands apart, as many digits as were sent.
pub(crate) fn display_decimal(value: Decimal) -> String {
    let text = value.abs().to_string();
    let (whole, fraction) =
        text.split_once('.').map_or((text.as_str(), None), |(whole, fraction)| (whole, Some(fraction)));
    let mut out = String::with_capacity(text.len() + 4);
    if value.is_sign_negative() && !value.is_zero() {
        out.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}
