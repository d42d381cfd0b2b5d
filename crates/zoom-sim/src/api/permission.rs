//! What else an operation asks for than a scope: permissions of the role, and a paid plan.

/// A permission of the role of the user who authorised an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Users – View.
    Users,
    /// Users – Edit; only apps that change licences need it.
    UsersEdit,
    /// Groups – View.
    Groups,
    /// Account Settings – View.
    AccountSettings,
    /// Usage Reports – View.
    UsageReports,
    /// User Activity Reports – View.
    UserActivities,
    /// Operational Logs – View ("Admin Activity Logs"); Zoom publishes no code for it.
    OperationLogs,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Users,
        Self::UsersEdit,
        Self::Groups,
        Self::AccountSettings,
        Self::UsageReports,
        Self::UserActivities,
        Self::OperationLogs,
    ];

    /// The code in the list of permissions, where one is known.
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

/// What an account without a paid plan is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paid {
    /// Every plan may call.
    No,
    /// HTTP 400 with this text.
    Refused(&'static str),
    /// HTTP 200 with code 200 in the body, and this text.
    Hidden(&'static str),
    /// Business and a feature that these accounts have not bought.
    Never(&'static str),
}
