//! The notifier on a real message bus, with a notification service that records what it is asked to show.

mod bus;
#[allow(dead_code, reason = "what the other tests need is here too")]
#[path = "../shared/feed.rs"]
mod feed;
mod handed_in_time;
#[allow(dead_code, reason = "the other tests need the rest")]
#[path = "../shared/notification_service.rs"]
mod service;

use std::{collections::HashSet, sync::Arc};

use streambell_cli::desktop_notify::{DesktopNotifier, Feedback, NO_SERVICE};
use streambell_engine::{
    Answer, Notification, Notifier,
    model::{Action, FeedId, Urgency, View},
};
use tokio::{
    sync::mpsc,
    time::{Duration, Instant, timeout},
};
use zbus::fdo::DBusProxy;

use self::service::{ALL, CLOSED, Call, DISMISSED, EXPIRED, Mood, Service, press};
use crate::support::{PATIENCE, output, streambell};

/// A test on a bus of its own.
macro_rules! on_a_bus {
    ($(async fn $name:ident() $body:block)*) => {
        $(#[test]
        fn $name() {
            $crate::notify::bus::on_a_bus(concat!(module_path!(), "::", stringify!($name)), async $body);
        })*
    };
}
use on_a_bus;

/// What is under test, and what is heard of it.
struct Program {
    notifier: DesktopNotifier,
    feedback: mpsc::UnboundedReceiver<Feedback>,
}

impl Program {
    fn start() -> Self {
        let (sender, feedback) = mpsc::unbounded_channel();
        let tell = move |news| {
            let _ = sender.send(news);
        };
        Self { notifier: DesktopNotifier::start(tell), feedback }
    }

    fn notify(&self, notification: Notification) {
        self.notifier.notify(notification);
    }

    async fn feedback(&mut self) -> Feedback {
        timeout(PATIENCE, self.feedback.recv()).await.expect("in time").expect("more")
    }

    /// The title and what became of it, of the next notification of which something did.
    async fn answer(&mut self) -> (String, Answer) {
        match self.feedback().await {
            Feedback::Answered { notification, answer } => (notification.title.clone(), answer),
            other => panic!("{other:?}"),
        }
    }

    /// Shows the first, so that the service is known.
    async fn shows_first(&mut self, desktop: &mut Service) -> u32 {
        self.notify(about("first"));
        let shown = desktop.shown().await;
        assert_eq!(self.feedback().await, Feedback::Works);
        assert_eq!(self.answer().await, ("first".into(), Answer::Shown));
        shown.id
    }

    /// Nothing more is heard: of what was told before, all has arrived once something that is told now has.
    async fn heard_all(&mut self, desktop: &mut Service) {
        self.notify(about("last"));
        desktop.shown().await;
        assert_eq!(self.answer().await, ("last".into(), Answer::Shown));
    }
}

/// A notification with everything, whose title is its tag.
fn about(tag: &str) -> Notification {
    Notification {
        alert: 7,
        tag: tag.into(),
        feed: FeedId("btc".into()),
        event: Some(3),
        view: View::Price,
        link: Some("https://example.com/".into()),
        actions: vec![Action::Open, Action::Acknowledge, Action::Snooze, Action::Link, Action::MuteFeed],
        ..Notification::plain(tag, "60 000")
    }
}

/// Of a job.
fn job(title: &str, percent: u8) -> Notification {
    let plain = Notification::plain(title, "");
    Notification { tag: "job".into(), view: View::Progress, progress: Some(percent), ..plain }
}

/// What `doctor` finds of the desktop that this process has.
fn doctor() -> impl Fn(&str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = streambell(folder.path(), &["doctor", "--json"]);
    command.env("DBUS_SESSION_BUS_ADDRESS", std::env::var_os("DBUS_SESSION_BUS_ADDRESS").unwrap());
    let (_, stdout, stderr) = output(command);
    let found: serde_json::Value = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stderr}"));
    move |part| {
        let check = found["checks"].as_array().unwrap().iter().find(|check| check["check"] == part).unwrap();
        let text = |field: &str| check[field].as_str().unwrap_or_default().to_owned();
        (text("state"), text("found"))
    }
}

/// A panel's side of the tray.
struct Watcher(bool);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        self.0
    }
}

on_a_bus! {
    async fn the_doctor_tells_what_the_desktop_can_and_lacks() {
        let found = tokio::task::spawn_blocking(doctor).await.unwrap();
        assert_eq!((found("notifications").0.as_str(), found("tray").0.as_str()), ("warning", "warning"));
        let _desktop = Service::start(&["actions", "body"]).await;
        let name = "org.kde.StatusNotifierWatcher";
        for (drawn, state) in [(false, "warning"), (true, "fine")] {
            let panel = zbus::connection::Builder::session().name(name).serve_at("/StatusNotifierWatcher", Watcher(drawn));
            let panel = panel.build().await.unwrap();
            let found = tokio::task::spawn_blocking(doctor).await.unwrap();
            let said = "recorder 1 (actions, body); without body-markup, persistence";
            assert_eq!(found("notifications"), ("fine".to_owned(), said.to_owned()));
            assert_eq!(found("tray").0, state, "{}", found("tray").1);
            panel.close().await.unwrap();
        }
    }

    async fn what_a_recording_would_ring_is_shown_if_that_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut desktop = Service::start(ALL).await;
        let head = r#"{"recording":"streambell","version":1,"started":"2026-01-31T12:00:00Z","url":"http://a.example/","feed":{"name":"News","notify":"all"}}"#;
        for (title, options) in [("Silent", &["--speed", "max"][..]), ("Shown", &["--notify"])] {
            let file = folder.path().join(title);
            let text = format!("data: {{\"title\":\"{title}\"}}\n\n");
            std::fs::write(&file, format!("{head}\n{}\n", serde_json::json!({"at": 0, "text": text}))).unwrap();
            let mut command = streambell(folder.path(), &["replay", file.to_str().unwrap()]);
            command.args(options).env("DBUS_SESSION_BUS_ADDRESS", std::env::var("DBUS_SESSION_BUS_ADDRESS").unwrap());
            let (code, _, told) = tokio::task::spawn_blocking(|| output(command)).await.unwrap();
            assert_eq!(code, 0, "{told}");
            assert!(told.contains("1 event in 0.0 s, 1 alert"), "{told}");
        }
        // The first that the desktop ever heard of.
        let shown = desktop.shown().await;
        assert!(shown.title.contains("News") && shown.title.contains("Shown"), "{}", shown.title);
    }

    async fn a_notification_tells_all_that_the_specification_knows() {
        let (mut desktop, program) = (Service::start(ALL).await, Program::start());
        let notification = Notification { urgency: Urgency::Critical, sound: Some(true), ..about("<b>BTC</b> & more") };
        program.notify(Notification { body: "<a href=\"x\">60 000</a> & more".into(), ..notification.clone() });
        let shown = desktop.shown().await;
        assert_eq!((shown.app.as_str(), shown.replaces, shown.icon.as_str()), ("Streambell", 0, "x-office-spreadsheet"));
        assert_eq!(shown.title, "<b>BTC</b> & more", "a headline is never markup");
        assert_eq!(shown.body, "&lt;a href=\"x\"&gt;60 000&lt;/a&gt; &amp; more");
        let buttons = ["default", "Open", "acknowledge", "Acknowledge", "snooze", "Snooze 1 h"];
        let more = ["mute-feed", "Mute feed for a day", "link", "Open link"];
        assert_eq!(shown.actions, [buttons.as_slice(), &more].concat());
        assert_eq!(shown.stays, 0, "what presses stays");
        let hints: Vec<_> = shown.hints.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let wanted = [
            ("category", "\"x-streambell.alert\""),
            ("desktop-entry", "\"streambell\""),
            ("resident", "false"),
            ("sound-name", "\"message-new-instant\""),
            ("transient", "false"),
            ("urgency", "byte 0x02"),
        ];
        assert_eq!(hints, wanted);

        program.notify(Notification { urgency: Urgency::Low, view: View::Chat, actions: vec![], ..about("hello") });
        let shown = desktop.shown().await;
        assert_eq!((shown.actions.as_slice(), shown.stays), (["default".into(), "Open".into()].as_slice(), -1));
        for (hint, value) in [
            ("urgency", "byte 0x00"),
            ("transient", "true"),
            ("category", "\"im.received\""),
        ] {
            assert_eq!(shown.hints[hint], value, "{hint}");
        }
        assert!(!shown.hints.keys().any(|hint| hint.contains("sound")), "that is the desktop's own affair");
    }

    async fn a_job_has_one_notification_until_it_is_done_and_withdrawn() {
        let (mut desktop, mut program) = (Service::start(ALL).await, Program::start());
        let other = program.shows_first(&mut desktop).await;
        program.notify(job("Building", 40));
        let first = desktop.shown().await;
        assert_eq!((first.replaces, first.hints["value"].as_str()), (0, "40"));
        assert_eq!(first.hints["category"], "\"transfer\"");
        assert_ne!(first.id, other);
        assert_eq!(program.answer().await, ("Building".into(), Answer::Shown));

        program.notify(job("Done", 100));
        let done = desktop.shown().await;
        assert_eq!((done.replaces, done.title.as_str(), done.hints["value"].as_str()), (first.id, "Done", "100"));
        assert_eq!(done.hints["category"], "\"transfer.complete\"");
        assert_eq!(program.answer().await, ("Done".into(), Answer::Shown));
        desktop.press(done.id, "default").await;
        assert_eq!(program.answer().await, ("Done".into(), Answer::Chosen(Action::Open)), "the newest is meant");

        program.notifier.withdraw("never shown");
        program.notifier.withdraw("job");
        assert_eq!(desktop.closed().await, done.id);
        program.notify(job("Again", 1));
        assert_eq!(desktop.shown().await.replaces, 0, "what was withdrawn is not replaced");
    }

    async fn only_the_newest_stay_and_what_presses() {
        let (mut desktop, mut program) = (Service::start(ALL).await, Program::start());
        for number in 1..=70 {
            let urgency = if number == 2 { Urgency::Critical } else { Urgency::Normal };
            program.notify(Notification { urgency, ..about(&number.to_string()) });
        }
        let mut closed = Vec::new();
        while closed.len() < 6 {
            match desktop.call().await {
                Call::Close(id) => closed.push(id),
                Call::Notify(shown) => assert_eq!(shown.title, shown.id.to_string()),
                Call::Capabilities => {}
            }
        }
        assert_eq!(closed, [1, 3, 4, 5, 6, 7]);
        assert_eq!(program.feedback().await, Feedback::Works);
        for number in 1..=70 {
            assert_eq!(program.answer().await, (number.to_string(), Answer::Shown), "our own closing is no news");
        }
    }

    async fn each_button_comes_back_with_its_notification() {
        let (mut desktop, mut program) = (Service::start(ALL).await, Program::start());
        let first = program.shows_first(&mut desktop).await;
        program.notify(Notification { alert: 8, actions: vec![Action::Open], ..about("second") });
        let second = desktop.shown().await.id;
        assert_eq!(program.answer().await, ("second".into(), Answer::Shown));
        let buttons = [
            ("default", Action::Open),
            ("acknowledge", Action::Acknowledge),
            ("snooze", Action::Snooze),
            ("mute-feed", Action::MuteFeed),
            ("link", Action::Link),
        ];
        for (key, action) in buttons {
            desktop.press(first, key).await;
            let notification = Arc::new(about("first"));
            let answered = Feedback::Answered { notification, answer: Answer::Chosen(action) };
            assert_eq!(program.feedback().await, answered);
        }
        // That it goes after a click is no news.
        desktop.close(first, DISMISSED).await;
        // Not offered, not known, not ours, not there any more, not from the service.
        for (id, key) in [(second, "snooze"), (second, "reply"), (second + 1, "default"), (first, "default")] {
            desktop.press(id, key).await;
        }
        let stranger = zbus::Connection::session().await.unwrap();
        press(&stranger, second, "default").await;
        program.heard_all(&mut desktop).await;
        desktop.press(second, "default").await;
        assert_eq!(program.answer().await, ("second".into(), Answer::Chosen(Action::Open)));
    }

    async fn what_goes_from_the_screen_is_told_with_the_reason() {
        let (mut desktop, mut program) = (Service::start(ALL).await, Program::start());
        for (reason, answer) in [(EXPIRED, Some(Answer::Expired)), (DISMISSED, Some(Answer::Dismissed)), (CLOSED, None), (4, None)] {
            let tag = format!("{reason}");
            program.notify(about(&tag));
            let shown = desktop.shown().await;
            if reason == EXPIRED {
                assert_eq!(program.feedback().await, Feedback::Works);
            }
            assert_eq!(program.answer().await, (tag.clone(), Answer::Shown));
            desktop.close(shown.id, reason).await;
            if let Some(answer) = answer {
                assert_eq!(program.answer().await, (tag.clone(), answer));
            }
        }
        program.heard_all(&mut desktop).await;
        program.notify(about("1"));
        assert_eq!(desktop.shown().await.replaces, 0, "what is gone is not replaced");
    }

    async fn a_service_that_starts_anew_counts_anew() {
        let (mut desktop, mut program) = (Service::start(ALL).await, Program::start());
        let stale = program.shows_first(&mut desktop).await;
        for round in 0..3 {
            desktop.stop().await;
            desktop = Service::start(&["body"]).await;
            program.notify(about("other"));
            assert!(matches!(desktop.call().await, Call::Capabilities), "asked anew");
            let other = desktop.shown().await;
            assert_eq!((other.id, other.replaces), (stale, 0), "{round}: the same number, another service");
            assert!(other.actions.is_empty());
            assert_eq!(program.answer().await, ("other".into(), Answer::Shown));
            desktop.press(other.id, "default").await;
            assert_eq!(program.answer().await, ("other".into(), Answer::Chosen(Action::Open)));

            program.notify(Notification { title: format!("{round}"), ..about("first") });
            assert_eq!(desktop.shown().await.replaces, 0);
            assert_eq!(program.answer().await, (format!("{round}"), Answer::Shown));
        }
    }

    async fn a_service_that_can_do_little_gets_what_it_can() {
        let (mut desktop, program) = (Service::start(&[]).await, Program::start());
        program.notify(Notification { body: "<b>60 000</b>\nand more".into(), ..about("BTC") });
        let shown = desktop.shown().await;
        assert_eq!((shown.title.as_str(), shown.body.as_str()), ("BTC: <b>60 000</b> and more", ""));
        assert!(shown.actions.is_empty());
        desktop.stop().await;

        let mut desktop = Service::start(&["body"]).await;
        program.notify(Notification { body: "<b>60 000</b> & more".into(), ..about("ETH") });
        let shown = desktop.shown().await;
        assert_eq!((shown.title.as_str(), shown.body.as_str()), ("ETH", "<b>60 000</b> & more"));
        desktop.stop().await;

        let mut desktop = Service::start(&["body", "body-hyperlinks"]).await;
        program.notify(Notification { body: "<b>".into(), ..about("XMR") });
        assert_eq!(desktop.shown().await.body, "&lt;b&gt;", "who knows links reads markup");
    }

    async fn a_service_that_hangs_is_told_once_and_leaves_nothing_stale_when_it_goes_on() {
        let (mut desktop, mut program) = (Service::start(ALL).await, Program::start());
        program.shows_first(&mut desktop).await;
        desktop.feel(Mood::Hangs);
        program.notify(about("a"));
        let lost = desktop.shown().await;
        for number in 0..1000 {
            program.notify(Notification { title: number.to_string(), ..about("a") });
        }
        assert!(matches!(program.feedback().await, Feedback::Trouble(reason) if reason.code == NO_SERVICE));
        assert_eq!(program.answer().await, ("a".into(), Answer::Failed("no answer for 5 s".into())));
        let newest = desktop.shown().await;
        assert_eq!((newest.title.as_str(), newest.replaces), ("999", 0));
        assert_eq!(program.answer().await, ("999".into(), Answer::Failed("no answer for 5 s".into())));

        desktop.feel(Mood::Willing);
        assert_eq!(program.feedback().await, Feedback::Works);
        assert_eq!(program.answer().await, ("999".into(), Answer::Shown));
        assert_eq!(desktop.closed().await, lost.id, "nobody knows of it any more");
        program.notify(Notification { title: "next".into(), ..about("a") });
        assert_eq!(desktop.shown().await.replaces, newest.id);
        assert_eq!(program.answer().await, ("next".into(), Answer::Shown));
    }

    async fn no_service_is_told_once_and_so_is_its_coming() {
        let mut program = Program::start();
        program.notify(about("lost"));
        match program.feedback().await {
            Feedback::Trouble(reason) => {
                assert_eq!(reason.code, NO_SERVICE);
                assert!(reason.message.contains("dunst"), "{}", reason.message);
            }
            other => panic!("there is no service, but {other:?}"),
        }
        assert!(matches!(program.answer().await, (title, Answer::Failed(_)) if title == "lost"));
        program.notify(about("lost too"));
        assert!(matches!(program.answer().await, (title, Answer::Failed(_)) if title == "lost too"));

        for _ in 0..2 {
            let mut desktop = Service::start(ALL).await;
            assert_eq!(program.feedback().await, Feedback::Works, "without waiting for the next alert");
            program.heard_all(&mut desktop).await;
            desktop.stop().await;
            program.notify(about("lost again"));
            assert!(matches!(program.feedback().await, Feedback::Trouble(_)));
            assert!(matches!(program.answer().await, (title, Answer::Failed(_)) if title == "lost again"));
        }
    }

    async fn a_hundred_notifications_have_one_connection() {
        let mut desktop = Service::start(ALL).await;
        let bus = DBusProxy::new(&desktop.connection).await.unwrap();
        let before: HashSet<_> = bus.list_names().await.unwrap().into_iter().collect();
        let program = Program::start();
        let (mut senders, mut shown) = (HashSet::new(), 0);
        for number in 0..100 {
            program.notify(about(&number.to_string()));
        }
        while shown < 100 {
            if let Call::Notify(notification) = desktop.call().await {
                senders.insert(notification.by);
                shown += 1;
            }
        }
        let after = bus.list_names().await.unwrap().into_iter();
        let new: HashSet<_> = after.filter(|name| !before.contains(name)).map(|name| name.to_string()).collect();
        assert_eq!((new.len(), &new), (1, &senders));
    }

    async fn a_burst_of_updates_is_few_calls_and_the_last_is_the_last() {
        let (mut desktop, program) = (Service::start(ALL).await, Program::start());
        let begun = Instant::now();
        for number in 0..=1000 {
            program.notify(Notification { title: number.to_string(), ..about("price") });
            if number % 100 == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        let mut calls = 1;
        while desktop.shown().await.title != "1000" {
            calls += 1;
        }
        let most = 2 + begun.elapsed().as_millis() / 250;
        assert!((2..=most).contains(&calls), "{calls} calls, of at most {most}");
    }

    async fn how_long_a_notification_takes() {
        let (mut desktop, mut program) = (Service::start(ALL).await, Program::start());
        program.shows_first(&mut desktop).await;
        let mut took = Vec::new();
        for number in 0..500 {
            let notification = about(&number.to_string());
            let begun = Instant::now();
            program.notify(notification);
            let shown = loop {
                if let Call::Notify(shown) = desktop.call().await {
                    break shown;
                }
            };
            took.push(shown.at - begun);
            assert_eq!(program.answer().await.1, Answer::Shown);
        }
        took.sort();
        println!("from notify() to the service: p50 {:?}, p99 {:?}, worst {:?}", took[250], took[495], took[499]);
        assert!(took[250] < Duration::from_secs(1));
    }
}
