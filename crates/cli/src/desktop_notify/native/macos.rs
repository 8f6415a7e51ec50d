//! macOS: a click is told to the program's main loop. Where there is none, as in `streambell run`, notify-rust would
//! block a thread for ever to wait for it. So there are no buttons, and nothing is heard.

use std::{future, sync::Arc};

use notify_rust::NotificationHandle;
use streambell_engine::Notification;
use tokio::task::spawn_blocking;

use super::News;

/// The sound to ask for. The system's own way is to be silent.
pub(super) fn sound(wish: Option<bool>) -> Option<&'static str> {
    (wish == Some(true)).then_some("Ping")
}

/// Nothing.
pub(super) struct System;

impl System {
    pub(super) fn new() -> Self {
        Self
    }

    /// Dropping the handle is what sends the notification.
    pub(super) fn listen(&self, handle: NotificationHandle, _notification: Arc<Notification>) {
        spawn_blocking(move || drop(handle));
    }

    pub(super) async fn hear(&mut self) -> News {
        future::pending().await
    }
}

/// Adds nothing.
pub(super) fn dress(_message: &mut notify_rust::Notification, _notification: &Notification) {}
