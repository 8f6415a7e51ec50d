//! `settings`: the program's own, shown or changed.

use std::path::Path;

use serde_json::{Map, Value};
use streambell_engine::model::Preferences;

use crate::{control::Request, failure::Failure, output, program, source};

pub(crate) async fn settings(change: Option<String>) -> Result<(), Failure> {
    let request = match change {
        None => Request::Settings,
        Some(change) => Request::ChangeSettings { change: read(&change)? },
    };
    Ok(output::print(&program::ask::<Preferences>(request).await?)?)
}

/// JSON, or a file that holds it.
fn read(change: &str) -> Result<Map<String, Value>, Failure> {
    let text = if change.trim_start().starts_with('{') { change.to_owned() } else { source::read(Path::new(change))? };
    serde_json::from_str(&text).map_err(|error| {
        Failure::failed(format!(
            "These are no settings ({error}). Write them like {}; nothing was changed.",
            r#"{"language":"zh"}"#
        ))
    })
}
