//! What a user pasted as the address of a feed: an address, however it is dressed, or a whole curl command.

mod curl;
#[cfg(test)]
mod tests;
mod words;

use streambell_sse as sse;

use crate::{
    EngineError,
    model::{FeedDraft, Pasted},
    told,
};

/// Understands a pasted text.
///
/// # Errors
/// With what to do next, when it is neither.
pub(crate) fn read(text: &str) -> Result<Pasted, EngineError> {
    // A prompt is easily copied along.
    let text = text.trim().trim_start_matches(['$', '#', '>', '%']).trim_start();
    if let Some(command) = curl::of(text) {
        return command;
    }
    let url = sse::complete_url(undressed(text)).map_err(|error| EngineError::Url(told::url(&error)))?;
    let draft = FeedDraft { url: url.into(), ..FeedDraft::default() };
    Ok(Pasted { draft, command: false, notes: Vec::new() })
}

/// Without what mails, documents and terminals put around an address.
fn undressed(text: &str) -> &str {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "<>\"'`".contains(c));
    let text = text.strip_prefix("URL:").or_else(|| text.strip_prefix("url:")).unwrap_or(text);
    text.trim()
}
