//! `run` as a service: the test is its service manager, on a socket as systemd has it.

use std::{
    fs,
    os::unix::net::UnixDatagram,
    process::Command,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};
use serde_json::json;

use crate::{
    full_disk::not_tried,
    support::{Folder, Outcome, PATIENCE, Program, ReplayServer, until},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_streambell-cli");
const WORLD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/servers/systemd-user.sh");
const UNIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src-tauri/linux/streambell.service");

/// What systemd is to a service: it hears what that says.
struct Manager {
    socket: UnixDatagram,
}

impl Manager {
    /// Starts the program under it; `watchdog`: how long it may be silent.
    fn start(folder: &Folder, watchdog: Duration) -> (Self, Program) {
        let at = folder.base().join("notify");
        let socket = UnixDatagram::bind(&at).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut command = folder.command(&["run", "--no-hub"]);
        command.env("NOTIFY_SOCKET", at).env("WATCHDOG_USEC", watchdog.as_micros().to_string());
        (Self { socket }, folder.spawn_command(command))
    }

    /// The next message, with a line for each thing that it tells.
    fn next(&self) -> String {
        let mut bytes = [0; 4096];
        let length = self.socket.recv(&mut bytes).expect("the service says something");
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    }

    /// Waits until it says a line that begins so, and tells all that it said by then.
    fn until(&self, wanted: &str) -> Vec<String> {
        let mut said = Vec::new();
        loop {
            said.extend(self.next().lines().map(str::to_owned));
            if said.iter().any(|line| line.starts_with(wanted)) {
                return said;
            }
        }
    }
}

#[test]
fn it_says_that_it_is_ready_how_it_stands_that_it_lives_and_that_it_ends() {
    let folder = Folder::new();
    let server = ReplayServer::start(10, 10);
    folder.ask(&["feeds", "add", "--name", "One", "--url", &server.url()]);
    folder.ask(&["feeds", "add", "--name", "Two", "--url", "http://127.0.0.1:9/", "--paused"]);
    let (manager, program) = Manager::start(&folder, Duration::from_secs(1));
    let said = manager.until("READY=1");
    assert_eq!(said[0], "STATUS=opening the history");
    assert!(said.last().unwrap().starts_with("STATUS=2 feeds, "), "{said:?}");
    assert!(folder.home().join("control.sock").exists(), "who waited for it can send commands at once");
    manager.until("STATUS=2 feeds, 1 open");
    for _ in 0..3 {
        manager.until("WATCHDOG=1");
    }
    folder.ask(&["feeds", "remove", "One"]);
    manager.until("STATUS=1 feed, 0 open");
    assert_eq!(program.end(), Some(0));
    manager.until("STOPPING=1");
}

#[test]
fn an_engine_that_does_not_answer_is_not_said_to_live() {
    let folder = Folder::new();
    let server = ReplayServer::start(100, 10);
    folder.ask(&["feeds", "add", "--name", "Feed", "--url", &server.url()]);
    let (manager, program) = Manager::start(&folder, Duration::from_millis(200));
    manager.until("WATCHDOG=1");
    // The thread that writes waits for somebody who has the database to themselves, and with it whoever asks it.
    let other = Connection::open(folder.home().join("streambell.db")).unwrap();
    other.busy_timeout(PATIENCE).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    manager.socket.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    until("it falls silent", || {
        // One that is silent for ten times its patience is started anew by systemd.
        let mut bytes = [0; 4096];
        if manager.socket.recv(&mut bytes).is_err() { Ok(()) } else { Err("it goes on".into()) }
    });
    other.execute_batch("ROLLBACK").unwrap();
    manager.socket.set_read_timeout(Some(PATIENCE)).unwrap();
    manager.until("WATCHDOG=1");
    assert_eq!(program.end(), Some(0));
}

#[test]
fn told_to_stop_in_full_flow_it_ends_with_everything_stored() {
    const FEEDS: usize = 50;
    let folder = Folder::new();
    let server = ReplayServer::start(100, 200);
    let feeds =
        (0..FEEDS).map(|number| json!({ "name": format!("Feed {number}"), "url": server.url(), "view": "price" }));
    let file = folder.base().join("settings.json");
    fs::write(&file, json!({ "version": 1, "feeds": feeds.collect::<Vec<_>>() }).to_string()).unwrap();
    folder.ask(&["import", file.to_str().unwrap()]);
    let (manager, program) = Manager::start(&folder, Duration::from_secs(60));
    manager.until(&format!("STATUS={FEEDS} feeds, {FEEDS} open"));
    let made = server.made();
    until("all are in full flow", || {
        let newest = folder.ask(&["events", "--limit", "1"])[0]["id"].as_str().map_or(0, |id| id.parse().unwrap());
        if newest > made + 100 { Ok(()) } else { Err(format!("{newest} of {made}")) }
    });
    let begun = Instant::now();
    assert_eq!(program.end(), Some(0));
    println!("{FEEDS} feeds of 100 events a second: ended within {:?}", begun.elapsed());
    manager.until("STOPPING=1");

    // The next start asks the server for what comes after its position: so all until then must be there, once.
    let database = folder.home().join("streambell.db");
    let database = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut stored = database
        .prepare(
            "SELECT f.last_event_id, count(*), count(DISTINCT e.id), max(CAST(e.id AS INTEGER))
             FROM feed f JOIN event e ON e.feed = f.no GROUP BY f.no",
        )
        .unwrap();
    let stored = stored.query_map([], |row| {
        Ok((row.get::<_, String>(0)?.parse::<u64>().unwrap(), row.get(1)?, row.get(2)?, row.get(3)?))
    });
    let stored: Vec<(u64, u64, u64, u64)> = stored.unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(stored.len(), FEEDS);
    for (position, events, different, newest) in stored {
        assert_eq!((events, different, newest), (position, position, position));
    }
}

#[test]
fn what_a_further_start_could_not_mend_is_not_started_again() {
    let folder = Folder::new();
    let unit = fs::read_to_string(UNIT).unwrap();
    assert!(unit.contains("\nRestartPreventExitStatus=1 2\n"), "{unit}");
    // As while the window is open.
    let program = folder.start();
    let refused = folder.run(&["run", "--no-hub"]);
    refused.must_refuse("a second one", 1, &["already running", "Stop it first"]);
    assert_eq!(program.end(), Some(0));
}

/// The unit with the program that is here, in place of one that is installed.
fn unit() -> String {
    let unit = fs::read_to_string(UNIT).unwrap();
    assert!(unit.contains("\nExecStart=/usr/bin/streambell run\n"), "{unit}");
    unit.replace("/usr/bin/streambell run", &format!("{PROGRAM} run --no-hub"))
}

#[test]
fn a_real_systemd_starts_it_starts_it_again_and_stops_it() {
    let world = ["--mount", "--cgroup", "--pid", "--fork", "--kill-child", "--mount-proc"];
    if !Command::new("unshare").args(world).arg("true").output().is_ok_and(|done| done.status.success()) {
        return not_tried("the service under a real systemd (but under a manager of the test's own it is)");
    }
    let (folder, server) = (Folder::new(), ReplayServer::start(10, 10));
    folder.ask(&["feeds", "add", "--name", "Feed", "--url", &server.url()]);
    let units = folder.base().join(".config/systemd/user");
    fs::create_dir_all(units.join("streambell.service.d")).unwrap();
    fs::write(units.join("streambell.service"), unit()).unwrap();
    // As 'systemctl --user edit' writes it, and less patient than for users.
    let edited = format!(
        "[Service]\nEnvironment=STREAMBELL_HOME={}\nWatchdogSec=2\nRestartSec=100ms\n",
        folder.home().display()
    );
    fs::write(units.join("streambell.service.d/override.conf"), edited).unwrap();
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", "120", "unshare"]).args(world).args([WORLD, PROGRAM]);
    command.env_remove("XDG_CONFIG_HOME").env_remove("XDG_DATA_HOME");
    folder.prepare(&mut command);
    let outcome = Outcome::of(command);
    let happened = "\
started: active
commands reach it
stands: 1 feed, 1 open
hung: started again
killed: started again
stopped: inactive, success
while another runs: failed, exit-code, 0 restarts
";
    assert_eq!((outcome.code, &*outcome.out), (0, happened), "{outcome:?}");
}

#[test]
fn systemd_understands_the_unit() {
    let folder = Folder::new();
    let file = folder.base().join("streambell.service");
    fs::write(&file, unit()).unwrap();
    let verified = Command::new("systemd-analyze")
        .args(["verify", "--user", "--man=no"])
        .arg(&file)
        .env("XDG_RUNTIME_DIR", folder.base())
        .output()
        .expect("systemd-analyze is there. Run scripts/install.sh test.");
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success() && said.is_empty(), "{said}");
}
