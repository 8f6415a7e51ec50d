//! What one client may take: requests in a time, and requests at a time.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

/// A quiet client saves up for so many seconds: a page that opens all its feeds, a script that catches up.
const BURST: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// Clients that are remembered before those that are quiet are forgotten.
const REMEMBERED: usize = 4096;

/// Whom a request counts for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Client {
    /// The owner of the token of this name, wherever they are.
    Token(Arc<str>),
    /// Whoever is at this address.
    Address(IpAddr),
}

impl Client {
    /// An IPv6 client has at least a /64 of addresses to choose from, and counts as one.
    pub(crate) fn at(address: IpAddr) -> Client {
        Client::Address(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
            v4 => v4,
        })
    }
}

/// Requests a second.
#[derive(Debug)]
pub(crate) struct Rate {
    limiter: RateLimiter<Client, HashMapStateStore<Client>, Time>,
    forget_at: AtomicUsize,
}

/// The runtime's time, which tests can turn.
#[derive(Debug, Clone)]
struct Time;

impl Clock for Time {
    type Instant = std::time::Instant;

    fn now(&self) -> Self::Instant {
        Instant::now().into_std()
    }
}

impl Rate {
    pub(crate) fn new(per_second: NonZeroU32) -> Rate {
        let quota = Quota::per_second(per_second).allow_burst(per_second.saturating_mul(BURST));
        Rate { limiter: RateLimiter::hashmap_with_clock(quota, Time), forget_at: REMEMBERED.into() }
    }

    /// Counts a request, or tells how long to wait.
    pub(crate) fn spend(&self, client: &Client) -> Result<(), Duration> {
        if self.limiter.len() >= self.forget_at.load(Ordering::Relaxed) {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
            self.forget_at.store(REMEMBERED.max(2 * self.limiter.len()), Ordering::Relaxed);
        }
        self.limiter.check_key(client).map_err(|refused| refused.wait_time_from(Time.now()))
    }
}

/// Requests at a time, open streams among them.
#[derive(Debug)]
pub(crate) struct Seats {
    each: usize,
    taken: Mutex<HashMap<Client, usize>>,
}

/// Given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    seats: Arc<Seats>,
    client: Client,
}

impl Seats {
    pub(crate) fn new(each: usize) -> Arc<Seats> {
        Arc::new(Seats { each, taken: Mutex::default() })
    }

    pub(crate) fn take(self: &Arc<Seats>, client: &Client) -> Option<Seat> {
        let mut taken = self.lock();
        let of_client = taken.entry(client.clone()).or_default();
        if *of_client >= self.each {
            return None;
        }
        *of_client += 1;
        Some(Seat { seats: self.clone(), client: client.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Client, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        if let Some(of_client) = taken.get_mut(&self.client) {
            *of_client -= 1;
            if *of_client == 0 {
                taken.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> Client {
        Client::at(address.parse().unwrap())
    }

    #[test]
    fn an_ipv6_network_is_one_client() {
        assert_eq!(at("2001:db8::1"), at("2001:db8::ffff:1"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_asks_too_often_is_told_when_to_come_back() {
        let rate = Rate::new(NonZeroU32::new(2).unwrap());
        let (one, other) = (at("192.0.2.1"), Client::Token("phone".into()));
        for _ in 0..2 * BURST.get() {
            assert_eq!(rate.spend(&one), Ok(()));
        }
        assert_eq!(rate.spend(&one), Err(Duration::from_millis(500)));
        assert_eq!(rate.spend(&other), Ok(()), "another client has its own");
        tokio::time::advance(Duration::from_millis(500)).await;
        assert_eq!(rate.spend(&one), Ok(()));
        assert!(rate.spend(&one).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn clients_that_went_are_forgotten() {
        let rate = Rate::new(NonZeroU32::new(1).unwrap());
        for number in 0..100_000_u32 {
            assert_eq!(rate.spend(&Client::at(IpAddr::V4(number.into()))), Ok(()));
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert!(rate.limiter.len() <= 2 * REMEMBERED, "{}", rate.limiter.len());
    }

    #[test]
    fn a_seat_is_given_back() {
        let seats = Seats::new(2);
        let (one, other) = (at("192.0.2.1"), at("192.0.2.2"));
        let taken: Vec<_> = (0..2).map(|_| seats.take(&one).unwrap()).collect();
        assert!(seats.take(&one).is_none());
        assert!(seats.take(&other).is_some());
        drop(taken);
        assert!(seats.lock().is_empty());
        assert!(seats.take(&one).is_some());
    }
}
