//! `why`: why an event did or did not ring.

use streambell_engine::model::{Seq, Why};

use crate::{control::Request, failure::Failure, output, program};

pub(crate) async fn why(event: Seq) -> Result<(), Failure> {
    Ok(output::print(&program::ask::<Why>(Request::Why { event }).await?)?)
}
