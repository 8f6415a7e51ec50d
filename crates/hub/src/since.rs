//! Where a subscriber wants to begin: `Last-Event-ID`, or `?since=`.

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

use crate::event::EventId;
use crate::store::Start;

/// The text says no place to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a place to begin: use since=all, latest, an event id, a duration like 10m, a time like 2026-01-31T12:00:00Z or Unix seconds"
)]
pub(crate) struct NotAPlace;

/// After the id that a client saw last. A text that no hub gives out is of another server: then everything kept is new
/// to the client.
pub(crate) fn last_event_id(id: &str) -> Start {
    id.parse().map_or(Start::Kept, Start::After)
}

/// What `since` asks for.
pub(crate) fn since(text: &str, now: Timestamp) -> Result<Start, NotAPlace> {
    match text {
        "all" => return Ok(Start::Kept),
        "none" => return Ok(Start::Now),
        // The newest of each topic that nothing later replaced.
        "latest" => return Ok(Start::Present(1)),
        _ => {}
    }
    if let Ok(id) = text.parse() {
        return Ok(Start::After(id));
    }
    let time = if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        text.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok())
    } else if let Ok(time) = text.parse::<Timestamp>() {
        Some(time)
    } else {
        duration(text).and_then(|duration| now.checked_sub(duration).ok())
    };
    if time.is_none() && is_of_ntfy(text) {
        return Ok(Start::Kept);
    }
    // A time to come would be a place that no event has reached, and be taken for an id of another life.
    let time = time.ok_or(NotAPlace)?.min(now);
    Ok(Start::Since(EventId::before(time)))
}

/// An id of an ntfy server, which a client brings along that was moved here: everything kept is new to it.
fn is_of_ntfy(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn duration(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    (!duration.is_negative()).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let now: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
        let from = |time: &str| Ok(Start::Since(EventId::before(time.parse().unwrap())));
        let cases = [
            ("all", Ok(Start::Kept)),
            ("none", Ok(Start::Now)),
            ("latest", Ok(Start::Present(1))),
            ("1000-2", Ok(Start::After("1000-2".parse().unwrap()))),
            ("10m", from("2026-01-31T11:50:00Z")),
            ("1h30m", from("2026-01-31T10:30:00Z")),
            ("2d", from("2026-01-29T12:00:00Z")),
            ("1769860800", from("2026-01-31T12:00:00Z")),
            ("2026-01-31T11:00:00+01:00", from("2026-01-31T10:00:00Z")),
            ("2030-01-31T11:00:00Z", from("2026-01-31T12:00:00Z")),
            ("nFS3knfcQ1xe", Ok(Start::Kept)),
            ("", Err(NotAPlace)),
            ("yesterday", Err(NotAPlace)),
            ("-5m", Err(NotAPlace)),
            ("99999999999999999999", Err(NotAPlace)),
        ];
        for (text, expected) in cases {
            assert_eq!(since(text, now), expected, "{text:?}");
        }
    }

    #[test]
    fn an_unknown_id_asks_for_everything() {
        assert_eq!(last_event_id("1000-2"), Start::After("1000-2".parse().unwrap()));
        assert_eq!(last_event_id("urn:uuid:1"), Start::Kept);
    }
}
