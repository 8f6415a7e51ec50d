//! `doctor`: tries what the program needs, and says what to do where something is wrong.

mod desktop;
mod report;

use std::fs;

use serde::{Deserialize, Serialize};
use streambell_engine::{
    Engine, EngineError, Home, HubSeen, Language, examine, examine_without_home, key_ring,
    model::{Check, CheckState, Figures, Preferences, Storage},
    speak,
};

use crate::{
    control::{Client, Request},
    failure::Failure,
    output,
    program::Program,
};

/// A database of this size takes a while to be read.
const LARGE: u64 = 500_000_000;

/// What was found. Figures are missing where no engine can be had.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Findings {
    checks: Vec<Check>,
    figures: Option<Figures>,
    storage: Option<Storage>,
}

/// Tries everything, in the program that runs.
pub async fn self_test(engine: &Engine) -> Vec<Check> {
    let mut checks = engine.self_test().await;
    checks.extend(desktop::checks().await);
    checks
}

/// As [`self_test`], with figures.
pub(crate) async fn findings(engine: &Engine) -> Result<Findings, EngineError> {
    Ok(Findings {
        checks: self_test(engine).await,
        figures: Some(engine.figures().await?),
        storage: Some(engine.storage().await?),
    })
}

pub(crate) async fn doctor(json: bool) -> Result<(), Failure> {
    let found = match Home::locate(None) {
        Ok(home) => look(&home).await?,
        Err(error) => Findings { checks: examine_without_home(&error), figures: None, storage: None },
    };
    if json {
        output::print(&found)?;
    } else {
        report::print(&found.checks)?;
    }
    let wrong = found.checks.iter().filter(|check| check.state == CheckState::Wrong).count();
    match wrong {
        0 => Ok(()),
        count => Err(Failure::failed(speak!(
            format!("{count} of {} checks found something wrong.", found.checks.len()),
            format!("{} 项检查中有 {count} 项发现问题。", found.checks.len())
        ))),
    }
}

async fn look(home: &Home) -> Result<Findings, Failure> {
    if let Ok(size) = fs::metadata(home.database()).map(|meta| meta.len())
        && size > LARGE
    {
        eprintln!("streambell: the history is {} MB; looking through it takes a while", size / 1_000_000);
    }
    if let Some(mut running) = Client::connect(home).await {
        let preferences: Preferences = running.ask(&Request::Settings).await?;
        Language::of(preferences.language.as_deref()).speak();
        return Ok(running.ask(&Request::Doctor).await?);
    }
    let mut checks = examine(home, key_ring(), HubSeen::NoProgram).await;
    checks.extend(desktop::checks().await);
    let mut found = Findings { checks, figures: None, storage: None };
    // An engine would set a damaged history aside; who only looks leaves it alone.
    let whole = found.checks.iter().all(|check| check.state != CheckState::Wrong || !check.check.is_of_data());
    if whole && let Ok(Program::Here(engine)) = Program::reach(home).await {
        found.figures = engine.figures().await.ok();
        found.storage = engine.storage().await.ok();
        engine.shutdown().await;
    }
    Ok(found)
}
