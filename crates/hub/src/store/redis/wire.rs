//! The wire: what any hub on this Redis keeps, in the order of the ids.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError};
use tokio::time::{sleep, timeout};

use super::keys::{DROPPED, NEWEST, WIRE};
use super::{PATIENCE, Redis, Row, not_a_hub, read};
use crate::event::EventId;
use crate::store::live::Live;

/// Events taken from the wire at a time.
const BATCH: usize = 512;
/// Redis answers after so long, even if nothing came: so a dead connection is noticed.
const BLOCK: Duration = Duration::from_secs(5);
/// How long a hub waits before it connects again, at first and at most.
const WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

pub(super) struct Wire {
    pub(super) client: Client,
    pub(super) journal: Redis,
    pub(super) live: Arc<Live>,
}

impl Wire {
    /// Hands everything that is kept to the subscribers, for ever.
    pub(super) async fn follow(self) {
        let mut wait = WAIT;
        let mut away = false;
        loop {
            match self.connect().await {
                Ok(connection) => {
                    if std::mem::take(&mut away) {
                        tracing::info!("the hub's Redis is back");
                    }
                    wait = WAIT;
                    if let Err(error) = self.read(connection).await {
                        tracing::warn!(%error, "the hub's Redis went away; publishers are told to come back");
                        away = true;
                    }
                }
                Err(error) => {
                    if !std::mem::replace(&mut away, true) {
                        tracing::warn!(%error, "the hub's Redis cannot be reached; publishers are told to come back");
                    }
                }
            }
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Connects, and finds out what was missed meanwhile.
    async fn connect(&self) -> Result<MultiplexedConnection, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(BLOCK + PATIENCE));
        let mut connection = timeout(PATIENCE, self.client.get_multiplexed_async_connection_with_config(&config))
            .await
            .map_err(|_| RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut)))??;
        let (newest, _) = self.journal.life().await?;
        let ours = self.live.newest();
        if newest < ours {
            // It has lost what it knew. Ids must go on ascending all the same.
            tracing::warn!(%newest, %ours, "the hub's Redis has forgotten events");
            let _: () = redis::cmd("SET").arg(NEWEST).arg(ours.to_string()).query_async(&mut connection).await?;
        }
        let dropped: Option<String> = redis::cmd("HGET").arg(DROPPED).arg("").query_async(&mut connection).await?;
        let dropped: EventId = dropped.and_then(|id| id.parse().ok()).unwrap_or(EventId::ZERO);
        if dropped > ours {
            tracing::info!("the wire no longer has all that was missed: subscribers read it from their topics");
            self.live.skip(newest);
        }
        Ok(connection)
    }

    async fn read(&self, mut connection: MultiplexedConnection) -> Result<(), RedisError> {
        loop {
            let newest = self.live.newest();
            let came: Option<Vec<(String, Vec<Row>)>> = redis::cmd("XREAD")
                .arg("COUNT")
                .arg(BATCH)
                .arg("BLOCK")
                .arg(u64::try_from(BLOCK.as_millis()).unwrap_or(u64::MAX))
                .arg("STREAMS")
                .arg(WIRE)
                .arg(newest.to_string())
                .query_async(&mut connection)
                .await?;
            let rows = came.into_iter().flatten().flat_map(|(_, rows)| rows);
            let events = rows.map(|row| {
                let topic =
                    row.1.iter().find(|(name, _)| name == "topic").map(|(_, value)| String::from_utf8_lossy(value));
                let topic = topic.and_then(|topic| topic.parse().ok()).ok_or_else(not_a_hub)?;
                let event = read(row, &topic)?;
                Ok((topic, event))
            });
            let events = events.collect::<Result<Vec<_>, RedisError>>()?;
            self.live.arrived(events, Timestamp::now());
        }
    }
}
