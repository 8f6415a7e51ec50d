//! What flask-sse does that no other server of the matrix does.

use streambell_sse::Status;

use crate::{World, scenario::Server, support::FlaskSse, watched::Watched, way::Place};

pub(crate) const TESTS: &[crate::Test] =
    &[("flask-sse::late_head", late_head), ("flask-sse::redis_killed", redis_killed)];

fn watch(flask: &FlaskSse, topic: &str) -> Watched {
    let watched = Watched::new(Place { address: Server::address(flask), authority: None }.config(&flask.target(topic)));
    flask.until_subscribed_to(topic, 1);
    watched
}

/// The answer's head comes with the first event: until then it is connecting, and not a failure.
fn late_head(world: &World) {
    let flask = world.flask();
    let mut watched = watch(flask, "late");
    assert_eq!(watched.so_far(), [Status::Connecting]);
    Server::publish(flask, "late", "first");
    assert_eq!(watched.status(), Status::Open);
    assert_eq!(&*watched.events(1)[0].data, "first");
}

/// Redis dies under the server, which breaks the stream off; when it is back, so is the feed.
fn redis_killed(_world: &World) {
    let mut flask = FlaskSse::start();
    let mut watched = watch(&flask, "prices");
    Server::publish(&flask, "prices", "before");
    assert_eq!(&*watched.events(1)[0].data, "before");

    flask.kill_redis();
    let status = watched.trouble();
    assert!(matches!(status, Status::Waiting { .. }), "{status:?}");
    flask.restart_redis();
    watched.retry_now();
    flask.until_subscribed_to("prices", 1);
    Server::publish(&flask, "prices", "after");
    assert_eq!(&*watched.events(1)[0].data, "after");
}
