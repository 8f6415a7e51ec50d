//! A history of an earlier version: the upgrade is killed, and finds no room. And one of a newer version.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use rand::{Rng, SeedableRng, rngs::StdRng};
use rusqlite::{Connection, config::DbConfig};

use crate::{
    full_disk::{SmallDisk, not_tried},
    old_database,
    support::{Folder, Outcome},
};

/// Events of a history that takes a moment to upgrade: a migration makes a row of each.
const MANY: u32 = 20_000;

/// A database of the first schema with so many events more, in one file.
fn old(file: &Path, events: u32) {
    old_database::make(file, 1);
    let connection = Connection::open(file).unwrap();
    connection
        .execute_batch(&format!(
            "BEGIN;
             WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < {events} + 9)
             INSERT INTO event SELECT i, 1, unixepoch() * 1000 - 3600000 + i, 'message', 'f-' || i, '{{}}' FROM n;
             INSERT INTO reading (event, part, key, value)
             SELECT seq, 0, printf('%0200d', seq), seq FROM event WHERE seq >= 10;
             COMMIT;"
        ))
        .unwrap();
    connection.pragma_update(None, "journal_mode", "DELETE").unwrap();
    connection.close().unwrap();
}

fn database(folder: &Folder) -> PathBuf {
    folder.home().join("streambell.db")
}

/// The version of a database, which is whole and has all its events.
fn whole(file: &Path, events: u32) -> usize {
    let connection = Connection::open(file).unwrap();
    let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap();
    let verdict: String = connection.query_row("PRAGMA quick_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
    assert_eq!(one("SELECT count(*) FROM event"), events + 4);
    assert_eq!(one("SELECT count(*) FROM reading"), events + 4);
    assert_eq!((one("SELECT count(*) FROM feed"), one("SELECT count(*) FROM alert")), (2, 3));
    usize::try_from(one("PRAGMA user_version")).unwrap()
}

/// The files of a folder that hold something.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().filter(|file| file.is_file()).map(|file| (file.clone(), fs::read(file).unwrap())).collect()
}

fn named(folder: &Folder, beginning: &str) -> usize {
    let names = fs::read_dir(folder.home()).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().starts_with(beginning)).count()
}

#[test]
fn killed_at_any_moment_the_upgrade_loses_nothing() {
    const EVENTS: u32 = MANY / 3;
    let seed = env::var("STREAMBELL_TEST_SEED").map_or_else(|_| rand::random(), |seed| seed.parse().unwrap());
    println!("STREAMBELL_TEST_SEED={seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    let folder = Folder::new();
    let (made, file) = (folder.base().join("made.db"), database(&folder));
    old(&made, EVENTS);
    fs::create_dir_all(folder.home()).unwrap();
    let begin = || {
        fs::remove_dir_all(folder.home()).unwrap();
        fs::create_dir(folder.home()).unwrap();
        fs::copy(&made, &file).unwrap();
    };
    begin();
    let begun = Instant::now();
    folder.ask(&["feeds", "list"]);
    let takes = begun.elapsed();
    assert_eq!(whole(&file, EVENTS), old_database::newest());

    let (mut early, mut half, mut late) = (0, 0, 0);
    begin();
    for _ in 0..200 {
        let mut command = folder.command(&["feeds", "list"]);
        let mut program = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // The moment of the kill is the point of the test.
        thread::sleep(chance.random_range(Duration::ZERO..takes.mul_f32(1.2)));
        program.kill().unwrap();
        program.wait().unwrap();
        let copy = named(&folder, "streambell-upgrading");
        if whole(&file, EVENTS) == old_database::newest() {
            late += 1;
            assert_eq!(copy, 0);
            begin();
        } else if copy > 0 {
            half += 1;
        } else {
            early += 1;
        }
        if half >= 5 && late >= 2 {
            break;
        }
    }
    println!("of {takes:?}: {early} kills before the copy was begun, {half} before it was whole, {late} after");
    assert!(half >= 5, "no kill hit the upgrade itself");
    folder.ask(&["feeds", "list"]);
    assert_eq!(whole(&file, EVENTS), old_database::newest());
    assert_eq!((named(&folder, "streambell-upgrading"), named(&folder, "streambell-before-upgrade-1-")), (0, 1));
}

#[test]
fn a_disk_without_room_for_the_upgrade_is_said_and_the_history_is_as_it_was() {
    const MB: u64 = 1 << 20;
    let folder = Folder::new();
    let Some(disk) = SmallDisk::mount(folder.home(), "size=64m,mode=700") else {
        return not_tried("an upgrade on a full disk (but on one that refuses to write is)");
    };
    let file = database(&folder);
    old(&file, MANY);
    let size = fs::metadata(&file).unwrap().len();
    // No room for a copy; then room for a copy, but not for what a migration adds.
    for (space, guessed) in [(size + size / 2, true), (size * 9 / 4 + 3 * MB / 2, false)] {
        disk.remount(&format!("size={space}"));
        let before = files(folder.home());
        for args in [&["run", "--no-hub"][..], &["events"]] {
            let refused = folder.run(args);
            refused.must_refuse(&format!("{space} bytes"), 1, &["must be free", "Free some space", "as it was"]);
            let free: u64 =
                refused.err.split("; ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().parse().unwrap();
            assert_eq!(free * 1_000_000 < size, guessed, "{refused:?}");
            // The lock is no part of the history.
            let after: Vec<_> = files(folder.home()).into_iter().filter(|(file, _)| !file.ends_with("lock")).collect();
            assert!(after == before.iter().filter(|(file, _)| !file.ends_with("lock")).cloned().collect::<Vec<_>>());
        }
    }
    disk.remount("size=64m");
    folder.ask(&["feeds", "list"]);
    assert_eq!(whole(&file, MANY), old_database::newest());
}

#[test]
fn a_disk_that_refuses_to_write_leaves_the_history_as_it_was() {
    let folder = Folder::new();
    let file = database(&folder);
    old(&file, MANY);
    let before = fs::read(&file).unwrap();
    // Blocks of 512 bytes: in the middle of the copy, and in the middle of a migration.
    for bytes in [before.len() / 2, before.len() + before.len() / 8] {
        let command = folder.limited(u32::try_from(bytes / 512).unwrap(), &["events"]);
        let refused = Outcome::of(command);
        refused.must_refuse("it may not grow", 1, &["cannot be brought to the form of this one", "It is as it was"]);
        assert!(fs::read(&file).unwrap() == before);
        assert_eq!(named(&folder, "streambell-"), 0, "nothing is left over");
    }
    folder.ask(&["feeds", "list"]);
    assert_eq!(whole(&file, MANY), old_database::newest());
}

#[test]
fn a_newer_history_is_refused_by_every_command_and_nothing_is_touched() {
    let folder = Folder::new();
    folder.ask(&["feeds", "add", "--name", "Kept", "--url", "http://127.0.0.1:9/", "--paused"]);
    // Killed, it leaves its journal behind, and the version of a newer one may stand in there alone.
    folder.start().kill();
    let set_version = |version: usize| {
        let newer = Connection::open(database(&folder)).unwrap();
        newer.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
        newer.pragma_update(None, "user_version", version).unwrap();
    };
    set_version(99);
    let before = files(folder.home());
    assert!(before.iter().any(|(file, bytes)| file.ends_with("streambell.db-wal") && !bytes.is_empty()));
    for args in [&["run", "--no-hub"][..], &["run"], &["events"], &["feeds", "list"], &["export"], &["alerts"]] {
        let says = &["was written by a newer Streambell", "left untouched", "Install the newer version again"];
        folder.run(args).must_refuse(&format!("{args:?}"), 1, says);
        assert!(files(folder.home()) == before, "{args:?} has written something");
    }
    let mut command = folder.command(&["events"]);
    command.env("LC_ALL", "zh_CN.UTF-8");
    Outcome::of(command).must_refuse("in Chinese", 1, &["由更新版本的 Streambell 写出", "未作任何改动"]);
    set_version(old_database::newest());
    assert_eq!(folder.feed_names(), ["Kept"]);
}
