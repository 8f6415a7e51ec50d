//! The window: made when it is asked for, gone when it is closed.
//!
//! A hidden window keeps all its memory, so closing destroys it; the program and its subscriptions go on. Where no tray
//! shows the way back, closing minimises instead. Who prefers so ends the program by closing it.

mod place;
#[cfg(target_os = "linux")]
mod release;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use streambell_cli::control::Shell;
use streambell_engine::{
    Engine, Home,
    model::{Preferences, Theme},
};
use tauri::{
    AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window, WindowEvent,
    webview::NewWindowResponse,
};

pub(crate) use place::{LastPlace, keep as keep_place};

use crate::{page::Page, shell, tray::Tray};

const LABEL: &str = "main";
/// A panel may start later than a program that is started with the session.
const PATIENCE: Duration = Duration::from_secs(5);
/// A window manager may not know how to minimise: who closes twice means it.
const TWICE: Duration = Duration::from_secs(2);

/// When the window was last asked to close.
#[derive(Default)]
pub(crate) struct LastClose(Mutex<Option<Instant>>);

/// How the user prefers the window.
#[derive(Default)]
pub(crate) struct Preferred(Mutex<Preferences>);

impl Preferred {
    pub(crate) fn set(&self, preferences: &Preferences) {
        self.lock().clone_from(preferences);
    }

    /// Whether the program ends when its window is closed.
    fn close_ends(&self) -> bool {
        !self.lock().close_to_tray
    }

    fn theme(&self) -> Theme {
        self.lock().theme
    }

    fn lock(&self) -> MutexGuard<'_, Preferences> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the window at the start. A hidden start needs a tray; without one the window is the only way in.
pub(crate) async fn open(app: AppHandle, hidden: bool) {
    if hidden {
        let mut host = app.state::<Tray>().host();
        if tokio::time::timeout(PATIENCE, host.wait_for(|host| *host)).await.is_ok() {
            return;
        }
        tracing::info!("there is no tray to hide in, so the window is shown");
    }
    show(&app);
}

/// Whether there is a window, be it seen or not.
pub(crate) fn is_there(app: &AppHandle) -> bool {
    app.get_webview_window(LABEL).is_some()
}

/// Shows the window, in front of others.
pub(crate) fn show(app: &AppHandle) {
    let shown = match app.get_webview_window(LABEL) {
        Some(window) => bring_up(&window),
        None => build(app),
    };
    if let Err(error) = shown {
        tracing::error!(%error, "the window cannot be shown");
    }
}

/// Shows the window, or closes it if it can be seen.
pub(crate) fn toggle(app: &AppHandle) {
    match app.get_webview_window(LABEL) {
        Some(window) if !window.is_minimized().unwrap_or(false) => {
            place::look(&window.as_ref().window());
            let hidden = match app.state::<Preferred>().close_ends() {
                // Hiding is not closing: the program goes on.
                true if app.state::<Tray>().has_host() => window.destroy(),
                true => window.minimize(),
                false => window.close(),
            };
            if let Err(error) = hidden {
                tracing::error!(%error, "the window cannot be closed");
            }
        }
        _ => show(app),
    }
}

/// What happens to the window.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    // What was moved before the program listened was not told.
    if let WindowEvent::CloseRequested { .. } = event {
        place::look(window);
    }
    match event {
        WindowEvent::CloseRequested { .. } if window.state::<Preferred>().close_ends() => {
            shell::ask(window.app_handle(), Shell::Quit);
        }
        WindowEvent::CloseRequested { api, .. } if !may_close(window) => {
            api.prevent_close();
            if let Err(error) = window.minimize() {
                tracing::warn!(%error, "the window cannot be minimised");
            }
        }
        WindowEvent::Moved(_) | WindowEvent::Resized(_) => place::look(window),
        WindowEvent::Destroyed => {
            window.state::<Arc<Page>>().gone();
            let engine = window.state::<Engine>().inner().clone();
            tauri::async_runtime::spawn(async move { engine.let_go().await });
            place::keep(window.app_handle());
        }
        _ => {}
    }
}

fn may_close(window: &Window) -> bool {
    let last = window.state::<LastClose>();
    let last = last.0.lock().unwrap_or_else(PoisonError::into_inner).replace(Instant::now());
    window.state::<Tray>().has_host() || last.is_some_and(|last| last.elapsed() < TWICE)
}

fn bring_up(window: &WebviewWindow) -> tauri::Result<()> {
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let wanted = place::wanted(app);
    let development = app.config().build.dev_url.clone().filter(|_| tauri::is_dev());
    let mut window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Streambell")
        .initialization_script(first_colours(app.state::<Preferred>().theme()))
        // What the webview keeps for itself belongs to the program's data too.
        .data_directory(app.state::<Home>().folder().join("webview"))
        .inner_size(wanted.size.0, wanted.size.1)
        .maximized(wanted.maximised)
        .min_inner_size(480.0, 400.0)
        // Else the page cannot drag and drop for itself.
        .disable_drag_drop_handler()
        .on_navigation(move |url| is_own(url, development.as_ref()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false);
    if let Some((x, y)) = wanted.position {
        window = window.position(x, y);
    }
    let window = window.build()?;
    #[cfg(target_os = "linux")]
    window.with_webview(|view| release::when_destroyed(&view.inner()))?;
    window.set_focus()
}

/// Sets the colours before the page has a script: else its first picture might be of the other theme.
fn first_colours(theme: Theme) -> &'static str {
    match theme {
        Theme::Light => "document.documentElement.dataset.theme = 'light'",
        Theme::Dark => "document.documentElement.dataset.theme = 'dark'",
        Theme::System => {
            "document.documentElement.dataset.theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'"
        }
    }
}

/// Whether an address is the program's own page; nothing else is ever shown.
fn is_own(url: &Url, development: Option<&Url>) -> bool {
    let bundled = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    };
    bundled || development.is_some_and(|development| url.origin() == development.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_page_is_shown() {
        let development = Url::parse("http://127.0.0.1:1420").unwrap();
        let cases = [
            ("tauri://localhost/index.html", true, true),
            ("tauri://elsewhere/", false, false),
            ("http://127.0.0.1:1420/index.html", false, true),
            ("http://127.0.0.1:7788/demo/price", false, false),
            ("https://example.org/", false, false),
            ("file:///etc/passwd", false, false),
            ("javascript:alert(1)", false, false),
            ("data:text/html,x", false, false),
            ("about:blank", false, false),
        ];
        for (url, bundled, developing) in cases {
            let parsed = Url::parse(url).unwrap();
            assert_eq!(is_own(&parsed, None), bundled, "{url}");
            assert_eq!(is_own(&parsed, Some(&development)), developing, "{url}");
        }
    }
}
