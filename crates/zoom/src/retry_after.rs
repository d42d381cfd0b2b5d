//! Decides how long to wait after a 429. All forms of `Retry-After` are read, because Zoom's documents
//! and its service disagree: for the limit per second there is no header at all, for the limit per day
//! it is a date-time, and proxies send seconds or an HTTP-date. The message in the body is the most
//! reliable sign of which limit was reached.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;

use crate::pacer::{Retry, midnight_after};
use crate::transport::HttpResponse;

/// Longest accepted wait for the limit per second; a longer time is an error of the sender.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// A wait of unknown kind above this is treated as one for the limit per day.
const DAILY_FROM: Duration = Duration::from_mins(10);
/// Longest accepted wait for the limit per day, because it ends at midnight UTC. One hour is added
/// for clocks that differ.
const LONGEST_DAY: Duration = Duration::from_hours(25);
/// Largest accepted delay of Zoom's clock behind ours.
const SKEW: Duration = Duration::from_hours(1);

/// The value of a `Retry-After` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    Wait(Duration),
    Until(SystemTime),
}

impl RetryAfter {
    fn wait(self, now: SystemTime) -> Duration {
        match self {
            Self::Wait(wait) => wait,
            Self::Until(at) => at.duration_since(now).unwrap_or_default(),
        }
    }
}

/// Reads `Retry-After`: seconds, an HTTP-date, or an ISO 8601 date or date-time (in UTC unless it has
/// an offset).
pub(crate) fn parse(text: &str) -> Option<RetryAfter> {
    let text = text.trim().trim_matches('"');
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        // More digits than fit into 64 bits mean a very long wait.
        return Some(RetryAfter::Wait(Duration::from_secs(
            text.parse().unwrap_or(u64::MAX),
        )));
    }
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds)
            .ok()
            .map(RetryAfter::Wait);
    }
    let at = text
        .parse::<Timestamp>()
        .or_else(|_| DateTimeParser::new().parse_timestamp(text))
        .or_else(|_| {
            let local: DateTime = text.parse()?;
            TimeZone::UTC.to_timestamp(local)
        })
        .ok()?;
    Some(RetryAfter::Until(system_time(at)?))
}

/// The wait after a 429. `None` for the limit per second without a usable time.
pub(crate) fn retry(response: &HttpResponse, message: &str, now: SystemTime) -> Option<Retry> {
    let named = response.header("retry-after").and_then(parse);
    if is_daily(response, message, named, now) {
        let reset = response
            .header("x-ratelimit-reset")
            .and_then(unix)
            .map(RetryAfter::Until);
        return Some(Retry::At(daily_end(named.or(reset), now)));
    }
    let wait = named?.wait(now).min(LONGEST_PAUSE);
    (!wait.is_zero()).then_some(Retry::After(wait))
}

/// The pause before the next try after a 5xx, at most [`LONGEST_PAUSE`]; `None` without a header.
pub(crate) fn pause(response: &HttpResponse, now: SystemTime) -> Option<Duration> {
    let named = response.header("retry-after").and_then(parse)?;
    Some(named.wait(now).min(LONGEST_PAUSE))
}

fn is_daily(
    response: &HttpResponse,
    message: &str,
    named: Option<RetryAfter>,
    now: SystemTime,
) -> bool {
    let message = message.to_ascii_lowercase();
    if message.contains("daily") {
        return true;
    }
    if ["per-second", "per second", "concurrent"]
        .iter()
        .any(|text| message.contains(text))
    {
        return false;
    }
    let kind = response
        .header("x-ratelimit-type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    if kind.contains("daily") {
        return true;
    }
    if kind.contains("qps") {
        return false;
    }
    named.is_some_and(|named| named.wait(now) > DAILY_FROM)
}

fn daily_end(named: Option<RetryAfter>, now: SystemTime) -> SystemTime {
    let midnight = midnight_after(now);
    match named {
        Some(RetryAfter::Until(at)) if at > now => {
            let credible = at.duration_since(now).is_ok_and(|wait| wait <= LONGEST_DAY);
            if credible { at } else { midnight }
        }
        // A time that has just passed means that Zoom's clock is a little behind ours and that its day
        // has not ended yet.
        Some(RetryAfter::Until(at)) if now.duration_since(at).is_ok_and(|past| past < SKEW) => {
            now + LONGEST_PAUSE
        }
        // A shorter wait is ignored, because it contradicts a daily limit and would lead to requests
        // all day.
        Some(RetryAfter::Wait(wait)) if (LONGEST_PAUSE..=LONGEST_DAY).contains(&wait) => now + wait,
        _ => midnight,
    }
}

fn unix(text: &str) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_secs(text.trim().parse().ok()?))
}

fn system_time(at: Timestamp) -> Option<SystemTime> {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use jiff::fmt::rfc2822::DateTimePrinter;
    use proptest::prelude::*;

    use super::*;

    const DAILY: &str = "You have reached the maximum daily rate limit for this API.";
    const PER_SECOND: &str = "You have reached the maximum per-second rate limit for this API.";

    fn response(headers: &[(&str, String)]) -> HttpResponse {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        HttpResponse {
            status: 429,
            headers: headers.collect(),
            body: bytes::Bytes::new(),
        }
    }

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// Seconds of the years 1970 to 2100.
    fn seconds() -> impl Strategy<Value = u64> {
        0_u64..4_102_444_800
    }

    fn header() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[-+]?[0-9]{0,30}(\\.[0-9]{0,5})?(e[0-9]{1,4})?",
            seconds().prop_map(iso),
            seconds().prop_map(http_date),
            "[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?",
        ]
    }

    fn timestamp(seconds: u64) -> Timestamp {
        Timestamp::from_second(seconds.cast_signed()).unwrap()
    }

    fn iso(seconds: u64) -> String {
        timestamp(seconds).to_string()
    }

    fn http_date(seconds: u64) -> String {
        DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&timestamp(seconds))
            .unwrap()
    }

    proptest! {
        #[test]
        fn r11_the_three_forms_are_read_exactly(s in seconds()) {
            prop_assert_eq!(parse(&s.to_string()), Some(RetryAfter::Wait(Duration::from_secs(s))));
            prop_assert_eq!(parse(&iso(s)), Some(RetryAfter::Until(at(s))));
            prop_assert_eq!(parse(&http_date(s)), Some(RetryAfter::Until(at(s))));
            prop_assert_eq!(parse(&iso(s).replace('Z', "")), Some(RetryAfter::Until(at(s))));
            prop_assert_eq!(parse(&format!(" {} ", iso(s))), Some(RetryAfter::Until(at(s))));
        }

        #[test]
        fn r11_a_limit_per_second_never_stops_for_more_than_a_minute(
            now in seconds(), named in header(), kind in any::<String>(),
        ) {
            let answer = response(&[("retry-after", named), ("x-ratelimit-type", kind)]);
            match retry(&answer, PER_SECOND, at(now)) {
                None => {}
                Some(Retry::After(wait)) => prop_assert!(!wait.is_zero() && wait <= LONGEST_PAUSE),
                other => prop_assert!(false, "{:?}", other),
            }
        }

        #[test]
        fn r11_a_daily_limit_always_ends_after_now_and_within_a_day(
            now in seconds(), named in header(), reset in header(),
        ) {
            let answer = response(&[("retry-after", named), ("x-ratelimit-reset", reset)]);
            let Some(Retry::At(until)) = retry(&answer, DAILY, at(now)) else {
                return Err(TestCaseError::fail("not a daily limit"));
            };
            let wait = until.duration_since(at(now)).unwrap();
            prop_assert!(!wait.is_zero() && wait <= LONGEST_DAY);
        }

        #[test]
        fn r11_without_a_text_the_wait_is_bounded_all_the_same(
            now in seconds(), named in header(), message in any::<String>(),
        ) {
            let answer = response(&[("retry-after", named)]);
            let wait = match retry(&answer, &message, at(now)) {
                None => Duration::from_secs(1),
                Some(Retry::After(wait)) => wait,
                Some(Retry::At(until)) => until.duration_since(at(now)).unwrap(),
            };
            prop_assert!(!wait.is_zero() && wait <= LONGEST_DAY);
        }
    }
}
