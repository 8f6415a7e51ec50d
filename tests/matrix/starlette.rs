//! What hypercorn does that no other server of the matrix does.

use crate::{World, scenario::Server, watched::Watched, way::Place};

pub(crate) const TESTS: &[crate::Test] = &[("hypercorn::http2", over_http2)];

/// TLS agrees on HTTP/2, and the server says that this is what it got.
fn over_http2(world: &World) {
    let app = &world.hypercorn().app;
    let place = Place { address: app.address(), authority: app.authority() };
    let _watched = Watched::new(place.config(&app.target("http2")));
    app.until_subscribed("http2", 1);
    assert_eq!(app.versions("http2"), ["2"]);
}
