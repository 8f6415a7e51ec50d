//! Linux and its kin: org.freedesktop.Notifications on the session bus.
//!
//! notify-rust opens a connection for each notification, and a service may close a notification when its sender's
//! connection ends. So each one that is on the screen keeps its connection, in a task that waits for a click: a socket
//! and no thread. There are never more than [`OPEN`]; the oldest gives way.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use notify_rust::{NotificationHandle, NotificationResponse, Urgency as DesktopUrgency};
use streambell_engine::{
    Action, Answer, Notification,
    model::{Reason, Urgency},
};
use tokio::{
    task::{AbortHandle, spawn_blocking},
    time::{Instant, timeout},
};

use super::{Feedback, Listener, no_service, text};

/// Notifications whose click is waited for.
const OPEN: usize = 32;
/// A service that takes longer to answer does not work.
const ANSWER: Duration = Duration::from_secs(5);
/// The service may be replaced by another: asked again what it can after this time.
const CAPABILITIES_FOR: Duration = Duration::from_secs(60);

/// What a service can show.
#[derive(Debug, Clone, Copy)]
struct Capabilities {
    actions: bool,
    markup: bool,
    asked: Instant,
}

/// The user's desktop.
pub(super) struct Desk {
    tell: Listener,
    capabilities: Option<Capabilities>,
    open: VecDeque<AbortHandle>,
}

impl Desk {
    pub(super) fn new(tell: Listener) -> Self {
        Self { tell, capabilities: None, open: VecDeque::with_capacity(OPEN) }
    }

    pub(super) async fn show(&mut self, notification: Notification) -> Result<(), Reason> {
        let capabilities = self.capabilities().await?;
        let message = message(&notification, capabilities);
        let shown = timeout(ANSWER, message.show_async()).await;
        let handle = shown.map_err(no_service).and_then(|shown| shown.map_err(no_service)).inspect_err(|_| {
            self.capabilities = None;
        })?;
        self.wait_for_click(handle, notification);
        Ok(())
    }

    async fn capabilities(&mut self) -> Result<Capabilities, Reason> {
        if let Some(known) = self.capabilities.filter(|known| known.asked.elapsed() < CAPABILITIES_FOR) {
            return Ok(known);
        }
        // notify-rust asks in a blocking way only.
        let names = timeout(ANSWER, spawn_blocking(notify_rust::get_capabilities)).await.map_err(no_service)?;
        let names = names.map_err(no_service)?.map_err(no_service)?;
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        // A service that knows links reads markup, whether it says so or not: dunst does in some configurations.
        let markup = has("body-markup") || has("body-hyperlinks");
        let capabilities = Capabilities { actions: has("actions"), markup, asked: Instant::now() };
        self.capabilities = Some(capabilities);
        Ok(capabilities)
    }

    fn wait_for_click(&mut self, handle: NotificationHandle, notification: Notification) {
        self.open.retain(|open| !open.is_finished());
        while self.open.len() >= OPEN {
            if let Some(oldest) = self.open.pop_front() {
                oldest.abort();
            }
        }
        let tell = self.tell.clone();
        let waiting = tokio::spawn(async move {
            let notification = Arc::new(notification);
            handle
                .wait_for_action_async(|response| {
                    if matches!(response, NotificationResponse::Default) {
                        tell(Feedback::Answered { notification, answer: Answer::Chosen(Action::Open) });
                    }
                })
                .await;
        });
        self.open.push_back(waiting.abort_handle());
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.open.iter().for_each(AbortHandle::abort);
    }
}

fn message(notification: &Notification, capabilities: Capabilities) -> notify_rust::Notification {
    let mut message = notify_rust::Notification::new();
    message
        .appname("Streambell")
        .icon("streambell")
        .hint(notify_rust::Hint::DesktopEntry("streambell".to_owned()))
        .summary(&text::title(&notification.title))
        .body(&text::body(&notification.body, capabilities.markup))
        .urgency(match notification.urgency {
            Urgency::Low => DesktopUrgency::Low,
            Urgency::Normal => DesktopUrgency::Normal,
            Urgency::Critical => DesktopUrgency::Critical,
        });
    if capabilities.actions {
        // The name of a click on the notification itself.
        message.action("default", "Open");
    }
    message
}
