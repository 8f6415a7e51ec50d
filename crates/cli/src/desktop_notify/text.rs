//! What feeds sent, made fit for a notification: it is untrusted.

const LONGEST_TITLE: usize = 200;
const LONGEST_BODY: usize = 1000;

/// A headline: one line of plain text, by the specification never markup.
pub(super) fn title(text: &str) -> String {
    cut(text.chars().map(|c| if c == '\n' { ' ' } else { c }), LONGEST_TITLE)
}

/// A text. Where the service reads markup, nothing in it may be taken for some.
pub(super) fn body(text: &str, is_markup: bool) -> String {
    let text = cut(text.chars(), LONGEST_BODY);
    if is_markup { text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;") } else { text }
}

/// Without characters that show nothing (D-Bus takes no NUL), and not too long.
fn cut(chars: impl Iterator<Item = char>, longest: usize) -> String {
    let mut chars = chars.filter(|c| *c == '\n' || !c.is_control());
    let mut text: String = chars.by_ref().take(longest).collect();
    if chars.next().is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_feed_sends_is_markup() {
        let sent = "<b>1 & 2</b> <a href=\"x\">";
        assert_eq!(body(sent, true), "&lt;b&gt;1 &amp; 2&lt;/b&gt; &lt;a href=\"x\"&gt;");
        assert_eq!(body(sent, false), sent);
        assert_eq!(title(sent), sent);
    }

    #[test]
    fn what_shows_nothing_goes_and_what_is_long_is_cut() {
        assert_eq!(title("a\0b\nc\u{7}"), "ab c");
        assert_eq!(body("a\0b\nc", true), "ab\nc");
        assert_eq!(body(&"ü".repeat(LONGEST_BODY), false).chars().count(), LONGEST_BODY);
        let long = body(&"&".repeat(LONGEST_BODY + 1), true);
        assert!(long.ends_with("&amp;…"), "no entity is cut in two");
    }
}
