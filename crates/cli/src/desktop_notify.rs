//! Announces alerts through the operating system's notification service.
//!
//! The engine hands notifications to a bounded queue; a task of its own sends them, one after the other, and a click
//! comes back as [`Feedback`]. The service may be missing, and may come later: each notification tries anew.

#[cfg(all(unix, not(target_os = "macos")))]
#[path = "desktop_notify/freedesktop.rs"]
mod platform;
#[cfg(any(windows, target_os = "macos"))]
#[path = "desktop_notify/native.rs"]
mod platform;
mod text;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use streambell_engine::{Answer, Notification, Notifier, model::Reason};
use tokio::sync::mpsc;

use self::platform::Desk;

/// The code of [`Feedback::Trouble`].
pub const NO_SERVICE: &str = "no_notification_service";

/// Notifications that may wait. The engine's flood gate keeps bursts far below; what exceeds even this is dropped, and
/// is in the window all the same.
const QUEUE: usize = 256;

/// What comes back from the desktop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feedback {
    /// What became of a notification.
    Answered {
        /// Which.
        notification: Arc<Notification>,
        /// What.
        answer: Answer,
    },
    /// Nothing can be announced, and what to do about it.
    Trouble(Reason),
    /// Announcing works, after there was trouble or for the first time.
    Works,
}

/// Who is told; called from a task, so it must not block.
pub(crate) type Listener = Arc<dyn Fn(Feedback) + Send + Sync>;

/// Announces through the operating system.
pub struct DesktopNotifier {
    queue: mpsc::Sender<Notification>,
    overflowing: AtomicBool,
}

impl DesktopNotifier {
    /// Begins, on the present tokio runtime; ends when it is dropped. `tell` must not block.
    pub fn start(tell: impl Fn(Feedback) + Send + Sync + 'static) -> Self {
        let (queue, notifications) = mpsc::channel(QUEUE);
        tokio::spawn(announce(notifications, Arc::new(tell)));
        Self { queue, overflowing: AtomicBool::new(false) }
    }
}

impl Notifier for DesktopNotifier {
    fn notify(&self, notification: Notification) {
        let overflowing = self.queue.try_send(notification).is_err();
        if overflowing && !self.overflowing.swap(overflowing, Ordering::Relaxed) {
            tracing::warn!("the notification service is too slow; some alerts are shown in the window only");
        }
        if !overflowing {
            self.overflowing.store(false, Ordering::Relaxed);
        }
    }

    fn withdraw(&self, _tag: &str) {}
}

async fn announce(mut notifications: mpsc::Receiver<Notification>, tell: Listener) {
    let mut desk = Desk::new(tell.clone());
    let mut works = None;
    while let Some(notification) = notifications.recv().await {
        let shown = desk.show(notification).await;
        if works != Some(shown.is_ok()) {
            works = Some(shown.is_ok());
            tell(shown.map_or_else(Feedback::Trouble, |()| Feedback::Works));
        }
    }
}

fn no_service(problem: impl std::fmt::Display) -> Reason {
    let todo = if cfg!(windows) {
        "Switch notifications on for Streambell in the system's settings"
    } else if cfg!(target_os = "macos") {
        "Allow notifications of Streambell in System Settings"
    } else {
        "Start one (GNOME, KDE and Xfce bring theirs; else install dunst or mako)"
    };
    Reason {
        code: NO_SERVICE.to_owned(),
        message: format!(
            "No notification service answers, so alerts are not announced; they are in the list of alerts all the same. {todo}; the next alert tries again. ({problem})"
        ),
    }
}
