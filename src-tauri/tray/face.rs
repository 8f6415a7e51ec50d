//! What the tray shows, as plain data: kept up by the engine's changes, turned into a menu's entries.

use std::collections::HashMap;

use streambell_engine::model::{Alert, AlertId, Change, FeedId, Snapshot};

use crate::words::Words;

/// Alerts in the menu.
const LATEST: usize = 5;
/// Characters of an alert's title, and of its feed's name: a menu is narrow.
const TITLE: usize = 48;
const NAME: usize = 24;

/// Everything that the tray shows.
#[derive(Debug, Default)]
pub(crate) struct Face {
    /// The newest first.
    alerts: Vec<Latest>,
    names: HashMap<FeedId, String>,
    unread: u32,
    paused: bool,
    language: Option<String>,
}

#[derive(Debug)]
struct Latest {
    id: AlertId,
    feed: FeedId,
    title: String,
}

/// A line of the menu.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Separator,
    Item { id: String, text: String },
}

/// What a click on a line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Show,
    Reveal(FeedId),
    PauseAll,
    ResumeAll,
    Quit,
}

impl Choice {
    /// The id of the line that stands for it.
    fn id(&self) -> String {
        match self {
            Self::Show => "show".into(),
            Self::Reveal(feed) => format!("feed:{}", feed.0),
            Self::PauseAll => "pause_all".into(),
            Self::ResumeAll => "resume_all".into(),
            Self::Quit => "quit".into(),
        }
    }

    /// The choice that a line's id stands for.
    pub(super) fn from_id(id: &str) -> Option<Self> {
        match id {
            "show" => Some(Self::Show),
            "pause_all" => Some(Self::PauseAll),
            "resume_all" => Some(Self::ResumeAll),
            "quit" => Some(Self::Quit),
            _ => id.strip_prefix("feed:").map(|feed| Self::Reveal(FeedId(feed.to_owned()))),
        }
    }
}

impl Face {
    /// As everything stands now.
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        let mut face = Self {
            alerts: Vec::new(),
            names: snapshot.feeds.iter().map(|state| (state.feed.id.clone(), state.feed.name.clone())).collect(),
            unread: snapshot.unread_alerts,
            paused: snapshot.preferences.paused,
            language: snapshot.preferences.language.clone(),
        };
        snapshot.alerts.iter().take(LATEST).rev().for_each(|alert| face.put(alert));
        face
    }

    /// Takes a change over; tells whether the tray looks different now.
    pub(crate) fn apply(&mut self, change: &Change) -> bool {
        match change {
            Change::Alert { alert, unread } => {
                self.put(alert);
                self.unread = *unread;
            }
            Change::AlertsRead => self.unread = 0,
            Change::Preferences { preferences } => {
                self.paused = preferences.paused;
                self.language.clone_from(&preferences.language);
            }
            Change::Feed { state } => {
                self.names.insert(state.feed.id.clone(), state.feed.name.clone());
            }
            Change::FeedRemoved { feed } => {
                self.names.remove(feed);
                self.alerts.retain(|alert| alert.feed != *feed);
            }
            Change::Snapshot { snapshot } => *self = Self::new(snapshot),
            _ => return false,
        }
        true
    }

    /// What appears when the mouse rests on the icon.
    pub(super) fn tooltip(&self) -> String {
        let words = self.words();
        match self.unread {
            _ if self.paused => words.paused.into(),
            0 => words.all_read.into(),
            1 => words.one_unread.into(),
            many => format!("{many}{}", words.many_unread),
        }
    }

    /// The menu, from top to bottom.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let words = self.words();
        let item = |choice: Choice, text: &str| Entry::Item { id: choice.id(), text: escape(text) };
        let mut entries = vec![item(Choice::Show, words.show), Entry::Separator];
        if !self.alerts.is_empty() {
            entries.extend(self.alerts.iter().map(|alert| {
                let name = self.names.get(&alert.feed).unwrap_or(&alert.feed.0);
                let text = format!("{} · {}", shorten(&alert.title, TITLE), shorten(name, NAME));
                item(Choice::Reveal(alert.feed.clone()), &text)
            }));
            entries.push(Entry::Separator);
        }
        entries.push(match self.paused {
            true => item(Choice::ResumeAll, words.resume_all),
            false => item(Choice::PauseAll, words.pause_all),
        });
        entries.push(item(Choice::Quit, words.quit));
        entries
    }

    /// A new alert comes first; one that is known and changed stays where it is.
    fn put(&mut self, alert: &Alert) {
        let latest = Latest { id: alert.id, feed: alert.feed.clone(), title: alert.title.clone() };
        match self.alerts.iter_mut().find(|known| known.id == alert.id) {
            Some(known) => *known = latest,
            None => {
                let place = self.alerts.partition_point(|known| known.id > alert.id);
                self.alerts.insert(place, latest);
                self.alerts.truncate(LATEST);
            }
        }
    }

    fn words(&self) -> &'static Words {
        Words::of(self.language.as_deref())
    }
}

/// One line of so many characters at most. The text is untrusted.
fn shorten(text: &str, longest: usize) -> String {
    let line = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// In a menu `&` marks the letter of a shortcut.
fn escape(text: &str) -> String {
    text.replace('&', "&&")
}

#[cfg(test)]
mod tests {
    use streambell_engine::model::{AlertState, Announced, Preferences, Urgency};

    use super::*;

    fn alert(id: AlertId, title: &str) -> Change {
        let alert = Alert {
            id,
            feed: FeedId("builds".into()),
            rule: None,
            key: None,
            event: 1,
            at: 0,
            title: title.into(),
            body: String::new(),
            link: None,
            urgency: Urgency::Normal,
            state: AlertState::Firing,
            resolved_at: None,
            read: false,
            announced: Announced::Rung,
            answer: None,
            snoozed_until: None,
        };
        Change::Alert { alert, unread: id as u32 }
    }

    fn face() -> Face {
        Face { language: Some("en".into()), ..Face::default() }
    }

    fn lines(face: &Face) -> Vec<String> {
        let line = |entry| match entry {
            Entry::Separator => "--".to_owned(),
            Entry::Item { text, .. } => text,
        };
        face.entries().into_iter().map(line).collect()
    }

    #[test]
    fn without_alerts_it_is_short() {
        assert_eq!(lines(&face()), ["Show Streambell", "--", "Pause all feeds", "Quit"]);
        assert_eq!(face().tooltip(), "No unread alerts");
    }

    #[test]
    fn the_latest_alerts_come_first() {
        let mut face = face();
        face.names.insert(FeedId("builds".into()), "Builds & more".into());
        for id in 1..=7 {
            assert!(face.apply(&alert(id, &format!("Build {id}"))));
        }
        assert!(face.apply(&alert(6, "Build 6 again")));
        assert!(face.apply(&alert(1, "too old")));
        let lines = lines(&face);
        assert_eq!(lines.len(), 4 + LATEST + 1);
        assert_eq!(lines[2..4], ["Build 7 · Builds && more", "Build 6 again · Builds && more"]);
        assert_eq!(lines[6], "Build 3 · Builds && more");
        assert_eq!(face.tooltip(), "1 unread alert");
        assert!(face.apply(&Change::FeedRemoved { feed: FeedId("builds".into()) }));
        assert_eq!(face.entries().len(), 4);
    }

    #[test]
    fn pausing_changes_the_menu_and_the_tooltip() {
        let mut face = face();
        let preferences = Preferences { paused: true, language: Some("zh".into()), ..Preferences::default() };
        assert!(face.apply(&Change::Preferences { preferences }));
        assert_eq!(lines(&face)[2..], ["恢复所有订阅", "退出"]);
        assert_eq!(face.tooltip(), "所有订阅均已暂停");
    }

    #[test]
    fn events_leave_it_alone() {
        let feed = FeedId("a".into());
        assert!(!face().apply(&Change::Events { feed, events: Vec::new(), unread: 1, skipped: 0 }));
    }

    #[test]
    fn a_line_stays_one_short_line() {
        assert_eq!(shorten("a\n\tb\u{0}  c", 48), "a b c");
        assert_eq!(shorten(&"钟".repeat(60), 3), "钟钟钟…");
        assert_eq!(shorten("", 3), "");
    }

    #[test]
    fn every_choice_is_found_by_its_id() {
        let feed = Choice::Reveal(FeedId("show".into()));
        for choice in [Choice::Show, feed, Choice::PauseAll, Choice::ResumeAll, Choice::Quit] {
            assert_eq!(Choice::from_id(&choice.id()).as_ref(), Some(&choice));
        }
        assert_eq!(Choice::from_id("else"), None);
    }
}
