//! Whether there is something that shows tray icons.

use tauri::AppHandle;

/// Tells the tray whenever that which shows icons comes or goes.
#[cfg(target_os = "linux")]
pub(super) fn watch(app: &AppHandle) {
    use gtk::{gio, glib};

    const WATCHER: &str = "org.kde.StatusNotifierWatcher";

    let app = app.clone();
    glib::MainContext::default().spawn_local(async move {
        let bus = match gio::bus_get_future(gio::BusType::Session).await {
            Ok(bus) => bus,
            Err(error) => return tracing::info!(%error, "without a session bus there is no tray"),
        };
        // The program goes on without a bus; GIO would end it.
        bus.set_exit_on_close(false);
        let (coming, going, ready) = (app.clone(), app.clone(), app);
        gio::bus_watch_name_on_connection(
            &bus,
            WATCHER,
            gio::BusNameWatcherFlags::NONE,
            move |_, _, _| super::host_came(&coming),
            move |_, _| super::host_went(&going),
        );
        // A watcher can be there before the panel that draws.
        bus.signal_subscribe(
            Some(WATCHER),
            Some(WATCHER),
            Some("StatusNotifierHostRegistered"),
            None,
            None,
            gio::DBusSignalFlags::NONE,
            move |_, _, _, _, _, _| super::host_came(&ready),
        );
    });
}

/// Elsewhere the desktop always shows icons.
#[cfg(not(target_os = "linux"))]
pub(super) fn watch(app: &AppHandle) {
    super::host_came(app);
}
