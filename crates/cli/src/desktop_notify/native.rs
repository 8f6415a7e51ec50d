//! Windows and macOS: the system shows what it is given.

use std::{convert::Infallible, sync::Arc};

use streambell_engine::Notification;
use tokio::task::spawn_blocking;

use super::{report::Report, text};

/// The user's desktop.
pub(super) struct Desk {
    report: Report,
}

impl Desk {
    pub(super) fn new(report: Report) -> Self {
        Self { report }
    }

    /// Shows it, and reports what became of that.
    pub(super) async fn show(&mut self, notification: Arc<Notification>) {
        let mut message = notify_rust::Notification::new();
        message
            .appname("Streambell")
            .summary(&text::title(&notification.title))
            .body(&text::body(&notification.body, false));
        match spawn_blocking(move || message.show().map(drop)).await {
            Ok(Ok(())) => self.report.shown(&notification),
            Ok(Err(error)) => self.report.failed(&notification, &error),
            Err(error) => self.report.failed(&notification, &error),
        }
    }

    pub(super) async fn withdraw(&mut self, _tag: &str) {}

    /// Never: these tell nothing.
    pub(super) async fn hear(&mut self) -> Infallible {
        std::future::pending().await
    }

    pub(super) async fn take(&mut self, news: Infallible) {
        match news {}
    }
}
