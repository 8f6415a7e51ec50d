//! The desktop's side: who shows notifications, and who shows tray icons.

use streambell_engine::model::Check;

/// Tries both.
pub(super) async fn checks() -> Vec<Check> {
    platform::checks().await
}

#[cfg(all(unix, not(target_os = "macos")))]
mod platform {
    use std::time::Duration;

    use streambell_engine::{
        model::{Check, Part},
        speak,
    };
    use tokio::time::timeout;
    use zbus::{Connection, Variant};

    /// What works answers sooner.
    const ANSWER: Duration = Duration::from_secs(5);

    const BUS: (&str, &str) = ("org.freedesktop.DBus", "/org/freedesktop/DBus");
    const NOTIFICATIONS: (&str, &str) = ("org.freedesktop.Notifications", "/org/freedesktop/Notifications");
    const WATCHER: (&str, &str) = ("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher");
    /// What the program makes use of where it is there.
    const USED: [&str; 4] = ["actions", "body", "body-markup", "persistence"];

    pub(super) async fn checks() -> Vec<Check> {
        match within(Connection::session()).await {
            Ok(bus) => vec![notifications(&bus).await, tray(&bus).await],
            Err(error) => {
                let found = speak!(format!("there is no session bus ({error})"), format!("没有会话总线（{error}）"));
                let mend = speak!(
                    "Without a desktop session alerts are only in the list. Start Streambell in one, or set DBUS_SESSION_BUS_ADDRESS.",
                    "没有桌面会话时，提醒只出现在列表中。请在桌面会话中启动 Streambell，或设置 DBUS_SESSION_BUS_ADDRESS。"
                );
                [Part::Notifications, Part::Tray].map(|part| Check::warning(part, &found, mend)).into()
            }
        }
    }

    async fn notifications(bus: &Connection) -> Check {
        let asked = async {
            let answer = bus.call_method(
                Some(NOTIFICATIONS.0),
                NOTIFICATIONS.1,
                Some(NOTIFICATIONS.0),
                "GetServerInformation",
                &(),
            );
            let (name, _vendor, version, _spec): (String, String, String, String) =
                answer.await?.body().deserialize()?;
            let answer =
                bus.call_method(Some(NOTIFICATIONS.0), NOTIFICATIONS.1, Some(NOTIFICATIONS.0), "GetCapabilities", &());
            let capabilities: Vec<String> = answer.await?.body().deserialize()?;
            Ok((name, version, capabilities))
        };
        match within(asked).await {
            Ok((name, version, capabilities)) => {
                let lacks: Vec<_> =
                    USED.into_iter().filter(|used| !capabilities.iter().any(|has| has == used)).collect();
                let can = capabilities.join(", ");
                let lacks = if lacks.is_empty() {
                    String::new()
                } else {
                    let lacks = lacks.join(", ");
                    speak!(format!("; without {lacks}"), format!("；不支持 {lacks}"))
                };
                Check::fine(Part::Notifications, format!("{name} {version} ({can}){lacks}"))
            }
            Err(error) => Check::warning(
                Part::Notifications,
                speak!(format!("no service answers ({error})"), format!("没有通知服务应答（{error}）")),
                speak!(
                    "Alerts are only in the list. Start the desktop's notification service, or install one (dunst, mako).",
                    "提醒只出现在列表中。请启动桌面的通知服务，或安装一个（dunst、mako）。"
                ),
            ),
        }
    }

    async fn tray(bus: &Connection) -> Check {
        let asked = async {
            let answer = bus.call_method(Some(BUS.0), BUS.1, Some(BUS.0), "NameHasOwner", &WATCHER.0).await?;
            let owned: bool = answer.body().deserialize()?;
            if !owned {
                return Ok(None);
            }
            let asked = &(WATCHER.0, "IsStatusNotifierHostRegistered");
            let properties = Some("org.freedesktop.DBus.Properties");
            let answer = bus.call_method(Some(WATCHER.0), WATCHER.1, properties, "Get", asked).await;
            // A watcher that does not tell is one all the same.
            let drawn = answer.ok().and_then(|answer| answer.body().deserialize::<Variant<'_>>().ok()?.try_into().ok());
            Ok(Some(drawn.unwrap_or(true)))
        };
        let mend = || {
            speak!(
                "The window can be reached by 'streambell toggle'. Install what shows icons (on GNOME the extension AppIndicator).",
                "可以用“streambell toggle”打开窗口。请安装能显示图标的组件（GNOME 上为 AppIndicator 扩展）。"
            )
        };
        match within(asked).await {
            Ok(Some(true)) => Check::fine(Part::Tray, speak!("a panel shows icons", "有面板显示图标")),
            Ok(Some(false)) => Check::warning(
                Part::Tray,
                speak!("icons are collected, and no panel shows them", "图标已被收集，但没有面板显示"),
                mend(),
            ),
            Ok(None) => Check::warning(
                Part::Tray,
                speak!(
                    format!("nobody shows icons ({} has no owner)", WATCHER.0),
                    format!("没有程序显示图标（{} 无人提供）", WATCHER.0)
                ),
                mend(),
            ),
            Err(error) => Check::warning(Part::Tray, error, mend()),
        }
    }

    async fn within<T>(asked: impl Future<Output = zbus::Result<T>>) -> Result<T, String> {
        match timeout(ANSWER, asked).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(_) => Err(speak!("no answer", "没有应答").into()),
        }
    }
}

/// Elsewhere both are parts of the system.
#[cfg(not(all(unix, not(target_os = "macos"))))]
mod platform {
    use streambell_engine::{
        model::{Check, Part},
        speak,
    };

    pub(super) async fn checks() -> Vec<Check> {
        [Part::Notifications, Part::Tray].map(|part| Check::fine(part, speak!("the system's own", "由系统提供"))).into()
    }
}
