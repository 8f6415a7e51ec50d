//! The history.

use streambell_engine::{
    Engine,
    model::{Event, Page, Query, Seq, Series, SeriesQuery, Trend, TrendQuery},
};
use tauri::State;

use super::Answer;

#[tauri::command]
pub(crate) async fn list_events(engine: State<'_, Engine>, query: Query) -> Answer<Page> {
    Ok(engine.list_events(query).await?)
}

#[tauri::command]
pub(crate) async fn read_event(engine: State<'_, Engine>, seq: Seq) -> Answer<Event> {
    Ok(engine.read_event(seq).await?)
}

#[tauri::command]
pub(crate) async fn series(engine: State<'_, Engine>, query: SeriesQuery) -> Answer<Series> {
    Ok(engine.series(query).await?)
}

#[tauri::command]
pub(crate) async fn trends(engine: State<'_, Engine>, query: TrendQuery) -> Answer<Vec<Trend>> {
    Ok(engine.trends(query).await?)
}
