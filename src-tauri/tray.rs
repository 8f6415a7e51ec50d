//! The tray icon: a way back to the window while it is closed, and the latest alerts.
//!
//! A desktop may show no tray icons, or begin to later: the icon is made when something comes that shows it, and
//! [`Tray::has_host`] tells whether closing the window leaves a way back.

mod badge;
mod face;
mod host;

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{ToSpan, Zoned};
use streambell_cli::control::Shell;
use streambell_engine::{Engine, EngineError, model::Millis};
use tauri::{
    AppHandle, Manager,
    image::Image,
    menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu},
    tray::{MouseButton, TrayIconBuilder, TrayIconEvent},
};
use tokio::sync::watch;

pub(crate) use self::face::Face;
use self::face::{Choice, Entry, Mood, Quiet};
use crate::shell;

/// Panels remember the user's choices about an icon by its id.
const ID: &str = "org.streambell.Streambell";

/// The tray icon, whether it is shown or not.
pub(crate) struct Tray {
    face: Mutex<Face>,
    /// What the icon shows.
    drawn: Mutex<Option<Mood>>,
    host: watch::Sender<bool>,
}

impl Tray {
    pub(crate) fn new() -> Self {
        Self { face: Mutex::default(), drawn: Mutex::default(), host: watch::Sender::new(false) }
    }

    /// Whether the icon can be seen.
    pub(crate) fn has_host(&self) -> bool {
        *self.host.borrow()
    }

    /// Follows whether the icon can be seen.
    pub(crate) fn host(&self) -> watch::Receiver<bool> {
        self.host.subscribe()
    }

    /// The icon in this mood, if it shows another.
    fn mood(&self, mood: Mood, app: &AppHandle) -> Option<Image<'static>> {
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        if drawn.replace(mood) == Some(mood) {
            return None;
        }
        Some(badge::draw(app.default_window_icon()?, mood))
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
            .and_then(|()| tray.mood(face.mood(), &inner).map_or(Ok(()), |image| icon.set_icon(Some(image))))
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
        Some(Choice::Reveal(target)) => carry_out(async move { engine.reveal(target).await }),
        Some(Choice::AcknowledgeAll) => carry_out(async move { engine.acknowledge_all().await }),
        Some(Choice::Undisturbed(quiet)) => carry_out(async move { engine.do_not_disturb(until(quiet)).await }),
        Some(Choice::PauseAll) => carry_out(async move { engine.pause_all().await }),
        Some(Choice::ResumeAll) => carry_out(async move { engine.resume_all().await }),
        None => {}
    }
}

/// A click on the icon.
pub(crate) fn clicked(app: &AppHandle, event: &TrayIconEvent) {
    if let TrayIconEvent::Click { button: MouseButton::Left, .. } = event {
        shell::ask(app, Shell::Toggle);
    }
}

/// Until when it is to be quiet; `None`: no longer.
fn until(quiet: Quiet) -> Option<Millis> {
    let now = Zoned::now();
    let until = match quiet {
        Quiet::NoLonger => return None,
        Quiet::HalfAnHour => now.checked_add(30.minutes()),
        Quiet::AnHour => now.checked_add(1.hour()),
        // When people get up.
        Quiet::UntilTomorrow => now.tomorrow().and_then(|day| day.with().hour(7).minute(0).second(0).build()),
    };
    until.ok().map(|until| until.timestamp().as_millisecond())
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
        Some(image) => icon.icon(tray.mood(face.mood(), app).unwrap_or_else(|| badge::draw(image, face.mood()))),
        None => icon,
    };
    icon.build(app).map(drop)
}

fn menu(app: &AppHandle, face: &Face) -> tauri::Result<Menu<tauri::Wry>> {
    let mut items: Vec<Box<dyn IsMenuItem<tauri::Wry>>> = Vec::new();
    for entry in face.entries() {
        items.push(line(app, entry)?);
    }
    let items: Vec<&dyn IsMenuItem<tauri::Wry>> = items.iter().map(AsRef::as_ref).collect();
    Menu::with_items(app, &items)
}

fn line(app: &AppHandle, entry: Entry) -> tauri::Result<Box<dyn IsMenuItem<tauri::Wry>>> {
    Ok(match entry {
        Entry::Separator => Box::new(PredefinedMenuItem::separator(app)?),
        Entry::Item { id, text } => Box::new(MenuItem::with_id(app, id, text, true, None::<&str>)?),
        Entry::Submenu { text, entries } => {
            let lines: Vec<_> = entries.into_iter().map(|entry| line(app, entry)).collect::<Result<_, _>>()?;
            let lines: Vec<&dyn IsMenuItem<tauri::Wry>> = lines.iter().map(AsRef::as_ref).collect();
            Box::new(Submenu::with_items(app, text, true, &lines)?)
        }
    })
}
