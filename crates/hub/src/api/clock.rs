//! The hub's clock: it goes on with each job that nobody else works on.
//!
//! How far a job is is in the store and nowhere else. So it goes on after a restart, and with several hubs on one store
//! it does not matter which of them started it: each waits for its next step, and the one that makes it first has
//! made it.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use super::Things;
use crate::event::EventId;
use crate::store::StoreError;
use crate::thing::{Entity, Job};

/// The jobs are read again after this time at the soonest, however quickly workers report.
const REST: Duration = Duration::from_millis(50);
/// When the store could not be asked, it is asked again after so long.
const RETRY: Duration = Duration::from_secs(1);

/// Since when each job is at which event, by this hub's own clock: that of the store may be another.
type Seen = HashMap<String, (EventId, Instant)>;

pub(super) async fn run(things: Things) {
    let bell = things.bell::<Job>();
    let mut seen = Seen::new();
    loop {
        let next = match step(&things, &mut seen).await {
            Ok(next) => next,
            Err(error) => {
                tracing::debug!(%error, "jobs wait for the store");
                Some(Instant::now() + RETRY)
            }
        };
        sleep(REST).await;
        match next {
            Some(next) => tokio::select! {
                () = bell.notified() => {}
                () = sleep_until(next) => {}
            },
            None => bell.notified().await,
        }
    }
}

/// Makes the steps that it is time for. Returns when the next one is due.
async fn step(things: &Things, seen: &mut Seen) -> Result<Option<Instant>, StoreError> {
    let now = Instant::now();
    let mut next = None;
    let mut still = Seen::new();
    for (at, job) in things.all::<Job>().await? {
        let Some(wait) = job.next_step() else { continue };
        let name = job.name().to_owned();
        let since = seen.get(&name).filter(|(seen, _)| *seen == at).map_or(now, |(_, since)| *since);
        let due = since + wait;
        let (place, look) = if now < due {
            ((at, since), due)
        } else if let Some(made) = things.replace::<Job>(at, job.step().stands()).await? {
            // In step, but not in a hurry after a long sleep.
            let since = if now - due < wait { due } else { now };
            ((made, since), since + wait)
        } else {
            // Another hub, or a worker, was first.
            ((at, since), now)
        };
        next = next.into_iter().chain([look]).min();
        still.insert(name, place);
    }
    *seen = still;
    Ok(next)
}
