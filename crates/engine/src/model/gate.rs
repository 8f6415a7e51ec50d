//! What may hold an alert back.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ts_rs::TS;

use super::{Millis, Span, Urgency};
use crate::speak;

/// Why an alert is not announced at once, or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Gate {
    /// The user has removed the feed or the rule, and could still bring it back.
    Leaving,
    /// The feed announces nothing.
    FeedSilent,
    /// The same event has rung before, and came again after a reconnect.
    Duplicate,
    /// The feed that this one hangs on is down.
    ParentDown,
    /// It happened while nobody listened.
    CatchingUp,
    /// The user wants nothing of this feed for a while.
    Muted,
    /// The user wants nothing of this alert for a while.
    Snoozed,
    /// The user wants nothing at all for a while.
    DoNotDisturb,
    /// It is night, or what the user calls so.
    QuietHours,
    /// The rule has just rung.
    CoolDown,
    /// The rule or the feed has rung too often.
    Limit,
    /// Too many ring at once.
    Storm,
}

/// How an alert was announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(tag = "how", rename_all = "snake_case")]
#[ts(export)]
pub enum Announced {
    /// By a notification of its own.
    #[default]
    Rung,
    /// Not yet: a gate holds it back.
    Held {
        /// Which.
        gate: Gate,
        /// When that opens.
        #[ts(type = "number")]
        until: Millis,
    },
    /// Together with others, when a gate opened.
    Digest {
        /// Which.
        gate: Gate,
    },
    /// Never.
    Silent {
        /// Why.
        gate: Gate,
    },
}

/// What holds the alerts of one rule back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct Gates {
    /// How long after an alert of a key no other of it is announced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cool_down: Option<Span>,
    /// How many are announced in a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<AtMost>,
}

impl Gates {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// So many in a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct AtMost {
    /// At least 1.
    pub count: u32,
    /// The time.
    pub per: Span,
}

/// A part of the week in which nothing is announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct QuietHours {
    /// The days on which they begin.
    pub days: Vec<Weekday>,
    /// When they begin, local time.
    pub from: DayTime,
    /// When they end: on the next day if that is not later.
    pub to: DayTime,
    /// What presses at least so much is announced all the same; `None`: nothing is.
    #[serde(default)]
    pub except: Option<Urgency>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// A time of the day: `07:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, JsonSchema, TS)]
#[schemars(with = "String")]
#[ts(export, type = "string")]
pub struct DayTime(pub(crate) jiff::civil::Time);

impl FromStr for DayTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let time = text
            .trim()
            .split_once(':')
            .and_then(|(hour, minute)| jiff::civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok());
        time.map(Self).ok_or_else(|| {
            speak!(
                format!("'{text}' is no time of the day. Write it like 07:30 or 22:00"),
                format!("“{text}”不是一天中的时间。请写成 07:30 或 22:00 的形式")
            )
        })
    }
}

impl fmt::Display for DayTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

impl Serialize for DayTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DayTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
