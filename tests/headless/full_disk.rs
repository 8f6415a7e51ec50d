//! A disk that is full, and one that cannot be written: said, and nothing lost once there is room again.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

use crate::support::{Folder, ReplayServer, until};

/// A file system in memory; unmounted when this is dropped, by a panic too.
pub(crate) struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this user may not mount.
    pub(crate) fn mount(at: &Path, options: &str) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let done = mount(&["-t", "tmpfs", "-o", options, "streambell-test"], at);
        done.then(|| Self(at.to_owned()))
    }

    pub(crate) fn remount(&self, options: &str) {
        assert!(mount(&["-o", &format!("remount,{options}")], &self.0), "it cannot be remounted with {options}");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazy, for a program that a failed test has not yet ended.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

fn mount(options: &[&str], at: &Path) -> bool {
    Command::new("mount").args(options).arg(at).output().is_ok_and(|done| done.status.success())
}

/// Past the test runner, which keeps to itself what a passing test prints.
#[allow(clippy::explicit_write, reason = "eprintln is caught by the runner")]
pub(crate) fn not_tried(what: &str) {
    writeln!(std::io::stderr(), "headless: mounting is not permitted here, so this is not tried: {what}").unwrap();
}

fn newest(folder: &Folder) -> u64 {
    folder.ask(&["events", "--feed", "Big", "--limit", "1"])[0]["id"].as_str().map_or(0, |id| id.parse().unwrap())
}

#[test]
fn a_full_disk_is_said_and_nothing_is_lost() {
    let folder = Folder::new();
    let Some(disk) = SmallDisk::mount(folder.home(), "size=3m,mode=700") else {
        return not_tried("a full disk (but a file that may not grow is)");
    };
    let server = ReplayServer::start(200, 2000);
    folder.ask(&["feeds", "add", "--name", "Big", "--url", &server.url(), "--notify", "all"]);
    let program = folder.start();
    program.until_said("The disk is full");
    program.until_said("Free some space: Streambell goes on by itself");
    // It still answers, and what cannot be kept is refused with what to do.
    // Larger than the disk, since there may be room for something small.
    let feed = json!({ "name": "More", "url": format!("http://127.0.0.1:9/?{}", "x".repeat(4 << 20)) });
    let file = folder.base().join("settings.json");
    std::fs::write(&file, json!({ "version": 1, "feeds": [feed] }).to_string()).unwrap();
    let refused = folder.run(&["import", file.to_str().unwrap()]);
    refused.must_refuse("a full disk", 1, &["The disk is full", "Free some space"]);
    assert_eq!(folder.feed_names(), ["Big"]);

    disk.remount("size=64m");
    let last = server.finish();
    goes_on(&folder, last);
    folder.ask(&["feeds", "add", "--name", "More", "--url", "http://127.0.0.1:9/", "--paused"]);
    assert_eq!(program.end(), Some(0));
    assert_eq!(folder.feed_names(), ["Big", "More"]);
}

/// The same without the right to mount, by the limit that the system sets to a process's files.
#[test]
fn a_file_that_may_not_grow_is_said_and_nothing_is_lost() {
    let folder = Folder::new();
    let server = ReplayServer::start(200, 2000);
    folder.ask(&["feeds", "add", "--name", "Big", "--url", &server.url(), "--notify", "all"]);
    let program = folder.start_limited(4000);
    program.until_said("The disk reports an error");
    program.until_said("Check that it is still there and has space left");
    program.unlimit();
    goes_on(&folder, server.finish());
    assert_eq!(program.end(), Some(0));
    assert_eq!(folder.feed_names(), ["Big"]);
}

#[test]
fn a_program_on_a_full_disk_can_be_ended_and_started_again() {
    let folder = Folder::new();
    let disk = SmallDisk::mount(folder.home(), "size=3m,mode=700");
    let start = || if disk.is_some() { folder.start() } else { folder.start_limited(4000) };
    let server = ReplayServer::start(200, 2000);
    folder.ask(&["feeds", "add", "--name", "Big", "--url", &server.url()]);
    let program = start();
    program.until_said(if disk.is_some() { "The disk is full" } else { "The disk reports an error" });
    let (kept, made) = (newest(&folder), server.made());
    // By then the program holds all that it can hold, and the socket is full.
    until("the server is further on", || if server.made() > made + 200 { Ok(()) } else { Err(String::new()) });
    assert_eq!(program.end(), Some(0));
    // Started on the full disk it shows what it has.
    let program = start();
    assert!(newest(&folder) >= kept);
    match &disk {
        Some(disk) => disk.remount("size=64m"),
        None => program.unlimit(),
    }
    goes_on(&folder, server.finish());
    assert_eq!(program.end(), Some(0));
}

#[test]
fn a_data_folder_on_a_disk_that_is_read_only_is_said() {
    let folder = Folder::new();
    let Some(disk) = SmallDisk::mount(folder.home(), "size=16m,mode=700") else {
        return not_tried("a disk that is read-only");
    };
    folder.ask(&["feeds", "add", "--name", "Kept", "--url", "http://127.0.0.1:9/", "--paused"]);
    disk.remount("ro");
    for args in [&["run", "--no-hub"][..], &["feeds", "list"]] {
        let says = &["cannot be written", "Make it writable, or set STREAMBELL_HOME"];
        folder.run(args).must_refuse(&format!("{args:?}"), 1, says);
    }
    disk.remount("rw");
    assert_eq!(folder.feed_names(), ["Kept"]);
}

/// There is room again: everything comes, once, in order.
fn goes_on(folder: &Folder, last: u64) {
    until("it goes on", || {
        let newest = newest(folder);
        if newest == last { Ok(()) } else { Err(format!("{newest} of {last}")) }
    });
    let ids: Vec<String> = folder.events("Big").iter().map(id).collect();
    assert_eq!(ids, (1..=last).map(|id| id.to_string()).collect::<Vec<_>>());
}

fn id(event: &Value) -> String {
    event["id"].as_str().unwrap().to_owned()
}
