//! How the program itself is: figures, and what it can try of its surroundings.

use super::Engine;
use crate::{
    EngineError,
    checkup::{HubSeen, examine_with},
    clock,
    model::{Check, Figures, Processes, Status},
    processes,
};

impl Engine {
    /// What the engine and the program do and take now.
    ///
    /// # Errors
    /// When the engine has ended.
    pub async fn figures(&self) -> Result<Figures, EngineError> {
        let processes = tokio::task::spawn_blocking(processes::look).await.unwrap_or(Processes::default());
        self.ask(move |actor| {
            Box::pin(async move {
                let (waiting, room) = actor.store.queue();
                let open = actor.feeds.iter().filter(|kept| matches!(kept.status, Status::Open { .. }));
                Ok(Figures {
                    at: clock::now(),
                    since: actor.since,
                    feeds: small(actor.feeds.len()),
                    open: small(open.count()),
                    events: u64::try_from(actor.next_seq - actor.first_seq).unwrap_or_default(),
                    waiting: small(waiting),
                    room: small(room),
                    processes,
                })
            })
        })
        .await
    }

    /// Tries what the program needs, but for the desktop. A locked key ring may ask the user for its password.
    pub async fn self_test(&self) -> Vec<Check> {
        let hub = match &self.hub {
            None => HubSeen::Without,
            Some(_) => HubSeen::With(self.hub()),
        };
        examine_with(&self.home, &self.vault, hub).await
    }
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
