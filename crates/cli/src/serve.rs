//! `hub`: the hub alone.

use std::time::Duration;

use serde_json::json;
use streambell_hub::{CertificateFiles, Door, Hub, HubConfig, Limits, Retention, StorePlace};

use crate::{args::ServeHub, failure::Failure, log::keep_log, output, program, run::told_to_end, token};

/// Prints where it listens, and serves until it is told to end.
pub(crate) async fn serve(args: ServeHub) -> Result<(), Failure> {
    let scheme = if args.cert.is_some() { "https" } else { "http" };
    // A hub whose data are elsewhere needs no folder of the user's.
    if let Ok(home) = program::home() {
        keep_log(&home, "hub");
    }
    let hub = Hub::start(config(args)?).await.map_err(Failure::failed)?;
    let told = told_to_end()?;
    output::print(&json!({ "url": format!("{scheme}://{}", hub.addr()) }))?;
    told.await;
    hub.shutdown().await;
    Ok(())
}

fn config(args: ServeHub) -> Result<HubConfig, Failure> {
    let door = Door {
        tokens: Some(token::file(&args.data)?),
        names: args.names,
        origins: args.allow_origin,
        certificate: args.cert.zip(args.key).map(|(cert, key)| CertificateFiles { cert, key }),
    };
    let limits = Limits {
        topics: args.max_topics,
        subscribers: args.max_subscribers,
        rate: args.rate,
        per_client: args.max_per_client,
        ..Limits::default()
    };
    let store = match args.redis {
        Some(url) => StorePlace::Redis(url),
        None => StorePlace::Folder(token::folder(&args.data)?),
    };
    let retention = Retention {
        events: args.keep_events,
        bytes: args.keep_bytes,
        age: Duration::from_secs(u64::from(args.keep_hours) * 60 * 60),
    };
    Ok(HubConfig { listen: args.listen, door, store, retention, limits, ..HubConfig::default() })
}
