//! Makes the findings: first user by user with the rules of `judge`, then for several users or the whole
//! account, then prices and decisions.

use model::Licence;
use rustc_hash::FxHashMap;

use super::census::Census;
use super::ground::Ground;
use super::pass::Pass;
use super::rules::Rules;
use super::smaller::Smaller;
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
    let mut census = census(roster, inputs);
    let smaller = Smaller::number(roster, &mut census);
    let rules = Rules::new(roster, inputs.settings, &census.licences);
    let moment = Moment::now(roster);
    let ground = Ground::new(roster, inputs.settings, &census, &smaller, &moment);
    let mut pass = Pass {
        roster,
        census: &census,
        rules,
        ground: &ground,
        moment: &moment,
        findings: Findings {
            app: roster.app(),
            today: inputs.today,
            settings: inputs.settings.clone(),
            licences: census.licences.clone(),
            prices: census
                .licences
                .iter()
                .map(|licence| prices(licence, inputs.contracts, inputs.prices, inputs.today))
                .collect(),
            holdings: vec![Holding::default(); census.licences.len()],
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
        pass.user(row, &mut reader);
    }
    let rules = pass.rules;
    let mut findings = pass.findings;
    for (holding, licence) in findings.holdings.iter_mut().zip(&census.licences) {
        holding.purchased = account::purchased(roster, inputs, licence);
    }
    account::inactive(roster, &census, &rules.all, &mut findings);
    account::pools(roster, &census, &moment, &rules.all, &mut findings);
    findings
        .entries
        .sort_unstable_by_key(|entry| (entry.row, super::page::place(entry.rule), entry.licence));
    decisions::lay_over(roster, inputs, &mut findings);
    findings.queue();
    findings.needed = needed(&findings, &census);
    findings
}

/// The users with a base licence for which enough is known and nothing was found.
fn needed(findings: &Findings, census: &Census<'_>) -> Bits {
    let mut needed = findings.licensed.clone();
    needed.subtract(&findings.unknown);
    for entry in &findings.entries {
        let base = census.families[usize::from(entry.licence)] == Family::Base;
        if base && entry.row != ACCOUNT && entry.rule.is_unneeded() {
            needed.remove(entry.row as usize);
        }
    }
    needed
}

/// The licences of a roster, and those in contracts, the price book or the plan usage.
pub(crate) fn census<'a>(roster: &'a Roster, inputs: &Inputs<'_>) -> Census<'a> {
    let contracts = inputs.contracts.iter();
    let contracts = contracts.map(|contract| &contract.terms.licence);
    let listed = inputs.prices.iter().map(|price| &price.licence);
    let bought = roster.extra.purchased.iter();
    let bought = bought.map(|purchased| &purchased.licence);
    let others: Vec<Licence> = contracts.chain(listed).chain(bought).cloned().collect();
    Census::of(roster, others.into_iter())
}
