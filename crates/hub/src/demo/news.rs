//! Headlines of a quiet world, in an order that chance chooses, none of them twice before all have been told.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::{Beat, Scene};
use crate::thing::{Name, Story, Thing, Words};

/// Source, headline, summary.
const STORIES: [[&str; 3]; 24] = [
    [
        "Market Wire",
        "Central bank holds rates for the third time",
        "Inflation is close to its target; the next decision is due in six weeks.",
    ],
    [
        "City Desk",
        "New timetable: night trains return in spring",
        "Three lines will run through the night from March, with sleeper cars on two.",
    ],
    [
        "Tech Courier",
        "Open-source award goes to a text editor",
        "The jury praised twenty years of patient work and a friendly community.",
    ],
    [
        "Country Post",
        "Harvest early again in the south",
        "Growers began two weeks before the usual date and expect a good year.",
    ],
    [
        "Science Daily Brief",
        "Telescope finds water vapour on a distant world",
        "The planet is twice the size of ours and circles a small red star.",
    ],
    ["City Desk", "Old harbour becomes a park", "The cranes stay, the fences go: the first part opens in summer."],
    [
        "Market Wire",
        "Tea prices rise after a dry winter",
        "Wholesale prices are up by three per cent; shops have not followed yet.",
    ],
    ["Sports Page", "Underdogs reach the cup final", "A late basket decided the game; the final is on Saturday."],
    [
        "Tech Courier",
        "Browser makers agree on a common test suite",
        "Results will be published every week for all engines.",
    ],
    ["Country Post", "Storks are back in the valley", "Volunteers counted forty pairs, the most since counting began."],
    [
        "Science Daily Brief",
        "Batteries that charge in ten minutes pass a long test",
        "After two thousand cycles they kept nine tenths of their capacity.",
    ],
    [
        "Culture Notes",
        "Lost recording of a piano concerto found in an attic",
        "Restored, it will be heard in public in the autumn.",
    ],
    [
        "City Desk",
        "Library stays open until midnight",
        "A trial with students worked so well that it becomes the rule.",
    ],
    [
        "Market Wire",
        "Small shops report the best month of the year",
        "Mild weather and a street festival brought customers back.",
    ],
    ["Sports Page", "Marathon record falls by eleven seconds", "Cool air and a fast field helped, said the winner."],
    [
        "Tech Courier",
        "Programming language turns ten, adds no new syntax",
        "The team calls it the most popular release so far.",
    ],
    [
        "Culture Notes",
        "Museum shows maps that never were",
        "Imaginary islands and wrong coasts, drawn with great care.",
    ],
    [
        "Science Daily Brief",
        "Why cats knead: a new study has an answer",
        "The habit seems to outlast its use, the authors write.",
    ],
    [
        "Country Post",
        "Bridge over the gorge reopens after repairs",
        "It carries walkers and bicycles; cars take the new road.",
    ],
    ["City Desk", "Trams get a second life as garden houses", "All twelve were sold within a day of the announcement."],
    [
        "Market Wire",
        "Exchange opens an hour earlier from next month",
        "The change follows a request of regional brokers.",
    ],
    ["Sports Page", "Chess club of a village wins the league", "Four of its eight players are from one family."],
    [
        "Tech Courier",
        "Data centre heats a swimming pool",
        "The water is warm all year, and the bill is half of what it was.",
    ],
    [
        "Culture Notes",
        "A novel written in letters wins the readers' prize",
        "The author answered every letter she received for it.",
    ],
];

struct News {
    to_come: VecDeque<usize>,
    told: u32,
}

pub(super) fn scene(_: &mut StdRng) -> Box<dyn Scene> {
    Box::new(News { to_come: VecDeque::new(), told: 0 })
}

impl Scene for News {
    fn next(&mut self, now: Timestamp, rng: &mut StdRng) -> Beat {
        if self.to_come.is_empty() {
            let mut order: Vec<_> = (0..STORIES.len()).collect();
            order.shuffle(rng);
            self.to_come = order.into();
        }
        let [source, title, summary] = STORIES[self.to_come.pop_front().unwrap_or(0)];
        self.told += 1;
        let after = Duration::from_millis(rng.random_range(16_000..24_000));
        let then = now.checked_add(after).unwrap_or(now);
        let story = Story {
            title: Name::own(title),
            source: Some(Name::own(source)),
            summary: Some(Words::own(summary)),
            url: Some(Words::own(format!("https://example.com/news/{}", self.told))),
            ts: then.as_millisecond(),
        };
        Beat { after, message: story.told() }
    }
}
