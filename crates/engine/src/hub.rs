//! What the engine asks of whoever runs the embedded hub. It keeps the user's wish and tells where the hub is; how a hub
//! is run it does not know.

use std::{pin::Pin, sync::Arc};

use tokio::sync::{mpsc, watch};

use crate::{
    EngineError,
    actor::{Actor, Job},
    contain,
    model::{Change, HubInfo, HubTopic, Notice, NoticeLevel, Preferences, Reason},
    speak,
};

/// The least port that a user may choose: those below belong to the system.
const LEAST_PORT: u16 = 1024;

/// What is being done with the hub.
pub type HubFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Runs the embedded hub.
pub trait HubHost: Send + Sync + 'static {
    /// Starts the hub, ends it in good order, or moves it, as the user wishes. Completes when that is done.
    fn keep(&self, wish: HubWish) -> HubFuture<'_, HubStanding>;

    /// The topics of the hub that runs, in the order of their names.
    ///
    /// # Errors
    /// When it does not run, or what it keeps cannot be read.
    fn topics(&self) -> HubFuture<'_, Result<Vec<HubTopic>, Reason>>;
}

/// What the user wants of the embedded hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubWish {
    /// Whether it runs.
    pub runs: bool,
    /// Where.
    pub port: u16,
}

impl HubWish {
    pub(crate) fn of(preferences: &Preferences) -> Self {
        Self { runs: preferences.hub, port: preferences.hub_port }
    }
}

/// What became of a wish.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HubStanding {
    /// Where the hub is, if it runs.
    pub info: Option<HubInfo>,
    /// What the user should know of it, until the wish changes.
    pub notice: Option<Notice>,
}

/// What the engine knows of the hub.
pub(crate) struct KeptHub {
    wish: watch::Sender<HubWish>,
    info: watch::Sender<Option<HubInfo>>,
    /// The notice that is over when the hub stands otherwise.
    notice: Option<String>,
}

impl KeptHub {
    pub(crate) fn new(wish: HubWish) -> Self {
        Self { wish: watch::Sender::new(wish), info: watch::Sender::default(), notice: None }
    }

    pub(crate) fn info(&self) -> Option<HubInfo> {
        self.info.borrow().clone()
    }

    /// Where the hub is, from now on.
    pub(crate) fn addresses(&self) -> watch::Receiver<Option<HubInfo>> {
        self.info.subscribe()
    }

    pub(crate) fn wishes(&self) -> watch::Receiver<HubWish> {
        self.wish.subscribe()
    }

    pub(crate) fn wish(&self, wish: HubWish) {
        self.wish.send_if_modified(|before| std::mem::replace(before, wish) != wish);
    }
}

impl Actor {
    /// The hub stands so now. Feeds that read from it need not wait for their next attempt.
    pub(crate) fn take_hub(&mut self, standing: HubStanding) {
        let HubStanding { info, notice } = standing;
        let before = std::mem::replace(&mut self.hub.notice, notice.as_ref().map(|notice| notice.reason.code.clone()));
        if let Some(over) = before.filter(|code| Some(code) != self.hub.notice.as_ref()) {
            self.clear_notice(&over);
        }
        if let Some(notice) = notice {
            self.notice(notice);
        }
        let moved = self.hub.info.send_if_modified(|before| std::mem::replace(before, info.clone()) != info);
        if !moved {
            return;
        }
        if let Some(HubInfo { url }) = &info {
            let of_it = |feed: &str| feed.strip_prefix(url.as_str()).is_some_and(|path| path.starts_with('/'));
            for index in 0..self.feeds.len() {
                if of_it(&self.feeds[index].feed.url) && self.feeds[index].status.is_trouble() {
                    self.retry(index);
                }
            }
        }
        self.tell(|| Change::Hub { hub: info });
    }
}

/// Has the hub kept as the user wishes, until the engine ends. The host takes its time; the engine does not wait for it.
pub(crate) async fn follow(
    host: Arc<dyn HubHost>,
    mut wishes: watch::Receiver<HubWish>,
    engine: mpsc::WeakSender<Job>,
) {
    while wishes.changed().await.is_ok() {
        let wish = *wishes.borrow_and_update();
        let standing = kept(host.as_ref(), wish).await;
        let Some(engine) = engine.upgrade() else { return };
        let take: Job = Box::new(move |actor| Box::pin(async move { actor.take_hub(standing) }));
        if engine.send(take).await.is_err() {
            return;
        }
    }
}

/// What becomes of a wish, also where the host breaks over it: it may be told another.
pub(crate) async fn kept(host: &dyn HubHost, wish: HubWish) -> HubStanding {
    let broken = || HubStanding {
        info: None,
        notice: Some(Notice { level: NoticeLevel::Error, reason: contain::internal_error() }),
    };
    contain::contained_task(async { host.keep(wish).await }).await.unwrap_or_else(broken)
}

pub(crate) fn check_port(port: u16) -> Result<(), EngineError> {
    if port >= LEAST_PORT {
        return Ok(());
    }
    Err(EngineError::invalid(
        "hub_port",
        speak!(
            format!("{port} cannot be the hub's port. Choose one from {LEAST_PORT} to {}.", u16::MAX),
            format!("{port} 不能用作 Hub 的端口。请选择 {LEAST_PORT} 到 {} 之间的端口。", u16::MAX),
        ),
    ))
}

/// Why nothing can be asked of the hub.
#[must_use]
pub fn no_hub() -> Reason {
    let message = speak!(
        "The embedded hub does not run. Turn it on in Settings › Hub.",
        "内置的 Hub 没有运行。请在“设置 › Hub”中打开它。",
    );
    Reason { code: "no_hub".into(), message: message.into() }
}
