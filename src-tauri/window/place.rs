//! Where the window is and how large, kept for the next time that it is made: after it was closed, or in the next run.
//!
//! A part of our own: what there is for this keeps its file outside the program's data folder.

use std::{
    fs, io,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use streambell_engine::Home;
use tauri::{AppHandle, Manager, Monitor, Window};

const FILE: &str = "window.json";
/// As large as it is the first time.
const FIRST: (f64, f64) = (1280.0, 840.0);

/// A rectangle on the desktop, in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Where the window was when it was last seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Place {
    /// When it did not fill the screen.
    area: Area,
    maximised: bool,
    /// Before it had its present size.
    #[serde(skip)]
    before: Option<Area>,
}

/// Where the window is to be.
#[derive(Debug, PartialEq)]
pub(super) struct Wanted {
    pub(super) size: (f64, f64),
    /// `None`: where the desktop puts it.
    pub(super) position: Option<(f64, f64)>,
    pub(super) maximised: bool,
}

/// The place of the window, as it was seen last.
#[derive(Default)]
pub(crate) struct LastPlace(Mutex<Option<Place>>);

/// Looks where the window is now. A minimised one is where it was.
pub(super) fn look(window: &Window) {
    if window.is_minimized().unwrap_or(true) {
        return;
    }
    let Ok(maximised) = window.is_maximized() else { return };
    let place = window.state::<LastPlace>();
    let mut last = place.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(now) = area_of(window) {
        *last = seen(*last, now, maximised);
    }
}

/// What is known of the window once it was seen here. That it fills the screen may be told before or after that it is
/// maximised, and is not the size that it comes back to.
fn seen(last: Option<Place>, now: Area, maximised: bool) -> Option<Place> {
    match last {
        None if maximised => None,
        None => Some(Place { area: now, maximised, before: None }),
        Some(last) if maximised => {
            let area = if last.area == now { last.before.unwrap_or(now) } else { last.area };
            Some(Place { area, maximised, before: None })
        }
        Some(last) => {
            let same_size = (last.area.width, last.area.height) == (now.width, now.height);
            let before = if same_size { last.before } else { Some(last.area) };
            Some(Place { area: now, maximised, before })
        }
    }
}

/// Keeps what was seen last, for the next run.
pub(crate) fn keep(app: &AppHandle) {
    let last = *app.state::<LastPlace>().0.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(last) = last else { return };
    let kept = serde_json::to_vec(&last).map_err(io::Error::from).and_then(|text| fs::write(file(app), text));
    if let Err(error) = kept {
        tracing::warn!(%error, "the place of the window could not be kept");
    }
}

/// Where the window is to be: where it was, as far as that is on a screen that is there.
pub(super) fn wanted(app: &AppHandle) -> Wanted {
    let place = app.state::<LastPlace>();
    let mut last = place.0.lock().unwrap_or_else(PoisonError::into_inner);
    if last.is_none() {
        *last = fs::read(file(app)).ok().and_then(|text| serde_json::from_slice(&text).ok());
    }
    let screens: Vec<Area> = app.available_monitors().unwrap_or_default().iter().map(screen).collect();
    on_screen(*last, &screens)
}

fn file(app: &AppHandle) -> PathBuf {
    app.state::<Home>().folder().join(FILE)
}

fn area_of(window: &Window) -> Option<Area> {
    let scale = window.scale_factor().ok()?;
    let position = window.outer_position().ok()?.to_logical::<f64>(scale);
    let size = window.inner_size().ok()?.to_logical::<f64>(scale);
    Some(Area { x: position.x, y: position.y, width: size.width, height: size.height })
}

fn screen(monitor: &Monitor) -> Area {
    let (scale, free) = (monitor.scale_factor(), monitor.work_area());
    let (position, size) = (free.position.to_logical::<f64>(scale), free.size.to_logical::<f64>(scale));
    Area { x: position.x, y: position.y, width: size.width, height: size.height }
}

fn on_screen(last: Option<Place>, screens: &[Area]) -> Wanted {
    let Some(Place { area, maximised, .. }) = last else {
        return Wanted { size: FIRST, position: None, maximised: false };
    };
    let best = screens.iter().max_by(|a, b| shared(&area, a).total_cmp(&shared(&area, b)));
    let Some(screen) = best else { return Wanted { size: (area.width, area.height), position: None, maximised } };
    let size = (area.width.min(screen.width), area.height.min(screen.height));
    let inside = |at: f64, length: f64, from: f64, whole: f64| at.min(from + whole - length).max(from);
    let position = (shared(&area, screen) > 0.0)
        .then(|| (inside(area.x, size.0, screen.x, screen.width), inside(area.y, size.1, screen.y, screen.height)));
    Wanted { size, position, maximised }
}

/// What two areas have in common, in square pixels.
fn shared(a: &Area, b: &Area) -> f64 {
    let common = |a: f64, a_length: f64, b: f64, b_length: f64| (a + a_length).min(b + b_length) - a.max(b);
    common(a.x, a.width, b.x, b.width).max(0.0) * common(a.y, a.height, b.y, b.height).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT: Area = Area { x: 0.0, y: 24.0, width: 1920.0, height: 1056.0 };
    const RIGHT: Area = Area { x: 1920.0, y: 0.0, width: 1280.0, height: 800.0 };

    #[test]
    fn the_window_comes_back_to_where_it_was_and_never_off_the_screen() {
        let first = Wanted { size: FIRST, position: None, maximised: false };
        assert_eq!(on_screen(None, &[LEFT]), first);
        let cases = [
            ("where it was", (100.0, 80.0, 900.0, 600.0), (900.0, 600.0), Some((100.0, 80.0))),
            ("on the second screen", (2000.0, 50.0, 900.0, 600.0), (900.0, 600.0), Some((2000.0, 50.0))),
            ("half over the edge", (-500.0, -10.0, 900.0, 600.0), (900.0, 600.0), Some((0.0, 24.0))),
            ("too far down", (0.0, 1000.0, 900.0, 600.0), (900.0, 600.0), Some((0.0, 480.0))),
            ("larger than the screen", (2000.0, 0.0, 1900.0, 900.0), (1280.0, 800.0), Some((1920.0, 0.0))),
            ("on a screen that is gone", (9000.0, 0.0, 900.0, 600.0), (900.0, 600.0), None),
        ];
        for (what, (x, y, width, height), size, position) in cases {
            let area = Area { x, y, width, height };
            for maximised in [false, true] {
                let wanted = on_screen(Some(Place { area, maximised, before: None }), &[LEFT, RIGHT]);
                assert_eq!(wanted, Wanted { size, position, maximised }, "{what}");
            }
        }
        let area = Area { x: 5.0, y: 5.0, width: 900.0, height: 600.0 };
        let wanted = on_screen(Some(Place { area, maximised: false, before: None }), &[]);
        assert_eq!(wanted.position, None, "a desktop that names no screens");
    }

    #[test]
    fn a_maximised_window_keeps_its_own_size_whichever_is_told_first() {
        let own = Area { x: 90.0, y: 70.0, width: 760.0, height: 560.0 };
        let walk = |steps: &[(Area, bool)]| {
            let last = steps.iter().fold(None, |last, (now, maximised)| seen(last, *now, *maximised));
            last.map(|last| (last.area, last.maximised))
        };
        let state_first = [(own, false), (own, true), (LEFT, true), (LEFT, true)];
        let size_first = [(own, false), (LEFT, false), (LEFT, false), (LEFT, true), (LEFT, true)];
        for steps in [&state_first[..], &size_first] {
            assert_eq!(walk(steps), Some((own, true)));
            let back = [steps, &[(LEFT, false), (own, false)]].concat();
            assert_eq!(walk(&back), Some((own, false)));
            let again = [&back[..], &[(LEFT, false), (LEFT, true)]].concat();
            assert_eq!(walk(&again), Some((own, true)));
        }
        assert_eq!(walk(&[(LEFT, true)]), None, "its own size is not known");
    }
}
