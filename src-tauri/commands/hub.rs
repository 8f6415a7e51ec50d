//! The embedded hub.

use streambell_engine::{Engine, model::HubTopic};
use tauri::State;

use super::Answer;

#[tauri::command]
pub(crate) async fn hub_topics(engine: State<'_, Engine>) -> Answer<Vec<HubTopic>> {
    Ok(engine.hub_topics().await?)
}
