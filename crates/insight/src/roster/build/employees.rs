//! The present employees, from a complete list or a pushed directory, matched with users by e-mail address.

use model::{Day, Timestamp};
use rustc_hash::FxHashMap;

use crate::roster::arena::Arena;
use crate::roster::details::{Departure, DirectoryPerson, Employees, Gone, ImportedPerson, Source};

/// The organisation's data about its people.
#[derive(Debug)]
pub(super) enum EmployeeData {
    /// A complete list, and when it was read.
    List(Timestamp, Vec<ImportedPerson>),
    /// A directory, and when it last changed.
    Directory(Timestamp, Vec<DirectoryPerson>),
}

impl EmployeeData {
    /// The data about the users. `order` has the position of each row's user in `emails`.
    pub(super) fn of_users(self, order: &[u32], emails: &Arena) -> Employees {
        let users = (0_u32..).zip(order).filter_map(|(row, position)| {
            let email = address(emails.text(*position as usize));
            (!email.is_empty()).then_some((row, email))
        });
        match self {
            Self::List(read_at, entries) => listed(read_at, entries, users),
            Self::Directory(changed_at, people) => pushed(changed_at, people, users),
        }
    }
}

fn address(email: &str) -> String {
    email.trim().to_lowercase()
}

fn listed(
    read_at: Timestamp,
    entries: Vec<ImportedPerson>,
    users: impl Iterator<Item = (u32, String)>,
) -> Employees {
    let mut people: FxHashMap<String, Option<Day>> = FxHashMap::default();
    for entry in entries {
        // A person that is listed twice has left only when both lines say so.
        let left = people.entry(address(&entry.email)).or_insert(entry.left_on);
        *left = left.zip(entry.left_on).map(|(one, other)| one.max(other));
    }
    let mut gone: Vec<(u32, Gone)> = users
        .filter_map(|(row, email)| match people.get(&email) {
            None => Some((row, Gone::NotListed)),
            Some(left) => left.map(|day| (row, Gone::LeftOn(day))),
        })
        .collect();
    gone.shrink_to_fit();
    Employees {
        source: Source::List { read_at },
        people: people.len(),
        gone,
    }
}

fn pushed(
    changed_at: Timestamp,
    entries: Vec<DirectoryPerson>,
    users: impl Iterator<Item = (u32, String)>,
) -> Employees {
    let mut people: FxHashMap<String, Option<Departure>> = FxHashMap::default();
    for entry in entries {
        // When two people have the same address, they count as left only when both have left.
        let left = people
            .entry(address(&entry.email))
            .or_insert(entry.departure);
        *left = left.zip(entry.departure).map(
            |(one, other)| {
                if one.day() < other.day() { other } else { one }
            },
        );
    }
    let (mut gone, mut absent) = (Vec::new(), Vec::new());
    for (row, email) in users {
        match people.get(&email) {
            None => absent.push(row),
            Some(None) => {}
            Some(Some(departure)) => gone.push((row, Gone::Departed(*departure))),
        }
    }
    gone.shrink_to_fit();
    absent.shrink_to_fit();
    Employees {
        source: Source::Directory { changed_at, absent },
        people: people.values().filter(|left| left.is_none()).count(),
        gone,
    }
}
