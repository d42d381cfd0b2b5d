//! The verdict on one licence of one user today: first by the rules that are certain from lists (left,
//! deactivated, invited, a second account, an add-on that the suite includes), then by the use of the
//! licence.

use model::{Day, Rule, Timestamp};
use rustc_hash::FxHashSet;

use super::double;
use super::holders::{Holds, LicenceHolders, Status};
use super::included::Included;
use super::sizes::SmallerSizes;
use super::store::NO_LICENCE;
use super::types::HoldReason;
use crate::judge::{Moment, Reader, Verdict, bit, judge, judge_add_on, unknown};
use crate::needs::Family;
use crate::roster::{Gone, Roster};
use crate::settings::{Oversize, RuleSet, Settings};

/// The inputs that are the same for all licences of a roster.
#[derive(Debug)]
pub(crate) struct Rules<'a> {
    roster: &'a Roster,
    settings: &'a Settings,
    holders: &'a LicenceHolders<'a>,
    smaller: &'a SmallerSizes,
    /// Rows of accounts that are used less than another account of the same person.
    doubles: FxHashSet<u32>,
    included: Included,
    moment: &'a Moment<'a>,
}

impl<'a> Rules<'a> {
    pub(crate) fn new(
        roster: &'a Roster,
        settings: &'a Settings,
        holders: &'a LicenceHolders<'a>,
        smaller: &'a SmallerSizes,
        moment: &'a Moment<'a>,
    ) -> Self {
        Self {
            roster,
            settings,
            holders,
            smaller,
            included: Included::of(roster, settings, &holders.licences),
            doubles: double::less_used_accounts(roster, holders, settings),
            moment,
        }
    }

    /// The verdict on a licence, and for an add-on that is too large the size that would be enough. The
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
        let since = reader.since(&self.holders.licences[usize::from(holds.licence)]);
        if base {
            let past = reader.past(self.moment, holds.family, since, None);
            return (judge(&past, self.moment, rules, self.settings), NO_LICENCE);
        }
        if holds.family == Family::Other {
            let why = "It is not known what this licence is used for.";
            return (Verdict::Unknown(why), NO_LICENCE);
        }
        let look_back = rules.addon_unused.look_back_days;
        let past = reader.past(self.moment, holds.family, since, Some(look_back));
        let verdict = judge_add_on(&past, self.moment, rules, self.settings);
        if matches!(verdict, Verdict::Unneeded { .. }) {
            return (verdict, NO_LICENCE);
        }
        match self.oversized(row, holds, rules.addon_oversized) {
            Some(smaller) => {
                let from = self.moment.window(rules.addon_oversized.look_back_days);
                let verdict = Verdict::Unneeded {
                    rule: Rule::AddonOversized,
                    since: self.moment.as_of,
                    hold_reasons: unknown(&self.roster.unread, row, self.moment, from),
                };
                (verdict, smaller)
            }
            None => (verdict, NO_LICENCE),
        }
    }

    /// The verdict that is certain from lists; `None` when it depends on the use of the licence.
    pub(crate) fn certain(
        &self,
        row: usize,
        base: bool,
        status: Status,
        rules: &RuleSet,
    ) -> Option<Verdict> {
        let as_of = self.moment.as_of;
        let number = u32::try_from(row).ok()?;
        if let Some(gone) = self.roster.details.gone(row) {
            let left = gone.day().unwrap_or_else(|| {
                let read_at = self.listed_at();
                read_at.map_or(as_of, Timestamp::day)
            });
            if rules.leaver.on && left <= as_of {
                let active = self.seen_since(row, gone);
                let from = self
                    .moment
                    .window(self.settings.guards.leaver_days)
                    .max(left);
                let unknown = unknown(&self.roster.unread, row, self.moment, from);
                return Some(Verdict::Unneeded {
                    rule: Rule::Leaver,
                    since: left,
                    hold_reasons: unknown | if active { bit(HoldReason::Active) } else { 0 },
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

    /// The time at which the list of employees was read; `None` without one.
    fn listed_at(&self) -> Option<Timestamp> {
        self.roster.details.employees.as_ref()?.listed_at()
    }

    /// Whether a leaver was active recently, or since the list was read, so that the list may be wrong.
    /// Activity up to the last day of work is no contradiction.
    fn seen_since(&self, row: usize, gone: Gone) -> bool {
        let days = self.settings.guards.leaver_days;
        let facts = self.roster.facts(row);
        let Some(seen) = facts.last_sign_in().max(facts.hosted) else {
            return false;
        };
        let recently = seen.day() >= self.moment.window(days);
        days > 0
            && match gone.day() {
                Some(left) => recently && seen.day() > left,
                None => recently || self.listed_at().is_some_and(|read_at| seen >= read_at),
            }
    }

    /// The reason why it is not known yet if a smaller size of an add-on would be enough; `None` when it is
    /// known, or when there is no smaller size.
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
        let subject = "Whether a smaller size would be enough";
        Some(match self.moment.hosted_since {
            Some(since) => format!(
                "{subject} can be decided from {}: {} of {} days are known.",
                since.plus(i32::from(rule.look_back_days)).long(),
                self.moment.as_of.since(since),
                rule.look_back_days
            ),
            None => {
                format!("{subject} is not known: hosted events up to yesterday were not read.")
            }
        })
    }

    /// The smaller size that would be enough for an add-on; `None` when there is none, or when some of the
    /// days are not known.
    fn oversized(&self, row: usize, holds: Holds, rule: Oversize) -> Option<u16> {
        if !rule.on || !self.moment.hosted_covers(rule.look_back_days) {
            return None;
        }
        let from = self.moment.window(rule.look_back_days);
        let events = self.roster.details.gatherings_of(row).iter();
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
    Verdict::Unneeded {
        rule,
        since,
        hold_reasons: 0,
    }
}
