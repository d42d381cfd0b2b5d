//! Whole days of an account, newest row first, as the account-wide logs list them.
//!
//! Finding the rows of a day means asking every seat, so the last used days are kept, up to a
//! bounded number of bytes.

use super::account::Account;
use super::act::Act;
use super::habits::{self, Meeting};
use super::person::{Person, PersonNo};
use super::scheduling::made;
use super::signing::{Signing, signings};
use crate::calendar::{DAY, Holidays};
use crate::dice::Dice;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A meeting with its host.
pub(crate) type MeetingRow = (PersonNo, Meeting);
/// A sign-in or sign-out with its person.
pub(crate) type SigningRow = (PersonNo, Signing);

/// A meeting in the calendar with its host, and the second in which it was scheduled.
pub(crate) type ScheduledRow = (PersonNo, Meeting, i64);

/// An act, whom it concerns, and the second of the day.
pub(crate) type ActRow = (PersonNo, u32, Act);

#[derive(Clone, Debug)]
enum Kept {
    Meetings(Arc<Vec<MeetingRow>>),
    Signings(Arc<Vec<SigningRow>>),
    Acts(Arc<Vec<ActRow>>),
    Scheduled(Arc<Vec<ScheduledRow>>),
}

/// Account, day, kind, and number of seats.
type Key = (usize, i64, u8, u32);

#[derive(Debug, Default)]
struct Shelf {
    days: HashMap<Key, (Kept, usize, u64)>,
    bytes: usize,
    uses: u64,
}

impl Shelf {
    fn find(&mut self, key: Key) -> Option<Kept> {
        self.uses += 1;
        let (kept, _, used) = self.days.get_mut(&key)?;
        *used = self.uses;
        Some(kept.clone())
    }

    fn keep(&mut self, key: Key, kept: Kept, bytes: usize, most: usize) {
        if self.days.insert(key, (kept, bytes, self.uses)).is_none() {
            self.bytes += bytes;
        }
        while self.bytes > most && self.days.len() > 1 {
            let oldest = self.days.iter().min_by_key(|(_, (_, _, used))| *used);
            let oldest = oldest.map(|(key, _)| *key);
            let Some((_, bytes, _)) = oldest.and_then(|key| self.days.remove(&key)) else {
                break;
            };
            self.bytes -= bytes;
        }
    }
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
        if let Some(kept) = self.lock().find(key) {
            return kept;
        }
        let (kept, bytes) = make();
        self.lock().keep(key, kept.clone(), bytes, self.most);
        kept
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Meetings and webinars that are or will be in the calendar of a day, the earliest first.
    pub(crate) fn scheduled(&self, account: &Account, day: i64) -> Arc<Vec<ScheduledRow>> {
        let kept = self.cached((account.index, day, 3, account.slots()), || {
            let (mut rows, mut one) = (Vec::new(), Vec::new());
            for slot in 0..account.slots() {
                let Some(person) = account.active_on(slot, day) else {
                    continue;
                };
                one.clear();
                habits::planned(&person, &self.holidays, day, &mut one);
                rows.extend(one.iter().filter_map(|meeting| {
                    let made = made(&person, day, meeting)?;
                    Some((person.no, *meeting, made))
                }));
            }
            rows.sort_unstable_by_key(|(no, m, _)| (m.start, *no, m.nth));
            rows.shrink_to_fit();
            let bytes = rows.len() * size_of::<ScheduledRow>() + 64;
            (Kept::Scheduled(Arc::new(rows)), bytes)
        });
        if let Kept::Scheduled(rows) = kept {
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

    /// What administrators did on a day, the latest first. There is little each day, so a miss works
    /// out a block of days, going through the seats once.
    pub(crate) fn acts(&self, account: &Account, day: i64) -> Arc<Vec<ActRow>> {
        let planned = self.planned_acts(account, day);
        let added: Vec<ActRow> = account.read(|overlays| {
            let of_day = overlays
                .acts
                .iter()
                .filter(|(_, at, _)| at.div_euclid(DAY) == day);
            of_day
                .map(|(no, at, act)| (*no, at.rem_euclid(DAY) as u32, *act))
                .collect()
        });
        if added.is_empty() {
            return planned;
        }
        let mut rows: Vec<ActRow> = planned.iter().copied().chain(added).collect();
        rows.sort_by_key(|(no, at, _)| (std::cmp::Reverse(*at), *no));
        Arc::new(rows)
    }

    fn planned_acts(&self, account: &Account, day: i64) -> Arc<Vec<ActRow>> {
        let key = |day| (account.index, day, 2, account.slots());
        if let Some(Kept::Acts(rows)) = self.lock().find(key(day)) {
            return rows;
        }
        let first = day.div_euclid(BLOCK) * BLOCK;
        let mut days: Vec<Vec<ActRow>> = vec![Vec::new(); BLOCK as usize];
        let end = (first + BLOCK) * DAY - 1;
        for slot in 0..account.slots() {
            for person in account.during(slot, first * DAY, end) {
                acts_of(&person, |at, act| {
                    if (first * DAY..=end).contains(&at) {
                        let row = (person.no, at.rem_euclid(DAY) as u32, act);
                        days[(at.div_euclid(DAY) - first) as usize].push(row);
                    }
                });
            }
        }
        let mut wanted = Arc::default();
        for (day_of_block, mut rows) in (first..).zip(days) {
            let mut dice = Dice::of(account.key, 0x6163_7473 ^ (day_of_block as u64) << 4);
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
            let rows = Arc::new(rows);
            if day_of_block == day {
                wanted = Arc::clone(&rows);
            }
            self.lock()
                .keep(key(day_of_block), Kept::Acts(rows), bytes, self.most);
        }
        wanted
    }
}

/// Days of acts that are worked out together.
const BLOCK: i64 = 32;

/// What administrators did about one person, each with its second since 1970.
fn acts_of(person: &Person, mut note: impl FnMut(i64, Act)) {
    let (life, licence) = (person.life, person.licence);
    note(life.invited, Act::Add);
    if licence.from < life.deactivated {
        note(licence.from, Act::ToLicensed);
        if licence.until < life.deactivated {
            note(licence.until, Act::ToBasic);
        }
    }
    note(life.deactivated, Act::Deactivate);
    note(life.deleted, Act::Delete);
}
