//! Requirements of operations besides scopes: permissions of the role, and a paid plan.

/// A permission of the role of the user that authorised an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Permission Users – View of a role.
    Users,
    /// Permission Users – Edit; only apps that change licences need it.
    UsersEdit,
    /// Permission Groups – View of a role.
    Groups,
    /// Permission Account Settings – View.
    AccountSettings,
    /// Permission Usage Reports – View.
    UsageReports,
    /// Permission User Activity Reports – View.
    UserActivities,
    /// Permission Operational Logs – View ("Admin Activity Logs"); Zoom publishes no code for it.
    OperationLogs,
}

impl Permission {
    /// All permissions, in the order of their codes' list.
    pub const ALL: [Self; 7] = [
        Self::Users,
        Self::UsersEdit,
        Self::Groups,
        Self::AccountSettings,
        Self::UsageReports,
        Self::UserActivities,
        Self::OperationLogs,
    ];

    /// Zoom's code in the list of permissions; `None` if Zoom publishes none.
    pub(crate) const fn code(self) -> Option<&'static str> {
        match self {
            Self::Users => Some("User:Read"),
            Self::UsersEdit => Some("User:Edit"),
            Self::Groups => Some("Group:Read"),
            Self::AccountSettings => Some("AccountSetting:Read"),
            Self::UsageReports => Some("UsageReport:Read"),
            Self::UserActivities => Some("UserActivitiesReport:Read"),
            Self::OperationLogs => None,
        }
    }
}

/// The answer to an account without a paid plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paid {
    /// The operation is open to all plans.
    No,
    /// HTTP 400 with this message, in which `{accountId}` is replaced.
    Refused(&'static str),
    /// HTTP 200 with code 200 and this message in the body, in which `{accountId}` is replaced.
    Hidden(&'static str),
    /// Refused on all plans with this message, because the accounts lack the required feature.
    Never(&'static str),
}
