//! Whether the program starts when the user logs in.

use std::fmt::Display;

use streambell_engine::speak;
use tauri::AppHandle;

use super::{Answer, Refusal};
use crate::login;

#[tauri::command]
pub(crate) fn starts_at_login(app: AppHandle) -> Answer<bool> {
    login::is_on(&app).map_err(refusal)
}

#[tauri::command]
pub(crate) fn start_at_login(app: AppHandle, start: bool) -> Answer<()> {
    login::set(&app, start).map_err(refusal)
}

fn refusal(error: impl Display) -> Refusal {
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
