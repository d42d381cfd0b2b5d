//! A simulated customer of Zoom with its seats.
//!
//! A company of `n` users has `n` seats. On each seat, people follow one another: invited, active,
//! deactivated, deleted, and then the next person is invited. The lists therefore always contain
//! exactly one person per seat, and the past and future of a seat are a function of the seed.

use super::groups::GROUPS;
use super::names;
use super::overlay::{Overlay, Overlays};
use super::person::{Person, PersonNo, RESERVED};
use crate::dice::mix;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

/// Generation of the people that tests create while the simulator runs.
const CREATED: u64 = 250;

/// A customer account of the simulated Zoom.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) index: usize,
    pub(crate) key: u64,
    pub(crate) id: String,
    pub(crate) number: i64,
    pub(crate) name: &'static str,
    pub(crate) domain: &'static str,
    /// Domain of the addresses of second accounts.
    pub(crate) alias: &'static str,
    /// Number of seats that the seed fills.
    pub(super) seats: u32,
    /// Whether the plan has licences.
    pub(super) licensing: bool,
    /// Whether suites were bought.
    pub(super) suites: bool,
    hostile: AtomicBool,
    changes: AtomicU64,
    overlays: RwLock<Overlays>,
}

fn token(a: u64, b: u64) -> String {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&a.to_be_bytes());
    bytes[8..].copy_from_slice(&b.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Shuffles 64 bits reversibly, with a Feistel network of four rounds.
fn shuffle(key: u64, value: u64, backwards: bool) -> u64 {
    let (mut left, mut right) = ((value >> 32) as u32, value as u32);
    for round in 0..4_u64 {
        let round = if backwards { 3 - round } else { round };
        let mixed = |half: u32| mix(key ^ round, u64::from(half)) as u32;
        if backwards {
            (left, right) = (right ^ mixed(left), left);
        } else {
            (left, right) = (right, left ^ mixed(right));
        }
    }
    u64::from(left) << 32 | u64::from(right)
}

impl Account {
    pub(crate) fn new(
        seed: u64,
        index: usize,
        users: u64,
        (licensing, suites): (bool, bool),
    ) -> Self {
        let key = mix(seed, 0x6163_636f ^ index as u64);
        let (name, domain, alias) = [
            (
                "Meridian Works",
                "meridian.example",
                "meridian-labs.example",
            ),
            ("Alder & Finch", "alderfinch.example", "af-events.example"),
        ][index % 2];
        Self {
            index,
            key,
            id: token(mix(key, 1), mix(key, 2)),
            number: 5_000_000_000 + (mix(key, 3) % 4_000_000_000) as i64,
            name,
            domain,
            alias,
            seats: users.clamp(u64::from(RESERVED), 4_000_000) as u32,
            licensing,
            suites: licensing && suites,
            hostile: AtomicBool::new(false),
            changes: AtomicU64::new(0),
            overlays: RwLock::default(),
        }
    }

    /// Number of all seats, including those added at run time.
    pub(crate) fn slots(&self) -> u32 {
        if self.changes() == 0 {
            return self.seats;
        }
        self.seats + self.read(|overlays| overlays.created.len()) as u32
    }

    /// Number of changes made at run time, which is part of every cache key.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    pub(crate) fn hostile(&self) -> bool {
        self.hostile.load(Ordering::Relaxed)
    }

    pub(crate) fn set_hostile(&self, on: bool) {
        self.hostile.store(on, Ordering::Relaxed);
    }

    pub(super) fn read<T>(&self, look: impl FnOnce(&Overlays) -> T) -> T {
        look(&self.overlays.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes people while the simulator runs.
    pub(crate) fn change<T>(&self, edit: impl FnOnce(&mut Overlays) -> T) -> T {
        let done = edit(
            &mut self
                .overlays
                .write()
                .unwrap_or_else(PoisonError::into_inner),
        );
        self.changes.fetch_add(1, Ordering::AcqRel);
        done
    }

    /// Calls `look` with the changes of one person, if there are any.
    pub(crate) fn overlay(&self, no: PersonNo, look: impl FnOnce(&Overlay)) {
        if self.changes() > 0 {
            self.read(|overlays| overlays.people.get(&no).map(look));
        }
    }

    /// Whether a test deleted the person at or before `at` (seconds).
    pub(crate) fn gone(&self, no: PersonNo, at: i64) -> bool {
        let mut gone = false;
        self.overlay(no, |overlay| {
            gone = overlay.deleted.is_some_and(|deleted| deleted <= at);
        });
        gone
    }

    fn span(&self) -> u64 {
        u64::from(self.seats.next_multiple_of(16))
    }

    /// Serial number of a person, unique within the account.
    pub(crate) fn serial(&self, no: PersonNo) -> u64 {
        match no.slot.checked_sub(self.seats) {
            Some(created) => CREATED * self.span() + u64::from(created),
            None => u64::from(no.generation) * self.span() + u64::from(no.slot),
        }
    }

    fn number_of(&self, serial: u64) -> Option<PersonNo> {
        let (generation, slot) = (serial / self.span(), (serial % self.span()) as u32);
        if generation >= CREATED {
            let slot = self.seats + (serial - CREATED * self.span()) as u32;
            return (slot < self.slots()).then_some(PersonNo {
                slot,
                generation: 0,
            });
        }
        (slot < self.seats).then_some(PersonNo {
            slot,
            generation: generation as u8,
        })
    }

    /// Zoom's `id` of a user.
    pub(crate) fn user_id(&self, no: PersonNo) -> String {
        let serial = self.serial(no);
        token(
            shuffle(self.key, serial, false),
            mix(self.key ^ 0x6964, serial),
        )
    }

    fn of_id(&self, id: &str) -> Option<PersonNo> {
        let bytes: [u8; 16] = URL_SAFE_NO_PAD.decode(id).ok()?.try_into().ok()?;
        let (front, back) = (
            u128::from_be_bytes(bytes) >> 64,
            u128::from_be_bytes(bytes) as u64,
        );
        let serial = shuffle(self.key, front as u64, true);
        (mix(self.key ^ 0x6964, serial) == back).then(|| self.number_of(serial))?
    }

    fn of_email(&self, email: &str) -> Option<PersonNo> {
        let email = email.to_lowercase();
        let changed = self.read(|overlays| {
            let is = |o: &Overlay| o.email.as_ref().is_some_and(|e| e.to_lowercase() == email);
            overlays
                .people
                .iter()
                .find(|(_, overlay)| is(overlay))
                .map(|(no, _)| *no)
        });
        if changed.is_some() {
            return changed;
        }
        let (local, domain) = email.rsplit_once('@')?;
        if domain == self.alias {
            return self.second_of(local);
        }
        let local = (domain == self.domain).then_some(local)?;
        let service = (0..4).map(|slot| PersonNo {
            slot,
            generation: 0,
        });
        let service = service
            .into_iter()
            .find(|no| no.service().is_some_and(|n| n.2 == local));
        let end = (CREATED + 1) * self.span();
        let no = service.or_else(|| self.number_of(names::serial(self.key, local, end)?))?;
        (!self.is_second(no.slot) && !self.renamed(no)).then_some(no)
    }

    fn renamed(&self, no: PersonNo) -> bool {
        let mut renamed = false;
        self.overlay(no, |overlay| renamed = overlay.email.is_some());
        renamed
    }

    /// Finds the second account of a person by the local part of the first account's address.
    fn second_of(&self, local: &str) -> Option<PersonNo> {
        let end = (CREATED + 1) * self.span();
        let first = self.number_of(names::serial(self.key, local, end)?)?;
        let slot = first
            .slot
            .checked_sub(1)
            .filter(|slot| self.is_second(*slot))?;
        let no = PersonNo { slot, ..first };
        (!self.renamed(no)).then_some(no)
    }

    /// Finds the person that is listed at `at` (seconds) under this id or e-mail address.
    pub(crate) fn find(&self, text: &str, at: i64) -> Option<Person> {
        let no = if text.contains('@') {
            self.of_email(text)
        } else {
            self.of_id(text)
        }?;
        let person = self.occupant(no.slot, at)?;
        (person.no == no).then_some(person)
    }

    /// Zoom's id of a group.
    pub(crate) fn group_id(&self, index: usize) -> String {
        token(
            mix(self.key ^ 0x6772, index as u64),
            mix(self.key ^ 0x6f75, index as u64),
        )
    }

    /// Finds the index of a group by its id.
    pub(crate) fn group(&self, id: &str) -> Option<usize> {
        (0..GROUPS).find(|index| self.group_id(*index) == id)
    }
}
