//! The scopes of the apps, with descriptions in English.

use crate::config::ScopeStyle;

const CLASSIC: &[(&str, &str)] = &[
    ("user:read:admin", "View all users of the account"),
    ("group:read:admin", "View groups and their members"),
    (
        "account:read:admin",
        "View settings and licences of the account",
    ),
    ("meeting:read:admin", "View meetings of all users"),
    (
        "report:read:admin",
        "View reports: meetings, sign-ins, admin activity",
    ),
];

const GRANULAR: &[(&str, &str)] = &[
    ("user:read:list_users:admin", "View the list of users"),
    ("user:read:user:admin", "View a user"),
    ("user:read:settings:admin", "View settings of users"),
    ("user:read:summary:admin", "View a summary of users"),
    (
        "user:read:email:admin",
        "Check whether an e-mail address is in use",
    ),
    (
        "user:read:list_permissions:admin",
        "View permissions of users",
    ),
    (
        "user:read:list_assistants:admin",
        "View assistants of users",
    ),
    (
        "user:read:list_schedulers:admin",
        "View for whom users schedule",
    ),
    ("group:read:list_groups:admin", "View the list of groups"),
    ("group:read:group:admin", "View a group"),
    ("group:read:list_members:admin", "View members of groups"),
    (
        "group:read:administrator:admin",
        "View administrators of groups",
    ),
    (
        "account:read:settings:admin",
        "View settings of the account",
    ),
    ("meeting:read:list_meetings:admin", "View meetings of users"),
    ("meeting:read:meeting:admin", "View a meeting"),
    ("meeting:read:past_meeting:admin", "View a past meeting"),
    (
        "report:read:list_users:admin",
        "View the report of active and inactive hosts",
    ),
    (
        "report:read:user:admin",
        "View the meeting report of a user",
    ),
    (
        "report:read:user_activities:admin",
        "View the report of sign-ins and sign-outs",
    ),
    (
        "report:read:operation_logs:admin",
        "View the report of admin activity",
    ),
    (
        "report:read:list_history_meetings:admin",
        "View the report of past meetings and webinars",
    ),
    (
        "report:read:daily_usage:admin",
        "View the daily usage report",
    ),
    (
        "report:read:upcoming_meetings_webinars:admin",
        "View the report of upcoming events",
    ),
    ("report:read:meeting:admin", "View the report of a meeting"),
    (
        "report:read:list_meeting_participants:admin",
        "View the report of participants",
    ),
    (
        "billing:read:plan_usage:admin",
        "View purchased and assigned licences",
    ),
];

const CLASSIC_WRITING: &[(&str, &str)] = &[("user:write:admin", "View and manage all users")];

const GRANULAR_WRITING: &[(&str, &str)] = &[
    ("user:update:user:admin", "Update a user"),
    ("user:update:settings:admin", "Update settings of users"),
];

/// The scopes of the app that changes licences.
pub(crate) const fn writing(style: ScopeStyle) -> &'static [(&'static str, &'static str)] {
    match style {
        ScopeStyle::Classic => CLASSIC_WRITING,
        ScopeStyle::Granular => GRANULAR_WRITING,
    }
}

/// All scopes of the reading apps, with descriptions.
pub(crate) const fn all(style: ScopeStyle) -> &'static [(&'static str, &'static str)] {
    match style {
        ScopeStyle::Classic => CLASSIC,
        ScopeStyle::Granular => GRANULAR,
    }
}

/// The description of a scope.
pub(crate) fn words(style: ScopeStyle, scope: &str) -> Option<&'static str> {
    all(style)
        .iter()
        .find(|(name, _)| *name == scope)
        .map(|(_, words)| *words)
}
