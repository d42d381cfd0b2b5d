//! Makes findings user by user from the verdicts on their licences.

use model::{FindingState, Rule};

use super::holders::{Holds, LicenceHolders, Status};
use super::rule_sets::RuleSets;
use super::rules::Rules;
use super::store::{ACCOUNT, Entry, Findings, NO_LICENCE};
use crate::judge::{Moment, Reader, Verdict};
use crate::needs::Family;
use crate::roster::Roster;

/// The state of the evaluation while it goes through the users.
pub(super) struct Evaluation<'a> {
    pub(super) roster: &'a Roster,
    pub(super) holders: &'a LicenceHolders<'a>,
    pub(super) rule_sets: RuleSets,
    pub(super) rules: &'a Rules<'a>,
    pub(super) moment: &'a Moment<'a>,
    pub(super) findings: Findings,
}

impl Evaluation<'_> {
    /// Makes the findings about one user.
    pub(super) fn user(&mut self, row: usize, reader: &mut Reader<'_>) {
        let status = self.holders.status(row);
        let mut read = false;
        let mut licensed = false;
        for holds in self.holders.holds(row) {
            if holds.family == Family::Base {
                licensed = true;
                if status == Status::Active {
                    for licence in self.holders.unknown_holders(row) {
                        self.findings.holdings[usize::from(licence)].unknown_holders += 1;
                    }
                }
                if self.busy(row, holds, status, reader) {
                    continue;
                }
            }
            if !read {
                reader.read(row);
                read = true;
            }
            self.holding(row, holds, status, reader);
        }
        if !licensed && status == Status::Active && self.holders.is_free(row) {
            self.cut_off(row);
        }
    }

    /// Counts a user that needed the base licence recently, without reading its whole history, because most
    /// licensed users are like that. Returns whether this was enough.
    fn busy(&mut self, row: usize, holds: Holds, status: Status, reader: &Reader<'_>) -> bool {
        let rules = *self.rule_sets.of(self.roster, row, holds.licence);
        if !reader.needed_recently(row, self.moment, &rules)
            || self.rules.certain(row, true, status, &rules).is_some()
        {
            return false;
        }
        self.findings.holdings[usize::from(holds.licence)].holders += 1;
        self.findings.licensed.insert(row);
        true
    }

    fn holding(&mut self, row: usize, holds: Holds, status: Status, reader: &Reader<'_>) {
        let at = usize::from(holds.licence);
        let base = holds.family == Family::Base;
        self.findings.holdings[at].holders += 1;
        if base {
            self.findings.licensed.insert(row);
        }
        let rules = *self.rule_sets.of(self.roster, row, holds.licence);
        let (verdict, smaller) = self.rules.verdict(row, holds, status, reader, &rules);
        let row_number = u32::try_from(row).unwrap_or(ACCOUNT);
        match verdict {
            Verdict::Needed => {
                if let Some(why) = self.rules.size_unknown(holds, status, &rules) {
                    let unsized_yet = &mut self.findings.holdings[at].unsized_yet;
                    unsized_yet.get_or_insert((0, why)).0 += 1;
                }
            }
            Verdict::Unknown(why) => {
                let holding = &mut self.findings.holdings[at];
                *holding.unknown.entry(why).or_default() += 1;
                if base {
                    self.findings.unknown.insert(row);
                } else {
                    self.findings
                        .unknown_add_ons
                        .push((row_number, holds.licence));
                }
            }
            Verdict::Unneeded {
                rule,
                since,
                hold_reasons,
            } => self.findings.entries.push(Entry {
                row: row_number,
                rule,
                state: if hold_reasons == 0 {
                    FindingState::Open
                } else {
                    FindingState::OnHold
                },
                hold_reasons,
                licence: holds.licence,
                smaller,
                assignee: 0,
                since,
                seats: 1,
                before: 0,
            }),
        }
    }

    /// Makes a finding about a free user whose meetings were cut off again and again.
    fn cut_off(&mut self, row: usize) {
        let Some(licence) = self.holders.usual_base() else {
            return;
        };
        let rule = self.rule_sets.of(self.roster, row, licence).under_licensed;
        let from = self.moment.window(rule.days);
        let cuts = self.roster.details.cut_offs_of(row);
        let recent = &cuts[cuts.partition_point(|cut| cut.day() < from)..];
        let times = usize::from(rule.times.max(1));
        if rule.on && recent.len() >= times {
            self.findings.entries.push(Entry {
                row: u32::try_from(row).unwrap_or(ACCOUNT),
                rule: Rule::UnderLicensed,
                state: FindingState::Open,
                hold_reasons: 0,
                licence,
                smaller: NO_LICENCE,
                assignee: 0,
                since: recent[times - 1].day(),
                seats: 1,
                before: 0,
            });
        }
    }
}
