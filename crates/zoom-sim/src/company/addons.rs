//! Webinar and large-meeting licences: who holds which size at a moment.

use super::person::Person;
use super::persona::Persona;

/// Participants in a meeting of a licensed person without an add-on.
pub(crate) const USUAL: u16 = 300;

impl Person {
    /// Size of the webinar licence held at a moment.
    pub(crate) fn webinar(&self, at: i64) -> Option<u16> {
        let usual = matches!(self.persona, Persona::WebinarHost | Persona::WebinarUnused)
            || self.persona == Persona::YearlyEvent && self.lot(26).is_multiple_of(4);
        let size = [500, 1000, 3000, 500][(self.lot(85) % 4) as usize];
        let held = self.edits.webinar(at, usual.then_some(size));
        held.filter(|_| self.licensed(at))
    }

    /// Size of the large-meeting licence held at a moment.
    pub(crate) fn large_meeting(&self, at: i64) -> Option<u16> {
        let usual = match self.persona {
            Persona::LargeMeeting if self.lot(25).is_multiple_of(3) => Some(1000),
            Persona::LargeMeeting => Some(500),
            Persona::Executive if self.lot(25).is_multiple_of(3) => Some(500),
            Persona::YearlyEvent if self.lot(25).is_multiple_of(2) => Some(500),
            _ => None,
        };
        let held = self.edits.large(at, usual);
        held.filter(|_| self.licensed(at))
    }

    /// Whether somebody with an add-on is on Zoom Workplace Enterprise as well; one in twenty-five is.
    pub(crate) fn enterprise(&self, at: i64) -> bool {
        let add_on = self.webinar(at).is_some() || self.large_meeting(at).is_some();
        add_on && self.lot(79).is_multiple_of(25)
    }

    /// How many people fit into this person's meetings at a moment.
    pub(crate) fn capacity(&self, at: i64) -> u16 {
        if self.licensed(at) {
            self.large_meeting(at).unwrap_or(USUAL)
        } else {
            100
        }
    }
}
