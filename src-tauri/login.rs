//! Whether the program starts when the user logs in, in the tray. The operating system's own list of such programs is
//! where that is kept.

#[cfg(target_os = "linux")]
mod autostart;

#[cfg(target_os = "linux")]
pub(crate) use self::linux::{is_on, set, take_over};
#[cfg(not(target_os = "linux"))]
pub(crate) use self::plugin::{is_on, set, take_over};

/// Who starts it at login wants to be rung, and not to see it.
pub(crate) const ARGUMENT: &str = "--hidden";

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{Error, ErrorKind};

    use tauri::{AppHandle, Manager, process::current_binary};

    use super::autostart::Autostart;

    pub(crate) fn is_on(app: &AppHandle) -> Result<bool, Error> {
        here(app)?.is_on()
    }

    pub(crate) fn set(app: &AppHandle, on: bool) -> Result<(), Error> {
        here(app)?.set(on)
    }

    /// Makes what an earlier version left its own.
    pub(crate) fn take_over(app: &AppHandle) {
        if let Err(error) = here(app).and_then(|here| here.take_over()) {
            tracing::warn!(%error, "what an earlier version left among the programs that start at login stays as it is");
        }
    }

    fn here(app: &AppHandle) -> Result<Autostart, Error> {
        // An AppImage's own file, not where it is mounted for this run.
        let program = current_binary(&app.env())?;
        Autostart::of_user(program).ok_or_else(|| Error::new(ErrorKind::NotFound, "there is no home folder"))
    }
}

#[cfg(not(target_os = "linux"))]
mod plugin {
    use tauri::AppHandle;
    use tauri_plugin_autostart::{AutoLaunchManager, Error, ManagerExt};

    pub(crate) fn is_on(app: &AppHandle) -> Result<bool, Error> {
        app.autolaunch().is_enabled()
    }

    pub(crate) fn set(app: &AppHandle, on: bool) -> Result<(), Error> {
        let change = if on { AutoLaunchManager::enable } else { AutoLaunchManager::disable };
        change(&app.autolaunch())
    }

    pub(crate) fn take_over(_: &AppHandle) {}
}
