//! The user's own presets.

use super::Actor;
use crate::{
    EngineError,
    draft::{self, MAX_NAME},
    model::{FeedId, Phrase, Preset, Rule},
    preset, speak,
    store::settings,
};

/// So many may be kept.
const MOST: usize = 200;

impl Actor {
    pub(crate) fn preset(&self, id: &str) -> Result<&Preset, EngineError> {
        let all = preset::built_in().iter().chain(&self.presets);
        all.into_iter().find(|preset| preset.id == id).ok_or_else(|| EngineError::NoSuchPreset(id.to_owned()))
    }

    pub(crate) async fn keep_preset(&mut self, feed: FeedId, name: String) -> Result<Preset, EngineError> {
        let name = name.trim();
        if name.is_empty() || name.len() > MAX_NAME {
            return Err(EngineError::invalid(
                "name",
                speak!(
                    format!("Choose a name of at most {MAX_NAME} bytes."),
                    format!("请填写名称，最长为 {MAX_NAME} 字节。")
                ),
            ));
        }
        let feed = &self.feeds[self.index(&feed)?].feed;
        let rules: Vec<&Rule> = self.rules.iter().map(|evaluator| &evaluator.rule).collect();
        let rules: Vec<&Rule> = rules.into_iter().filter(|rule| rule.feeds == [feed.id.clone()]).collect();
        let preset = preset::of_feed(feed, &rules, name);
        self.add_preset(preset).await
    }

    /// Adds a preset under an id that is free.
    pub(crate) async fn add_preset(&mut self, preset: Preset) -> Result<Preset, EngineError> {
        if self.presets.len() >= MOST {
            return Err(EngineError::invalid(
                "name",
                speak!(
                    format!("There are {MOST} presets of your own already. Remove one first."),
                    format!("自己的预设已有 {MOST} 个。请先删除一个。")
                ),
            ));
        }
        let name = match &preset.name {
            Phrase::One(name) | Phrase::Both { en: name, .. } => name.as_str(),
        };
        let id = draft::preset_id(name, |id| self.preset(id).is_ok());
        let preset = Preset { id, own: true, ..preset };
        let mut presets = self.presets.clone();
        presets.push(preset.clone());
        self.store_presets(presets).await?;
        Ok(preset)
    }

    pub(crate) async fn remove_preset(&mut self, id: String) -> Result<(), EngineError> {
        if preset::built_in().iter().any(|preset| preset.id == id) {
            return Err(EngineError::invalid(
                "id",
                speak!(
                    format!("'{id}' comes with the program and stays. Remove one of your own."),
                    format!("“{id}”是程序自带的预设，不能删除。只能删除自己的预设。")
                ),
            ));
        }
        let mut presets = self.presets.clone();
        let place = presets.iter().position(|preset| preset.id == id).ok_or(EngineError::NoSuchPreset(id))?;
        presets.remove(place);
        self.store_presets(presets).await
    }

    async fn store_presets(&mut self, presets: Vec<Preset>) -> Result<(), EngineError> {
        let stored = presets.clone();
        self.store.write(move |connection| settings::put(connection, "presets", &stored)).await?;
        self.presets = presets;
        Ok(())
    }
}
