//! Times and days, always UTC, and the clock. Libraries get a clock as a parameter instead of reading
//! the system's, because tests and replays need to choose the time. This is the only module that uses
//! the date library, so that it can be exchanged.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// The number of milliseconds in a day.
pub const DAY_MS: i64 = 86_400_000;

/// A time in UTC, written as in RFC 3339: `2026-11-20T07:09:03Z`.
// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub struct Timestamp(pub i64);

/// A calendar day in UTC, written as `2026-11-20`.
// Days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, ToSchema)]
#[schema(value_type = String, format = Date)]
pub struct Day(pub i32);

/// The error for a text that is not a time or a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct ParseTimeError {
    /// The text that could not be read.
    pub text: String,
    /// A description of the right format, with an example.
    pub expected: &'static str,
}

impl Timestamp {
    /// The UTC day of this time.
    #[must_use]
    pub fn day(self) -> Day {
        Day(
            i32::try_from(self.0.div_euclid(DAY_MS)).unwrap_or(if self.0 < 0 {
                i32::MIN
            } else {
                i32::MAX
            }),
        )
    }

    /// The time `ms` milliseconds later. Saturates instead of overflowing.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// The time `seconds` seconds later. Saturates instead of overflowing.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_ms(seconds.saturating_mul(1000))
    }

    /// Milliseconds from `earlier` to this time; negative when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    fn civil(self) -> Option<jiff::civil::DateTime> {
        let stamp = jiff::Timestamp::from_millisecond(self.0).ok()?;
        Some(jiff::tz::TimeZone::UTC.to_datetime(stamp))
    }

    /// The time for people: `2026-11-20 07:09:03 UTC`.
    #[must_use]
    pub fn readable(self) -> String {
        self.civil().map_or_else(
            || format!("{} ms", self.0),
            |c| {
                format!(
                    "{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC",
                    c.year(),
                    c.month(),
                    c.day(),
                    c.hour(),
                    c.minute(),
                    c.second()
                )
            },
        )
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(stamp) => write!(f, "{stamp}"),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>()
            .map(|stamp| Self(stamp.as_millisecond()))
            .map_err(|_| ParseTimeError {
                text: text.to_owned(),
                expected: "a time such as 2026-11-20T07:09:03Z",
            })
    }
}

impl Day {
    /// The day with this year, month (1 to 12) and day of the month; `None` when the calendar has no such
    /// date.
    #[must_use]
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        Some(Self::from_date(date))
    }

    fn from_date(date: jiff::civil::Date) -> Self {
        let epoch = jiff::civil::Date::constant(1970, 1, 1);
        Self((date - epoch).get_days())
    }

    /// Between the first day of the year 0 and the last one of the year 9999.
    fn date(self) -> jiff::civil::Date {
        let epoch = jiff::civil::Date::constant(1970, 1, 1);
        epoch.saturating_add(jiff::Span::new().days(self.0.clamp(-719_528, 2_932_896)))
    }

    /// Year, month (1 to 12) and day of the month (1 to 31).
    #[must_use]
    pub fn ymd(self) -> (i16, i8, i8) {
        let date = self.date();
        (date.year(), date.month(), date.day())
    }

    /// 1 for Monday to 7 for Sunday.
    #[must_use]
    pub fn weekday(self) -> i8 {
        self.date().weekday().to_monday_one_offset()
    }

    /// Midnight at the start of this day (UTC).
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0) * DAY_MS)
    }

    /// The day that is `days` later (or earlier, when negative).
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Days from `earlier` to this day; negative when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// Every day from this one to `last`, both included; none when `last` is earlier.
    pub fn to(self, last: Self) -> impl DoubleEndedIterator<Item = Self> + use<> {
        (self.0..=last.0).map(Self)
    }

    /// The first day of this day's month.
    #[must_use]
    pub fn month_start(self) -> Self {
        let (_, _, day) = self.ymd();
        self.plus(1 - i32::from(day))
    }

    /// The day in words for people: "3 October 2026".
    #[must_use]
    pub fn long(self) -> String {
        let (year, _, day) = self.ymd();
        format!("{day} {} {year}", self.month_name())
    }

    /// The day in few letters for charts and tables: "3 Oct".
    #[must_use]
    pub fn short(self) -> String {
        let (_, _, day) = self.ymd();
        format!("{day} {}", &self.month_name()[..3])
    }

    /// The English name of this day's month.
    #[must_use]
    pub fn month_name(self) -> &'static str {
        const NAMES: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let (_, month, _) = self.ymd();
        NAMES[usize::try_from(month - 1).unwrap_or(0)]
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

impl FromStr for Day {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::civil::Date>()
            .map(Self::from_date)
            .map_err(|_| ParseTimeError {
                text: text.to_owned(),
                expected: "a date such as 2026-11-20",
            })
    }
}

macro_rules! text_serde {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
text_serde!(Timestamp);
text_serde!(Day);

/// A source of the current time. Only the binary implements it with the system's clock.
pub trait Clock: Send + Sync + 'static {
    /// The current time in UTC.
    fn now(&self) -> Timestamp;
}

/// A clock that changes only when it is set, for tests and replays.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Sets the clock to `now`, which may be earlier than before.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    /// Moves the clock forward by `ms` milliseconds.
    pub fn advance_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_day_is_a_calendar_date_in_utc() {
        let time: Timestamp = "2026-02-28T23:59:59.999Z".parse().unwrap();
        assert_eq!(time.day().to_string(), "2026-02-28");
        assert_eq!(time.plus_ms(1).day().to_string(), "2026-03-01");
        assert_eq!(time.day().month_start().to_string(), "2026-02-01");
        assert_eq!(Day::from_ymd(2026, 11, 23).unwrap().weekday(), 1);
        assert_eq!(Day::from_ymd(2026, 10, 3).unwrap().long(), "3 October 2026");
        assert!(Day::from_ymd(2026, 2, 29).is_none());
        assert!("2026-02-29".parse::<Day>().is_err());
    }

    proptest! {
        #[test]
        fn written_days_and_times_parse_to_themselves(day in -30_000i32..60_000, ms in 0..DAY_MS) {
            let day = Day(day);
            prop_assert_eq!(day.to_string().parse::<Day>().unwrap(), day);
            let time = day.start().plus_ms(ms);
            prop_assert_eq!(time.day(), day);
            prop_assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
            let (y, m, d) = day.ymd();
            prop_assert_eq!(Day::from_ymd(y, m, d), Some(day));
        }
    }
}
