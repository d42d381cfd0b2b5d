//! Webinar and large-meeting licences of a person, and the suite.

use super::person::Person;
use super::persona::Persona;
use super::suite::{BUSINESS_PLUS, ENTERPRISE, NEW, PREMIER, STUDENT, Suite};

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

    /// The suite with which the person's licence comes at `at` (seconds), where the account has bought
    /// suites: about two people in five are on one.
    pub(crate) fn suite(&self, at: i64) -> Option<Suite> {
        if !self.suites || self.odd_type.is_some() || !self.licensed(at) {
            return None;
        }
        // Whether the person once got an add-on; what was taken since does not change the suite.
        let add_on = matches!(
            self.persona,
            Persona::WebinarHost | Persona::WebinarUnused | Persona::LargeMeeting
        );
        let usual = match self.lot(79) % 200 {
            0..60 => Some(Suite::Workplace(BUSINESS_PLUS[(self.lot(87) % 2) as usize])),
            60..70 => Some(Suite::Workplace(PREMIER)),
            70..74 => Some(Suite::Workplace(STUDENT)),
            74..75 => Some(Suite::Workplace(NEW)),
            75..83 => Some(Suite::United(32)),
            83..100 if add_on => Some(Suite::Workplace(ENTERPRISE)),
            _ => None,
        };
        self.edits.suite(at, usual)
    }
}
