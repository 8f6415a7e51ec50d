//! What is kept: measured, cleared, written to files, backed up and restored.

use std::{collections::HashMap, fs, path::Path};

use rusqlite::Connection;
use streambell_engine::{
    EngineError,
    model::{EventExport, ExportFormat, FeedDraft, LimitsDraft, Notify, Query, Retention, View},
};

use crate::support::{Bench, Folder, Server};

fn of(feed: &str, format: ExportFormat) -> EventExport {
    EventExport { format, feed: Some(streambell_engine::model::FeedId(feed.into())), search: None, since: None }
}

async fn data(bench: &Bench, feed: &str) -> Vec<String> {
    let feed = Some(streambell_engine::model::FeedId(feed.into()));
    let page = bench.engine.list_events(Query { feed, ..Query::default() }).await.expect("a page");
    page.events.iter().rev().map(|event| event.data.to_string()).collect()
}

fn code<T: std::fmt::Debug>(refused: Result<T, EngineError>) -> String {
    refused.expect_err("it is refused").code().to_owned()
}

#[tokio::test]
async fn a_history_is_measured_and_cleared_and_goes_on() {
    let (folder, one, two) = (Folder::new(), Server::start().await, Server::start().await);
    let bench = folder.start().await;
    let feed = bench.add("One", &one.url, Notify::Rules).await;
    bench.add("Two", &two.url, Notify::Rules).await;
    for number in 0..3 {
        one.send(&format!("one {number}"));
    }
    two.send("two");
    bench.until_events(4).await;
    let storage = bench.engine.storage().await.expect("figures");
    let kept: HashMap<_, _> = storage.feeds.iter().map(|it| (it.feed.0.as_str(), (it.events, it.bytes))).collect();
    assert_eq!(kept, HashMap::from([("one", (3, 15)), ("two", (1, 3))]));
    assert!(storage.bytes > 0 && storage.free.is_some() && storage.feeds[0].oldest.is_some(), "{storage:?}");
    assert_eq!(storage.folder, folder.home().folder().display().to_string());

    bench.engine.clear_history(feed.id.clone()).await.expect("cleared");
    assert_eq!(data(&bench, "one").await, [""; 0]);
    assert_eq!(data(&bench, "two").await, ["two"]);
    let snapshot = bench.engine.snapshot().await.expect("a snapshot");
    assert_eq!((snapshot.feeds[0].unread, snapshot.feeds[0].last_event_at), (0, None));
    one.send("after");
    bench.until("it goes on", |snapshot| snapshot.feeds[0].events.len() == 1).await;
    assert_eq!(data(&bench, "one").await, ["after"], "what was cleared is not asked for again");
    assert_eq!(one.requests().len(), 1, "the connection stays open");
    let storage = bench.engine.storage().await.expect("figures");
    assert_eq!((storage.feeds[0].events, storage.feeds[0].bytes), (1, 5));
    let nothing = bench.engine.clear_history(streambell_engine::model::FeedId("nothing".into()));
    assert_eq!(code(nothing.await), "no_such_feed");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn retention_is_set_for_one_feed_and_for_all_without_closing_a_connection() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let feed = bench.add("One", &server.url, Notify::Rules).await;
    bench.add("Two", "http://127.0.0.1:9/two", Notify::Rules).await;
    bench.until_open().await;
    bench.engine.set_retention(Some(feed.id), Retention { days: 7, megabytes: 1 }).await.expect("set");
    let limits = async || {
        let feeds = bench.engine.export().await.expect("a document").feeds;
        feeds.iter().map(|feed| (feed.limits.keep_days, feed.limits.keep_megabytes)).collect::<Vec<_>>()
    };
    assert_eq!(limits().await, [(7, 1), (90, 512)]);
    bench.engine.set_retention(None, Retention { days: 0, megabytes: 2 }).await.expect("set");
    assert_eq!(limits().await, [(0, 2), (0, 2)]);
    assert_eq!(server.requests().len(), 1);
    bench.engine.shutdown().await;

    // Those that come later are kept so too, unless they say something else themselves; also after a restart.
    let bench = folder.start().await;
    bench.add("Three", "http://127.0.0.1:9/three", Notify::Rules).await;
    let own = LimitsDraft { keep_days: Some(5), ..LimitsDraft::default() };
    let four =
        FeedDraft { name: "Four".into(), url: "http://127.0.0.1:9/four".into(), limits: own, ..FeedDraft::default() };
    let four = bench.engine.add_feed(four).await.expect("added");
    let limits = async || {
        let feeds = bench.engine.export().await.expect("a document").feeds;
        feeds.iter().map(|feed| (feed.limits.keep_days, feed.limits.keep_megabytes)).collect::<Vec<_>>()
    };
    assert_eq!(limits().await, [(0, 2), (0, 2), (0, 2), (5, 2)]);
    // Who changes something else of a feed changes nothing about that.
    let renamed = FeedDraft { name: "4".into(), limits: LimitsDraft::default(), ..four.clone().into() };
    assert_eq!(bench.engine.update_feed(four.id, renamed).await.expect("changed").limits, four.limits);
    // What was exported is what an import brings back.
    let document = serde_json::to_string(&bench.engine.export().await.expect("a document")).expect("JSON");
    bench.engine.set_retention(None, Retention { days: 1, megabytes: 1 }).await.expect("set");
    bench.engine.import(document).await.expect("imported");
    assert_eq!(limits().await, [(0, 2), (0, 2), (0, 2), (5, 2)]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn less_room_takes_the_oldest_at_once() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let feed = bench.add("One", &server.url, Notify::Rules).await;
    for number in 0..6 {
        server.send(&format!("{number}{}", "x".repeat(400_000)));
    }
    bench.until_events(6).await;
    bench.engine.set_retention(Some(feed.id), Retention { days: 0, megabytes: 1 }).await.expect("set");
    let fits = async {
        // The pieces are removed behind the request.
        while bench.engine.storage().await.expect("figures").feeds[0].bytes > 1 << 20 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), fits).await.expect("it fits");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn events_are_written_as_a_table_that_no_spreadsheet_computes() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let draft =
        FeedDraft { name: "Prices".into(), url: server.url.clone(), view: Some(View::Price), ..FeedDraft::default() };
    bench.engine.add_feed(draft).await.expect("added");
    bench.add("Other", "http://127.0.0.1:9/other", Notify::Rules).await;
    server.send(r#"{"symbol":"BTC","price":"-60000.10"}"#);
    server.send(r#"=HYPERLINK("http://127.0.0.1/")"#);
    server.send("@SUM(1,2)");
    server.send("-5");
    server.send("看, \"quoted\"");
    bench.until_events(5).await;

    let file = folder.home().folder().join("events.csv");
    fs::write(&file, "what stood there").expect("written");
    let written = bench.engine.export_events(of("prices", ExportFormat::Csv), file.clone()).await;
    assert_eq!(written.expect("written"), 5);
    let mut table = csv::Reader::from_path(&file).expect("a table");
    let columns: Vec<String> = table.headers().expect("columns").iter().map(str::to_owned).collect();
    let rows: Vec<HashMap<String, String>> = table.deserialize().collect::<Result<_, _>>().expect("rows");
    assert_eq!(columns[0], "seq");
    let column = |name: &str| rows.iter().map(|row| row[name].as_str()).collect::<Vec<_>>();
    assert_eq!(column("seq"), ["1", "2", "3", "4", "5"]);
    assert_eq!((rows[0]["key"].as_str(), rows[0]["value"].as_str()), ("BTC", "-60000.10"));
    assert_eq!(column("data")[1..], [r#"'=HYPERLINK("http://127.0.0.1/")"#, "'@SUM(1,2)", "-5", "看, \"quoted\""]);
    assert!(rows[0]["received"].ends_with('Z'), "{}", rows[0]["received"]);
    for row in &rows {
        for cell in row.values() {
            assert!(!cell.starts_with(['=', '+', '@', '\t', '\r']), "{cell}");
        }
    }

    let found = EventExport { search: Some("quoted".into()), ..of("prices", ExportFormat::JsonLines) };
    assert_eq!(bench.engine.export_events(found, file.clone()).await.expect("written"), 1);
    let line: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file).expect("text")).expect("JSON");
    assert_eq!(line["data"], "看, \"quoted\"");

    assert_eq!(bench.engine.export_events(of("other", ExportFormat::Csv), file.clone()).await.expect("written"), 0);
    assert!(fs::read_to_string(&file).expect("text").starts_with("seq,feed,"), "a table without lines has columns");
    assert_eq!(code(bench.engine.export_events(of("no", ExportFormat::Csv), file.clone()).await), "no_such_feed");
    assert!(fs::read_to_string(&file).expect("text").starts_with("seq,feed,"), "what is refused leaves it alone");
    let nowhere = bench.engine.export_events(of("prices", ExportFormat::Csv), "/no/such/folder/x.csv".into());
    assert_eq!(code(nowhere.await), "file_not_writable");
    assert_eq!(parts(folder.home().folder()), 0, "nothing half written stays");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_long_text_is_written_whole() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Log", &server.url, Notify::Rules).await;
    let text = "long ".repeat(20_000);
    server.send(&text);
    bench.until_events(1).await;
    let file = folder.home().folder().join("events.jsonl");
    bench.engine.export_events(of("log", ExportFormat::JsonLines), file.clone()).await.expect("written");
    let line: serde_json::Value = serde_json::from_str(&fs::read_to_string(file).expect("text")).expect("JSON");
    assert_eq!(line["data"].as_str().map(str::len), Some(text.len()));
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_backup_brings_everything_back_and_keeps_what_was_there() {
    let (folder, elsewhere, server) = (Folder::new(), Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let feed = bench.add("Prices", &server.url, Notify::All).await;
    server.send("before");
    bench.until_events(1).await;
    let file = folder.home().folder().join("streambell.backup");
    bench.engine.back_up(file.clone()).await.expect("backed up");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&file).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "nobody else may read it: {mode:o}");
    }
    server.send("after");
    bench.until_events(2).await;
    bench.engine.remove_feed(feed.id).await.expect("removed");
    bench.add("New", "http://127.0.0.1:9/new", Notify::Rules).await;

    bench.engine.restore(file.clone()).await.expect("it is a backup");
    let names = async |bench: &Bench| {
        let feeds = bench.engine.export().await.expect("a document").feeds;
        feeds.into_iter().map(|feed| feed.name).collect::<Vec<_>>()
    };
    assert_eq!(names(&bench).await, ["New"], "the present goes on until the next start");
    bench.engine.shutdown().await;

    let bench = folder.start().await;
    assert_eq!(names(&bench).await, ["Prices"]);
    let snapshot = bench.engine.snapshot().await.expect("a snapshot");
    let notice = snapshot.notices.iter().find(|notice| notice.reason.code == "restored").expect("it is told");
    bench.until_events(2).await;
    assert_eq!(bench.history().await, ["before", "after"], "the server replays what came after the backup");
    bench.engine.shutdown().await;
    let kept = files(folder.home().folder(), "streambell-before-restore-");
    assert_eq!(kept.len(), 1);
    assert!(notice.reason.message.contains(&kept[0]), "{}", notice.reason.message);

    // What was kept can be restored too, and on another computer.
    let there = elsewhere.start().await;
    there.engine.restore(folder.home().folder().join(&kept[0])).await.expect("it is one");
    there.engine.shutdown().await;
    let there = elsewhere.start().await;
    assert_eq!(names(&there).await, ["New"]);
    there.engine.shutdown().await;
    let there = elsewhere.start().await;
    assert_eq!(there.engine.snapshot().await.expect("a snapshot").notices, [], "it was told once");
    there.engine.shutdown().await;
}

#[tokio::test]
async fn what_is_no_backup_is_refused_and_changes_nothing() {
    let folder = Folder::new();
    let bench = folder.start().await;
    bench.add("Mine", "http://127.0.0.1:9/mine", Notify::Rules).await;
    let home = folder.home().folder().to_owned();
    let backup = home.join("good.backup");
    bench.engine.back_up(backup.clone()).await.expect("backed up");
    let copy = |name: &str| {
        let file = home.join(name);
        fs::copy(&backup, &file).expect("copied");
        file
    };
    let newer = copy("newer");
    Connection::open(&newer).and_then(|it| it.pragma_update(None, "user_version", 99)).expect("changed");
    let foreign = home.join("foreign");
    Connection::open(&foreign).and_then(|it| it.execute_batch("CREATE TABLE feed (no)")).expect("made");
    let damaged = copy("damaged");
    let mut bytes = fs::read(&damaged).expect("bytes");
    bytes[4096..].fill(0x5a);
    fs::write(&damaged, bytes).expect("written");
    let text = home.join("text");
    fs::write(&text, "no database at all").expect("written");
    for (file, expected) in [
        (newer, "newer_backup"),
        (foreign, "no_backup"),
        (damaged, "damaged_backup"),
        (text, "no_backup"),
        (home.join("missing"), "no_backup"),
    ] {
        let refused = bench.engine.restore(file.clone()).await.expect_err("it is refused");
        assert_eq!(refused.code(), expected, "{refused}");
        assert!(refused.to_string().contains("nothing was changed"), "{refused}");
    }
    bench.engine.shutdown().await;
    let bench = folder.start().await;
    assert_eq!(bench.engine.feeds().await.expect("feeds")[0].feed.name, "Mine");
    assert_eq!(files(&home, "streambell-before-restore-").len() + parts(&home), 0);
    bench.engine.shutdown().await;
}

fn files(folder: &Path, prefix: &str) -> Vec<String> {
    let names =
        fs::read_dir(folder).expect("it is there").filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.filter(|name| name.starts_with(prefix) && name.ends_with(".db")).collect()
}

fn parts(folder: &Path) -> usize {
    fs::read_dir(folder)
        .expect("it is there")
        .filter(|it| it.as_ref().is_ok_and(|it| it.path().extension().is_some_and(|it| it == "part")))
        .count()
}
