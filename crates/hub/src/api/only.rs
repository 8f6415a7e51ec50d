//! One thing out of a stream of many.

use bytes::Bytes;
use serde_json::Value;

/// Whole events of a stream, without those of which `field` is something else than `value`.
pub(super) fn only(chunk: &[u8], field: &str, value: &str) -> Bytes {
    let text = String::from_utf8_lossy(chunk);
    let kept: String = text.split_inclusive("\n\n").filter(|event| is_about(event, field, value)).collect();
    // What is left out is a sign of life all the same.
    if kept.is_empty() { Bytes::from_static(b":\n\n") } else { kept.into() }
}

/// Comments and news of the stream itself are about everything.
fn is_about(event: &str, field: &str, value: &str) -> bool {
    let data = event.lines().find_map(|line| line.strip_prefix("data: "));
    let data: Option<Value> = data.and_then(|data| serde_json::from_str(data).ok());
    data.is_none_or(|data| data.get(field).is_none_or(|found| found == value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_others_is_left_out() {
        let a = "id: 1-0\nevent: progress\ndata: {\"job\":\"a\",\"progress\":1}\n\n";
        let b = "id: 2-0\nevent: progress\ndata: {\"job\":\"b\",\"progress\":1}\n\n";
        let gap = "event: gap\ndata: {\"event\":\"gap\",\"after\":\"1-0\"}\n\n";
        let cases = [
            (format!("{a}{b}{a}"), format!("{a}{a}")),
            (format!("retry: 2000\n\n{b}"), "retry: 2000\n\n".into()),
            (format!("{gap}{b}"), gap.into()),
            (":\n\n".into(), ":\n\n".into()),
            (b.to_owned(), ":\n\n".into()),
        ];
        for (chunk, expected) in cases {
            assert_eq!(only(chunk.as_bytes(), "job", "a"), expected, "{chunk}");
        }
    }
}
