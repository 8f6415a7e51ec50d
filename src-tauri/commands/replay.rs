//! A recording that is looked at. The user chooses it in the desktop's own dialog: the page never names a file.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use streambell_engine::{
    Engine, ReplayOf,
    model::{FeedId, Millis, ReplayNews, ReplayOverview},
    speak,
};
use tauri::{AppHandle, State, ipc::Channel};

use super::{Answer, Refusal};
use crate::files;

/// The recording that was chosen last.
#[derive(Default)]
pub(crate) struct Chosen(Mutex<Option<PathBuf>>);

impl Chosen {
    fn is(&self, file: PathBuf) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
    }

    fn as_feed(&self, feed: Option<FeedId>) -> Answer<ReplayOf> {
        let file = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let none = || Refusal::new("no_recording", speak!("Choose a recording first.", "请先选择录制文件。"));
        Ok(ReplayOf { file: file.ok_or_else(none)?, feed: feed.map(|id| id.0), rules: None })
    }
}

#[tauri::command]
pub(crate) async fn choose_recording(
    app: AppHandle,
    engine: State<'_, Engine>,
    chosen: State<'_, Chosen>,
    feed: Option<FeedId>,
) -> Answer<Option<ReplayOverview>> {
    let Some(file) = files::to_read(&app).await else { return Ok(None) };
    let what = ReplayOf { file: file.clone(), feed: feed.map(|id| id.0), rules: None };
    let overview = engine.look_through(what).await?;
    chosen.is(file);
    Ok(Some(overview))
}

#[tauri::command]
pub(crate) async fn look_through(
    engine: State<'_, Engine>,
    chosen: State<'_, Chosen>,
    feed: Option<FeedId>,
) -> Answer<ReplayOverview> {
    Ok(engine.look_through(chosen.as_feed(feed)?).await?)
}

#[tauri::command]
pub(crate) async fn play_recording(
    engine: State<'_, Engine>,
    chosen: State<'_, Chosen>,
    feed: Option<FeedId>,
    from: Millis,
    speed: u32,
    channel: Channel<ReplayNews>,
) -> Answer<()> {
    let mut player = engine.play(chosen.as_feed(feed)?, from, speed.try_into()?).await?;
    // A window that is gone ends it.
    tauri::async_runtime::spawn(async move {
        while let Some(news) = player.next().await
            && channel.send(news).is_ok()
        {}
    });
    Ok(())
}

#[tauri::command]
pub(crate) async fn stop_playing(engine: State<'_, Engine>) -> Answer<()> {
    engine.stop_playing();
    Ok(())
}
