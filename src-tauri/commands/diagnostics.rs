//! How the program itself is.

use streambell_engine::{
    Engine,
    model::{Check, Figures},
};
use tauri::State;

use super::Answer;
use crate::tray::Tray;

#[tauri::command]
pub(crate) async fn figures(engine: State<'_, Engine>) -> Answer<Figures> {
    Ok(engine.figures().await?)
}

#[tauri::command]
pub(crate) fn recent_log() -> Vec<String> {
    streambell_cli::recent_log()
}

#[tauri::command]
pub(crate) async fn self_test(engine: State<'_, Engine>) -> Answer<Vec<Check>> {
    Ok(engine.self_test().await?)
}

#[tauri::command]
pub(crate) fn has_tray(tray: State<'_, Tray>) -> bool {
    tray.has_host()
}
