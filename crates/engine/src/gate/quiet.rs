//! When it is quiet, by the user's own week.

use jiff::{Timestamp, ToSpan, civil, tz::TimeZone};

use crate::{
    EngineError,
    model::{Millis, QuietHours, Urgency, Weekday},
    speak,
};

/// Whether each of them ever holds.
///
/// # Errors
/// Names the one that does not.
pub(crate) fn check(hours: &[QuietHours]) -> Result<(), EngineError> {
    match hours.iter().position(|hours| hours.days.is_empty()) {
        None => Ok(()),
        Some(index) => Err(EngineError::invalid(
            format!("quiet_hours[{index}].days"),
            speak!(
                "These quiet hours have no day, so they never begin. Choose at least one day, or remove them.",
                "这个安静时段没有选择任何一天，因此永远不会开始。请至少选择一天，或将其删除。",
            ),
        )),
    }
}

/// Until when something of this urgency must be quiet; `None`: it need not.
pub(crate) fn quiet_until(hours: &[QuietHours], urgency: Urgency, now: Millis, zone: &TimeZone) -> Option<Millis> {
    let here = Timestamp::from_millisecond(now).ok()?.to_zoned(zone.clone());
    let ends = hours.iter().filter(|hours| hours.except.is_none_or(|except| urgency < except)).flat_map(|hours| {
        // Those that began yesterday may go on.
        [here.date(), here.date().yesterday().unwrap_or(here.date())].into_iter().filter_map(|begin| {
            let end = if hours.to > hours.from { begin } else { begin.checked_add(1.day()).ok()? };
            let moment = |date: civil::Date, time: civil::Time| {
                Some(date.to_datetime(time).to_zoned(zone.clone()).ok()?.timestamp().as_millisecond())
            };
            let (from, to) = (moment(begin, hours.from.0)?, moment(end, hours.to.0)?);
            (hours.days.contains(&weekday(begin)) && from <= now && now < to).then_some(to)
        })
    });
    ends.max()
}

fn weekday(date: civil::Date) -> Weekday {
    match date.weekday() {
        civil::Weekday::Monday => Weekday::Monday,
        civil::Weekday::Tuesday => Weekday::Tuesday,
        civil::Weekday::Wednesday => Weekday::Wednesday,
        civil::Weekday::Thursday => Weekday::Thursday,
        civil::Weekday::Friday => Weekday::Friday,
        civil::Weekday::Saturday => Weekday::Saturday,
        civil::Weekday::Sunday => Weekday::Sunday,
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::subsequence};

    use super::*;

    const WEEK: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];
    const MINUTE: Millis = 60_000;
    const DAY: Millis = 24 * 60 * MINUTE;
    /// A Monday, at midnight.
    const MONDAY: Millis = 1_795_392_000_000;

    fn hours(days: impl Into<prop::sample::SizeRange>) -> impl Strategy<Value = QuietHours> {
        let time = || (0..24_i8, 0..60_i8).prop_map(|(hour, minute)| format!("{hour}:{minute}").parse().unwrap());
        (subsequence(WEEK.to_vec(), days), time(), time()).prop_map(|(days, from, to)| QuietHours {
            days,
            from,
            to,
            except: None,
        })
    }

    /// The same, said in another way: by the minute of the week.
    fn is_quiet(hours: &QuietHours, now: Millis) -> bool {
        let minute = |time: civil::Time| Millis::from(time.hour()) * 60 + Millis::from(time.minute());
        let (from, to) = (minute(hours.from.0), minute(hours.to.0));
        let length = if to > from { to - from } else { to - from + 24 * 60 };
        let week = 7 * 24 * 60;
        hours.days.iter().any(|day| {
            let begin = WEEK.iter().position(|known| known == day).unwrap() as Millis * 24 * 60 + from;
            ((now - MONDAY).div_euclid(MINUTE) - begin).rem_euclid(week) < length
        })
    }

    proptest! {
        #[test]
        fn it_is_quiet_from_the_begin_to_the_end(hours in hours(0..=7), now in MONDAY..MONDAY + 14 * DAY) {
            let until = |now| quiet_until(std::slice::from_ref(&hours), Urgency::Normal, now, &TimeZone::UTC);
            prop_assert_eq!(until(now).is_some(), is_quiet(&hours, now));
            if let Some(end) = until(now) {
                prop_assert!(now < end && end <= now + DAY);
                prop_assert_eq!((end - MONDAY).rem_euclid(DAY) / MINUTE,
                    Millis::from(hours.to.0.hour()) * 60 + Millis::from(hours.to.0.minute()));
                prop_assert!(is_quiet(&hours, end - 1));
            }
        }

        #[test]
        fn exactly_those_that_never_begin_are_refused(all in vec(hours(0..=7), 0..4)) {
            let begins = |hours: &QuietHours| (0..7 * 24 * 60).any(|minute| is_quiet(hours, MONDAY + minute * MINUTE));
            let never = all.iter().position(|hours| !begins(hours));
            match (check(&all), never) {
                (Ok(()), None) => {}
                (Err(EngineError::Invalid { field, .. }), Some(index)) => {
                    prop_assert_eq!(field, format!("quiet_hours[{index}].days"));
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }

    #[test]
    fn nights_and_weekends() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let weekdays = vec![Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
        let time = |text: &str| text.parse().unwrap();
        let night =
            QuietHours { days: weekdays, from: time("22:00"), to: time("07:00"), except: Some(Urgency::Critical) };
        let sunday = QuietHours { days: vec![Weekday::Sunday], from: time("00:00"), to: time("00:00"), except: None };
        let hours = [night, sunday];
        let millis = |local: &str| {
            local.parse::<civil::DateTime>().unwrap().to_zoned(zone.clone()).unwrap().timestamp().as_millisecond()
        };
        for (now, urgency, until) in [
            ("2026-11-20T21:59", Urgency::Normal, None),
            ("2026-11-20T22:00", Urgency::Normal, Some("2026-11-21T07:00")),
            ("2026-11-21T06:59", Urgency::Low, Some("2026-11-21T07:00")),
            ("2026-11-21T03:00", Urgency::Critical, None),
            ("2026-11-21T07:00", Urgency::Normal, None),
            ("2026-11-21T23:00", Urgency::Normal, None),
            ("2026-11-22T12:00", Urgency::Critical, Some("2026-11-23T00:00")),
            // The night in which the clocks are set forward is shorter.
            ("2026-03-28T01:00", Urgency::Normal, Some("2026-03-28T07:00")),
        ] {
            assert_eq!(quiet_until(&hours, urgency, millis(now), &zone), until.map(millis), "{now} {urgency:?}");
        }
    }
}
