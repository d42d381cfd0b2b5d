//! Moments and days, always UTC, and the clock that everybody is handed instead of reading the
//! system's. The only module that names the date library.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds in a day.
pub const DAY_MS: i64 = 86_400_000;

/// A moment: milliseconds since 1970-01-01T00:00:00Z. Written and read as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

/// A calendar day in UTC, counted from 1970-01-01. Written and read as `yyyy-mm-dd`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Day(pub i32);

/// A text that is not a moment or a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct ParseTimeError {
    /// What was given.
    pub text: String,
    /// What would have been right.
    pub expected: &'static str,
}

impl Timestamp {
    /// The UTC day that this moment falls on.
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

    /// This moment and `ms` milliseconds; stops at the ends of time instead of wrapping.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// This moment and so many seconds.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_ms(seconds.saturating_mul(1000))
    }

    /// Milliseconds from `earlier` to this moment; negative when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    fn civil(self) -> Option<jiff::civil::DateTime> {
        let stamp = jiff::Timestamp::from_millisecond(self.0).ok()?;
        Some(jiff::tz::TimeZone::UTC.to_datetime(stamp))
    }

    /// `yyyy-mm-dd HH:MM:SS UTC`, for people.
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
                expected: "a moment such as 2026-11-20T07:09:03Z",
            })
    }
}

impl Day {
    /// The day of a calendar date; `None` when there is no such date.
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

    /// The first moment of this day.
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

    /// Every day from this one to `last`, both included.
    pub fn to(self, last: Self) -> impl DoubleEndedIterator<Item = Self> + use<> {
        (self.0..=last.0).map(Self)
    }

    /// The first day of this day's month.
    #[must_use]
    pub fn month_start(self) -> Self {
        let (_, _, day) = self.ymd();
        self.plus(1 - i32::from(day))
    }

    /// "3 October 2026", for people.
    #[must_use]
    pub fn long(self) -> String {
        let (year, _, day) = self.ymd();
        format!("{day} {} {year}", self.month_name())
    }

    /// "3 Oct", for charts and tables.
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

/// What time it is. Libraries are handed one; only the binary reads the system's.
pub trait Clock: Send + Sync + 'static {
    /// Now, in UTC.
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until it is told otherwise: for tests and replays.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Moves the clock to `now`, forwards or backwards.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    /// Moves the clock on by so many milliseconds.
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
        let moment: Timestamp = "2026-02-28T23:59:59.999Z".parse().unwrap();
        assert_eq!(moment.day().to_string(), "2026-02-28");
        assert_eq!(moment.plus_ms(1).day().to_string(), "2026-03-01");
        assert_eq!(moment.day().month_start().to_string(), "2026-02-01");
        assert_eq!(Day::from_ymd(2026, 11, 23).unwrap().weekday(), 1);
        assert_eq!(Day::from_ymd(2026, 10, 3).unwrap().long(), "3 October 2026");
        assert!(Day::from_ymd(2026, 2, 29).is_none());
        assert!("2026-02-29".parse::<Day>().is_err());
    }

    proptest! {
        #[test]
        fn days_and_moments_read_back_what_they_write(day in -30_000i32..60_000, ms in 0..DAY_MS) {
            let day = Day(day);
            prop_assert_eq!(day.to_string().parse::<Day>().unwrap(), day);
            let moment = day.start().plus_ms(ms);
            prop_assert_eq!(moment.day(), day);
            prop_assert_eq!(moment.to_string().parse::<Timestamp>().unwrap(), moment);
            let (y, m, d) = day.ymd();
            prop_assert_eq!(Day::from_ymd(y, m, d), Some(day));
        }
    }
}
