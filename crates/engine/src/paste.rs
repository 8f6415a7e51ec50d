//! What a user pasted as the address of a feed: an address, however it is dressed, or a whole curl command.

mod curl;
mod elsewhere;
#[cfg(test)]
mod tests;
mod words;

use streambell_sse as sse;

use crate::{
    EngineError,
    model::{FeedDraft, Pasted},
    preset, told,
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
    let text = undressed(text);
    let url = sse::complete_url(text).map_err(|error| not_a_feed(text, &error))?;
    elsewhere::check(&url)?;
    let preset = preset::recognise(url.as_str());
    let draft = FeedDraft { url: url.into(), ..FeedDraft::default() };
    Ok(Pasted { draft, command: false, notes: Vec::new(), preset })
}

/// Why a text is not the address of a feed: where it is a known service's, with what to do instead.
pub(crate) fn not_a_feed(text: &str, error: &sse::UrlError) -> EngineError {
    elsewhere::named(text.trim()).unwrap_or_else(|| EngineError::Url(told::url(error)))
}

/// Without what mails, documents and terminals put around an address.
fn undressed(text: &str) -> &str {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "<>\"'`".contains(c));
    let text = text.strip_prefix("URL:").or_else(|| text.strip_prefix("url:")).unwrap_or(text);
    text.trim()
}
