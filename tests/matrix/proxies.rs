//! What is said when a real proxy does not let the client through.

use streambell_sse::{Cause, Proxy, ProxyProblem, ProxyUrl, Status};

use crate::{
    World,
    watched::Watched,
    way::{Entrance, Place, Way},
};

// tinyproxy is not asked with a wrong password: it answers 401 then, which only the server itself should.
pub(crate) const TESTS: &[crate::Test] = &[
    ("tinyproxy::no_password", |world| refused(world, Way::Tinyproxy, "")),
    ("microsocks::no_password", |world| refused(world, Way::Microsocks, "")),
    ("microsocks::wrong_password", |world| refused(world, Way::Microsocks, "ann:wrong@")),
];

/// The user is told to correct the proxy's login.
fn refused(world: &World, way: Way, login: &str) {
    let entrance = Entrance::new(way, Place { address: world.nchan().address(), authority: None });
    let mut config = entrance.config("/sub?id=a");
    let Proxy::Through(proxy) = &config.proxy else { panic!("{way:?} is no proxy") };
    let proxy = proxy.to_string().replace("://", &format!("://{login}"));
    config.proxy = Proxy::Through(ProxyUrl::parse(&proxy).unwrap());
    let status = Watched::new(config).trouble();
    let (Status::Stopped(cause) | Status::Waiting { cause, .. }) = &status else { unreachable!("{status:?}") };
    assert!(matches!(cause, Cause::Proxy { problem: ProxyProblem::Login, .. }), "{status:?}");
}
