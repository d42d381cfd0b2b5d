//! `Retry-After` and the other headers of a refusal: whatever they contain, the wait is bounded.
//!
//! Input: lines of `Retry-After`, `X-RateLimit-Type`, `X-RateLimit-Reset` and the message.

#![no_main]

use std::time::Duration;

use fuzz::call;
use libfuzzer_sys::fuzz_target;
use zoom::transport::HttpResponse;
use zoom::{Error, UserStatus};

/// Longest pause for a limit per second: a minute, and the random part that spreads retries.
const LONGEST_PAUSE: Duration = Duration::from_secs(61);
/// Longest time until a daily limit ends: a day, and an hour for clocks that differ.
const LONGEST_DAY: Duration = Duration::from_hours(25);

fuzz_target!(|input: &str| {
    let mut lines = input.splitn(4, '\n').map(str::to_owned);
    let names = ["retry-after", "x-ratelimit-type", "x-ratelimit-reset"];
    let headers: Vec<(String, String)> = names
        .into_iter()
        .zip(lines.by_ref().take(names.len()))
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let message = lines.next().unwrap_or_default().replace(['"', '\\'], "'");
    let message: String = message.chars().filter(|c| !c.is_control()).collect();
    let answer = HttpResponse {
        status: 429,
        headers,
        body: format!(r#"{{"code":429,"message":"{message}"}}"#).into(),
    };
    let (result, began, took) = call(answer, async |client| {
        client.users(UserStatus::Active, 300, None).await
    });
    match result {
        Err(Error::DailyLimit { resume_at }) => {
            let wait = resume_at
                .duration_since(began)
                .expect("the limit ends later");
            assert!(!wait.is_zero() && wait <= LONGEST_DAY, "{wait:?}");
        }
        Err(Error::NotFound { .. }) => {
            assert!(!took.is_zero() && took <= LONGEST_PAUSE, "{took:?}");
        }
        other => panic!("neither a daily limit nor the answer after the wait: {other:?}"),
    }
});
