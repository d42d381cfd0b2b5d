//! What a roster and its findings know about the needs of one contract's licence.

use model::{Contract, Day, FindingState, Holder, Licence, LicenceFamily, Needs, Rule};
use rustc_hash::FxHashSet;

use super::forecast::Known;
use super::needers::Needer;
use crate::findings::Findings;
use crate::findings::store::{ACCOUNT, Entry};
use crate::needs::{Family, counted_for};
use crate::roster::Roster;
use crate::settings::Settings;

/// What a recommendation is made from.
#[derive(Debug, Clone, Copy)]
pub struct RenewalInputs<'a> {
    /// Users and what they did.
    pub roster: &'a Roster,
    /// The organisation's rules.
    pub settings: &'a Settings,
    /// What was found, with the same settings.
    pub findings: &'a Findings,
    /// The contract to renew.
    pub contract: &'a Contract,
    /// Every contract of the integration: seats that others of the same licence cover are not bought
    /// twice. May hold the contract itself.
    pub contracts: &'a [Contract],
    /// The day as which the recommendation is made: the roster's own.
    pub today: Day,
    /// Seats bought as the application tells it, when it does.
    pub purchased: Option<i64>,
    /// Seats given to users as the application tells it; counted among the users when it does not.
    pub assigned: Option<i64>,
}

/// Days of a month when new licences are compared with those of other months.
const MONTH: i32 = 30;

/// Rows that hold the licence; of an add-on those with exactly this size.
pub(super) fn holders(roster: &Roster, licence: &Licence) -> Vec<u32> {
    roster
        .licence_holders(&licence.family)
        .into_iter()
        .filter(|(_, size)| licence.size.is_none() || *size == licence.size)
        .map(|(row, _)| row)
        .collect()
}

/// What is known of the needs of a licence.
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
    let held = rows_with(&|entry, of| {
        entry.state == FindingState::Held
            && entry.rule != Rule::Leaver
            && of.family == licence.family
    });
    // A leaver who was active recently is on hold, because the list may be wrong, and still counts.
    let leavers = rows_with(&|entry, of| {
        let left = match entry.state {
            FindingState::Open
            | FindingState::Asked
            | FindingState::Accepted
            | FindingState::Done => true,
            FindingState::Held | FindingState::Exempt | FindingState::Kept => false,
        };
        entry.rule == Rule::Leaver && of == licence && left
    });
    let base = matches!(family.holder, Holder::Base { .. });
    // A base licence may be needed by anybody. Events of an add-on count for those who hold this
    // size of it: only they could have used it.
    let rows: Vec<u32> = if base {
        (0..u32::try_from(roster.len()).unwrap_or(u32::MAX)).collect()
    } else {
        // Those whose suite brings it along need none of their own.
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
            let mut days = counted_days(roster.need_days(row), counted);
            if base {
                days.extend(roster.cut_off_days(row));
                days.sort_unstable();
                days.dedup();
            }
            (!days.is_empty()).then(|| Needer {
                days,
                gone: false,
                held: held.contains(&row),
                leaver: leavers.contains(&row),
            })
        })
        .collect();
    if base {
        needers.extend(roster.gone_need_days().filter_map(|days| {
            let days = counted_days(days, counted);
            (!days.is_empty()).then_some(Needer {
                days,
                gone: true,
                ..Needer::default()
            })
        }));
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

/// Days with a need that counts, ascending.
fn counted_days(days: impl IntoIterator<Item = (Day, Needs)>, counted: Needs) -> Vec<Day> {
    let mut days: Vec<Day> = days
        .into_iter()
        .filter(|(_, needs)| needs.0 & counted.0 != 0)
        .map(|(day, _)| day)
        .collect();
    days.sort_unstable();
    days
}

/// How many got the licence within the last month, and in an average one of the eleven before: only
/// what was seen or is as old as the account counts.
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
