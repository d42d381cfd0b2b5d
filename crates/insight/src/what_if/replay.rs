//! Goes back to past days, a month apart, judges everybody who held a licence then with what was known
//! then, and looks at whether it was needed within the 90 days after. Who left since can't be judged;
//! what lists alone tell (leavers, invitations, second accounts) has no past, so it is judged for
//! today only.

use model::{Day, FindingState, Rule, Sums};
use rustc_hash::FxHashSet;

use super::{RuleWhatIf, ThresholdPoint, WRONG_WITHIN_DAYS, WhatIf, WronglyFlagged};
use crate::findings::census::{Census, Holds, Status};
use crate::findings::find::census;
use crate::findings::ground::Ground;
use crate::findings::page::place;
use crate::findings::rules::Rules;
use crate::findings::smaller::Smaller;
use crate::findings::{ExemptScope, Inputs, find};
use crate::judge::{Moment, Reader, Verdict, judge, judge_add_on};
use crate::money::{Price, price};
use crate::needs::Family;
use crate::roster::Roster;
use crate::settings::{RuleSet, Settings};

/// Days between two of the days that are gone back to.
const STEP_DAYS: i32 = 30;
/// How far back the first of them may lie.
const REPLAY_DAYS: i32 = 365;
/// Days of history before a day that is gone back to, at least.
const LEAST_HISTORY_DAYS: i32 = 30;
/// Wrongly flagged people who are listed at most.
const LISTED: usize = 1000;

/// What proposed rules would do. `inputs.settings` is not looked at.
#[must_use]
pub fn what_if(roster: &Roster, inputs: &Inputs<'_>, proposed: &Settings) -> WhatIf {
    let inputs = Inputs {
        settings: proposed,
        ..*inputs
    };
    let findings = find(roster, &inputs);
    let mut answer = WhatIf {
        flagged: 0,
        seats: 0,
        saved: Sums::default(),
        without_price: 0,
        replayed: 0,
        wrongly_flagged: 0,
        wrongly: Vec::new(),
        by_rule: Rule::ALL
            .into_iter()
            .map(|rule| RuleWhatIf {
                rule,
                flagged: 0,
                saved: Sums::default(),
                replayed: 0,
                wrongly_flagged: 0,
            })
            .collect(),
        replayed_days: None,
        unknown: i64::try_from(findings.unknown.count()).unwrap_or(i64::MAX),
    };
    let open = |state: FindingState| !matches!(state, FindingState::Held | FindingState::Exempt);
    for entry in findings.entries.iter().filter(|entry| open(entry.state)) {
        let rule = &mut answer.by_rule[place(entry.rule)];
        rule.flagged += 1;
        answer.flagged += 1;
        let amount = findings.amount(entry);
        if let Some(amount) = amount {
            rule.saved.add(amount);
        }
        if entry.rule != Rule::UnderLicensed {
            answer.seats += i64::from(entry.seats);
            match amount {
                Some(amount) => answer.saved.add(amount),
                None => answer.without_price += i64::from(entry.seats),
            }
        }
    }

    let census = census(roster, &inputs);
    let mut rules = Rules::new(roster, proposed, &census.licences);
    let replay = Replay::new(roster, proposed, &census);
    answer.replayed_days = replay.span();
    let mut reader = Reader::new(roster, &proposed.needs, true);
    for row in 0..roster.rows {
        let (mut flagged, mut wrong) = (0_u16, 0_u16);
        let mut read = false;
        for holds in replay.holdings(row) {
            if !read {
                reader.read(row);
                read = true;
            }
            let rules = *rules.of(roster, row, holds.licence);
            let mut first: Option<WronglyFlagged> = None;
            replay.each(holds, &reader, |_, judged| {
                let Some((rule, day, need)) = judged(&rules) else {
                    return;
                };
                flagged |= 1 << place(rule);
                if let Some(needed_on) = need {
                    wrong |= 1 << place(rule);
                    first = Some(WronglyFlagged {
                        row: u32::try_from(row).unwrap_or(u32::MAX),
                        rule,
                        flagged_on: day,
                        needed_on,
                    });
                }
            });
            answer.wrongly.extend(first);
        }
        answer.replayed += i64::from(flagged != 0);
        answer.wrongly_flagged += i64::from(wrong != 0);
        for (at, rule) in answer.by_rule.iter_mut().enumerate() {
            rule.replayed += i64::from(flagged >> at & 1);
            rule.wrongly_flagged += i64::from(wrong >> at & 1);
        }
    }
    answer
        .wrongly
        .sort_by_key(|wrong| (std::cmp::Reverse(wrong.flagged_on), wrong.row));
    answer.wrongly.truncate(LISTED);
    answer
}

/// What each threshold of a rule would do, with all other rules as they are. Empty for a rule that
/// has no window. Findings that are exempt by a decision are not counted.
#[must_use]
pub fn thresholds(
    roster: &Roster,
    inputs: &Inputs<'_>,
    rule: Rule,
    days: &[u16],
) -> Vec<ThresholdPoint> {
    let settings = inputs.settings;
    if settings.rules.days(rule).is_none() {
        return Vec::new();
    }
    let mut points: Vec<ThresholdPoint> = days
        .iter()
        .map(|days| ThresholdPoint {
            days: *days,
            flagged: 0,
            saved: Sums::default(),
            replayed: 0,
            wrongly_flagged: 0,
        })
        .collect();
    let mut census = census(roster, inputs);
    let smaller = Smaller::number(roster, &mut census);
    let mut rules = Rules::new(roster, settings, &census.licences);
    let prices: Vec<Option<Price>> = census
        .licences
        .iter()
        .map(|licence| price(licence, inputs.contracts, inputs.prices, inputs.today))
        .collect();
    let now = Moment::now(roster);
    let ground = Ground::new(roster, settings, &census, &smaller, &now);
    let exempt = Exempt::of(roster, inputs, rule);
    let replay = Replay::new(roster, settings, &census);
    let mut reader = Reader::new(roster, &settings.needs, true);
    let mut variants: Vec<RuleSet> = Vec::with_capacity(days.len());
    let add = |point: &mut ThresholdPoint, licence: usize, sign: i64| {
        point.flagged += 1;
        if let Some(price) = &prices[licence] {
            point.saved.add(price.yearly.times(sign));
        }
    };
    for row in 0..roster.rows {
        if rule == Rule::UnderLicensed {
            let licence = census.base().filter(|_| {
                census.is_free(row) && census.status(row) == Status::Active && !exempt.has(row)
            });
            if let Some(licence) = licence {
                let of = *rules.of(roster, row, licence);
                for point in &mut points {
                    let of = of.with_days(rule, point.days).under_licensed;
                    let from = now.window(of.days);
                    let cuts = roster.extra.cut_offs_of(row).iter();
                    let recent = cuts.filter(|(_, day)| *day >= from).count();
                    if of.on && recent >= usize::from(of.times.max(1)) {
                        add(point, usize::from(licence), -1);
                    }
                }
            }
            continue;
        }
        let mut read = false;
        let status = census.status(row);
        for holds in census.holds(row) {
            let add_on = rule == Rule::AddonUnused;
            if add_on == (holds.family == Family::Base) {
                continue;
            }
            if !read {
                reader.read(row);
                read = true;
            }
            let of = *rules.of(roster, row, holds.licence);
            variants.clear();
            variants.extend(days.iter().map(|days| of.with_days(rule, *days)));
            if !exempt.has(row) {
                for (point, variant) in points.iter_mut().zip(&variants) {
                    let verdict = ground.verdict(row, holds, status, &reader, variant).0;
                    let is_open = matches!(verdict,
                        Verdict::Spare { rule: found, held: 0, .. } if found == rule);
                    if is_open {
                        add(point, usize::from(holds.licence), 1);
                    }
                }
            }
            if status != Status::Active {
                continue;
            }
            let mut flagged = 0_u64;
            let mut wrong = 0_u64;
            replay.each(holds, &reader, |_, judged| {
                for (at, variant) in variants.iter().enumerate().take(64) {
                    if let Some((found, _, need)) = judged(variant)
                        && found == rule
                    {
                        flagged |= 1 << at;
                        wrong |= u64::from(need.is_some()) << at;
                    }
                }
            });
            for (at, point) in points.iter_mut().enumerate().take(64) {
                point.replayed += i64::from(flagged >> at & 1 == 1);
                point.wrongly_flagged += i64::from(wrong >> at & 1 == 1);
            }
        }
    }
    points
}

/// Whom decisions exempt from a rule.
struct Exempt(FxHashSet<u32>);

impl Exempt {
    fn of(roster: &Roster, inputs: &Inputs<'_>, rule: Rule) -> Self {
        let exempt = inputs.decisions.iter().filter(|row| {
            row.state == FindingState::Exempt
                && row.until.is_none_or(|until| inputs.today <= until)
                && (row.scope == ExemptScope::User || row.finding.starts_with(rule.value()))
        });
        Self(
            exempt
                .filter_map(|row| roster.row_of(row.user_key.as_deref()?))
                .collect(),
        )
    }

    fn has(&self, row: usize) -> bool {
        u32::try_from(row).is_ok_and(|row| self.0.contains(&row))
    }
}

/// The past days that are gone back to.
struct Replay<'a> {
    settings: &'a Settings,
    census: &'a Census<'a>,
    moments: Vec<Moment<'a>>,
}

/// The rule by which somebody would have been flagged, on which day, and the first need within 90 days
/// after it.
type Judged = Option<(Rule, Day, Option<Day>)>;

impl<'a> Replay<'a> {
    fn new(roster: &'a Roster, settings: &'a Settings, census: &'a Census<'a>) -> Self {
        let today = roster.as_of().day();
        let earliest = roster
            .history_since()
            .map(|since| since.plus(LEAST_HISTORY_DAYS).max(today.plus(-REPLAY_DAYS)));
        let last = today.plus(-WRONG_WITHIN_DAYS - 1);
        let moments = (0..=REPLAY_DAYS / STEP_DAYS)
            .map(|step| last.plus(-STEP_DAYS * step))
            .take_while(|day| earliest.is_some_and(|earliest| *day >= earliest))
            .map(|day| Moment::past(roster, day))
            .collect();
        Self {
            settings,
            census,
            moments,
        }
    }

    fn span(&self) -> Option<(Day, Day)> {
        Some((self.moments.last()?.as_of, self.moments.first()?.as_of))
    }

    /// What the active user of a row holds.
    fn holdings(&self, row: usize) -> impl Iterator<Item = Holds> + '_ {
        let active = self.census.status(row) == Status::Active;
        self.census.holds(row).filter(move |_| active)
    }

    /// Judges what the person at the reader holds on each past day; the latest first.
    fn each(
        &self,
        holds: Holds,
        reader: &Reader<'_>,
        mut visit: impl FnMut(&Moment<'_>, &dyn Fn(&RuleSet) -> Judged),
    ) {
        let since = reader.since(&self.census.licences[usize::from(holds.licence)]);
        let base = holds.family == Family::Base;
        let needs = reader.needs(holds.family);
        if holds.family == Family::Other {
            return;
        }
        for moment in &self.moments {
            if moment.as_of < since {
                break;
            }
            let look_back = self.settings.rules.addon_unused.look_back_days;
            let past = reader.past(moment, holds.family, since, (!base).then_some(look_back));
            let before = needs.partition_point(|day| *day >= moment.as_of);
            let next = before.checked_sub(1).map(|at| needs[at]);
            let next = next.filter(|day| day.since(moment.as_of) <= WRONG_WITHIN_DAYS);
            visit(moment, &|rules| {
                let verdict = if base {
                    judge(&past, moment, rules, self.settings)
                } else {
                    judge_add_on(&past, moment, rules, self.settings)
                };
                match verdict {
                    Verdict::Spare { rule, held: 0, .. } => Some((rule, moment.as_of, next)),
                    _ => None,
                }
            });
        }
    }
}
