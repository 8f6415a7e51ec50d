//! The tray icon: a way back to the window while it is closed, and the latest alerts.
//!
//! A desktop may show no tray icons, or begin to later: the icon is made when something comes that shows it, and
//! [`Tray::has_host`] tells whether closing the window leaves a way back.

mod face;
mod host;

use std::sync::{Mutex, MutexGuard, PoisonError};

use streambell_cli::control::Shell;
use streambell_engine::{Engine, EngineError};
use tauri::{
    AppHandle, Manager,
    menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem},
    tray::{MouseButton, TrayIconBuilder, TrayIconEvent},
};
use tokio::sync::watch;

pub(crate) use self::face::Face;
use self::face::{Choice, Entry};
use crate::shell;

/// Panels remember the user's choices about an icon by its id.
const ID: &str = "org.streambell.Streambell";

/// The tray icon, whether it is shown or not.
pub(crate) struct Tray {
    face: Mutex<Face>,
    host: watch::Sender<bool>,
}

impl Tray {
    pub(crate) fn new() -> Self {
        Self { face: Mutex::default(), host: watch::Sender::new(false) }
    }

    /// Whether the icon can be seen.
    pub(crate) fn has_host(&self) -> bool {
        *self.host.borrow()
    }

    /// Follows whether the icon can be seen.
    pub(crate) fn host(&self) -> watch::Receiver<bool> {
        self.host.subscribe()
    }

    /// What it shows.
    pub(crate) fn face(&self) -> MutexGuard<'_, Face> {
        self.face.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows the icon as soon as, and as long as, there is something that shows it. On the main thread.
pub(crate) fn start(app: &AppHandle) {
    host::watch(app);
}

/// Draws what has changed.
pub(crate) fn redraw(app: &AppHandle) {
    let inner = app.clone();
    let drawn = app.run_on_main_thread(move || {
        let Some(icon) = inner.tray_by_id(ID) else { return };
        let tray = inner.state::<Tray>();
        let face = tray.face();
        let done = menu(&inner, &face)
            .and_then(|menu| icon.set_menu(Some(menu)))
            .and_then(|()| icon.set_tooltip(Some(face.tooltip())));
        if let Err(error) = done {
            tracing::warn!(%error, "the tray icon cannot be updated");
        }
    });
    if let Err(error) = drawn {
        tracing::debug!(%error, "the program is ending");
    }
}

/// A click on a line of the menu.
pub(crate) fn chosen(app: &AppHandle, id: &str) {
    let engine = app.state::<Engine>().inner().clone();
    match Choice::from_id(id) {
        Some(Choice::Show) => shell::ask(app, Shell::Show),
        Some(Choice::Quit) => shell::ask(app, Shell::Quit),
        Some(Choice::Reveal(feed)) => carry_out(async move { engine.reveal(feed).await }),
        Some(Choice::PauseAll) => carry_out(async move { engine.pause_all().await }),
        Some(Choice::ResumeAll) => carry_out(async move { engine.resume_all().await }),
        None => {}
    }
}

/// A click on the icon.
pub(crate) fn clicked(app: &AppHandle, event: &TrayIconEvent) {
    if let TrayIconEvent::Click { button: MouseButton::Left, .. } = event {
        shell::ask(app, Shell::Show);
    }
}

fn carry_out(request: impl Future<Output = Result<(), EngineError>> + Send + 'static) {
    tauri::async_runtime::spawn(async move {
        if let Err(error) = request.await {
            tracing::warn!(%error, "what was chosen in the tray was not done");
        }
    });
}

/// An icon that was made before comes back by itself.
fn host_came(app: &AppHandle) {
    if app.tray_by_id(ID).is_none()
        && let Err(error) = build(app)
    {
        return tracing::info!(%error, "the tray icon cannot be shown");
    }
    app.state::<Tray>().host.send_replace(true);
}

fn host_went(app: &AppHandle) {
    app.state::<Tray>().host.send_replace(false);
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let tray = app.state::<Tray>();
    let face = tray.face();
    let icon = TrayIconBuilder::with_id(ID)
        .title("Streambell")
        .tooltip(face.tooltip())
        .menu(&menu(app, &face)?)
        .show_menu_on_left_click(false);
    let icon = match app.default_window_icon() {
        Some(image) => icon.icon(image.clone()),
        None => icon,
    };
    icon.build(app).map(drop)
}

fn menu(app: &AppHandle, face: &Face) -> tauri::Result<Menu<tauri::Wry>> {
    let mut items: Vec<Box<dyn IsMenuItem<tauri::Wry>>> = Vec::new();
    for entry in face.entries() {
        items.push(match entry {
            Entry::Separator => Box::new(PredefinedMenuItem::separator(app)?),
            Entry::Item { id, text } => Box::new(MenuItem::with_id(app, id, text, true, None::<&str>)?),
        });
    }
    let items: Vec<&dyn IsMenuItem<tauri::Wry>> = items.iter().map(AsRef::as_ref).collect();
    Menu::with_items(app, &items)
}
