//! What happens around a connection: the computer slept, or its network changed.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use futures_util::{FutureExt, StreamExt};
use if_watch::IfEvent;
use if_watch::tokio::IfWatcher;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::client::Client;

/// How often the clocks are compared.
pub const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The wall clock runs away from the other one also when it is set. Less than this is not worth a thought.
const ASLEEP_FROM: Duration = Duration::from_secs(10);

/// Addresses come and go in bursts when a network changes.
const BURST: Duration = Duration::from_millis(500);

/// Something that concerns every connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disturbance {
    /// The computer woke up. Servers have given up on connections that slept for long.
    Woke {
        /// How long it slept.
        asleep: Duration,
    },
    /// An address of this computer is gone, and with it every connection that used it.
    NetworkLost,
    /// This computer has a new address: what was out of reach may not be any more.
    NetworkFound,
}

/// What has happened so far. Connections look at it when they are awaited, and take what is new together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    asleep: Duration,
    lost: u64,
    found: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, disturbance: Disturbance) {
        match disturbance {
            Disturbance::Woke { asleep } => self.asleep += asleep,
            Disturbance::NetworkLost => self.lost += 1,
            Disturbance::NetworkFound => self.found += 1,
        }
    }
}

/// A connection's view of what happens around it.
pub(crate) struct Surroundings {
    tally: watch::Receiver<Tally>,
    seen: Tally,
    /// Its server is on this computer: it sleeps when this does, and no network can come between.
    near: bool,
}

/// What is new to a connection.
pub(crate) struct News {
    pub(crate) asleep: Duration,
    pub(crate) network_lost: bool,
    pub(crate) network_found: bool,
}

impl Surroundings {
    pub(crate) fn new(mut tally: watch::Receiver<Tally>, near: bool) -> Self {
        let seen = *tally.borrow_and_update();
        Self { tally, seen, near }
    }

    /// Waits for something new. Cancel-safe.
    pub(crate) async fn news(&mut self) -> News {
        if self.near || self.tally.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
        let now = *self.tally.borrow_and_update();
        let seen = std::mem::replace(&mut self.seen, now);
        News {
            asleep: now.asleep - seen.asleep,
            network_lost: now.lost != seen.lost,
            network_found: now.found != seen.found,
        }
    }
}

/// Tells `client`'s connections of what happens around them, for as long as it is polled: spawn it once.
pub async fn watch_surroundings(client: Client) {
    tokio::join!(watch_sleep(&client, SystemTime::now), watch_network(&client));
}

/// Notices that the computer slept: the wall clock went on, and the one that timers use did not.
pub async fn watch_sleep(client: &Client, wall_clock: impl Fn() -> SystemTime) {
    loop {
        let (wall, awake) = (wall_clock(), Instant::now());
        sleep(LOOK_EVERY).await;
        let passed = wall_clock().duration_since(wall).unwrap_or_default();
        let asleep = passed.saturating_sub(awake.elapsed());
        if asleep >= ASLEEP_FROM {
            tracing::info!(seconds = asleep.as_secs(), "woke up");
            client.disturb(Disturbance::Woke { asleep });
        }
    }
}

async fn watch_network(client: &Client) {
    let mut watcher = match IfWatcher::new() {
        Ok(watcher) => watcher,
        Err(error) => {
            tracing::info!(%error, "changes of the network are not told here");
            return;
        }
    };
    // It begins with the addresses that are there. To be told of them does no harm.
    while let Some(first) = watcher.next().await {
        sleep(BURST).await;
        let (mut lost, mut found) = (false, false);
        let mut next = Some(first);
        while let Some(event) = next {
            match event {
                Ok(IfEvent::Down(net)) => lost |= matters(net.addr()),
                Ok(IfEvent::Up(net)) => found |= matters(net.addr()),
                Err(error) => tracing::debug!(%error, "a change of the network could not be read"),
            }
            next = watcher.next().now_or_never().flatten();
        }
        tracing::debug!(lost, found, "the network changed");
        if lost {
            client.disturb(Disturbance::NetworkLost);
        }
        if found {
            client.disturb(Disturbance::NetworkFound);
        }
    }
}

/// Feeds are not reached through loopback's own addresses, nor through those that only reach the next cable.
fn matters(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !address.is_loopback() && !address.is_link_local(),
        IpAddr::V6(address) => !address.is_loopback() && !address.is_unicast_link_local(),
    }
}
