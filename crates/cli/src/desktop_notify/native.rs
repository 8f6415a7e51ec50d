//! Windows and macOS: the system's own service, as far as notify-rust reaches it.
//!
//! Neither can replace or take back what it shows: notify-rust gives a toast no tag, and its macOS handle knows only how
//! to wait. So a tag only keeps updates from coming too fast here.

#[cfg_attr(windows, path = "native/windows.rs")]
#[cfg_attr(target_os = "macos", path = "native/macos.rs")]
mod system;

use std::{path::PathBuf, sync::Arc};

use streambell_engine::{Answer, Notification};
use tokio::task::spawn_blocking;

use self::system::System;
use super::{report::Report, text};

/// What the user did with a notification.
pub(super) type News = (Arc<Notification>, Answer);

/// The user's desktop.
pub(super) struct Desk {
    report: Report,
    system: System,
}

impl Desk {
    /// No file is needed: what is on the screen cannot be changed anyway.
    pub(super) fn new(report: Report, _memory: Option<PathBuf>) -> Self {
        Self { report, system: System::new() }
    }

    pub(super) async fn begin(&mut self) {}

    pub(super) fn remember(&mut self) {}

    /// Shows it, and reports what became of that.
    pub(super) async fn show(&mut self, notification: Arc<Notification>) {
        let mut message = notify_rust::Notification::new();
        message
            .appname("Streambell")
            .summary(&text::title(&notification.title))
            .body(&text::body(&notification.body, false));
        if let Some(sound) = system::sound(notification.sound) {
            message.sound_name(sound);
        }
        system::dress(&mut message, &notification);
        match spawn_blocking(move || message.show()).await {
            Ok(Ok(handle)) => {
                self.report.shown(&notification);
                self.system.listen(handle, notification);
            }
            Ok(Err(error)) => self.report.failed(&notification, &error),
            Err(panic) => self.report.failed(&notification, &panic),
        }
    }

    /// Nothing: see above.
    pub(super) async fn withdraw(&mut self, _tag: &str) {}

    /// Waits for news. Dropping the future loses nothing.
    pub(super) async fn hear(&mut self) -> News {
        self.system.hear().await
    }

    /// Takes news in.
    pub(super) async fn take(&mut self, (notification, answer): News) {
        self.report.answered(&notification, answer);
    }
}
