//! A recording looked through from end to end, before it is played.

use std::path::Path;

use super::{Played, Replay};
use crate::model::{Millis, Reason, ReplayAlert, ReplayOverview};

/// Into at most so many pieces the time is cut.
const PIECES: usize = 240;
/// At most so many alerts are listed, the first.
const MOST_ALERTS: usize = 500;

/// Looks through a recording.
pub(crate) fn overview(file: &Path, mut replay: Replay) -> ReplayOverview {
    let started = replay.started();
    let (mut density, mut ended) = (Density::new(), started);
    let (mut alerts, mut rings): (Vec<ReplayAlert>, u64) = (Vec::new(), 0);
    let mut broken = None;
    for step in replay.by_ref() {
        let step = match step {
            Ok(step) => step,
            Err(error) => {
                broken = Some(Reason { code: error.code().to_owned(), message: error.to_string() });
                break;
            }
        };
        ended = step.at;
        for played in step.played {
            match played {
                Played::Event(_) => density.count(ended - started),
                Played::Rang { alert, .. } => {
                    rings += 1;
                    if alerts.len() < MOST_ALERTS {
                        alerts.push(alert);
                    }
                }
                Played::Resolved { number, at, .. } => {
                    if let Some(alert) = alerts.get_mut(number) {
                        alert.resolved_at = Some(at);
                    }
                }
                Played::Unread(reason) => broken = Some(reason),
            }
        }
    }
    ReplayOverview {
        file: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        url: replay.url().to_owned(),
        name: replay.feed().name.clone(),
        feed: Some(replay.feed().id.clone()).filter(|_| replay.is_known()),
        view: replay.view(),
        rules: u32::try_from(replay.rules()).unwrap_or(u32::MAX),
        started,
        ended,
        events: density.events,
        piece: density.piece,
        density: density.pieces,
        rings,
        alerts,
        broken,
    }
}

/// How many events came when, in pieces of time that grow with it.
struct Density {
    piece: Millis,
    pieces: Vec<u32>,
    events: u64,
}

impl Density {
    fn new() -> Self {
        Self { piece: 1, pieces: Vec::new(), events: 0 }
    }

    fn count(&mut self, after: Millis) {
        let place = |piece| usize::try_from(after / piece).unwrap_or(0);
        while place(self.piece) >= PIECES {
            self.piece *= 2;
            self.pieces = self.pieces.chunks(2).map(|two| two.iter().sum()).collect();
        }
        let place = place(self.piece);
        if self.pieces.len() <= place {
            self.pieces.resize(place + 1, 0);
        }
        self.pieces[place] = self.pieces[place].saturating_add(1);
        self.events += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_long_it_lasts_every_event_is_counted_in_its_piece() {
        for (step, count) in [(1, 5), (1, 1000), (7, 100_000), (86_400_000, 4000)] {
            let mut density = Density::new();
            (0..count).for_each(|number| density.count(number * step));
            assert!(density.pieces.len() <= PIECES);
            assert_eq!(density.events, density.pieces.iter().map(|count| u64::from(*count)).sum::<u64>());
            let whole = density.piece / step;
            if whole > 1 {
                let even = density.pieces[..density.pieces.len() - 1]
                    .iter()
                    .all(|count| i64::from(*count).abs_diff(whole) <= 1);
                assert!(even, "{:?}", density.pieces);
            }
        }
    }
}
