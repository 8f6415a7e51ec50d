//! Feeds.

use streambell_engine::{
    Engine,
    model::{Card, Feed, FeedDraft, FeedId, Span},
};
use tauri::State;

use super::Answer;
use crate::start;

#[tauri::command]
pub(crate) async fn add_feed(engine: State<'_, Engine>, draft: FeedDraft) -> Answer<Feed> {
    Ok(engine.add_feed(draft).await?)
}

#[tauri::command]
pub(crate) async fn update_feed(engine: State<'_, Engine>, feed: FeedId, draft: FeedDraft) -> Answer<Feed> {
    Ok(engine.update_feed(feed, draft).await?)
}

#[tauri::command]
pub(crate) async fn remove_feed(engine: State<'_, Engine>, feed: FeedId) -> Answer<()> {
    Ok(engine.remove_feed(feed).await?)
}

#[tauri::command]
pub(crate) async fn pause_feed(engine: State<'_, Engine>, feed: FeedId) -> Answer<()> {
    Ok(engine.pause_feed(feed).await?)
}

#[tauri::command]
pub(crate) async fn resume_feed(engine: State<'_, Engine>, feed: FeedId) -> Answer<()> {
    Ok(engine.resume_feed(feed).await?)
}

#[tauri::command]
pub(crate) async fn retry_feed(engine: State<'_, Engine>, feed: FeedId) -> Answer<()> {
    Ok(engine.retry_feed(feed).await?)
}

#[tauri::command]
pub(crate) async fn order_feeds(engine: State<'_, Engine>, feeds: Vec<FeedId>) -> Answer<()> {
    Ok(engine.order_feeds(feeds).await?)
}

#[tauri::command]
pub(crate) async fn arrange_card(engine: State<'_, Engine>, feed: FeedId, card: Card) -> Answer<()> {
    Ok(engine.arrange_card(feed, card).await?)
}

#[tauri::command]
pub(crate) async fn group_feed(engine: State<'_, Engine>, feed: FeedId, group: Option<String>) -> Answer<()> {
    Ok(engine.group_feed(feed, group).await?)
}

#[tauri::command]
pub(crate) async fn fold_group(engine: State<'_, Engine>, group: String, folded: bool) -> Answer<()> {
    Ok(engine.fold_group(group, folded).await?)
}

#[tauri::command]
pub(crate) async fn read_feed(engine: State<'_, Engine>, feed: FeedId) -> Answer<()> {
    Ok(engine.read_feed(feed).await?)
}

#[tauri::command]
pub(crate) async fn pause_all(engine: State<'_, Engine>) -> Answer<()> {
    Ok(engine.pause_all().await?)
}

#[tauri::command]
pub(crate) async fn resume_all(engine: State<'_, Engine>) -> Answer<()> {
    Ok(engine.resume_all().await?)
}

#[tauri::command]
pub(crate) async fn add_demo_feeds(engine: State<'_, Engine>) -> Answer<()> {
    start::add_demo_feeds(&engine).await
}

#[tauri::command]
pub(crate) async fn mute_feed(engine: State<'_, Engine>, feed: FeedId, span: Option<Span>) -> Answer<()> {
    Ok(engine.mute_feed(feed, span).await?)
}
