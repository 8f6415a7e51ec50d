//! A database of any earlier schema opens with everything there, and the original is kept; what goes wrong on the way
//! leaves it as it was.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use rusqlite::Connection;
use streambell_engine::{
    AlertQuery,
    model::{AlertState, Query},
};

use crate::{
    old_database,
    support::{Bench, Folder},
};

/// Opened as a command does it: nothing is subscribed to, so nothing new comes.
async fn open(folder: &Folder) -> Bench {
    folder.start_command(streambell_engine::Clock::default()).await.expect("it opens")
}

fn files(folder: &Folder, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.home().folder()).expect("the folder").map(|entry| entry.expect("an entry"));
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
    named.map(|entry| entry.path()).collect()
}

fn version(file: &Path) -> usize {
    let connection = Connection::open(file).expect("a database");
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version")
}

#[tokio::test]
async fn every_earlier_schema_opens_with_everything_there() {
    for schema in 1..old_database::newest() {
        let folder = Folder::new();
        let file = folder.home().database();
        old_database::make(&file, schema);
        let before = old_database::rows(&file);
        for (table, rows) in &before {
            assert!(!rows.is_empty(), "schema {schema}: {table} has no row, so nothing is shown of it");
            for column in rows[0].keys() {
                let used = rows.iter().any(|row| row[column] != rusqlite::types::Value::Null);
                assert!(used, "schema {schema}: {table}.{column} is always empty, so nothing is shown of it");
            }
        }

        let bench = open(&folder).await;
        let snapshot = bench.engine.snapshot().await.expect("a snapshot");
        let notice = snapshot.notices.iter().find(|notice| notice.reason.code == "upgraded").expect("it is told");
        let kept = files(&folder, "streambell-before-upgrade-");
        assert_eq!(kept.len(), 1, "schema {schema}");
        assert!(notice.reason.message.contains(&kept[0].display().to_string()), "{}", notice.reason.message);
        everything_is_used(&bench, schema).await;
        bench.engine.shutdown().await;

        assert_eq!(version(&file), old_database::newest());
        assert_eq!((version(&kept[0]), old_database::rows(&kept[0])), (schema, before.clone()), "as it was");
        let after = old_database::rows(&file);
        for (table, rows) in &before {
            // Became `rule_memory` in schema 2.
            if table == "rule_side" {
                continue;
            }
            for row in rows {
                let same = |now: &&BTreeMap<_, _>| row.iter().all(|(column, value)| now.get(column) == Some(value));
                assert!(
                    after[table].iter().find(same).is_some(),
                    "schema {schema}: {table} has lost {row:?}: {:#?}",
                    after[table]
                );
            }
        }
        let sides = before.get("rule_side").map_or(0, Vec::len);
        assert!(after["rule_memory"].len() >= sides, "what rules remember is there in another form");

        // It was told once, and the next start has nothing to do.
        let bench = open(&folder).await;
        assert_eq!(bench.engine.snapshot().await.expect("a snapshot").notices, []);
        bench.engine.shutdown().await;
        assert_eq!(files(&folder, "streambell-before-upgrade-"), kept);
    }
}

/// Rows that nobody can read would be as good as lost.
async fn everything_is_used(bench: &Bench, schema: usize) {
    let feeds = bench.engine.feeds().await.expect("feeds");
    assert_eq!(feeds.iter().map(|feed| &*feed.feed.name).collect::<Vec<_>>(), ["Prices", "Chat"]);
    assert_eq!(feeds[0].unread, 1, "what was read stays so");
    assert_eq!(feeds[0].card.columns, (schema >= 6).then_some(6));
    assert_eq!(bench.engine.export().await.expect("a document").rules.len(), 1);
    for (words, found) in [("btc", 2), ("3000", 1), ("正常", 1), ("", 4)] {
        let query = Query { search: Some(words.into()), ..Query::default() };
        let page = bench.engine.list_events(query).await.expect("a page");
        assert_eq!(page.events.len(), found, "schema {schema}: '{words}'");
        assert!(page.events.iter().all(|event| !event.readings.is_empty()));
    }
    for (state, id) in [(AlertState::Firing, 1), (AlertState::Acknowledged, 2), (AlertState::Resolved, 3)] {
        let query = AlertQuery { state: Some(state), ..AlertQuery::default() };
        let alerts = bench.engine.list_alerts(query).await.expect("alerts");
        assert_eq!(alerts.iter().map(|alert| alert.id).collect::<Vec<_>>(), [id]);
    }
}

#[tokio::test]
async fn what_a_killed_upgrade_left_is_removed_and_only_the_newest_original_is_kept() {
    let folder = Folder::new();
    let (home, file) = (folder.home(), folder.home().database());
    old_database::make(&file, 1);
    let before = old_database::rows(&file);
    // As after a kill before the copy took its place: it is not whole, and the original has its second name already.
    fs::write(home.folder().join("streambell-upgrading.db"), "half of a copy").expect("written");
    fs::hard_link(&file, home.folder().join("streambell-before-upgrade-1-20200101-000000.db")).expect("linked");
    open(&folder).await.engine.shutdown().await;
    assert_eq!(version(&file), old_database::newest());
    assert_eq!(files(&folder, "streambell-upgrading"), Vec::<PathBuf>::new());
    let kept = files(&folder, "streambell-before-upgrade-");
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(old_database::rows(&kept[0]), before);
}

#[tokio::test]
async fn what_a_killed_program_left_in_its_journal_is_brought_along() {
    let folder = Folder::new();
    let file = folder.home().database();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let made = elsewhere.path().join("streambell.db");
    old_database::make(&made, 1);
    // A connection that is open keeps its journal; a copy of both is what a kill leaves.
    let connection = Connection::open(&made).expect("a database");
    connection.execute("UPDATE feed SET last_event_id = 'in the journal' WHERE id = 'prices'", []).expect("written");
    for suffix in ["", "-wal"] {
        let to = format!("{}{suffix}", file.display());
        fs::copy(format!("{}{suffix}", made.display()), to).expect("copied");
    }
    drop(connection);
    open(&folder).await.engine.shutdown().await;
    let feeds = &old_database::rows(&file)["feed"];
    assert!(feeds.iter().any(|feed| feed["last_event_id"] == rusqlite::types::Value::Text("in the journal".into())));
}

#[tokio::test]
async fn a_migration_that_fails_leaves_the_original_untouched() {
    let folder = Folder::new();
    let file = folder.home().database();
    old_database::make(&file, 4);
    let connection = Connection::open(&file).expect("a database");
    // The next migration wants to make a table of this name.
    connection.execute_batch("CREATE TABLE gap (nobody)").expect("made");
    connection.pragma_update(None, "journal_mode", "DELETE").expect("one file");
    connection.close().expect("closed");
    let before = fs::read(&file).expect("the database");
    for _ in 0..2 {
        let refused = folder.try_start().await.err().expect("refused");
        assert_eq!(refused.code(), "not_upgraded");
        assert!(refused.to_string().contains("It is as it was"), "{refused}");
        assert_eq!(fs::read(&file).expect("the database"), before);
        assert_eq!(files(&folder, "streambell-").len(), 0, "nothing is left over");
    }
}

#[tokio::test]
async fn a_database_that_somebody_else_has_open_is_not_exchanged_under_them() {
    let folder = Folder::new();
    let file = folder.home().database();
    old_database::make(&file, 1);
    let other = Connection::open(&file).expect("a database");
    let count =
        |connection: &Connection| connection.query_row("SELECT count(*) FROM event", [], |row| row.get::<_, u32>(0));
    assert_eq!(count(&other), Ok(4));
    let refused = folder.try_start().await.err().expect("refused");
    assert_eq!(refused.code(), "not_upgraded");
    assert!(refused.to_string().contains("another program has it open"), "{refused}");
    assert_eq!((count(&other), version(&file)), (Ok(4), 1));
    drop(other);
    open(&folder).await.engine.shutdown().await;
    assert_eq!(version(&file), old_database::newest());
}

#[tokio::test]
async fn a_damaged_one_is_set_aside_as_ever() {
    let folder = Folder::new();
    let file = folder.home().database();
    old_database::make(&file, 3);
    let mut bytes = fs::read(&file).expect("the database");
    bytes[4096..].fill(0x5a);
    fs::write(&file, &bytes).expect("written");
    let bench = open(&folder).await;
    let snapshot = bench.engine.snapshot().await.expect("a snapshot");
    assert_eq!(snapshot.notices.iter().map(|it| &*it.reason.code).collect::<Vec<_>>(), ["history_set_aside"]);
    bench.engine.shutdown().await;
    let aside = files(&folder, "streambell-damaged-");
    assert_eq!(fs::read(&aside[0]).expect("it is kept"), bytes);
}

#[tokio::test]
async fn a_backup_of_an_earlier_schema_goes_the_same_way() {
    let folder = Folder::new();
    let backup = folder.home().folder().join("old.backup");
    old_database::make(&backup, 2);
    let bench = open(&folder).await;
    bench.engine.restore(backup.clone()).await.expect("it is a backup");
    bench.engine.shutdown().await;
    let bench = open(&folder).await;
    let notices = bench.engine.snapshot().await.expect("a snapshot").notices;
    assert_eq!(notices.iter().map(|it| &*it.reason.code).collect::<Vec<_>>(), ["restored", "upgraded"]);
    everything_is_used(&bench, 2).await;
    bench.engine.shutdown().await;
    let kept = files(&folder, "streambell-before-upgrade-2-");
    // And so does what is kept of an upgrade.
    let bench = open(&folder).await;
    bench.engine.restore(kept[0].clone()).await.expect("it is a backup");
    bench.engine.shutdown().await;
    let bench = open(&folder).await;
    everything_is_used(&bench, 2).await;
    bench.engine.shutdown().await;
}
