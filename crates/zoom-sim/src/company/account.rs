//! A simulated customer of Zoom: its seats, and who sits on them at a moment.
//!
//! A company of `n` users has `n` seats. On each, people follow one another: invited, active,
//! deactivated, deleted, and then the next is invited. So each seat always shows exactly one
//! person in the lists, and the whole past and future of a seat is a function of the seed.

use super::face::GROUPS;
use super::names;
use super::overlay::{Overlay, Overlays};
use super::person::{Life, Person, PersonNo};
use super::persona::Persona;
use crate::calendar::{DAY, day_of};
use crate::dice::{Dice, mix};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

/// Seats below this number are for service accounts and for user types that are rare.
pub(crate) const RESERVED: u32 = 8;
/// People created at run time are counted as one late generation.
const CREATED: u64 = 250;

/// A customer account.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) index: usize,
    pub(crate) key: u64,
    pub(crate) id: String,
    pub(crate) number: i64,
    pub(crate) name: &'static str,
    pub(crate) domain: &'static str,
    /// Seats that the seed fills.
    seats: u32,
    /// Whether the plan has licences at all.
    licensing: bool,
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

/// Shuffles 64 bits in a way that can be undone (four rounds of Feistel's network).
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
    pub(crate) fn new(seed: u64, index: usize, users: u64, licensing: bool) -> Self {
        let key = mix(seed, 0x6163_636f ^ index as u64);
        let (name, domain) = [
            ("Meridian Works", "meridian.example"),
            ("Alder & Finch", "alderfinch.example"),
        ][index % 2];
        Self {
            index,
            key,
            id: token(mix(key, 1), mix(key, 2)),
            number: 5_000_000_000 + (mix(key, 3) % 4_000_000_000) as i64,
            name,
            domain,
            seats: users.clamp(u64::from(RESERVED), 4_000_000) as u32,
            licensing,
            hostile: AtomicBool::new(false),
            changes: AtomicU64::new(0),
            overlays: RwLock::default(),
        }
    }

    /// All seats, those added at run time included.
    pub(crate) fn slots(&self) -> u32 {
        if self.changes() == 0 {
            return self.seats;
        }
        self.seats + self.read(|overlays| overlays.created.len()) as u32
    }

    /// How many changes were made at run time: part of the key of whatever is cached.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    pub(crate) fn hostile(&self) -> bool {
        self.hostile.load(Ordering::Relaxed)
    }

    pub(crate) fn set_hostile(&self, on: bool) {
        self.hostile.store(on, Ordering::Relaxed);
    }

    fn read<T>(&self, look: impl FnOnce(&Overlays) -> T) -> T {
        look(&self.overlays.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes people at run time.
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

    /// Looks at what was changed about one person, if anything was.
    pub(crate) fn overlay(&self, no: PersonNo, look: impl FnOnce(&Overlay)) {
        if self.changes() > 0 {
            self.read(|overlays| overlays.people.get(&no).map(look));
        }
    }

    /// Whether a test deleted the person before this moment.
    pub(crate) fn gone(&self, no: PersonNo, at: i64) -> bool {
        let mut gone = false;
        self.overlay(no, |overlay| {
            gone = overlay.deleted.is_some_and(|deleted| deleted <= at)
        });
        gone
    }

    fn span(&self) -> u64 {
        u64::from(self.seats.next_multiple_of(16))
    }

    /// A number that no other person of the account has.
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

    /// The `id` of a user.
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
        let local = email.strip_suffix(self.domain)?.strip_suffix('@')?;
        let service = (0..4).map(|slot| PersonNo {
            slot,
            generation: 0,
        });
        let service = service
            .into_iter()
            .find(|no| self.service_name(*no).is_some_and(|n| n.2 == local));
        let end = (CREATED + 1) * self.span();
        let no = service.or_else(|| self.number_of(names::serial(self.key, local, end)?))?;
        let mut renamed = false;
        self.overlay(no, |overlay| renamed = overlay.email.is_some());
        (!renamed).then_some(no)
    }

    /// The person listed at a moment under this id or e-mail address.
    pub(crate) fn find(&self, text: &str, at: i64) -> Option<Person> {
        let no = if text.contains('@') {
            self.of_email(text)
        } else {
            self.of_id(text)
        }?;
        let person = self.occupant(no.slot, at)?;
        (person.no == no).then_some(person)
    }

    /// Name and local part of the address of the service accounts on the first seats.
    pub(crate) fn service_name(
        &self,
        no: PersonNo,
    ) -> Option<(&'static str, &'static str, &'static str)> {
        match (no.slot, no.generation) {
            (0, 0) => Some(("Integration", "Service", "integration.service")),
            (1, 0) => Some(("Integration", "Without Logs", "integration.nologs")),
            (2, 0) => Some(("Integration", "Without Activity", "integration.noactivity")),
            (3, 0) => Some(("Morgan", "Member", "morgan.member")),
            _ => None,
        }
    }

    /// The role of a person.
    pub(crate) fn role(&self, person: &Person) -> (&'static str, &'static str) {
        match (person.no.slot, person.no.generation) {
            (0, 0) => ("1", "Admin"),
            (1, 0) => ("RkL9x2QbTnSvW0aUe4HgJw", "Reporting without admin logs"),
            (2, 0) => ("RqP7c5ZmSYe1oD8fVt3NnA", "Reporting without user activity"),
            (4, 0) => ("0", "Owner"),
            (_, _) if person.lot(46).is_multiple_of(250) && person.no.slot >= RESERVED => {
                ("1", "Admin")
            }
            _ => ("2", "Member"),
        }
    }

    fn lives(&self, slot: u32) -> impl Iterator<Item = Life> {
        let founded = day_of(2012, 1, 2) * DAY;
        let mut dice = Dice::of(self.key, 0x6c69_6665 ^ u64::from(slot) << 8);
        let mut next = founded + dice.below(3_500) as i64 * DAY + office_hour(&mut dice);
        let created = slot.checked_sub(self.seats).map(|index| {
            self.read(|overlays| {
                overlays
                    .created
                    .get(index as usize)
                    .copied()
                    .unwrap_or(i64::MAX)
            })
        });
        let fixed = created.or((slot < 5).then_some(founded));
        std::iter::from_fn(move || {
            if let Some(at) = fixed {
                return Some(Life {
                    invited: at,
                    activated: at,
                    deactivated: i64::MAX,
                    deleted: i64::MAX,
                });
            }
            let invited = next;
            let pending = 4 + dice.below(95) as i64;
            let tenure = 60 + dice.waiting(2_450.0) as i64;
            let linger = 30 + dice.waiting(75.0) as i64;
            let activated = (invited / DAY + pending) * DAY + office_hour(&mut dice);
            let deactivated = (activated / DAY + tenure) * DAY + office_hour(&mut dice);
            let deleted = (deactivated / DAY + linger) * DAY + office_hour(&mut dice);
            next = deleted;
            Some(Life {
                invited,
                activated,
                deactivated,
                deleted,
            })
        })
    }

    /// The person listed on a seat at a moment.
    pub(crate) fn occupant(&self, slot: u32, at: i64) -> Option<Person> {
        let (generation, life) = self
            .lives(slot)
            .take(200)
            .enumerate()
            .find(|(_, l)| at < l.deleted)?;
        let no = PersonNo {
            slot,
            generation: generation as u8,
        };
        (life.invited <= at && !self.gone(no, at)).then(|| self.build(no, life))
    }

    /// The person who can work on a seat at some time of a day.
    pub(crate) fn active_on(&self, slot: u32, day: i64) -> Option<Person> {
        let (from, to) = (day * DAY, (day + 1) * DAY);
        let (generation, life) = self
            .lives(slot)
            .take(200)
            .enumerate()
            .find(|(_, l)| from < l.deactivated)?;
        let no = PersonNo {
            slot,
            generation: generation as u8,
        };
        (life.activated < to).then(|| self.build(no, life))
    }

    /// Everybody who was on a seat at some time from `from` to `to` (seconds).
    pub(crate) fn during(&self, slot: u32, from: i64, to: i64) -> impl Iterator<Item = Person> {
        let lives = self
            .lives(slot)
            .take(200)
            .enumerate()
            .take_while(move |(_, l)| l.invited <= to);
        let lives = lives.take(if slot < 5 || slot >= self.seats {
            1
        } else {
            200
        });
        lives
            .filter(move |(_, life)| life.deleted >= from)
            .map(move |(generation, life)| {
                self.build(
                    PersonNo {
                        slot,
                        generation: generation as u8,
                    },
                    life,
                )
            })
    }

    /// The person of this number, whether listed or not.
    pub(crate) fn person(&self, no: PersonNo) -> Option<Person> {
        let life = self.lives(no.slot).nth(usize::from(no.generation))?;
        Some(self.build(no, life))
    }

    fn build(&self, no: PersonNo, life: Life) -> Person {
        let serial = self.serial(no);
        let key = mix(self.key, 0x7065_7273 ^ serial << 1);
        let zone = names::zone(self.key, serial, mix(key, 60));
        let mut person = Person::new(no, key, life, zone, self.licensing);
        if no.slot < 5 {
            person.persona = if no.slot < 4 {
                Persona::Service
            } else {
                Persona::Executive
            };
            person.licence = super::person::Licence {
                from: i64::MAX,
                until: i64::MAX,
            };
            if no.slot == 4 && self.licensing {
                person.licence = super::person::Licence {
                    from: life.activated,
                    until: i64::MAX,
                };
            }
        } else if no.slot < RESERVED && self.licensing {
            person.odd_type = Some([99, 3, 4][no.slot as usize - 5]);
            person.persona = Persona::SignInOnly;
            person.licence = super::person::Licence {
                from: i64::MAX,
                until: i64::MAX,
            };
        }
        person
    }

    /// The id of a group.
    pub(crate) fn group_id(&self, index: usize) -> String {
        token(
            mix(self.key ^ 0x6772, index as u64),
            mix(self.key ^ 0x6f75, index as u64),
        )
    }

    /// Index of the group with this id.
    pub(crate) fn group(&self, id: &str) -> Option<usize> {
        (0..GROUPS).find(|index| self.group_id(*index) == id)
    }
}

fn office_hour(dice: &mut Dice) -> i64 {
    8 * 3600 + dice.below(9 * 3600) as i64
}
