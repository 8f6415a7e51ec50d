//! Why the program does not start.

use std::{process::ExitCode, sync::Arc, time::Duration};

use streambell_cli::desktop_notify::{DesktopNotifier, Feedback};
use streambell_engine::{Notification, Notifier};
use tokio::sync::Notify;

/// How long a notification of the failure may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the user is told, with what to do next.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The data folder.
    #[error(transparent)]
    Home(#[from] streambell_engine::HomeError),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] streambell_engine::StartError),
    /// The program that runs already.
    #[error(transparent)]
    Running(#[from] streambell_cli::control::Refusal),
    /// There is nowhere to open a window.
    #[error(
        "There is no display to open a window on. Start Streambell in a desktop session, or use 'streambell run', which needs none."
    )]
    NoDisplay,
    /// The program was to start anew, after a backup was restored.
    #[error("Streambell cannot start itself anew: {0}. Start it by hand.")]
    Again(#[from] std::io::Error),
    /// The window system.
    #[error("The window cannot be opened: {0}. 'streambell run' works without one.")]
    Tauri(#[from] tauri::Error),
}

impl Failure {
    /// Says so where the user may look: on standard error, and as a notification, since who clicked an icon sees no
    /// terminal.
    pub(crate) async fn tell(self) -> ExitCode {
        eprintln!("streambell: {self}");
        let told = Arc::new(Notify::new());
        let answer = told.clone();
        let notifier = DesktopNotifier::start(move |feedback| {
            if !matches!(feedback, Feedback::Answered { .. }) {
                answer.notify_one();
            }
        });
        notifier.notify(Notification::plain("Streambell does not start", self.to_string()));
        // Told or not: it stands on standard error.
        let _ = tokio::time::timeout(PATIENCE, told.notified()).await;
        ExitCode::FAILURE
    }
}
