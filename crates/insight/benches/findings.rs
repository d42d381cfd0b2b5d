//! Times of findings and of what-if replays for 100,000 made-up users with twelve months of activity,
//! and the memory of their roster. Run with `cargo bench -p insight --bench findings`; give another
//! number of users as an argument.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "../tests/it/world.rs"]
#[expect(dead_code, reason = "shared with the tests, which use more of it")]
mod world;

use std::hint::black_box;
use std::time::Instant;

use insight::what_if::{days_since_need, needers_per_week, thresholds, what_if};
use insight::{FindingQuery, Inputs, Roster, Settings, find};
use model::{Day, FieldValue, HostedSummary, Rule, SignInMonth};
use world::{APP, NOW, builder, days_ago, having, text, user};

/// A small generator with a fixed seed, so that every run measures the same people.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) % n
    }

    fn day(&mut self, n: u64) -> i32 {
        i32::try_from(self.below(n)).unwrap_or(0)
    }
}

/// Six in ten hold a licence. Of ten people three host on most working days, one now and then, one
/// hosts short meetings only, one stopped, and four host nothing.
fn people(count: u64) -> Roster {
    let mut dice = Dice(7);
    let mut builder = builder();
    let email = |n: u64| format!("p{n}@acme.example");
    for n in 0..count {
        let licensed = n % 10 < 6;
        let webinar = n % 200 == 0;
        let mut person = having(
            user(&format!("{n:08x}"), &email(n), &format!("Person {n}")),
            &[
                (
                    "department",
                    text(&format!("Department {}", dice.below(60))),
                ),
                ("user_type", text(if licensed { "pro" } else { "basic" })),
                ("meeting_capacity", FieldValue::Integer(300)),
                ("webinar", FieldValue::YesNo(webinar)),
                (
                    "webinar_capacity",
                    FieldValue::Integer(if webinar { 500 } else { 0 }),
                ),
            ],
        );
        person.created_at = Some(days_ago(400 + dice.day(2000)));
        person.listed_sign_in = Some(days_ago(dice.day(100)));
        builder.user(person);
    }
    for n in 0..count {
        let email = email(n);
        let habit = dice.below(10);
        for back in 0..12 {
            let first = Day::from_ymd(2026, 11, 1).unwrap_or(NOW.day());
            let month = first.plus(-30 * back).month_start();
            let days = match habit {
                0..5 => 0b0001_1111_0011_1110_0111_1100_1111 & !(1 << dice.below(20)),
                5..8 => 1 << dice.below(20) | 1 << dice.below(20),
                _ if dice.below(6) == 0 => 1 << dice.below(20),
                _ => continue,
            };
            builder.sign_in_month(&SignInMonth {
                email: email.clone(),
                month,
                days,
                last: month.start().plus_seconds(3600),
            });
        }
        let (meetings, longest, until) = match habit {
            0..3 => (220, 90, 0),
            3 => (9, 100, 0),
            4 => (90, 37, 0),
            5 => (60, 80, 120),
            _ => (0, 1, 0),
        };
        for _ in 0..meetings {
            let event = HostedSummary {
                start: days_ago(until + dice.day(360 - u64::try_from(until).unwrap_or(0))),
                minutes: 5 + dice.day(longest),
                participants: Some(2 + dice.day(12)),
                webinar: n % 200 == 0 && dice.below(20) == 0,
                features: 0,
            };
            builder.hosted(&email, event);
        }
    }
    builder.build()
}

/// The median in milliseconds.
fn median(rounds: usize, mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[rounds / 2]
}

fn main() {
    let mut asked = std::env::args().filter_map(|arg| arg.parse().ok());
    let count: u64 = asked.next().unwrap_or(100_000);
    let started = Instant::now();
    let roster = people(count);
    println!(
        "{count} users: made in {:.1} s; {:.1} MB",
        started.elapsed().as_secs_f64(),
        f64::from(u32::try_from(roster.bytes() / 1000).unwrap_or(u32::MAX)) / 1e3
    );
    let settings = Settings::default();
    let inputs = Inputs {
        settings: &settings,
        contracts: &[],
        prices: &[],
        decisions: &[],
        today: NOW.day(),
    };
    let findings = find(&roster, &inputs);
    let line = |what: &str, time: f64, bound: f64| {
        println!("  {what:<42} median {time:>8.2} ms  (bound {bound:.0} ms)");
    };
    println!("  {} findings", findings.len());
    line(
        "findings, all rules",
        median(7, || {
            black_box(find(&roster, &inputs));
        }),
        200.0,
    );
    line(
        "what-if, other rules",
        median(5, || {
            black_box(what_if(&roster, &inputs, &settings));
        }),
        500.0,
    );
    let days = [15, 30, 45, 60, 75, 90, 120, 150, 180, 365];
    for rule in [Rule::Dormant, Rule::AttendeeOnly, Rule::OverLicensed] {
        line(
            &format!("ten thresholds of {}", rule.value()),
            median(5, || {
                black_box(thresholds(&roster, &inputs, rule, &days));
            }),
            500.0,
        );
    }
    let query = FindingQuery::everything(&APP);
    line(
        "a page of findings",
        median(21, || {
            black_box(findings.page(&roster, &query, None, 50).is_ok());
        }),
        20.0,
    );
    line(
        "facets of findings",
        median(21, || {
            black_box(findings.facets(&roster, &query));
        }),
        20.0,
    );
    line(
        "totals, by rule and by department",
        median(21, || {
            black_box(findings.totals(&roster, &query));
            black_box(findings.by_rule(&roster, &query));
            black_box(findings.by_department(&roster, &query));
        }),
        20.0,
    );
    line(
        "days since the last need, weekly needers",
        median(7, || {
            black_box(days_since_need(&roster, &settings));
            black_box(needers_per_week(&roster, &settings, 52));
        }),
        200.0,
    );
}
