//! One event to many subscribers, beside nginx with nchan: `cargo bench -p streambell-benches --bench fanout`.
//!
//! nginx has one worker, as nchan keeps its channels in one; the hub runs as the program embeds it (its events in a
//! folder) and on a Redis. Each server is a process of its own, and the same client reads them all, in turn. Memory is
//! PSS as Linux counts it; a subscriber is a bare socket whose bytes are counted.

mod crowd;
mod publisher;
mod servers;

use std::time::{Duration, Instant};

use crowd::Crowd;
use publisher::Publisher;
use servers::{Kind, Server};

/// Subscribers of the rounds that measure events.
const SUBSCRIBERS: usize = 1_000;
/// Subscribers of the round that measures memory.
const HELD: usize = 10_000;
/// Events published as fast as the server takes them, by so many publishers at a time.
const STORM: usize = 1_000;
const PUBLISHERS: usize = 16;
/// Events published at a steady pace.
const STEADY: usize = 600;
const PACE: Duration = Duration::from_millis(10);
const ROUNDS: usize = 3;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(role) = arguments.iter().position(|argument| argument == servers::ROLE) {
        return servers::serve(&arguments[role + 1..]);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(compare())
}

async fn compare() -> Result<()> {
    println!(
        "{:>16} {:>14} {:>22} {:>10} {:>10} {:>10} {:>16}",
        "", "events/s taken", "deliveries/s (storm)", "p50, ms", "p99, ms", "most, ms", "KiB a subscriber"
    );
    for round in 0..ROUNDS {
        for kind in Kind::ALL {
            let (storm, steady) = events(kind).await?;
            // Memory does not change from round to round.
            let held = if round == 0 { format!("{:.1}", held(kind).await?) } else { String::new() };
            println!(
                "{:>16} {:>14.0} {:>22.0} {:>10.2} {:>10.2} {:>10.2} {held:>16}",
                kind.name(),
                storm.taken,
                storm.delivered,
                steady.at(0.50),
                steady.at(0.99),
                steady.at(1.0),
            );
        }
    }
    Ok(())
}

/// Events a second.
struct Storm {
    taken: f64,
    delivered: f64,
}

/// Milliseconds from publishing to receipt, in order.
struct Latencies(Vec<f64>);

impl Latencies {
    fn at(&self, share: f64) -> f64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place"
        )]
        let place = (self.0.len() as f64 * share).ceil() as usize;
        self.0[place.clamp(1, self.0.len()) - 1]
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
async fn events(kind: Kind) -> Result<(Storm, Latencies)> {
    let server = Server::start(kind)?;
    let crowd = Crowd::gather(&server, SUBSCRIBERS).await?;
    let publisher = Publisher::new(&server);
    publisher.publish(&crowd.stamp()).await?;
    crowd.until(SUBSCRIBERS).await;
    crowd.forget();

    crowd
        .while_reading(async {
            for _ in 0..STEADY {
                publisher.publish(&crowd.stamp()).await?;
                tokio::time::sleep(PACE).await;
            }
            Ok::<_, Box<dyn std::error::Error>>(())
        })
        .await?;
    crowd.until(STEADY * SUBSCRIBERS).await;
    let steady = Latencies(crowd.latencies());
    crowd.forget();

    let start = Instant::now();
    let publishers = (0..PUBLISHERS).map(|_| async {
        let publisher = Publisher::new(&server);
        for _ in 0..STORM / PUBLISHERS {
            publisher.publish(&crowd.stamp()).await?;
        }
        Ok::<_, Box<dyn std::error::Error>>(())
    });
    crowd.while_reading(futures_util::future::try_join_all(publishers)).await?;
    let count = STORM / PUBLISHERS * PUBLISHERS;
    let taken = count as f64 / start.elapsed().as_secs_f64();
    crowd.until(count * SUBSCRIBERS).await;
    let delivered = (count * SUBSCRIBERS) as f64 / start.elapsed().as_secs_f64();
    Ok((Storm { taken, delivered }, steady))
}

/// KiB that each of many subscribers costs the server, after one event.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
async fn held(kind: Kind) -> Result<f64> {
    let server = Server::start(kind)?;
    let publisher = Publisher::new(&server);
    publisher.publish("before").await?;
    let before = server.pss_kib()?;
    let crowd = Crowd::gather(&server, HELD).await?;
    publisher.publish(&crowd.stamp()).await?;
    crowd.until(HELD).await;
    Ok((server.pss_kib()? - before) / HELD as f64)
}
