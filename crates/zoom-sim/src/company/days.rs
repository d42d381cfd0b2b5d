//! Whole days of an account, as the account-wide logs list them.
//!
//! The days used last are cached up to a number of bytes, because the rows of a day have to be
//! collected from all seats.

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

/// The host and a meeting.
pub(crate) type MeetingRow = (PersonNo, Meeting);
/// A sign-in or sign-out and its person.
pub(crate) type SigningRow = (PersonNo, Signing);

/// The host, a meeting in the calendar, and the second in which it was scheduled.
pub(crate) type ScheduledRow = (PersonNo, Meeting, i64);

/// The user concerned, the second of the UTC day, and the action.
pub(crate) type ActRow = (PersonNo, u32, Act);

#[derive(Clone, Debug)]
enum CachedRows {
    Meetings(Arc<Vec<MeetingRow>>),
    Signings(Arc<Vec<SigningRow>>),
    Acts(Arc<Vec<ActRow>>),
    Scheduled(Arc<Vec<ScheduledRow>>),
}

/// Account, day, kind of rows, and number of seats.
type Key = (usize, i64, u8, u32);

#[derive(Debug, Default)]
struct DayCache {
    days: HashMap<Key, (CachedRows, usize, u64)>,
    bytes: usize,
    uses: u64,
}

impl DayCache {
    fn find(&mut self, key: Key) -> Option<CachedRows> {
        self.uses += 1;
        let (kept, _, used) = self.days.get_mut(&key)?;
        *used = self.uses;
        Some(kept.clone())
    }

    fn keep(&mut self, key: Key, kept: CachedRows, bytes: usize, most: usize) {
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

/// Provides the rows of whole days and caches the days used last.
#[derive(Debug)]
pub(crate) struct Days {
    pub(crate) holidays: Holidays,
    most: usize,
    cache: Mutex<DayCache>,
}

impl Days {
    /// `most` is the size of the cache in bytes.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            holidays: Holidays::new(),
            most,
            cache: Mutex::default(),
        }
    }

    fn cached(&self, key: Key, make: impl FnOnce() -> (CachedRows, usize)) -> CachedRows {
        if let Some(kept) = self.lock().find(key) {
            return kept;
        }
        let (kept, bytes) = make();
        self.lock().keep(key, kept.clone(), bytes, self.most);
        kept
    }

    fn lock(&self) -> MutexGuard<'_, DayCache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Meetings and webinars that began on a day, latest first.
    pub(crate) fn meetings(&self, account: &Account, day: i64) -> Arc<Vec<MeetingRow>> {
        let kept = self.cached((account.index, day, 0, account.slots()), || {
            let (mut rows, mut one) = (Vec::new(), Vec::new());
            for slot in 0..account.slots() {
                let Some(person) = account.active_on(slot, day) else {
                    continue;
                };
                one.clear();
                habits::hosted(&person, &self.holidays, day, &mut one);
                rows.extend(one.iter().map(|meeting| (person.no, *meeting)));
            }
            rows.sort_unstable_by_key(|(no, m)| (std::cmp::Reverse(m.start), *no, m.nth));
            rows.shrink_to_fit();
            let bytes = rows.len() * size_of::<MeetingRow>() + 64;
            (CachedRows::Meetings(Arc::new(rows)), bytes)
        });
        if let CachedRows::Meetings(rows) = kept {
            rows
        } else {
            Arc::default()
        }
    }

    /// Meetings and webinars that are or will be in the calendar of a day, earliest first.
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
            (CachedRows::Scheduled(Arc::new(rows)), bytes)
        });
        if let CachedRows::Scheduled(rows) = kept {
            rows
        } else {
            Arc::default()
        }
    }

    /// Sign-ins and sign-outs of a day, latest first.
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
            (CachedRows::Signings(Arc::new(rows)), bytes)
        });
        if let CachedRows::Signings(rows) = kept {
            rows
        } else {
            Arc::default()
        }
    }

    /// Actions of administrators on a day, latest first. A cache miss computes a block of days with
    /// one pass over the seats, because each day has few rows.
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
        if let Some(CachedRows::Acts(rows)) = self.lock().find(key(day)) {
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
                let owner = PersonNo {
                    slot: 4,
                    generation: 0,
                };
                rows.push((owner, at, Act::Other(dice.below(8) as u8)));
            }
            rows.sort_by_key(|(no, at, _)| (std::cmp::Reverse(*at), *no));
            let bytes = rows.len() * size_of::<ActRow>() + 64;
            let rows = Arc::new(rows);
            if day_of_block == day {
                wanted = Arc::clone(&rows);
            }
            self.lock()
                .keep(key(day_of_block), CachedRows::Acts(rows), bytes, self.most);
        }
        wanted
    }
}

/// Number of days of actions that are computed together.
const BLOCK: i64 = 32;

/// Calls `note` with the actions on one person, each with its second since 1970.
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
