//! What notifications and their troubles say.

use std::fmt::Display;

#[cfg(not(target_os = "macos"))]
use streambell_engine::model::Action;
use streambell_engine::{model::Reason, speak};

use super::NO_SERVICE;

/// What a button says.
#[cfg(not(target_os = "macos"))]
pub(super) fn label(action: Action) -> &'static str {
    match action {
        Action::Open => speak!("Open", "打开"),
        Action::Acknowledge => speak!("Acknowledge", "确认"),
        Action::Snooze => speak!("Snooze 1 h", "1 小时后再提醒"),
        Action::MuteFeed => speak!("Mute feed for a day", "将订阅静音一天"),
        Action::Link => speak!("Open link", "打开链接"),
    }
}

/// Why a notification was refused before it was tried.
pub(super) const TOO_MANY: &str = "Too many notifications wait for the notification service";

/// Nothing can be announced, and what to do about it.
pub(super) fn no_service(problem: impl Display) -> Reason {
    let todo = if cfg!(windows) {
        speak!(
            "Switch notifications on for Streambell in the system's settings",
            "请在系统设置中为 Streambell 开启通知"
        )
    } else if cfg!(target_os = "macos") {
        speak!("Allow notifications of Streambell in System Settings", "请在系统设置中允许 Streambell 的通知")
    } else {
        speak!(
            "Start one (GNOME, KDE and Xfce bring theirs; else install dunst or mako)",
            "请启动一个通知服务（GNOME、KDE 和 Xfce 自带；否则请安装 dunst 或 mako）",
        )
    };
    let message = speak!(
        format!(
            "No notification service answers, so alerts are not announced; they are in the list of alerts all the same. {todo}; the next alert tries again. ({problem})"
        ),
        format!("没有通知服务应答，因此提醒不会弹出，但仍在提醒列表中。{todo}；下一条提醒会再次尝试。（{problem}）"),
    );
    Reason { code: NO_SERVICE.to_owned(), message }
}
