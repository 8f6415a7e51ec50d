//! A text that a command is given: a file, or standard input.

use std::{fs, io, path::Path};

use crate::failure::Failure;

/// Reads a file; '-' is standard input.
pub(crate) fn read(file: &Path) -> Result<String, Failure> {
    let from_input = file == Path::new("-");
    let text = if from_input { io::read_to_string(io::stdin()) } else { fs::read_to_string(file) };
    text.map_err(|error| {
        let name = if from_input { "Standard input".into() } else { file.display().to_string() };
        let hint = match error.kind() {
            io::ErrorKind::NotFound => "Check the path",
            io::ErrorKind::InvalidData => "Give a text file in UTF-8",
            _ => "Give a file that can be read",
        };
        Failure::failed(format!("{name} cannot be read ({error}). {hint}; nothing was changed."))
    })
}
