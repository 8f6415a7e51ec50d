//! `replay`: plays a recording through mapping and rules, and prints what comes of it.

use std::{
    io::{self, Write},
    time::Duration,
};

use jiff::Timestamp;
use serde::Serialize;
use streambell_engine::{
    Answer, Home, Notification, Notifier, Pace, Played, Replay, ReplayOf,
    model::{Event, Millis, Reading, ReplayAlert, RuleId, Urgency},
};
use tokio::{sync::watch, time::timeout};

use crate::{
    args,
    control::Request,
    desktop_notify::{DesktopNotifier, Feedback},
    failure::Failure,
    program::{self, Program},
    source,
};

/// So long the desktop may take for what is left to show.
const PATIENCE: Duration = Duration::from_secs(10);

/// One line of output.
#[derive(Serialize)]
#[serde(untagged)]
enum Line<'a> {
    /// As `watch` prints it, and what it was understood as.
    Event {
        event: &'a str,
        data: &'a str,
        id: &'a str,
        time: String,
        readings: &'a [Reading],
    },
    Alert {
        alert: usize,
        title: &'a str,
        body: &'a str,
        rule: Option<&'a RuleId>,
        urgency: Urgency,
        time: String,
    },
    Resolved {
        resolved: usize,
        title: &'a str,
        time: String,
    },
}

/// Ends with the recording, or when the output's reader has seen enough.
pub(crate) async fn replay(args: args::Replay) -> Result<(), Failure> {
    let home = program::home()?;
    let rules = args.rules.as_deref().map(source::read).transpose()?;
    let replay = Replay::open(&home, &ReplayOf { file: args.file, feed: args.feed.clone(), rules })?;
    let started = replay.started();
    let mut stage = Stage {
        name: replay.feed().name.clone(),
        bell: args.notify.then(Bell::new),
        history: History::open(&home, args.feed.filter(|_| args.history)).await?,
        events: 0,
        alerts: 0,
        ended: started,
    };
    eprintln!("playing {} as '{}' with {}", replay.url(), stage.name, counted(replay.rules() as u64, "rule"));
    let played = stage.play(replay, Pace::new(args.speed, started)).await;
    if let Some(bell) = stage.bell {
        bell.finish().await;
    }
    if let Some(history) = stage.history {
        history.program.leave().await;
    }
    let (events, alerts) = (counted(stage.events, "event"), counted(stage.alerts, "alert"));
    eprintln!("{events} in {}, {alerts}", lasting(stage.ended - started));
    played
}

/// What a recording is played on.
struct Stage {
    name: String,
    bell: Option<Bell>,
    history: Option<History>,
    events: u64,
    alerts: u64,
    ended: Millis,
}

impl Stage {
    async fn play(&mut self, replay: Replay, pace: Pace) -> Result<(), Failure> {
        for step in replay {
            let step = step?;
            pace.wait_for(step.at).await;
            self.ended = step.at;
            step.played.iter().for_each(|played| self.tell(played));
            if let Some(history) = &mut self.history {
                history.take(&step.played).await?;
            }
            print(&step.played)?;
        }
        Ok(())
    }

    fn tell(&mut self, played: &Played) {
        match played {
            Played::Event(_) => self.events += 1,
            Played::Rang { alert, .. } => {
                self.alerts += 1;
                if let Some(bell) = &self.bell {
                    bell.ring(notification(alert, &self.name));
                }
            }
            Played::Resolved { .. } => {}
            Played::Unread(reason) => eprintln!("{}", reason.message),
        }
    }
}

/// Shows what rings.
struct Bell {
    notifier: DesktopNotifier,
    /// How many wait for the desktop.
    waiting: watch::Sender<usize>,
}

impl Bell {
    fn new() -> Self {
        let waiting = watch::Sender::new(0_usize);
        let answered = waiting.clone();
        let notifier = DesktopNotifier::start(move |news| match news {
            Feedback::Trouble(reason) => eprintln!("{}", reason.message),
            Feedback::Answered { answer: Answer::Shown | Answer::Failed(_) | Answer::Overtaken, .. } => {
                answered.send_modify(|waiting| *waiting = waiting.saturating_sub(1));
            }
            Feedback::Answered { .. } | Feedback::Works => {}
        });
        Self { notifier, waiting }
    }

    fn ring(&self, notification: Notification) {
        self.waiting.send_modify(|waiting| *waiting += 1);
        self.notifier.notify(notification);
    }

    /// Until everything is shown, or cannot be.
    async fn finish(self) {
        let mut waiting = self.waiting.subscribe();
        // A desktop that hangs has been told of.
        let _ = timeout(PATIENCE, waiting.wait_for(|waiting| *waiting == 0)).await;
    }
}

/// Where events go, if they are to be kept.
struct History {
    program: Program,
    feed: String,
}

impl History {
    async fn open(home: &Home, feed: Option<String>) -> Result<Option<Self>, Failure> {
        let Some(feed) = feed else { return Ok(None) };
        Ok(Some(Self { program: Program::reach(home).await?, feed }))
    }

    async fn take(&mut self, played: &[Played]) -> Result<(), Failure> {
        let event = |played: &Played| match played {
            Played::Event(event) => Some(Event::clone(event)),
            _ => None,
        };
        let events: Vec<Event> = played.iter().filter_map(event).collect();
        if events.is_empty() {
            return Ok(());
        }
        Ok(self.program.ask(Request::TakeIn { feed: self.feed.clone(), events }).await?)
    }
}

/// Prints what came together, together: one write.
fn print(played: &[Played]) -> io::Result<()> {
    let mut lines = Vec::new();
    for played in played {
        let line = match played {
            Played::Event(event) => {
                let Event { event: name, data, id, at, readings, .. } = &**event;
                Line::Event { event: name, data, id, time: time(*at), readings }
            }
            Played::Rang { number, alert: ReplayAlert { at, rule, title, body, urgency, .. } } => {
                Line::Alert { alert: *number, title, body, rule: rule.as_ref(), urgency: *urgency, time: time(*at) }
            }
            Played::Resolved { number, title, at } => Line::Resolved { resolved: *number, title, time: time(*at) },
            Played::Unread(_) => continue,
        };
        serde_json::to_writer(&mut lines, &line)?;
        lines.push(b'\n');
    }
    if lines.is_empty() {
        return Ok(());
    }
    let mut output = io::stdout();
    output.write_all(&lines)?;
    output.flush()
}

/// One that is about nothing that is kept: a click on it leads nowhere.
fn notification(alert: &ReplayAlert, feed: &str) -> Notification {
    let rule = alert.rule.as_ref().map_or("", |rule| &rule.0);
    Notification {
        tag: format!("replay/{rule}/{}", alert.title),
        urgency: alert.urgency,
        ..Notification::plain(format!("{feed}: {}", alert.title), alert.body.clone())
    }
}

fn time(at: Millis) -> String {
    Timestamp::from_millisecond(at).map(|at| format!("{at:.3}")).unwrap_or_default()
}

/// `1 event`, `1,204 events`.
fn counted(count: u64, what: &str) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {what}{}", if count == 1 { "" } else { "s" })
}

/// `5 min 3 s`.
fn lasting(millis: Millis) -> String {
    let seconds = millis / 1000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}.{} s", millis % 1000 / 100),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_times_are_told_as_people_write_them() {
        for (count, told) in [(0, "0 events"), (1, "1 event"), (999, "999 events"), (1_204_000, "1,204,000 events")] {
            assert_eq!(counted(count, "event"), told);
        }
        for (millis, told) in [(0, "0.0 s"), (59_940, "59.9 s"), (303_000, "5 min 3 s"), (7_260_000, "2 h 1 min")] {
            assert_eq!(lasting(millis), told);
        }
    }
}
