//! One rule with several thresholds, today and replayed.

use model::{FindingState, Rule, Sums};
use rustc_hash::FxHashSet;

use super::replay::Replay;
use super::types::ThresholdPoint;
use crate::findings::find::licence_holders;
use crate::findings::holders::{Holds, Status};
use crate::findings::rule_sets::RuleSets;
use crate::findings::rules::Rules;
use crate::findings::sizes::SmallerSizes;
use crate::findings::types::{ExemptScope, Inputs};
use crate::judge::{Moment, Reader, Verdict};
use crate::money::{Prices, prices};
use crate::needs::Family;
use crate::roster::Roster;
use crate::roster::details::CutOff;
use crate::settings::RuleSet;

/// The effect of each threshold of a rule, with all other rules unchanged. Empty for a rule without a window.
/// Findings that are exempt by a decision are not counted.
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
    let mut points: Vec<ThresholdPoint> = days.iter().map(|days| point(*days)).collect();
    let mut holders = licence_holders(roster, inputs);
    let smaller = SmallerSizes::number(roster, &mut holders);
    let mut rule_sets = RuleSets::new(roster, settings, &holders.licences);
    let prices: Vec<Option<Prices>> = holders
        .licences
        .iter()
        .map(|licence| prices(licence, inputs.contracts, inputs.prices, inputs.today))
        .collect();
    let now = Moment::now(roster);
    let rules = Rules::new(roster, settings, &holders, &smaller, &now);
    let exempt = Exempt::of(roster, inputs, rule);
    let replay = Replay::new(roster, settings, &holders);
    let mut reader = Reader::new(roster, &settings.needs, true);
    let mut variants: Vec<RuleSet> = Vec::with_capacity(days.len());
    // The seats of each licence that a threshold gives back, if only this rule is acted on.
    let mut given = vec![vec![0_i64; prices.len()]; days.len()];
    for row in 0..roster.rows {
        if rule == Rule::UnderLicensed {
            let licence = holders.usual_base().filter(|_| {
                holders.is_free(row) && holders.status(row) == Status::Active && !exempt.has(row)
            });
            if let Some(licence) = licence {
                let of = *rule_sets.of(roster, row, licence);
                let cuts = roster.details.cut_offs_of(row);
                let prices = prices[usize::from(licence)].as_ref();
                add_cut_offs(&mut points, cuts, &of, &now, prices);
            }
            continue;
        }
        let mut read = false;
        let status = holders.status(row);
        for holds in holders.holds(row) {
            let add_on = rule == Rule::AddonUnused;
            if add_on == (holds.family == Family::Base) {
                continue;
            }
            if !read {
                reader.read(row);
                read = true;
            }
            let of = *rule_sets.of(roster, row, holds.licence);
            variants.clear();
            variants.extend(days.iter().map(|days| of.with_days(rule, *days)));
            if !exempt.has(row) {
                for ((point, given), variant) in points.iter_mut().zip(&mut given).zip(&variants) {
                    let verdict = rules.verdict(row, holds, status, &reader, variant).0;
                    point.unknown += i64::from(matches!(verdict, Verdict::Unknown(_)));
                    let is_open = matches!(verdict,
                        Verdict::Unneeded { rule: found, hold_reasons: 0, .. } if found == rule);
                    if is_open {
                        point.flagged += 1;
                        given[usize::from(holds.licence)] += 1;
                    }
                }
            }
            if status != Status::Active {
                continue;
            }
            add_replayed(&mut points, &replay, holds, &reader, &variants, rule);
        }
    }
    add_savings(&mut points, &given, &prices);
    points
}

/// A threshold with all numbers at zero.
fn point(days: u16) -> ThresholdPoint {
    ThresholdPoint {
        days,
        flagged: 0,
        saved: Sums::default(),
        unknown: 0,
        replayed: 0,
        wrongly_flagged: 0,
    }
}

/// Counts a free user whose meetings were cut off as often as each threshold demands.
fn add_cut_offs(
    points: &mut [ThresholdPoint],
    cuts: &[CutOff],
    of: &RuleSet,
    now: &Moment<'_>,
    prices: Option<&Prices>,
) {
    for point in points {
        let of = of.with_days(Rule::UnderLicensed, point.days).under_licensed;
        let from = now.window(of.days);
        let recent = cuts.iter().filter(|cut| cut.day() >= from).count();
        if of.on && recent >= usize::from(of.times.max(1)) {
            point.flagged += 1;
            if let Some(prices) = prices {
                point.saved.add(prices.buy().yearly.times(-1));
            }
        }
    }
}

/// Counts for each threshold whether the reader's person would have been flagged on a past day, and wrongly.
fn add_replayed(
    points: &mut [ThresholdPoint],
    replay: &Replay<'_>,
    holds: Holds,
    reader: &Reader<'_>,
    variants: &[RuleSet],
    rule: Rule,
) {
    let (mut flagged, mut wrong) = (0_u64, 0_u64);
    replay.each(holds, reader, |_, judged| {
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

/// Adds the savings of the seats that each threshold gives back, by licence.
fn add_savings(points: &mut [ThresholdPoint], given: &[Vec<i64>], prices: &[Option<Prices>]) {
    for (point, given) in points.iter_mut().zip(given) {
        for (prices, seats) in prices.iter().zip(given) {
            for (price, seats) in prices.iter().flat_map(|prices| prices.back(0, *seats)) {
                if let Some(price) = price {
                    point.saved.add(price.yearly.times(seats));
                }
            }
        }
    }
}

/// The rows that decisions exempt from a rule.
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
