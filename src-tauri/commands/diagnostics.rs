//! How the program itself is.

use streambell_engine::{
    Engine, Home,
    model::{Check, Figures, Log, LogLevel},
};
use tauri::State;

use super::{Answer, Refusal};
use crate::{link, tray::Tray};

#[tauri::command]
pub(crate) async fn figures(engine: State<'_, Engine>) -> Answer<Figures> {
    Ok(engine.figures().await?)
}

#[tauri::command]
pub(crate) fn recent_log() -> Vec<String> {
    streambell_cli::recent_log()
}

#[tauri::command]
pub(crate) fn log_state(home: State<'_, Home>) -> Log {
    streambell_cli::log_state(&home)
}

#[tauri::command]
pub(crate) fn set_log_level(home: State<'_, Home>, level: LogLevel) -> Answer<Log> {
    streambell_cli::change_level(level).map_err(|error| Refusal::new("no_log", error.to_string()))?;
    Ok(streambell_cli::log_state(&home))
}

#[tauri::command]
pub(crate) fn open_log_folder(home: State<'_, Home>) -> Answer<()> {
    link::open_folder(home.logs())
}

#[tauri::command]
pub(crate) async fn self_test(engine: State<'_, Engine>) -> Answer<Vec<Check>> {
    Ok(streambell_cli::self_test(&engine).await)
}

#[tauri::command]
pub(crate) fn has_tray(tray: State<'_, Tray>) -> bool {
    tray.has_host()
}
