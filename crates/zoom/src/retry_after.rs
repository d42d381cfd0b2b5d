//! How long to wait after a 429. Zoom's documents and its service disagree: for the limit per second
//! there is no `Retry-After` at all, for the limit per day it is a date-time, and proxies send
//! seconds or an HTTP-date. The text of the body is the most reliable sign of which limit it was.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;

use crate::pacer::{Retry, midnight_after};
use crate::transport::HttpResponse;

/// A limit per second is over after at most this; a longer time is not believed.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Above this, a wait of unknown kind is one for the limit per day.
const DAILY_FROM: Duration = Duration::from_secs(10 * 60);
/// Daily limits end at midnight UTC; a later time, beyond clocks that differ, is not believed.
const LONGEST_DAY: Duration = Duration::from_secs(25 * 3600);
/// How far Zoom's clock may be behind ours.
const SKEW: Duration = Duration::from_secs(3600);

/// What the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    Wait(Duration),
    Until(SystemTime),
}

impl Told {
    fn wait(self, now: SystemTime) -> Duration {
        match self {
            Self::Wait(wait) => wait,
            Self::Until(at) => at.duration_since(now).unwrap_or_default(),
        }
    }
}

/// Reads `Retry-After`: seconds, an HTTP-date, or an ISO 8601 date or date-time (UTC unless it says
/// otherwise).
pub(crate) fn parse(text: &str) -> Option<Told> {
    let text = text.trim().trim_matches('"');
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        // More digits than fit are simply very long.
        return Some(Told::Wait(Duration::from_secs(
            text.parse().unwrap_or(u64::MAX),
        )));
    }
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok().map(Told::Wait);
    }
    let at = text
        .parse::<Timestamp>()
        .or_else(|_| DateTimeParser::new().parse_timestamp(text))
        .or_else(|_| {
            let local: DateTime = text.parse()?;
            TimeZone::UTC.to_timestamp(local)
        })
        .ok()?;
    Some(Told::Until(system_time(at)?))
}

/// What to do about a 429. `None`: the limit per second, and nothing was said about how long.
pub(crate) fn retry(response: &HttpResponse, message: &str, now: SystemTime) -> Option<Retry> {
    let told = response.header("retry-after").and_then(parse);
    if is_daily(response, message, told, now) {
        let reset = response
            .header("x-ratelimit-reset")
            .and_then(unix)
            .map(Told::Until);
        return Some(Retry::At(daily_end(told.or(reset), now)));
    }
    let wait = told?.wait(now).min(LONGEST_PAUSE);
    (!wait.is_zero()).then_some(Retry::After(wait))
}

/// A wait after a 5xx, if it is one that can be waited for.
pub(crate) fn pause(response: &HttpResponse, now: SystemTime) -> Option<Duration> {
    let told = response.header("retry-after").and_then(parse)?;
    Some(told.wait(now).min(LONGEST_PAUSE))
}

fn is_daily(response: &HttpResponse, message: &str, told: Option<Told>, now: SystemTime) -> bool {
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
    told.is_some_and(|told| told.wait(now) > DAILY_FROM)
}

fn daily_end(told: Option<Told>, now: SystemTime) -> SystemTime {
    let midnight = midnight_after(now);
    match told {
        Some(Told::Until(at)) if at > now => {
            let credible = at.duration_since(now).is_ok_and(|wait| wait <= LONGEST_DAY);
            if credible { at } else { midnight }
        }
        // Just past: Zoom's clock is a little behind ours and its day has not ended yet.
        Some(Told::Until(at)) if now.duration_since(at).is_ok_and(|past| past < SKEW) => {
            now + LONGEST_PAUSE
        }
        // Few seconds contradict a daily limit; believing them would ask again all day.
        Some(Told::Wait(wait)) if (LONGEST_PAUSE..=LONGEST_DAY).contains(&wait) => now + wait,
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
