//! What is kept, and the files that it is written to and comes back from. The user chooses each file in the desktop's
//! own dialog: the page never names one.

use std::path::PathBuf;

use streambell_cli::control::Shell;
use streambell_engine::{
    Engine, ImportSummary,
    model::{EventExport, ExportFormat, FeedId, Retention, Storage},
    speak,
};
use tauri::{AppHandle, State};

use super::{Answer, Refusal};
use crate::{files, shell};

#[tauri::command]
pub(crate) async fn storage(engine: State<'_, Engine>) -> Answer<Storage> {
    Ok(engine.storage().await?)
}

#[tauri::command]
pub(crate) async fn set_retention(engine: State<'_, Engine>, feed: Option<FeedId>, retention: Retention) -> Answer<()> {
    Ok(engine.set_retention(feed, retention).await?)
}

#[tauri::command]
pub(crate) async fn clear_history(engine: State<'_, Engine>, feed: FeedId) -> Answer<()> {
    Ok(engine.clear_history(feed).await?)
}

#[tauri::command]
pub(crate) async fn save_events(
    app: AppHandle,
    engine: State<'_, Engine>,
    what: EventExport,
) -> Answer<Option<PathBuf>> {
    let ending = match what.format {
        ExportFormat::Csv => "csv",
        ExportFormat::JsonLines => "jsonl",
    };
    let of = what.feed.as_ref().map_or("events", |feed| &feed.0);
    let Some(file) = files::to_write(&app, of, ending).await else { return Ok(None) };
    engine.export_events(what, file.clone()).await?;
    Ok(Some(file))
}

#[tauri::command]
pub(crate) async fn save_backup(app: AppHandle, engine: State<'_, Engine>) -> Answer<Option<PathBuf>> {
    let Some(file) = files::to_write(&app, "backup", "db").await else { return Ok(None) };
    engine.back_up(file.clone()).await?;
    Ok(Some(file))
}

/// The program starts anew with it.
#[tauri::command]
pub(crate) async fn restore_backup(app: AppHandle, engine: State<'_, Engine>) -> Answer<Option<PathBuf>> {
    let Some(file) = files::to_read(&app).await else { return Ok(None) };
    engine.restore(file.clone()).await?;
    shell::ask(&app, Shell::Restart);
    Ok(Some(file))
}

#[tauri::command]
pub(crate) async fn save_settings(app: AppHandle, engine: State<'_, Engine>) -> Answer<Option<PathBuf>> {
    let document = serde_json::to_vec_pretty(&engine.export().await?).unwrap_or_default();
    save(&app, "settings", "json", &document).await
}

#[tauri::command]
pub(crate) async fn import_settings(engine: State<'_, Engine>, text: String) -> Answer<ImportSummary> {
    Ok(engine.import(text).await?)
}

/// Writes a file of the user's choice; `None`: none was chosen.
pub(super) async fn save(app: &AppHandle, what: &str, ending: &str, text: &[u8]) -> Answer<Option<PathBuf>> {
    let Some(file) = files::to_write(app, what, ending).await else { return Ok(None) };
    tokio::fs::write(&file, text).await.map_err(|error| {
        let message = speak!(
            format!("The file cannot be written: {error}. Choose another place for it."),
            format!("文件无法写入（{error}）。请换一个位置。"),
        );
        Refusal::new("file_not_writable", message)
    })?;
    Ok(Some(file))
}
