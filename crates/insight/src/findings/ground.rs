//! What can be said of one holding today: first what is certain from lists (gone, deactivated,
//! invited, a second account, an add-on that the suite includes), then what the kernel says of its use.

use model::{Day, Rule, Timestamp};
use rustc_hash::FxHashSet;

use super::census::{Census, Holds, Status};
use super::double;
use super::included::Included;
use super::smaller::Smaller;
use super::store::NO_LICENCE;
use super::types::HeldBy;
use crate::judge::{Moment, Reader, Verdict, bit, judge, judge_add_on};
use crate::needs::Family;
use crate::roster::{Gone, Roster};
use crate::settings::{Oversize, RuleSet, Settings};

/// What is the same for all holdings of a roster.
#[derive(Debug)]
pub(crate) struct Ground<'a> {
    roster: &'a Roster,
    settings: &'a Settings,
    census: &'a Census<'a>,
    smaller: &'a Smaller,
    /// Rows that are the lesser of two accounts of one person.
    doubles: FxHashSet<u32>,
    included: Included,
    moment: &'a Moment<'a>,
}

impl<'a> Ground<'a> {
    pub(crate) fn new(
        roster: &'a Roster,
        settings: &'a Settings,
        census: &'a Census<'a>,
        smaller: &'a Smaller,
        moment: &'a Moment<'a>,
    ) -> Self {
        Self {
            roster,
            settings,
            census,
            smaller,
            included: Included::of(roster, settings, &census.licences),
            doubles: double::lesser_accounts(roster, census, settings),
            moment,
        }
    }

    /// What can be said of a holding, and for an add-on that is too large the size that would do. The
    /// reader is at the holder's row.
    pub(crate) fn verdict(
        &self,
        row: usize,
        holds: Holds,
        status: Status,
        reader: &Reader<'_>,
        rules: &RuleSet,
    ) -> (Verdict, u16) {
        let base = holds.family == Family::Base;
        if let Some(verdict) = self.certain(row, base, status, rules) {
            return (verdict, NO_LICENCE);
        }
        let double = !base && rules.double_licence.on;
        if double && self.included.includes(self.roster, row, holds.licence) {
            return (found(Rule::DoubleLicence, self.moment.as_of), NO_LICENCE);
        }
        let since = reader.since(&self.census.licences[usize::from(holds.licence)]);
        if base {
            let past = reader.past(self.moment, holds.family, since, None);
            return (judge(&past, self.moment, rules, self.settings), NO_LICENCE);
        }
        if holds.family == Family::Other {
            let why = "What this licence is for is not known.";
            return (Verdict::Unknown(why), NO_LICENCE);
        }
        let look_back = rules.addon_unused.look_back_days;
        let past = reader.past(self.moment, holds.family, since, Some(look_back));
        let verdict = judge_add_on(&past, self.moment, rules, self.settings);
        if matches!(verdict, Verdict::Spare { .. }) {
            return (verdict, NO_LICENCE);
        }
        match self.oversized(row, holds, rules.addon_oversized) {
            Some(smaller) => (found(Rule::AddonOversized, self.moment.as_of), smaller),
            None => (verdict, NO_LICENCE),
        }
    }

    /// What lists alone tell; `None` when the use of the licence decides.
    pub(crate) fn certain(
        &self,
        row: usize,
        base: bool,
        status: Status,
        rules: &RuleSet,
    ) -> Option<Verdict> {
        let as_of = self.moment.as_of;
        let number = u32::try_from(row).ok()?;
        if let Some(gone) = self.roster.extra.gone(row) {
            let left = gone.day().unwrap_or_else(|| {
                let read_at = self.listed_at();
                read_at.map_or(as_of, Timestamp::day)
            });
            if rules.leaver.on && left <= as_of {
                let active = self.seen_since(row, gone);
                return Some(Verdict::Spare {
                    rule: Rule::Leaver,
                    since: left,
                    held: if active { bit(HeldBy::Active) } else { 0 },
                });
            }
        }
        let pending = rules.pending_seat;
        let days = i32::from(pending.days);
        match status {
            Status::Inactive if rules.deactivated_counted.on => {
                Some(found(Rule::DeactivatedCounted, as_of))
            }
            Status::Pending if base && pending.on => {
                let invited = self.roster.user_since(number);
                let long_ago = as_of.since(invited) > days;
                Some(if long_ago {
                    found(Rule::PendingSeat, invited.plus(days))
                } else {
                    Verdict::Needed
                })
            }
            Status::Inactive | Status::Pending => Some(Verdict::Needed),
            Status::Active => {
                let double = base && rules.double_licence.on && self.doubles.contains(&number);
                double.then(|| found(Rule::DoubleLicence, as_of))
            }
        }
    }

    /// When the list of employees was read, if there is one.
    fn listed_at(&self) -> Option<Timestamp> {
        self.roster.extra.employees.as_ref()?.listed_at()
    }

    /// Whether somebody who is said to have left was there lately, or since the list was read: then
    /// the list may be wrong. What they did up to a last day that is named says nothing.
    fn seen_since(&self, row: usize, gone: Gone) -> bool {
        let days = self.settings.guards.leaver_days;
        let facts = self.roster.facts(row);
        let Some(seen) = facts.last_sign_in().max(facts.hosted) else {
            return false;
        };
        let lately = seen.day() >= self.moment.window(days);
        days > 0
            && match gone.day() {
                Some(left) => lately && seen.day() > left,
                None => lately || self.listed_at().is_some_and(|read_at| seen >= read_at),
            }
    }

    /// Why it can't be told yet whether a smaller size would do for an add-on that is used; `None`
    /// when it can, or when there is no smaller one.
    pub(crate) fn size_unknown(
        &self,
        holds: Holds,
        status: Status,
        rules: &RuleSet,
    ) -> Option<String> {
        let rule = rules.addon_oversized;
        let asked = rule.on && status == Status::Active && holds.family != Family::Base;
        let known = self.moment.hosted_covers(rule.look_back_days);
        if !asked || known || !self.smaller.is_sold(holds.licence) {
            return None;
        }
        let told = "Whether a smaller size would do";
        Some(match self.moment.hosted_since {
            Some(since) => format!(
                "{told} can be told from {}: {} of {} days are known.",
                since.plus(i32::from(rule.look_back_days)).long(),
                self.moment.as_of.since(since),
                rule.look_back_days
            ),
            None => format!("{told} is not known: what was hosted up to yesterday was not read."),
        })
    }

    /// The smaller size that would do for an add-on, when the days looked back at are all known.
    fn oversized(&self, row: usize, holds: Holds, rule: Oversize) -> Option<u16> {
        if !rule.on || !self.moment.hosted_covers(rule.look_back_days) {
            return None;
        }
        let from = self.moment.window(rule.look_back_days);
        let events = self.roster.extra.gatherings_of(row).iter();
        let largest = events
            .filter(|event| event.webinar == (holds.family == Family::Webinar))
            .filter(|event| event.start().day() >= from)
            .map(|event| i64::from(event.participants))
            .max()?;
        let margin = largest * i64::from(rule.margin_percent);
        self.smaller
            .fitting(holds.licence, largest + (margin + 99) / 100)
    }
}

fn found(rule: Rule, since: Day) -> Verdict {
    Verdict::Spare {
        rule,
        since,
        held: 0,
    }
}
