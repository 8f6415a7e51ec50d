//! What the engine asks of whoever can ring, and what it hears of that.

use std::sync::Arc;

use crate::{
    contain::contained,
    model::{Action, AlertId, FeedId, Seq, Urgency, View},
};

/// Announces alerts to the user. The engine calls it from its own task, so it must not block: it hands things on and
/// returns.
pub trait Notifier: Send + Sync + 'static {
    /// Announces one alert. One with the tag of another that is still on the screen takes its place.
    fn notify(&self, notification: Notification);

    /// Takes back what is on the screen under a tag, if anything is.
    fn withdraw(&self, tag: &str);

    /// What was announced under a tag is over: it is taken back once a person has had time to see it.
    fn over(&self, tag: &str);
}

/// A notifier whose panics are its own: the state of whoever rings is whole, because it only hands something on.
#[derive(Clone)]
pub(crate) struct Bell(pub(crate) Arc<dyn Notifier>);

impl Bell {
    /// Whether the notifier took it.
    pub(crate) fn notify(&self, notification: Notification) -> bool {
        contained(|| self.0.notify(notification)).is_some()
    }

    pub(crate) fn withdraw(&self, tag: &str) {
        contained(|| self.0.withdraw(tag));
    }

    pub(crate) fn over(&self, tag: &str) {
        contained(|| self.0.over(tag));
    }
}

/// One announcement. All text is untrusted: it comes from feeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The alert it announces; 0: none.
    pub alert: AlertId,
    /// What it is about: of several with the same tag only the newest is on the screen.
    pub tag: String,
    /// The feed it is about: a click opens it. Empty: several, and a click opens the list of alerts.
    pub feed: FeedId,
    /// The event it is about, if it is about one: a click shows it.
    pub event: Option<Seq>,
    /// How the feed is drawn, for an icon.
    pub view: View,
    /// Headline.
    pub title: String,
    /// Text.
    pub body: String,
    /// How much it presses.
    pub urgency: Urgency,
    /// Whether it makes a sound; `None`: as the desktop does.
    pub sound: Option<bool>,
    /// An `http(s)` address of the event's own.
    pub link: Option<String>,
    /// How far a job has come, in percent.
    pub progress: Option<u8>,
    /// What the user can do at once, beside opening it.
    pub actions: Vec<Action>,
}

/// What became of a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The desktop took it.
    Shown,
    /// The desktop did not: why.
    Failed(String),
    /// It was not shown: before its turn came, a newer one took its place, or it was withdrawn.
    Overtaken,
    /// The user did this with it.
    Chosen(Action),
    /// The user closed it.
    Dismissed,
    /// It went by itself.
    Expired,
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Shown => "shown",
            Self::Failed(why) => why,
            Self::Overtaken => "overtaken by a newer one",
            Self::Chosen(Action::Open) => "opened",
            Self::Chosen(Action::Acknowledge) => "acknowledged",
            Self::Chosen(Action::Snooze) => "snoozed",
            Self::Chosen(Action::MuteFeed) => "feed muted",
            Self::Chosen(Action::Link) => "link opened",
            Self::Dismissed => "dismissed",
            Self::Expired => "expired",
        })
    }
}

impl Notification {
    /// One that is about nothing that was recorded.
    #[must_use]
    pub fn plain(title: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            alert: 0,
            tag: "plain".into(),
            feed: FeedId(String::new()),
            event: None,
            view: View::Log,
            title: title.into(),
            body: body.into(),
            urgency: Urgency::Normal,
            sound: None,
            link: None,
            progress: None,
            actions: Vec::new(),
        }
    }
}

/// Announces nothing: for commands that only change settings.
#[derive(Debug, Clone, Copy)]
pub struct NoNotifier;

impl Notifier for NoNotifier {
    fn notify(&self, _notification: Notification) {}

    fn withdraw(&self, _tag: &str) {}

    fn over(&self, _tag: &str) {}
}
