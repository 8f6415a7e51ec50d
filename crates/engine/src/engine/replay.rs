//! Recordings, for a window that looks at one.

use tokio::task::spawn_blocking;

use super::Engine;
use crate::{
    EngineError,
    model::{Millis, ReplayOverview},
    replay::{Player, Replay, ReplayOf, Speed, overview},
};

impl Engine {
    /// Looks through a recording: what is in it, and what would have rung. Nothing is kept of it and nothing rings.
    ///
    /// # Errors
    /// As [`Replay::open`].
    pub async fn look_through(&self, what: ReplayOf) -> Result<ReplayOverview, EngineError> {
        let home = self.home.clone();
        let looked = spawn_blocking(move || {
            let replay = Replay::open(&home, &what)?;
            Ok(overview(&what.file, replay))
        });
        looked.await.map_err(|_| EngineError::Internal)?
    }

    /// Plays a recording from this time on, in frames. Nothing is kept of it and nothing rings. One plays at a time: it
    /// ends one that does.
    ///
    /// # Errors
    /// As [`Replay::open`].
    pub async fn play(&self, what: ReplayOf, from: Millis, speed: Speed) -> Result<Player, EngineError> {
        let home = self.home.clone();
        let opened = spawn_blocking(move || Replay::open(&home, &what));
        let replay = opened.await.map_err(|_| EngineError::Internal)??;
        let player = Player::start(replay, from, speed);
        let mut playing = self.playing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(before) = playing.replace(player.abort_handle()) {
            before.abort();
        }
        Ok(player)
    }

    /// Ends the recording that plays, if one does.
    pub fn stop_playing(&self) {
        let playing = self.playing.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(playing) = playing {
            playing.abort();
        }
    }
}
