//! What is on the user's screen, as far as we know.

use std::{collections::VecDeque, sync::Arc};

use streambell_engine::{
    Notification,
    model::{Action, Urgency},
};
use zbus::message::Sequence;

/// Notifications that stay on the screen at once; beyond, the oldest gives way.
const LIVE: usize = 64;

/// One that the service shows.
#[derive(Debug)]
struct Live {
    /// The service's number of it.
    id: u32,
    /// When the service said so: what it told earlier of this number was of another.
    since: Sequence,
    notification: Arc<Notification>,
    /// The user did something with it, so that it goes is no news.
    answered: bool,
}

/// What one service shows of ours, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Screen {
    live: VecDeque<Live>,
}

impl Screen {
    /// What an earlier process left.
    pub(super) fn of(left: Vec<(u32, Arc<Notification>)>) -> Self {
        let live = |(id, notification)| Live { id, since: Sequence::default(), notification, answered: false };
        Self { live: left.into_iter().map(live).collect() }
    }

    /// All of it, with the service's numbers.
    pub(super) fn live(&self) -> impl Iterator<Item = (u32, &Arc<Notification>)> {
        self.live.iter().map(|live| (live.id, &live.notification))
    }

    /// What is shown under a tag, with the service's number of it.
    pub(super) fn shown(&self, tag: &str) -> Option<(u32, &Notification)> {
        let live = self.live.iter().find(|live| live.notification.tag == tag)?;
        Some((live.id, &live.notification))
    }

    /// The service shows this; in place of what had its tag or its number. Gives the number of one that is to be
    /// closed because there are too many: the oldest that can be missed.
    pub(super) fn add(&mut self, id: u32, since: Sequence, notification: Arc<Notification>) -> Option<u32> {
        self.live.retain(|live| live.id != id && live.notification.tag != notification.tag);
        self.live.push_back(Live { id, since, notification, answered: false });
        if self.live.len() <= LIVE {
            return None;
        }
        let can_go = |live: &Live| live.notification.urgency != Urgency::Critical;
        let oldest = self.live.iter().position(can_go).unwrap_or(0);
        self.live.remove(oldest).map(|live| live.id)
    }

    /// Forgets what is under a tag, and gives its number.
    pub(super) fn withdraw(&mut self, tag: &str) -> Option<u32> {
        let (id, _) = self.shown(tag)?;
        self.live.retain(|live| live.id != id);
        Some(id)
    }

    /// The user pressed a button: of which notification, if it is one of ours that has this button.
    pub(super) fn press(&mut self, id: u32, at: Sequence, action: Action) -> Option<Arc<Notification>> {
        let live = self.live.iter_mut().find(|live| live.id == id && live.since < at)?;
        if action != Action::Open && !live.notification.actions.contains(&action) {
            return None;
        }
        live.answered = true;
        Some(live.notification.clone())
    }

    /// It is gone from the screen: which, if that is news.
    pub(super) fn close(&mut self, id: u32, at: Sequence) -> Option<Arc<Notification>> {
        let place = self.live.iter().position(|live| live.id == id && live.since < at)?;
        self.live.remove(place).filter(|live| !live.answered).map(|live| live.notification)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(tag: &str, urgency: Urgency) -> Arc<Notification> {
        Arc::new(Notification { tag: tag.into(), urgency, ..Notification::plain("", "") })
    }

    #[test]
    fn the_oldest_that_can_be_missed_gives_way() {
        let mut screen = Screen::default();
        let mut gone = Vec::new();
        for id in 1..=LIVE as u32 + 3 {
            let urgency = if id % 2 == 1 { Urgency::Critical } else { Urgency::Normal };
            gone.extend(screen.add(id, Sequence::default(), about(&id.to_string(), urgency)));
        }
        assert_eq!(gone, [2, 4, 6]);
        assert_eq!((screen.shown("1").map(|(id, _)| id), screen.shown("2").map(|(id, _)| id)), (Some(1), None));
    }

    #[test]
    fn where_all_press_the_oldest_gives_way() {
        let mut screen = Screen::default();
        let add = |id: u32| screen.add(id, Sequence::default(), about(&id.to_string(), Urgency::Critical));
        assert_eq!((1..=LIVE as u32 + 1).filter_map(add).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn what_was_told_of_a_number_before_it_was_ours_is_of_another() {
        let mut screen = Screen::default();
        let now = Sequence::default();
        screen.add(1, now, about("a", Urgency::Normal));
        assert!(screen.close(1, now).is_none());
        assert!(screen.press(1, now, Action::Open).is_none());
        assert_eq!(screen.withdraw("a"), Some(1));
        assert_eq!(screen.withdraw("a"), None);
    }
}
