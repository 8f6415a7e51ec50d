//! What the service manager (systemd) hears from `run`: that it is ready, how it stands, that it lives, that it ends.
//! Where no service manager asked for it, nothing is said.

use std::{env, time::Duration};

use sd_notify::NotifyState;
use streambell_engine::{Engine, Standing};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::task::AbortOnDropHandle;

/// How often it is told how the feeds stand, at most.
const STATUS_EVERY: Duration = Duration::from_secs(3);

/// What is told while the history is opened, which takes long when it is of an earlier version.
pub(crate) fn starting() {
    tell(&[NotifyState::Status("opening the history")]);
}

/// Commands reach the program and its feeds are being opened. Goes on telling until what is returned is dropped.
pub(crate) fn ready(engine: &Engine) -> Option<AbortOnDropHandle<()>> {
    env::var_os("NOTIFY_SOCKET")?;
    let standing = *engine.standings().borrow();
    tell(&[NotifyState::Ready, NotifyState::Status(&words(standing))]);
    let engine = engine.clone();
    let follow = async move {
        tokio::join!(tell_standing(&engine), keep_alive(&engine));
    };
    Some(AbortOnDropHandle::new(tokio::spawn(follow)))
}

/// The program ends in good order.
pub(crate) fn ending() {
    tell(&[NotifyState::Stopping, NotifyState::Status("ending: what has come is being stored")]);
}

async fn tell_standing(engine: &Engine) {
    let mut standings = engine.standings();
    while standings.changed().await.is_ok() {
        let standing = *standings.borrow_and_update();
        tell(&[NotifyState::Status(&words(standing))]);
        sleep(STATUS_EVERY).await;
    }
}

/// Says that the program lives as long as it does: its state and its history answer. One that hangs is started anew.
async fn keep_alive(engine: &Engine) {
    let Some(patience) = sd_notify::watchdog_enabled() else { return };
    let mut beat = interval(patience / 2);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        match engine.settle().await {
            Ok(()) => tell(&[NotifyState::Watchdog]),
            Err(error) => return tracing::error!(%error, "the engine does not answer"),
        }
    }
}

fn words(Standing { feeds, open }: Standing) -> String {
    format!("{feeds} {}, {open} open", if feeds == 1 { "feed" } else { "feeds" })
}

fn tell(what: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(what) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}
