//! What recordings have to do with feeds: how a feed is opened to be recorded, and what of its settings goes with it.

use std::sync::Arc;

use ecow::EcoString;
use serde_json::{Map, Value};
use streambell_sse as sse;

use crate::{
    EngineError,
    configured::Configured,
    draft,
    home::Home,
    mapping::Mapper,
    model::{Feed, FeedDraft, FeedId, Limits, Reason},
    secrets::{Secrets, Vault},
    speak, subscription,
};

/// What of a feed's settings is about the way to its server, and does not go with a recording.
const OF_THE_WAY: [&str; 7] = ["url", "headers", "auth", "proxy", "tls", "parent", "enabled"];

/// How a configured feed (by id or name) is opened, with its secrets, and the head of a recording of it, without them.
/// It reads beside a program that runs; what that holds only in memory is not known here.
///
/// # Errors
/// When there is no such feed, the data cannot be read, or its secrets are not in the key ring.
pub async fn feed_to_record(
    home: &Home,
    wanted: &str,
    secrets: Arc<dyn Secrets>,
) -> Result<(sse::Config, sse::RecordingHead), EngineError> {
    let configured = Configured::read(home)?;
    let feed = configured.feed(wanted)?;
    let vault = Vault::new(secrets, &configured.installation);
    let way = subscription::configure(feed, &configured.preferences.network, EcoString::new(), &vault).await;
    let config = way.map_err(|(reason, _)| EngineError::Store(reason))?;
    let mut head = sse::RecordingHead::new(&config.url);
    head.feed = Some(settings(feed));
    Ok((config, head))
}

/// What of a feed's settings goes with a recording.
fn settings(feed: &Feed) -> Map<String, Value> {
    let mut settings = match serde_json::to_value(feed) {
        Ok(Value::Object(settings)) => settings,
        _ => Map::new(),
    };
    settings.retain(|name, _| !OF_THE_WAY.contains(&name.as_str()));
    settings
}

/// The feed that a recording is of, as far as its head says; what it does not say is guessed from what comes.
///
/// # Errors
/// When the settings in the head are not understood.
pub(crate) fn feed_of(head: &sse::RecordingHead) -> Result<Feed, EngineError> {
    let settings = Value::Object(head.feed.clone().unwrap_or_default());
    let wrong = |problem: String| {
        EngineError::File(Reason {
            code: "bad_recording".into(),
            message: speak!(
                format!(
                    "The recording's settings of its feed are not understood ({problem}). Choose one of your feeds to play it with."
                ),
                format!("录制文件中的订阅源设置无法理解（{problem}）。请选择您的一个订阅源来回放。")
            ),
        })
    };
    let mut draft: FeedDraft = serde_json::from_value(settings).map_err(|error| wrong(error.to_string()))?;
    Mapper::new(&draft.map).map_err(|error| wrong(error.to_string()))?;
    draft.url.clone_from(&head.url);
    if draft.name.trim().is_empty() {
        let url = url::Url::parse(&head.url).ok();
        let host = url.as_ref().and_then(url::Url::host_str).unwrap_or(&head.url);
        draft.name = host[..host.floor_char_boundary(draft::MAX_NAME)].to_owned();
    }
    let id = draft.id.clone().unwrap_or_else(|| FeedId(String::new()));
    Ok(draft::feed(draft, id, &Limits::default()))
}
