//! Zoom's streams: their description for pages, and the order of requests that reads them.

use connector::{History, Reading, Shape, Windows};
use model::{Scopes, Stream, streams};

use crate::fields::{FROM_LIST, FROM_SETTINGS};

const REPORT_CLASSIC: &str = "report:read:admin";

/// The largest page that Zoom's schema allows, and the largest that its guide allows.
const USER_PAGES: &[u32] = &[2000, 300];
/// Zoom's reports reach back six months. A range that begins earlier fails or is narrowed without an
/// error, so a few days are left out.
const LOOK_BACK_DAYS: i32 = 170;
/// A report of scheduled events covers a month.
const DAYS_AHEAD: i32 = 30;

/// How the streams are read, in this order.
pub(crate) static READINGS: [Reading; 11] = [
    Reading {
        stream: streams::USERS,
        shape: Shape::Users {
            listings: &["active", "inactive", "pending"],
            page_sizes: USER_PAGES,
        },
    },
    Reading {
        stream: streams::GROUPS,
        shape: Shape::Groups,
    },
    Reading {
        stream: streams::ACCOUNT_SETTINGS,
        shape: Shape::Snapshot,
    },
    Reading {
        stream: streams::PLAN_USAGE,
        shape: Shape::Snapshot,
    },
    Reading {
        stream: streams::USER_SETTINGS,
        shape: Shape::UserDetails,
    },
    log(streams::MEETINGS, Windows::BySize),
    log(streams::SIGN_INS, Windows::BySize),
    log(streams::OPERATION_LOGS, Windows::Long),
    Reading {
        stream: streams::HOST_REPORTS,
        shape: Shape::History(History {
            windows: Windows::Months,
            // Active hosts, then inactive ones: only both together cover everybody.
            listings: 2,
            look_back_days: LOOK_BACK_DAYS,
            ask_tomorrow: true,
        }),
    },
    Reading {
        stream: streams::DAILY_USAGE,
        shape: Shape::History(History {
            windows: Windows::Months,
            listings: 1,
            look_back_days: LOOK_BACK_DAYS,
            // The report is asked for by year and month.
            ask_tomorrow: false,
        }),
    },
    Reading {
        stream: streams::UPCOMING_EVENTS,
        shape: Shape::Calendar {
            // Meetings and webinars apart, because the rows do not say which they are.
            listings: 2,
            days_ahead: DAYS_AHEAD,
        },
    },
];

const fn log(stream: &'static str, windows: Windows) -> Reading {
    Reading {
        stream,
        shape: Shape::History(History {
            windows,
            listings: 1,
            look_back_days: LOOK_BACK_DAYS,
            ask_tomorrow: true,
        }),
    }
}

pub(crate) static STREAMS: [Stream; 11] = [
    Stream {
        key: streams::USERS,
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
        key: streams::USER_SETTINGS,
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
        key: streams::GROUPS,
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
        key: streams::ACCOUNT_SETTINGS,
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
        key: streams::MEETINGS,
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
        key: streams::SIGN_INS,
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
        key: streams::HOST_REPORTS,
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
        key: streams::DAILY_USAGE,
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
        key: streams::OPERATION_LOGS,
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
        key: streams::PLAN_USAGE,
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
        key: streams::UPCOMING_EVENTS,
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_stream_that_is_read_is_declared_and_the_other_way_round() {
        let read: BTreeSet<&str> = READINGS.iter().map(|reading| reading.stream).collect();
        let declared: BTreeSet<&str> = STREAMS.iter().map(|stream| stream.key).collect();
        assert_eq!(read.len(), READINGS.len());
        assert_eq!(declared.len(), STREAMS.len());
        assert_eq!(read, declared);
    }
}
