//! Keys of streams whose contents Seatwise evaluates. Every application that has such data uses the
//! same key for it, because pages, coverage and rules look it up by this key. An application may
//! declare further streams with keys of its own.

/// The list of users.
pub const USERS: &str = "users";
/// Details of each user that the list does not contain.
pub const USER_SETTINGS: &str = "user_settings";
/// Groups.
pub const GROUPS: &str = "groups";
/// Settings of the account, by section.
pub const ACCOUNT_SETTINGS: &str = "account_settings";
/// The sign-in log.
pub const SIGN_INS: &str = "sign_ins";
/// Meetings and webinars that took place.
pub const MEETINGS: &str = "meetings";
/// Totals of hosts by month.
pub const HOST_REPORTS: &str = "host_reports";
/// Totals of the account by day.
pub const DAILY_USAGE: &str = "daily_usage";
/// Actions of administrators.
pub const OPERATION_LOGS: &str = "operation_logs";
/// Purchased seats; also the section of account settings that contains them.
pub const PLAN_USAGE: &str = "plan_usage";
/// Scheduled meetings and webinars.
pub const UPCOMING_EVENTS: &str = "upcoming_events";

/// The section of account settings that lists sections which the application did not give out, with
/// the reasons.
pub const NOT_KNOWN: &str = "not_known";
