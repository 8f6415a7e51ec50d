//! Lengths of time, as users write them.

use std::{fmt, str::FromStr};

use jiff::SpanRelativeTo;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ts_rs::TS;

use super::Millis;
use crate::speak;

/// The longest that makes sense.
const LONGEST: Millis = 366 * 24 * 60 * 60 * 1000;

/// A length of time, more than none and at most a year: `90s`, `2m`, `1h30m`, `7d`. Kept in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, TS)]
#[schemars(with = "String")]
#[ts(export, type = "string")]
pub struct Span(Millis);

impl Span {
    /// In milliseconds.
    #[must_use]
    pub fn millis(self) -> Millis {
        self.0
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let span = text.trim().parse::<jiff::Span>().ok();
        let length = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
        let millis = length.and_then(|length| Millis::try_from(length.as_millis()).ok());
        match millis {
            Some(millis) if (1..=LONGEST).contains(&millis) => Ok(Self(millis)),
            _ => Err(speak!(
                format!("'{text}' is no length of time. Write it like 90s, 2m, 1h30m or 7d, a year at most"),
                format!("“{text}”不是时间长度。请写成 90s、2m、1h30m 或 7d 的形式，最长一年")
            )),
        }
    }
}

/// As it is written, in the largest units.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.0;
        for (unit, length) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] {
            if left >= length {
                write!(f, "{}{unit}", left / length)?;
                left %= length;
            }
        }
        Ok(())
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_written() {
        for (text, millis, written) in [
            ("90s", 90_000, "1m30s"),
            ("2m", 120_000, "2m"),
            ("1h 30m", 5_400_000, "1h30m"),
            ("7d", 604_800_000, "7d"),
            ("1w", 604_800_000, "7d"),
            ("250ms", 250, "250ms"),
        ] {
            let span: Span = text.parse().unwrap();
            assert_eq!((span.millis(), span.to_string().as_str()), (millis, written), "{text}");
        }
        for text in ["", "2", "0s", "-2m", "2y", "2mo", "soon", "100000d"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
