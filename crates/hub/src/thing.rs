//! The things that the hub tells of under `/api` and in its demo feeds, one type each: so that both speak alike.

mod job;
mod text;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub(crate) use self::job::{Job, Status};
pub(crate) use self::text::{Money, Name, Words};
use crate::message::Message;

/// What an event tells.
pub(crate) trait Thing: Serialize {
    /// The type of its events; without one they are messages.
    const EVENT: Option<&'static str>;

    /// The event that tells it.
    fn told(&self) -> Message {
        message(&serde_json::to_value(self).unwrap_or_default(), Self::EVENT)
    }
}

/// What has a name of its own, so that a later event about the same replaces an earlier one.
pub(crate) trait Entity: Thing + DeserializeOwned {
    /// The field that has its name.
    const NAME: &'static str;

    fn name(&self) -> &str;

    /// The event that tells how it stands.
    fn stands(&self) -> Message {
        self.told().key(self.name(), false)
    }

    /// The event that tells that it is gone.
    fn gone(name: &str) -> Message {
        message(&json!({ Self::NAME: name, "removed": true }), Self::EVENT).key(name, true)
    }
}

fn message(object: &serde_json::Value, event: Option<&str>) -> Message {
    // Structs of texts and numbers: they are always objects.
    let message = Message::json(&object.to_string()).unwrap_or_else(|_| Message::text(""));
    match event {
        Some(event) => message.event(event),
        None => message,
    }
}

/// A live game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Game {
    pub(crate) home: Name,
    pub(crate) away: Name,
    pub(crate) home_score: u32,
    pub(crate) away_score: u32,
    /// A quarter, a half, a set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) period: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) clock: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<Name>,
    /// What happened last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last: Option<Words>,
}

impl Thing for Game {
    const EVENT: Option<&'static str> = Some("score");
}

impl Entity for Game {
    const NAME: &'static str = "game";

    fn name(&self) -> &str {
        Game::LIVE
    }
}

impl Game {
    /// There is one live game.
    pub(crate) const LIVE: &'static str = "live";

    /// As nobody has said anything of it.
    pub(crate) fn kick_off() -> Game {
        Game {
            home: Name::own("Home"),
            away: Name::own("Away"),
            home_score: 0,
            away_score: 0,
            period: None,
            clock: None,
            status: None,
            last: None,
        }
    }
}

/// What a symbol costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stock {
    pub(crate) symbol: Name,
    pub(crate) price: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<Name>,
    /// When, in milliseconds since 1970.
    #[serde(default)]
    pub(crate) ts: i64,
}

impl Thing for Stock {
    const EVENT: Option<&'static str> = Some("price");
}

/// What a product of a shop costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Product {
    pub(crate) product: Name,
    pub(crate) price: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<Name>,
    pub(crate) ts: i64,
}

impl Thing for Product {
    const EVENT: Option<&'static str> = Some("price");
}

impl Entity for Product {
    const NAME: &'static str = "product";

    fn name(&self) -> &str {
        &self.product
    }
}

/// A piece of news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Story {
    pub(crate) title: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) summary: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<Words>,
    #[serde(default)]
    pub(crate) ts: i64,
}

impl Thing for Story {
    const EVENT: Option<&'static str> = Some("news");
}

/// What somebody says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) username: Name,
    pub(crate) message: Words,
    #[serde(default)]
    pub(crate) ts: i64,
}

impl Thing for Line {
    const EVENT: Option<&'static str> = None;
}

/// A task of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) title: Name,
    pub(crate) done: bool,
}

impl Thing for Task {
    const EVENT: Option<&'static str> = Some("task");
}

impl Entity for Task {
    const NAME: &'static str = "id";

    fn name(&self) -> &str {
        &self.id
    }
}
