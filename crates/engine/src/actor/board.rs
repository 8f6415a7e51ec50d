//! Requests about the dashboard: the order of its cards, their sizes, their groups.

use super::{Actor, Kept};
use crate::{
    EngineError,
    model::{Card, Change, Feed, FeedId},
    store::{self, FeedNo},
};

impl Actor {
    /// Orders the dashboard; feeds that are not named keep their order, behind.
    pub(crate) async fn order_feeds(&mut self, ids: Vec<FeedId>) -> Result<(), EngineError> {
        for id in &ids {
            self.index(id)?;
        }
        let place = |kept: &Kept| ids.iter().position(|id| *id == kept.feed.id).unwrap_or(usize::MAX);
        self.feeds.sort_by_key(place);
        let order: Vec<FeedNo> = self.feeds.iter().map(|kept| kept.no).collect();
        self.store.write(move |connection| store::feeds::order(connection, &order)).await?;
        self.tell(|| Change::Order { feeds: self.feeds.iter().map(|kept| kept.feed.id.clone()).collect() });
        Ok(())
    }

    /// Keeps how the user wants a card.
    pub(crate) async fn arrange_card(&mut self, id: FeedId, card: Card) -> Result<(), EngineError> {
        let index = self.index(&id)?;
        let (no, card) = (self.feeds[index].no, card.in_bounds());
        self.store.write(move |connection| store::feeds::arrange(connection, no, card)).await?;
        self.feeds[index].card = card;
        self.tell(|| Change::Card { feed: id, card });
        Ok(())
    }

    /// Puts a feed into a group, or into none; its connection stays as it is.
    pub(crate) async fn group_feed(&mut self, id: FeedId, group: Option<String>) -> Result<(), EngineError> {
        let index = self.index(&id)?;
        let group = group.map(|group| group.trim().to_owned()).filter(|group| !group.is_empty());
        let feed = Feed { group, ..self.feeds[index].feed.clone() };
        self.replace_feed(index, feed).await?;
        self.tell_feed(index).await
    }

    /// Folds a group on the dashboard, or unfolds it. Groups that no feed is in any more are forgotten.
    pub(crate) async fn fold_group(&mut self, group: String, folded: bool) -> Result<(), EngineError> {
        let mut groups = self.folded.clone();
        if folded {
            groups.insert(group);
        } else {
            groups.remove(&group);
        }
        groups.retain(|group| self.feeds.iter().any(|kept| kept.feed.group.as_ref() == Some(group)));
        let stored = groups.clone();
        self.store.write(move |connection| store::settings::put(connection, "folded_groups", &stored)).await?;
        self.folded = groups;
        self.tell(|| Change::Folded { groups: self.folded.iter().cloned().collect() });
        Ok(())
    }
}
