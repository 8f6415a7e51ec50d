//! What moves the window and the tray: requests from anywhere, and the engine's changes.

use std::{
    pin::pin,
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::StreamExt;
use streambell_cli::control::Shell;
use streambell_engine::{Engine, follow_link, model::Change};
use tauri::{AppHandle, Manager, async_runtime};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use crate::{
    page::Page,
    pump, tray,
    tray::{Face, Tray},
    window::{self, Preferred},
};

/// Requests that may wait.
pub(crate) const REQUESTS: usize = 16;
/// A storm of alerts redraws the tray no more often.
const TRAY_PAUSE: Duration = Duration::from_millis(250);

/// Where requests to the window go.
pub(crate) struct Requests(pub(crate) mpsc::Sender<Shell>);

/// Whether the program starts anew when it has ended, and then whether only in the tray.
#[derive(Clone, Default)]
pub(crate) struct Again(Arc<OnceLock<bool>>);

impl Again {
    pub(crate) fn wanted(&self) -> Option<bool> {
        self.0.get().copied()
    }
}

/// Asks for something, from the main thread; when so much waits already, this is one of it.
pub(crate) fn ask(app: &AppHandle, request: Shell) {
    if let Err(error) = app.state::<Requests>().0.try_send(request) {
        tracing::warn!(%error, "the window does not keep up with requests");
    }
}

/// Carries requests out, one after the other.
pub(crate) async fn serve(app: AppHandle, mut requests: mpsc::Receiver<Shell>) {
    while let Some(request) = requests.recv().await {
        match request {
            Shell::Show => window::show(&app),
            Shell::Follow(link) => {
                app.state::<Arc<Page>>().reveal(follow_link(&link));
                window::show(&app);
            }
            Shell::Toggle => window::toggle(&app),
            Shell::Restart => {
                let hidden = !window::is_there(&app);
                app.state::<Again>().0.get_or_init(|| hidden);
                app.exit(0);
            }
            Shell::Quit => app.exit(0),
        }
    }
}

/// Opens the window, keeps the tray as the engine is, and brings the window up when something is to be shown.
pub(crate) async fn follow(app: AppHandle, engine: Engine, hidden: bool) {
    let Ok((snapshot, changes)) = engine.attach().await else { return };
    let tray = app.state::<Tray>();
    *tray.face() = Face::new(&snapshot);
    app.state::<Preferred>().set(&snapshot.preferences);
    drop(snapshot);
    async_runtime::spawn(window::open(app.clone(), hidden));
    let mut changes = pin!(pump::stream_of(changes));
    let mut due = Instant::now();
    let mut stale = true;
    loop {
        tokio::select! {
            biased;
            () = sleep_until(due), if stale => {
                tray::redraw(&app);
                stale = false;
                due = Instant::now() + TRAY_PAUSE;
            }
            change = changes.next() => match change.as_deref() {
                None => return,
                Some(Change::Reveal { target }) => {
                    app.state::<Arc<Page>>().reveal(target.clone());
                    window::show(&app);
                }
                Some(change) => {
                    if let Change::Preferences { preferences } = change {
                        app.state::<Preferred>().set(preferences);
                    }
                    stale |= tray.face().apply(change);
                }
            },
        }
    }
}

/// Ends the program in good order when the system, or a terminal, says so.
pub(crate) async fn end_on_signal(requests: mpsc::Sender<Shell>) {
    match signal().await {
        // Nobody receives only when it is ending already.
        Ok(()) => drop(requests.send(Shell::Quit).await),
        Err(error) => tracing::warn!(%error, "signals cannot be heard; the program ends without saying so"),
    }
}

#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
