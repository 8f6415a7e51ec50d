//! HTTP/2: what a stream's end means there, how many feeds share a connection, and that none of them hurts the others.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use h2::server::{Builder, SendResponse};
use h2::{Reason, RecvStream, SendStream};
use http::{Request, Response, Version};
use streambell_sse::{Cause, Client, Config, Connection, Signal, Status, Tls};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::server::{Feed, frozen, settle};
use crate::tls::{BOTH, Issuer, for_server, issuer, server_config, trusting};

/// What the client lets a server send ahead on one stream.
const WINDOW: usize = 256 * 1024;
/// How many streams it puts on one connection.
const LANE: usize = 50;

/// A server of HTTP/2 over TLS.
struct Server {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    builder: Builder,
    issuer: Issuer,
}

impl Server {
    async fn start() -> Self {
        let issuer = issuer("Mine");
        let mut config = server_config(&for_server(&issuer), None, &BOTH);
        config.alpn_protocols = vec![b"h2".to_vec()];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { listener, acceptor: TlsAcceptor::from(Arc::new(config)), builder: Builder::new(), issuer }
    }

    fn config(&self) -> Config {
        let port = self.listener.local_addr().unwrap().port();
        let url: Url = format!("https://localhost:{port}/feed").parse().unwrap();
        let mut config = Config::new(url);
        config.tls = self.trust();
        config
    }

    fn trust(&self) -> Tls {
        trusting(&self.issuer)
    }

    /// Waits for a new connection, and serves it in a task of its own.
    async fn accept(&self) -> Peer {
        let (socket, _) = self.listener.accept().await.unwrap();
        let tls = self.acceptor.accept(socket);
        let builder = self.builder.clone();
        let (sender, requests) = mpsc::unbounded_channel();
        let (orders, mut ordered) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            // Clients give up connections that they turn out not to need.
            let Ok(stream) = tls.await else { return };
            let Ok(mut connection) = builder.handshake::<_, Bytes>(stream).await else { return };
            loop {
                tokio::select! {
                    request = connection.accept() => match request {
                        Some(Ok(request)) => drop(sender.send(request)),
                        _ => return,
                    },
                    order = ordered.recv() => match order {
                        None => return,
                        Some(Order::Leave) => connection.graceful_shutdown(),
                        Some(Order::Fail(reason)) => connection.abrupt_shutdown(reason),
                        // The socket stays, and nobody reads or writes.
                        Some(Order::Freeze) => {
                            ordered.recv().await;
                        },
                    },
                }
            }
        });
        Peer { requests, orders }
    }

    /// A feed that is asking, and its request.
    async fn feed(&self) -> (Feed, Peer, Asked) {
        let mut feed = Feed::start(self.config());
        assert_eq!(feed.status().await, Status::Connecting);
        let mut peer = self.accept().await;
        let asked = peer.request().await;
        (feed, peer, asked)
    }

    /// A feed that is open, and the stream to write to.
    async fn open_feed(&self) -> (Feed, Peer, SendStream<Bytes>) {
        let (mut feed, peer, asked) = self.feed().await;
        let stream = asked.open();
        assert_eq!(feed.status().await, Status::Open);
        (feed, peer, stream)
    }
}

/// What a server is to do with a whole connection.
enum Order {
    /// GOAWAY: no new streams, but those that are open go on.
    Leave,
    /// GOAWAY with an error, and the end of everything.
    Fail(Reason),
    /// Nothing any more until the peer is dropped.
    Freeze,
}

/// The server's end of a TCP connection, which ends when this is dropped.
struct Peer {
    requests: mpsc::UnboundedReceiver<(Request<RecvStream>, SendResponse<Bytes>)>,
    orders: mpsc::UnboundedSender<Order>,
}

impl Peer {
    async fn request(&mut self) -> Asked {
        self.next_request().await.unwrap()
    }

    /// `None` if the client has gone.
    async fn next_request(&mut self) -> Option<Asked> {
        let (request, response) = self.requests.recv().await?;
        Some(Asked { request, response })
    }

    fn order(&self, order: Order) {
        self.orders.send(order).ok().unwrap();
    }
}

struct Asked {
    request: Request<RecvStream>,
    response: SendResponse<Bytes>,
}

impl Asked {
    fn open(mut self) -> SendStream<Bytes> {
        let head = Response::builder().header("content-type", "text/event-stream").body(()).unwrap();
        self.response.send_response(head, false).unwrap()
    }
}

fn send(stream: &mut SendStream<Bytes>, text: &'static str) {
    stream.send_data(Bytes::from_static(text.as_bytes()), false).unwrap();
}

#[tokio::test]
async fn a_feed_speaks_http_2_where_the_server_does() {
    let server = Server::start().await;
    let mut connection = Connection::new(Client::new().unwrap(), server.config());
    let serve = async {
        let mut peer = server.accept().await;
        let asked = peer.request().await;
        assert_eq!(asked.request.version(), Version::HTTP_2);
        assert_eq!(asked.request.headers()["accept"], "text/event-stream");
        let mut stream = asked.open();
        send(&mut stream, "data: two\n\n");
        (peer, stream)
    };
    let read = async {
        assert_eq!(connection.next().await, Some(Signal::Status(Status::Connecting)));
        assert_eq!(connection.next().await, Some(Signal::Status(Status::Open)));
        assert_eq!(connection.opened().unwrap().version(), Version::HTTP_2);
        match connection.next().await {
            Some(Signal::Events(events)) => assert_eq!(events[0].data, "two"),
            other => panic!("{other:?}"),
        }
    };
    tokio::join!(serve, read);
}

#[tokio::test]
async fn how_a_stream_ends_is_told_apart() {
    let server = Server::start().await;
    for (reset, expected) in [
        (None, Cause::Ended),
        (Some(Reason::CANCEL), Cause::Cut),
        (Some(Reason::INTERNAL_ERROR), Cause::Cut),
        // RFC 9113, section 8.1: the answer was complete.
        (Some(Reason::NO_ERROR), Cause::Ended),
    ] {
        let (mut feed, _peer, mut stream) = server.open_feed().await;
        send(&mut stream, "data: seen\n\n");
        assert_eq!(feed.data().await, ["seen"]);
        match reset {
            None => stream.send_data(Bytes::new(), true).unwrap(),
            Some(reason) => stream.send_reset(reason),
        }
        assert_eq!(feed.waiting().await.2, expected, "{reset:?}");
    }
}

#[tokio::test]
async fn a_connection_that_fails_cuts_its_feeds() {
    let server = Server::start().await;
    for reason in [Reason::INTERNAL_ERROR, Reason::ENHANCE_YOUR_CALM] {
        let (mut feed, peer, _stream) = server.open_feed().await;
        peer.order(Order::Fail(reason));
        assert_eq!(feed.waiting().await.2, Cause::Cut, "{reason:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_leaving_lets_its_feeds_finish() {
    let server = Server::start().await;
    let (mut feed, peer, mut stream) = server.open_feed().await;
    peer.order(Order::Leave);
    send(&mut stream, "data: still here\n\n");
    assert_eq!(feed.data().await, ["still here"]);
    stream.send_data(Bytes::from_static(b"data: goodbye\n\n"), true).unwrap();
    assert_eq!(feed.data().await, ["goodbye"]);
    assert_eq!(feed.waiting().await.2, Cause::Ended);
    // The next request goes elsewhere.
    feed.retry.retry_now();
    assert_eq!(feed.status().await, Status::Connecting);
    let mut next = server.accept().await;
    let _stream = next.request().await.open();
    assert_eq!(feed.status().await, Status::Open);
}

#[tokio::test]
async fn a_request_that_was_refused_unseen_is_made_again() {
    let server = Server::start().await;
    let (mut feed, mut peer, mut asked) = server.feed().await;
    asked.response.send_reset(Reason::REFUSED_STREAM);
    let _stream = peer.request().await.open();
    assert_eq!(feed.status().await, Status::Open);
}

#[tokio::test]
async fn a_server_that_refuses_every_request_is_asked_later() {
    let server = Server::start().await;
    let (mut feed, mut peer, mut asked) = server.feed().await;
    asked.response.send_reset(Reason::REFUSED_STREAM);
    let refusals = tokio::spawn(async move {
        while let Some(mut asked) = peer.next_request().await {
            asked.response.send_reset(Reason::REFUSED_STREAM);
        }
    });
    let (_, attempt, cause) = feed.waiting().await;
    assert_eq!((attempt, cause.code(), cause.is_final()), (1, "network", false));
    refusals.abort();
}

#[tokio::test]
async fn no_feed_waits_for_room_on_a_connection_that_is_full() {
    const FEEDS: usize = 120;
    let mut server = Server::start().await;
    server.builder.max_concurrent_streams(64);
    let client = Client::new().unwrap();
    let mut feeds: Vec<_> = (0..FEEDS).map(|_| Feed::of_client(client.clone(), server.config(), 0.0)).collect();
    // Every request stays open, on whichever connection it came.
    let serving = tokio::spawn(async move {
        loop {
            let mut peer = server.accept().await;
            tokio::spawn(async move {
                let mut streams = Vec::new();
                while let Some(asked) = peer.next_request().await {
                    streams.push(asked.open());
                }
            });
        }
    });
    for status in [Status::Connecting, Status::Open] {
        for reached in join_all(feeds.iter_mut().map(Feed::status)).await {
            assert_eq!(reached, status);
        }
    }
    serving.abort();
}

/// Fills the stream's window, tells so, and would go on for ever.
async fn flood(mut stream: SendStream<Bytes>, full: oneshot::Sender<()>) {
    const EVENT: &[u8] = b"data: much\n\n";
    let (mut sent, mut full) = (0, Some(full));
    loop {
        stream.reserve_capacity(WINDOW);
        let Some(Ok(capacity)) = poll_fn(|context| stream.poll_capacity(context)).await else { return };
        let events: Vec<u8> = EVENT.iter().copied().cycle().skip(sent % EVENT.len()).take(capacity).collect();
        stream.send_data(events.into(), false).unwrap();
        sent += capacity;
        if sent >= WINDOW {
            full.take().map(|full| full.send(()));
        }
    }
}

#[tokio::test]
async fn feeds_that_nobody_reads_do_not_starve_the_one_beside_them() {
    let server = Server::start().await;
    let client = Client::new().unwrap();
    let open = async |peer: &mut Option<Peer>| {
        let mut connection = Connection::new(client.clone(), server.config());
        assert_eq!(connection.next().await, Some(Signal::Status(Status::Connecting)));
        let serve = async {
            if peer.is_none() {
                *peer = Some(server.accept().await);
            }
            peer.as_mut().unwrap().request().await.open()
        };
        let (signal, stream) = tokio::join!(connection.next(), serve);
        assert_eq!(signal, Some(Signal::Status(Status::Open)));
        (connection, stream)
    };
    let mut peer = None;
    let (mut read, mut stream) = open(&mut peer).await;
    let mut unread = Vec::new();
    for _ in 1..LANE {
        let (connection, stream) = open(&mut peer).await;
        let (full, filled) = oneshot::channel();
        tokio::spawn(flood(stream, full));
        unread.push((connection, filled));
    }
    for (_connection, filled) in &mut unread {
        filled.await.unwrap();
    }
    for _ in 0..3 {
        send(&mut stream, "data: mine\n\n");
        match read.next().await {
            Some(Signal::Events(events)) => assert_eq!(events[0].data, "mine"),
            other => panic!("{other:?}"),
        }
    }
    // What was held back is there when it is wanted.
    for (connection, _) in &mut unread {
        assert!(matches!(connection.next().await, Some(Signal::Events(events)) if events[0].data == "much"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_went_silent_is_noticed_though_its_feed_may_be_silent_for_longer() {
    let _time = frozen();
    let server = Server::start().await;
    let (mut feed, peer, mut stream) = server.open_feed().await;
    send(&mut stream, "data: last\n\n");
    assert_eq!(feed.data().await, ["last"]);
    // As long as it answers, silence is none of its faults.
    for _ in 0..4 {
        tokio::time::advance(Duration::from_secs(40)).await;
        feed.nothing().await;
    }
    peer.order(Order::Freeze);
    settle().await;
    // A ping, and the time for its answer.
    for _ in 0..2 {
        tokio::time::advance(Duration::from_secs(31)).await;
        settle().await;
    }
    assert_eq!(feed.waiting().await.2, Cause::Cut);
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let server = Server::start().await;
    let (mut feed, _peer, mut asked) = server.feed().await;
    let head = Response::builder()
        .header("content-type", "text/event-stream")
        .header("x-much", "a".repeat(WINDOW))
        .body(())
        .unwrap();
    let _stream = asked.response.send_response(head, false).unwrap();
    // The library does not tell it from a head that breaks the rules of HTTP/2.
    let (_, attempt, cause) = feed.waiting().await;
    assert_eq!((attempt, cause.code()), (1, "network"));
}
