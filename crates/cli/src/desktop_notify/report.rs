//! What the engine and the user hear of the desktop.

use std::{fmt::Display, sync::Arc};

use streambell_engine::{Answer, Notification};

use super::{Feedback, Listener, words};

/// Tells of each notification, and of trouble only when it begins and when it ends.
pub(super) struct Report {
    tell: Listener,
    works: Option<bool>,
}

impl Report {
    pub(super) fn new(tell: Listener) -> Self {
        Self { tell, works: None }
    }

    /// A notification is on the screen.
    pub(super) fn shown(&mut self, notification: &Arc<Notification>) {
        self.works();
        self.answered(notification, Answer::Shown);
    }

    /// A notification is not.
    pub(super) fn failed(&mut self, notification: &Arc<Notification>, problem: &impl Display) {
        tracing::warn!(alert = notification.alert, %problem, "a notification is not shown");
        if self.works != Some(false) {
            self.works = Some(false);
            (self.tell)(Feedback::Trouble(words::no_service(problem)));
        }
        self.answered(notification, Answer::Failed(problem.to_string()));
    }

    /// The service answers.
    pub(super) fn works(&mut self) {
        if self.works != Some(true) {
            self.works = Some(true);
            (self.tell)(Feedback::Works);
        }
    }

    /// Whether the last try failed.
    #[cfg_attr(any(windows, target_os = "macos"), expect(dead_code, reason = "nothing tells that these came back"))]
    pub(super) fn in_trouble(&self) -> bool {
        self.works == Some(false)
    }

    /// What became of a notification.
    pub(super) fn answered(&self, notification: &Arc<Notification>, answer: Answer) {
        (self.tell)(Feedback::Answered { notification: notification.clone(), answer });
    }
}
