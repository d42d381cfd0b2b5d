//! The visible data of a person: name, address, department, groups.

use super::account::Account;
use super::names;
use super::person::Person;
use super::persona::Persona;
use super::place::{AREAS, DEPARTMENTS};
use crate::dice::{Dice, mix};
use std::borrow::Cow;

/// The visible data of a person.
#[derive(Clone, Debug)]
pub(crate) struct Face {
    pub(crate) first: Cow<'static, str>,
    pub(crate) last: Cow<'static, str>,
    pub(crate) display: String,
    pub(crate) email: String,
    /// Department, can be empty; `None` if answers leave the member out.
    pub(crate) dept: Option<&'static str>,
    pub(crate) job: &'static str,
}

const NATIVE: [(&str, &str); 6] = [
    ("太郎", "山田"),
    ("Αλέξανδρος", "Παπαδόπουλος"),
    ("Дмитрий", "Соколов"),
    ("سارة", "الحداد"),
    ("王芳", "李"),
    ("민준", "김"),
];

/// Names with markup, formulas and direction marks, which a client must show unchanged.
const HOSTILE: [(&str, &str); 5] = [
    ("<script>alert(1)</script>", "<b>Bold</b>"),
    ("=HYPERLINK(\"http://example.invalid\")", "+1+1"),
    ("\"><img src=x onerror=alert(2)>", "O'Quote & \"Co\""),
    ("\u{202e}desrever", "zero\u{200b}width"),
    ("{{7*7}}", "${7*7}\r\nX-Header: 1"),
];

fn department(person: &Person) -> usize {
    match person.persona {
        Persona::Lecturer => 12,
        Persona::Executive => 13,
        Persona::Service => 9,
        _ => Dice::of(person.key, 50).weighted(DEPARTMENTS[..12].iter().map(|d| d.weight)),
    }
}

impl Account {
    /// Computes the visible data of a person.
    pub(crate) fn face(&self, person: &Person) -> Face {
        let account = self.first_account(person.no);
        let (serial, second) = (self.serial(account), account != person.no);
        let first_slot = account.slot;
        let name = names::name(self.key, serial);
        let lot = |purpose| mix(self.person_key(serial), purpose);
        let (mut first, mut last) = (Cow::Borrowed(name.first), Cow::Borrowed(name.last));
        if let Some(service) = person.no.service() {
            (first, last) = (Cow::Borrowed(service.0), Cow::Borrowed(service.1));
        } else if lot(40).is_multiple_of(230) {
            let native = NATIVE[(lot(41) % NATIVE.len() as u64) as usize];
            (first, last) = (Cow::Borrowed(native.0), Cow::Borrowed(native.1));
        } else if lot(42).is_multiple_of(900) {
            let long = format!("{first} Maria Theodora Wilhelmina Josephine Alexandra of the Hill");
            first = Cow::Owned(long.chars().take(64).collect());
        } else if self.hostile() && first_slot % 7 == 3 {
            let hostile = HOSTILE[(first_slot / 7) as usize % HOSTILE.len()];
            (first, last) = (Cow::Borrowed(hostile.0), Cow::Borrowed(hostile.1));
        }
        let mut email = match person.no.service() {
            Some((_, _, local)) => format!("{local}@{}", self.domain),
            None if second => format!("{}@{}", name.local, self.alias),
            None => format!("{}@{}", name.local, self.domain),
        };
        self.overlay(person.no, |overlay| {
            email = overlay
                .email
                .clone()
                .unwrap_or_else(|| std::mem::take(&mut email));
            first = overlay
                .first
                .clone()
                .map_or_else(|| std::mem::take(&mut first), Cow::Owned);
            last = overlay
                .last
                .clone()
                .map_or_else(|| std::mem::take(&mut last), Cow::Owned);
        });
        let department = department(person);
        let dept = match person.lot(43) % 200 {
            0..=2 => None,
            3..=6 => Some(""),
            _ => Some(DEPARTMENTS[department].name),
        };
        Face {
            display: format!("{first} {last}"),
            first,
            last,
            email,
            dept,
            job: DEPARTMENTS[department].jobs[(person.lot(44) % 3) as usize],
        }
    }

    /// Employee number, the same for both accounts of one person.
    pub(crate) fn employee_id(&self, person: &Person) -> String {
        let serial = self.serial(self.first_account(person.no));
        format!("E-{}", 100_000 + serial)
    }

    /// Whether Zoom knows the employee number.
    pub(crate) fn has_employee_id(&self, person: &Person) -> bool {
        let serial = self.serial(self.first_account(person.no));
        mix(self.person_key(serial), 71) % 10 < 7
    }

    /// Writes the indices of the person's groups into `out`, ascending.
    pub(crate) fn groups(&self, person: &Person, out: &mut Vec<usize>) {
        out.clear();
        let mut moved = false;
        self.overlay(person.no, |overlay| {
            if let Some(groups) = &overlay.groups {
                out.extend_from_slice(groups);
                moved = true;
            }
        });
        if moved {
            return;
        }
        if person.lot(45) % 100 < 92 {
            out.push(department(person));
        }
        out.push(DEPARTMENTS.len() + person.region().area());
        if matches!(
            person.persona,
            Persona::WebinarHost | Persona::WebinarUnused | Persona::YearlyEvent
        ) {
            out.push(DEPARTMENTS.len() + AREAS.len());
        }
    }
}
