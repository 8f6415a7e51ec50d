//! `hub`: the hub alone.

use serde_json::json;
use streambell_hub::{Hub, HubConfig};

use crate::{args, failure::Failure, output, run::told_to_end};

/// Prints where it listens, and serves until it is told to end.
pub(crate) async fn serve(args: args::Hub) -> Result<(), Failure> {
    let config = HubConfig { listen: args.listen, ..HubConfig::default() };
    let hub = Hub::start(config).await.map_err(Failure::failed)?;
    let told = told_to_end()?;
    output::print(&json!({ "url": format!("http://{}", hub.addr()) }))?;
    told.await;
    hub.shutdown().await;
    Ok(())
}
