//! Where commands go: to the running program, or for want of one to an engine of their own.

use std::{sync::Arc, time::Duration};

use serde::de::DeserializeOwned;
use streambell_engine::{Clock, Engine, Home, HomeError, NoNotifier, Setup, StartError, key_ring};
use tokio::time::{Instant, sleep};

use crate::{
    control::{Client, Refusal, Request, carry_out},
    failure::Failure,
};

/// How long a data folder in use is waited for: another command, or a program that is just starting or ending.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often it is tried meanwhile. A file's lock cannot be waited for with a time limit.
const RETRY: Duration = Duration::from_millis(50);

/// Whoever carries out requests on the data folder.
pub(crate) enum Program {
    /// The running program.
    Running(Client),
    /// This command, which opens no connection to any feed.
    Here(Engine),
}

impl Program {
    /// Finds the running program, or opens the data folder.
    pub(crate) async fn reach(home: &Home) -> Result<Self, Failure> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(client) = Client::connect(home).await {
                return Ok(Self::Running(client));
            }
            match Engine::start(offline(home)).await {
                Ok(engine) => return Ok(Self::Here(engine)),
                Err(error) if is_in_use(&error) && Instant::now() < deadline => sleep(RETRY).await,
                Err(error) => return Err(Failure::failed(error)),
            }
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        matches!(self, Self::Running(_))
    }

    pub(crate) async fn ask<T: DeserializeOwned>(&mut self, request: Request) -> Result<T, Refusal> {
        match self {
            Self::Running(client) => client.ask(&request).await,
            Self::Here(engine) => serde_json::from_value(carry_out(engine, request).await?)
                .map_err(|error| Refusal { code: "unreadable".into(), message: error.to_string() }),
        }
    }

    /// Commits what was changed.
    pub(crate) async fn leave(self) {
        if let Self::Here(engine) = self {
            engine.shutdown().await;
        }
    }
}

/// One request to whoever carries it out.
pub(crate) async fn ask<T: DeserializeOwned>(request: Request) -> Result<T, Failure> {
    let mut program = Program::reach(&home()?).await?;
    let answer = program.ask(request).await;
    program.leave().await;
    Ok(answer?)
}

pub(crate) fn home() -> Result<Home, Failure> {
    Home::locate(None).map_err(Failure::failed)
}

fn offline(home: &Home) -> Setup {
    Setup {
        home: home.clone(),
        notifier: Arc::new(NoNotifier),
        secrets: key_ring(),
        hub: None,
        clock: Clock::default(),
        subscribe: false,
    }
}

fn is_in_use(error: &StartError) -> bool {
    matches!(error, StartError::Home(HomeError::InUse { .. }))
}

/// Starts an engine, and waits a moment if a command that is just ending has the data folder.
///
/// # Errors
/// As [`Engine::start`].
pub async fn start_engine(setup: impl Fn() -> Setup) -> Result<Engine, StartError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match Engine::start(setup()).await {
            Err(error) if is_in_use(&error) && Instant::now() < deadline => sleep(RETRY).await,
            result => return result,
        }
    }
}
