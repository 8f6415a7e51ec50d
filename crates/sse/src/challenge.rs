//! What login a server asks for: the schemes of a `WWW-Authenticate` header (RFC 9110, 11.6.1).

use http::HeaderValue;

/// So much of a header is looked at, and so many schemes are told.
const LONGEST: usize = 2048;
const MOST: usize = 4;

/// The schemes, in the order in which the server prefers them: `Basic`, `Bearer`, `Digest`, `Negotiate`, …
pub(crate) fn schemes<'a>(headers: impl Iterator<Item = &'a HeaderValue>) -> Vec<String> {
    let mut schemes: Vec<String> = Vec::new();
    for header in headers {
        let text = String::from_utf8_lossy(&header.as_bytes()[..header.len().min(LONGEST)]).into_owned();
        for part in parts(&text) {
            let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
            if rest.trim_start().starts_with('=') {
                continue;
            }
            // `realm="…"` belongs to the scheme before it, and `abc==` is that scheme's token.
            let is_scheme =
                !word.is_empty() && word.len() <= 20 && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            if is_scheme && schemes.len() < MOST && !schemes.iter().any(|known| known.eq_ignore_ascii_case(word)) {
                schemes.push(word.to_owned());
            }
        }
    }
    schemes
}

/// The parts of a list, at commas that are not in quotes.
fn parts(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_and_not_their_parameters() {
        for (headers, expected) in [
            (&["Basic realm=\"Staff, only\""][..], &["Basic"][..]),
            (&["Bearer"], &["Bearer"]),
            (&["Digest realm=\"a\", qop=\"auth\", nonce=\"x\\\",Evil\", Basic realm=\"b\""], &["Digest", "Basic"]),
            (&["Negotiate", "NTLM", "basic realm=a"], &["Negotiate", "NTLM", "basic"]),
            (&["Basic realm=a", "BASIC realm=b"], &["Basic"]),
            (&["Bearer realm = \"x\", error = \"y\""], &["Bearer"]),
            (&["Negotiate abc==, Basic realm=\"b\""], &["Negotiate", "Basic"]),
            (&[""], &[]),
            (&[",,, ,"], &[]),
            (&["<script>alert(1)</script> x"], &[]),
            (&["a, b, c, d, e, f"], &["a", "b", "c", "d"]),
        ] {
            let values: Vec<_> = headers.iter().map(|text| HeaderValue::from_str(text).unwrap()).collect();
            assert_eq!(schemes(values.iter()), expected, "{headers:?}");
        }
    }
}
