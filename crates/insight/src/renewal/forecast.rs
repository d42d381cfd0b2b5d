//! The forecast of the seats that the coming term needs, from the needs of the past: a likely number that is
//! the sum of steps, each with an explanation, and its uncertainty. The mathematics is in `docs/method.md`.

use model::Day;
use model::words::counted;

use super::chance::{at_most, reach};
use super::needers::{Needer, windows};
use super::trend::{YEAR, to_f64, yearly_change};
use crate::settings::RenewalSettings;

#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// First day of the known history of needs without a gap; `None` without one.
    pub(crate) since: Option<Day>,
    /// Its last day, usually yesterday.
    pub(crate) until: Day,
    /// All people with a need, including former users.
    pub(crate) needers: Vec<Needer>,
    pub(crate) holders: i64,
    /// Number of holders that got the licence within the last thirty days.
    pub(crate) starters: i64,
    /// Number of users that got one in an average period of thirty days before; `None` when not known.
    pub(crate) usual_starters: Option<f64>,
}

/// The reason for a step of the forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The need of the last window.
    Now,
    /// A part of the window is not known.
    ShortHistory,
    /// The highest window of the past.
    Season,
    /// A steady rise or fall.
    Growth,
    /// More users than usual got the licence.
    Starters,
    /// People known to have left.
    Leavers,
    /// Needs that are expected to return.
    OnHold,
    Reserve,
}

/// A step from the present need to the likely need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) cause: Cause,
    pub(crate) seats: i64,
    pub(crate) text: String,
}

/// The forecast of the need of the coming term.
#[derive(Debug, Clone)]
pub(crate) struct Forecast {
    pub(crate) windows: Vec<(Day, i64)>,
    pub(crate) steps: Vec<Step>,
    /// The sum of the steps, at least zero. Half of all futures need no more seats.
    pub(crate) likely: i64,
    /// Standard deviation of the need, in seats.
    pub(crate) deviation: f64,
    pub(crate) low: i64,
    pub(crate) high: i64,
    /// Seats that other contracts of the licence cover of that need.
    pub(crate) covered: i64,
    /// The facts that are not known, with the reasons.
    pub(crate) unknown: Vec<(&'static str, String)>,
}

/// The number of known days that counts as a year, so that a history that is a week too short is still
/// enough.
const NEARLY_A_YEAR: i32 = 358;
/// The share of people that changes in a year, assumed without a history. It has the weight of two months of
/// history.
const USUAL_CHANGE: f64 = 0.4;
const USUAL_CHANGE_DAYS: f64 = 60.0;
/// The possible effect of a season that is not in the known history, as a share of the need.
const UNSEEN_SEASON: f64 = 0.06;
/// The weight of the doubt if the part of a trend that is not counted is growth after all.
const GROWTH_DOUBT: f64 = 0.2;
/// The prior probability that a person without recent needs has stopped needing the licence.
const STOPPED: f64 = 0.15;

impl Forecast {
    /// The probability that more than so many seats, in addition to those of other contracts, are needed at
    /// some time of the term.
    pub(crate) fn risk(&self, seats: i64) -> f64 {
        let above = to_f64(seats + self.covered - self.likely) + 0.5;
        1.0 - at_most(above / self.deviation.max(1e-9))
    }
}

/// Makes the forecast for the coming term, given as its first and last day.
pub(crate) fn forecast(known: &Known, settings: &RenewalSettings, term: (Day, Day)) -> Forecast {
    let window = i32::from(settings.window_days.max(1));
    let history = known
        .since
        .map_or(0, |since| (known.until.since(since) + 1).max(0));
    let first = known.since.unwrap_or(known.until.plus(1));
    let ends = windows(&known.needers, first, known.until, window);
    let mut unknown = Vec::new();
    let mut steps = Vec::new();
    let mut variance = 0.0;
    let now = count(
        known
            .needers
            .iter()
            .filter(|needer| needer.within(known.until, window.min(history.max(1)))),
    );
    steps.push(Step {
        cause: Cause::Now,
        seats: now,
        text: format!(
            "different people needed one in the {} days up to {}",
            window.min(history),
            known.until.long()
        ),
    });
    if history < window {
        let (step, deviation) = short_history(known, now, history, window);
        unknown.push(("needs", step.text.clone()));
        steps.push(step);
        variance += deviation * deviation;
    }
    let peak = peak(&ends, known.until);
    if settings.season {
        if let Some((on, most)) = peak {
            steps.push(season(known, now, (on, most), window));
        }
        let seen = history.min(YEAR);
        if seen < NEARLY_A_YEAR {
            unknown.push((
                "season",
                format!(
                    "only {seen} days of the past year are known, so needs at other times of the \
                     year are not visible; the range is wider because of that"
                ),
            ));
            let unseen = f64::from(YEAR - seen) / f64::from(YEAR);
            variance += (UNSEEN_SEASON * unseen * to_f64(now)).powi(2);
        }
    }
    if settings.held_back && history < NEARLY_A_YEAR {
        steps.extend(returning(known, &ends, peak, window));
    }
    // The same time of the year in the coming term; without a season, the middle of the term.
    let from = peak.map_or(known.until, |(on, _)| on);
    let to = next_time(from, term);
    let ahead = f64::from(to.since(from).max(1));
    let a_day = change_a_day(known, &ends, now, window);
    variance += a_day * ahead;
    if settings.growth && ends.len() >= 28 {
        let chance = (a_day * f64::from(YEAR)).sqrt();
        let (step, doubt) = growth(&ends, now, ahead, chance, settings);
        steps.extend(step);
        variance += doubt * doubt;
    }
    if settings.starters {
        steps.extend(starters(known, now));
    }
    if settings.leavers {
        steps.push(leavers(known, window));
    }
    if settings.spare > 0 {
        steps.push(Step {
            cause: Cause::Reserve,
            seats: i64::from(settings.spare),
            text: "in reserve, as set".to_owned(),
        });
    }
    finish(ends, steps, variance, unknown, settings)
}

fn finish(
    windows: Vec<(Day, i64)>,
    mut steps: Vec<Step>,
    variance: f64,
    unknown: Vec<(&'static str, String)>,
    settings: &RenewalSettings,
) -> Forecast {
    steps.retain(|step| step.seats != 0 || step.cause == Cause::Now);
    let sum: i64 = steps.iter().map(|step| step.seats).sum();
    // The number of leavers cannot exceed the number of people.
    if let (true, Some(last)) = (sum < 0, steps.last_mut()) {
        last.seats -= sum;
    }
    let likely = sum.max(0);
    let deviation = variance.max(0.04).sqrt();
    let reach = reach(f64::from(settings.central_percent) / 100.0) * deviation;
    Forecast {
        windows,
        steps,
        likely,
        deviation,
        low: (likely - whole(reach.floor())).max(0),
        high: likely + whole(reach.ceil()),
        covered: 0,
        unknown,
    }
}

/// The step for a history shorter than one window: holders without a known need may or may not need the
/// licence.
fn short_history(known: &Known, now: i64, history: i32, window: i32) -> (Step, f64) {
    let open = (known.holders - now).max(0);
    let hidden = f64::from(window - history) / f64::from(window);
    let seats = whole(to_f64(open) * hidden / 2.0);
    let text = format!(
        "only {history} of {window} days are known; of {} more who hold one, half of those that the \
         missing days may hide are counted",
        people(open)
    );
    let step = Step {
        cause: Cause::ShortHistory,
        seats,
        text,
    };
    (step, to_f64(open) * hidden / 3.0)
}

/// The last day and the number of people of the highest window of the last year.
fn peak(ends: &[(Day, i64)], until: Day) -> Option<(Day, i64)> {
    ends.iter()
        .filter(|(end, _)| until.since(*end) < YEAR)
        .copied()
        // The latest of equal ones.
        .max_by_key(|(end, people)| (*people, *end))
}

fn season(known: &Known, now: i64, (on, most): (Day, i64), window: i32) -> Step {
    let back = count(known.needers.iter().filter(|needer| {
        needer.on_hold && needer.within(on, window) && !needer.within(known.until, window)
    }));
    let returning = match back {
        0 => String::new(),
        _ => format!(
            "; {} of them did not since, and {} expected to again",
            people(back),
            if back == 1 { "is" } else { "are" }
        ),
    };
    Step {
        cause: Cause::Season,
        seats: most - now,
        text: format!(
            "more in the highest {window} days of the past year, which ended on {}{returning}",
            on.long()
        ),
    }
}

/// The step for people whose finding is on hold and that no window counts so far, weighted by the probability
/// that they have not stopped.
fn returning(
    known: &Known,
    ends: &[(Day, i64)],
    peak: Option<(Day, i64)>,
    window: i32,
) -> Option<Step> {
    let first = ends.first()?.0.plus(1 - window);
    let counted = |needer: &Needer| {
        needer.within(known.until, window) || peak.is_some_and(|(on, _)| needer.within(on, window))
    };
    let chances: Vec<f64> = known
        .needers
        .iter()
        .filter(|needer| needer.on_hold && !counted(needer))
        .map(|needer| still_there(&needer.days, first, known.until))
        .collect();
    let sum: f64 = chances.iter().sum();
    Some(Step {
        cause: Cause::OnHold,
        seats: whole(sum),
        text: format!(
            "for {} whose need is expected to come back, each counted by its chance",
            people(count(chances.iter()))
        ),
    })
}

/// The probability that a person with needs on these days, and none since, has not stopped. Days that are
/// equally likely anywhere in the history all lie before the silence with the probability (1 − silence ÷
/// history) to the power of their number.
fn still_there(days: &[Day], since: Day, until: Day) -> f64 {
    let Some(last) = days.last() else {
        return 0.0;
    };
    let history = f64::from(until.since(since).max(1));
    let silence = f64::from(until.since(*last).max(0)).min(history);
    let number = i32::try_from(days.len()).unwrap_or(i32::MAX);
    let chance = (1.0 - silence / history).powi(number) * (1.0 - STOPPED);
    chance / (chance + STOPPED)
}

/// The same day of the year within the coming term; the middle of a term that does not have it.
fn next_time(day: Day, (first, last): (Day, Day)) -> Day {
    (0..=200)
        .map(|years| day.plus(YEAR * years))
        .find(|day| *day >= first)
        .filter(|day| *day <= last)
        .unwrap_or_else(|| first.plus(last.since(first) / 2))
}

/// The step for a steady rise or fall, as far as it is more than a season or chance would cause.
fn growth(
    ends: &[(Day, i64)],
    now: i64,
    ahead: f64,
    chance: f64,
    settings: &RenewalSettings,
) -> (Option<Step>, f64) {
    let (a_year, doubtful, how) = yearly_change(ends, now, chance);
    let limit = f64::from(settings.growth_limit_percent) / 100.0 * to_f64(now);
    let years = ahead / f64::from(YEAR);
    let clear = (a_year.abs() - doubtful).max(0.0).copysign(a_year);
    let counted = clear.clamp(-limit, limit) * years;
    let seats = whole(counted);
    let step = (seats != 0).then(|| Step {
        cause: Cause::Growth,
        seats,
        text: format!(
            "the number {} by {:.0} a year, of which {how} may be {:.0}",
            if a_year < 0.0 { "fell" } else { "rose" },
            a_year.abs(),
            doubtful
        ),
    });
    let all = a_year.clamp(-limit, limit) * years;
    (step, (all - counted).abs() * GROWTH_DOUBT)
}

fn starters(known: &Known, now: i64) -> Option<Step> {
    let usual = known.usual_starters?;
    let more = to_f64(known.starters) - usual;
    if known.holders <= 0 || more < 1.0 {
        return None;
    }
    let share = (to_f64(now) / to_f64(known.holders)).min(1.0);
    // One standard deviation is subtracted, because as many new licences can come by chance.
    let seats = whole(((more - usual.sqrt()).max(0.0)) * share);
    Some(Step {
        cause: Cause::Starters,
        seats,
        text: format!(
            "{} got one in the last 30 days, against {usual:.0} in others; {:.0} % of all who hold \
             one need it",
            people(known.starters),
            share * 100.0
        ),
    })
}

fn leavers(known: &Known, window: i32) -> Step {
    let left = count(
        known
            .needers
            .iter()
            .filter(|needer| needer.leaver && !needer.gone && needer.within(known.until, window)),
    );
    Step {
        cause: Cause::Leavers,
        seats: -left,
        text: format!("{} who needed one left the organisation", people(left)),
    }
}

/// The drift of the need as variance per day. At worst, people that are in only one of the first and the last
/// window came and went independently.
fn change_a_day(known: &Known, ends: &[(Day, i64)], now: i64, window: i32) -> f64 {
    let early = ends
        .iter()
        .find(|(end, _)| known.until.since(*end) <= YEAR)
        .map(|(end, _)| *end);
    let (changed, days) = early.map_or((0, 0), |early| {
        let changed =
            count(known.needers.iter().filter(|needer| {
                needer.within(early, window) != needer.within(known.until, window)
            }));
        (changed, known.until.since(early))
    });
    let usual = USUAL_CHANGE * to_f64(now) / f64::from(YEAR) * USUAL_CHANGE_DAYS;
    (to_f64(changed) + usual) / (f64::from(days) + USUAL_CHANGE_DAYS)
}

pub(crate) fn people(number: i64) -> String {
    counted(number, "person", "people")
}

fn count(items: impl Iterator) -> i64 {
    i64::try_from(items.count()).unwrap_or(i64::MAX)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, and seats are far below 2^63"
)]
fn whole(number: f64) -> i64 {
    number.round() as i64
}
