//! The endpoints that this client calls, as data: what they cost and which scopes open them.

use crate::pacer::Category;

/// One endpoint. All are `GET`, relative to `{api_url}/v2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// A short name.
    pub name: &'static str,
    /// Zoom's path template.
    pub path: &'static str,
    /// What a call costs.
    pub category: Category,
    /// The scopes of older apps, any one of which opens it.
    pub classic: &'static [&'static str],
    /// The scopes of newer apps, any one of which opens it. May be empty: then Zoom documents none.
    pub granular: &'static [&'static str],
    /// Whether Zoom documents it for paid accounts only.
    pub paid: bool,
    /// Members of which a good answer has at least one; none if any object will do.
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
    ($( $constant:ident $name:literal $path:literal $category:ident
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

        /// All endpoints that this client calls.
        pub const ENDPOINTS: &[Endpoint] = &[$($constant),*];
    };
    (@paid) => { true };
    (@any) => { false };
}

endpoints! {
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
}
