//! The people of each seat, in past and future, computed from the seed.

use super::account::Account;
use super::names;
use super::person::{Licence, Life, Person, PersonNo, RESERVED};
use super::persona::Persona;
use crate::calendar::{DAY, day_of, weekday};
use crate::dice::{Dice, mix};

impl Account {
    fn lives(&self, slot: u32) -> impl Iterator<Item = Life> {
        let founded = day_of(2012, 1, 2) * DAY;
        // A second account is created and deleted together with the first one.
        let seat = if self.is_second(slot) { slot + 1 } else { slot };
        let mut dice = Dice::of(self.key, 0x6c69_6665 ^ u64::from(seat) << 8);
        let mut next = office_time(founded / DAY + dice.below(3_500) as i64, &mut dice);
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
            let activated = office_time(invited / DAY + pending, &mut dice);
            let deactivated = office_time(activated / DAY + tenure, &mut dice);
            let deleted = office_time(deactivated / DAY + linger, &mut dice);
            next = deleted;
            Some(Life {
                invited,
                activated,
                deactivated,
                deleted,
            })
        })
    }

    /// The person that is listed for a seat at `at` (seconds).
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

    /// The person of a seat that is active at some time of a day.
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

    /// All people that were listed for a seat at some time from `from` to `to` (seconds).
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

    /// The person with this number, whether listed or not.
    pub(crate) fn person(&self, no: PersonNo) -> Option<Person> {
        let life = self.lives(no.slot).nth(usize::from(no.generation))?;
        Some(self.build(no, life))
    }

    /// Whether the seat contains the second accounts of the people of the next seat.
    pub(super) fn is_second(&self, slot: u32) -> bool {
        slot >= RESERVED
            && slot.is_multiple_of(2)
            && slot + 1 < self.seats
            && mix(self.key ^ 0x7477_696e, u64::from(slot)).is_multiple_of(90)
    }

    /// The first account of the person, which is the given one unless it is a second account.
    pub(crate) fn first_account(&self, no: PersonNo) -> PersonNo {
        PersonNo {
            slot: no.slot + u32::from(self.is_second(no.slot)),
            ..no
        }
    }

    /// The key from which all data of a person is computed.
    pub(super) const fn person_key(&self, serial: u64) -> u64 {
        mix(self.key, 0x7065_7273 ^ serial << 1)
    }

    fn build(&self, no: PersonNo, life: Life) -> Person {
        let serial = self.serial(no);
        let key = self.person_key(serial);
        let named = self.serial(self.first_account(no));
        let zone = names::zone(self.key, named, mix(self.person_key(named), 60));
        let persona = if self.is_second(no.slot) {
            Persona::SecondAccount
        } else {
            Persona::of(key)
        };
        let mut person = Person::new(no, key, life, (persona, zone), self.licensing);
        person.suites = self.suites;
        self.overlay(no, |overlay| person.edits = overlay.edits);
        if no.slot < 5 {
            person.persona = if no.slot < 4 {
                Persona::Service
            } else {
                Persona::Executive
            };
            person.licence = Licence {
                from: i64::MAX,
                until: i64::MAX,
            };
            if no.slot == 4 && self.licensing {
                person.licence = Licence {
                    from: life.activated,
                    until: i64::MAX,
                };
            }
        } else if no.slot < RESERVED && self.licensing {
            person.odd_type = Some([99, 3, 4][no.slot as usize - 5]);
            person.persona = Persona::SignInOnly;
            person.licence = Licence {
                from: i64::MAX,
                until: i64::MAX,
            };
        }
        person
    }
}

/// A second in the working hours of a day; on a weekend, of the Monday after it.
fn office_time(day: i64, dice: &mut Dice) -> i64 {
    let day = if weekday(day) > 4 {
        day + 7 - weekday(day)
    } else {
        day
    };
    day * DAY + 8 * 3600 + dice.below(9 * 3600) as i64
}
