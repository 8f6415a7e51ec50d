//! The waits between attempts, as tables.

use std::time::Duration;

use streambell_sse::Backoff;

fn seconds(waits: impl IntoIterator<Item = Duration>) -> Vec<f64> {
    waits.into_iter().map(|wait| (wait.as_secs_f64() * 1000.0).round() / 1000.0).collect()
}

fn failures(asked: Option<u64>, chance: f64) -> Vec<f64> {
    let mut backoff = Backoff::default();
    if let Some(milliseconds) = asked {
        backoff.set_base(Duration::from_millis(milliseconds));
    }
    seconds((0..8).map(|_| backoff.after_failure(chance)))
}

#[test]
fn failures_wait_between_the_base_and_its_doublings() {
    let nearly = 0.999_999_999;
    assert_eq!(failures(None, 0.0), [1.0; 8]);
    assert_eq!(failures(None, 0.5), [1.5, 2.5, 4.5, 8.5, 16.5, 30.5, 30.5, 30.5]);
    assert_eq!(failures(None, nearly), [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]);
    assert_eq!(failures(Some(5000), nearly), [10.0, 20.0, 40.0, 60.0, 60.0, 60.0, 60.0, 60.0]);
    // A server that asks for more than the longest wait gets it, still spread a little.
    assert_eq!(failures(Some(120_000), 0.0), [120.0; 8]);
    assert_eq!(failures(Some(120_000), nearly), [150.0; 8]);
}

#[test]
fn the_servers_wish_is_clamped() {
    let base = |milliseconds| {
        let mut backoff = Backoff::default();
        backoff.set_base(Duration::from_millis(milliseconds));
        backoff.after_end(0.0)
    };
    assert_eq!(
        seconds([0, 10, 999, 1000, 4000, 300_000, 300_001, u64::MAX].map(base)),
        [1.0, 1.0, 1.0, 1.0, 4.0, 300.0, 300.0, 300.0]
    );
}

#[test]
fn a_clean_end_is_no_failure() {
    let mut backoff = Backoff::default();
    assert_eq!(seconds((0..4).map(|_| backoff.after_end(0.0))), [1.0; 4]);
    assert_eq!(seconds([backoff.after_end(0.5)]), [1.125]);
    assert_eq!(backoff.failures(), 0);
    backoff.after_failure(0.0);
    backoff.after_failure(0.0);
    assert_eq!(backoff.failures(), 2);
    backoff.recovered();
    assert_eq!(seconds([backoff.after_failure(0.5)]), [1.5]);
}

#[test]
fn retry_after_is_a_lower_bound_and_has_an_upper_one() {
    let mut backoff = Backoff::default();
    assert_eq!(seconds([backoff.after_refusal(Duration::from_secs(120), 0.0)]), [120.0]);
    assert_eq!(seconds([backoff.after_refusal(Duration::ZERO, 0.5)]), [2.5]);
    let year = Duration::from_secs(365 * 24 * 3600);
    assert_eq!(backoff.after_refusal(year, 0.0), Duration::from_secs(24 * 3600));
    // 1,000 feeds that were told the same do not come back in step.
    assert!(backoff.after_refusal(Duration::from_secs(100), 0.8) >= Duration::from_secs(119));
}

#[test]
fn any_number_of_failures_is_fine() {
    let mut backoff = Backoff::default();
    backoff.set_base(Duration::from_secs(300));
    let longest = (0..10_000).map(|_| backoff.after_failure(0.999)).max().unwrap();
    assert!(longest <= Duration::from_secs(375), "{longest:?}");
}
