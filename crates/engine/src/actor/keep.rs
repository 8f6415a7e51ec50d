//! How long and how much is kept of feeds, and what the user no longer wants of it.

use super::Actor;
use crate::{
    EngineError,
    model::{Feed, FeedId, Limits, Millis, Preferences, Retention},
    store,
};

impl Actor {
    /// Connections stay open: nothing about them changes.
    pub(crate) async fn set_retention(
        &mut self,
        feed: Option<FeedId>,
        Retention { days, megabytes }: Retention,
    ) -> Result<(), EngineError> {
        let indices = match feed {
            Some(id) => self.index(&id)?..self.index(&id)? + 1,
            None => {
                let retention = Retention { days, megabytes };
                self.set_preferences(Preferences { retention, ..self.preferences.clone() }).await?;
                0..self.feeds.len()
            }
        };
        for index in indices {
            let feed = &self.feeds[index].feed;
            let limits = Limits { keep_days: days, keep_megabytes: megabytes, ..feed.limits.clone() };
            if limits != feed.limits {
                self.replace_feed(index, Feed { limits, ..feed.clone() }).await?;
                self.tell_feed(index).await?;
            }
        }
        self.prune();
        Ok(())
    }

    /// Removes one piece of a feed's events up to a time; whether there may be more. When there is not, the window is
    /// told of what is left.
    pub(crate) async fn clear_piece(&mut self, id: FeedId, until: Millis) -> Result<bool, EngineError> {
        let index = self.index(&id)?;
        let no = self.feeds[index].no;
        let more = self.store.write(move |connection| store::feeds::prune(connection, no, until + 1, u64::MAX)).await?;
        if more {
            return Ok(true);
        }
        let (unread, newest) = self.store.write(move |connection| store::feeds::seen(connection, no)).await?;
        let kept = &mut self.feeds[index];
        kept.unread = unread;
        kept.last_event_at = newest;
        self.tell_feed(index).await?;
        Ok(false)
    }
}
