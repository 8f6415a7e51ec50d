//! A moment in the past, as users write it.

use jiff::{SpanRelativeTo, Timestamp, civil::DateTime, tz::TimeZone};
use streambell_engine::model::Millis;

/// Understands a time (RFC 3339, or local without an offset), a date (its beginning, local), or how long ago.
pub(crate) fn parse_since(text: &str) -> Result<Millis, String> {
    since(text, Timestamp::now(), &TimeZone::system())
}

fn since(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Millis, String> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.as_millisecond());
    }
    if let Ok(local) = text.parse::<DateTime>() {
        let time = local.to_zoned(zone.clone()).map_err(|error| error.to_string())?;
        return Ok(time.timestamp().as_millisecond());
    }
    let ago = text.parse::<jiff::Span>().ok().and_then(|span| {
        let ago = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
        if ago.is_negative() { None } else { now.checked_sub(ago).ok() }
    });
    ago.map(Timestamp::as_millisecond).ok_or_else(|| {
        "write a time (2026-01-31T12:00:00Z), a date (2026-01-31), or how long ago (30m, 2h, 7d)".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_time_a_date_or_how_long_ago() {
        let now: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let cases = [
            ("2026-03-09T08:00:00Z", Some("2026-03-09T08:00:00Z")),
            ("2026-03-09T08:00:00+02:00", Some("2026-03-09T06:00:00Z")),
            ("2026-03-09T08:00", Some("2026-03-09T07:00:00Z")),
            ("2026-03-09", Some("2026-03-08T23:00:00Z")),
            ("30m", Some("2026-03-10T11:30:00Z")),
            ("2h", Some("2026-03-10T10:00:00Z")),
            ("1h30m", Some("2026-03-10T10:30:00Z")),
            ("7d", Some("2026-03-03T12:00:00Z")),
            ("1w", Some("2026-03-03T12:00:00Z")),
            ("-2h", None),
            ("yesterday", None),
            ("7", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|time| time.parse::<Timestamp>().unwrap().as_millisecond());
            assert_eq!(since(text, now, &zone).ok(), expected, "{text}");
        }
    }
}
