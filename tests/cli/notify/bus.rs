//! A message bus for one test.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use crate::support::Running;

/// Set in the process that has a bus of its own.
const INSIDE: &str = "STREAMBELL_TEST_HAS_A_BUS";

/// Runs the body of the test of this path in a process of its own, with a bus of its own that starts no service by
/// itself: a process's bus is told by its environment.
pub(crate) fn on_a_bus(test: &str, body: impl Future<Output = ()>) {
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
    // Tests are called without the name of the crate.
    let test = test.split_once("::").unwrap().1;
    inside.args(["--exact", test, "--nocapture"]).env(INSIDE, "1").env("DBUS_SESSION_BUS_ADDRESS", address.trim());
    let result = inside.output().unwrap();
    let said = String::from_utf8_lossy(&result.stdout).into_owned() + &String::from_utf8_lossy(&result.stderr);
    assert!(result.status.success() && said.contains("1 passed"), "{said}");
    println!("{said}");
}
