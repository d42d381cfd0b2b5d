//! The known needs of one contract's licence, from a roster and its findings.

use model::{Contract, Day, FindingState, Licence, LicenceFamily, Needs, Rule};
use rustc_hash::FxHashSet;

use super::forecast::Known;
use super::needers::Needer;
use crate::findings::Findings;
use crate::findings::HoldReason;
use crate::findings::holders::LicenceHolders;
use crate::findings::store::{ACCOUNT, Entry};
use crate::judge::bit;
use crate::needs::{Family, counted_for};
use crate::roster::Roster;
use crate::settings::Settings;

/// The inputs of a recommendation.
#[derive(Debug, Clone, Copy)]
pub struct RenewalInputs<'a> {
    /// The users with their activity.
    pub roster: &'a Roster,
    pub settings: &'a Settings,
    /// The findings, made with the same settings.
    pub findings: &'a Findings,
    pub contract: &'a Contract,
    /// Every contract of the integration, because seats of other contracts of the same licence are not bought
    /// twice. May include the contract itself.
    pub contracts: &'a [Contract],
    /// The day for which the recommendation is made: the roster's own.
    pub today: Day,
    /// Number of bought seats according to the application; `None` when it does not report it.
    pub purchased: Option<i64>,
    /// Number of seats given to users according to the application; `None` when it does not report it, so
    /// that holders are counted instead.
    pub assigned: Option<i64>,
}

/// Length of the months in which new licences are compared, in days.
const MONTH: i32 = 30;

/// The rows of holders of the licence; for an add-on those of exactly this size.
pub(super) fn holders(roster: &Roster, licence: &Licence) -> Vec<u32> {
    roster
        .licence_holders(&licence.family)
        .into_iter()
        .filter(|(_, size)| licence.size.is_none() || *size == licence.size)
        .map(|(row, _)| row)
        .collect()
}

/// The known needs of a licence.
pub(super) fn known(inputs: &RenewalInputs<'_>, family: &LicenceFamily) -> Known {
    let RenewalInputs {
        roster,
        settings,
        findings,
        contract,
        today,
        ..
    } = *inputs;
    let licence = &contract.terms.licence;
    let holders = holders(roster, licence);
    let counted = counted_for(Family::of(family), &settings.needs);
    // The users with a finding that the closure accepts, given the finding's licence.
    let rows_with = |accepts: &dyn Fn(&Entry, &Licence) -> bool| -> FxHashSet<u32> {
        let users = findings.entries.iter().filter(|entry| entry.row != ACCOUNT);
        users
            .filter(|entry| accepts(entry, &findings.licences[usize::from(entry.licence)]))
            .map(|entry| entry.row)
            .collect()
    };
    let on_hold = rows_with(&|entry, of| {
        entry.state == FindingState::OnHold
            && entry.rule != Rule::Leaver
            && of.family == licence.family
    });
    // A leaver that was active recently is on hold, because the list may be wrong, and still counts.
    let leavers = rows_with(&|entry, of| {
        let left = match entry.state {
            FindingState::Open
            | FindingState::Asked
            | FindingState::Accepted
            | FindingState::Done => true,
            FindingState::OnHold | FindingState::Exempt | FindingState::Kept => false,
        };
        entry.rule == Rule::Leaver && of == licence && left
    });
    let unknown = of_unknown_need(findings, licence);
    let base = family.is_base();
    // Any user may need a base licence, and a user without one would get the usual one. Events of an add-on
    // count only for holders of this size, because only they could have used it.
    let usual = base.then(|| UsualBase::of(roster, family));
    let rows: Vec<u32> = if let Some(usual) = &usual {
        usual.rows(roster, &holders)
    } else {
        // Holders whose suite includes the add-on do not need one of their own.
        let included = rows_with(&|entry, of| entry.rule == Rule::DoubleLicence && of == licence);
        holders
            .iter()
            .copied()
            .filter(|row| !included.contains(row))
            .collect()
    };
    let mut needers: Vec<Needer> = rows
        .into_iter()
        .filter_map(|row| {
            Some(Needer {
                on_hold: on_hold.contains(&row),
                leaver: leavers.contains(&row),
                ..needer(roster, row, counted, base, unknown.contains(&row))?
            })
        })
        .collect();
    if usual.is_some_and(|usual| usual.is_this) {
        needers.extend(former_needers(roster, counted));
    }
    let (starters, usual_starters) = starters(roster, licence, &holders, today);
    Known {
        since: roster.history_since(),
        until: today.plus(-1),
        needers,
        holders: count(holders.len()),
        starters,
        usual_starters,
    }
}

/// The base licence that users without one would get, compared with a given base licence.
struct UsualBase<'a> {
    holders: LicenceHolders<'a>,
    /// Whether it is the given one.
    is_this: bool,
}

impl<'a> UsualBase<'a> {
    fn of(roster: &'a Roster, family: &LicenceFamily) -> Self {
        let holders = LicenceHolders::of(roster, std::iter::empty());
        let usual = holders.usual_base();
        let is_this = usual.is_none_or(|at| holders.licences[usize::from(at)].family == family.key);
        Self { holders, is_this }
    }

    /// The users who may need the given licence: its holders, and users without a base licence if they
    /// would get it.
    fn rows(&self, roster: &Roster, holders: &[u32]) -> Vec<u32> {
        if !self.is_this {
            return holders.to_vec();
        }
        let all = 0..u32::try_from(roster.len()).unwrap_or(u32::MAX);
        let others = |row: &u32| {
            holders.binary_search(row).is_err() && self.holders.base_of(*row as usize).is_some()
        };
        all.filter(|row| !others(row)).collect()
    }
}

/// The rows of holders of whom it is unknown whether they needed the licence, because records could not be
/// understood or contradict each other.
pub(super) fn of_unknown_need(findings: &Findings, licence: &Licence) -> FxHashSet<u32> {
    let unknown = bit(HoldReason::Unreadable) | bit(HoldReason::Contradicted);
    let of_family = |entry: &&Entry| {
        entry.row != ACCOUNT
            && entry.hold_reasons & unknown != 0
            && findings.licences[usize::from(entry.licence)].family == licence.family
    };
    let entries = findings.entries.iter().filter(of_family);
    entries.map(|entry| entry.row).collect()
}

/// The user of a row with its days with a need; `None` without any. For a base licence, cut-off meetings are
/// needs too. A user of whom it is unknown counts as one with a need yesterday.
fn needer(roster: &Roster, row: u32, counted: Needs, base: bool, unknown: bool) -> Option<Needer> {
    let mut days = counted_days(roster.need_days(row), counted);
    if base {
        days.extend(roster.cut_off_days(row));
        days.sort_unstable();
        days.dedup();
    }
    if unknown {
        let yesterday = roster.as_of().day().plus(-1);
        if days.last().is_none_or(|last| *last < yesterday) {
            days.push(yesterday);
        }
    }
    (!days.is_empty()).then(|| Needer {
        days,
        ..Needer::default()
    })
}

/// The former users with a need.
fn former_needers(roster: &Roster, counted: Needs) -> impl Iterator<Item = Needer> {
    roster.gone_need_days().filter_map(move |days| {
        let days = counted_days(days, counted);
        (!days.is_empty()).then(|| Needer {
            days,
            gone: true,
            ..Needer::default()
        })
    })
}

/// The days with a need that counts, ascending.
fn counted_days(days: impl IntoIterator<Item = (Day, Needs)>, counted: Needs) -> Vec<Day> {
    let mut days: Vec<Day> = days
        .into_iter()
        .filter(|(_, needs)| needs.0 & counted.0 != 0)
        .map(|(day, _)| day)
        .collect();
    days.sort_unstable();
    days
}

/// The number of users that got the licence within the last month, and in an average one of the eleven months
/// before. Only known days count.
fn starters(roster: &Roster, licence: &Licence, holders: &[u32], today: Day) -> (i64, Option<f64>) {
    let since: Vec<Day> = holders
        .iter()
        .filter_map(|row| roster.licensed_since(*row, licence))
        .map(|(since, _)| since)
        .collect();
    let within = |first: i32, last: i32| {
        let days = today.plus(-first)..today.plus(-last);
        since.iter().filter(|day| days.contains(*day)).count()
    };
    if since.is_empty() {
        return (0, None);
    }
    let months = 11;
    let before = u32::try_from(within(MONTH * (months + 1), MONTH)).unwrap_or(u32::MAX);
    (
        count(within(MONTH, 0)),
        Some(f64::from(before) / f64::from(months)),
    )
}

pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
