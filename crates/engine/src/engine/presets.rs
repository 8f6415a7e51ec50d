//! Known services, and what the user has made of them.

use super::Engine;
use crate::{
    EngineError,
    model::{Answers, FeedId, Filled, Preset},
    preset,
};

impl Engine {
    /// All presets: those that every program has, and the user's own.
    ///
    /// # Errors
    /// When the engine has ended.
    pub async fn presets(&self) -> Result<Vec<Preset>, EngineError> {
        let own = self.ask(|actor| Box::pin(async { Ok(actor.presets.clone()) })).await?;
        Ok(preset::built_in().iter().cloned().chain(own).collect())
    }

    /// The feed, and the rules, that come of a preset and answers to its questions. Nothing is kept of it. `feed`: the
    /// one that is changed, whose secrets stay where none is answered.
    ///
    /// # Errors
    /// When there is no such preset, or an answer makes no sense: then `answers.<name>` is the place.
    pub async fn fill_preset(&self, id: String, answers: Answers, feed: Option<FeedId>) -> Result<Filled, EngineError> {
        self.ask(move |actor| {
            Box::pin(async move {
                let before = feed.map(|feed| actor.index(&feed)).transpose()?.map(|index| &actor.feeds[index].feed);
                preset::fill(actor.preset(&id)?, &answers, before)
            })
        })
        .await
    }

    /// Keeps a feed's settings, without what is secret, as a preset of this name.
    ///
    /// # Errors
    /// When there is no such feed, or it cannot be stored.
    pub async fn keep_preset(&self, feed: FeedId, name: String) -> Result<Preset, EngineError> {
        self.ask(move |actor| Box::pin(actor.keep_preset(feed, name))).await
    }

    /// A preset as a file.
    ///
    /// # Errors
    /// When there is no such preset.
    pub async fn export_preset(&self, id: String) -> Result<String, EngineError> {
        self.ask(move |actor| Box::pin(async move { preset::to_file(actor.preset(&id)?) })).await
    }

    /// Takes up a preset from the text of a file.
    ///
    /// # Errors
    /// Names what is wrong with it; nothing is kept then.
    pub async fn import_preset(&self, text: &str) -> Result<Preset, EngineError> {
        let read = preset::parse(text)?;
        self.ask(move |actor| Box::pin(actor.add_preset(read))).await
    }

    /// Removes one of the user's own. Feeds that were made with it stay as they are.
    ///
    /// # Errors
    /// When the user has no such preset.
    pub async fn remove_preset(&self, id: String) -> Result<(), EngineError> {
        self.ask(move |actor| Box::pin(actor.remove_preset(id))).await
    }
}
