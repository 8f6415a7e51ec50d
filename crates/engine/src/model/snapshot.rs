//! What the window draws: everything at one moment, and the changes after it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    Alert, AlertId, Announced, Card, Event, Feed, FeedId, HubInfo, Millis, Network, Offer, QuietHours, Reason,
    Retention, Rule, Seq, Status, View,
};

/// Everything the window draws, at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Snapshot {
    /// In the order of the dashboard.
    pub feeds: Vec<FeedState>,
    /// Groups of feeds that are folded on the dashboard.
    pub folded: Vec<String>,
    /// All rules.
    pub rules: Vec<Rule>,
    /// The latest ones, newest first.
    pub alerts: Vec<Alert>,
    /// How many alerts are unread.
    pub unread_alerts: u32,
    /// What the user should know of, until it is over.
    pub notices: Vec<Notice>,
    /// The user's own settings of the program.
    pub preferences: Preferences,
    /// The embedded hub, if it runs.
    pub hub: Option<HubInfo>,
    /// The program's version.
    pub version: String,
}

/// A feed with all that a card needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FeedState {
    /// What the user configured.
    pub feed: Feed,
    /// How it is drawn: the user's choice, else the guess.
    pub view: View,
    /// How its subscription stands.
    pub status: Status,
    /// Events since the user last looked.
    #[ts(type = "number")]
    pub unread: u64,
    /// When the last event came.
    #[ts(type = "number | null")]
    pub last_event_at: Option<Millis>,
    /// When the last byte came since it was subscribed to, be it only a keep-alive's.
    #[ts(type = "number | null")]
    pub last_byte_at: Option<Millis>,
    /// Nothing of it is announced until then.
    #[ts(type = "number | null")]
    pub muted_until: Option<Millis>,
    /// How the user wants its card.
    pub card: Card,
    /// The latest events, oldest first.
    pub events: Vec<Arc<Event>>,
}

/// Something that changed after a snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum Change {
    /// A feed was added, or edited: its state as a whole (`events` are the latest of the history).
    Feed {
        /// The feed.
        state: Box<FeedState>,
    },
    /// A feed was removed.
    FeedRemoved {
        /// Which.
        feed: FeedId,
    },
    /// The order of the feeds on the dashboard.
    Order {
        /// All feeds.
        feeds: Vec<FeedId>,
    },
    /// The user arranged a card.
    Card {
        /// Whose.
        feed: FeedId,
        /// Now.
        card: Card,
    },
    /// The groups that are folded on the dashboard are these now.
    Folded {
        /// Their names.
        groups: Vec<String>,
    },
    /// How a subscription stands.
    Status {
        /// Whose.
        feed: FeedId,
        /// Now.
        status: Status,
    },
    /// A view was guessed.
    View {
        /// Whose.
        feed: FeedId,
        /// Now.
        view: View,
    },
    /// Events came.
    Events {
        /// Where from.
        feed: FeedId,
        /// Oldest first.
        events: Vec<Arc<Event>>,
        /// Unread events of the feed now.
        #[ts(type = "number")]
        unread: u64,
        /// Events that came too and are left out here, because a frame can not show so many; they are in the history.
        #[ts(type = "number")]
        skipped: u64,
    },
    /// The user looked at a feed.
    Read {
        /// Which.
        feed: FeedId,
    },
    /// The rules are these now.
    Rules {
        /// All of them.
        rules: Vec<Rule>,
    },
    /// An alert fired or changed.
    Alert {
        /// As it is now.
        alert: Alert,
        /// How many alerts are unread now.
        unread: u32,
    },
    /// What a gate held back was told of.
    Announced {
        /// Which alerts.
        #[ts(type = "Array<number>")]
        alerts: Vec<AlertId>,
        /// How.
        announced: Announced,
    },
    /// A feed was muted, or is no longer.
    Muted {
        /// Which.
        feed: FeedId,
        /// Until when; `None`: no longer.
        #[ts(type = "number | null")]
        until: Option<Millis>,
    },
    /// All alerts were read.
    AlertsRead,
    /// The notices are these now.
    Notices {
        /// All of them.
        notices: Vec<Notice>,
    },
    /// The preferences are these now.
    Preferences {
        /// All of them.
        preferences: Preferences,
    },
    /// The embedded hub was started, moved or ended.
    Hub {
        /// Where it is now, if it runs.
        hub: Option<HubInfo>,
    },
    /// Show this: the user clicked a notification, or chose it in the tray.
    Reveal {
        /// What.
        target: Target,
    },
    /// The window fell behind, or was hidden: everything anew.
    Snapshot {
        /// As it is now.
        snapshot: Box<Snapshot>,
    },
}

/// Something the user should know of, until it is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Notice {
    /// How bad.
    pub level: NoticeLevel,
    /// What it is, and what to do next. The code is unique among the notices.
    pub reason: Reason,
}

/// How bad a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum NoticeLevel {
    /// Good to know.
    Info,
    /// Something does not work as the user expects.
    Warning,
    /// Something may be lost unless the user acts.
    Error,
}

/// What the window can be asked to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "page", rename_all = "snake_case")]
#[ts(export)]
pub enum Target {
    /// A feed.
    Feed {
        /// Which.
        feed: FeedId,
        /// And this event of it.
        #[ts(type = "number | null")]
        event: Option<Seq>,
    },
    /// The alerts.
    Alerts,
    /// The settings.
    Settings,
    /// The question whether a feed is to be added that a link offers.
    Add {
        /// Which.
        offer: Offer,
    },
    /// Why nothing was done with a link.
    Refused {
        /// With what to do instead.
        reason: Reason,
    },
}

/// Where scripts expect the embedded hub.
pub const HUB_PORT: u16 = 7788;

/// The user's own settings of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct Preferences {
    /// Colours of the window.
    pub theme: Theme,
    /// Language of the window: `en`, `zh`, or `None` for the system's.
    pub language: Option<String>,
    /// All subscriptions are paused.
    pub paused: bool,
    /// Nothing is announced until then.
    #[ts(type = "number | null")]
    pub do_not_disturb_until: Option<Millis>,
    /// When nothing is announced, week by week.
    pub quiet_hours: Vec<QuietHours>,
    /// Whether the program goes on in the tray when its window is closed, or ends.
    pub close_to_tray: bool,
    /// The way to all servers.
    pub network: Network,
    /// How long and how much is kept of feeds that are added.
    pub retention: Retention,
    /// Keys of the window that are pressed on their own do nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub no_single_keys: bool,
    /// Whether the embedded hub runs.
    pub hub: bool,
    /// The port of the embedded hub: 1024 to 65535. Where it is taken, one of the next nine.
    pub hub_port: u16,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            language: None,
            paused: false,
            do_not_disturb_until: None,
            quiet_hours: Vec::new(),
            close_to_tray: true,
            network: Network::default(),
            retention: Retention::default(),
            no_single_keys: false,
            hub: true,
            hub_port: HUB_PORT,
        }
    }
}

/// Colours of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Theme {
    /// As the desktop has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_of_an_earlier_version_have_the_hub_where_it_was() {
        let stored = r#"{"theme":"dark","language":null,"paused":false,"close_to_tray":false}"#;
        let Preferences { hub, hub_port, close_to_tray, .. } = serde_json::from_str(stored).unwrap();
        assert_eq!((hub, hub_port, close_to_tray), (true, 7788, false));
    }
}
