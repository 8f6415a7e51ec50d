//! Secure connections: whom a feed trusts, who it says it is, and what is said when neither suffices.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion, version};
use streambell_sse::{Cause, Config, Status, Tls, TlsError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::server::Feed;

pub(crate) type Issuer = CertifiedIssuer<'static, KeyPair>;

pub(crate) fn issuer(name: &str) -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate and its key, both as PEM.
fn certificate(issuer: &Issuer, name: &str, years: (i32, i32), purpose: ExtendedKeyUsagePurpose) -> (String, String) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 1, 1);
    params.extended_key_usages = vec![purpose];
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, issuer).unwrap().pem(), key.serialize_pem())
}

pub(crate) fn for_server(issuer: &Issuer) -> (String, String) {
    certificate(issuer, "localhost", (2000, 2100), ExtendedKeyUsagePurpose::ServerAuth)
}

fn for_client(issuer: &Issuer) -> (String, String) {
    certificate(issuer, "ann", (2000, 2100), ExtendedKeyUsagePurpose::ClientAuth)
}

pub(crate) fn server_config(
    pem: &(String, String),
    clients: Option<&Issuer>,
    versions: &[&'static SupportedProtocolVersion],
) -> ServerConfig {
    use rustls::pki_types::pem::PemObject;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_protocol_versions(versions).unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(issuer) => {
            let mut roots = RootCertStore::empty();
            roots.add(issuer.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let certificate = CertificateDer::from_pem_slice(pem.0.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(pem.1.as_bytes()).unwrap();
    builder.with_single_cert(vec![certificate], key).unwrap()
}

/// A server that answers every request with one event, and keeps the stream open.
pub(crate) async fn serve(config: ServerConfig) -> Url {
    serve_answer(config, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: safe\n\n".to_owned()).await
}

async fn serve_answer(mut config: ServerConfig, answer: String) -> Url {
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (acceptor, answer) = (acceptor.clone(), answer.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(socket).await.ok()?;
                let mut head = vec![0; 4096];
                let _request = stream.read(&mut head).await.ok()?;
                stream.write_all(answer.as_bytes()).await.ok()?;
                stream.flush().await.ok()?;
                // Until the client goes.
                stream.read(&mut head).await.ok()
            });
        }
    });
    format!("https://localhost:{port}/feed").parse().unwrap()
}

/// The first event, or why there is none.
async fn first(url: Url, tls: Tls) -> Result<String, Cause> {
    let mut config = Config::new(url);
    config.tls = tls;
    let mut feed = Feed::start(config);
    assert_eq!(feed.status().await, Status::Connecting);
    match feed.status().await {
        Status::Open => Ok(feed.data().await.remove(0)),
        Status::Waiting { cause, .. } | Status::Stopped(cause) => Err(cause),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn trusting(issuer: &Issuer) -> Tls {
    Tls::default().trust(issuer.pem().as_bytes()).unwrap()
}

pub(crate) const BOTH: [&SupportedProtocolVersion; 2] = [&version::TLS13, &version::TLS12];

#[tokio::test]
async fn a_root_of_ones_own_is_trusted_in_both_versions() {
    let issuer = issuer("Mine");
    for version in BOTH {
        let url = serve(server_config(&for_server(&issuer), None, &[version])).await;
        assert_eq!(first(url, trusting(&issuer)).await.as_deref(), Ok("safe"), "{version:?}");
    }
}

#[tokio::test]
async fn a_server_may_be_trusted_by_its_own_certificate() {
    for authority in [IsCa::NoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        let own = |name: &str, years: (i32, i32)| {
            let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
            params.is_ca = authority;
            params.not_before = date_time_ymd(years.0, 1, 1);
            params.not_after = date_time_ymd(years.1, 1, 1);
            let key = KeyPair::generate().unwrap();
            (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
        };
        let trusted = |pem: &(String, String)| Tls::default().trust(pem.0.as_bytes()).unwrap();
        let server = async |pem: &(String, String)| serve(server_config(pem, None, &BOTH)).await;

        let pem = own("localhost", (2000, 2100));
        assert_eq!(first(server(&pem).await, trusted(&pem)).await.as_deref(), Ok("safe"), "{authority:?}");
        let other = own("localhost", (2000, 2100));
        for (pem, known, says) in [
            (&pem, &other, "does not trust its certificate"),
            (&own("example.com", (2000, 2100)), &own("example.com", (2000, 2100)), "does not trust its certificate"),
        ] {
            let cause = first(server(pem).await, trusted(known)).await.unwrap_err();
            assert!(cause.to_string().contains(says), "{authority:?}: {cause}");
        }
        for (pem, says) in
            [(own("example.com", (2000, 2100)), "is for another host"), (own("localhost", (2000, 2001)), "has expired")]
        {
            let cause = first(server(&pem).await, trusted(&pem)).await.unwrap_err();
            assert!(cause.to_string().contains(says), "{authority:?}: {cause}");
        }
    }
}

#[tokio::test]
async fn a_certificate_that_proves_nothing_is_explained() {
    let (mine, other) = (issuer("Mine"), issuer("Another"));
    let server = |name, years| certificate(&mine, name, years, ExtendedKeyUsagePurpose::ServerAuth);
    for (what, pem, trusted, says) in [
        ("an unknown issuer", server("localhost", (2000, 2100)), Tls::default(), "does not trust its certificate"),
        ("another issuer", server("localhost", (2000, 2100)), trusting(&other), "does not trust its certificate"),
        ("expired", server("localhost", (2000, 2001)), trusting(&mine), "has expired"),
        ("not yet valid", server("localhost", (2090, 2100)), trusting(&mine), "not valid yet"),
        ("another host", server("example.com", (2000, 2100)), trusting(&mine), "is for another host"),
    ] {
        let url = serve(server_config(&pem, None, &BOTH)).await;
        let cause = first(url, trusted).await.unwrap_err();
        assert_eq!(cause.code(), "tls", "{what}");
        assert!(cause.to_string().contains(says) && !cause.is_final(), "{what}: {cause}");
    }
}

#[tokio::test]
async fn a_server_may_ask_who_is_there() {
    let (issuer, stranger) = (issuer("Mine"), issuer("Another"));
    let identified = |by: &Issuer| {
        let (chain, key) = for_client(by);
        trusting(&issuer).identify(chain.as_bytes(), key.as_bytes()).unwrap()
    };
    for version in BOTH {
        let config = || server_config(&for_server(&issuer), Some(&issuer), &[version]);
        assert_eq!(first(serve(config()).await, identified(&issuer)).await.as_deref(), Ok("safe"), "{version:?}");
        let nobody = first(serve(config()).await, trusting(&issuer)).await.unwrap_err();
        assert!(nobody.to_string().contains("Set this feed's client certificate"), "{version:?}: {nobody:?} {nobody}");
        let wrong = first(serve(config()).await, identified(&stranger)).await.unwrap_err();
        assert!(
            wrong.to_string().contains("does not accept this feed's client certificate"),
            "{version:?}: {wrong:?} {wrong}"
        );
    }
}

#[tokio::test]
async fn another_origin_is_not_told_who_is_there() {
    let issuer = issuer("Mine");
    let there = serve(server_config(&for_server(&issuer), Some(&issuer), &BOTH)).await;
    let mut here = crate::server::Server::start().await;
    let (chain, key) = for_client(&issuer);
    let mut config = Config::new(here.url("/"));
    config.tls = trusting(&issuer).identify(chain.as_bytes(), key.as_bytes()).unwrap();
    let mut feed = Feed::start(config);
    assert_eq!(feed.status().await, Status::Connecting);
    here.answer(&format!("HTTP/1.1 307 There\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n")).await;
    let (_, _, cause) = feed.waiting().await;
    assert!(cause.to_string().contains("Set this feed's client certificate"), "{cause}");
}

#[tokio::test]
async fn a_redirect_out_of_security_is_followed_without_secrets() {
    let issuer = issuer("Mine");
    let mut there = crate::server::Server::start().await;
    let answer = format!("HTTP/1.1 301 There\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", there.url("/"));
    let mut config = Config::new(serve_answer(server_config(&for_server(&issuer), None, &BOTH), answer).await);
    config.tls = trusting(&issuer);
    config.headers.insert("authorization", "Bearer s3cret".parse().unwrap());
    let mut feed = Feed::start(config);
    assert_eq!(feed.status().await, Status::Connecting);
    let request = there.stream("data: plain\n\n").await;
    assert_eq!(request.header("authorization"), [""; 0]);
    assert_eq!(feed.status().await, Status::Open);
    assert_eq!(feed.data().await, ["plain"]);
}

#[test]
fn keys_in_every_form_that_tools_write() {
    let read =
        |name: &str| std::fs::read(format!("{}/../../tests/sse/keys/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for (chain, key) in [("rsa.pem", "rsa-pkcs1.pem"), ("ec.pem", "ec-sec1.pem")] {
        Tls::default().identify(&read(chain), &read(key)).unwrap();
    }
}

#[test]
fn files_that_are_not_what_they_should_be() {
    let issuer = issuer("Mine");
    let (chain, key) = for_client(&issuer);
    let (_, other_key) = for_client(&issuer);
    let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let no_base64 = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    let trust = |pem: &str| Tls::default().trust(pem.as_bytes()).unwrap_err();
    assert_eq!(trust(""), TlsError::NoCertificate);
    assert_eq!(trust(&key), TlsError::NoCertificate);
    assert_eq!(trust(damaged), TlsError::BadCertificate);
    assert_eq!(trust(no_base64), TlsError::BadCertificate);
    let identify = |chain: &str, key: &str| Tls::default().identify(chain.as_bytes(), key.as_bytes()).unwrap_err();
    assert_eq!(identify(&key, &key), TlsError::NoCertificate);
    assert_eq!(identify(&chain, &chain), TlsError::NoKey);
    assert_eq!(identify(&chain, locked), TlsError::LockedKey);
    assert_eq!(identify(&chain, &other_key), TlsError::NoPair);
    assert_eq!(identify(&chain, &locked.replace("ENCRYPTED ", "")), TlsError::BadKey);
    assert_eq!(identify(damaged, &key), TlsError::BadCertificate);
    // One file with everything in it, as many tools write it; and nothing of it shows.
    let all = format!("{key}\n{chain}");
    let tls = Tls::default().identify(all.as_bytes(), all.as_bytes()).unwrap();
    assert_eq!(format!("{tls:?}"), "Tls { roots: 0, identity: true }");
}
