//! Metadata fields of Zoom's users.

use model::{ChoiceLabel, Field, FieldKind, streams};

/// The request that lists users.
pub(crate) const FROM_LIST: &str = "GET /users";
/// The request for one user's settings.
pub(crate) const FROM_SETTINGS: &str = "GET /users/{userId}/settings";

pub(crate) static FIELDS: [Field; 9] = [
    Field {
        key: "user_status",
        label: "User status",
        kind: FieldKind::Choice(&STATUSES),
        help: "Active; Inactive when deactivated; Pending when invited and not yet in.",
        source: FROM_LIST,
        stream: streams::USERS,
    },
    Field {
        key: "user_type",
        label: "User type",
        kind: FieldKind::Choice(&TYPES),
        help: "The base licence, with Zoom's older name in brackets.",
        source: FROM_LIST,
        stream: streams::USERS,
    },
    Field {
        key: "department",
        label: "Department",
        kind: FieldKind::Text,
        help: "The user's department in Zoom.",
        source: FROM_LIST,
        stream: streams::USERS,
    },
    Field {
        key: "meeting_capacity",
        label: "Meeting capacity",
        kind: FieldKind::Integer,
        help: "How many participants the user can host in a meeting.",
        source: FROM_SETTINGS,
        stream: streams::USER_SETTINGS,
    },
    Field {
        key: "large_meeting_enabled",
        label: "Large meeting enabled",
        kind: FieldKind::YesNo,
        help: "Whether the user holds a Large Meeting add-on.",
        source: FROM_SETTINGS,
        stream: streams::USER_SETTINGS,
    },
    Field {
        key: "large_meeting_capacity",
        label: "Large meeting capacity",
        kind: FieldKind::Integer,
        help: "How many participants the user's Large Meeting add-on allows.",
        source: FROM_SETTINGS,
        stream: streams::USER_SETTINGS,
    },
    Field {
        key: "webinar",
        label: "Webinar",
        kind: FieldKind::YesNo,
        help: "Whether the user holds a webinar licence.",
        source: FROM_SETTINGS,
        stream: streams::USER_SETTINGS,
    },
    Field {
        key: "webinar_capacity",
        label: "Webinar capacity",
        kind: FieldKind::Integer,
        help: "How many attendees the user's webinar licence allows.",
        source: FROM_SETTINGS,
        stream: streams::USER_SETTINGS,
    },
    Field {
        key: "last_client_version",
        label: "Last client version",
        kind: FieldKind::Version,
        help: "Version and platform of the client that the user last signed in with.",
        source: FROM_LIST,
        stream: streams::USERS,
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
