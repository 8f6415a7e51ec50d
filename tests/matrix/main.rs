//! The SSE client on real servers, each reached in every way: a test for each pair, and the servers' own habits.
//!
//! A server is started by the first test that needs it and ended with the last one.

#![allow(clippy::unwrap_used, missing_docs)]

mod flask;
mod nchan;
mod proxies;
mod scenario;
mod servers;
mod starlette;
mod support;
mod watched;
mod way;
mod wiremock;

use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Trial, run};
use scenario::{Server, each_event_once};
use servers::{Cluster, Hypercorn, Npm, Uvicorn};
use support::{FlaskSse, Nchan, PocketBase, WireMock};
use way::Way;

/// The servers that tests share.
#[derive(Default)]
pub(crate) struct World {
    nchan: OnceLock<Nchan>,
    cluster: OnceLock<Cluster>,
    npm: OnceLock<Npm>,
    wiremock: OnceLock<WireMock>,
    flask: OnceLock<FlaskSse>,
    pocketbase: OnceLock<PocketBase>,
    uvicorn: OnceLock<Uvicorn>,
    hypercorn: OnceLock<Hypercorn>,
}

impl World {
    fn nchan(&self) -> &Nchan {
        self.nchan.get_or_init(Nchan::start)
    }

    fn cluster(&self) -> &Cluster {
        self.cluster.get_or_init(Cluster::start)
    }

    fn npm(&self) -> &Npm {
        self.npm.get_or_init(Npm::start)
    }

    fn wiremock(&self) -> &WireMock {
        self.wiremock.get_or_init(WireMock::start)
    }

    fn flask(&self) -> &FlaskSse {
        self.flask.get_or_init(FlaskSse::start)
    }

    fn pocketbase(&self) -> &PocketBase {
        self.pocketbase.get_or_init(PocketBase::start)
    }

    fn uvicorn(&self) -> &Uvicorn {
        self.uvicorn.get_or_init(Uvicorn::start)
    }

    fn hypercorn(&self) -> &Hypercorn {
        self.hypercorn.get_or_init(Hypercorn::start)
    }
}

/// A server of the matrix, by name.
type Row = (&'static str, fn(&World) -> &dyn Server);

/// A test of its own, by name.
type Test = (&'static str, fn(&World));

const ROWS: &[Row] = &[
    ("nchan", |world| world.nchan()),
    ("nchan-h2", |world| &world.cluster().memory),
    ("nchan-redis", |world| &world.cluster().redis),
    ("better-sse", |world| &world.npm().better_sse),
    ("express-sse", |world| &world.npm().express_sse),
    ("sse-channel", |world| &world.npm().sse_channel),
    ("sse-pubsub", |world| &world.npm().sse_pubsub),
    ("flask-sse", |world| world.flask()),
    ("pocketbase", |world| world.pocketbase()),
    ("uvicorn-lf", |world| &world.uvicorn().lf),
    ("uvicorn-cr", |world| &world.uvicorn().cr),
    ("uvicorn-crlf", |world| &world.uvicorn().crlf),
    ("hypercorn", |world| &world.hypercorn().app),
];

fn main() {
    let arguments = Arguments::from_args();
    let world = Arc::new(World::default());
    let mut trials = Vec::new();
    for &(name, server) in ROWS {
        for way in Way::ALL {
            let world = world.clone();
            let name = format!("{name}::{way:?}").to_lowercase();
            let topic = name.replace("::", "-");
            trials.push(Trial::test(name, move || {
                each_event_once(server(&world), &topic, way);
                Ok(())
            }));
        }
    }
    for &(name, test) in
        [proxies::TESTS, nchan::TESTS, flask::TESTS, starlette::TESTS, wiremock::TESTS].into_iter().flatten()
    {
        let world = world.clone();
        trials.push(Trial::test(name, move || {
            test(&world);
            Ok(())
        }));
    }
    let conclusion = run(&arguments, trials);
    // Before the process is left, which runs no destructors.
    drop(world);
    conclusion.exit();
}
