//! What the shell knows of the page in the window, and asks of it.

use std::sync::{Mutex, PoisonError};

use streambell_engine::{
    Engine,
    model::{FeedId, RuleId, Target},
};
use tauri::async_runtime::JoinHandle;
use tokio::sync::{Notify, watch};

/// The page in the window. It outlives every window: a wish to show something waits here until a page can follow it.
pub(crate) struct Page {
    visible: watch::Sender<bool>,
    reveal: watch::Sender<Option<Target>>,
    pump: Mutex<Option<JoinHandle<()>>>,
    drawn: Notify,
    leaving: Mutex<Leaving>,
}

/// What the user has removed and can still bring back: as long as there is a page that offers that.
#[derive(Debug, Default)]
pub(crate) struct Leaving {
    pub(crate) feeds: Vec<FeedId>,
    pub(crate) rules: Vec<RuleId>,
}

impl Leaving {
    /// Removes it.
    pub(crate) async fn remove(self, engine: &Engine) {
        for feed in self.feeds {
            if let Err(error) = engine.remove_feed(feed).await {
                tracing::warn!(%error, "a feed was not removed");
            }
        }
        for rule in self.rules {
            if let Err(error) = engine.remove_rule(rule).await {
                tracing::warn!(%error, "a rule was not removed");
            }
        }
    }
}

impl Page {
    pub(crate) fn new() -> Self {
        Self {
            visible: watch::Sender::new(false),
            reveal: watch::Sender::new(None),
            pump: Mutex::new(None),
            drawn: Notify::new(),
            leaving: Mutex::default(),
        }
    }

    /// Whether a person can see it.
    pub(crate) fn set_visible(&self, visible: bool) {
        self.visible.send_if_modified(|now| std::mem::replace(now, visible) != visible);
    }

    /// Follows whether a person can see it.
    pub(crate) fn visible(&self) -> watch::Receiver<bool> {
        self.visible.subscribe()
    }

    /// Asks it to show something as soon as it can.
    pub(crate) fn reveal(&self, target: Target) {
        self.reveal.send_replace(Some(target));
    }

    /// Follows wishes to show something.
    pub(crate) fn reveals(&self) -> watch::Receiver<Option<Target>> {
        self.reveal.subscribe()
    }

    /// What it is asked to show, once.
    pub(crate) fn take_reveal(&self) -> Option<Target> {
        let mut taken = None;
        self.reveal.send_if_modified(|wish| {
            taken = wish.take();
            false
        });
        taken
    }

    /// A page has come, in the place of any other: this feeds it.
    pub(crate) fn arrived(&self, pump: JoinHandle<()>) {
        self.replace(Some(pump));
    }

    /// The page has drawn what it got, and can take more.
    pub(crate) fn drawn(&self) -> &Notify {
        &self.drawn
    }

    /// What is removed when the page goes, in the place of what was before.
    pub(crate) fn leaves(&self, leaving: Leaving) {
        *self.leaving.lock().unwrap_or_else(PoisonError::into_inner) = leaving;
    }

    /// Takes over what is to be removed: nobody can bring it back any more.
    pub(crate) fn take_leaving(&self) -> Leaving {
        std::mem::take(&mut *self.leaving.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The page is gone.
    pub(crate) fn gone(&self) {
        self.set_visible(false);
        self.replace(None);
    }

    fn replace(&self, pump: Option<JoinHandle<()>>) {
        let former = std::mem::replace(&mut *self.pump.lock().unwrap_or_else(PoisonError::into_inner), pump);
        if let Some(former) = former {
            former.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_waits_for_a_page_and_is_followed_once() {
        let page = Page::new();
        page.reveal(Target::Alerts);
        page.reveal(Target::Settings);
        assert_eq!(page.take_reveal(), Some(Target::Settings));
        assert_eq!(page.take_reveal(), None);
    }
}
