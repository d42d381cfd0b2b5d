//! Findings about the whole account: deactivated users that still count, and add-ons that could be shared.

use model::{Day, FindingState, Licence, Rule, RuleEffect, Timestamp};

use super::holders::{LicenceHolders, Status};
use super::store::{ACCOUNT, Entry, Findings, NO_LICENCE};
use super::types::Inputs;
use crate::judge::Moment;
use crate::needs::Family;
use crate::pool::{MostAtOnce, most_at_once};
use crate::roster::{Purchased, Roster};
use crate::settings::Effective;

/// Minutes that it takes to move an add-on from one person to the next.
pub(crate) const HAND_OVER_MINUTES: u32 = 30;

/// The number of seats of a licence that were bought, according to the application or else to the current
/// contracts.
pub(super) fn purchased(roster: &Roster, inputs: &Inputs<'_>, licence: &Licence) -> Option<i64> {
    if let Some(plan) = plan(roster, licence) {
        return Some(plan.bought);
    }
    let mut running = inputs
        .contracts
        .iter()
        .filter(|contract| contract.terms.licence == *licence)
        .filter(|contract| {
            contract.terms.starts_on <= inputs.today
                && !crate::renewal::dates(contract, inputs.today).ended
        })
        .map(|contract| contract.terms.quantity)
        .peekable();
    running.peek()?;
    Some(running.sum())
}

/// The number of seats of a licence that the application counts as given to users; zero when it counts none.
pub(super) fn assigned(roster: &Roster, licence: &Licence) -> i64 {
    plan(roster, licence).map_or(0, |plan| plan.assigned)
}

fn plan<'a>(roster: &'a Roster, licence: &Licence) -> Option<&'a Purchased> {
    let mut plans = roster.details.purchased.iter();
    plans.find(|known| known.licence == *licence)
}

fn entry(rule: Rule, licence: usize, since: Day, seats: i64) -> Entry {
    Entry {
        row: ACCOUNT,
        rule,
        state: FindingState::Open,
        hold_reasons: 0,
        licence: u16::try_from(licence).unwrap_or(NO_LICENCE),
        smaller: NO_LICENCE,
        assignee: 0,
        since,
        seats: u32::try_from(seats).unwrap_or(0),
        before: 0,
    }
}

/// Compares the deactivated users with the number of seats that the application counts as given. When it
/// counts none of them, there is no finding. When it counts fewer than there are, or some that no longer show
/// a licence, the finding is about the account, because the users that count are not known.
pub(super) fn inactive(
    roster: &Roster,
    holders: &LicenceHolders<'_>,
    rules: &[Effective],
    findings: &mut Findings,
) {
    for plan in &roster.details.purchased {
        let at = holders
            .licences
            .iter()
            .position(|known| *known == plan.licence);
        // Seats without a known holder may belong to users whose settings were not read yet.
        let Some(at) = at.filter(|at| !unknown_holders(holders, findings, *at)) else {
            continue;
        };
        let (mut present, mut deactivated, mut holding) = (0_i64, 0_i64, 0_i64);
        for row in 0..roster.rows {
            let holds = holders
                .holds(row)
                .any(|holds| usize::from(holds.licence) == at);
            match holders.status(row) {
                Status::Inactive => {
                    deactivated += 1;
                    holding += i64::from(holds);
                }
                Status::Active | Status::Pending => present += i64::from(holds),
            }
        }
        // The holders of a suite are not listed. With none known, the seats are unknown, not wasted.
        if holders.is_of_suite(at) && present + holding == 0 {
            continue;
        }
        let beyond = (plan.assigned - present).clamp(0, deactivated);
        let is_ours = |entry: &Entry| {
            entry.rule == Rule::DeactivatedCounted && usize::from(entry.licence) == at
        };
        if beyond >= holding {
            let unseen = beyond - holding;
            if unseen > 0 && rules[at].rules.deactivated_counted.on {
                let found = entry(Rule::DeactivatedCounted, at, findings.today, unseen);
                findings.entries.push(found);
            }
        } else {
            // It is not known which of them count.
            findings.entries.retain(|entry| !is_ours(entry));
            if beyond > 0 && rules[at].rules.deactivated_counted.on {
                let found = entry(Rule::DeactivatedCounted, at, findings.today, beyond);
                findings.entries.push(found);
            }
        }
    }
}

/// Whether there are users for which it is unknown if they hold a licence of the family.
fn unknown_holders(holders: &LicenceHolders<'_>, findings: &Findings, licence: usize) -> bool {
    let family = holders.families[licence];
    let of_family = holders.families.iter().zip(&findings.holdings);
    of_family
        .filter(|(other, _)| **other == family)
        .any(|(_, holding)| holding.unknown_holders > 0)
}

/// The number of holders of a licence, and the most of their events that took place at the same time since a
/// day.
pub(crate) fn at_once(
    roster: &Roster,
    holders: &LicenceHolders<'_>,
    licence: usize,
    from: Day,
) -> (i64, MostAtOnce) {
    let webinar = holders.families[licence] == Family::Webinar;
    let mut active = 0;
    let mut spans: Vec<(Timestamp, Timestamp)> = Vec::new();
    for row in 0..roster.rows {
        let holds = holders.status(row) == Status::Active
            && holders
                .holds(row)
                .any(|holds| usize::from(holds.licence) == licence);
        if !holds {
            continue;
        }
        active += 1;
        let events = roster.details.gatherings_of(row).iter();
        spans.extend(
            events
                .filter(|event| event.webinar == webinar && event.start().day() >= from)
                .map(|event| (event.start(), event.end())),
        );
    }
    (active, most_at_once(&spans, HAND_OVER_MINUTES))
}

/// The number of seats of active holders that have a finding of their own, whether seats are shared or not.
pub(crate) fn given_back(findings: &Findings, holders: &LicenceHolders<'_>, licence: usize) -> i64 {
    let found = findings.entries.iter().filter(|entry| {
        usize::from(entry.licence) == licence
            && entry.hold_reasons == 0
            && entry.row != ACCOUNT
            && holders.status(entry.row as usize) == Status::Active
            && entry.rule.effect() == RuleEffect::FreeSeat
    });
    i64::try_from(found.count()).unwrap_or(0)
}

/// Finds add-ons of which fewer seats would be enough if their holders shared them. Seats with a finding of
/// their own are not counted again.
pub(super) fn pools(
    roster: &Roster,
    holders: &LicenceHolders<'_>,
    moment: &Moment<'_>,
    rules: &[Effective],
    findings: &mut Findings,
) {
    for (at, licence) in holders.licences.iter().enumerate() {
        let rule = rules[at].rules.addon_poolable;
        let shared = matches!(holders.families[at], Family::Webinar | Family::Large);
        let several = findings.holdings[at].holders > 1 && licence.size.is_some();
        // Sharing can be undone easily, so a history as long as for an unused add-on is enough.
        let known = moment.hosted_covers(rules[at].rules.addon_unused.days);
        if !(rule.on && shared && several && known) || unknown_holders(holders, findings, at) {
            continue;
        }
        let from = moment.watched_since(moment.window(rule.look_back_days));
        let (active, most) = at_once(roster, holders, at, from);
        let keep = i64::try_from(most.most).unwrap_or(i64::MAX).max(1) + i64::from(rule.spare);
        let seats = active - keep - given_back(findings, holders, at);
        if most.most > 0 && seats > 0 {
            let found = entry(Rule::AddonPoolable, at, moment.as_of, seats);
            findings.entries.push(found);
        }
    }
}
