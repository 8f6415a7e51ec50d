//! What goes wrong is said, with what to do next, and nothing is lost.

use std::fs;

use streambell_engine::model::{Notify, Status};

use crate::support::{Folder, Server};

#[tokio::test]
async fn answers_that_are_no_feed_are_explained() {
    for (answer, code, hint) in [
        (
            "HTTP/1.1 401 Unauthorized\nwww-authenticate: Basic realm=\"x\"\ncontent-length: 0\n\n",
            "unauthorized",
            "user name and password",
        ),
        ("HTTP/1.1 404 Not Found\ncontent-length: 0\n\n", "not_found", "address"),
        ("HTTP/1.1 204 No Content\n\n", "gone", ""),
        ("HTTP/1.1 200 OK\ncontent-type: text/html\ncontent-length: 6\n\n<html>", "wrong_type", "web page"),
        ("HTTP/1.1 426 Upgrade Required\nupgrade: websocket\ncontent-length: 0\n\n", "websocket", "WebSocket"),
    ] {
        let (folder, server) = (Folder::new(), Server::start().await);
        server.answer(answer);
        let bench = folder.start().await;
        bench.add("Feed", &server.url, Notify::Rules).await;
        let (found, message) = bench.until_trouble().await;
        assert_eq!(found, code, "{answer}");
        assert!(message.contains(hint), "{message} does not mention {hint}");
        let snapshot = bench.engine.snapshot().await.expect("a snapshot");
        assert!(matches!(snapshot.feeds[0].status, Status::Stopped { .. }));
        bench.engine.shutdown().await;
    }
}

#[tokio::test]
async fn a_stopped_feed_can_be_tried_again() {
    let (folder, server) = (Folder::new(), Server::start().await);
    server.answer("HTTP/1.1 404 Not Found\ncontent-length: 0\n\n");
    let bench = folder.start().await;
    let feed = bench.add("Feed", &server.url, Notify::Rules).await;
    bench.until_trouble().await;
    server.answer("HTTP/1.1 503 Busy\ncontent-length: 0\n\n");
    bench.engine.retry_feed(feed.id.clone()).await.expect("tried");
    bench.until("it waits", |snapshot| matches!(snapshot.feeds[0].status, Status::Waiting { .. })).await;
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_refused_port_waits_and_says_so() {
    let folder = Folder::new();
    let bench = folder.start().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    bench.add("Feed", &format!("http://{free}/"), Notify::Rules).await;
    let (code, message) = bench.until_trouble().await;
    assert_eq!(code, "refused");
    assert!(!message.is_empty());
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_damaged_database_is_set_aside_and_said_so() {
    for damage in [b"this is not a database at all, not even nearly".to_vec(), vec![0xff; 8192]] {
        let folder = Folder::new();
        fs::write(folder.home().database(), &damage).expect("written");
        let bench = folder.start().await;
        let snapshot = bench.engine.snapshot().await.expect("a snapshot");
        assert_eq!(snapshot.notices[0].reason.code, "history_set_aside");
        bench.engine.shutdown().await;
        let aside = fs::read_dir(folder.home().folder())
            .expect("the folder")
            .filter_map(Result::ok)
            .find(|file| file.file_name().to_string_lossy().starts_with("streambell-damaged-"))
            .expect("it is kept");
        assert_eq!(fs::read(aside.path()).expect("readable"), damage);
    }
}

#[tokio::test]
async fn damage_inside_the_database_is_found_at_the_start() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Feed", &server.url, Notify::Rules).await;
    for number in 0..500 {
        server.send(&format!("{number} {}", "x".repeat(200)));
    }
    bench.until("all have come", |snapshot| snapshot.feeds[0].unread == 500).await;
    bench.engine.shutdown().await;
    let mut bytes = fs::read(folder.home().database()).expect("the database");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 20_000].fill(0xa5);
    fs::write(folder.home().database(), bytes).expect("damaged");
    let bench = folder.start().await;
    assert_eq!(bench.engine.snapshot().await.expect("a snapshot").notices[0].reason.code, "history_set_aside");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_newer_database_is_refused_and_left_untouched() {
    let folder = Folder::new();
    folder.start().await.engine.shutdown().await;
    let file = folder.home().database();
    let connection = rusqlite::Connection::open(&file).expect("open");
    connection.pragma_update(None, "user_version", 99).expect("newer");
    connection.close().expect("closed");
    let before = fs::read(&file).expect("the database");
    let error = folder.try_start().await.err().expect("refused");
    assert_eq!(error.code(), "newer_database");
    assert!(error.to_string().contains("Install the newer version"), "{error}");
    assert_eq!(fs::read(&file).expect("the database"), before);
}

#[tokio::test]
async fn two_engines_cannot_have_one_folder() {
    let folder = Folder::new();
    let bench = folder.start().await;
    let error = folder.try_start().await.err().expect("refused");
    assert_eq!(error.code(), "home_in_use");
    bench.engine.shutdown().await;
    folder.start().await.engine.shutdown().await;
}
