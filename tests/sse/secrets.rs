//! What is secret about a feed is sent to whom it is for, and shown to nobody: not in the log at its finest, not in an
//! error, not in what debugging prints.

use std::io::Write;
use std::sync::{Arc, Mutex};

use http::HeaderValue;
use http::header::AUTHORIZATION;
use streambell_sse::{Config, Proxy, ProxyUrl, Signal, Tls};
use tracing_subscriber::fmt::MakeWriter;

use crate::server::{Feed, Server, frozen};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Whatever is secret has this in it.
const SECRET: &str = "s3cr3t";

#[tokio::test(start_paused = true)]
async fn nothing_shows_a_secret() {
    let _time = frozen();
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    // For all threads: whether a line is logged is decided by the thread that first comes to it, and kept.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    tracing::callsite::rebuild_interest_cache();
    let mut server = Server::start().await;
    let pair = rcgen::generate_simple_self_signed(["ann".to_owned()]).unwrap();
    let key = pair.signing_key.serialize_pem();
    let mut config = Config::new(server.url(&format!("/feed?token={SECRET}&key={SECRET}")));
    config.url.set_username("ann").unwrap();
    config.url.set_password(Some(SECRET)).unwrap();
    config.headers.insert("x-key", HeaderValue::from_static(SECRET));
    config.headers.insert("cookie", HeaderValue::from_static("session=s3cr3t"));
    config.tls = Tls::from_pem(None, Some((&pair.cert.pem(), &key))).unwrap();
    let mut shown = format!("{config:?}\n");

    let mut feed = Feed::start(config.clone());
    shown += &format!("{:?}\n", feed.status().await);
    for answer in [
        format!(
            "HTTP/1.1 302 Go\r\nSet-Cookie: kept={SECRET}\r\nLocation: /next?code={SECRET}\r\nContent-Length: 0\r\n\r\n"
        ),
        "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n".to_owned(),
    ] {
        let request = server.answer(&answer).await;
        // It is sent: there is something that could show.
        assert_eq!(request.header("x-key"), [SECRET]);
        assert!(request.header("authorization")[0].starts_with("Basic "));
        assert!(request.header("cookie")[0].contains(SECRET));
    }
    shown += &format!("{:?}\n", feed.waiting().await);
    feed.retry.retry_now();
    shown += &format!("{:?}\n", feed.status().await);
    server.answer("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n").await;
    let Some(Signal::Status(stopped)) = feed.signal().await else { panic!("no status") };
    shown += &format!("{stopped:?}\n");

    // And one whose proxy is not there.
    config.headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer s3cr3t"));
    config.proxy = Proxy::Through(ProxyUrl::parse(&format!("http://ann:{SECRET}@127.0.0.1:1")).unwrap());
    shown += &format!("{config:?}\n");
    let mut feed = Feed::start(config);
    feed.status().await;
    let (_, _, cause) = feed.waiting().await;
    shown += &format!("{cause:?} {cause}\n");

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("streambell_sse") && log.contains("redirected"), "the log is written: {log}");
    let ours: Vec<_> = log.lines().filter(|line| line.contains("streambell_sse")).collect();
    let line_of_key = key.lines().nth(1).unwrap();
    for text in ours.into_iter().chain(shown.lines()) {
        assert!(!text.contains(SECRET) && !text.contains(line_of_key), "{text}");
    }
    // The HTTP library's own words go to no log of ours below its warnings, and those hold none either.
    let others = log.lines().filter(|line| line.contains(" WARN ") || line.contains(" ERROR "));
    assert_eq!(others.filter(|line| line.contains(SECRET)).count(), 0);
}
