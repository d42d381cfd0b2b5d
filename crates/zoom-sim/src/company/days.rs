//! Whole days of an account, newest row first, as the account-wide logs list them.
//!
//! Finding the rows of a day means asking every seat, so the last used days are kept, up to a
//! bounded number of bytes.

use super::account::Account;
use super::habits::{self, Meeting};
use super::person::PersonNo;
use super::signing::{Signing, signings};
use crate::calendar::{DAY, Holidays};
use crate::dice::Dice;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A meeting with its host.
pub(crate) type MeetingRow = (PersonNo, Meeting);
/// A sign-in or sign-out with its person.
pub(crate) type SigningRow = (PersonNo, Signing);

/// What an administrator did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Add,
    ToLicensed,
    ToBasic,
    Deactivate,
    Delete,
    /// Not about a person of the company: settings, groups, roles, by a number that picks the text.
    Other(u8),
}

/// An act, whom it concerns, and the second of the day.
pub(crate) type ActRow = (PersonNo, u32, Act);

#[derive(Clone, Debug)]
enum Kept {
    Meetings(Arc<Vec<MeetingRow>>),
    Signings(Arc<Vec<SigningRow>>),
    Acts(Arc<Vec<ActRow>>),
}

/// Account, day, kind, and number of seats.
type Key = (usize, i64, u8, u32);

#[derive(Debug, Default)]
struct Shelf {
    days: HashMap<Key, (Kept, usize, u64)>,
    bytes: usize,
    uses: u64,
}

/// The days last used.
#[derive(Debug)]
pub(crate) struct Days {
    pub(crate) holidays: Holidays,
    most: usize,
    shelf: Mutex<Shelf>,
}

impl Days {
    /// Keeps up to `most` bytes of rows.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            holidays: Holidays::new(),
            most,
            shelf: Mutex::default(),
        }
    }

    fn cached(&self, key: Key, make: impl FnOnce() -> (Kept, usize)) -> Kept {
        {
            let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
            shelf.uses += 1;
            let uses = shelf.uses;
            if let Some((kept, _, used)) = shelf.days.get_mut(&key) {
                *used = uses;
                return kept.clone();
            }
        }
        let (kept, bytes) = make();
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let uses = shelf.uses;
        if shelf
            .days
            .insert(key, (kept.clone(), bytes, uses))
            .is_none()
        {
            shelf.bytes += bytes;
        }
        while shelf.bytes > self.most && shelf.days.len() > 1 {
            let oldest = shelf
                .days
                .iter()
                .min_by_key(|(_, (_, _, used))| *used)
                .map(|(key, _)| *key);
            let Some((_, bytes, _)) = oldest.and_then(|key| shelf.days.remove(&key)) else {
                break;
            };
            shelf.bytes -= bytes;
        }
        kept
    }

    /// Meetings and webinars that began on a day, the latest first.
    pub(crate) fn meetings(&self, account: &Account, day: i64) -> Arc<Vec<MeetingRow>> {
        let kept = self.cached((account.index, day, 0, account.slots()), || {
            let (mut rows, mut one) = (Vec::new(), Vec::new());
            for slot in 0..account.slots() {
                let Some(person) = account.active_on(slot, day) else {
                    continue;
                };
                one.clear();
                habits::held(&person, &self.holidays, day, &mut one);
                rows.extend(one.iter().map(|meeting| (person.no, *meeting)));
            }
            rows.sort_unstable_by_key(|(no, m)| (std::cmp::Reverse(m.start), *no, m.nth));
            rows.shrink_to_fit();
            let bytes = rows.len() * size_of::<MeetingRow>() + 64;
            (Kept::Meetings(Arc::new(rows)), bytes)
        });
        if let Kept::Meetings(rows) = kept {
            rows
        } else {
            Arc::default()
        }
    }

    /// Sign-ins and sign-outs of a day, the latest first.
    pub(crate) fn signings(&self, account: &Account, day: i64) -> Arc<Vec<SigningRow>> {
        let kept = self.cached((account.index, day, 1, account.slots()), || {
            let (mut rows, mut one) = (Vec::new(), Vec::new());
            for slot in 0..account.slots() {
                let Some(person) = account.active_on(slot, day) else {
                    continue;
                };
                one.clear();
                signings(&person, &self.holidays, day, &mut one);
                rows.extend(one.iter().map(|row| (person.no, *row)));
            }
            rows.sort_by_key(|(no, row)| (std::cmp::Reverse(row.at), *no));
            rows.shrink_to_fit();
            let bytes = rows.len() * size_of::<SigningRow>() + 64;
            (Kept::Signings(Arc::new(rows)), bytes)
        });
        if let Kept::Signings(rows) = kept {
            rows
        } else {
            Arc::default()
        }
    }

    /// What administrators did on a day, the latest first.
    pub(crate) fn acts(&self, account: &Account, day: i64) -> Arc<Vec<ActRow>> {
        let kept = self.cached((account.index, day, 2, account.slots()), || {
            let mut rows = Vec::new();
            for slot in 0..account.slots() {
                for person in account.during(slot, day * DAY, (day + 1) * DAY - 1) {
                    let licence = person.licence;
                    let mut note = |at: i64, act| {
                        if at.div_euclid(DAY) == day && at < i64::MAX {
                            rows.push((person.no, at.rem_euclid(DAY) as u32, act));
                        }
                    };
                    note(person.life.invited, Act::Add);
                    if licence.from < person.life.deactivated {
                        note(licence.from, Act::ToLicensed);
                        if licence.until < person.life.deactivated {
                            note(licence.until, Act::ToBasic);
                        }
                    }
                    note(person.life.deactivated, Act::Deactivate);
                    note(person.life.deleted, Act::Delete);
                }
            }
            let mut dice = Dice::of(account.key, 0x6163_7473 ^ (day as u64) << 4);
            for _ in 0..dice.below(4) {
                let at = 7 * 3600 + dice.below(11 * 3600) as u32;
                let who = PersonNo {
                    slot: 4,
                    generation: 0,
                };
                rows.push((who, at, Act::Other(dice.below(8) as u8)));
            }
            rows.sort_by_key(|(no, at, _)| (std::cmp::Reverse(*at), *no));
            let bytes = rows.len() * size_of::<ActRow>() + 64;
            (Kept::Acts(Arc::new(rows)), bytes)
        });
        if let Kept::Acts(rows) = kept {
            rows
        } else {
            Arc::default()
        }
    }
}
