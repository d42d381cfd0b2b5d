//! Members: the people who sign in to Seatwise. Their role decides what they are allowed to do.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Number of a member, written as decimal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = String)]
pub struct MemberId(pub i64);

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The role of a member, which is a set of permissions: `owner`, `administrator`, `licence_manager`,
/// `viewer` or `auditor`.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// Has every permission, and is the only role that can make other members owners.
    Owner,
    /// Connects applications and manages members.
    Administrator,
    /// Decides on findings and starts sync runs.
    LicenceManager,
    /// Sees the data, and changes nothing.
    Viewer,
    /// Sees the data and the audit log, and changes nothing.
    Auditor,
}

/// A kind of action that a role may allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// See users, activity and the state of integrations.
    ViewData,
    /// Start a sync run.
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

crate::word_enum!(Role);

impl Role {
    /// The permissions of this role. A permission that is in none of these lists is denied to every
    /// member, so a new one is safe until it is added here.
    #[must_use]
    pub fn permissions(self) -> &'static [Permission] {
        use Permission::{
            Decide, MakeChanges, ManageIntegrations, ManageMembers, ManageSettings, RunSync,
            ViewAudit, ViewData,
        };
        match self {
            Self::Owner | Self::Administrator => &[
                ViewData,
                RunSync,
                Decide,
                ManageIntegrations,
                ManageMembers,
                MakeChanges,
                ManageSettings,
                ViewAudit,
            ],
            Self::LicenceManager => &[ViewData, RunSync, Decide],
            Self::Viewer => &[ViewData],
            Self::Auditor => &[ViewData, ViewAudit],
        }
    }

    /// Whether the role includes this permission.
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }

    /// The name of the role to show.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_owners_and_administrators_manage_the_organisation() {
        for role in Role::ALL {
            let manages = matches!(role, Role::Owner | Role::Administrator);
            for permission in [
                Permission::ManageIntegrations,
                Permission::ManageMembers,
                Permission::ManageSettings,
                Permission::MakeChanges,
            ] {
                assert_eq!(role.allows(permission), manages, "{role:?} {permission:?}");
            }
            assert!(role.allows(Permission::ViewData));
            let reads = matches!(role, Role::Viewer | Role::Auditor);
            assert_eq!(role.allows(Permission::RunSync), !reads);
            assert_eq!(role.allows(Permission::Decide), !reads);
            assert_eq!(
                role.allows(Permission::ViewAudit),
                manages || role == Role::Auditor
            );
        }
    }
}
