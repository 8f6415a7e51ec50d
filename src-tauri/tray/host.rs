//! Whether there is something that shows tray icons.

use tauri::AppHandle;

/// Tells the tray whenever that which shows icons comes or goes.
#[cfg(target_os = "linux")]
pub(super) fn watch(app: &AppHandle) {
    use gtk::{
        gio,
        glib::{self, ToVariant},
    };

    const BUS: &str = "org.freedesktop.DBus";
    const BUS_PATH: &str = "/org/freedesktop/DBus";
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";

    let app = app.clone();
    glib::MainContext::default().spawn_local(async move {
        let bus = match gio::bus_get_future(gio::BusType::Session).await {
            Ok(bus) => bus,
            Err(error) => return tracing::info!(%error, "without a session bus there is no tray"),
        };
        // The program goes on without a bus; GIO would end it. That is also why names are not watched with GIO's own
        // function: its binding panics when the bus ends.
        bus.set_exit_on_close(false);
        let (changed, ready) = (app.clone(), app.clone());
        bus.signal_subscribe(
            Some(BUS),
            Some(BUS),
            Some("NameOwnerChanged"),
            Some(BUS_PATH),
            Some(WATCHER),
            gio::DBusSignalFlags::NONE,
            move |_, _, _, _, _, names| match names.get::<(String, String, String)>() {
                Some((_, _, owner)) if owner.is_empty() => super::host_went(&changed),
                Some(_) => super::host_came(&changed),
                None => {}
            },
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
        let name = Some((WATCHER,).to_variant());
        let asked = bus.call_future(
            Some(BUS),
            BUS_PATH,
            BUS,
            "NameHasOwner",
            name.as_ref(),
            None,
            gio::DBusCallFlags::NONE,
            -1,
        );
        match asked.await.map(|answer| answer.get::<(bool,)>()) {
            Ok(Some((true,))) => super::host_came(&app),
            Ok(_) => {}
            Err(error) => tracing::info!(%error, "the session bus does not answer, so there is no tray"),
        }
    });
}

/// Elsewhere the desktop always shows icons.
#[cfg(not(target_os = "linux"))]
pub(super) fn watch(app: &AppHandle) {
    super::host_came(app);
}
