//! `export`: all feeds and rules as one document.

use streambell_engine::model::Document;

use crate::{control::Request, failure::Failure, output, program};

pub(crate) async fn export() -> Result<(), Failure> {
    let document: Document = program::ask(Request::Export).await?;
    Ok(output::print(&document)?)
}
