//! Replays rules on past days, a month apart: the verdict on every licence from the data that were known on
//! that day, and whether the licence was needed within the 90 days after. Former users are not part of it.
//! Rules that depend on lists (leavers, invitations, second accounts) apply only to today, because earlier
//! lists are not kept.

use model::{Day, Rule, Sums};

use super::types::{RuleWhatIf, WRONG_WITHIN_DAYS, WhatIf, WronglyFlagged};
use crate::findings::find;
use crate::findings::find::licence_holders;
use crate::findings::holders::{Holds, LicenceHolders, Status};
use crate::findings::page::place;
use crate::findings::rule_sets::RuleSets;
use crate::findings::store::Findings;
use crate::findings::types::Inputs;
use crate::judge::{Moment, Reader, Verdict, judge, judge_add_on};
use crate::needs::Family;
use crate::roster::Roster;
use crate::settings::{RuleSet, Settings};

/// The number of days between two past days.
const STEP_DAYS: i32 = 30;
/// The largest number of days to look back.
const REPLAY_DAYS: i32 = 365;
/// The least number of days of history before a past day.
const LEAST_HISTORY_DAYS: i32 = 30;
/// The largest number of wrongly flagged people that are listed.
const LISTED: usize = 1000;

/// The effect of proposed rules. `inputs.settings` is ignored.
#[must_use]
pub fn what_if(roster: &Roster, inputs: &Inputs<'_>, proposed: &Settings) -> WhatIf {
    let inputs = Inputs {
        settings: proposed,
        ..*inputs
    };
    let findings = find(roster, &inputs);
    let mut answer = flagged_today(&findings);
    let holders = licence_holders(roster, &inputs);
    let mut rules = RuleSets::new(roster, proposed, &holders.licences);
    let replay = Replay::new(roster, proposed, &holders);
    (answer.replayed_from, answer.replayed_to) = replay.span().unzip();
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
                        user_id: String::new(),
                        email: String::new(),
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
    // Only those that are listed need names.
    for wrong in &mut answer.wrongly {
        roster.key_of(wrong.row).clone_into(&mut wrong.user_id);
        roster.email_of(wrong.row).clone_into(&mut wrong.email);
    }
    answer
}

/// The findings that would be open today, with their saving. The replayed numbers are still zero.
fn flagged_today(findings: &Findings) -> WhatIf {
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
        replayed_from: None,
        replayed_to: None,
        unknown: i64::try_from(findings.unknown.count()).unwrap_or(i64::MAX),
    };
    let open = findings.entries.iter();
    for entry in open.filter(|entry| entry.state.is_active()) {
        let rule = &mut answer.by_rule[place(entry.rule)];
        rule.flagged += 1;
        answer.flagged += 1;
        let amount = findings.amount(entry);
        if let Some(amount) = amount {
            rule.saved.add(amount);
        }
        if !entry.rule.costs() {
            answer.seats += i64::from(entry.seats);
            match amount {
                Some(amount) => answer.saved.add(amount),
                None => answer.without_price += i64::from(entry.seats),
            }
        }
    }
    answer
}

/// The past days of a replay.
pub(super) struct Replay<'a> {
    settings: &'a Settings,
    holders: &'a LicenceHolders<'a>,
    moments: Vec<Moment<'a>>,
}

/// The rule that would have flagged a user, the day, and the first need within 90 days after it.
pub(super) type Judged = Option<(Rule, Day, Option<Day>)>;

impl<'a> Replay<'a> {
    pub(super) fn new(
        roster: &'a Roster,
        settings: &'a Settings,
        holders: &'a LicenceHolders<'a>,
    ) -> Self {
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
            holders,
            moments,
        }
    }

    fn span(&self) -> Option<(Day, Day)> {
        Some((self.moments.last()?.as_of, self.moments.first()?.as_of))
    }

    /// The licences of the user of a row; none for a user that is not active.
    fn holdings(&self, row: usize) -> impl Iterator<Item = Holds> + '_ {
        let active = self.holders.status(row) == Status::Active;
        self.holders.holds(row).filter(move |_| active)
    }

    /// Calls the closure with the verdict on a licence of the reader's person for each past day, the latest
    /// first.
    pub(super) fn each(
        &self,
        holds: Holds,
        reader: &Reader<'_>,
        mut visit: impl FnMut(&Moment<'_>, &dyn Fn(&RuleSet) -> Judged),
    ) {
        let since = reader.since(&self.holders.licences[usize::from(holds.licence)]);
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
                    Verdict::Unneeded {
                        rule,
                        hold_reasons: 0,
                        ..
                    } => Some((rule, moment.as_of, next)),
                    _ => None,
                }
            });
        }
    }
}
