//! Alerts.

use streambell_engine::{
    AlertQuery, Engine,
    model::{Alert, AlertId},
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
pub(crate) async fn read_alerts(engine: State<'_, Engine>) -> Answer<()> {
    Ok(engine.read_alerts().await?)
}
