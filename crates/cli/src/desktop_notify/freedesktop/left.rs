//! What is on the user's screen, kept in a file for the process that comes after this one: a notification outlives its
//! program, and the next one replaces it, takes it back and hears its buttons as if it were its own.

use std::{fs, path::PathBuf, sync::Arc};

use serde::{Deserialize, Serialize};
use streambell_engine::{
    Notification,
    model::{AlertId, FeedId, Seq, Urgency},
};

use crate::desktop_notify::buttons;

/// The file.
#[derive(Debug, Default)]
pub(super) struct Left {
    file: Option<PathBuf>,
    /// What it holds, as far as this process knows.
    kept: Page,
}

/// Who shows what. Numbers are of one service on one bus, and no other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Page {
    bus: String,
    service: String,
    live: Vec<Entry>,
}

/// A notification, without what is on the screen anyway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    id: u32,
    tag: String,
    alert: AlertId,
    feed: FeedId,
    event: Option<Seq>,
    link: Option<String>,
    urgency: Urgency,
    buttons: Vec<String>,
}

impl Left {
    /// What the process before this one left. A file that cannot be understood is none.
    pub(super) fn read(file: Option<PathBuf>) -> Self {
        let text = file.as_ref().and_then(|file| fs::read(file).ok());
        Self { kept: text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default(), file }
    }

    /// Whether anything is there.
    pub(super) fn is_empty(&self) -> bool {
        self.kept.live.is_empty()
    }

    /// What a service still shows.
    pub(super) fn of(&self, bus: &str, service: &str) -> Vec<(u32, Arc<Notification>)> {
        if (self.kept.bus.as_str(), self.kept.service.as_str()) != (bus, service) {
            return Vec::new();
        }
        self.kept.live.iter().map(|entry| (entry.id, Arc::new(entry.notification()))).collect()
    }

    /// Writes down what a service shows, if that has changed.
    pub(super) fn keep<'n>(
        &mut self,
        bus: &str,
        service: &str,
        live: impl Iterator<Item = (u32, &'n Arc<Notification>)>,
    ) {
        let Some(file) = &self.file else { return };
        let live = live.map(|(id, notification)| Entry::of(id, notification)).collect();
        let page = Page { bus: bus.to_owned(), service: service.to_owned(), live };
        if page == self.kept {
            return;
        }
        let written = serde_json::to_vec(&page).map_err(Into::into).and_then(|text| fs::write(file, text));
        if let Err(error) = written {
            tracing::debug!(%error, "what is on the screen cannot be kept");
        }
        self.kept = page;
    }
}

impl Entry {
    fn of(id: u32, notification: &Notification) -> Self {
        Self {
            id,
            tag: notification.tag.clone(),
            alert: notification.alert,
            feed: notification.feed.clone(),
            event: notification.event,
            link: notification.link.clone(),
            urgency: notification.urgency,
            buttons: notification.actions.iter().map(|action| buttons::key(*action).to_owned()).collect(),
        }
    }

    fn notification(&self) -> Notification {
        Notification {
            alert: self.alert,
            tag: self.tag.clone(),
            feed: self.feed.clone(),
            event: self.event,
            link: self.link.clone(),
            urgency: self.urgency,
            actions: self.buttons.iter().filter_map(|key| buttons::action(key)).collect(),
            ..Notification::plain("", "")
        }
    }
}

#[cfg(test)]
mod tests {
    use streambell_engine::model::Action;

    use super::*;

    #[test]
    fn the_next_process_finds_it_if_the_service_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notifications.json");
        let mut left = Left::read(Some(file.clone()));
        assert!(left.is_empty());
        let actions = vec![Action::Open, Action::Acknowledge];
        let shown = Notification { tag: "a".into(), alert: 7, event: Some(3), actions, ..Notification::plain("", "") };
        let shown = Arc::new(shown);
        left.keep("bus", ":1.5", [(9, &shown)].into_iter());
        let left = Left::read(Some(file.clone()));
        assert_eq!(left.of("bus", ":1.5"), [(9, shown)]);
        assert!(left.of("bus", ":1.6").is_empty() && left.of("other", ":1.5").is_empty());
        fs::write(&file, "{").unwrap();
        assert!(Left::read(Some(file)).is_empty());
    }
}
