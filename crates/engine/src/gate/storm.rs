//! When many ring at once: a burst over several feeds.

use std::collections::{HashSet, VecDeque};

use crate::{
    model::{AlertId, Millis, Urgency},
    store::FeedNo,
};

/// So many alerts, of so many feeds, in such a time are a storm.
const ALERTS: usize = 10;
const FEEDS: usize = 2;
const WITHIN: Millis = 2000;
/// What rang of late is taken back when a storm breaks: at most so many.
const MOST: usize = 256;
/// It is over when none came for this time, or after that one: then what is new rings again.
const CALM: Millis = 3000;
const LONGEST: Millis = 5 * 60_000;

#[derive(Debug, Default)]
pub(super) struct Storm {
    /// What rang of late.
    recent: VecDeque<Rang>,
    since: Option<Millis>,
    until: Millis,
}

/// An alert that rang.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rang {
    pub(super) at: Millis,
    pub(super) alert: AlertId,
    pub(super) feed: FeedNo,
    pub(super) title: String,
    pub(super) tag: String,
    pub(super) urgency: Urgency,
}

/// What an alert is to a storm.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Weather {
    Fair,
    /// It begins one: what rang of late belongs to it.
    Breaks {
        recent: Vec<Rang>,
        until: Millis,
    },
    /// It is one of many.
    Stormy {
        until: Millis,
    },
}

impl Storm {
    /// An alert is about to ring.
    pub(super) fn look(&mut self, rings: Rang) -> Weather {
        let now = rings.at;
        if let Some(since) = self.since.filter(|_| now < self.until) {
            self.until = (now + CALM).min(since + LONGEST);
            return Weather::Stormy { until: self.until };
        }
        self.since = None;
        while self.recent.front().is_some_and(|rang| rang.at <= now - WITHIN) || self.recent.len() >= MOST {
            self.recent.pop_front();
        }
        let feeds: HashSet<_> = self.recent.iter().map(|rang| rang.feed).chain([rings.feed]).collect();
        if self.recent.len() + 1 < ALERTS || feeds.len() < FEEDS {
            self.recent.push_back(rings);
            return Weather::Fair;
        }
        (self.since, self.until) = (Some(now), now + CALM);
        Weather::Breaks { recent: self.recent.drain(..).collect(), until: self.until }
    }

    /// Until when it lasts, as it looks now.
    pub(super) fn until(&self) -> Millis {
        self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rings(feed: FeedNo, at: Millis) -> Rang {
        Rang { at, alert: at, feed, title: String::new(), tag: at.to_string(), urgency: Urgency::Normal }
    }

    #[test]
    fn a_burst_over_several_feeds_is_a_storm_until_it_is_calm() {
        let mut storm = Storm::default();
        for number in 0..9 {
            assert_eq!(storm.look(rings(number % 2, number * 100)), Weather::Fair);
        }
        let recent = (0..9).map(|number| rings(number % 2, number * 100)).collect();
        assert_eq!(storm.look(rings(1, 900)), Weather::Breaks { recent, until: 3900 });
        assert_eq!(storm.look(rings(1, 3899)), Weather::Stormy { until: 6899 });
        assert_eq!(storm.look(rings(1, 6899)), Weather::Fair);
    }

    #[test]
    fn one_feed_is_no_storm_nor_is_what_comes_slowly() {
        let mut storm = Storm::default();
        assert!((0..1000).all(|number| storm.look(rings(1, number)) == Weather::Fair));
        let mut storm = Storm::default();
        assert!((0..1000).all(|number| storm.look(rings(number, number * 250)) == Weather::Fair));
    }

    #[test]
    fn a_storm_that_does_not_end_is_told_of_again() {
        let mut storm = Storm::default();
        let mut breaks = 0;
        for number in 0..LONGEST * 2 / 100 {
            breaks += usize::from(matches!(storm.look(rings(number % 5, number * 100)), Weather::Breaks { .. }));
        }
        assert_eq!(breaks, 2);
    }
}
