//! How the user arranges the dashboard.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How the user wants a feed's card; what is missing is as suits its view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct Card {
    /// How wide, in twelfths of the dashboard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<u8>,
    /// How tall, in rows of the dashboard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u8>,
    /// Over which time its changes are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
}

impl Card {
    /// The widest a card can be.
    const COLUMNS: u8 = 12;
    /// The tallest: a screen or two.
    const ROWS: u8 = 12;

    /// The same, of a size that a card can have.
    #[must_use]
    pub fn in_bounds(self) -> Self {
        Self {
            columns: self.columns.map(|columns| columns.clamp(1, Self::COLUMNS)),
            rows: self.rows.map(|rows| rows.clamp(1, Self::ROWS)),
            window: self.window,
        }
    }
}

/// How much of the past a card looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Window {
    /// Ten minutes.
    Minutes,
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week.
    Week,
    /// All that is kept.
    All,
}
