//! Makes the findings: first user by user with the rules of `judge`, then for several users or the whole
//! account, then prices and decisions.

use model::Licence;
use rustc_hash::FxHashMap;

use super::evaluation::Evaluation;
use super::holders::LicenceHolders;
use super::rule_sets::RuleSets;
use super::rules::Rules;
use super::sizes::SmallerSizes;
use super::store::{ACCOUNT, Findings, Holding};
use super::types::Inputs;
use super::{account, decisions};
use crate::bits::Bits;
use crate::judge::{Moment, Reader};
use crate::money::prices;
use crate::needs::Family;
use crate::roster::Roster;

/// The number of days in which a need counts for the totals.
pub(crate) const NEEDED_WITHIN: u16 = 90;

/// Makes all findings of a roster, also those on hold or exempt. `inputs.today` is the roster's own day.
/// Windows end at the roster's time.
#[must_use]
pub fn find(roster: &Roster, inputs: &Inputs<'_>) -> Findings {
    let mut holders = licence_holders(roster, inputs);
    let smaller = SmallerSizes::number(roster, &mut holders);
    let rule_sets = RuleSets::new(roster, inputs.settings, &holders.licences);
    let moment = Moment::now(roster);
    let rules = Rules::new(roster, inputs.settings, &holders, &smaller, &moment);
    let mut evaluation = Evaluation {
        roster,
        holders: &holders,
        rule_sets,
        rules: &rules,
        moment: &moment,
        findings: Findings {
            app: roster.app(),
            today: inputs.today,
            settings: inputs.settings.clone(),
            licences: holders.licences.clone(),
            prices: holders
                .licences
                .iter()
                .map(|licence| prices(licence, inputs.contracts, inputs.prices, inputs.today))
                .collect(),
            holdings: vec![Holding::default(); holders.licences.len()],
            entries: Vec::new(),
            assignees: vec![String::new()],
            decided: FxHashMap::default(),
            licensed: Bits::none(roster.rows),
            needed: Bits::none(roster.rows),
            needed_known: moment.hosted_covers(NEEDED_WITHIN),
            unknown: Bits::none(roster.rows),
            unknown_add_ons: Vec::new(),
        },
    };
    let mut reader = Reader::new(roster, &inputs.settings.needs, false);
    for row in 0..roster.rows {
        evaluation.user(row, &mut reader);
    }
    let rule_sets = evaluation.rule_sets;
    let mut findings = evaluation.findings;
    for (holding, licence) in findings.holdings.iter_mut().zip(&holders.licences) {
        holding.purchased = account::purchased(roster, inputs, licence);
        if holding.holders == 0 {
            holding.unnamed = account::assigned(roster, licence);
        }
    }
    account::inactive(roster, &holders, &rule_sets.all, &mut findings);
    account::pools(roster, &holders, &moment, &rule_sets.all, &mut findings);
    findings
        .entries
        .sort_unstable_by_key(|entry| (entry.row, super::page::place(entry.rule), entry.licence));
    decisions::apply(roster, inputs, &mut findings);
    findings.queue();
    findings.needed = needed(&findings, &holders);
    findings
}

/// The users with a base licence for which enough is known and nothing was found.
fn needed(findings: &Findings, holders: &LicenceHolders<'_>) -> Bits {
    let mut needed = findings.licensed.clone();
    needed.subtract(&findings.unknown);
    for entry in &findings.entries {
        let base = holders.families[usize::from(entry.licence)] == Family::Base;
        if base && entry.row != ACCOUNT && entry.rule.is_unneeded() {
            needed.remove(entry.row as usize);
        }
    }
    needed
}

/// The licences of a roster, and those in contracts, the price book or the plan usage.
pub(crate) fn licence_holders<'a>(roster: &'a Roster, inputs: &Inputs<'_>) -> LicenceHolders<'a> {
    let contracts = inputs.contracts.iter();
    let contracts = contracts.map(|contract| &contract.terms.licence);
    let listed = inputs.prices.iter().map(|price| &price.licence);
    let bought = roster.details.purchased.iter();
    let bought = bought.map(|purchased| &purchased.licence);
    let others: Vec<Licence> = contracts.chain(listed).chain(bought).cloned().collect();
    LicenceHolders::of(roster, others.into_iter())
}
