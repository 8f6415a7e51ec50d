//! HTTPS: both versions of HTTP, certificates that change, and files that are none.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use streambell_hub::{CertificateError, CertificateFiles, Door, Hub, HubConfig, HubError, Message};
use streambell_sse::{Client, Config, Connection, Signal, Status, Tls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::client::{PATIENCE, config};

/// A certificate for localhost and its key, both as PEM.
fn certificate() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

fn files(folder: &Path) -> CertificateFiles {
    CertificateFiles { cert: folder.join("cert.pem"), key: folder.join("key.pem") }
}

fn write(folder: &Path, pem: &(String, String)) {
    fs::write(files(folder).cert, &pem.0).unwrap();
    fs::write(files(folder).key, &pem.1).unwrap();
}

async fn start(folder: &Path) -> Result<Hub, HubError> {
    let door = Door { certificate: Some(files(folder)), ..Door::default() };
    Hub::start(HubConfig { door, ..config() }).await
}

/// A connection to the hub, which must show this certificate.
async fn connect(addr: SocketAddr, certificate: &str, protocol: &[u8]) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let stream = TcpStream::connect(addr).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

async fn until(stream: &mut TlsStream<TcpStream>, text: &str) -> String {
    let mut read = Vec::new();
    let reading = async {
        while !String::from_utf8_lossy(&read).contains(text) {
            assert!(stream.read_buf(&mut read).await.unwrap() > 0, "it ended: {}", String::from_utf8_lossy(&read));
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("nothing came");
    String::from_utf8(read).unwrap()
}

#[tokio::test]
async fn http1_and_http2_publish_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let pem = certificate();
    write(folder.path(), &pem);
    let hub = start(folder.path()).await.unwrap();
    let port = hub.addr().port();

    let mut http1 = connect(hub.addr(), &pem.0, b"http/1.1").await.unwrap();
    assert_eq!(http1.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    let request = format!("GET /t/sse HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: https://localhost:{port}\r\n\r\n");
    http1.write_all(request.as_bytes()).await.unwrap();
    assert!(until(&mut http1, "retry: ").await.starts_with("HTTP/1.1 200 "));

    let stream = connect(hub.addr(), &pem.0, b"h2").await.unwrap();
    let (http2, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = |method: &str, path: &str| {
        let uri = format!("https://localhost:{port}{path}");
        http::Request::builder().method(method).uri(uri).body(()).unwrap()
    };
    let mut http2 = http2.ready().await.unwrap();
    let (reading, _) = http2.send_request(request("GET", "/t/sse"), true).unwrap();
    let reading = reading.await.unwrap();
    assert_eq!(
        (reading.status().as_u16(), reading.headers()["content-type"].as_bytes()),
        (200, &b"text/event-stream"[..])
    );
    let mut reading = reading.into_body();
    // The greeting: from here on it is subscribed.
    assert!(reading.data().await.unwrap().unwrap().starts_with(b"retry: "));

    let (published, mut body) = http2.send_request(request("POST", "/t"), false).unwrap();
    body.send_data(Bytes::from_static(b"hello"), true).unwrap();
    assert_eq!(published.await.unwrap().status(), 200);
    let event = reading.data().await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&event).contains("hello"), "{event:?}");
    until(&mut http1, "hello").await;

    let foreign = http::Request::post(format!("https://evil.example:{port}/t")).body(()).unwrap();
    let (refused, _) = http2.send_request(foreign, true).unwrap();
    assert_eq!(refused.await.unwrap().status(), 403, "names are looked at in HTTP/2 as well");
    let long =
        http::Request::get(format!("https://localhost:{port}/")).header("x", "y".repeat(100_000)).body(()).unwrap();
    let refused = match http2.send_request(long, true) {
        Ok((refused, _)) => refused.await.map(|answer| answer.status().as_u16()).unwrap_or(431),
        Err(_) => 431,
    };
    assert_eq!(refused, 431);

    hub.shutdown().await;
    while let Some(data) = reading.data().await {
        assert!(data.is_ok(), "streams end in good order");
    }
    drop((reading, http2));
    connection.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_stream_of_http2_that_takes_nothing_is_cut_and_its_neighbour_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let pem = certificate();
    write(folder.path(), &pem);
    let door = Door { certificate: Some(files(folder.path())), ..Door::default() };
    let stall = Duration::from_millis(200);
    let hub = Hub::start(HubConfig { door, stall, keep_alive: stall / 4, ..config() }).await.unwrap();
    let stream = connect(hub.addr(), &pem.0, b"h2").await.unwrap();
    // Else the one would leave no room for the other.
    let mut client = h2::client::Builder::new();
    client.initial_connection_window_size(1 << 20);
    let (http2, connection) = client.handshake::<_, Bytes>(stream).await.unwrap();
    tokio::spawn(connection);
    let mut http2 = http2.ready().await.unwrap();
    let mut open = async |path: &str| {
        let uri = format!("https://localhost:{}{path}", hub.addr().port());
        let (stream, _) = http2.send_request(http::Request::get(uri).body(()).unwrap(), true).unwrap();
        stream.await.unwrap().into_body()
    };
    let (mut stuck, mut other) = (open("/t/sse").await, open("/u/sse").await);
    // More than its window, of which it gives nothing back.
    for _ in 0..4 {
        hub.publish("t", Message::text("x".repeat(60_000))).await.unwrap();
    }
    let cut = async {
        loop {
            match stuck.data().await {
                Some(Ok(_)) => {}
                Some(Err(error)) => break error,
                None => panic!("it ended as if all were well"),
            }
        }
    };
    let error = tokio::time::timeout(PATIENCE, cut).await.expect("it holds its place");
    assert!(error.is_reset(), "{error}");

    hub.publish("u", Message::text("hello")).await.unwrap();
    let reading = async {
        loop {
            let data = other.data().await.unwrap().unwrap();
            other.flow_control().release_capacity(data.len()).unwrap();
            if String::from_utf8_lossy(&data).contains("hello") {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("it was cut as well");
}

#[tokio::test]
async fn our_own_client_reads_over_https() {
    let folder = tempfile::tempdir().unwrap();
    let pem = certificate();
    write(folder.path(), &pem);
    let hub = start(folder.path()).await.unwrap();
    hub.publish("t", Message::text("hello")).await.unwrap();
    let mut config = Config::new(format!("https://localhost:{}/t/sse?since=all", hub.addr().port()).parse().unwrap());
    config.tls = Tls::default().trust(pem.0.as_bytes()).unwrap();
    let mut connection = Connection::new(Client::new().unwrap(), config);
    let data = loop {
        match connection.next().await.unwrap() {
            Signal::Events(events) => break events[0].data.to_string(),
            Signal::Status(Status::Connecting | Status::Open) => {}
            other => panic!("{other:?}"),
        }
    };
    assert!(data.contains("hello"), "{data}");
}

#[tokio::test]
async fn a_new_certificate_is_shown_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (certificate(), certificate());
    write(folder.path(), &old);
    let hub = start(folder.path()).await.unwrap();
    connect(hub.addr(), &old.0, b"http/1.1").await.unwrap();
    assert!(connect(hub.addr(), &new.0, b"http/1.1").await.is_err());
    write(folder.path(), &new);
    let seen = async { while connect(hub.addr(), &new.0, b"http/1.1").await.is_err() {} };
    tokio::time::timeout(PATIENCE, seen).await.expect("the new one is not shown");
}

#[tokio::test]
async fn whoever_speaks_no_tls_is_told_or_let_go() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &certificate());
    let hub = start(folder.path()).await.unwrap();
    let told = async |bytes: &[u8]| {
        let mut stream = TcpStream::connect(hub.addr()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        // An end or a reset, as the system likes.
        let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("it is held on to");
        answer
    };
    let answer = String::from_utf8(told(b"G").await).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("https://"), "{answer}");
    assert!(!told(b"\x16\x03\x01\x00\x04\x00\x00\x00\x00").await.starts_with(b"HTTP"));
    assert!(!told(b"anything\r\n\r\n").await.starts_with(b"HTTP"));
}

#[tokio::test]
async fn files_that_cannot_be_used_are_told_of() {
    let (one, other) = (certificate(), certificate());
    let refused = async |cert: Option<&str>, key: Option<&str>| {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        for (path, text) in [(files.cert, cert), (files.key, key)] {
            if let Some(text) = text {
                fs::write(path, text).unwrap();
            }
        }
        match start(folder.path()).await.unwrap_err() {
            HubError::Certificate(error) => error,
            error => panic!("{error}"),
        }
    };
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let wrong_key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    let (cert, key) = (Some(one.0.as_str()), Some(one.1.as_str()));
    use CertificateError::{BadCertificate, BadKey, NoCertificate, NoKey, NoPair, Read};
    assert!(matches!(refused(None, key).await, Read { .. }));
    assert!(matches!(refused(cert, None).await, Read { .. }));
    assert!(matches!(refused(Some(""), key).await, NoCertificate { .. }));
    assert!(matches!(refused(key, key).await, NoCertificate { .. }), "swapped");
    assert!(matches!(refused(cert, cert).await, NoKey { .. }));
    assert!(matches!(refused(cert, Some(locked)).await, NoKey { .. }));
    assert!(matches!(refused(cert, Some(wrong_key)).await, BadKey { .. }));
    assert!(matches!(refused(Some(broken), key).await, BadCertificate { .. }));
    assert!(matches!(refused(cert, Some(&other.1)).await, NoPair { .. }));
}
