//! Recordings by hand, played.

use std::{fs, time::Duration};

use tempfile::TempDir;
use tokio::time::Instant;

use super::{Pace, Played, Player, Replay, ReplayOf, Speed, overview};
use crate::{
    home::Home,
    model::{Millis, ReplayNews, View},
};

/// 2026-01-31T12:00:00Z.
const STARTED: Millis = 1_769_860_800_000;

struct Stage(TempDir);

impl Stage {
    /// A recording of these lines, of a feed with these settings.
    fn of(feed: &str, lines: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let head = format!(
            r#"{{"recording":"streambell","version":1,"started":"2026-01-31T12:00:00Z","url":"http://a.example/","feed":{feed}}}"#
        );
        fs::write(folder.path().join("it.jsonl"), format!("{head}\n{}\n", lines.join("\n"))).unwrap();
        Self(folder)
    }

    fn open(&self, rules: &str) -> Replay {
        let file = self.0.path().join("it.jsonl");
        let rules = Some(format!(r#"{{"version":1,"rules":[{rules}]}}"#));
        let home = Home::locate(Some(self.0.path().join("data"))).unwrap();
        Replay::open(&home, &ReplayOf { file, feed: None, rules }).unwrap()
    }

    /// What is played, in a word each, with its second.
    fn told(&self, rules: &str) -> Vec<String> {
        let told = |played: Played| match played {
            Played::Event(event) => format!("{} {}", second(event.at), event.data),
            Played::Rang { alert, .. } => format!("{} rings {}", second(alert.at), alert.title),
            Played::Resolved { title, at, .. } => format!("{} resolves {title}", second(at)),
            Played::Unread(reason) => reason.code,
        };
        self.open(rules).flat_map(|step| step.unwrap().played).map(told).collect()
    }
}

fn second(at: Millis) -> f64 {
    (at - STARTED) as f64 / 1000.0
}

#[test]
fn time_alone_rings_at_its_own_moment_and_no_later_than_the_recording() {
    let stage = Stage::of(
        r#"{"name":"Beat"}"#,
        &[
            r#"{"at":0,"text":"data: 1\n\n"}"#,
            r#"{"at":14000,"text":"data: 2\n\n"}"#,
            r#"{"at":30500,"text":": hi\n\n"}"#,
        ],
    );
    let silent = r#"{"name":"Silent","when":{"silent_for":"10s"}}"#;
    assert_eq!(
        stage.told(silent),
        ["0 1", "10 rings Silent", "14 2", "14 resolves Silent", "24 rings Silent"].map(str::to_owned).to_vec()
    );
    let held = r#"{"name":"Held","when":{"value":{"above":1}},"for":"20s"}"#;
    assert_eq!(stage.told(held), ["0 1", "14 2"], "the recording ends before");
}

#[test]
fn what_a_server_sends_again_is_played_once() {
    let stage = Stage::of(
        r#"{"notify":"all"}"#,
        &[
            r#"{"at":0,"open":{"status":200}}"#,
            r#"{"at":1000,"text":"id: 1\ndata: a\n\nid: 2\ndata: b\n\n"}"#,
            r#"{"at":2000,"end":"cut"}"#,
            r#"{"at":3000,"open":{"status":200}}"#,
            r#"{"at":4000,"text":"id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n"}"#,
        ],
    );
    assert_eq!(stage.told(""), ["1 a", "1 rings a.example", "1 b", "1 rings a.example", "4 c", "4 rings a.example"]);
}

#[test]
fn what_is_too_large_is_told_and_the_next_connection_goes_on() {
    let stage = Stage::of(
        r#"{"limits":{"max_event_bytes":20}}"#,
        &[
            r#"{"at":0,"text":"data: a\n\ndata: 0123456789012345678901234567890123456789\n\n"}"#,
            r#"{"at":1,"open":{"status":200}}"#,
            r#"{"at":1000,"text":"data: b\n\n"}"#,
        ],
    );
    assert_eq!(stage.told(""), ["0 a", "event_too_large", "1 b"]);
}

#[test]
fn a_recording_is_looked_through() {
    let mut lines: Vec<String> =
        (0..100).map(|at| format!(r#"{{"at":{},"text":"data: {{\"price\":{at}}}\n\n"}}"#, at * 1000)).collect();
    lines.push(r#"{"at":120000,"end":"over"}"#.into());
    lines.push(r#"{"at":1,"end":"before"}"#.into());
    let stage = Stage::of(r#"{"name":"Prices","id":"prices"}"#, &lines.iter().map(String::as_str).collect::<Vec<_>>());
    let rule = r#"{"name":"High","when":{"value":{"crosses_above":50}},"until":{"value":{"above":60}}}"#;
    let seen = overview(std::path::Path::new("/a/it.jsonl"), stage.open(rule));
    assert_eq!(
        (seen.file.as_str(), seen.name.as_str(), seen.url.as_str()),
        ("it.jsonl", "Prices", "http://a.example/")
    );
    assert_eq!((seen.feed, seen.view, seen.rules), (None, View::Price, 1));
    assert_eq!((seen.started, seen.ended), (STARTED, STARTED + 120_000));
    assert_eq!((seen.events, seen.density.iter().sum::<u32>()), (100, 100));
    assert_eq!((seen.rings, seen.alerts.len()), (1, 1));
    assert_eq!((second(seen.alerts[0].at), seen.alerts[0].resolved_at.map(second)), (51.0, Some(61.0)));
    assert_eq!(seen.broken.unwrap().code, "bad_recording");
}

#[test]
fn settings_that_are_not_understood_are_told() {
    for feed in [r#"{"map":{"value":"$["}}"#, r#"{"view":"none"}"#, r#"{"colour":"red"}"#] {
        let stage = Stage::of(feed, &[]);
        let file = stage.0.path().join("it.jsonl");
        let home = Home::locate(Some(stage.0.path().join("data"))).unwrap();
        let error = Replay::open(&home, &ReplayOf { file, ..ReplayOf::default() }).err().unwrap();
        assert_eq!(error.code(), "bad_recording", "{feed}");
        assert!(error.to_string().contains("Choose one of your feeds"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn speed_is_how_many_times_as_fast() {
    for (speed, took) in [("1", 3_000_000), ("10x", 300_000), ("100", 30_000), ("max", 0)] {
        let began = Instant::now();
        let pace = Pace::new(speed.parse().unwrap(), STARTED);
        pace.wait_for(STARTED + 1_000_000).await;
        pace.wait_for(STARTED + 3_000_000).await;
        pace.wait_for(STARTED).await;
        assert_eq!(began.elapsed(), Duration::from_millis(took), "{speed}");
    }
    for wrong in ["0", "101", "-1", "1.5", "", "fast"] {
        assert!(wrong.parse::<Speed>().is_err(), "{wrong}");
    }
}

/// All frames: the position in seconds, the data, and how many were left out; and how long it took.
async fn frames(mut player: Player) -> (Vec<(f64, Vec<String>, u64)>, ReplayNews, Duration) {
    let began = Instant::now();
    let mut frames = Vec::new();
    loop {
        match player.next().await.unwrap() {
            ReplayNews::Moved { at, events, skipped } => {
                frames.push((second(at), events.iter().map(|event| event.data.to_string()).collect(), skipped));
            }
            end => return (frames, end, began.elapsed()),
        }
    }
}

fn numbers(count: usize, every: usize) -> Vec<String> {
    (0..count).map(|number| format!(r#"{{"at":{},"text":"data: {number}\n\n"}}"#, number * every)).collect()
}

#[tokio::test(start_paused = true)]
async fn it_plays_in_frames_from_any_moment() {
    let lines = numbers(10, 1000);
    let stage = Stage::of("{}", &lines.iter().map(String::as_str).collect::<Vec<_>>());
    let (seen, end, took) = frames(Player::start(stage.open(""), STARTED + 4500, Speed::Times(10))).await;
    assert_eq!(end, ReplayNews::Over);
    assert_eq!(took, Duration::from_millis(450));
    assert_eq!(seen[0], (4.5, ["0", "1", "2", "3", "4"].map(str::to_owned).to_vec(), 0), "what came before");
    let later: Vec<_> = seen[1..].iter().map(|(at, data, _)| (*at, data.join(","))).collect();
    let at: Vec<f64> = later.iter().map(|(at, _)| *at).collect();
    assert!(at.is_sorted() && at.last() == Some(&9.0), "{at:?}");
    assert_eq!(
        later.iter().map(|(_, data)| data.as_str()).filter(|data| !data.is_empty()).collect::<Vec<_>>().join(","),
        "5,6,7,8,9"
    );
}

#[tokio::test(start_paused = true)]
async fn a_frame_is_bounded_however_fast_it_goes() {
    let lines = numbers(5000, 1);
    let stage = Stage::of("{}", &lines.iter().map(String::as_str).collect::<Vec<_>>());
    let (seen, end, took) = frames(Player::start(stage.open(""), STARTED, Speed::Times(100))).await;
    assert_eq!((end, took), (ReplayNews::Over, Duration::from_millis(50)).clone());
    assert!(seen.len() <= 4, "{}", seen.len());
    assert!(seen.iter().all(|(_, data, _)| data.len() <= 50));
    let counted: u64 = seen.iter().map(|(_, data, skipped)| data.len() as u64 + skipped).sum();
    assert_eq!(counted, 5000);
    assert_eq!(seen.last().unwrap().1.last().unwrap(), "4999");
}

#[tokio::test(start_paused = true)]
async fn a_break_in_the_file_ends_it_with_the_reason() {
    let stage = Stage::of("{}", &[r#"{"at":0,"text":"data: a\n\n"}"#, "nonsense"]);
    let (seen, end, _) = frames(Player::start(stage.open(""), STARTED, Speed::Max)).await;
    assert_eq!(seen.iter().flat_map(|(_, data, _)| data).collect::<Vec<_>>(), ["a"]);
    assert!(matches!(end, ReplayNews::Failed { reason } if reason.code == "bad_recording"));
}

mod agreement {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

        /// Whatever a server says, it is played, and how its bytes were cut changes nothing.
        #[test]
        fn cuts_change_nothing(text in "((data|id|event): ?[0-9{}\":a-c]{0,8}\n{1,2}){0,20}", cut in 1usize..9) {
            let line = |piece: &[u8]| format!(r#"{{"at":7,"base64":"{}"}}"#, base64::Engine::encode(&base64::prelude::BASE64_STANDARD, piece));
            let rule = r#"{"name":"High","when":{"value":{"crosses_above":3}}},{"name":"Text","when":{"text":{"matches":"a"}}}"#;
            let whole = Stage::of(r#"{"notify":"all"}"#, &[&line(text.as_bytes())]).told(rule);
            let pieces: Vec<String> = text.as_bytes().chunks(cut).map(line).collect();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            prop_assert_eq!(Stage::of(r#"{"notify":"all"}"#, &pieces).told(rule), whole);
        }
    }
}
