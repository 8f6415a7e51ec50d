//! How long a feed may be silent, as its keep-alives tell.

use std::time::Duration;

use proptest::prelude::*;
use streambell_sse::{DEFAULT_IDLE, LEAST_IDLE, Rhythm};
use tokio::time::Instant;

/// The rhythm of keep-alives after these seconds each.
fn rhythm(intervals: &[u64]) -> Rhythm {
    let mut rhythm = Rhythm::default();
    let mut now = Instant::now();
    rhythm.beat(now);
    for &seconds in intervals {
        now += Duration::from_secs(seconds);
        rhythm.beat(now);
    }
    rhythm
}

fn limit(intervals: &[u64]) -> u64 {
    rhythm(intervals).idle_limit().as_secs()
}

#[test]
fn three_keep_alives_may_be_missed() {
    for (intervals, expected, why) in [
        (&[][..], 300, "no rhythm is known"),
        (&[15, 15], 300, "two intervals may be chance"),
        (&[15, 15, 15], 45, "ntfy, Mastodon"),
        (&[45; 9], 135, "ntfy"),
        (&[1; 5], 15, "what is very frequent is no reason to be nervous"),
        (&[200; 4], 600, "a slow rhythm is a longer wait than none"),
        (&[30, 30, 59, 30, 1], 90, "one that was held up, and the next that was not"),
        (&[15, 15, 15, 400, 15], 45, "a time full of events, in which none was needed"),
        (&[10, 10, 10, 60, 60, 60, 60, 60, 60, 60], 180, "the server was changed"),
    ] {
        assert_eq!(limit(intervals), expected, "{why}: {intervals:?}");
    }
}

#[test]
fn between_two_connections_there_is_no_interval() {
    let mut rhythm = rhythm(&[20, 20]);
    rhythm.restart();
    rhythm.beat(Instant::now() + Duration::from_secs(1000));
    assert_eq!(rhythm.idle_limit(), DEFAULT_IDLE);
}

#[test]
fn patience_grows_until_a_keep_alive_comes() {
    let mut rhythm = rhythm(&[20, 20, 20]);
    let mut limits = Vec::new();
    for _ in 0..5 {
        limits.push(rhythm.idle_limit().as_secs());
        rhythm.missed();
    }
    assert_eq!(limits, [60, 120, 240, 300, 300]);
    let now = Instant::now() + Duration::from_secs(1000);
    rhythm.restart();
    rhythm.beat(now);
    rhythm.beat(now + Duration::from_secs(20));
    assert_eq!(rhythm.idle_limit().as_secs(), 60);
}

proptest! {
    #[test]
    fn the_limit_is_never_shorter_than_any_interval_that_is_usual(seconds in 1u64..600, count in 3usize..20) {
        let limit = rhythm(&vec![seconds; count]).idle_limit();
        prop_assert!(limit >= LEAST_IDLE && limit >= Duration::from_secs(seconds) * 3);
    }
}
