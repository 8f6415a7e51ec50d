//! A feed that is being added.

use streambell_engine::{
    Engine,
    model::{Dialect, FeedDraft, FeedId, Mapping, Pasted, ProbeNews, Sample, Understanding},
};
use tauri::{State, ipc::Channel};

use super::Answer;

#[tauri::command]
pub(crate) async fn read_pasted(engine: State<'_, Engine>, text: String) -> Answer<Pasted> {
    Ok(engine.read_pasted(&text)?)
}

#[tauri::command]
pub(crate) async fn probe_feed(
    engine: State<'_, Engine>,
    feed: Option<FeedId>,
    draft: FeedDraft,
    channel: Channel<ProbeNews>,
) -> Answer<()> {
    let mut probe = engine.probe_feed(feed, draft).await?;
    // A window that is gone ends it.
    tauri::async_runtime::spawn(async move {
        while let Some(news) = probe.next().await
            && channel.send(news).is_ok()
        {}
    });
    Ok(())
}

#[tauri::command]
pub(crate) async fn stop_probe(engine: State<'_, Engine>) -> Answer<()> {
    engine.stop_probe();
    Ok(())
}

#[tauri::command]
pub(crate) async fn understand(
    engine: State<'_, Engine>,
    map: Mapping,
    dialect: Dialect,
    samples: Vec<Sample>,
) -> Answer<Understanding> {
    Ok(engine.understand(&map, &dialect, &samples)?)
}
