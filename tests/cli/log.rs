//! Where the log is, how much it tells, and what it never tells.

use std::{fs, path::Path, process::Stdio, time::Instant};

use serde_json::{Value, json};

use crate::support::{PATIENCE, Running, output, streambell};

fn log(folder: &Path, args: &[&str]) -> Value {
    let (code, stdout, stderr) = output(streambell(folder, &[&["log"], args].concat()));
    assert_eq!(code, 0, "{stderr}");
    serde_json::from_str(&stdout).unwrap()
}

/// A program that runs, once it answers.
fn start(folder: &Path, level: Option<&str>) -> Running {
    let mut command = streambell(folder, &["run", "--no-hub"]);
    command.envs(level.map(|level| ("STREAMBELL_LOG", level))).stdout(Stdio::null()).stderr(Stdio::null());
    let running = Running(command.spawn().unwrap());
    until("it answers", || log(folder, &[])["file"].is_string());
    running
}

fn until(what: &str, fits: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !fits() {
        assert!(Instant::now() < deadline, "never happened: {what}");
    }
}

#[test]
fn a_running_program_keeps_its_log_and_tells_more_when_it_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let logs = folder.join("logs");
    let nothing = json!({ "folder": logs.display().to_string(), "file": null, "level": null });
    assert_eq!(log(folder, &[]), nothing, "a command keeps none");
    let (code, _, stderr) = output(streambell(folder, &["log", "debug"]));
    assert!(code == 1 && stderr.contains("STREAMBELL_LOG=debug"), "{stderr}");
    assert!(!logs.exists());

    let _running = start(folder, None);
    let file = logs.join("streambell.log");
    let state = |level: &str| json!({ "folder": logs.display().to_string(), "file": file.display().to_string(), "level": level });
    assert_eq!(log(folder, &[]), state("normal"));
    let text = || fs::read_to_string(&file).unwrap();
    until("it says that it runs", || text().contains("running"));
    assert!(!text().contains("DEBUG"), "{}", text());

    assert_eq!(log(folder, &["debug"]), state("debug"));
    let url = "http://127.0.0.1:9/feed?token=s3cret";
    let (code, _, stderr) = output(streambell(folder, &["feeds", "add", "--url", url]));
    assert_eq!(code, 0, "{stderr}");
    until("more is told", || text().contains("DEBUG streambell_sse") && text().contains("127.0.0.1:9"));
    assert!(!text().contains("s3cret"), "{}", text());
    assert_eq!(log(folder, &["normal"]), state("normal"));
    assert_eq!(log(folder, &[]), state("normal"));
}

#[test]
fn the_environment_decides_how_it_begins() {
    let folder = tempfile::tempdir().unwrap();
    let _running = start(folder.path(), Some("error"));
    assert_eq!(log(folder.path(), &[])["level"], Value::Null);
    assert_eq!(fs::read_to_string(folder.path().join("logs/streambell.log")).unwrap(), "");
    assert_eq!(log(folder.path(), &["trace"])["level"], "trace");
}

#[test]
fn a_log_that_cannot_be_written_keeps_nobody_from_running() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("logs"), "no folder").unwrap();
    let mut command = streambell(folder.path(), &["run", "--no-hub"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let _running = Running(command.spawn().unwrap());
    until("it answers", || log(folder.path(), &[])["level"] == "normal");
    assert_eq!(log(folder.path(), &[])["file"], Value::Null);
}

#[cfg(unix)]
#[test]
fn only_the_user_reads_the_log() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let _running = start(folder.path(), None);
    for (path, mode) in [("logs", 0o700), ("logs/streambell.log", 0o600)] {
        let found = fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{path}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_folder_of_the_users_own_it_is_in_the_platforms_place() {
    let folder = tempfile::tempdir().unwrap();
    let place = |state: Option<&str>| {
        let mut command = streambell(folder.path(), &["log"]);
        command.env_remove("STREAMBELL_HOME").env_remove("XDG_DATA_HOME").env("HOME", folder.path());
        match state {
            Some(state) => command.env("XDG_STATE_HOME", folder.path().join(state)),
            None => command.env_remove("XDG_STATE_HOME"),
        };
        let (code, stdout, stderr) = output(command);
        assert_eq!(code, 0, "{stderr}");
        serde_json::from_str::<Value>(&stdout).unwrap()["folder"].as_str().unwrap().to_owned()
    };
    let within = |path: &str| folder.path().join(path).display().to_string();
    assert_eq!(place(None), within(".local/state/streambell/logs"));
    assert_eq!(place(Some("state")), within("state/streambell/logs"));
}
