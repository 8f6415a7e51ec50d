//! What the shell knows of the page in the window, and asks of it.

use std::sync::{Mutex, PoisonError};

use streambell_engine::model::Target;
use tauri::async_runtime::JoinHandle;
use tokio::sync::{Notify, watch};

/// The page in the window. It outlives every window: a wish to show something waits here until a page can follow it.
pub(crate) struct Page {
    visible: watch::Sender<bool>,
    reveal: watch::Sender<Option<Target>>,
    pump: Mutex<Option<JoinHandle<()>>>,
    drawn: Notify,
}

impl Page {
    pub(crate) fn new() -> Self {
        Self {
            visible: watch::Sender::new(false),
            reveal: watch::Sender::new(None),
            pump: Mutex::new(None),
            drawn: Notify::new(),
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
