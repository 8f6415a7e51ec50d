//! What notifications and their troubles say, in one place for a translation.

use std::fmt::Display;

#[cfg(not(target_os = "macos"))]
use streambell_engine::model::Action;
use streambell_engine::model::Reason;

use super::NO_SERVICE;

/// What a button says.
#[cfg(not(target_os = "macos"))]
pub(super) fn label(action: Action) -> &'static str {
    match action {
        Action::Open => "Open",
        Action::Acknowledge => "Acknowledge",
        Action::Snooze => "Snooze 1 h",
        Action::MuteFeed => "Mute feed for a day",
        Action::Link => "Open link",
    }
}

/// Why a notification was refused before it was tried.
pub(super) const TOO_MANY: &str = "Too many notifications wait for the notification service";

/// Nothing can be announced, and what to do about it.
pub(super) fn no_service(problem: impl Display) -> Reason {
    let todo = if cfg!(windows) {
        "Switch notifications on for Streambell in the system's settings"
    } else if cfg!(target_os = "macos") {
        "Allow notifications of Streambell in System Settings"
    } else {
        "Start one (GNOME, KDE and Xfce bring theirs; else install dunst or mako)"
    };
    Reason {
        code: NO_SERVICE.to_owned(),
        message: format!(
            "No notification service answers, so alerts are not announced; they are in the list of alerts all the same. {todo}; the next alert tries again. ({problem})"
        ),
    }
}
