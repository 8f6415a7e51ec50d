//! What the engine asks of whoever can ring.

use crate::model::{AlertId, FeedId, Urgency};

/// Announces alerts to the user. The engine calls it from its own task, so it must not block: it hands the
/// notification on and returns.
pub trait Notifier: Send + Sync + 'static {
    /// Announces one alert.
    fn notify(&self, notification: Notification);
}

/// One announcement. All text is untrusted: it comes from feeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The alert it announces.
    pub alert: AlertId,
    /// The feed it is about: a click opens it.
    pub feed: FeedId,
    /// Headline.
    pub title: String,
    /// Text.
    pub body: String,
    /// How much it presses.
    pub urgency: Urgency,
    /// An `http(s)` address.
    pub link: Option<String>,
}

/// Announces nothing: for commands that only change settings.
#[derive(Debug, Clone, Copy)]
pub struct NoNotifier;

impl Notifier for NoNotifier {
    fn notify(&self, _notification: Notification) {}
}
