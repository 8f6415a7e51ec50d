//! Everything that runs without a window: the engine, the hub, notifications, and the ear for other processes.

use std::{sync::Arc, time::Duration};

use streambell_cli::{
    WindowStart,
    control::{Client, Request, Server, Shell},
    demo::{ensure_demo, follow_hub},
    desktop_notify::{DesktopNotifier, Feedback, NO_SERVICE},
    hub::EmbeddedHub,
    start_engine,
};
use streambell_engine::{
    Answer, Clock, Engine, EngineError, Home, HomeError, Setup, StartError, key_ring,
    model::{Action, Notice, NoticeLevel, Reason, Target},
    speak,
};
use tokio::{sync::mpsc, task::JoinHandle};

use crate::{
    commands::{self, Refusal},
    failure::Failure,
    link,
};

/// News of the desktop that may wait while the engine is busy.
const FEEDBACK: usize = 512;
/// Who ends the program does not want to wait.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What runs behind the window.
pub(crate) struct Program {
    pub(crate) engine: Engine,
    hub: Arc<EmbeddedHub>,
    control: Option<JoinHandle<()>>,
}

/// If the program runs already, asks it to show its window and to follow the link (a hidden start without one asks for
/// nothing) and tells so.
pub(crate) async fn hand_over(home: &Home, start: &WindowStart) -> Result<bool, Failure> {
    let Some(mut running) = Client::connect(home).await else { return Ok(false) };
    match &start.link {
        Some(link) => running.ask::<()>(&Request::Follow { link: link.clone() }).await?,
        None if start.hidden => {}
        None => running.ask::<()>(&Request::Show).await?,
    }
    Ok(true)
}

/// Starts it all; `None` if another start was faster, whose window is shown then.
pub(crate) async fn start(
    home: &Home,
    window: &WindowStart,
    requests: mpsc::Sender<Shell>,
) -> Result<Option<Program>, Failure> {
    let hub = Arc::new(EmbeddedHub::new(home));
    let (feedback, heard) = mpsc::channel(FEEDBACK);
    let notifier = Arc::new(DesktopNotifier::start_in(home, move |news| {
        if feedback.try_send(news).is_err() {
            tracing::debug!("news of the notification service was dropped");
        }
    }));
    let setup = || Setup {
        home: home.clone(),
        notifier: notifier.clone(),
        secrets: key_ring(),
        hub: Some(hub.clone()),
        clock: Clock::default(),
        subscribe: true,
    };
    let engine = match start_engine(setup).await {
        Err(error @ StartError::Home(HomeError::InUse { .. })) => {
            return if hand_over(home, window).await? { Ok(None) } else { Err(error.into()) };
        }
        result => result?,
    };
    tokio::spawn(listen_to_desktop(engine.clone(), heard, requests.clone()));
    if let Some(info) = engine.hub()
        && let Err(error) = ensure_demo(&engine, &info.url, window.demo).await
    {
        tracing::warn!(%error, "the demo feeds are not as they should be");
    }
    tokio::spawn(follow_hub(engine.clone()));
    let control = open_control(home, &engine, requests).await;
    Ok(Some(Program { engine, hub, control }))
}

impl Program {
    /// Commits everything and lets go of it.
    pub(crate) async fn end(self) {
        if let Some(control) = self.control {
            control.abort();
            // The socket is gone once the task is.
            let _ = control.await;
        }
        let ended = async { tokio::join!(self.engine.shutdown(), self.hub.shutdown()) };
        if tokio::time::timeout(PATIENCE, ended).await.is_err() {
            tracing::warn!("not everything ended in time");
        }
    }
}

/// Adds the demo feeds of the embedded hub.
pub(crate) async fn add_demo_feeds(engine: &Engine) -> commands::Answer<()> {
    let hub = engine.hub().ok_or_else(|| {
        let message = speak!(
            "The embedded hub does not run, so there are no demo feeds. Turn it on in Settings › Hub.",
            "内置的 Hub 没有运行，因此没有演示订阅源。请在“设置 › Hub”中打开它。",
        );
        Refusal::new("no_hub", message)
    })?;
    Ok(ensure_demo(engine, &hub.url, true).await?)
}

async fn open_control(home: &Home, engine: &Engine, requests: mpsc::Sender<Shell>) -> Option<JoinHandle<()>> {
    match Server::bind(home) {
        Ok(server) => Some(tokio::spawn(server.serve(engine.clone(), Some(requests)))),
        Err(error) => {
            let reason = Reason { code: "no_control".into(), message: error.to_string() };
            tell(engine, Notice { level: NoticeLevel::Warning, reason }).await;
            None
        }
    }
}

/// Ends with the notifier.
async fn listen_to_desktop(engine: Engine, mut heard: mpsc::Receiver<Feedback>, requests: mpsc::Sender<Shell>) {
    while let Some(news) = heard.recv().await {
        match news {
            Feedback::Answered { notification, answer } => {
                match &answer {
                    Answer::Chosen(Action::Open) => {
                        let target = match &notification.feed {
                            feed if feed.0.is_empty() => Target::Alerts,
                            feed => Target::Feed { feed: feed.clone(), event: notification.event },
                        };
                        match engine.reveal(target).await {
                            Ok(()) => {}
                            // The feed is gone: the window all the same.
                            Err(EngineError::NoSuchFeed(_)) => drop(requests.send(Shell::Show).await),
                            Err(error) => tracing::debug!(%error, "a click came too late"),
                        }
                    }
                    Answer::Chosen(Action::Link) => {
                        // Its scheme is checked again where it is opened.
                        if let Some(Err(refusal)) = notification.link.as_deref().map(link::open) {
                            tracing::warn!(?refusal, "a link was not opened");
                        }
                    }
                    _ => {}
                }
                if let Err(error) = engine.answered(notification.alert, answer).await {
                    tracing::debug!(%error, "an answer came too late");
                }
            }
            Feedback::Trouble(reason) => tell(&engine, Notice { level: NoticeLevel::Warning, reason }).await,
            Feedback::Works => drop(engine.clear_notice(NO_SERVICE).await),
        }
    }
}

async fn tell(engine: &Engine, notice: Notice) {
    if let Err(error) = engine.notice(notice).await {
        tracing::debug!(%error, "a notice came too late");
    }
}
