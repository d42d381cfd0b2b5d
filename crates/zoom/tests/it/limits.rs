//! Refusals with 429, in all the forms in which Zoom and others send them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use zoom::pacer::{Category, Limits, Plan};
use zoom::{Client, Error, ReportKind};

use crate::script::{NOON, Script, Tokens, client, client_with, json, noon_and, with};

const PER_SECOND: &str = r#"{"code":429,"message":"You have reached the maximum per-second rate limit for this API. Try again later."}"#;
const DAILY: &str = r#"{"code":429,"message":"You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you can make another request."}"#;
const CONCURRENT: &str = r#"{"code":429,"message":"Too many concurrent requests. A request to disassociate this user has already been made."}"#;
const PAGE: &str = r#"{"users":[],"next_page_token":""}"#;
const MIDNIGHT: u64 = 12 * 3600;

/// How long a call takes that is refused once like this.
async fn wait_after(headers: &[(&str, &str)], body: &str) -> Duration {
    let script = Script::of([with(429, headers, body), json(200, PAGE)]);
    let start = Instant::now();
    report(&client(&script)).await.unwrap();
    start.elapsed()
}

async fn report(client: &Client) -> Result<(), Error> {
    client
        .report_users(ReportKind::Active, "2026-10-24", "2026-11-22", 300, None)
        .await
        .map(|_| ())
}

/// Headers and body of a refusal, and for how many seconds it holds.
type Form<'a> = (&'a [(&'a str, &'a str)], &'a str, u64);

#[tokio::test(start_paused = true)]
async fn r11_per_second_forms() {
    let about = |wait: Duration, seconds: u64| {
        wait >= Duration::from_secs(seconds) && wait <= Duration::from_secs(seconds + 1)
    };
    let http_date = "Mon, 23 Nov 2026 12:00:09 GMT";
    let wrong_weekday = "Fri, 23 Nov 2026 12:00:09 GMT";
    let table: &[Form<'_>] = &[
        (&[], PER_SECOND, 1),
        (&[("Retry-After", "3")], PER_SECOND, 3),
        (&[("Retry-After", "2.5")], PER_SECOND, 2),
        (&[("retry-after", "\"4\"")], PER_SECOND, 4),
        (&[("Retry-After", "0")], PER_SECOND, 1),
        (&[("Retry-After", "-5")], PER_SECOND, 1),
        (&[("Retry-After", "soon")], PER_SECOND, 1),
        (&[("Retry-After", "NaN")], PER_SECOND, 1),
        (&[("Retry-After", "")], PER_SECOND, 1),
        (&[("Retry-After", "31536000")], PER_SECOND, 60),
        (
            &[("Retry-After", "999999999999999999999999")],
            PER_SECOND,
            60,
        ),
        (&[("Retry-After", "2099-01-01T00:00:00Z")], PER_SECOND, 60),
        (&[("Retry-After", "2020-01-01T00:00:00Z")], PER_SECOND, 1),
        (&[("Retry-After", http_date)], PER_SECOND, 9),
        (&[("Retry-After", wrong_weekday)], PER_SECOND, 1),
        (
            &[("X-RateLimit-Type", "QPS"), ("Retry-After", "86400")],
            "{}",
            60,
        ),
        (
            &[
                ("X-RateLimit-Type", "Daily-limit"),
                ("X-RateLimit-Remaining", "0"),
            ],
            PER_SECOND,
            1,
        ),
        (&[], CONCURRENT, 1),
        (
            &[("content-type", "text/html")],
            "<h1>Too many requests</h1>",
            1,
        ),
        (&[], "", 1),
        (&[("Retry-After", "5")], "", 5),
    ];
    for (headers, body, seconds) in table {
        let wait = wait_after(headers, body).await;
        assert!(
            about(wait, *seconds),
            "{headers:?} {body}: {wait:?}, expected {seconds} s"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn r11_daily_forms() {
    let midnight = "2026-11-24T00:00:00Z";
    let unix = (NOON + MIDNIGHT).to_string();
    let table: &[Form<'_>] = &[
        (&[], DAILY, MIDNIGHT),
        (&[("Retry-After", midnight)], DAILY, MIDNIGHT),
        (
            &[("Retry-After", "2026-11-24T01:00:00+01:00")],
            DAILY,
            MIDNIGHT,
        ),
        (&[("Retry-After", "2026-11-24T00:00:00")], DAILY, MIDNIGHT),
        (&[("Retry-After", "2026-11-24")], DAILY, MIDNIGHT),
        (
            &[("Retry-After", "Tue, 24 Nov 2026 00:00:00 GMT")],
            DAILY,
            MIDNIGHT,
        ),
        (&[("Retry-After", "43200")], DAILY, MIDNIGHT),
        (&[("Retry-After", "2026-11-23T13:00:00Z")], DAILY, 3600),
        (&[("Retry-After", "2026-11-23T11:59:50Z")], DAILY, 60), // Zoom's clock is behind
        (&[("Retry-After", "2020-05-31T00:00:00Z")], DAILY, MIDNIGHT),
        (&[("Retry-After", "2099-05-31T00:00:00Z")], DAILY, MIDNIGHT),
        (&[("Retry-After", "1")], DAILY, MIDNIGHT),
        (&[("Retry-After", "99999999999")], DAILY, MIDNIGHT),
        (&[("Retry-After", "tomorrow")], DAILY, MIDNIGHT),
        (
            &[("X-RateLimit-Type", "QPS"), ("Retry-After", midnight)],
            DAILY,
            MIDNIGHT,
        ),
        (&[("X-RateLimit-Reset", &unix)], DAILY, MIDNIGHT),
        (
            &[("X-RateLimit-Reset", "18446744073709551615")],
            DAILY,
            MIDNIGHT,
        ),
        (&[("X-RateLimit-Type", "Daily-limit")], "", MIDNIGHT),
        (
            &[("Retry-After", midnight)],
            "<h1>Too many requests</h1>",
            MIDNIGHT,
        ),
    ];
    for (headers, body, seconds) in table {
        let script = Script::of([with(429, headers, body)]);
        let error = report(&client(&script)).await.unwrap_err();
        let resume_at = noon_and(*seconds);
        assert_eq!(error, Error::DailyLimit { resume_at }, "{headers:?} {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn r11_after_a_daily_refusal_nothing_is_sent_before_midnight_and_others_go_on() {
    let script = Script::of([with(429, &[("Retry-After", "2026-11-24T00:00:00Z")], DAILY)]);
    let tokens = Arc::new(Tokens::new("https://api.zoom.us"));
    let (client, _) = client_with(&script, Limits::of(Plan::Pro, 50), tokens);
    let limit = Error::DailyLimit {
        resume_at: noon_and(MIDNIGHT),
    };
    assert_eq!(report(&client).await.unwrap_err(), limit);
    for _ in 0..5 {
        assert_eq!(report(&client).await.unwrap_err(), limit);
        tokio::time::advance(Duration::from_secs(8000)).await;
    }
    assert_eq!(script.requests().len(), 1);
    script.push(json(200, r#"{"groups":[]}"#));
    client.groups(300, None).await.unwrap();
    tokio::time::advance(Duration::from_secs(MIDNIGHT - 5 * 8000)).await;
    script.push(json(200, PAGE));
    report(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn r12_a_storm_of_refusals_is_outlasted_and_nothing_is_sent_during_a_wait() {
    // Of 20 requests 19 are refused, without any pattern that the client could fall into step with.
    let count = AtomicU64::new(7);
    let script = Script::always(move |_| {
        let n = count
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_mul(6_364_136_223_846_793_005);
        if (n >> 33).is_multiple_of(20) {
            json(200, PAGE)
        } else {
            with(429, &[("Retry-After", "2")], PER_SECOND)
        }
    });
    let tokens = Arc::new(Tokens::new("https://api.zoom.us"));
    let (client, pacer) = client_with(&script, Limits::of(Plan::Pro, 50), tokens);
    for _ in 0..20 {
        report(&client).await.unwrap();
    }
    let counts = pacer.counts()[2];
    assert_eq!(counts.category, Category::Heavy);
    assert_eq!(counts.requests, script.requests().len() as u64);
    assert_eq!(counts.requests, counts.refused + 20);
    assert_eq!(counts.waiting, 0);
    // One caller: whenever it was refused, its next request came two seconds later or more.
    let quick = script
        .times()
        .windows(2)
        .filter(|t| t[1] - t[0] < Duration::from_secs(2))
        .count();
    assert!(quick <= 20, "{quick}");
}

#[tokio::test(start_paused = true)]
async fn r12_endless_refusals_end() {
    let script = Script::always(|_| with(429, &[], PER_SECOND));
    let error = report(&client(&script)).await.unwrap_err();
    assert!(
        matches!(error, Error::TooManyRetries { status: 429, .. }),
        "{error:?}"
    );
    let times = script.times();
    let longest = times
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .max()
        .unwrap();
    assert!(
        longest >= Duration::from_mins(1) && longest < Duration::from_secs(62),
        "{longest:?}"
    );
}
