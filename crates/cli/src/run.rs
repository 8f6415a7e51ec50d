//! `run`: the engine without a window.

use std::{future::Future, io, sync::Arc};

use streambell_engine::{
    Clock, Engine, EngineError, Home, HubHost, Setup, key_ring,
    model::{Notice, NoticeLevel, Reason},
};
use tokio::{sync::mpsc, task::JoinHandle};

#[cfg(target_os = "linux")]
use crate::service;
use crate::{
    args::Run,
    control::{Client, Server},
    demo::{ensure_demo, follow_hub},
    desktop_notify::{DesktopNotifier, Feedback},
    failure::Failure,
    hub::EmbeddedHub,
    log::keep_log,
    program::{home, start_engine},
};

/// Notices that may wait while the engine is busy.
const FEEDBACK: usize = 512;

pub(crate) async fn run(args: Run) -> Result<(), Failure> {
    let told = told_to_end()?;
    let home = home()?;
    if Client::connect(&home).await.is_some() {
        let folder = home.folder().display();
        return Err(Failure::failed(format!(
            "Streambell is already running on {folder}. Stop it first, or set STREAMBELL_HOME to another folder."
        )));
    }
    keep_log(&home, "streambell");
    let hub = (!args.no_hub).then(|| Arc::new(EmbeddedHub::new(&home)));
    let (feedback, mut heard) = mpsc::channel(FEEDBACK);
    let notifier = Arc::new(DesktopNotifier::start_in(&home, move |news| {
        // A full queue has said enough.
        let _ = feedback.try_send(news);
    }));
    let setup = || Setup {
        home: home.clone(),
        notifier: notifier.clone(),
        secrets: key_ring(),
        hub: hub.clone().map(|hub| hub as Arc<dyn HubHost>),
        clock: Clock::default(),
        subscribe: true,
    };
    #[cfg(target_os = "linux")]
    service::starting();
    let engine = start_engine(setup).await.map_err(Failure::failed)?;
    if let Some(info) = engine.hub() {
        ensure_demo(&engine, &info.url, args.demo).await?;
    }
    tokio::spawn(follow_hub(engine.clone()));
    let control = listen(&home, &engine).await?;
    #[cfg(target_os = "linux")]
    let service = service::ready(&engine);
    tracing::info!(folder = %home.folder().display(), "running; Ctrl-C or SIGTERM ends it");
    let mut told = std::pin::pin!(told);
    loop {
        tokio::select! {
            () = &mut told => break,
            Some(news) = heard.recv() => tell(&engine, news).await.map_err(|error| Failure::Broken(error.to_string()))?,
        }
    }
    tracing::info!("ending");
    #[cfg(target_os = "linux")]
    {
        drop(service);
        service::ending();
    }
    if let Some(control) = control {
        control.abort();
        // The socket is gone once the task is.
        let _ = control.await;
    }
    let end_hub = async {
        if let Some(hub) = hub {
            hub.shutdown().await;
        }
    };
    tokio::join!(engine.shutdown(), end_hub);
    Ok(())
}

/// Whether notifications work, as a notice that commands and the log can show.
async fn tell(engine: &Engine, news: Feedback) -> Result<(), EngineError> {
    match news {
        Feedback::Trouble(reason) => engine.notice(Notice { level: NoticeLevel::Warning, reason }).await?,
        Feedback::Works => engine.clear_notice(crate::desktop_notify::NO_SERVICE).await?,
        Feedback::Answered { notification, answer } => engine.answered(notification.alert, answer).await?,
    }
    Ok(())
}

async fn listen(home: &Home, engine: &Engine) -> Result<Option<JoinHandle<()>>, Failure> {
    match Server::bind(home) {
        Ok(server) => Ok(Some(tokio::spawn(server.serve(engine.clone(), None)))),
        Err(error) => {
            let reason = Reason { code: "no_control".into(), message: error.to_string() };
            engine.notice(Notice { level: NoticeLevel::Warning, reason }).await?;
            Ok(None)
        }
    }
}

/// Completes when the user or the system wants the program to end. Listens from the call on.
pub(crate) fn told_to_end() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        let mut interrupt = tokio::signal::windows::ctrl_c()?;
        let mut close = tokio::signal::windows::ctrl_close()?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = close.recv() => {}
            }
        })
    }
}
