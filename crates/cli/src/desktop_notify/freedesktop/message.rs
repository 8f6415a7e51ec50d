//! A notification as the specification wants it told.

use std::{collections::HashMap, iter};

use streambell_engine::{
    Notification,
    model::{Action, Urgency, View},
};
use zbus::Variant;

use crate::desktop_notify::{buttons, text, words};

/// The arguments of `Notify`: program, number of the one it replaces, icon, summary, body, actions, hints, time to live.
pub(super) type Arguments =
    (&'static str, u32, &'static str, String, String, Vec<&'static str>, HashMap<&'static str, Variant<'static>>, i32);

/// The service decides how long it stays.
const AS_USUAL: i32 = -1;
/// It stays until it is closed.
const FOR_EVER: i32 = 0;

/// Of the freedesktop sound naming specification.
const SOUND: &str = "message-new-instant";

/// What a service can show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Capabilities {
    actions: bool,
    body: bool,
    markup: bool,
}

impl Capabilities {
    /// From the names that the service gives.
    pub(super) fn of(names: &[String]) -> Self {
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        // A service that knows links reads markup, whether it says so or not: dunst does in some configurations.
        Self { actions: has("actions"), body: has("body"), markup: has("body-markup") || has("body-hyperlinks") }
    }
}

/// What is to be told, in the place of one on the screen, given with the service's number of it.
pub(super) fn arguments(
    notification: &Notification,
    replaces: Option<(u32, &Notification)>,
    can: Capabilities,
) -> Arguments {
    let (summary, body) = if can.body {
        (text::title(&notification.title), text::body(&notification.body, can.markup))
    } else {
        (line(&notification.title, &notification.body), String::new())
    };
    let stays = if notification.urgency == Urgency::Critical { FOR_EVER } else { AS_USUAL };
    let actions = if can.actions { actions(notification) } else { Vec::new() };
    let (number, older) = replaces.unzip();
    let hints = hints(notification, older);
    ("Streambell", number.unwrap_or(0), icon(notification.view), summary, body, actions, hints, stays)
}

/// Both in one line, for a service that shows headlines only.
fn line(headline: &str, body: &str) -> String {
    match (headline.trim(), body.trim()) {
        (headline, "") => text::title(headline),
        ("", body) => text::title(body),
        (headline, body) => text::title(&format!("{headline}: {body}")),
    }
}

/// The key and the text of each button, first the click on the notification itself.
fn actions(notification: &Notification) -> Vec<&'static str> {
    let all = iter::once(Action::Open).chain(buttons::offered(notification));
    all.flat_map(|action| [buttons::key(action), words::label(action)]).collect()
}

fn hints(notification: &Notification, older: Option<&Notification>) -> HashMap<&'static str, Variant<'static>> {
    let urgency: u8 = match notification.urgency {
        Urgency::Low => 0,
        Urgency::Normal => 1,
        Urgency::Critical => 2,
    };
    let mut hints = HashMap::from([
        ("urgency", Variant::from(urgency)),
        ("category", Variant::from(category(notification))),
        ("desktop-entry", Variant::from("streambell")),
        ("resident", Variant::from(false)),
        ("transient", Variant::from(notification.urgency == Urgency::Low)),
    ]);
    match notification.sound {
        Some(true) => drop(hints.insert("sound-name", Variant::from(SOUND))),
        // What only changes on the screen has been heard.
        None if older.is_none_or(|older| older.alert != notification.alert) => {}
        Some(false) | None => drop(hints.insert("suppress-sound", Variant::from(true))),
    }
    if let Some(percent) = notification.progress {
        hints.insert("value", Variant::from(i32::from(percent.min(100))));
    }
    hints
}

/// Of the specification's categories; those that begin with `x-` are anybody's own.
fn category(notification: &Notification) -> &'static str {
    match (notification.view, notification.progress) {
        (_, Some(100..)) => "transfer.complete",
        (View::Progress, _) | (_, Some(_)) => "transfer",
        (View::Chat, None) => "im.received",
        _ => "x-streambell.alert",
    }
}

/// A name that GNOME's theme has too; the program's own where none fits.
fn icon(view: View) -> &'static str {
    match view {
        View::Price => "x-office-spreadsheet",
        View::Progress => "emblem-synchronizing",
        View::Score => "applications-games",
        View::Chat => "user-available",
        View::News => "application-rss+xml-symbolic",
        View::Tasks => "task-due",
        View::Log => "streambell",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headline_and_text_share_a_line() {
        assert_eq!(line("BTC", "60 000\nand more"), "BTC: 60 000 and more");
        assert_eq!((line("BTC", " "), line("", "60 000")), ("BTC".into(), "60 000".into()));
    }

    #[test]
    fn a_sound_is_asked_for_or_forbidden_or_the_desktops_own() {
        let on_screen = Notification { alert: 7, ..Notification::plain("", "") };
        let told = |sound, alert| {
            let hints = hints(&Notification { sound, alert, ..Notification::plain("", "") }, Some(&on_screen));
            (hints.contains_key("sound-name"), hints.contains_key("suppress-sound"))
        };
        assert_eq!(
            [told(Some(true), 8), told(Some(false), 8), told(None, 8)],
            [(true, false), (false, true), (false, false)]
        );
        assert_eq!([told(Some(true), 7), told(None, 7)], [(true, false), (false, true)], "an update is no news");
    }

    #[test]
    fn a_job_is_a_transfer_until_it_is_complete() {
        let job = |progress| Notification { view: View::Progress, progress, ..Notification::plain("", "") };
        let categories = [None, Some(0), Some(99), Some(100), Some(255)].map(|progress| category(&job(progress)));
        assert_eq!(categories, ["transfer", "transfer", "transfer", "transfer.complete", "transfer.complete"]);
        let value = hints(&job(Some(255)), None).remove("value");
        assert_eq!(value, Some(Variant::from(100)));
    }
}
