//! A price on a random walk around 61,000 USD.

use std::time::Duration;

use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;

use super::{Beat, Scene};
use crate::thing::{Money, Name, Stock, Thing};

/// What the price is drawn back to, in cents.
const HOME: i64 = 6_100_000;

struct Price {
    cents: i64,
}

pub(super) fn scene(rng: &mut StdRng) -> Box<dyn Scene> {
    Box::new(Price { cents: HOME - rng.random_range(2_000..12_000) })
}

impl Scene for Price {
    fn next(&mut self, now: Timestamp, rng: &mut StdRng) -> Beat {
        // The sum of three throws is near enough to how prices move: mostly a little, at times a lot.
        let step: i64 = (0..3).map(|_| rng.random_range(-1_500..=1_500)).sum();
        self.cents += step + (HOME - self.cents) / 80;
        let after = Duration::from_millis(rng.random_range(550..850));
        let then = now.checked_add(after).unwrap_or(now);
        let price = Money::cents(self.cents.unsigned_abs());
        let (symbol, currency) = (Name::own("BTC-USD"), Some(Name::own("USD")));
        Beat { after, message: Stock { symbol, price, currency, ts: then.as_millisecond() }.told() }
    }
}
