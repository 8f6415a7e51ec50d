//! What nginx and nchan do that no other server of the matrix does.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::HeaderValue;
use streambell_sse::{Cause, Config, Status};

use crate::{World, scenario::Server, servers::Cluster, support::http::body_of, watched::Watched, way::Place};

pub(crate) const TESTS: &[crate::Test] = &[
    ("nchan::http2", over_http2),
    ("nchan::basic", basic),
    ("nchan::no_login", no_login),
    ("nchan::nothing_more", nothing_more),
    ("nchan::busy", busy),
    ("nchan::web_page", web_page),
    ("nchan::moved_301", |world| moved(world, "moved")),
    ("nchan::moved_307", |world| moved(world, "elsewhere")),
    ("nchan::moved_308", |world| moved(world, "for-good")),
    ("nchan::reload", reload),
    ("nchan::channel_deleted", channel_deleted),
];

fn config(world: &World, target: &str) -> Config {
    Place { address: world.nchan().address(), authority: None }.config(target)
}

fn watch_cluster(server: &dyn Server, target: &str) -> Watched {
    Watched::new(Place { address: server.address(), authority: server.authority() }.config(target))
}

/// TLS agrees on HTTP/2, and nginx says that this is what it got.
fn over_http2(world: &World) {
    let mut watched = watch_cluster(&world.cluster().memory, "/version");
    assert_eq!(&*watched.events(1)[0].data, "HTTP/2.0");
}

/// A user name and a password open the feed.
fn basic(world: &World) {
    let mut config = config(world, "/private?id=basic");
    let login = format!("Basic {}", BASE64_STANDARD.encode("ann:open sesame"));
    config.headers.insert("authorization", HeaderValue::from_str(&login).unwrap());
    world.nchan().publish("basic", "note", "for ann");
    assert_eq!(&*Watched::new(config).events(1)[0].data, "for ann");
}

/// Without them the user is told which kind of login is wanted.
fn no_login(world: &World) {
    let status = Watched::new(config(world, "/private?id=basic")).trouble();
    assert_eq!(status, Status::Stopped(Cause::Unauthorized { schemes: vec!["Basic".to_owned()] }));
}

/// 204 means that there will be no more.
fn nothing_more(world: &World) {
    let status = Watched::new(config(world, "/nothing-more")).trouble();
    assert_eq!(status, Status::Stopped(Cause::Gone { status: 204 }));
}

/// 503 is tried again.
fn busy(world: &World) {
    let status = Watched::new(config(world, "/busy")).trouble();
    assert!(matches!(status, Status::Waiting { cause: Cause::HttpStatus { status: 503 }, .. }), "{status:?}");
}

/// A page is no feed, and asking again does not make it one.
fn web_page(world: &World) {
    let status = Watched::new(config(world, "/page")).trouble();
    assert!(matches!(status, Status::Stopped(Cause::WrongType { .. })), "{status:?}");
}

/// A redirect leads to the feed.
fn moved(world: &World, path: &str) {
    world.nchan().publish(path, "note", "here");
    let mut watched = Watched::new(config(world, &format!("/{path}?id={path}")));
    assert_eq!(&*watched.events(1)[0].data, "here");
}

/// A reload ends the streams of the old worker; what is published then arrives by the new one, and once.
fn reload(_world: &World) {
    // Of its own: others would notice.
    let cluster = Cluster::start();
    let server = &cluster.redis;
    let mut watched = watch_cluster(server, &server.target("reload"));
    server.publish("reload", "before");
    assert_eq!(&*watched.events(1)[0].data, "before");

    cluster.reload();
    let status = watched.trouble();
    assert!(matches!(status, Status::Waiting { .. }), "{status:?}");
    server.publish("reload", "after");
    watched.retry_now();
    assert_eq!(&*watched.events(1)[0].data, "after");
}

/// A channel that is deleted ends its streams; when it is there again, so is the feed.
fn channel_deleted(world: &World) {
    let nchan = world.nchan();
    let mut watched = Watched::new(config(world, "/sub?id=deleted"));
    nchan.publish("deleted", "note", "before");
    assert_eq!(&*watched.events(1)[0].data, "before");

    body_of(nchan.address(), "DELETE /pub?id=deleted", "");
    let status = watched.trouble();
    assert!(matches!(status, Status::Waiting { .. }), "{status:?}");
    // The new channel counts anew within the second: its first event may have the id of the last one before.
    nchan.publish("deleted", "note", "perhaps");
    nchan.publish("deleted", "note", "after");
    watched.retry_now();
    let mut event = watched.events(1).remove(0);
    if &*event.data == "perhaps" {
        event = watched.events(1).remove(0);
    }
    assert_eq!(&*event.data, "after");
}
