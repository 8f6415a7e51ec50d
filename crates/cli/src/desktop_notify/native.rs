//! Windows and macOS: the system shows what it is given, and tells nothing of a click without an installed program.

use streambell_engine::{Notification, model::Reason};
use tokio::task::spawn_blocking;

use super::{Listener, no_service, text};

/// The user's desktop.
pub(super) struct Desk;

impl Desk {
    pub(super) fn new(_tell: Listener) -> Self {
        Self
    }

    pub(super) async fn show(&mut self, notification: Notification) -> Result<(), Reason> {
        let mut message = notify_rust::Notification::new();
        message
            .appname("Streambell")
            .summary(&text::title(&notification.title))
            .body(&text::body(&notification.body, false));
        spawn_blocking(move || message.show()).await.map_err(no_service)?.map_err(no_service)?;
        Ok(())
    }
}
