//! Suites: plans that are sold as one with the base licence. Zoom's document of users has their numbers, and
//! its document of the plan usage some of the names of their types.

/// A suite with which a base licence comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Suite {
    /// A Zoom Workplace plan with this option.
    Workplace(u64),
    /// A Zoom United plan with this option.
    United(u64),
}

/// Zoom Workplace Enterprise.
pub(super) const ENTERPRISE: u64 = 4;
/// Zoom Workplace Business Plus with a calling plan for the US and Canada, and for the UK and Ireland.
pub(super) const BUSINESS_PLUS: [u64; 2] = [16, 32];
/// Zoom Workplace Enterprise Premier.
pub(super) const PREMIER: u64 = 1 << 27;
/// Education Enterprise Student, above 2^53, so that clients with floating-point numbers read it wrongly.
pub(super) const STUDENT: u64 = 1 << 59;
/// An option that no document has, as Zoom adds options without notice.
pub(super) const NEW: u64 = 2;

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
