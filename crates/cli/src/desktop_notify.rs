//! Announces alerts through the operating system's notification service.
//!
//! The engine puts what it has to say into an outbox; a task of its own hands it to the desktop, one after the other,
//! and what becomes of it comes back as [`Feedback`]. The service may be missing, and may come later: each notification
//! tries anew.

#[cfg(not(target_os = "macos"))]
mod buttons;
#[cfg(all(unix, not(target_os = "macos")))]
mod freedesktop;
#[cfg(any(windows, target_os = "macos"))]
mod native;
mod outbox;
mod report;
mod text;
mod words;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use streambell_engine::{Answer, Home, Notification, Notifier, internal_error, model::Reason};

#[cfg(all(unix, not(target_os = "macos")))]
use self::freedesktop::Desk;
#[cfg(any(windows, target_os = "macos"))]
use self::native::Desk;
use self::{
    outbox::{Job, Outbox},
    report::Report,
};

/// The code of [`Feedback::Trouble`].
pub const NO_SERVICE: &str = "no_notification_service";

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
    outbox: Arc<Outbox>,
    tell: Listener,
    overflowing: AtomicBool,
}

impl DesktopNotifier {
    /// Begins, on the present tokio runtime; ends when it is dropped, once what waits is sent. `tell` must not block.
    pub fn start(tell: impl Fn(Feedback) + Send + Sync + 'static) -> Self {
        Self::begin(None, Arc::new(tell))
    }

    /// The same, and keeps in the data folder what is on the screen: the next process goes on with that, whatever ended
    /// this one.
    pub fn start_in(home: &Home, tell: impl Fn(Feedback) + Send + Sync + 'static) -> Self {
        Self::begin(Some(home.folder().join("notifications.json")), Arc::new(tell))
    }

    fn begin(mut memory: Option<PathBuf>, tell: Listener) -> Self {
        let outbox = Arc::new(Outbox::default());
        let (waits, told) = (outbox.clone(), tell.clone());
        tokio::spawn(async move {
            // A panic takes what it was at with it; what waits goes on with a new connection, which knows no screen.
            while tokio::spawn(announce(waits.clone(), Desk::new(Report::new(told.clone()), memory.take())))
                .await
                .is_err_and(|ended| ended.is_panic())
            {
                told(Feedback::Trouble(internal_error()));
            }
        });
        Self { outbox, tell, overflowing: AtomicBool::new(false) }
    }

    fn put(&self, job: Job) -> Result<(), Job> {
        let put = self.outbox.put(job).map(|overtaken| {
            if let Some(overtaken) = overtaken {
                (self.tell)(Feedback::Answered { notification: Arc::new(*overtaken), answer: Answer::Overtaken });
            }
        });
        if !self.overflowing.swap(put.is_err(), Ordering::Relaxed) && put.is_err() {
            tracing::warn!("the notification service is too slow; some alerts are shown in the window only");
        }
        put
    }
}

impl Notifier for DesktopNotifier {
    fn notify(&self, notification: Notification) {
        if let Err(Job::Show(notification)) = self.put(Job::Show(Box::new(notification))) {
            let answer = Answer::Failed(words::TOO_MANY.to_owned());
            (self.tell)(Feedback::Answered { notification: Arc::new(*notification), answer });
        }
    }

    fn withdraw(&self, tag: &str) {
        // Refused, it has been said.
        let _ = self.put(Job::Withdraw(tag.to_owned()));
    }

    fn over(&self, tag: &str) {
        let _ = self.put(Job::Over(tag.to_owned()));
    }
}

impl Drop for DesktopNotifier {
    fn drop(&mut self) {
        self.outbox.close();
    }
}

async fn announce(outbox: Arc<Outbox>, mut desk: Desk) {
    desk.begin().await;
    loop {
        tokio::select! {
            job = outbox.next() => match job {
                Some(Job::Show(notification)) => desk.show(Arc::new(*notification)).await,
                Some(Job::Withdraw(tag) | Job::Over(tag)) => desk.withdraw(&tag).await,
                None => break,
            },
            heard = desk.hear() => desk.take(heard).await,
        }
        desk.remember();
    }
}
