//! The way through a proxy, and what is said when it leads nowhere.

use std::sync::{Arc, Mutex};

use base64::{Engine, prelude::BASE64_STANDARD};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use streambell_sse::{Cause, Config, Proxy, ProxyError, ProxyProblem, ProxyUrl, Status, Tls};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::server::{Feed, Server};
use crate::tls;

/// What proxies were told, in order.
type Told = Arc<Mutex<Vec<String>>>;

async fn head(socket: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = socket.read_u8().await else { break };
        head.push(byte);
    }
    String::from_utf8(head).unwrap()
}

/// An HTTP proxy that lets ann in and passes on what she asks; every other answer is `refusal`'s.
async fn http_proxy(refusal: Option<&'static str>) -> (String, Told) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap().to_string();
    let told = Told::default();
    let heads = told.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let heads = heads.clone();
            tokio::spawn(async move {
                let head = head(&mut socket).await;
                heads.lock().unwrap().push(head.clone());
                let login = format!("Basic {}", BASE64_STANDARD.encode("ann:open sesame"));
                let refusal = match refusal {
                    None if !head.contains(&login) => Some("407 Proxy Authentication Required"),
                    refusal => refusal,
                };
                if let Some(refusal) = refusal {
                    let answer = format!("HTTP/1.1 {refusal}\r\nContent-Length: 0\r\n\r\n");
                    return socket.write_all(answer.as_bytes()).await.ok();
                }
                let mut words = head.split(' ');
                let mut server = if words.next()? == "CONNECT" {
                    let server = TcpStream::connect(words.next()?).await.ok()?;
                    socket.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.ok()?;
                    server
                } else {
                    let url: url::Url = words.next()?.parse().ok()?;
                    let mut server = TcpStream::connect(url.socket_addrs(|| None).ok()?[0]).await.ok()?;
                    server.write_all(head.replacen(url.as_str(), url.path(), 1).as_bytes()).await.ok()?;
                    server
                };
                copy_bidirectional(&mut socket, &mut server).await.ok()?;
                Some(())
            });
        }
    });
    (place, told)
}

/// A SOCKS5 proxy (RFC 1928) that lets ann in (RFC 1929). It tells the addresses that it was asked for.
async fn socks_proxy() -> (String, Told) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap().to_string();
    let told = Told::default();
    let asked = told.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let asked = asked.clone();
            tokio::spawn(async move {
                let mut greeting = [0; 2];
                socket.read_exact(&mut greeting).await.ok()?;
                let mut methods = vec![0; greeting[1].into()];
                socket.read_exact(&mut methods).await.ok()?;
                if !methods.contains(&2) {
                    return socket.write_all(&[5, 255]).await.ok();
                }
                socket.write_all(&[5, 2]).await.ok()?;
                socket.read_u8().await.ok()?;
                let mut login = Vec::new();
                for _ in 0..2 {
                    let mut part = vec![0; socket.read_u8().await.ok()?.into()];
                    socket.read_exact(&mut part).await.ok()?;
                    login.push(String::from_utf8(part).ok()?);
                }
                let wrong = u8::from(login != ["ann", "open sesame"]);
                socket.write_all(&[1, wrong]).await.ok()?;
                let mut request = [0; 4];
                socket.read_exact(&mut request).await.ok()?;
                let host = match request[3] {
                    1 => {
                        let mut address = [0; 4];
                        socket.read_exact(&mut address).await.ok()?;
                        std::net::Ipv4Addr::from(address).to_string()
                    }
                    3 => {
                        let mut name = vec![0; socket.read_u8().await.ok()?.into()];
                        socket.read_exact(&mut name).await.ok()?;
                        String::from_utf8(name).ok()?
                    }
                    _ => return None,
                };
                let port = socket.read_u16().await.ok()?;
                asked.lock().unwrap().push(host);
                // Every name is this computer's: there is no other here.
                let server = TcpStream::connect(("127.0.0.1", port)).await;
                let reply = u8::from(server.is_err()) * 5;
                socket.write_all(&[5, reply, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()?;
                copy_bidirectional(&mut socket, &mut server.ok()?).await.ok()?;
                Some(())
            });
        }
    });
    (place, told)
}

fn through(proxy: &str, server: &Server) -> Config {
    let mut config = Config::new(server.url("/feed"));
    config.proxy = Proxy::Through(ProxyUrl::parse(proxy).unwrap());
    config
}

async fn opens(config: Config, server: &mut Server) {
    let mut feed = Feed::start(config);
    assert_eq!(feed.status().await, Status::Connecting);
    let request = server.stream("data: through\n\n").await;
    assert_eq!(request.line(), "GET /feed HTTP/1.1");
    assert_eq!(feed.status().await, Status::Open);
    assert_eq!(feed.data().await, ["through"]);
}

async fn fails(config: Config) -> Cause {
    let mut feed = Feed::start(config);
    assert_eq!(feed.status().await, Status::Connecting);
    match feed.status().await {
        Status::Waiting { cause, .. } | Status::Stopped(cause) => cause,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_http_proxy_with_a_login() {
    let mut server = Server::start().await;
    let (place, told) = http_proxy(None).await;
    let mut config = through(&format!("http://ann:open%20sesame@{place}"), &server);
    config.headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer for-the-server"));
    opens(config, &mut server).await;
    let told = told.lock().unwrap();
    assert!(told[0].to_ascii_lowercase().contains("proxy-authorization: basic "), "{}", told[0]);
}

#[tokio::test]
async fn a_secure_feed_passes_a_proxy_unread() {
    // The tunnel is made; that nobody speaks TLS behind it shows that what went through is the feed's own handshake.
    let mut server = Server::start().await;
    let (place, told) = http_proxy(None).await;
    let mut url = server.url("/feed?token=s3cret");
    url.set_scheme("https").unwrap();
    let mut config = Config::new(url);
    config.headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer for-the-server"));
    config.proxy = Proxy::Through(ProxyUrl::parse(&format!("http://ann:open%20sesame@{place}")).unwrap());
    let mut feed = Feed::start(config);
    assert_eq!(feed.status().await, Status::Connecting);
    let (mut socket, _) = server.accept().await;
    assert_eq!(socket.read_u8().await.unwrap(), 22, "the first byte of a TLS handshake");
    socket.write_all(b"HTTP/1.1 400 Not like this\r\n\r\n").await.unwrap();
    assert_eq!(feed.waiting().await.2.code(), "tls");
    let told = told.lock().unwrap();
    assert!(told[0].starts_with("CONNECT 127.0.0.1:"), "{}", told[0]);
    assert!(!told[0].contains("s3cret") && !told[0].contains("for-the-server"), "{}", told[0]);
}

#[tokio::test]
async fn socks_looks_names_up_here_or_there() {
    for (scheme, asked) in [("socks5", "127.0.0.1"), ("socks5h", "localhost")] {
        let mut server = Server::start().await;
        let (place, told) = socks_proxy().await;
        let mut config = through(&format!("{scheme}://ann:open%20sesame@{place}"), &server);
        config.url.set_host(Some("localhost")).unwrap();
        opens(config, &mut server).await;
        assert_eq!(*told.lock().unwrap(), [asked], "{scheme}");
    }
}

#[tokio::test]
async fn a_proxys_problem_is_called_one() {
    let server = Server::start().await;
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    let (strict, _) = http_proxy(None).await;
    let (blind, _) = http_proxy(Some("503 Service Unavailable")).await;
    let (socks, _) = socks_proxy().await;
    let secure = |mut config: Config| {
        config.url.set_scheme("https").unwrap();
        config
    };
    for (what, config, place, problem) in [
        ("nobody there", through(&format!("http://{gone}"), &server), &gone, ProxyProblem::Unreachable),
        ("nobody there, TLS", secure(through(&format!("http://{gone}"), &server)), &gone, ProxyProblem::Unreachable),
        ("nobody there, SOCKS", through(&format!("socks5://{gone}"), &server), &gone, ProxyProblem::Unreachable),
        ("no login, TLS", secure(through(&format!("http://{strict}"), &server)), &strict, ProxyProblem::Login),
        ("no login, SOCKS", through(&format!("socks5://{socks}"), &server), &socks, ProxyProblem::Login),
        ("wrong login, SOCKS", through(&format!("socks5://ann:x@{socks}"), &server), &socks, ProxyProblem::Login),
        ("no way, TLS", secure(through(&format!("http://{blind}"), &server)), &blind, ProxyProblem::NoWay),
    ] {
        let cause = fails(config).await;
        assert_eq!(cause, Cause::Proxy { host: place.clone(), problem }, "{what}");
        assert_eq!(cause.is_final(), problem == ProxyProblem::Login, "{what}");
        assert!(cause.to_string().contains(place.as_str()), "{what}: {cause}");
    }
    // Without TLS the proxy's answer comes in the server's place. A 407 can only be its own.
    let cause = fails(through(&format!("http://ann:wrong@{strict}"), &server)).await;
    assert_eq!(cause, Cause::Proxy { host: strict, problem: ProxyProblem::Login });
}

#[tokio::test]
async fn a_proxy_that_cannot_be_trusted_is_called_so() {
    let server = Server::start().await;
    let stranger = tls::issuer("A stranger");
    let untrusted = tls::serve(tls::server_config(&tls::for_server(&stranger), None, &tls::BOTH)).await;
    let place = format!("localhost:{}", untrusted.port().unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            socket.write_all(b"HTTP/1.1 400 What is this?\r\n\r\n").await.unwrap();
            // Until the client goes: what it has sent is not to be answered by a reset.
            tokio::spawn(async move { socket.read(&mut [0; 4096]).await });
        }
    });
    for proxy in [&place, &plain] {
        for scheme in ["http", "https"] {
            let mut config = through(&format!("https://{proxy}"), &server);
            config.url.set_scheme(scheme).unwrap();
            let cause = fails(config).await;
            assert_eq!(cause, Cause::Proxy { host: proxy.clone(), problem: ProxyProblem::Tls }, "{scheme}");
        }
    }
}

#[tokio::test]
async fn a_servers_problem_is_not_blamed_on_the_proxy() {
    let server = Server::start().await;
    let (socks, _) = socks_proxy().await;
    let mut config = through(&format!("socks5://ann:open%20sesame@{socks}"), &server);
    config.url.set_host(Some("no-such-host.invalid")).unwrap();
    assert_eq!(fails(config).await, Cause::NoSuchHost { host: "no-such-host.invalid".into() });

    // The tunnel stands, and the server hangs up in it.
    let mut server = Server::start().await;
    let (place, _) = http_proxy(None).await;
    let mut config = through(&format!("http://ann:open%20sesame@{place}"), &server);
    config.url.set_scheme("https").unwrap();
    let mut feed = Feed::start(config);
    assert_eq!(feed.status().await, Status::Connecting);
    drop(server.accept().await);
    assert_eq!(feed.waiting().await.2, Cause::Cut);
}

#[tokio::test]
async fn a_client_certificate_is_not_shown_to_a_proxy() {
    let server = Server::start().await;
    let pair = rcgen::generate_simple_self_signed(["ann".to_owned()]).unwrap();
    let mut config = through("https://127.0.0.1:1", &server);
    config.tls = Tls::from_pem(None, Some((&pair.cert.pem(), &pair.signing_key.serialize_pem()))).unwrap();
    let cause = fails(config).await;
    assert!(matches!(cause, Cause::Proxy { problem: ProxyProblem::Certificate, .. }) && cause.is_final(), "{cause:?}");
}

#[tokio::test]
async fn straight_is_straight() {
    let mut server = Server::start().await;
    for proxy in [Proxy::Direct, Proxy::System] {
        let mut config = Config::new(server.url("/feed"));
        config.proxy = proxy;
        opens(config, &mut server).await;
    }
}

#[test]
fn addresses_of_proxies() {
    for (text, shown) in [
        ("proxy.example.com:3128", "http://proxy.example.com:3128"),
        (" http://ann:secret@proxy:3128/ ", "http://proxy:3128"),
        ("https://proxy", "https://proxy"),
        ("socks5h://u:p@[::1]:1080", "socks5h://[::1]:1080"),
    ] {
        let proxy = ProxyUrl::parse(text).unwrap();
        assert_eq!(proxy.to_string(), shown);
        assert_eq!(format!("{proxy:?}"), shown, "no login is shown");
    }
    for text in ["", "http://", "http://proxy/path", "http://proxy?x", "not a host"] {
        assert_eq!(ProxyUrl::parse(text), Err(ProxyError::Invalid), "{text:?}");
    }
    assert_eq!(ProxyUrl::parse("ftp://proxy"), Err(ProxyError::Scheme { scheme: "ftp".into() }));
}
