use zbus::{Connection, OwnedObjectPath, OwnedVariant, Proxy, Structure, Variant, connection::Builder};

use super::{Desktop, until};

/// The program's icon in the panel, as the panel sees it.
pub(crate) struct Tray {
    bus: Connection,
    service: String,
    menu: OwnedObjectPath,
}

/// A line of the menu, and the number that stands for it.
type Line = (i32, String);
/// What the menu's owner answers: a number of the version, then the root with its properties and lines.
type Layout = (u32, (i32, std::collections::HashMap<String, OwnedVariant>, Vec<OwnedVariant>));

impl Tray {
    /// Waits until the panel knows of the icon.
    pub(crate) async fn find(desktop: &Desktop) -> Self {
        let bus = bus(desktop).await;
        let watcher = watcher(&bus).await;
        let item = until("the icon is in the panel", async || {
            // Read anew each time: what is cached changes by signals that the panel need not send.
            let items: Vec<String> = items(&watcher).await?;
            items.into_iter().next()
        })
        .await;
        let (service, path) = item.split_at(item.find('/').unwrap_or(item.len()));
        let path = if path.is_empty() { "/StatusNotifierItem" } else { path };
        let icon = Proxy::new(&bus, service, path, "org.kde.StatusNotifierItem").await.expect("the icon answers");
        let id: String = icon.get_property("Id").await.expect("it has an id");
        assert_eq!(id, "org.streambell.Streambell");
        let menu = icon.get_property("Menu").await.expect("it has a menu");
        Self { service: service.to_owned(), menu, bus }
    }

    /// Waits until the panel knows of no icon: that of a program that has ended stays for a moment.
    pub(crate) async fn gone(desktop: &Desktop) {
        let bus = bus(desktop).await;
        let watcher = watcher(&bus).await;
        until("no icon is in the panel", async || {
            items(&watcher).await.is_some_and(|items: Vec<String>| items.is_empty()).then_some(())
        })
        .await;
    }

    /// Waits for a line of the menu that reads like this, and clicks it.
    pub(crate) async fn choose(&self, text: &str) {
        let menu = self.menu().await;
        let id = until(&format!("'{text}' in the menu"), async || {
            lines(&menu).await.into_iter().find(|line| line.1 == text).map(|line| line.0)
        })
        .await;
        let click = (id, "clicked", Variant::from(0), 0_u32);
        menu.call::<_, _, ()>("Event", &click).await.expect("the menu takes the click");
    }

    /// Waits until the menu has a line that reads like this.
    pub(crate) async fn has(&self, text: &str) {
        until(&format!("'{text}' in the menu"), async || {
            self.lines().await.iter().any(|line| line == text).then_some(())
        })
        .await;
    }

    /// Waits until the menu has no such line.
    pub(crate) async fn has_not(&self, text: &str) {
        until(&format!("no '{text}' in the menu"), async || {
            (!self.lines().await.iter().any(|line| line == text)).then_some(())
        })
        .await;
    }

    /// The lines of the menu, from top to bottom.
    pub(crate) async fn lines(&self) -> Vec<String> {
        lines(&self.menu().await).await.into_iter().map(|line| line.1).collect()
    }

    async fn menu(&self) -> Proxy<'_> {
        let menu = Proxy::new(&self.bus, self.service.as_str(), &self.menu, "com.canonical.dbusmenu");
        menu.await.expect("the menu answers")
    }
}

async fn bus(desktop: &Desktop) -> Connection {
    let address = desktop.variable("DBUS_SESSION_BUS_ADDRESS");
    Builder::address(address).build().await.expect("the session bus answers")
}

async fn watcher(bus: &Connection) -> Proxy<'_> {
    let name = "org.kde.StatusNotifierWatcher";
    Proxy::new(bus, name, "/StatusNotifierWatcher", name).await.expect("the panel answers")
}

async fn items(watcher: &Proxy<'_>) -> Option<Vec<String>> {
    let properties =
        Proxy::new(watcher.connection(), watcher.destination(), watcher.path(), "org.freedesktop.DBus.Properties");
    let asked = ("org.kde.StatusNotifierWatcher", "RegisteredStatusNotifierItems");
    let value: OwnedVariant = properties.await.ok()?.call("Get", &asked).await.ok()?;
    value.try_into().ok()
}

async fn lines(menu: &Proxy<'_>) -> Vec<Line> {
    let every: Vec<&str> = Vec::new();
    let (_, (_, _, entries)): Layout = menu.call("GetLayout", &(0, 1, every)).await.expect("the menu can be read");
    entries.iter().filter_map(line).collect()
}

/// Separators have no label.
fn line(entry: &OwnedVariant) -> Option<Line> {
    let entry = entry.downcast_ref::<&Structure<'_>>().ok()?;
    let [Variant::I32(id), Variant::Dict(properties), ..] = entry.fields() else { return None };
    let label: &str = properties.get(&"label").ok()??;
    Some((*id, label.to_owned()))
}
