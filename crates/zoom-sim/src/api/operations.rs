//! The tables of operations: path, rate-limit category, required rights, and the function that
//! answers.

use super::limits::Category;
use super::operation::Operation;
use super::outside::OUTSIDE;
use super::permission::{Paid, Permission};
use super::{
    accounts, daily, directory, groups, hosts, logs, meetings, settings, upcoming, users,
    write_user, writes,
};

const USER: &[&str] = &["user:read:admin", "user:write:admin"];
const USER_WRITE: &[&str] = &["user:write:admin"];
const GROUP: &[&str] = &["group:read:admin", "group:write:admin"];
const ACCOUNT: &[&str] = &["account:read:admin", "account:write:admin"];
const REPORT: &[&str] = &["report:read:admin"];
const PAID: Paid = Paid::Refused("Only available for Paid account.");
const NO_PERMISSION: Paid = Paid::Refused("No permission.");

macro_rules! operation {
    ($path:literal, $category:ident, $classic:expr, $granular:expr, $permissions:expr, $paid:expr, $answer:expr) => {
        Operation {
            path: $path,
            category: Category::$category,
            classic: $classic,
            granular: $granular,
            permissions: &$permissions,
            paid: $paid,
            answer: $answer,
        }
    };
}

use Permission as P;

/// Every operation that reads. Fixed paths come before variable ones, because the first match counts.
pub(crate) const OPERATIONS: &[Operation] = &[
    operation!(
        "/users",
        Medium,
        USER,
        &["user:read:list_users:admin"],
        [P::Users],
        Paid::No,
        users::list
    ),
    operation!(
        "/users/summary",
        Medium,
        USER,
        &["user:read:summary:admin"],
        [P::Users],
        Paid::No,
        directory::summary
    ),
    operation!(
        "/users/email",
        Light,
        USER,
        &["user:read:email:admin"],
        [P::Users],
        Paid::No,
        directory::email
    ),
    operation!(
        "/users/{}",
        Light,
        USER,
        &["user:read:user:admin"],
        [P::Users],
        Paid::No,
        users::one
    ),
    operation!(
        "/users/{}/settings",
        Medium,
        USER,
        &["user:read:settings:admin"],
        [P::Users],
        Paid::No,
        settings::user
    ),
    operation!(
        "/users/{}/permissions",
        Light,
        USER,
        &["user:read:list_permissions:admin"],
        [P::Users],
        Paid::No,
        directory::permissions
    ),
    operation!(
        "/users/{}/assistants",
        Medium,
        USER,
        &["user:read:list_assistants:admin"],
        [P::Users],
        Paid::No,
        directory::assistants
    ),
    operation!(
        "/users/{}/schedulers",
        Medium,
        USER,
        &["user:read:list_schedulers:admin"],
        [P::Users],
        Paid::No,
        directory::schedulers
    ),
    operation!(
        "/users/{}/meetings",
        Medium,
        &["meeting:read:admin"],
        &["meeting:read:list_meetings:admin"],
        [P::Users],
        Paid::No,
        upcoming::of_user
    ),
    operation!(
        "/groups",
        Medium,
        GROUP,
        &["group:read:list_groups:admin"],
        [P::Groups],
        Paid::Hidden("Only available for paid accounts."),
        groups::list
    ),
    operation!(
        "/groups/{}",
        Light,
        GROUP,
        &["group:read:group:admin"],
        [P::Groups],
        PAID,
        groups::one
    ),
    operation!(
        "/groups/{}/members",
        Medium,
        GROUP,
        &["group:read:list_members:admin"],
        [P::Groups],
        PAID,
        groups::members
    ),
    operation!(
        "/accounts/{}/settings",
        Medium,
        ACCOUNT,
        &[
            "account:read:settings:admin",
            "account:read:settings:master"
        ],
        [P::AccountSettings],
        Paid::Hidden("Only available for paid accounts."),
        accounts::settings
    ),
    operation!(
        "/accounts/{}/lock_settings",
        Medium,
        ACCOUNT,
        &["account:read:lock_settings:master"],
        [P::AccountSettings],
        Paid::Hidden("Only available for paid account:{accountId}."),
        accounts::locks
    ),
    operation!(
        "/accounts/{}/managed_domains",
        Light,
        ACCOUNT,
        &["account:read:managed_domains:master"],
        [P::AccountSettings],
        Paid::Hidden("Only available for Paid or ZMP account."),
        accounts::managed_domains
    ),
    operation!(
        "/accounts/{}/trusted_domains",
        Light,
        ACCOUNT,
        &["account:read:trusted_domains:master"],
        [P::AccountSettings],
        Paid::Hidden("Only available for paid account."),
        accounts::trusted_domains
    ),
    operation!(
        "/accounts/{}/plans/usage",
        Heavy,
        &["account:read:admin", "billing:master"],
        &[
            "billing:read:plan_usage:admin",
            "billing:read:plan_usage:master"
        ],
        [P::AccountSettings],
        Paid::Refused("Only available for paid account"),
        accounts::usage
    ),
    operation!(
        "/report/users",
        Heavy,
        REPORT,
        &["report:read:list_users:admin"],
        [P::UsageReports],
        NO_PERMISSION,
        hosts::report
    ),
    operation!(
        "/report/history_meetings",
        Heavy,
        REPORT,
        &["report:read:list_history_meetings:admin"],
        [P::UsageReports],
        NO_PERMISSION,
        meetings::history
    ),
    operation!(
        "/report/upcoming_events",
        Heavy,
        REPORT,
        &["report:read:upcoming_meetings_webinars:admin"],
        [P::UsageReports],
        Paid::Refused("This is only available for the paid account: {accountId}"),
        upcoming::report
    ),
    operation!(
        "/report/daily",
        Heavy,
        REPORT,
        &["report:read:daily_usage:admin"],
        [P::UsageReports],
        NO_PERMISSION,
        daily::report
    ),
    operation!(
        "/report/activities",
        Heavy,
        REPORT,
        &["report:read:user_activities:admin"],
        [P::UsageReports, P::UserActivities],
        NO_PERMISSION,
        logs::activities
    ),
    operation!(
        "/report/operationlogs",
        Heavy,
        REPORT,
        &["report:read:operation_logs:admin"],
        [P::UsageReports, P::OperationLogs],
        NO_PERMISSION,
        logs::operations
    ),
];

/// Every operation that changes something; all are called with `PATCH`.
pub(crate) const WRITES: &[Operation] = &[
    operation!(
        "/users/{}",
        Light,
        USER_WRITE,
        &["user:update:user:admin"],
        [P::UsersEdit],
        Paid::No,
        write_user::user
    ),
    operation!(
        "/users/{}/settings",
        Medium,
        USER_WRITE,
        &["user:update:settings:admin"],
        [P::UsersEdit],
        Paid::No,
        writes::settings
    ),
];

/// The methods that a path has, for `OPTIONS`; empty for an unknown path.
pub(crate) fn methods(path: &str) -> String {
    let known = ["GET", "HEAD", "PATCH"];
    let known = known
        .into_iter()
        .filter(|method| operation(method, path).is_some());
    known.collect::<Vec<_>>().join(", ")
}

/// Finds the operation of a method and a path (still percent-encoded), and the variable parts of the
/// path (decoded).
pub(crate) fn operation(method: &str, path: &str) -> Option<(&'static Operation, Vec<String>)> {
    let tables = match method {
        "GET" | "HEAD" => [OPERATIONS, OUTSIDE],
        "PATCH" => [WRITES, &[]],
        _ => return None,
    };
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    tables.into_iter().flatten().find_map(|operation| {
        let wanted: Vec<&str> = operation.path.trim_start_matches('/').split('/').collect();
        let fits = wanted.len() == parts.len()
            && wanted
                .iter()
                .zip(&parts)
                .all(|(w, p)| w == p || *w == "{}" && !p.is_empty());
        let variable = wanted
            .iter()
            .zip(&parts)
            .filter(|(w, _)| **w == "{}")
            .map(|(_, part)| {
                percent_encoding::percent_decode_str(part)
                    .decode_utf8_lossy()
                    .into_owned()
            });
        fits.then(|| (operation, variable.collect()))
    })
}
