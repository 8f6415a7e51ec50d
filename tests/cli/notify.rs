//! The notifier on a real message bus, with a notification service that records what it is asked to show.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::Arc,
};

use streambell_cli::desktop_notify::{DesktopNotifier, Feedback, NO_SERVICE};
use streambell_engine::{
    Action, Answer, Notification, Notifier,
    model::{FeedId, Urgency},
};
use tokio::{
    sync::mpsc,
    time::{Duration, Instant, timeout},
};
use zbus::{OwnedVariant, fdo::DBusProxy, object_server::SignalEmitter};

use crate::support::{PATIENCE, Running};

/// Connections of the bus that are no notification's: the service's own, and one that asks for capabilities.
const OTHERS: usize = 4;

#[derive(Debug)]
struct Shown {
    id: u32,
    app: String,
    title: String,
    body: String,
    actions: Vec<String>,
    urgency: u8,
}

struct Service {
    capabilities: Vec<String>,
    shown: mpsc::UnboundedSender<Shown>,
    last: u32,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    fn get_capabilities(&self) -> Vec<String> {
        self.capabilities.clone()
    }

    #[expect(clippy::too_many_arguments, reason = "the specification has so many")]
    fn notify(
        &mut self,
        app_name: String,
        _replaces_id: u32,
        _app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedVariant>,
        _expire_timeout: i32,
    ) -> u32 {
        self.last += 1;
        let urgency = hints.get("urgency").map(|value| u8::try_from(value.clone()).unwrap());
        let shown = Shown {
            id: self.last,
            app: app_name,
            title: summary,
            body,
            actions,
            urgency: urgency.expect("an urgency is always told"),
        };
        self.shown.send(shown).unwrap();
        self.last
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;
}

async fn service(capabilities: &[&str]) -> (zbus::Connection, mpsc::UnboundedReceiver<Shown>) {
    let (sender, shown) = mpsc::unbounded_channel();
    let capabilities = capabilities.iter().map(ToString::to_string).collect();
    let connection = zbus::connection::Builder::session()
        .serve_at("/org/freedesktop/Notifications", Service { capabilities, shown: sender, last: 0 })
        .name("org.freedesktop.Notifications")
        .build()
        .await
        .unwrap();
    (connection, shown)
}

fn notification(title: &str, urgency: Urgency) -> Notification {
    Notification {
        alert: 7,
        tag: title.into(),
        feed: FeedId("btc".into()),
        urgency,
        link: Some("https://example.com/".into()),
        ..Notification::plain(title, "<b>60 000</b> & more")
    }
}

fn notifier() -> (DesktopNotifier, mpsc::UnboundedReceiver<Feedback>) {
    let (sender, feedback) = mpsc::unbounded_channel();
    let tell = move |news| {
        let _ = sender.send(news);
    };
    (DesktopNotifier::start(tell), feedback)
}

async fn next<T>(receiver: &mut mpsc::UnboundedReceiver<T>) -> T {
    timeout(PATIENCE, receiver.recv()).await.expect("in time").expect("more")
}

/// Set in the process that has a bus of its own.
const INSIDE: &str = "STREAMBELL_TEST_HAS_A_BUS";

/// Runs the body of the test of this name in a process of its own, with a bus of its own that starts no service by
/// itself: a process's bus is told by its environment.
fn on_a_bus(test: &str, body: impl Future<Output = ()>) {
    if std::env::var_os(INSIDE).is_some() {
        return tokio::runtime::Runtime::new().unwrap().block_on(body);
    }
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bus.conf");
    let listen = format!("unix:path={}", folder.path().join("bus").display());
    let policy = r#"<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>"#;
    std::fs::write(&config, format!("<busconfig><type>session</type><listen>{listen}</listen>{policy}</busconfig>"))
        .unwrap();
    let mut daemon = Command::new("dbus-daemon");
    daemon.arg(format!("--config-file={}", config.display())).args(["--nofork", "--print-address"]);
    let spawned = daemon.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut daemon = Running(spawned.expect("dbus-daemon is installed: Debian's package dbus-bin or dbus"));
    let mut address = String::new();
    BufReader::new(daemon.0.stdout.take().unwrap()).read_line(&mut address).unwrap();

    let mut inside = Command::new(std::env::current_exe().unwrap());
    inside.args(["--exact", test, "--nocapture"]).env(INSIDE, "1").env("DBUS_SESSION_BUS_ADDRESS", address.trim());
    let result = inside.output().unwrap();
    let said = String::from_utf8_lossy(&result.stdout).into_owned() + &String::from_utf8_lossy(&result.stderr);
    assert!(result.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn a_service_that_comes_late_is_used_and_a_click_comes_back() {
    on_a_bus("notify::a_service_that_comes_late_is_used_and_a_click_comes_back", late_service_and_click());
}

async fn late_service_and_click() {
    let (notifier, mut feedback) = notifier();
    notifier.notify(notification("lost", Urgency::Normal));
    match next(&mut feedback).await {
        Feedback::Trouble(reason) => {
            assert_eq!(reason.code, NO_SERVICE);
            assert!(reason.message.contains("dunst"), "{}", reason.message);
        }
        other => panic!("there is no service, but {other:?}"),
    }

    let (connection, mut shown) = service(&["body", "body-markup", "actions"]).await;
    notifier.notify(notification("BTC > 60 000", Urgency::Critical));
    assert_eq!(next(&mut feedback).await, Feedback::Works);
    let seen = next(&mut shown).await;
    assert_eq!((seen.app.as_str(), seen.title.as_str()), ("Streambell", "BTC > 60 000"));
    assert_eq!(seen.body, "&lt;b&gt;60 000&lt;/b&gt; &amp; more");
    assert_eq!(seen.actions, ["default", "Open"]);
    assert_eq!(seen.urgency, 2);

    // The sender begins to listen only once it knows the number of its notification.
    let emitter = SignalEmitter::new(&connection, "/org/freedesktop/Notifications").unwrap();
    let deadline = Instant::now() + PATIENCE;
    let clicked = loop {
        assert!(Instant::now() < deadline, "the click does not come back");
        Service::action_invoked(&emitter, seen.id + 1, "default").await.unwrap();
        Service::action_invoked(&emitter, seen.id, "default").await.unwrap();
        if let Ok(news) = timeout(Duration::from_millis(50), feedback.recv()).await {
            break news.unwrap();
        }
    };
    let notification = Arc::new(notification("BTC > 60 000", Urgency::Critical));
    assert_eq!(clicked, Feedback::Answered { notification, answer: Answer::Chosen(Action::Open) });
}

#[test]
fn a_plain_service_gets_plain_text_and_connections_stay_few() {
    on_a_bus("notify::a_plain_service_gets_plain_text_and_connections_stay_few", plain_service_and_a_burst());
}

async fn plain_service_and_a_burst() {
    let (connection, mut shown) = service(&["body"]).await;
    let (notifier, mut feedback) = notifier();
    let begun = Instant::now();
    for number in 0..100 {
        notifier.notify(notification(&number.to_string(), Urgency::Low));
    }
    for number in 0..100 {
        let seen = next(&mut shown).await;
        assert_eq!(seen.title, number.to_string());
        assert_eq!(seen.body, "<b>60 000</b> & more");
        assert!(seen.actions.is_empty());
        assert_eq!(seen.urgency, 0);
    }
    println!("{:?} each", begun.elapsed() / 100);
    assert_eq!(next(&mut feedback).await, Feedback::Works);

    let bus = DBusProxy::new(&connection).await.unwrap();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let names = bus.list_names().await.unwrap();
        let connections = names.iter().filter(|name| name.starts_with(':')).count();
        if connections <= 32 + OTHERS {
            break;
        }
        assert!(Instant::now() < deadline, "{connections} connections are open");
    }
}
