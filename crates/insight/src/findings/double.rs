//! A person has two accounts, or a suite already includes the add-on. An application does not report that two
//! users are the same person, so two licensed users count as one person only when there is hardly a doubt:
//! they have the same name, and the same local part of the address under two domains. The account that is
//! used less is the double one, and only when it was not needed recently.

use model::Day;
use rustc_hash::{FxHashMap, FxHashSet};

use super::holders::{LicenceHolders, Status};
use crate::judge::{Moment, Reader};
use crate::needs::Family;
use crate::roster::{Roster, name_and_email};
use crate::settings::Settings;

/// How much an account was used: needs in the window, the day of the last activity, hosted days, and the row,
/// so that the order is the same every time.
type Use = (usize, Option<Day>, usize, std::cmp::Reverse<u32>);

/// The other licensed rows of the same person: same name and same local part of the address.
pub(crate) fn other_accounts(roster: &Roster, holders: &LicenceHolders<'_>, row: u32) -> Vec<u32> {
    let text = |row: u32| name_and_email(roster.text.get(row as usize));
    let Some(key) = key(text(row)) else {
        return Vec::new();
    };
    (0..u32::try_from(roster.rows).unwrap_or(u32::MAX))
        .filter(|other| *other != row && self::key(text(*other)) == Some(key))
        .filter(|other| is_licensed(holders, *other))
        .collect()
}

/// The name and local part that accounts of one person have in common; `None` when they are too common to
/// identify a person.
fn key<'a>((name, email): (&'a [u8], &'a [u8])) -> Option<(&'a [u8], &'a [u8])> {
    let at = email.iter().position(|byte| *byte == b'@')?;
    let full = name.trim_ascii().contains(&b' ');
    (full && at > 0).then_some((name, &email[..at]))
}

fn is_licensed(holders: &LicenceHolders<'_>, row: u32) -> bool {
    holders.status(row as usize) == Status::Active
        && holders
            .holds(row as usize)
            .any(|holds| holds.family == Family::Base)
}

/// The rows of accounts that are used less than another account of the same person.
pub(crate) fn less_used_accounts(
    roster: &Roster,
    holders: &LicenceHolders<'_>,
    settings: &Settings,
) -> FxHashSet<u32> {
    let moment = Moment::now(roster);
    let days = settings.rules.over_licensed.days;
    let mut lesser = FxHashSet::default();
    if !moment.hosted_covers(days) {
        return lesser;
    }
    let mut reader = Reader::new(roster, &settings.needs, false);
    for rows in accounts(roster, holders) {
        let mut uses: Vec<Use> = rows
            .iter()
            .map(|row| {
                reader.read(*row as usize);
                let recent = moment.window(days);
                let needs = reader.needs(Family::Base);
                (
                    needs.iter().take_while(|day| **day >= recent).count(),
                    reader.last_seen().map(model::Timestamp::day),
                    reader.hosted.len(),
                    std::cmp::Reverse(*row),
                )
            })
            .collect();
        uses.sort_unstable();
        uses.pop();
        lesser.extend(
            uses.iter()
                .filter(|(needs, ..)| *needs == 0)
                .map(|(.., row)| row.0),
        );
    }
    lesser
}

/// The licensed rows of each person with several accounts. Only rows that share their name with another row
/// are compared.
fn accounts(roster: &Roster, holders: &LicenceHolders<'_>) -> Vec<Vec<u32>> {
    let order = &roster.by_name;
    let mut several = Vec::new();
    let mut first = 0;
    while first < order.known {
        let mut end = first + 1;
        while end < order.known && order.tied.contains(end) {
            end += 1;
        }
        if end - first > 1 {
            let mut by_address: FxHashMap<&[u8], Vec<u32>> = FxHashMap::default();
            for row in &order.rows[first..end] {
                let text = name_and_email(roster.text.get(*row as usize));
                if let Some((_, local)) = key(text)
                    && is_licensed(holders, *row)
                {
                    by_address.entry(local).or_default().push(*row);
                }
            }
            several.extend(by_address.into_values().filter(|rows| rows.len() > 1));
        }
        first = end;
    }
    several
}
