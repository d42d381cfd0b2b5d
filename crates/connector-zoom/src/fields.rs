//! Metadata fields of Zoom's users.

use model::{ChoiceLabel, Field, FieldKind, streams};

use crate::suites::{SUITE_CHOICES, SUITE_FIELD};

/// The request that lists users.
pub(crate) const FROM_LIST: &str = "GET /users";
/// The request for one user's settings.
pub(crate) const FROM_SETTINGS: &str = "GET /users/{userId}/settings";
/// The request for one user's profile.
const FROM_PROFILE: &str = "GET /users/{userId}";

pub(crate) static FIELDS: [Field; 15] = [
    Field {
        key: "user_status",
        label: "User status",
        kind: FieldKind::Choice(&STATUSES),
        help: "Active; Inactive when deactivated; Pending when invited and not yet in.",
        source: FROM_LIST,
        stream: streams::USERS,
        in_table: true,
    },
    Field {
        key: "user_type",
        label: "User type",
        kind: FieldKind::Choice(&TYPES),
        help: "The base licence, with Zoom's older name in brackets.",
        source: FROM_LIST,
        stream: streams::USERS,
        in_table: true,
    },
    Field {
        key: "department",
        label: "Department",
        kind: FieldKind::Text,
        help: "The user's department in Zoom.",
        source: FROM_LIST,
        stream: streams::USERS,
        in_table: true,
    },
    Field {
        key: "meeting_capacity",
        label: "Meeting capacity",
        kind: FieldKind::Integer,
        help: "How many participants the user can host in a meeting.",
        source: FROM_SETTINGS,
        stream: streams::USER_SETTINGS,
        in_table: true,
    },
    Field {
        key: "large_meeting_enabled",
        label: "Large meeting enabled",
        kind: FieldKind::YesNo,
        help: "Whether the user holds a Large Meeting add-on.",
        source: FROM_SETTINGS,
        stream: streams::USER_SETTINGS,
        in_table: true,
    },
    Field {
        key: "large_meeting_capacity",
        label: "Large meeting capacity",
        kind: FieldKind::Integer,
        help: "How many participants the user's Large Meeting add-on allows.",
        source: FROM_SETTINGS,
        stream: streams::USER_SETTINGS,
        in_table: true,
    },
    Field {
        key: "webinar",
        label: "Webinar",
        kind: FieldKind::YesNo,
        help: "Whether the user holds a webinar licence.",
        source: FROM_SETTINGS,
        stream: streams::USER_SETTINGS,
        in_table: true,
    },
    Field {
        key: "webinar_capacity",
        label: "Webinar capacity",
        kind: FieldKind::Integer,
        help: "How many attendees the user's webinar licence allows.",
        source: FROM_SETTINGS,
        stream: streams::USER_SETTINGS,
        in_table: true,
    },
    Field {
        key: "last_client_version",
        label: "Last client version",
        kind: FieldKind::Version,
        help: "Version and platform of the client that the user last signed in with.",
        source: FROM_LIST,
        stream: streams::USERS,
        in_table: true,
    },
    Field {
        key: SUITE_FIELD,
        label: "Suite",
        kind: FieldKind::Choice(&SUITE_CHOICES),
        help: "The Zoom Workplace or Zoom United plan that the licence comes with; empty for a plain licence.",
        source: FROM_PROFILE,
        stream: streams::USER_SETTINGS,
        in_table: true,
    },
    profile("job_title", "Job title", "The user's job title in Zoom."),
    profile(
        "cost_centre",
        "Cost centre",
        "The cost centre to which Zoom assigns the user.",
    ),
    profile("company", "Company", "The user's company in Zoom."),
    profile(
        "manager",
        "Manager",
        "The user's manager in Zoom, as an e-mail address.",
    ),
    profile("location", "Location", "The user's place of work in Zoom."),
];

/// A text of the profile, which is read for users with a licence.
const fn profile(key: &'static str, label: &'static str, help: &'static str) -> Field {
    Field {
        key,
        label,
        kind: FieldKind::Text,
        help,
        source: FROM_PROFILE,
        stream: streams::USER_SETTINGS,
        in_table: false,
    }
}

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
