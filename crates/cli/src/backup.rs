//! `backup` and `restore`: everything but secrets in one file, and what goes on from one.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::{
    control::Request,
    failure::Failure,
    output,
    program::{self, Program},
};

pub(crate) async fn back_up(file: &Path) -> Result<(), Failure> {
    let file = whole(file)?;
    program::ask::<()>(Request::BackUp { file: file.clone() }).await?;
    Ok(output::print(&json!({ "file": file }))?)
}

pub(crate) async fn restore(file: &Path) -> Result<(), Failure> {
    let home = program::home()?;
    let mut program = Program::reach(&home).await?;
    let asked = program.ask::<()>(Request::Restore { file: whole(file)? }).await;
    if asked.is_ok() && program.is_running() {
        // The program takes it up when it starts; one without a window is started by somebody else.
        if let Err(refusal) = program.ask::<()>(Request::Restart).await {
            tracing::debug!(%refusal, "the program does not start anew by itself");
            eprintln!(
                "streambell: The backup is taken up at the next start. Stop 'streambell run' and start it again."
            );
        }
        return Ok(());
    }
    program.leave().await;
    asked?;
    // The next start is this one.
    Program::reach(&home).await?.leave().await;
    Ok(())
}

/// The running program may be in another folder.
fn whole(file: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(file).map_err(Failure::usage)
}
