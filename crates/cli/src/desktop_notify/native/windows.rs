//! Toasts: with buttons, and with an answer for whoever waits in a thread.

use std::{future, sync::Arc, thread};

use notify_rust::{CloseReason, NotificationHandle, NotificationResponse};
use streambell_engine::{
    Answer, Notification,
    model::{Action, Urgency},
};
use tokio::sync::{Semaphore, mpsc};

use super::News;
use crate::desktop_notify::{buttons, words};

/// The sound to ask for. A toast without one is silent.
pub(super) fn sound(wish: Option<bool>) -> Option<&'static str> {
    (wish != Some(false)).then_some("Default")
}

/// Notifications whose answer is waited for: each costs a thread.
const EARS: usize = 16;
/// Answers that may wait. Each comes from a hand.
const HEARD: usize = 16;

/// What the toasts on the screen may still tell.
pub(super) struct System {
    ears: Arc<Semaphore>,
    answers: mpsc::Sender<News>,
    heard: mpsc::Receiver<News>,
}

impl System {
    pub(super) fn new() -> Self {
        let (answers, heard) = mpsc::channel(HEARD);
        Self { ears: Arc::new(Semaphore::new(EARS)), answers, heard }
    }

    /// Waits for what the user does with it, if not too many are waited for.
    pub(super) fn listen(&self, handle: NotificationHandle, notification: Arc<Notification>) {
        let Ok(ear) = self.ears.clone().try_acquire_owned() else { return };
        let answers = self.answers.clone();
        // A thread of its own: the runtime would wait at its end for one of the runtime's.
        thread::spawn(move || {
            let told = handle.wait_for_response(|response: &NotificationResponse| {
                if let Some(answer) = answer(response) {
                    let _ = answers.blocking_send((notification, answer));
                }
            });
            if let Err(error) = told {
                tracing::debug!(%error, "nothing was heard of a notification");
            }
            drop(ear);
        });
    }

    pub(super) async fn hear(&mut self) -> News {
        match self.heard.recv().await {
            Some(news) => news,
            // Never, since there is a sender here.
            None => future::pending().await,
        }
    }
}

/// Adds what only toasts have.
pub(super) fn dress(message: &mut notify_rust::Notification, notification: &Notification) {
    message.urgency(match notification.urgency {
        Urgency::Low => notify_rust::Urgency::Low,
        Urgency::Normal => notify_rust::Urgency::Normal,
        Urgency::Critical => notify_rust::Urgency::Critical,
    });
    for action in buttons::offered(notification) {
        message.action(buttons::key(action), words::label(action));
    }
}

fn answer(response: &NotificationResponse) -> Option<Answer> {
    match response {
        NotificationResponse::Default => Some(Answer::Chosen(Action::Open)),
        NotificationResponse::Action(key) => buttons::action(key).map(Answer::Chosen),
        NotificationResponse::Closed(CloseReason::Dismissed) => Some(Answer::Dismissed),
        NotificationResponse::Closed(CloseReason::Expired) => Some(Answer::Expired),
        NotificationResponse::Closed(_) | NotificationResponse::Reply(_) => None,
    }
}
