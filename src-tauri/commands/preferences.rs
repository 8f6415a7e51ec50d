//! The user's own settings of the program.

use streambell_engine::{Engine, model::Preferences};
use tauri::State;

use super::Answer;

#[tauri::command]
pub(crate) async fn set_preferences(engine: State<'_, Engine>, preferences: Preferences) -> Answer<()> {
    Ok(engine.set_preferences(preferences).await?)
}

#[tauri::command]
pub(crate) fn test_notification(engine: State<'_, Engine>) {
    engine.test_notification();
}
