//! Permissions of Zoom roles that the streams need.

use model::RolePermission;

pub(crate) static PERMISSIONS: [RolePermission; 7] = [
    RolePermission {
        key: "users",
        label: "Users",
        codes: &["User:Read"],
        without: "Nothing can be read.",
        how_to_grant: "User Management → Roles → the service account's role → User Management → \
                       tick “Users: View” and save.",
    },
    RolePermission {
        key: "groups",
        label: "Groups",
        codes: &["Group:Read"],
        without: "Groups have no names, and no view can be filtered by group.",
        how_to_grant: "User Management → Roles → the service account's role → User Management → \
                       tick “Groups: View” and save.",
    },
    RolePermission {
        key: "account_settings",
        label: "Account Settings",
        codes: &["AccountSetting:Read"],
        without: "What a Basic user of this account may do is unknown.",
        how_to_grant: "User Management → Roles → the service account's role → Account Management \
                       → tick “Account Settings: View” and save.",
    },
    RolePermission {
        key: "meetings",
        label: "Meetings",
        codes: &[],
        without: "Scheduled events cannot speak for a licence.",
        how_to_grant: "User Management → Roles → the service account's role → User Management → \
                       tick “Meetings: View” and save.",
    },
    RolePermission {
        key: "usage_reports",
        label: "Usage Reports",
        codes: &["UsageReport:Read"],
        without: "No meetings, no hosts: nobody's need can be judged.",
        how_to_grant: "User Management → Roles → the service account's role → Reports → tick \
                       “Usage Reports: View” and save.",
    },
    RolePermission {
        key: "user_activity_reports",
        label: "User Activity Reports",
        codes: &["UserActivitiesReport:Read"],
        without: "Sign-ins have no history, and last sign-ins are up to three days late.",
        how_to_grant: "User Management → Roles → the service account's role → Reports → User \
                       activity reports → tick “Sign In/Sign Out: View” and save.",
    },
    RolePermission {
        key: "operational_logs",
        label: "Operational Logs",
        codes: &[],
        without: "Nobody can see who assigned a licence, and Seatwise re-reads more settings than \
                  it needs to.",
        how_to_grant: "User Management → Roles → the service account's role → Reports → User \
                       activity reports → tick “Admin Activity Logs: View” and save.",
    },
];
