use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child as Script, ChildStdin, Command as ScriptCommand, Stdio},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    net::UnixStream,
    process::{Child, Command},
    sync::{Mutex, MutexGuard},
    time::timeout,
};

use super::{ALL, Service, until};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Nothing that is run to its end takes longer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Of whoever runs the tests: they would change what is tested.
const FOREIGN: [&str; 10] = [
    "WAYLAND_DISPLAY",
    "LANGUAGE",
    "LC_MESSAGES",
    "RUST_LOG",
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
];

/// One desktop at a time: they are heavy, and their windows slow each other down.
static TURN: Mutex<()> = Mutex::const_new(());

/// The program that is looked at: that of a package, if `STREAMBELL_PROGRAM` names it.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("STREAMBELL_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_streambell").into()).into()
}

/// A desktop with a user's data folder. Everything that runs on it ends with it.
pub(crate) struct Desktop {
    script: Script,
    /// The desktop lasts as long as this is open.
    lifeline: Option<ChildStdin>,
    environment: Vec<(String, String)>,
    folder: PathBuf,
    home: TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// A notification that was on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) app: String,
    pub(crate) title: String,
    /// As it came: markup.
    pub(crate) body: String,
    pub(crate) urgency: String,
}

impl Desktop {
    /// A desktop with everything.
    pub(crate) async fn start() -> Self {
        Self::without(&[]).await
    }

    /// A desktop that lacks something: see the options of `scripts/virtual-desktop.sh`.
    pub(crate) async fn without(options: &[&str]) -> Self {
        let turn = TURN.lock().await;
        let mut script = ScriptCommand::new(Path::new(ROOT).join("scripts/virtual-desktop.sh"))
            .arg("serve")
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("scripts/virtual-desktop.sh can be run");
        let lifeline = script.stdin.take();
        let lines = BufReader::new(script.stdout.take().expect("it is piped")).lines().map_while(Result::ok);
        let mut environment = Vec::new();
        let mut is_ready = false;
        for line in lines {
            match line.split_once('=') {
                Some((name, value)) => environment.push((name.to_owned(), value.to_owned())),
                None => is_ready = line == "ready",
            }
            if is_ready {
                break;
            }
        }
        assert!(is_ready, "the desktop did not start: {:?}", script.wait());
        let home = tempfile::tempdir().expect("a folder can be made");
        let mut desktop = Self { script, lifeline, environment, folder: PathBuf::new(), home, _turn: turn };
        desktop.folder = desktop.variable("STREAMBELL_DESKTOP").into();
        desktop
    }

    /// A desktop whose notification service writes down what it is asked, and shows nothing.
    pub(crate) async fn recorded() -> (Self, Service) {
        let desktop = Self::without(&["no-notifications"]).await;
        let service = desktop.notification_service(ALL).await;
        (desktop, service)
    }

    /// Brings such a service to it.
    pub(crate) async fn notification_service(&self, capabilities: &[&str]) -> Service {
        Service::start_at(self.variable("DBUS_SESSION_BUS_ADDRESS"), capabilities).await
    }

    /// A variable of the programs on it.
    pub(crate) fn variable(&self, name: &str) -> &str {
        let mut variables = self.environment.iter();
        variables.find_map(|(known, value)| (known == name).then_some(value)).expect("the desktop names it")
    }

    /// The user's data folder.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// A command on this desktop.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for name in FOREIGN {
            command.env_remove(name);
        }
        command
            .envs(self.environment.iter().cloned())
            .env("LC_ALL", "C.UTF-8")
            .env("STREAMBELL_HOME", self.home())
            .stdin(Stdio::null());
        command
    }

    /// The program with these arguments, on its own.
    pub(crate) fn launch(&self, args: &[&str]) -> Child {
        self.command(program()).args(args).spawn().expect("the program can be run")
    }

    /// Runs something to its end; what it printed.
    pub(crate) async fn run(&self, program: impl AsRef<OsStr>, args: &[&str]) -> (bool, String) {
        let done = self.command(program).args(args).stderr(Stdio::inherit()).output();
        let output = timeout(PATIENCE, done).await.expect("it ends in time").expect("it can be run");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs the program's own command line; what it printed.
    pub(crate) async fn streambell(&self, args: &[&str]) -> String {
        let (success, output) = self.run(program(), args).await;
        assert!(success, "streambell {args:?} failed: {output}");
        output
    }

    /// Adds a feed by the command line, and waits until it is open; `notify` as the command line calls it.
    pub(crate) async fn add_feed(&self, name: &str, url: &str, notify: &str) {
        self.streambell(&["feeds", "add", "--name", name, "--url", url, "--notify", notify]).await;
        self.feed_is(name, "open").await;
    }

    /// Waits until a feed stands like this.
    pub(crate) async fn feed_is(&self, name: &str, status: &str) {
        self.feed_has(name, "/status/type", &status.into()).await;
    }

    /// Waits until `streambell feeds list` has this of a feed.
    pub(crate) async fn feed_has(&self, name: &str, pointer: &str, wanted: &Value) {
        until(&format!("{name} has {pointer} {wanted}"), async || {
            let feeds = self.streambell_json(&["feeds", "list"]).await;
            let feed = feeds.as_array()?.iter().find(|feed| feed["name"] == name)?;
            (feed.pointer(pointer) == Some(wanted)).then_some(())
        })
        .await;
    }

    /// What a command of the program printed, understood.
    pub(crate) async fn streambell_json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.streambell(args).await).expect("commands print JSON")
    }

    /// Waits for a notification with this title.
    pub(crate) async fn notification(&self, title: &str) -> Shown {
        until(&format!("a notification '{title}'"), async || self.shown().into_iter().find(|it| it.title == title))
            .await
    }

    /// Waits for a notification with this text, escaped as markup.
    pub(crate) async fn notification_with(&self, body: &str) -> Shown {
        until(&format!("a notification that says '{body}'"), async || {
            self.shown().into_iter().find(|it| it.body == body)
        })
        .await
    }

    /// How many notifications are on the screen now.
    pub(crate) async fn on_screen(&self) -> usize {
        let (_, count) = self.run("dunstctl", &["count", "displayed"]).await;
        count.parse().expect("dunst counts")
    }

    /// All notifications so far.
    pub(crate) fn shown(&self) -> Vec<Shown> {
        let Ok(entries) = fs::read_dir(self.folder.join("shown")) else { return Vec::new() };
        entries
            .filter_map(|entry| {
                let text = fs::read_to_string(entry.ok()?.path()).ok()?;
                let mut fields = text.split('\0').map(str::to_owned).skip(1);
                let mut next = || fields.next();
                Some(Shown { app: next()?, title: next()?, body: next()?, urgency: next()? })
            })
            .collect()
    }

    /// The processes of a program on this desktop.
    pub(crate) fn processes(&self, name: &str) -> Vec<u32> {
        let mark = format!("STREAMBELL_DESKTOP={}", self.folder.display());
        let is_here = |process: &Path| {
            let program = fs::read_link(process.join("exe")).unwrap_or_default();
            let environment = fs::read(process.join("environ")).unwrap_or_default();
            program.file_name() == Some(OsStr::new(name))
                && environment.split(|byte| *byte == 0).any(|entry| entry == mark.as_bytes())
        };
        fs::read_dir("/proc")
            .expect("Linux has it")
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let id = entry.file_name().to_str()?.parse().ok()?;
                is_here(&entry.path()).then_some(id)
            })
            .collect()
    }

    /// Waits until the program runs in another process than these.
    pub(crate) async fn replaced(&self, before: &[u32]) {
        until("another process has taken its place", async || {
            let now = self.processes("streambell");
            (!now.is_empty() && now.iter().all(|id| !before.contains(id))).then_some(())
        })
        .await;
        self.running().await;
    }

    /// Ends a program as the system does when the user logs out; its exit code.
    pub(crate) async fn terminate(&self, mut program: Child) -> Option<i32> {
        let id = program.id().expect("it runs").to_string();
        self.run("kill", &["-TERM", &id]).await;
        exit_code(&mut program).await
    }

    /// Ends a program as a power cut does.
    pub(crate) async fn kill(&self, mut program: Child) {
        program.kill().await.expect("it runs");
    }

    /// Adds rules and feeds as a document of settings.
    pub(crate) async fn import(&self, document: &Value) {
        let file = self.home().join("import.json");
        fs::write(&file, document.to_string()).expect("the folder can be written");
        self.streambell(&["import", file.to_str().expect("it is text")]).await;
        fs::remove_file(&file).expect("it is there");
    }

    /// Adds a rule.
    pub(crate) async fn add_rule(&self, rule: &Value) {
        self.streambell(&["rules", "add", &rule.to_string()]).await;
    }

    /// All alerts, the oldest first.
    pub(crate) async fn alerts(&self) -> Vec<Value> {
        let alerts = self.streambell_json(&["alerts"]).await;
        let mut alerts = alerts.as_array().expect("it is a list").clone();
        alerts.sort_by_key(|alert| alert["id"].as_i64());
        alerts
    }

    /// Waits until the alerts, the oldest first, are as many as these, each in this state.
    pub(crate) async fn alerts_are(&self, states: &[&str]) -> Vec<Value> {
        until(&format!("alerts {states:?}"), async || {
            let alerts = self.alerts().await;
            let now: Vec<_> = alerts.iter().map(|alert| alert["state"].as_str().expect("text")).collect();
            (now == states).then_some(alerts)
        })
        .await
    }

    /// Waits until the program's window can be seen, or cannot.
    pub(crate) async fn window_is(&self, visible: bool) {
        let what = if visible { "the window is seen" } else { "the window is not seen" };
        until(what, async || (self.sees_window().await == visible).then_some(())).await;
    }

    async fn sees_window(&self) -> bool {
        self.run("xdotool", &["search", "--onlyvisible", "--name", "^Streambell$"]).await.0
    }

    /// Waits until the window shows more than a blank page: its part that nothing else covers has many colours.
    pub(crate) async fn window_is_drawn(&self) {
        until("the window is drawn", async || {
            let page = ["-window", "root", "-crop", "600x770+0+26", "-format", "%k", "info:-"];
            let (_, colours) = self.run("import", &page).await;
            colours.parse().is_ok_and(|colours: u32| colours > 20).then_some(())
        })
        .await;
    }

    /// Clicks the notification on the screen, with the mouse button that this notification service opens it with.
    pub(crate) async fn click_notification(&self) {
        self.xdotool("search --sync --onlyvisible --class Dunst mousemove --window %1 40 20 click 2").await;
    }

    /// Waits until the program answers other processes.
    pub(crate) async fn running(&self) {
        let socket = self.home().join("control.sock");
        until("the program answers", async || UnixStream::connect(&socket).await.ok()).await;
    }

    /// Closes the window by the keys of the window manager.
    pub(crate) async fn close_window(&self) {
        self.xdotool("search --onlyvisible --name ^Streambell$ windowactivate --sync").await;
        self.xdotool("key alt+F4").await;
    }

    /// Presses a key on the window, as xdotool calls it.
    pub(crate) async fn press_key(&self, key: &str) {
        self.xdotool("search --onlyvisible --name ^Streambell$ windowactivate --sync").await;
        self.xdotool(&format!("key {key}")).await;
    }

    /// Moves the window, and makes it as large: left, top, width and height.
    pub(crate) async fn place_window(&self, [left, top, width, height]: [i32; 4]) {
        self.xdotool(&format!(
            "search --onlyvisible --name ^Streambell$ windowsize --sync {width} {height} windowmove {left} {top}"
        ))
        .await;
    }

    /// Where the window's page is on the screen: left, top, width and height.
    pub(crate) async fn window_place(&self) -> [i32; 4] {
        let search = ["search", "--onlyvisible", "--name", "^Streambell$", "getwindowgeometry", "--shell", "%1"];
        let (_, text) = self.run("xdotool", &search).await;
        ["X", "Y", "WIDTH", "HEIGHT"].map(|name| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.and_then(|value| value.parse().ok()).unwrap_or(i32::MIN)
        })
    }

    /// Names a file in the desktop's own dialog for saving, in the place of the name that it offers.
    pub(crate) async fn save_as(&self, file: &Path) {
        self.xdotool("search --sync --onlyvisible --name ^Save windowactivate --sync").await;
        self.xdotool("key ctrl+a").await;
        self.type_path(file).await;
    }

    /// Chooses a file in the desktop's own dialog for opening.
    pub(crate) async fn open_file(&self, file: &Path) {
        self.xdotool("search --sync --onlyvisible --name ^Open windowactivate --sync").await;
        // Where a path can be typed.
        self.xdotool("key ctrl+l").await;
        self.type_path(file).await;
        // It takes no answer while it looks for what could be meant. One too many would answer the window behind it.
        let mut looks = 0;
        until("the dialog is closed", async || {
            if !self.run("xdotool", &["search", "--onlyvisible", "--name", "^Open"]).await.0 {
                return Some(());
            }
            looks += 1;
            if looks % 20 == 0 {
                self.xdotool("key Return").await;
            }
            None
        })
        .await;
    }

    async fn type_path(&self, file: &Path) {
        let file = file.to_str().expect("it is text");
        let (success, output) = self.run("xdotool", &["type", "--delay", "20", file]).await;
        assert!(success, "{output}");
        self.xdotool("key Return").await;
    }

    async fn xdotool(&self, hands: &str) {
        let args: Vec<&str> = hands.split(' ').collect();
        let (success, output) = self.run("xdotool", &args).await;
        assert!(success, "xdotool {hands} failed: {output}");
    }

    /// Keeps a picture of the whole screen.
    pub(crate) fn picture(&self, name: &str) {
        let folder = Path::new(ROOT).join("test-output");
        fs::create_dir_all(&folder).expect("a folder can be made");
        let taken = ScriptCommand::new("import")
            .args(["-window", "root"])
            .arg(folder.join(format!("{name}.png")))
            .envs(self.environment.iter().cloned())
            .status();
        assert!(taken.is_ok_and(|taken| taken.success()), "no picture of the screen could be taken");
    }
}

/// Waits until a program has ended; its exit code.
pub(crate) async fn exit_code(program: &mut Child) -> Option<i32> {
    timeout(PATIENCE, program.wait()).await.expect("it ends in time").expect("it can be waited for").code()
}

impl Drop for Desktop {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let thread = std::thread::current();
            let test = thread.name().unwrap_or("test").replace("::", "-");
            // A second panic would hide what the first one says.
            drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.picture(&format!("failed-{test}")))));
        }
        self.lifeline = None;
        drop(self.script.wait());
    }
}
