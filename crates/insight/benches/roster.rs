//! Times of answers from a roster of 100,000 and of 1,000,000 made-up users with twelve months of
//! activity: median and 99th percentile of a page with all facets, for a mix of queries. Run with
//! `cargo bench -p insight`; `cargo bench -p insight -- 100000` for one size.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "../tests/it/world.rs"]
#[expect(dead_code, reason = "shared with the tests, which use more of it")]
mod world;

use std::hint::black_box;
use std::time::Instant;

use insight::{Query, Roster, RosterBuilder};
use model::{Day, FieldValue, Group, HostedSummary, SignInMonth, User};
use world::{NOW, builder, days_ago, having, query, text, user};

/// A small generator with a fixed seed, so that every run measures the same people.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) % n
    }

    fn index(&mut self, n: u64) -> usize {
        usize::try_from(self.below(n)).unwrap_or(0)
    }

    fn day(&mut self, n: u32) -> i32 {
        i32::try_from(self.below(u64::from(n))).unwrap_or(0)
    }
}

const FIRST: [&str; 12] = [
    "Amelia", "Bohdan", "Chiara", "Deniz", "Emeka", "Freya", "Gustavo", "Hana", "Ibrahim", "Jana",
    "Kofi", "Lea",
];
const LAST: [&str; 12] = [
    "Brandt",
    "Kravets",
    "De Santis",
    "Aydın",
    "Obi",
    "Lindqvist",
    "Prieto",
    "Sato",
    "Diallo",
    "Novotná",
    "Mensah",
    "Fischer",
];

fn people(count: u64) -> Roster {
    let mut dice = Dice(7);
    let mut builder = builder();
    for n in 0..200 {
        builder.group(Group {
            id: format!("group-{n:03}"),
            name: format!("Group {n}"),
            total_members: None,
        });
    }
    for n in 0..count {
        builder.user(person(n, &mut dice));
    }
    for n in 0..count {
        let email = email(n);
        sign_in(&email, &mut dice, &mut builder);
        // One in four hosts, about twenty times a year.
        if dice.below(4) == 0 {
            for _ in 0..dice.below(40) {
                builder.hosted(
                    &email,
                    HostedSummary {
                        start: days_ago(dice.day(360)),
                        minutes: 5 + dice.day(80),
                        participants: Some(2 + dice.day(12)),
                        webinar: false,
                        features: 0,
                    },
                );
            }
        }
    }
    builder.build()
}

fn email(n: u64) -> String {
    let first = FIRST[(n % 12) as usize].to_lowercase();
    format!("{first}.{n}@acme.example")
}

fn person(n: u64, dice: &mut Dice) -> User {
    let name = format!("{} {}", FIRST[(n % 12) as usize], LAST[dice.index(12)]);
    let number = FieldValue::Integer;
    let licensed = dice.below(10) < 4;
    let webinar = licensed && dice.below(20) == 0;
    let mut person = having(
        user(
            &format!("{:022x}", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            &email(n),
            &name,
        ),
        &[
            (
                "department",
                text(&format!("Department {}", dice.below(60))),
            ),
            ("user_type", text(if licensed { "pro" } else { "basic" })),
            ("meeting_capacity", number(if licensed { 300 } else { 100 })),
            (
                "large_meeting_enabled",
                FieldValue::YesNo(dice.below(50) == 0),
            ),
            (
                "large_meeting_capacity",
                number(if dice.below(50) == 0 { 500 } else { 0 }),
            ),
            ("webinar", FieldValue::YesNo(webinar)),
            ("webinar_capacity", number(if webinar { 500 } else { 0 })),
        ],
    );
    if dice.below(10) > 0 {
        let version = format!(
            "{}.{}.{}.{} (win)",
            5 + dice.below(2),
            dice.below(8),
            dice.below(12),
            dice.below(40)
        );
        person
            .fields
            .insert("last_client_version".to_owned(), text(&version));
        person.listed_sign_in = Some(days_ago(dice.day(300)));
    }
    person.groups = (0..dice.below(3))
        .map(|_| format!("group-{:03}", dice.below(200)))
        .collect();
    person
}

/// A third signs in on most working days, a third now and then, a third hardly ever.
fn sign_in(email: &str, dice: &mut Dice, builder: &mut RosterBuilder) {
    let habit = dice.below(3);
    for back in 0..12 {
        let month = Day::from_ymd(2026, 11, 1)
            .map_or(NOW.day(), |first| first.plus(-30 * back).month_start());
        let days = match habit {
            0 => 0b0001_1111_0011_1110_0111_1100_1111 & !(1 << dice.below(20)),
            1 => 1 << dice.below(20) | 1 << dice.below(20),
            _ if dice.below(6) == 0 => 1 << dice.below(20),
            _ => continue,
        };
        builder.sign_in_month(&SignInMonth {
            email: email.to_owned(),
            month,
            days,
            last: month.start().plus_seconds(3600),
        });
    }
}

const QUERIES: &[(&str, &[(&str, &str)])] = &[
    ("everybody", &[]),
    ("one type", &[("user_type", "pro")]),
    (
        "five fields",
        &[
            ("user_type", "pro"),
            ("department", "Department 3"),
            ("department", "Department 7"),
            ("meeting_capacity", ">=300"),
            ("webinar", "no"),
            ("last_client_version", "6.2"),
        ],
    ),
    (
        "inactive, by meetings",
        &[("state", "inactive"), ("sort", "-meetings_90d")],
    ),
    ("search", &[("q", "novotna")]),
    ("search, common letter", &[("q", "a")]),
    (
        "search, two words, type",
        &[("q", "ana sato"), ("user_type", "basic")],
    ),
    (
        "group, by sign-in",
        &[("group", "Group 17"), ("sort", "-last_sign_in")],
    ),
    ("by department", &[("sort", "-department")]),
    (
        "by e-mail, backwards",
        &[("sort", "-email"), ("user_status", "active")],
    ),
];

/// Median and 99th percentile in milliseconds.
fn measure(rounds: usize, mut work: impl FnMut()) -> (f64, f64) {
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[rounds / 2], times[(rounds * 99).div_ceil(100) - 1])
}

fn report(count: u64, bound: f64, memory: f64) {
    let start = Instant::now();
    let roster = people(count);
    println!(
        "{count} users: made in {:.1} s; {:.1} MB (aim {memory:.0})",
        start.elapsed().as_secs_f64(),
        f64::from(u32::try_from(roster.bytes() / 1000).unwrap_or(u32::MAX)) / 1e3
    );
    let mut worst: f64 = 0.0;
    for (name, pairs) in QUERIES {
        let query: Query = query(pairs);
        let mut total = 0;
        let (median, p99) = measure(100, || {
            let selection = roster.select(&query);
            total = black_box(selection.page()).total;
            black_box(selection.facets());
        });
        worst = worst.max(p99);
        println!("  {name:<26} {total:>8} rows  median {median:>7.2} ms  p99 {p99:>7.2} ms");
    }
    let deep = query(&[("sort", "name"), ("user_type", "pro")]);
    let (median, p99) = measure(5, || {
        black_box(roster.rows(&deep).count());
    });
    println!("  all rows of one type        median {median:.0} ms  p99 {p99:.0} ms");
    println!("  page with facets: worst p99 {worst:.2} ms (bound {bound:.0} ms)");
}

fn main() {
    let sizes: Vec<u64> = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .collect();
    for (count, bound, memory) in [(100_000, 20.0, 40.0), (1_000_000, 100.0, 200.0)] {
        if sizes.is_empty() || sizes.contains(&count) {
            report(count, bound, memory);
        }
    }
}
