//! The page itself.

use std::sync::Arc;

use streambell_engine::{
    Engine,
    model::{Change, FeedId, RuleId, Snapshot},
};
use tauri::{State, ipc::Channel};

use super::Answer;
use crate::{link, page::Page, pump};

#[tauri::command]
pub(crate) async fn attach(
    engine: State<'_, Engine>,
    page: State<'_, Arc<Page>>,
    channel: Channel<Vec<Change>>,
) -> Answer<Snapshot> {
    // A page before this one took the way back with it.
    engine.let_go().await;
    let (snapshot, changes) = engine.attach().await?;
    page.set_visible(true);
    let pump = pump::run(engine.inner().clone(), changes, page.inner().clone(), channel);
    page.arrived(tauri::async_runtime::spawn(pump));
    Ok(pump::cut_snapshot(snapshot))
}

#[tauri::command]
pub(crate) fn drawn(page: State<'_, Arc<Page>>) {
    page.drawn().notify_one();
}

#[tauri::command]
pub(crate) fn set_visible(page: State<'_, Arc<Page>>, visible: bool) {
    page.set_visible(visible);
}

#[tauri::command]
pub(crate) fn leave(engine: State<'_, Engine>, feeds: Vec<FeedId>, rules: Vec<RuleId>) {
    engine.leave(feeds, rules);
}

#[tauri::command]
pub(crate) async fn open_link(url: String) -> Answer<()> {
    link::open(&url)
}
