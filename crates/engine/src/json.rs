//! JSON as feeds send it, with every digit.

use std::borrow::Cow;

use serde_json::Value;

/// So many characters of a number are kept by a float, and so many of an integer by an integer.
const SAFE: (usize, usize) = (15, 18);

/// Reads a text as JSON. A number with more digits than a float can keep becomes a text, which keeps them all.
pub(crate) fn parse(text: &str) -> Option<Value> {
    serde_json::from_str(&with_long_numbers_quoted(text)).ok()
}

fn with_long_numbers_quoted(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut quoted = String::new();
    let (mut copied, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = end_of_string(bytes, at),
            b'-' | b'0'..=b'9' => {
                let end = at + bytes[at..].iter().take_while(|byte| is_of_number(**byte)).count();
                let integer = bytes[at..end].iter().all(|byte| *byte == b'-' || byte.is_ascii_digit());
                if end - at > if integer { SAFE.1 } else { SAFE.0 } {
                    quoted.push_str(&text[copied..at]);
                    quoted.push('"');
                    quoted.push_str(&text[at..end]);
                    quoted.push('"');
                    copied = end;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    quoted.push_str(&text[copied..]);
    Cow::Owned(quoted)
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || b"+-.eE".contains(&byte)
}

fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        if bytes[at + found] == b'"' {
            return at + found + 1;
        }
        at += found + 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_digit_is_kept() {
        for (text, expected) in [
            (r#"{"price":61234.123456789012345}"#, json!({"price": "61234.123456789012345"})),
            (r#"[1700000000000, -0.5, 1e9]"#, json!([1_700_000_000_000_i64, -0.5, 1e9])),
            (r#"{"a\\":12345678901234567890}"#, json!({"a\\": "12345678901234567890"})),
            (
                r#"{"a \"12345678901234567890":12345678901234567890}"#,
                json!({"a \"12345678901234567890": "12345678901234567890"}),
            ),
            ("12345678901234567.5", json!("12345678901234567.5")),
            ("no json", Value::Null),
        ] {
            assert_eq!(parse(text).unwrap_or_default(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_else_changes(text in r#"[\["{},:0-9eE\\. a-]{0,40}"#) {
            let plain = serde_json::from_str::<Value>(&text).ok();
            prop_assert_eq!(parse(&text).is_some(), plain.is_some(), "{}", text);
            if !text.contains(|c: char| c.is_ascii_digit()) {
                prop_assert_eq!(parse(&text), plain);
            }
        }
    }
}
