//! `import`: takes over the feeds and rules of a document.

use std::path::Path;

use streambell_engine::ImportSummary;

use crate::{control::Request, failure::Failure, output, program, source};

pub(crate) async fn import(file: &Path) -> Result<(), Failure> {
    let text = source::read(file)?;
    let summary: ImportSummary = program::ask(Request::Import { text }).await?;
    Ok(output::print(&summary)?)
}
