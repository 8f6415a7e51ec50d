//! When it is quiet, by the user's own week.

use jiff::{Timestamp, ToSpan, civil, tz::TimeZone};

use crate::model::{Millis, QuietHours, Urgency, Weekday};

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
    use super::*;

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
