//! Known services, and the user's own presets.

use std::path::PathBuf;

use streambell_engine::{
    Engine,
    model::{Answers, FeedId, Filled, Preset},
};
use tauri::{AppHandle, State};

use super::{Answer, storage};

#[tauri::command]
pub(crate) async fn presets(engine: State<'_, Engine>) -> Answer<Vec<Preset>> {
    Ok(engine.presets().await?)
}

#[tauri::command]
pub(crate) async fn fill_preset(
    engine: State<'_, Engine>,
    preset: String,
    answers: Answers,
    feed: Option<FeedId>,
) -> Answer<Filled> {
    Ok(engine.fill_preset(preset, answers, feed).await?)
}

#[tauri::command]
pub(crate) async fn keep_preset(engine: State<'_, Engine>, feed: FeedId, name: String) -> Answer<Preset> {
    Ok(engine.keep_preset(feed, name).await?)
}

#[tauri::command]
pub(crate) async fn save_preset(app: AppHandle, engine: State<'_, Engine>, preset: String) -> Answer<Option<PathBuf>> {
    let text = engine.export_preset(preset.clone()).await?;
    storage::save(&app, &preset, "toml", text.as_bytes()).await
}

#[tauri::command]
pub(crate) async fn import_preset(engine: State<'_, Engine>, text: String) -> Answer<Preset> {
    Ok(engine.import_preset(&text).await?)
}

#[tauri::command]
pub(crate) async fn remove_preset(engine: State<'_, Engine>, preset: String) -> Answer<()> {
    Ok(engine.remove_preset(preset).await?)
}
