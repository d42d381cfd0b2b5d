//! What Zoom is, as data: everything that pages, filters and the preflight table show of it.

use model::{
    Application, ChoiceLabel, Field, FieldKind, FreeUse, Holder, LicenceFamily, NeedKind,
    RolePermission, Scopes, Stream,
};

/// Keys of Zoom's streams.
pub mod stream {
    /// The list of users, in three statuses.
    pub const USERS: &str = "users";
    /// What each licensed user may do.
    pub const USER_SETTINGS: &str = "user_settings";
    /// Groups.
    pub const GROUPS: &str = "groups";
    /// Settings, lock settings and domains of the account.
    pub const ACCOUNT_SETTINGS: &str = "account_settings";
    /// The sign-in log.
    pub const SIGN_INS: &str = "sign_ins";
    /// Meetings and webinars held.
    pub const MEETINGS: &str = "meetings";
    /// Who hosted and who did not, by month.
    pub const HOST_REPORTS: &str = "host_reports";
    /// Totals by day.
    pub const DAILY_USAGE: &str = "daily_usage";
    /// What administrators changed.
    pub const OPERATION_LOGS: &str = "operation_logs";
    /// Purchased seats.
    pub const PLAN_USAGE: &str = "plan_usage";
    /// Scheduled meetings and webinars.
    pub const UPCOMING_EVENTS: &str = "upcoming_events";
}

const REPORT_CLASSIC: &str = "report:read:admin";
const FROM_LIST: &str = "GET /users";
const FROM_SETTINGS: &str = "GET /users/{userId}/settings";

/// The classic scopes that a connection asks for: these and no other.
pub const CLASSIC_SCOPES: [&str; 5] = [
    "account:read:admin",
    "group:read:admin",
    "meeting:read:admin",
    "report:read:admin",
    "user:read:admin",
];

/// The section of the account's settings that tells which of the other sections are not known, and
/// why.
pub const NOT_KNOWN: &str = "not_known";

/// Granular scopes of calls that belong to no stream, and what each is good for. All are optional.
pub const HELPFUL_SCOPES: [(&str, &str); 3] = [
    (
        "user:read:list_permissions:admin",
        "tells which role permissions are missing",
    ),
    (
        "user:read:list_assistants:admin",
        "tells who schedules for whom",
    ),
    (
        "meeting:read:list_meetings:admin",
        "for a look at somebody's calendar before a licence is changed",
    ),
];

/// Zoom.
pub static ZOOM: Application = Application {
    key: "zoom",
    name: "Zoom",
    fields: &FIELDS,
    streams: &STREAMS,
    permissions: &PERMISSIONS,
    licences: &LICENCES,
    free: FREE,
    suites: super::suites::SUITES,
};

static LICENCES: [LicenceFamily; 3] = [
    LicenceFamily {
        key: "licensed",
        label: "Licensed",
        holder: Holder::Base {
            field: "user_type",
            values: &["pro", "corp"],
        },
    },
    LicenceFamily {
        key: "large_meeting",
        label: "Large Meeting",
        holder: Holder::AddOn {
            flag: "large_meeting_enabled",
            size: "large_meeting_capacity",
            sizes: &[500, 1000, 3000, 5000],
        },
    },
    LicenceFamily {
        key: "webinar",
        label: "Webinar",
        holder: Holder::AddOn {
            flag: "webinar",
            size: "webinar_capacity",
            sizes: &[100, 500, 1000, 3000, 5000, 10_000],
        },
    },
];

/// What Basic allows: forty minutes with company, a hundred people, no recording in the cloud, no
/// registration, no polls. Bits are positions in [`zoom::types::FEATURES`], which a test compares.
const FREE: FreeUse = FreeUse {
    value: "basic",
    minutes: 40,
    audience: 100,
    audience_field: "meeting_capacity",
    features: &[
        (25, NeedKind::CloudRecording),
        (27, NeedKind::Registration),
        (8, NeedKind::Poll),
    ],
};

static FIELDS: [Field; 9] = [
    Field {
        key: "user_status",
        label: "User status",
        kind: FieldKind::Choice(&STATUSES),
        help: "Active; Inactive when deactivated; Pending when invited and not yet in.",
        source: FROM_LIST,
        stream: stream::USERS,
    },
    Field {
        key: "user_type",
        label: "User type",
        kind: FieldKind::Choice(&TYPES),
        help: "The base licence, with Zoom's older name in brackets.",
        source: FROM_LIST,
        stream: stream::USERS,
    },
    Field {
        key: "department",
        label: "Department",
        kind: FieldKind::Text,
        help: "The user's department in Zoom.",
        source: FROM_LIST,
        stream: stream::USERS,
    },
    Field {
        key: "meeting_capacity",
        label: "Meeting capacity",
        kind: FieldKind::Integer,
        help: "How many participants the user can host in a meeting.",
        source: FROM_SETTINGS,
        stream: stream::USER_SETTINGS,
    },
    Field {
        key: "large_meeting_enabled",
        label: "Large meeting enabled",
        kind: FieldKind::YesNo,
        help: "Whether the user holds a Large Meeting add-on.",
        source: FROM_SETTINGS,
        stream: stream::USER_SETTINGS,
    },
    Field {
        key: "large_meeting_capacity",
        label: "Large meeting capacity",
        kind: FieldKind::Integer,
        help: "How many participants the user's Large Meeting add-on allows.",
        source: FROM_SETTINGS,
        stream: stream::USER_SETTINGS,
    },
    Field {
        key: "webinar",
        label: "Webinar",
        kind: FieldKind::YesNo,
        help: "Whether the user holds a webinar licence.",
        source: FROM_SETTINGS,
        stream: stream::USER_SETTINGS,
    },
    Field {
        key: "webinar_capacity",
        label: "Webinar capacity",
        kind: FieldKind::Integer,
        help: "How many attendees the user's webinar licence allows.",
        source: FROM_SETTINGS,
        stream: stream::USER_SETTINGS,
    },
    Field {
        key: "last_client_version",
        label: "Last client version",
        kind: FieldKind::Version,
        help: "Version and platform of the client that the user last signed in with.",
        source: FROM_LIST,
        stream: stream::USERS,
    },
];

static STATUSES: [ChoiceLabel; 3] = [
    ChoiceLabel {
        value: "active",
        label: "Active",
        aliases: &[],
    },
    ChoiceLabel {
        value: "inactive",
        label: "Inactive",
        aliases: &["deactivated"],
    },
    ChoiceLabel {
        value: "pending",
        label: "Pending",
        aliases: &["invited"],
    },
];

/// Base licences. The values are the names that Zoom's first API document gave the types 1, 2 and 3.
static TYPES: [ChoiceLabel; 5] = [
    ChoiceLabel {
        value: "basic",
        label: "Basic",
        aliases: &["1"],
    },
    ChoiceLabel {
        value: "pro",
        label: "Licensed (Pro)",
        aliases: &["2", "licensed"],
    },
    ChoiceLabel {
        value: "corp",
        label: "On-Prem (Corp)",
        aliases: &["3", "on-prem", "onprem"],
    },
    ChoiceLabel {
        value: "unassigned",
        label: "Unassigned",
        aliases: &["4"],
    },
    ChoiceLabel {
        value: "no_type",
        label: "None",
        aliases: &["99"],
    },
];

static STREAMS: [Stream; 11] = [
    Stream {
        key: stream::USERS,
        label: "Users",
        source: FROM_LIST,
        history: false,
        scopes: Scopes {
            classic: "user:read:admin",
            granular: &["user:read:list_users:admin", "user:read:user:admin"],
        },
        permission: Some("users"),
        optional: false,
        without: "Nothing can be said about anybody.",
    },
    Stream {
        key: stream::USER_SETTINGS,
        label: "User settings",
        source: FROM_SETTINGS,
        history: false,
        scopes: Scopes {
            classic: "user:read:admin",
            granular: &["user:read:settings:admin"],
        },
        permission: Some("users"),
        optional: false,
        without: "Meeting, large-meeting and webinar capacities are unknown.",
    },
    Stream {
        key: stream::GROUPS,
        label: "Groups and members",
        source: "GET /groups",
        history: false,
        scopes: Scopes {
            classic: "group:read:admin",
            granular: &["group:read:list_groups:admin"],
        },
        permission: Some("groups"),
        optional: false,
        without: "Groups appear without their names.",
    },
    Stream {
        key: stream::ACCOUNT_SETTINGS,
        label: "Account settings",
        source: "GET /accounts/me/settings",
        history: false,
        scopes: Scopes {
            classic: "account:read:admin",
            granular: &["account:read:settings:admin"],
        },
        permission: Some("account_settings"),
        optional: false,
        without: "The account's own limits and domains are unknown.",
    },
    Stream {
        key: stream::MEETINGS,
        label: "Meetings and webinars",
        source: "GET /report/history_meetings",
        history: true,
        scopes: Scopes {
            classic: REPORT_CLASSIC,
            granular: &["report:read:list_history_meetings:admin"],
        },
        permission: Some("usage_reports"),
        optional: false,
        without: "Nobody knows who hosted what: need cannot be judged.",
    },
    Stream {
        key: stream::SIGN_INS,
        label: "Sign-ins",
        source: "GET /report/activities",
        history: true,
        scopes: Scopes {
            classic: REPORT_CLASSIC,
            granular: &["report:read:user_activities:admin"],
        },
        permission: Some("user_activity_reports"),
        optional: false,
        without: "Last sign-ins are up to three days late and have no history.",
    },
    Stream {
        key: stream::HOST_REPORTS,
        label: "Active and inactive hosts",
        source: "GET /report/users",
        history: true,
        scopes: Scopes {
            classic: REPORT_CLASSIC,
            granular: &["report:read:list_users:admin"],
        },
        permission: Some("usage_reports"),
        optional: false,
        without: "Monthly host totals cannot be checked against the meetings.",
    },
    Stream {
        key: stream::DAILY_USAGE,
        label: "Daily usage",
        source: "GET /report/daily",
        history: true,
        scopes: Scopes {
            classic: REPORT_CLASSIC,
            granular: &["report:read:daily_usage:admin"],
        },
        permission: Some("usage_reports"),
        optional: true,
        without: "The account's daily totals as Zoom counts them are missing.",
    },
    Stream {
        key: stream::OPERATION_LOGS,
        label: "Operation logs",
        source: "GET /report/operationlogs",
        history: true,
        scopes: Scopes {
            classic: REPORT_CLASSIC,
            granular: &["report:read:operation_logs:admin"],
        },
        permission: Some("operational_logs"),
        optional: false,
        without: "Nobody can see who assigned a licence, and changed settings are noticed late.",
    },
    Stream {
        key: stream::PLAN_USAGE,
        label: "Plan usage",
        source: "GET /accounts/me/plans/usage",
        history: false,
        scopes: Scopes {
            classic: "account:read:admin",
            granular: &["billing:read:plan_usage:admin"],
        },
        permission: None,
        optional: true,
        without: "The number of purchased seats has to be typed in.",
    },
    Stream {
        key: stream::UPCOMING_EVENTS,
        label: "Upcoming events",
        source: "GET /report/upcoming_events",
        history: false,
        scopes: Scopes {
            classic: REPORT_CLASSIC,
            granular: &["report:read:upcoming_meetings_webinars:admin"],
        },
        permission: Some("usage_reports"),
        optional: true,
        without: "Scheduled meetings and webinars cannot speak for a licence.",
    },
];

static PERMISSIONS: [RolePermission; 7] = [
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The scopes that a text names between back quotes or in a block of code.
    fn named(text: &str) -> BTreeSet<&str> {
        text.split(|c: char| c.is_whitespace() || "`,.()".contains(c))
            .filter(|word| word.ends_with(":admin"))
            .collect()
    }

    #[test]
    fn the_readme_names_the_scopes_that_are_asked_for_and_no_other() {
        let readme = include_str!("../../../../README.md");
        let from = |text: &'static str, mark: &str| text.split_once(mark).unwrap().1;
        let needed = from(readme, "Under *Scopes*, add");
        let (needed, rest) = needed.split_once("More are optional:").unwrap();
        let (optional, rest) = rest.split_once("An older app").unwrap();
        let classic = rest.split_once('\n').unwrap().0;

        let of = |optional: bool| {
            STREAMS
                .iter()
                .filter(move |stream| stream.optional == optional)
                .flat_map(|stream| stream.scopes.granular.iter().copied())
        };
        assert_eq!(named(needed), of(false).collect());
        let helpful = HELPFUL_SCOPES.iter().map(|(scope, _)| *scope);
        assert_eq!(named(optional), of(true).chain(helpful).collect());
        assert_eq!(named(classic), CLASSIC_SCOPES.into());
    }

    #[test]
    fn features_that_need_a_licence_are_where_the_client_puts_them() {
        let feature = |bit: u32| zoom::types::FEATURES[bit as usize];
        let names: Vec<_> = FREE.features.iter().map(|(bit, _)| feature(*bit)).collect();
        assert_eq!(names, ["record_to_cloud", "registration", "poll"]);
    }
}
