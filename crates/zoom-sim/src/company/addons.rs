//! Webinar and large-meeting licences of a person.

use super::person::Person;
use super::persona::Persona;

/// Participants allowed in a meeting of a licensed person without an add-on.
pub(crate) const USUAL: u16 = 300;

impl Person {
    /// Size (participants) of the person's webinar licence at `at` (seconds).
    pub(crate) fn webinar(&self, at: i64) -> Option<u16> {
        let usual = matches!(self.persona, Persona::WebinarHost | Persona::WebinarUnused)
            || self.persona == Persona::YearlyEvent && self.lot(26).is_multiple_of(4);
        let generated = [500, 1000, 3000, 500][(self.lot(85) % 4) as usize];
        let size = self.edits.webinar(at, usual.then_some(generated));
        size.filter(|_| self.licensed(at))
    }

    /// Size (participants) of the person's large-meeting licence at `at` (seconds).
    pub(crate) fn large_meeting(&self, at: i64) -> Option<u16> {
        let usual = match self.persona {
            Persona::LargeMeeting if self.lot(25).is_multiple_of(3) => Some(1000),
            Persona::LargeMeeting => Some(500),
            Persona::Executive if self.lot(25).is_multiple_of(3) => Some(500),
            Persona::YearlyEvent if self.lot(25).is_multiple_of(2) => Some(500),
            _ => None,
        };
        let size = self.edits.large(at, usual);
        size.filter(|_| self.licensed(at))
    }

    /// Participants allowed in this person's meetings at `at` (seconds).
    pub(crate) fn capacity(&self, at: i64) -> u16 {
        if self.licensed(at) {
            self.large_meeting(at).unwrap_or(USUAL)
        } else {
            100
        }
    }
}
