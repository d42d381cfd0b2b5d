//! Conclusions about users and licences: the rules by name, and how far people have come with a
//! finding. What a finding rests on is worked out by the insight crate.

use serde::{Deserialize, Serialize};

/// What a finding says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Gone from the list of employees, or left the directory that is pushed, and still licensed.
    Leaver,
    /// Deactivated, and the licence is still counted.
    DeactivatedCounted,
    /// Invited long ago, never accepted, and holds a seat.
    PendingSeat,
    /// Two accounts of one person, or an add-on that a suite already includes.
    DoubleLicence,
    /// Licensed, and never signed in or hosted.
    NeverUsed,
    /// No sign-in and no hosting for long.
    Dormant,
    /// Attends or signs in, hosts nothing.
    AttendeeOnly,
    /// Hosts, but nothing that needed the licence.
    OverLicensed,
    /// No such event for an add-on.
    AddonUnused,
    /// The largest audience fits a smaller size.
    AddonOversized,
    /// Holders could share fewer.
    AddonPoolable,
    /// A Basic user who is cut off again and again.
    UnderLicensed,
}

impl Rule {
    /// All rules. Of several that fit one user's licence, the first in this order is the finding.
    pub const ALL: [Self; 12] = [
        Self::Leaver,
        Self::DeactivatedCounted,
        Self::PendingSeat,
        Self::DoubleLicence,
        Self::NeverUsed,
        Self::Dormant,
        Self::AttendeeOnly,
        Self::OverLicensed,
        Self::AddonUnused,
        Self::AddonOversized,
        Self::AddonPoolable,
        Self::UnderLicensed,
    ];

    /// The word for machines.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Leaver => "leaver",
            Self::DeactivatedCounted => "deactivated_counted",
            Self::PendingSeat => "pending_seat",
            Self::DoubleLicence => "double_licence",
            Self::NeverUsed => "never_used",
            Self::Dormant => "dormant",
            Self::AttendeeOnly => "attendee_only",
            Self::OverLicensed => "over_licensed",
            Self::AddonUnused => "addon_unused",
            Self::AddonOversized => "addon_oversized",
            Self::AddonPoolable => "addon_poolable",
            Self::UnderLicensed => "under_licensed",
        }
    }

    /// The name to show.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Leaver => "Leaver",
            Self::DeactivatedCounted => "Deactivated, still counted",
            Self::PendingSeat => "Pending, holds a seat",
            Self::DoubleLicence => "Double licence",
            Self::NeverUsed => "Never used",
            Self::Dormant => "Dormant",
            Self::AttendeeOnly => "Attendee only",
            Self::OverLicensed => "Over-licensed host",
            Self::AddonUnused => "Add-on unused",
            Self::AddonOversized => "Add-on oversized",
            Self::AddonPoolable => "Add-on poolable",
            Self::UnderLicensed => "Under-licensed",
        }
    }

    /// Reads what [`Self::value`] writes.
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.value() == value)
    }
}

/// How far people have come with a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingState {
    /// Nobody has decided yet.
    Open,
    /// The rule fits, but something speaks against it: a need that comes back, an event ahead, a
    /// licence that is new. Not counted as waste.
    Held,
    /// Left alone until a date, with a reason.
    Exempt,
    /// The person was asked and has not answered.
    Asked,
    /// The person answered "keep"; asked again after the cool-down.
    Kept,
    /// Accepted: on the change list.
    Accepted,
    /// The change was made; a later sync has yet to see the licence gone.
    Done,
}

impl FindingState {
    /// All states, in the order in which work flows.
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::Asked,
        Self::Kept,
        Self::Accepted,
        Self::Done,
        Self::Exempt,
        Self::Held,
    ];

    /// The word for machines.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Held => "held",
            Self::Exempt => "exempt",
            Self::Asked => "asked",
            Self::Kept => "kept",
            Self::Accepted => "accepted",
            Self::Done => "done",
        }
    }

    /// The name to show.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Held => "Held back",
            Self::Exempt => "Exempt",
            Self::Asked => "Asked",
            Self::Kept => "Kept by the person",
            Self::Accepted => "On the change list",
            Self::Done => "Changed",
        }
    }

    /// Reads what [`Self::value`] writes.
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.value() == value)
    }
}
