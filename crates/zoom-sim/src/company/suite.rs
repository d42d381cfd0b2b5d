//! Suites: plans that are sold as one with the base licence. Zoom's document of users has their numbers, and
//! its document of the plan usage some of the names of their types.

use super::person::Person;

/// A suite with which a base licence comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Suite {
    /// A Zoom Workplace plan with this option.
    Workplace(u64),
    /// A Zoom United plan with this option.
    United(u64),
}

/// Zoom Workplace Enterprise.
const ENTERPRISE: u64 = 4;
/// Zoom Workplace Business Plus with a calling plan for the US and Canada, and for the UK and Ireland.
const BUSINESS_PLUS: [u64; 2] = [16, 32];
/// Zoom Workplace Enterprise Premier.
const PREMIER: u64 = 1 << 27;
/// Education Enterprise Student, above 2^53, so that clients with floating-point numbers read it wrongly.
const STUDENT: u64 = 1 << 59;
/// An option that no document has, as Zoom adds options without notice.
const NEW: u64 = 2;

impl Suite {
    /// Member of the plan usage, and the name of the type there.
    pub(crate) const fn plan(self) -> (&'static str, &'static str) {
        match self {
            Self::Workplace(PREMIER) => ("plan_zoom_one_premier", "zoe_prem_usca_yearly"),
            Self::Workplace(STUDENT) => ("plan_zoom_one_edu_student", "zo_edu_ent_hied_stu_yearly"),
            Self::Workplace(16) => ("plan_zoom_one", "zobp_usca_yearly_unlimited"),
            Self::Workplace(32) => ("plan_zoom_one", "zobp_ukir_yearly_unlimited"),
            // Not in a document.
            Self::Workplace(_) => ("plan_zoom_one", "zo_yearly"),
            Self::United(_) => ("plan_united", "biz_zpp_yearly"),
        }
    }
}

impl Person {
    /// The suite with which the person's licence comes at `at` (seconds), where the account has bought
    /// suites: about two people in five are on one.
    pub(crate) fn suite(&self, at: i64) -> Option<Suite> {
        if !self.suites || self.odd_type.is_some() || !self.licensed(at) {
            return None;
        }
        let add_on = self.webinar(at).is_some() || self.large_meeting(at).is_some();
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
