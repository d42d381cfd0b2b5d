//! Those who sign in to Seatwise, and what they may do there.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Number of a member. Written as decimal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId(pub i64);

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What somebody may do in Seatwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, and the only one who can make other owners.
    Owner,
    /// Connects applications and manages members.
    Administrator,
    /// Decides on licences.
    LicenceManager,
    /// Looks.
    Viewer,
    /// Looks, and reads the audit log.
    Auditor,
}

/// One thing that a role may allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// See users, activity and the state of integrations.
    ViewData,
    /// Start a sync.
    RunSync,
    /// Add, re-authorise, pause, change or remove an integration.
    ManageIntegrations,
    /// Add and change members.
    ManageMembers,
    /// Change the organisation's settings.
    ManageSettings,
    /// Read the audit log.
    ViewAudit,
    /// Decide on findings: ask, exempt, accept, hand over; keep contracts and prices.
    Decide,
    /// Make the changes of the change list at the application.
    MakeChanges,
}

impl Role {
    /// Every role, most powerful first.
    pub const ALL: [Self; 5] = [
        Self::Owner,
        Self::Administrator,
        Self::LicenceManager,
        Self::Viewer,
        Self::Auditor,
    ];

    /// Whether this role may do that.
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        match permission {
            Permission::ViewData => true,
            Permission::RunSync | Permission::Decide => {
                !matches!(self, Self::Viewer | Self::Auditor)
            }
            Permission::ManageIntegrations
            | Permission::ManageMembers
            | Permission::MakeChanges
            | Permission::ManageSettings => matches!(self, Self::Owner | Self::Administrator),
            Permission::ViewAudit => {
                matches!(self, Self::Owner | Self::Administrator | Self::Auditor)
            }
        }
    }

    /// The word that is stored and shown to machines.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Administrator => "administrator",
            Self::LicenceManager => "licence_manager",
            Self::Viewer => "viewer",
            Self::Auditor => "auditor",
        }
    }

    /// Reads what [`Self::value`] writes.
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.value() == value)
    }

    /// The word that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Administrator => "Administrator",
            Self::LicenceManager => "Licence manager",
            Self::Viewer => "Viewer",
            Self::Auditor => "Auditor",
        }
    }
}
