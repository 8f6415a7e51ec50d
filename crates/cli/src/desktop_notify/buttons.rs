//! The buttons of a notification, as a service knows them.

use streambell_engine::{Notification, model::Action};

const ALL: [Action; 5] = [Action::Open, Action::Acknowledge, Action::Snooze, Action::MuteFeed, Action::Link];

/// Those that a notification offers, in their order. `Open` is none of them: it is a click on the notification itself.
pub(super) fn offered(notification: &Notification) -> impl Iterator<Item = Action> {
    ALL.into_iter().filter(|action| *action != Action::Open && notification.actions.contains(action))
}

/// What a service calls a button. A click on the notification itself is `default` by the specification.
pub(super) fn key(action: Action) -> &'static str {
    match action {
        Action::Open => "default",
        Action::Acknowledge => "acknowledge",
        Action::Snooze => "snooze",
        Action::MuteFeed => "mute-feed",
        Action::Link => "link",
    }
}

/// The action of a key, if it is one of ours.
pub(super) fn action(pressed: &str) -> Option<Action> {
    ALL.into_iter().find(|action| key(*action) == pressed)
}
