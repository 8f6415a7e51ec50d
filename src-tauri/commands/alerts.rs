//! Alerts.

use streambell_engine::{
    AlertQuery, Engine,
    model::{Alert, AlertId, Seq, Span, Why},
};
use tauri::State;

use super::Answer;

#[tauri::command]
pub(crate) async fn list_alerts(
    engine: State<'_, Engine>,
    before: Option<AlertId>,
    limit: Option<u32>,
) -> Answer<Vec<Alert>> {
    Ok(engine.list_alerts(AlertQuery { state: None, before, limit }).await?)
}

#[tauri::command]
pub(crate) async fn acknowledge_alert(engine: State<'_, Engine>, alert: AlertId) -> Answer<()> {
    Ok(engine.acknowledge_alert(alert).await?)
}

#[tauri::command]
pub(crate) async fn resolve_alert(engine: State<'_, Engine>, alert: AlertId) -> Answer<()> {
    Ok(engine.resolve_alert(alert).await?)
}

#[tauri::command]
pub(crate) async fn read_alert(engine: State<'_, Engine>, alert: AlertId, read: bool) -> Answer<()> {
    Ok(engine.read_alert(alert, read).await?)
}

#[tauri::command]
pub(crate) async fn read_alerts(engine: State<'_, Engine>) -> Answer<()> {
    Ok(engine.read_alerts().await?)
}

#[tauri::command]
pub(crate) async fn snooze_alert(engine: State<'_, Engine>, alert: AlertId, span: Span) -> Answer<()> {
    Ok(engine.snooze_alert(alert, span).await?)
}

#[tauri::command]
pub(crate) async fn why_event(engine: State<'_, Engine>, seq: Seq) -> Answer<Why> {
    Ok(engine.why(seq).await?)
}
