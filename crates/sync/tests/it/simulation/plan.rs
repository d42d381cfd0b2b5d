//! From a seed to a plan: the account, and the lives of the process with everything that goes wrong in each
//! of them. The same seed always gives the same plan.

use testkit::random::Seeded;
use zoom::transport::TransportError;
use zoom_sim::{Effect, Faults, Injection, LimitHeaders, RangeMode, ScopeStyle};

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Everything that is decided before a simulation begins.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) users: u64,
    pub(super) scopes: ScopeStyle,
    pub(super) faults: Faults,
    pub(super) lives: Vec<Life>,
}

/// One life of the process: it starts, runs a sync, and ends by itself or is killed.
#[derive(Debug)]
pub(super) struct Life {
    /// Milliseconds that pass before.
    pub(super) passes: i64,
    /// Milliseconds by which the clock of Seatwise is ahead of Zoom's during this life.
    pub(super) ahead: i64,
    pub(super) changes: Vec<Change>,
    pub(super) injections: Vec<Injection>,
    pub(super) breaks: Vec<Break>,
    pub(super) killed: Option<Kill>,
}

/// A change at Zoom before the sync. A user is a position in the list, modulo its length.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    Delete(usize),
    Create,
    Rename(usize),
    NewAddress(usize),
    SwapAddresses(usize, usize),
    NewGroups(usize),
}

/// A fault of the connection.
#[derive(Debug)]
pub(super) struct Break {
    /// End of the path of the requests; empty for all.
    pub(super) path: &'static str,
    /// Number of requests that pass before.
    pub(super) after: usize,
    pub(super) times: usize,
    pub(super) error: TransportError,
    /// Whether the request still reaches Zoom.
    pub(super) reaches: bool,
}

/// The process dies at a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kill {
    /// The request, counted from 1.
    pub(super) request: usize,
    /// Whether Zoom has answered it before.
    pub(super) answered: bool,
    /// Number of turns that other tasks still get.
    pub(super) turns: usize,
}

/// Paths of requests below `/v2`. The first ones occur in every sync.
const PATHS: &[&str] = &[
    "/users",
    "/users",
    "/users/*/settings",
    "/report/history_meetings",
    "/report/history_meetings",
    "/report/activities",
    "/report/activities",
    "/report/operationlogs",
    "/report/daily",
    "/report/users",
    "/report/upcoming_events",
    "/groups",
    "/groups/*/members",
    "/users/*",
    "/users/*/assistants",
    "/users/*/meetings",
    "/accounts/*/settings",
    "/accounts/*/lock_settings",
    "/accounts/*/plans/usage",
    "*",
];

/// Members whose absence hurts.
const MEMBERS: &[&str] = &[
    "id",
    "email",
    "type",
    "status",
    "host_email",
    "start_time",
    "end_time",
    "duration",
    "meeting_uuid",
    "meeting_id",
    "time",
    "date",
    "user_id",
    "feature",
    "participants",
];

impl Plan {
    /// Whether addresses change. Logs name people by their present address, so that rows which are read again
    /// after a change are further rows.
    pub(super) fn moves_addresses(&self) -> bool {
        let mut changes = self.lives.iter().flat_map(|life| &life.changes);
        changes.any(|change| matches!(change, Change::NewAddress(_) | Change::SwapAddresses(..)))
    }

    pub(super) fn of(seed: u64) -> Self {
        let dice = Dice(Seeded::new(seed ^ 0x5eed_0f5e_a7f1_5e00));
        let number = 2 + dice.below(4);
        Self {
            users: 8 + dice.below(8) as u64,
            scopes: *dice.one(&[ScopeStyle::Classic, ScopeStyle::Granular]),
            faults: Faults {
                no_page_number: dice.chance(30),
                strict: !dice.chance(30),
                hostile_names: dice.chance(20),
                page_token_seconds: dice.chance(20).then_some(1),
                ranges: *dice.one(&[RangeMode::Narrow, RangeMode::Refuse]),
                limit_headers: limit_headers(&dice),
                no_api_url: dice.chance(20),
                ..Faults::default()
            },
            lives: (0..number).map(|_| Life::of(&dice)).collect(),
        }
    }
}

impl Life {
    fn of(dice: &Dice) -> Self {
        let passes = match dice.below(9) {
            0..=4 => dice.time(180) * MINUTE,
            5..=6 => dice.time(30) * HOUR,
            _ => dice.time(6) * DAY,
        };
        let ahead = if dice.chance(15) {
            *dice.one(&[-26 * HOUR, -HOUR, 10 * MINUTE, HOUR, 26 * HOUR, 3_650 * DAY])
        } else {
            0
        };
        let (changes, faults, breaks) = (dice.below(4), dice.below(5), dice.below(3));
        Self {
            passes,
            ahead,
            changes: (0..changes).map(|_| change(dice)).collect(),
            injections: (0..faults).map(|_| injection(dice)).collect(),
            breaks: (0..breaks).map(|_| connection(dice)).collect(),
            killed: dice.chance(45).then(|| Kill {
                request: 1 + dice.below(90),
                answered: dice.chance(50),
                turns: dice.below(60),
            }),
        }
    }
}

fn change(dice: &Dice) -> Change {
    let (one, other) = (dice.below(100), dice.below(100));
    match dice.below(7) {
        0 | 1 => Change::Delete(one),
        2 => Change::Create,
        3 => Change::Rename(one),
        4 => Change::NewAddress(one),
        5 => Change::SwapAddresses(one, other),
        _ => Change::NewGroups(one),
    }
}

fn injection(dice: &Dice) -> Injection {
    let (path, effect) = (*dice.one(PATHS), effect(dice));
    let times = match effect {
        // Each of them is a pause of a second or more.
        Effect::Limited { .. } => 1 + dice.below(2) as u64,
        _ => *dice.one(&[1, 1, 1, 2, 3, 5, 1_000_000]),
    };
    Injection {
        path: path.to_owned(),
        nth: 1 + dice.below(6) as u64,
        times,
        effect,
    }
}

fn effect(dice: &Dice) -> Effect {
    match dice.below(26) {
        0 => refusal(dice),
        1 => Effect::Limited {
            daily: dice.chance(20),
            headers: limit_headers(dice),
        },
        2 => Effect::Storm(30),
        3 => Effect::Cut,
        4 => Effect::Lost,
        5 => Effect::Truncated,
        6 => Effect::Empty,
        7 => Effect::Html(*dice.one(&[200, 403, 502])),
        8 => Effect::Garbage,
        9 => Effect::InvalidUtf8,
        10 => Effect::DuplicatePage,
        11 => Effect::Overlap(1 + dice.below(4)),
        12 | 13 => Effect::ShortPage(dice.below(5)),
        14 => Effect::PageOneAgain,
        15 => Effect::SameToken,
        16 => Effect::ExpiredToken,
        17 => Effect::Reordered,
        18 => Effect::TotalRecords(*dice.one(&[-3, -1, 1, 2, 40])),
        19 => Effect::WrongTypes,
        20 | 21 => Effect::Nulls,
        22..=24 => Effect::Missing((*dice.one(MEMBERS)).to_owned()),
        _ => Effect::Deep(40),
    }
}

/// An answer with a status and a code of Zoom.
fn refusal(dice: &Dice) -> Effect {
    let (status, code) = *dice.one(&[
        (400, 300),
        (400, 200),
        (400, 1110),
        (401, 124),
        (403, 200),
        (404, 1001),
        (404, 2300),
        (500, 500),
        (502, 0),
        (503, 0),
    ]);
    Effect::Status {
        status,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: format!(r#"{{"code":{code},"message":"Refused by a fault."}}"#),
    }
}

fn limit_headers(dice: &Dice) -> LimitHeaders {
    *dice.one(&[
        LimitHeaders::Usual,
        LimitHeaders::All,
        LimitHeaders::None,
        LimitHeaders::Seconds,
        LimitHeaders::Contradicting,
    ])
}

fn connection(dice: &Dice) -> Break {
    let path = dice.one(&[
        "",
        "/users",
        "/settings",
        "/history_meetings",
        "/activities",
    ]);
    let error = match dice.below(3) {
        0 => TransportError::Timeout,
        1 => TransportError::Connect("refused by a fault".to_owned()),
        _ => TransportError::Interrupted("cut by a fault".to_owned()),
    };
    Break {
        path,
        after: dice.below(40),
        times: *dice.one(&[1, 1, 2, 3, 6]),
        error,
        reaches: dice.chance(50),
    }
}

/// Choices that follow from a seed.
struct Dice(Seeded);

impl Dice {
    /// A number from 0 to `end`, without `end`.
    fn below(&self, end: usize) -> usize {
        usize::try_from(self.0.number() % end as u64).unwrap()
    }

    /// The same as a factor of a time.
    fn time(&self, end: usize) -> i64 {
        i64::try_from(self.below(end)).unwrap()
    }

    fn chance(&self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn one<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}
