//! The endpoints that this client calls, as data: rate-limit category and scopes, as in Zoom's API
//! documents.

use crate::pacer::Category;

/// One endpoint, relative to `{api_url}/v2`. Those of [`ENDPOINTS`] are called with `GET`, those of
/// [`WRITES`] with `PATCH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// Short name for logs and messages, unique among all endpoints.
    pub name: &'static str,
    /// Zoom's path template, with variable parts in braces.
    pub path: &'static str,
    /// Rate-limit category of a call.
    pub category: Category,
    /// The scopes of apps made before 2024; any one of them is enough.
    pub classic: &'static [&'static str],
    /// The scopes of newer apps; any one of them is enough. Empty if Zoom documents none.
    pub granular: &'static [&'static str],
    /// Whether Zoom documents the endpoint for paid accounts only.
    pub paid: bool,
    /// Members of which a good answer has at least one; empty if any object is a good answer.
    pub(crate) expects: &'static [&'static str],
}

impl Endpoint {
    /// Whether any of the granted scopes opens this endpoint.
    ///
    /// ```
    /// let users = zoom::ENDPOINTS.iter().find(|endpoint| endpoint.name == "users").unwrap();
    /// assert!(users.opened_by(&["user:read:list_users:admin"]));
    /// assert!(users.opened_by(&["user:read:admin"]));
    /// assert!(!users.opened_by(&["group:read:admin"]));
    /// ```
    pub fn opened_by<S: AsRef<str>>(&self, granted: &[S]) -> bool {
        granted
            .iter()
            .map(AsRef::as_ref)
            .any(|scope| self.classic.contains(&scope) || self.granular.contains(&scope))
    }
}

macro_rules! endpoints {
    ($(#[$doc:meta])* $all:ident: $( $constant:ident $name:literal $path:literal $category:ident
        [$($classic:literal),*] [$($granular:literal),*] $paid:ident [$($member:literal),*]; )*) => {
        $( pub(crate) const $constant: Endpoint = Endpoint {
            name: $name,
            path: $path,
            category: Category::$category,
            classic: &[$($classic),*],
            granular: &[$($granular),*],
            paid: endpoints!(@$paid),
            expects: &[$($member),*],
        }; )*

        $(#[$doc])*
        pub const $all: &[Endpoint] = &[$($constant),*];
    };
    (@paid) => { true };
    (@any) => { false };
}

endpoints! {
    /// All endpoints that this client reads.
    ENDPOINTS:
    USERS "users" "/users" Medium
        ["user:read:admin"] ["user:read:list_users:admin"] any ["users"];
    USER "user" "/users/{userId}" Light
        ["user:read:admin"] ["user:read:user:admin"] any ["id", "email"];
    USER_SETTINGS "user_settings" "/users/{userId}/settings" Medium
        ["user:read:admin"] ["user:read:settings:admin"] any ["feature"];
    USER_PERMISSIONS "user_permissions" "/users/{userId}/permissions" Light
        ["user:read:admin"] ["user:read:list_permissions:admin"] any ["permissions"];
    USERS_SUMMARY "users_summary" "/users/summary" Medium
        ["user:read:admin"] ["user:read:summary:admin"] any
        ["total_users_count", "licensed_users_count", "basic_users_count"];
    GROUPS "groups" "/groups" Medium
        ["group:read:admin"] ["group:read:list_groups:admin"] paid ["groups"];
    GROUP_MEMBERS "group_members" "/groups/{groupId}/members" Medium
        ["group:read:admin"] ["group:read:list_members:admin"] paid ["members"];
    ACCOUNT_SETTINGS "account_settings" "/accounts/{accountId}/settings" Medium
        ["account:read:admin"] ["account:read:settings:admin", "account:read:settings:master"] paid [];
    LOCK_SETTINGS "lock_settings" "/accounts/{accountId}/lock_settings" Medium
        ["account:read:admin"] ["account:read:lock_settings:master"] paid [];
    MANAGED_DOMAINS "managed_domains" "/accounts/{accountId}/managed_domains" Light
        ["account:read:admin"] ["account:read:managed_domains:master"] paid ["domains"];
    TRUSTED_DOMAINS "trusted_domains" "/accounts/{accountId}/trusted_domains" Light
        ["account:read:admin"] ["account:read:trusted_domains:master"] paid ["trusted_domains"];
    PLAN_USAGE "plan_usage" "/accounts/{accountId}/plans/usage" Heavy
        ["account:read:admin", "billing:master", "account:master"]
        ["billing:read:plan_usage:admin", "billing:read:plan_usage:master"] paid ["plan_base"];
    REPORT_USERS "report_users" "/report/users" Heavy
        ["report:read:admin"] ["report:read:list_users:admin"] paid ["users"];
    REPORT_HISTORY_MEETINGS "report_history_meetings" "/report/history_meetings" Heavy
        ["report:read:admin"] ["report:read:list_history_meetings:admin"] paid ["history_meetings"];
    REPORT_ACTIVITIES "report_activities" "/report/activities" Heavy
        ["report:read:admin"] ["report:read:user_activities:admin"] paid ["activity_logs"];
    REPORT_OPERATION_LOGS "report_operation_logs" "/report/operationlogs" Heavy
        ["report:read:admin"] ["report:read:operation_logs:admin"] paid ["operation_logs"];
    REPORT_DAILY "report_daily" "/report/daily" Heavy
        ["report:read:admin"] ["report:read:daily_usage:admin"] paid ["dates"];
    REPORT_UPCOMING_EVENTS "report_upcoming_events" "/report/upcoming_events" Heavy
        ["report:read:admin"] ["report:read:upcoming_meetings_webinars:admin"] paid ["upcoming_events"];
    USER_MEETINGS "user_meetings" "/users/{userId}/meetings" Medium
        ["meeting:read:admin"] ["meeting:read:list_meetings:admin"] any ["meetings"];
    USER_ASSISTANTS "user_assistants" "/users/{userId}/assistants" Medium
        ["user:read:admin"] ["user:read:list_assistants:admin"] any ["assistants"];
    USER_SCHEDULERS "user_schedulers" "/users/{userId}/schedulers" Medium
        ["user:read:admin"] ["user:read:list_schedulers:admin"] any ["schedulers"];
}

endpoints! {
    /// All endpoints with which this client changes something.
    WRITES:
    USER_UPDATE "user_update" "/users/{userId}" Light
        ["user:write:admin"] ["user:update:user:admin"] any [];
    USER_SETTINGS_UPDATE "user_settings_update" "/users/{userId}/settings" Medium
        ["user:write:admin"] ["user:update:settings:admin"] any [];
}
