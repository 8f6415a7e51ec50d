//! The servers of the matrix, and what each promises.

mod certificate;
mod cluster;
mod flask;
mod nchan;
mod npm;
mod pocketbase;
mod starlette;

use std::time::Duration;

pub(crate) use cluster::Cluster;
pub(crate) use npm::Npm;
pub(crate) use starlette::{Hypercorn, Uvicorn};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// What a client waits when the server asks for no time of its own.
const DEFAULT_RETRY: Duration = Duration::from_secs(1);
