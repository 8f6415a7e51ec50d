//! Whether the program starts when the user logs in. The operating system's own list of such programs is where it is kept.

use streambell_engine::speak;
use tauri::AppHandle;
use tauri_plugin_autostart::{AutoLaunchManager, Error, ManagerExt};

use super::{Answer, Refusal};

#[tauri::command]
pub(crate) fn starts_at_login(app: AppHandle) -> Answer<bool> {
    app.autolaunch().is_enabled().map_err(|error| refusal(&error))
}

#[tauri::command]
pub(crate) fn start_at_login(app: AppHandle, start: bool) -> Answer<()> {
    let change = if start { AutoLaunchManager::enable } else { AutoLaunchManager::disable };
    change(&app.autolaunch()).map_err(|error| refusal(&error))
}

fn refusal(error: &Error) -> Refusal {
    let message = speak!(
        format!(
            "The list of programs that start at login cannot be read or changed ({error}). Add Streambell to it in the settings of your desktop, with the option --hidden."
        ),
        format!(
            "无法读取或更改登录时启动的程序列表（{error}）。请在桌面的设置中添加 Streambell，并加上 --hidden 选项。"
        ),
    );
    Refusal::new("no_start_at_login", message)
}
