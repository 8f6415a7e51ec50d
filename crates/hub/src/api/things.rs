//! What the endpoints work at: things that are kept, changed and told of.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use futures_util::StreamExt;
use rand::Rng;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::listener::Listener;
use super::{chat, clock};
use crate::demo::Audience;
use crate::event::EventId;
use crate::intake::Intake;
use crate::message::Message;
use crate::refusal::Refusal;
use crate::routes::{Shared, event_stream};
use crate::store::{Post, Start, StoreError};
use crate::subscription::Rhythm;
use crate::thing::{Entity, Game, Job, Product, Task};
use crate::topic::TopicName;

/// How often a change is tried when others change the same: each time, one of them gets through.
const ATTEMPTS: u32 = 100;

/// A kind of thing that is kept until it is gone.
pub(super) trait Kept: Entity {
    const TOPIC: &'static str;
    /// What one is called where something is wrong with it.
    const WHAT: &'static str;
    /// So many of them are kept.
    const MOST: usize;
}

impl Kept for Job {
    const TOPIC: &'static str = "_api_progress";
    const WHAT: &'static str = "job";
    const MOST: usize = 200;
}

impl Kept for Game {
    const TOPIC: &'static str = "_api_stream";
    const WHAT: &'static str = "game";
    const MOST: usize = 1;
}

impl Kept for Product {
    const TOPIC: &'static str = "_api_prices";
    const WHAT: &'static str = "product";
    const MOST: usize = 1000;
}

impl Kept for Task {
    const TOPIC: &'static str = "_api_tasks";
    const WHAT: &'static str = "task";
    const MOST: usize = 1000;
}

#[derive(Clone)]
pub(crate) struct Things {
    intake: Arc<Intake>,
    rhythm: Rhythm,
    stop: CancellationToken,
    /// Who listens to the chat that speaks by itself.
    pub(super) audience: Audience,
}

impl FromRef<Shared> for Things {
    fn from_ref(shared: &Shared) -> Things {
        shared.things.clone()
    }
}

impl Things {
    /// Opens, with what goes on by itself: jobs, and with `chatter` a chat that someone listens to.
    pub(crate) fn open(
        intake: Arc<Intake>,
        rhythm: Rhythm,
        chatter: bool,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Things {
        let things = Things { intake, rhythm, stop: stop.clone(), audience: Audience::new() };
        let (clock, ending) = (clock::run(things.clone()), stop.clone());
        tasks.spawn(async move { ending.run_until_cancelled(clock).await });
        if chatter {
            let (chat, ending) = (chat::speak(things.clone()), stop.clone());
            tasks.spawn(async move { ending.run_until_cancelled(chat).await });
        }
        things
    }

    /// All things of a kind, those first that have not changed for longest. What is no such thing is left out.
    pub(super) async fn all<T: Kept>(&self) -> Result<Vec<(EventId, T)>, StoreError> {
        let events = self.intake.store.things(&TopicName::own(T::TOPIC)).await?;
        Ok(events.iter().filter_map(|event| Some((event.id, event.read()?))).collect())
    }

    /// One thing.
    pub(super) async fn one<T: Kept>(&self, name: &str) -> Result<T, Refusal> {
        self.find(name).await?.1.ok_or_else(|| missing::<T>(name))
    }

    /// Changes a thing, or makes one: `change` says what of, given how it stands. It is asked again where another
    /// change came between.
    pub(super) async fn change<T: Kept>(
        &self,
        name: &str,
        change: impl Fn(Option<T>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        for attempt in 0..ATTEMPTS {
            let (at, found) = self.find::<T>(name).await?;
            let is_new = found.is_none();
            let changed = change(found)?;
            if is_new {
                self.make_room::<T>().await?;
            }
            if self.replace::<T>(at, changed.stands()).await?.is_some() {
                return Ok(changed);
            }
            give_way(attempt).await;
        }
        Err(StoreError::Changed.into())
    }

    /// Makes a thing that must not be there yet. Says whether it was not.
    pub(super) async fn make<T: Kept>(&self, thing: &T) -> Result<bool, Refusal> {
        self.make_room::<T>().await?;
        Ok(self.replace::<T>(EventId::ZERO, thing.stands()).await?.is_some())
    }

    /// Removes a thing.
    pub(super) async fn remove<T: Kept>(&self, name: &str) -> Result<(), Refusal> {
        for attempt in 0..ATTEMPTS {
            let (at, _) = self.find::<T>(name).await?;
            if at == EventId::ZERO {
                return Err(missing::<T>(name));
            }
            if self.replace::<T>(at, T::gone(name)).await?.is_some() {
                return Ok(());
            }
            give_way(attempt).await;
        }
        Err(StoreError::Changed.into())
    }

    /// Tells how a thing stands if it still stands as it did at `at`; else there is no event.
    pub(super) async fn replace<T: Kept>(&self, at: EventId, message: Message) -> Result<Option<EventId>, StoreError> {
        let post = Post { topic: TopicName::own(T::TOPIC), message, replaces: Some(at) };
        match self.append(post).await {
            Ok(id) => Ok(Some(id)),
            Err(StoreError::Changed) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How a thing stands, and since which event; that is [`EventId::ZERO`] for one that is not there.
    pub(super) async fn find<T: Kept>(&self, name: &str) -> Result<(EventId, Option<T>), StoreError> {
        let event = self.intake.store.thing(&TopicName::own(T::TOPIC), name).await?;
        Ok(event.map_or((EventId::ZERO, None), |event| (event.id, event.read())))
    }

    async fn make_room<T: Kept>(&self) -> Result<(), Refusal> {
        if self.all::<T>().await?.len() < T::MOST {
            return Ok(());
        }
        let reason = format!("there are {} {}s, as many as the hub takes: remove one first", T::MOST, T::WHAT);
        Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, reason))
    }

    /// Tells something that nothing later replaces.
    pub(super) async fn tell(&self, topic: &'static str, message: Message) -> Result<(), StoreError> {
        let post = Post { topic: TopicName::own(topic), message, replaces: None };
        self.append(post).await.map(|_| ())
    }

    async fn append(&self, post: Post) -> Result<EventId, StoreError> {
        self.intake.publish(post).await
    }

    /// Rings when things of a kind may have changed.
    pub(super) fn bell<T: Kept>(&self) -> Arc<Notify> {
        self.intake.store.bell(&TopicName::own(T::TOPIC))
    }

    /// Things of a kind: how each stands, and then what changes.
    pub(super) async fn follow<T: Kept>(&self, listener: &Listener) -> Result<Response, Refusal> {
        self.listen(&[T::TOPIC], T::MOST, listener, |chunk| chunk).await
    }

    /// What topics tell: at first the latest of each, and then what is new. `pass` has the last word on what is sent,
    /// and is dropped with the stream.
    pub(super) async fn listen(
        &self,
        topics: &[&'static str],
        welcome: usize,
        listener: &Listener,
        pass: impl FnMut(Bytes) -> Bytes + Send + 'static,
    ) -> Result<Response, Refusal> {
        let topics: Vec<_> = topics.iter().map(|topic| TopicName::own(topic)).collect();
        let start = listener.start(Start::Present(welcome))?;
        let subscription = self.intake.store.subscribe(&topics, start).await?;
        Ok(event_stream(
            subscription.into_stream(self.rhythm, self.intake.metrics.clone(), self.stop.clone()).map(pass),
        ))
    }
}

/// Lets others through, in no common step with them.
async fn give_way(attempt: u32) {
    let most = Duration::from_millis(u64::from(attempt.min(10)) * 4);
    let wait = rand::rng().random_range(Duration::ZERO..=most);
    tokio::time::sleep(wait).await;
}

/// There is no such thing.
pub(super) fn missing<T: Kept>(name: &str) -> Refusal {
    let topic = T::TOPIC.trim_start_matches("_api_");
    Refusal::new(StatusCode::NOT_FOUND, format!("no {} {name}: GET /api/{topic} tells which there are", T::WHAT))
}
