//! What waits to be shown or taken back: bounded, and of each tag only the newest, at most one each [`PACE`].

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use streambell_engine::Notification;
use tokio::{
    sync::Notify,
    time::{Duration, Instant, sleep_until},
};

/// Notifications that may wait. The engine's flood gate keeps bursts far below; what exceeds even this is refused, and
/// is in the window all the same.
const WAITING: usize = 256;
/// Withdrawals are small, and one that is lost leaves something on the screen that is no longer so: there is room for
/// them where there is none for notifications.
const WAITING_WITHDRAWALS: usize = 2 * WAITING;
/// Between two updates of the same tag: a job that reports each per cent does not flood the desktop, and nobody reads
/// faster.
const PACE: Duration = Duration::from_millis(250);
/// What was over at once is on the screen for so long all the same: else nobody could tell what flashed there.
const SEEN: Duration = Duration::from_secs(4);

/// What is asked of the desktop.
#[derive(Debug)]
pub(super) enum Job {
    /// Show this; in place of what is on the screen under its tag.
    Show(Box<Notification>),
    /// Take back what is on the screen under this tag.
    Withdraw(String),
    /// The same, once it has been seen.
    Over(String),
}

impl Job {
    fn tag(&self) -> &str {
        match self {
            Self::Show(notification) => &notification.tag,
            Self::Withdraw(tag) | Self::Over(tag) => tag,
        }
    }
}

/// Between those who announce and the task that talks to the desktop.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    line: Mutex<Line>,
    news: Notify,
}

impl Outbox {
    /// Gives a job back if too many wait. A notification about something else whose place it took is given too.
    pub(super) fn put(&self, job: Job) -> Result<Option<Box<Notification>>, Job> {
        let overtaken = self.line().put(job)?;
        self.news.notify_one();
        Ok(overtaken)
    }

    /// Nothing more will come; what waits is due at once.
    pub(super) fn close(&self) {
        self.line().closed = true;
        self.news.notify_one();
    }

    /// The next job when it is due; `None` at the end. Dropping the future loses nothing.
    pub(super) async fn next(&self) -> Option<Job> {
        loop {
            let due = match self.line().take(Instant::now()) {
                Next::Job(job) => return Some(job),
                Next::At(due) => Some(due),
                Next::Nothing => None,
                Next::End => return None,
            };
            tokio::select! {
                () = self.news.notified() => {}
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {}
            }
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // What a panic elsewhere left is whole: each change is one step.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
enum Next {
    Job(Job),
    At(Instant),
    Nothing,
    End,
}

#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<Job>,
    /// When each tag was last shown, for as long as that matters.
    shown: HashMap<String, Instant>,
    /// Tags whose waiting notification is over by now.
    over: HashSet<String>,
    closed: bool,
}

impl Line {
    fn put(&mut self, mut job: Job) -> Result<Option<Box<Notification>>, Job> {
        let Some(place) = self.waiting.iter_mut().find(|waiting| waiting.tag() == job.tag()) else {
            let room = if matches!(job, Job::Show(_)) { WAITING } else { WAITING_WITHDRAWALS };
            if self.waiting.len() >= room {
                return Err(job);
            }
            self.waiting.push_back(job);
            return Ok(None);
        };
        match (&*place, &mut job) {
            (Job::Show(_), Job::Over(tag)) => {
                self.over.insert(std::mem::take(tag));
                return Ok(None);
            }
            (Job::Withdraw(_), Job::Over(_)) => return Ok(None),
            // What would have been heard is heard.
            (Job::Show(older), Job::Show(newer)) => newer.sound = louder(newer.sound, older.sound),
            _ => {}
        }
        self.over.remove(job.tag());
        let about = if let Job::Show(newer) = &job { Some(newer.alert) } else { None };
        match std::mem::replace(place, job) {
            Job::Show(older) if Some(older.alert) != about => Ok(Some(older)),
            _ => Ok(None),
        }
    }

    fn take(&mut self, now: Instant) -> Next {
        if self.closed {
            return self.waiting.pop_front().map_or(Next::End, Next::Job);
        }
        self.shown.retain(|_, shown| *shown + SEEN > now);
        let due = |job: &Job| {
            let rest = match job {
                Job::Show(_) => PACE,
                Job::Over(_) => SEEN,
                Job::Withdraw(_) => return None,
            };
            self.shown.get(job.tag()).map(|shown| *shown + rest).filter(|due| *due > now)
        };
        if let Some(index) = self.waiting.iter().position(|job| due(job).is_none()) {
            let job = self.waiting.remove(index);
            if let Some(Job::Show(notification)) = &job {
                self.shown.insert(notification.tag.clone(), now);
                if let Some(tag) = self.over.take(&notification.tag) {
                    self.waiting.push_back(Job::Over(tag));
                }
            }
            return job.map_or(Next::Nothing, Next::Job);
        }
        self.waiting.iter().filter_map(due).min().map_or(Next::Nothing, Next::At)
    }
}

fn louder(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (None, _) | (_, None) => None,
        (Some(false), Some(false)) => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(tag: &str, title: &str) -> Job {
        Job::Show(Box::new(Notification { tag: tag.into(), ..Notification::plain(title, "") }))
    }

    fn taken(next: Next) -> String {
        match next {
            Next::Job(Job::Show(notification)) => notification.title,
            Next::Job(Job::Withdraw(tag) | Job::Over(tag)) => format!("not {tag}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_newer_one_takes_the_place_of_what_waits_under_its_tag() {
        let (mut line, now) = (Line::default(), Instant::now());
        for job in [show("a", "1"), show("b", "2"), show("a", "3"), Job::Withdraw("b".into())] {
            line.put(job).unwrap();
        }
        assert_eq!(taken(line.take(now)), "3");
        assert_eq!(taken(line.take(now)), "not b");
        assert!(matches!(line.take(now), Next::Nothing));
    }

    #[test]
    fn a_sound_that_was_to_be_heard_is_heard() {
        let (mut line, now) = (Line::default(), Instant::now());
        let loud = Notification { sound: Some(true), ..Notification::plain("1", "") };
        line.put(Job::Show(Box::new(loud))).unwrap();
        line.put(show("plain", "2")).unwrap();
        assert!(
            matches!(line.take(now), Next::Job(Job::Show(shown)) if shown.title == "2" && shown.sound == Some(true))
        );
    }

    #[test]
    fn a_tag_waits_for_its_turn_while_others_pass() {
        let (mut line, now) = (Line::default(), Instant::now());
        line.put(show("a", "1")).unwrap();
        assert_eq!(taken(line.take(now)), "1");
        line.put(show("a", "2")).unwrap();
        line.put(show("b", "3")).unwrap();
        assert_eq!(taken(line.take(now)), "3");
        assert!(matches!(line.take(now), Next::At(due) if due == now + PACE));
        assert_eq!(taken(line.take(now + PACE)), "2");
        line.put(Job::Withdraw("a".into())).unwrap();
        assert_eq!(taken(line.take(now + PACE)), "not a", "what is no longer so goes at once");
    }

    #[test]
    fn what_is_over_at_once_is_seen_all_the_same() {
        let (mut line, now) = (Line::default(), Instant::now());
        line.put(show("a", "1")).unwrap();
        line.put(Job::Over("a".into())).unwrap();
        assert_eq!(taken(line.take(now)), "1");
        assert!(matches!(line.take(now), Next::At(due) if due == now + SEEN));
        line.put(show("a", "again")).unwrap();
        assert_eq!(taken(line.take(now + PACE)), "again");
        assert!(matches!(line.take(now + SEEN), Next::Nothing), "it goes on");
        line.put(Job::Over("a".into())).unwrap();
        assert_eq!(taken(line.take(now + PACE + SEEN)), "not a");
        line.put(Job::Over("b".into())).unwrap();
        assert_eq!(taken(line.take(now)), "not b", "it has been there for long");
    }

    #[test]
    fn what_was_overtaken_is_given_back() {
        let mut line = Line::default();
        let about = |alert| Job::Show(Box::new(Notification { alert, tag: "a".into(), ..Notification::plain("", "") }));
        assert!(line.put(about(1)).unwrap().is_none());
        assert!(line.put(about(1)).unwrap().is_none(), "it is the same alert");
        assert_eq!(line.put(about(2)).unwrap().unwrap().alert, 1);
        assert!(line.put(Job::Over("a".into())).unwrap().is_none());
        assert_eq!(line.put(Job::Withdraw("a".into())).unwrap().unwrap().alert, 2);
    }

    #[test]
    fn few_wait_and_at_the_end_none() {
        let (mut line, now) = (Line::default(), Instant::now());
        for number in 0..WAITING {
            line.put(show(&number.to_string(), "")).unwrap();
        }
        assert!(line.put(show("one more", "")).is_err());
        line.put(show("7", "the newest")).unwrap();
        line.put(Job::Withdraw("one more".into())).unwrap();
        line.closed = true;
        let count = std::iter::from_fn(|| matches!(line.take(now), Next::Job(_)).then_some(())).count();
        assert_eq!(count, WAITING + 1);
        assert!(matches!(line.take(now), Next::End));
    }
}
