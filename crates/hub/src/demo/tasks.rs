//! A small team's task list: tasks come, are done, are opened again now and then, and go.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::{Beat, Scene};
use crate::thing::{Entity, Name, Task};

const TITLES: [&str; 24] = [
    "Renew certificate",
    "Restock Sencha",
    "Review release notes",
    "Rotate keys",
    "Answer the survey",
    "Book the meeting room",
    "Fix the flaky login test",
    "Order new keyboards",
    "Update the roadmap",
    "Back up the wiki",
    "Write the changelog",
    "Call the printer service",
    "Plan the spring release",
    "Check the fire alarm",
    "Merge the translations",
    "Water the plants",
    "Archive old tickets",
    "Draft the newsletter",
    "Upgrade the database",
    "Invite the new colleagues",
    "Test the restore",
    "Clean up the staging server",
    "Sort the bug reports",
    "Pay the hosting bill",
];
/// How many tasks there are at first, and then about.
const LIST: usize = 8;
/// Done tasks that stay on the list.
const DONE: usize = 4;

/// Oldest first in each list, and the oldest goes first: so no task outlives the events that a newcomer is told of.
struct Tasks {
    open: VecDeque<Task>,
    done: VecDeque<Task>,
    titles: VecDeque<&'static str>,
    /// Tasks made so far.
    made: usize,
}

pub(super) fn scene(rng: &mut StdRng) -> Box<dyn Scene> {
    let mut titles = TITLES;
    titles.shuffle(rng);
    Box::new(Tasks { open: VecDeque::new(), done: VecDeque::new(), titles: titles.into(), made: 0 })
}

impl Scene for Tasks {
    fn next(&mut self, _: Timestamp, rng: &mut StdRng) -> Beat {
        if self.made < LIST {
            return self.add(Duration::ZERO);
        }
        let after = Duration::from_millis(rng.random_range(3_000..7_000));
        if self.done.len() > DONE {
            return self.remove(after);
        }
        if self.open.len() + self.done.len() < LIST {
            return self.add(after);
        }
        let reopened = if rng.random_bool(0.1) { self.done.pop_back() } else { None };
        match reopened {
            Some(task) => self.reopen(after, task),
            None => self.finish(after),
        }
    }
}

impl Tasks {
    fn add(&mut self, after: Duration) -> Beat {
        self.made += 1;
        let title = self.titles.pop_front().unwrap_or(TITLES[0]);
        self.titles.push_back(title);
        let task = Task { id: format!("t{}", self.made), title: Name::own(title), done: false };
        self.open.push_back(task.clone());
        stands(after, &task)
    }

    fn finish(&mut self, after: Duration) -> Beat {
        match self.open.pop_front() {
            Some(task) => {
                let task = Task { done: true, ..task };
                self.done.push_back(task.clone());
                stands(after, &task)
            }
            None => self.add(after),
        }
    }

    fn reopen(&mut self, after: Duration, task: Task) -> Beat {
        let task = Task { done: false, ..task };
        self.open.push_front(task.clone());
        stands(after, &task)
    }

    fn remove(&mut self, after: Duration) -> Beat {
        match self.done.pop_front() {
            Some(task) => Beat { after, message: Task::gone(&task.id) },
            None => self.add(after),
        }
    }
}

fn stands(after: Duration, task: &Task) -> Beat {
    Beat { after, message: task.stands() }
}
