//! A basketball game, possession by possession; after the final whistle another one.

use std::time::Duration;

use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;

use super::{Beat, Scene};
use crate::thing::{self, Name, Thing, Words};

const QUARTER: u32 = 12 * 60;
const OVERTIME: u32 = 5 * 60;
/// Between two games.
const PAUSE: Duration = Duration::from_secs(20);

struct Game {
    home: u32,
    away: u32,
    /// 1 to 4, then overtimes.
    period: u32,
    /// Seconds left in the period.
    clock: u32,
    home_has_ball: bool,
    over: bool,
}

pub(super) fn scene(_: &mut StdRng) -> Box<dyn Scene> {
    Box::new(Game::new())
}

impl Scene for Game {
    fn next(&mut self, _: Timestamp, rng: &mut StdRng) -> Beat {
        if self.over {
            *self = Game::new();
            return self.to_beat(PAUSE, "tip-off");
        }
        let last = if self.clock == 0 { self.whistle().to_owned() } else { self.possession(rng) };
        self.to_beat(Duration::from_millis(rng.random_range(1_800..3_200)), &last)
    }
}

impl Game {
    fn new() -> Game {
        Game { home: 0, away: 0, period: 1, clock: QUARTER, home_has_ball: true, over: false }
    }

    /// What happens when a period has run out.
    fn whistle(&mut self) -> &'static str {
        if self.period >= 4 && self.home != self.away {
            self.over = true;
            return if self.home > self.away { "home wins" } else { "away wins" };
        }
        self.period += 1;
        self.clock = if self.period > 4 { OVERTIME } else { QUARTER };
        match self.period {
            3 => "second half",
            2 | 4 => "next quarter",
            _ => "overtime",
        }
    }

    fn possession(&mut self, rng: &mut StdRng) -> String {
        self.clock = self.clock.saturating_sub(rng.random_range(8..=24));
        let team = if self.home_has_ball { "home" } else { "away" };
        let points = match rng.random_range(0..100) {
            0..36 => 2,
            36..48 => 3,
            48..54 => 1,
            _ => 0,
        };
        *if self.home_has_ball { &mut self.home } else { &mut self.away } += points;
        self.home_has_ball = !self.home_has_ball;
        if points > 0 {
            return format!("{team} +{points}");
        }
        let what = ["misses", "loses the ball", "misses, rebound lost", "timeout"];
        format!("{team} {}", what[rng.random_range(0..what.len())])
    }

    fn to_beat(&self, after: Duration, last: &str) -> Beat {
        let period = match self.period {
            _ if self.over => "Final".to_owned(),
            quarter @ 1..=4 => format!("Q{quarter}"),
            5 => "OT".to_owned(),
            more => format!("OT{}", more - 4),
        };
        let clock = format!("{:02}:{:02}", self.clock / 60, self.clock % 60);
        let game = thing::Game {
            home: Name::own("Home"),
            away: Name::own("Away"),
            home_score: self.home,
            away_score: self.away,
            period: Some(Name::own(period)),
            clock: Some(Name::own(clock)),
            status: None,
            last: Some(Words::own(last.to_owned())),
        };
        Beat { after, message: game.told() }
    }
}
