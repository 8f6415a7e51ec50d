//! What a server sent instead of a feed, as its first bytes tell: media types are often wrong, and a web page often
//! names the feed that it shows. Pure.

use url::Url;

use crate::error::Found;

/// So many bytes of an answer are looked at.
pub(crate) const ENOUGH: usize = 64 * 1024;

/// So many feeds of a page are named.
const MOST_FEEDS: usize = 3;

/// What in a page's source stands before the address of a feed: a script's, htmx's two, and a link's.
const BEFORE_ADDRESS: [&str; 4] =
    ["EventSource(", "sse-connect=", "hx-sse=\"connect:", "type=\"text/event-stream\" href="];

/// Looks closer at an answer that is no feed by its head. `ended`: the body is whole.
pub(crate) fn look(url: &Url, by_head: Found, body: &[u8], ended: bool) -> Found {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    if matches!(by_head, Found::WebPage { .. }) || is_page(text) {
        return Found::WebPage { feeds: feeds_of_page(url, text) };
    }
    if is_event_stream(text) {
        return Found::Mislabelled;
    }
    if is_json_lines(text, ended) {
        return Found::JsonLines;
    }
    by_head
}

fn is_page(text: &str) -> bool {
    let begins = |with: &str| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    begins("<!doctype html") || begins("<html")
}

/// Whether every line so far could be one of an event stream, and one surely is.
fn is_event_stream(text: &str) -> bool {
    let mut lines = text.lines().take(20).filter(|line| !line.is_empty()).peekable();
    lines.peek().is_some()
        && lines.all(|line| {
            line.starts_with(':') || ["data:", "event:", "id:", "retry:"].iter().any(|name| line.starts_with(name))
        })
}

/// Whether there is one JSON object a line: two of them, or one in a body that goes on.
fn is_json_lines(text: &str, ended: bool) -> bool {
    let is_object = |line: &str| line.starts_with('{') && line.ends_with('}');
    let mut lines = text.split('\n').map(str::trim).filter(|line| !line.is_empty());
    lines.next().is_some_and(is_object)
        && lines.next().map_or(!ended && text.ends_with('\n'), |line| line.starts_with('{'))
}

/// The addresses that a page's source gives to an `EventSource` or to its like.
fn feeds_of_page(page: &Url, source: &str) -> Vec<Url> {
    let mut feeds = Vec::new();
    for before in BEFORE_ADDRESS {
        for (at, found) in source.match_indices(before) {
            let rest = source[at + found.len()..].trim_start();
            // An address that a script puts together cannot be known.
            let quoted = match rest.chars().next() {
                Some(quote @ ('"' | '\'' | '`')) => rest[1..].split(quote).next(),
                _ if before.ends_with(':') => rest.split(['"', ' ']).next(),
                _ => None,
            };
            let address = quoted.filter(|address| !address.is_empty() && !address.contains("${"));
            let feed = address.and_then(|address| page.join(address).ok());
            let feed = feed.filter(|feed| matches!(feed.scheme(), "http" | "https") && !feeds.contains(feed));
            feeds.extend(feed);
            if feeds.len() == MOST_FEEDS {
                return feeds;
            }
        }
    }
    feeds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(by_head: Found, body: &str, ended: bool) -> Found {
        look(&"https://example.com/app/".parse().unwrap(), by_head, body.as_bytes(), ended)
    }

    fn plain() -> Found {
        Found::Other("text/plain".into())
    }

    fn page(feeds: &[&str]) -> Found {
        Found::WebPage { feeds: feeds.iter().map(|feed| feed.parse().unwrap()).collect() }
    }

    #[test]
    fn a_page_names_its_feeds() {
        for (source, feeds) in [
            ("<html><script>new EventSource('/events')</script>", &["https://example.com/events"][..]),
            ("<!DOCTYPE html><script>new EventSource( \"stream?a=1\", {})", &["https://example.com/app/stream?a=1"]),
            ("<html><div hx-ext=\"sse\" sse-connect=\"../sse\">", &["https://example.com/sse"]),
            ("<html><div hx-sse=\"connect:/old swap:x\">", &["https://example.com/old"]),
            ("<html><script>new EventSource(base + '/events'); new EventSource(`/${x}`)</script>", &[]),
            ("<html><script>new EventSource('javascript:alert(1)'); new EventSource('')</script>", &[]),
            (
                "<html>EventSource('/a') EventSource('/a') EventSource('/b')",
                &["https://example.com/a", "https://example.com/b"],
            ),
            (
                "<html>EventSource('/1')EventSource('/2')EventSource('/3')EventSource('/4')",
                &["https://example.com/1", "https://example.com/2", "https://example.com/3"],
            ),
            ("<html>EventSource(", &[]),
        ] {
            assert_eq!(found(plain(), source, true), page(feeds), "{source}");
        }
        assert_eq!(found(page(&[]), "no doctype, but the head says HTML", true), page(&[]));
    }

    #[test]
    fn what_the_head_calls_by_another_name() {
        for (body, ended, expected) in [
            ("data: 1\n\n", false, Found::Mislabelled),
            (": comment\n\nid: 1\nevent: x\n", false, Found::Mislabelled),
            ("data:1\nand other text\n", true, plain()),
            ("{\"a\":1}\n{\"a\":2}\n", true, Found::JsonLines),
            ("{\"a\":1}\n{\"a\":", false, Found::JsonLines),
            ("{\"a\":1}\n", false, Found::JsonLines),
            ("{\"a\":1}\n", true, plain()),
            ("{\n  \"a\": 1\n}", true, plain()),
            ("", false, plain()),
            ("nothing of interest", true, plain()),
        ] {
            assert_eq!(found(plain(), body, ended), expected, "{body:?}");
        }
    }
}
