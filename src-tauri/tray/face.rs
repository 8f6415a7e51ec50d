//! What the tray shows, as plain data: kept up by the engine's changes, turned into an icon's mood and a menu's entries.

use std::collections::HashSet;

use streambell_engine::model::{
    Alert, AlertId, AlertState, Announced, Change, FeedId, Gate, Millis, Preferences, Seq, Snapshot, Status, Target,
};

use crate::words::Words;

/// Alerts in the menu.
const LATEST: usize = 5;
/// Feeds in the menu.
const FEEDS: usize = 25;
/// Characters of an alert's title, and of its feed's name: a menu is narrow.
const TITLE: usize = 48;
const NAME: usize = 24;

/// Everything that the tray shows.
#[derive(Debug, Default)]
pub(crate) struct Face {
    /// The newest first.
    alerts: Vec<Latest>,
    /// Those that fire, and that nobody has acknowledged.
    firing: HashSet<AlertId>,
    /// In the order of the dashboard.
    feeds: Vec<Line>,
    unread: u32,
    paused: bool,
    undisturbed_until: Option<Millis>,
    language: Option<String>,
}

#[derive(Debug)]
struct Latest {
    id: AlertId,
    feed: FeedId,
    event: Option<Seq>,
    title: String,
}

/// A feed.
#[derive(Debug)]
struct Line {
    id: FeedId,
    name: String,
    health: Health,
}

/// How a feed is, as far as a menu tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Health {
    Live,
    Connecting,
    Waiting,
    Stopped,
    Paused,
}

impl Health {
    fn of(status: &Status) -> Self {
        match status {
            Status::Open { .. } => Self::Live,
            Status::Connecting { .. } => Self::Connecting,
            Status::Waiting { .. } => Self::Waiting,
            Status::Stopped { .. } => Self::Stopped,
            Status::Paused => Self::Paused,
        }
    }
}

/// What the icon tells at a glance; the first that is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Paused,
    Firing,
    /// So many alerts.
    Unread(u32),
    /// A feed has stopped.
    Down,
    Well,
}

/// A line of the menu.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Separator,
    Item { id: String, text: String },
    Submenu { text: String, entries: Vec<Entry> },
}

/// What a click on a line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Show,
    Reveal(Target),
    AcknowledgeAll,
    Undisturbed(Quiet),
    PauseAll,
    ResumeAll,
    Quit,
}

/// How long the user does not want to be disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quiet {
    HalfAnHour,
    AnHour,
    UntilTomorrow,
    NoLonger,
}

impl Quiet {
    const ALL: [(Self, &str); 4] = [
        (Self::HalfAnHour, "quiet:30m"),
        (Self::AnHour, "quiet:1h"),
        (Self::UntilTomorrow, "quiet:tomorrow"),
        (Self::NoLonger, "quiet:off"),
    ];
}

impl Choice {
    /// The id of the line that stands for it.
    fn id(&self) -> String {
        match self {
            Self::Show => "show".into(),
            Self::Reveal(Target::Settings) => "settings".into(),
            Self::Reveal(Target::Alerts) => "alerts".into(),
            Self::Reveal(Target::Feed { feed, event: None }) => format!("feed:{}", feed.0),
            Self::Reveal(Target::Feed { feed, event: Some(event) }) => format!("event:{event}:{}", feed.0),
            // Only links lead there.
            Self::Reveal(Target::Add { .. } | Target::Refused { .. }) => String::new(),
            Self::AcknowledgeAll => "acknowledge_all".into(),
            Self::Undisturbed(quiet) => {
                Quiet::ALL.iter().find(|(known, _)| known == quiet).map_or("", |(_, id)| id).to_owned()
            }
            Self::PauseAll => "pause_all".into(),
            Self::ResumeAll => "resume_all".into(),
            Self::Quit => "quit".into(),
        }
    }

    /// The choice that a line's id stands for.
    pub(super) fn from_id(id: &str) -> Option<Self> {
        match id {
            "show" => Some(Self::Show),
            "acknowledge_all" => Some(Self::AcknowledgeAll),
            "pause_all" => Some(Self::PauseAll),
            "resume_all" => Some(Self::ResumeAll),
            "quit" => Some(Self::Quit),
            "settings" => Some(Self::Reveal(Target::Settings)),
            "alerts" => Some(Self::Reveal(Target::Alerts)),
            _ => match Quiet::ALL.iter().find(|(_, known)| *known == id) {
                Some((quiet, _)) => Some(Self::Undisturbed(*quiet)),
                None => of_feed(id).map(Self::Reveal),
            },
        }
    }
}

fn of_feed(id: &str) -> Option<Target> {
    if let Some(feed) = id.strip_prefix("feed:") {
        return Some(Target::Feed { feed: FeedId(feed.to_owned()), event: None });
    }
    let (event, feed) = id.strip_prefix("event:")?.split_once(':')?;
    Some(Target::Feed { feed: FeedId(feed.to_owned()), event: Some(event.parse().ok()?) })
}

impl Face {
    /// As everything stands now.
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        let feeds = snapshot.feeds.iter().map(|state| Line {
            id: state.feed.id.clone(),
            name: state.feed.name.clone(),
            health: Health::of(&state.status),
        });
        let mut face = Self { feeds: feeds.collect(), unread: snapshot.unread_alerts, ..Self::default() };
        face.prefer(&snapshot.preferences);
        snapshot.alerts.iter().rev().for_each(|alert| face.put(alert));
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
            Change::Preferences { preferences } => self.prefer(preferences),
            Change::Feed { state } => {
                let (id, name, health) = (&state.feed.id, state.feed.name.clone(), Health::of(&state.status));
                match self.feeds.iter_mut().find(|line| line.id == *id) {
                    Some(line) => (line.name, line.health) = (name, health),
                    None => self.feeds.push(Line { id: id.clone(), name, health }),
                }
            }
            Change::Status { feed, status } => {
                let Some(line) = self.feeds.iter_mut().find(|line| line.id == *feed) else { return false };
                return std::mem::replace(&mut line.health, Health::of(status)) != line.health;
            }
            Change::Order { feeds } => {
                let place = |line: &Line| feeds.iter().position(|id| *id == line.id).unwrap_or(usize::MAX);
                self.feeds.sort_by_key(place);
            }
            Change::FeedRemoved { feed } => {
                self.feeds.retain(|line| line.id != *feed);
                self.alerts.retain(|alert| alert.feed != *feed);
            }
            Change::Snapshot { snapshot } => *self = Self::new(snapshot),
            _ => return false,
        }
        true
    }

    /// What the icon tells at a glance.
    pub(super) fn mood(&self) -> Mood {
        if self.paused {
            Mood::Paused
        } else if !self.firing.is_empty() {
            Mood::Firing
        } else if self.unread > 0 {
            Mood::Unread(self.unread)
        } else if self.feeds.iter().any(|line| line.health == Health::Stopped) {
            Mood::Down
        } else {
            Mood::Well
        }
    }

    /// What appears when the mouse rests on the icon.
    pub(super) fn tooltip(&self) -> String {
        let words = self.words();
        let unread = match self.unread {
            _ if self.paused => return words.paused.into(),
            0 => words.all_read.to_owned(),
            1 => words.one_unread.to_owned(),
            many => format!("{many}{}", words.many_unread),
        };
        let firing = match self.firing.len() {
            0 => String::new(),
            many => format!(" · {many}{}", words.firing),
        };
        let down = match self.feeds.iter().filter(|line| line.health == Health::Stopped).count() {
            0 => String::new(),
            many => format!(" · {many}{}", words.down),
        };
        format!("{unread}{firing}{down}")
    }

    /// The menu, from top to bottom.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let words = self.words();
        let item = |choice: Choice, text: &str| Entry::Item { id: choice.id(), text: escape(text) };
        let mut entries = vec![item(Choice::Show, words.show), Entry::Separator];
        if !self.alerts.is_empty() {
            entries.extend(self.alerts.iter().map(|alert| {
                let known = self.feeds.iter().find(|line| line.id == alert.feed);
                let name = known.map_or(alert.feed.0.as_str(), |line| &line.name);
                let text = format!("{} · {}", shorten(&alert.title, TITLE), shorten(name, NAME));
                item(Choice::Reveal(Target::Feed { feed: alert.feed.clone(), event: alert.event }), &text)
            }));
            if !self.firing.is_empty() {
                entries.push(item(Choice::AcknowledgeAll, words.acknowledge_all));
            }
            entries.push(Entry::Separator);
        }
        if !self.feeds.is_empty() {
            let mut lines: Vec<_> = self
                .feeds
                .iter()
                .take(FEEDS)
                .map(|line| {
                    let text = format!("{} · {}", shorten(&line.name, TITLE), words.health(line.health));
                    item(Choice::Reveal(Target::Feed { feed: line.id.clone(), event: None }), &text)
                })
                .collect();
            if self.feeds.len() > FEEDS {
                lines.push(item(Choice::Show, "…"));
            }
            entries.push(Entry::Submenu { text: words.feeds.to_owned(), entries: lines });
        }
        entries.push(match self.undisturbed_until {
            Some(_) => item(Choice::Undisturbed(Quiet::NoLonger), words.disturb_again),
            None => Entry::Submenu {
                text: words.do_not_disturb.to_owned(),
                entries: vec![
                    item(Choice::Undisturbed(Quiet::HalfAnHour), words.half_an_hour),
                    item(Choice::Undisturbed(Quiet::AnHour), words.an_hour),
                    item(Choice::Undisturbed(Quiet::UntilTomorrow), words.until_tomorrow),
                ],
            },
        });
        entries.push(match self.paused {
            true => item(Choice::ResumeAll, words.resume_all),
            false => item(Choice::PauseAll, words.pause_all),
        });
        entries.push(item(Choice::Reveal(Target::Settings), words.settings));
        entries.push(item(Choice::Quit, words.quit));
        entries
    }

    fn prefer(&mut self, preferences: &Preferences) {
        self.paused = preferences.paused;
        self.undisturbed_until = preferences.do_not_disturb_until;
        self.language.clone_from(&preferences.language);
    }

    /// A new alert comes first; one that is known and changed stays where it is.
    fn put(&mut self, alert: &Alert) {
        // Who removes something does not want to hear of it here either.
        if alert.announced == (Announced::Silent { gate: Gate::Leaving }) {
            return;
        }
        if alert.state == AlertState::Firing && alert.snoozed_until.is_none() {
            self.firing.insert(alert.id);
        } else {
            self.firing.remove(&alert.id);
        }
        let event = Some(alert.event).filter(|event| *event > 0);
        let latest = Latest { id: alert.id, feed: alert.feed.clone(), event, title: alert.title.clone() };
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

impl Words {
    fn health(&self, health: Health) -> &'static str {
        match health {
            Health::Live => self.live,
            Health::Connecting => self.connecting,
            Health::Waiting => self.waiting,
            Health::Stopped => self.stopped,
            Health::Paused => self.feed_paused,
        }
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
            lasts: false,
        };
        Change::Alert { alert, unread: id as u32 }
    }

    fn face() -> Face {
        Face { language: Some("en".into()), ..Face::default() }
    }

    fn lines(face: &Face) -> Vec<String> {
        let line = |entry| match entry {
            Entry::Separator => "--".to_owned(),
            Entry::Item { text, .. } | Entry::Submenu { text, .. } => text,
        };
        face.entries().into_iter().map(line).collect()
    }

    #[test]
    fn without_alerts_it_is_short() {
        assert_eq!(lines(&face()), ["Show Streambell", "--", "Do not disturb", "Pause all feeds", "Settings", "Quit"]);
        assert_eq!(face().tooltip(), "No unread alerts");
    }

    #[test]
    fn the_latest_alerts_come_first() {
        let mut face = face();
        let (id, name) = (FeedId("builds".into()), "Builds & more".to_owned());
        face.feeds.push(Line { id, name, health: Health::Live });
        for id in 1..=7 {
            assert!(face.apply(&alert(id, &format!("Build {id}"))));
        }
        assert!(face.apply(&alert(6, "Build 6 again")));
        assert!(face.apply(&alert(1, "too old")));
        let lines = lines(&face);
        assert_eq!(
            lines[7..],
            ["Acknowledge all alerts", "--", "Feeds", "Do not disturb", "Pause all feeds", "Settings", "Quit"]
        );
        assert_eq!(lines[2..4], ["Build 7 · Builds && more", "Build 6 again · Builds && more"]);
        assert_eq!(lines[6], "Build 3 · Builds && more");
        assert_eq!(face.tooltip(), "1 unread alert · 7 firing");
        assert_eq!(face.mood(), Mood::Firing);
        assert!(face.apply(&Change::FeedRemoved { feed: FeedId("builds".into()) }));
        assert_eq!(face.entries().len(), 6);
    }

    #[test]
    fn pausing_changes_the_menu_and_the_tooltip() {
        let mut face = face();
        let preferences = Preferences { paused: true, language: Some("zh".into()), ..Preferences::default() };
        assert!(face.apply(&Change::Preferences { preferences }));
        assert_eq!(lines(&face)[2..], ["勿扰", "恢复所有订阅", "设置", "退出"]);
        assert_eq!(face.tooltip(), "所有订阅均已暂停");
    }

    #[test]
    fn the_icon_tells_the_worst_of_it() {
        let mut face = face();
        let feed = FeedId("a".into());
        face.feeds.push(Line { id: feed.clone(), name: "A".into(), health: Health::Live });
        assert_eq!(face.mood(), Mood::Well);
        let reason = streambell_engine::model::Reason { code: "x".into(), message: "y".into() };
        let stopped = Change::Status { feed: feed.clone(), status: Status::Stopped { reason } };
        assert!(face.apply(&stopped));
        assert!(!face.apply(&stopped), "nothing new");
        assert_eq!((face.mood(), face.tooltip().as_str()), (Mood::Down, "No unread alerts · 1 down"));
        let Change::Alert { mut alert, .. } = alert(3, "x") else { panic!("an alert") };
        assert!(face.apply(&Change::Alert { alert: alert.clone(), unread: 3 }));
        assert_eq!(face.mood(), Mood::Firing);
        alert.state = AlertState::Acknowledged;
        assert!(face.apply(&Change::Alert { alert, unread: 3 }));
        assert_eq!(face.mood(), Mood::Unread(3));
        let preferences = Preferences { paused: true, do_not_disturb_until: Some(1), ..Preferences::default() };
        assert!(face.apply(&Change::Preferences { preferences }));
        assert_eq!(face.mood(), Mood::Paused);
        face.language = Some("en".into());
        assert!(lines(&face).contains(&"Disturb me again".to_owned()));
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
        let feed = |event| Choice::Reveal(Target::Feed { feed: FeedId("show:1".into()), event });
        let quiet = Choice::Undisturbed(Quiet::UntilTomorrow);
        let simple = [Choice::Show, Choice::AcknowledgeAll, Choice::PauseAll, Choice::ResumeAll, Choice::Quit];
        let pages = [Choice::Reveal(Target::Alerts), Choice::Reveal(Target::Settings)];
        for choice in simple.into_iter().chain([feed(None), feed(Some(7)), quiet]).chain(pages) {
            assert_eq!(Choice::from_id(&choice.id()).as_ref(), Some(&choice));
        }
        assert_eq!(Choice::from_id("else"), None);
    }
}
