//! `doctor`: what the program can try of its surroundings, and how it is.

use serde_json::Value;

use crate::{control::Request, failure::Failure, output, program};

pub(crate) async fn doctor() -> Result<(), Failure> {
    let found: Value = program::ask(Request::Doctor).await?;
    output::print(&found)?;
    let troubles: Vec<&str> =
        found["checks"].as_array().into_iter().flatten().filter_map(|check| check["trouble"].as_str()).collect();
    if troubles.is_empty() { Ok(()) } else { Err(Failure::failed(troubles.join("\nstreambell: "))) }
}
