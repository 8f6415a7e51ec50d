//! Known services.

use serde_json::Value;
use streambell_engine::Engine;

use super::{Refusal, Request, done, find_feed};

/// Carries out a request about presets.
pub(super) async fn carry_out(engine: &Engine, request: Request) -> Result<Value, Refusal> {
    match request {
        Request::FillPreset { preset, answers } => done(engine.fill_preset(preset, answers, None).await?),
        Request::KeepPreset { feed, name } => done(engine.keep_preset(find_feed(engine, &feed).await?.id, name).await?),
        Request::ExportPreset { preset } => done(engine.export_preset(preset).await?),
        Request::ImportPreset { text } => done(engine.import_preset(&text).await?),
        Request::RemovePreset { preset } => done(engine.remove_preset(preset).await?),
        _ => done(engine.presets().await?),
    }
}
