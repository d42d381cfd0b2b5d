//! An application and users for tests.

use insight::{Query, Roster, RosterBuilder};
use model::{
    AppScopes, Application, ChoiceLabel, ConnectHelp, Coverage, Day, DayCoverage, DayState, Field,
    FieldKind, FieldValue, Fields, FreeUse, Group, Holder, HostedSummary, LicenceFamily, NeedKind,
    OnSuite, Scopes, Stream, Suite, SuiteData, Timestamp, User,
};
use proptest::prelude::*;

const fn choice(
    value: &'static str,
    label: &'static str,
    aliases: &'static [&'static str],
) -> ChoiceLabel {
    ChoiceLabel {
        value,
        label,
        aliases,
    }
}

const fn field(key: &'static str, label: &'static str, kind: FieldKind) -> Field {
    Field {
        key,
        label,
        kind,
        help: "",
        source: "",
        stream: "users",
        in_table: true,
    }
}

const STATUSES: &[ChoiceLabel] = &[
    choice("active", "Active", &[]),
    choice("inactive", "Inactive", &["deactivated"]),
    choice("pending", "Pending", &[]),
];

const TYPES: &[ChoiceLabel] = &[
    choice("basic", "Basic", &["1"]),
    choice("pro", "Licensed (Pro)", &["licensed", "2"]),
    choice("corp", "On-Prem (Corp)", &["on-prem", "3"]),
    choice("unassigned", "Unassigned", &["4"]),
    choice("none", "None", &["99"]),
];

const fn stream(key: &'static str) -> Stream {
    Stream {
        key,
        label: key,
        source: "",
        history: true,
        scopes: Scopes {
            classic: "",
            granular: &[],
        },
        permission: None,
        optional: false,
        without: "",
    }
}

pub(crate) static APP: Application = Application {
    key: "zoom",
    name: "Zoom",
    fields: &[
        field("department", "Department", FieldKind::Text),
        field(
            "large_meeting_capacity",
            "Large meeting capacity",
            FieldKind::Integer,
        ),
        field(
            "large_meeting_enabled",
            "Large meeting enabled",
            FieldKind::YesNo,
        ),
        field(
            "last_client_version",
            "Last client version",
            FieldKind::Version,
        ),
        field("meeting_capacity", "Meeting capacity", FieldKind::Integer),
        field("user_status", "User status", FieldKind::Choice(STATUSES)),
        field("user_type", "User type", FieldKind::Choice(TYPES)),
        field("webinar", "Webinar", FieldKind::YesNo),
        field("webinar_capacity", "Webinar capacity", FieldKind::Integer),
        field("suite", "Suite", FieldKind::Text),
    ],
    streams: &[stream("meetings"), stream("sign_ins")],
    permissions: &[],
    licences: &[
        LicenceFamily {
            key: "licensed",
            label: "Licensed",
            holder: Holder::Base {
                field: "user_type",
                values: &["pro", "corp"],
                suite: OnSuite::Without("suite"),
            },
        },
        LicenceFamily {
            key: "small",
            label: "Small Suite",
            holder: Holder::Base {
                field: "user_type",
                values: &["pro", "corp"],
                suite: OnSuite::With {
                    field: "suite",
                    suite: "small",
                },
            },
        },
        LicenceFamily {
            key: "big",
            label: "Big Suite",
            holder: Holder::Base {
                field: "user_type",
                values: &["pro", "corp"],
                suite: OnSuite::With {
                    field: "suite",
                    suite: "big",
                },
            },
        },
        LicenceFamily {
            key: "large_meeting",
            label: "Large Meeting",
            holder: Holder::AddOn {
                flag: "large_meeting_enabled",
                size: "large_meeting_capacity",
                sizes: &[500, 1000],
            },
        },
        LicenceFamily {
            key: "webinar",
            label: "Webinar",
            holder: Holder::AddOn {
                flag: "webinar",
                size: "webinar_capacity",
                sizes: &[500, 1000],
            },
        },
    ],
    free: FreeUse {
        value: "basic",
        minutes: 40,
        audience: 100,
        audience_field: "meeting_capacity",
        features: &[(25, NeedKind::CloudRecording)],
    },
    suites: SuiteData {
        field: "suite",
        as_of: "2026-11-20",
        suites: &[
            Suite {
                value: "big",
                label: "Big Suite",
                carries: &[("webinar", 500)],
            },
            Suite {
                value: "small",
                label: "Small Suite",
                carries: &[],
            },
        ],
    },
    scopes: AppScopes::NONE,
    help: ConnectHelp::NONE,
};

/// 20 November 2026, noon.
pub(crate) const NOW: Timestamp = Timestamp(1_795_176_000_000);

pub(crate) fn days_ago(days: i32) -> Timestamp {
    NOW.plus_ms(-i64::from(days) * 86_400_000)
}

/// Every day from so many days ago until today is known.
pub(crate) fn known_for(days: i32) -> Coverage {
    let today = NOW.day();
    known(today.plus(-days).to(today))
}

pub(crate) fn known(days: impl Iterator<Item = Day>) -> Coverage {
    let day = DayCoverage {
        state: DayState::Complete,
        read_at: NOW,
    };
    Coverage {
        days: days.map(|d| (d, day)).collect(),
    }
}

/// A roster of which everything is known for a year.
pub(crate) fn builder() -> RosterBuilder {
    RosterBuilder::new(&APP, NOW, known_for(400), known_for(400), Some(NOW))
}

pub(crate) fn text(value: &str) -> FieldValue {
    FieldValue::Text(value.to_owned())
}

pub(crate) fn user(key: &str, email: &str, name: &str) -> User {
    User {
        key: key.to_owned(),
        external_id: Some(key.to_owned()),
        email: email.to_owned(),
        display_name: name.to_owned(),
        groups: Vec::new(),
        created_at: None,
        listed_sign_in: None,
        fields: Fields::from([("user_status".to_owned(), text("active"))]),
        details: Fields::new(),
        details_at: None,
        first_seen: days_ago(10),
        removed_at: None,
    }
}

pub(crate) fn having(mut user: User, values: &[(&str, FieldValue)]) -> User {
    for (key, value) in values {
        user.fields.insert((*key).to_owned(), value.clone());
    }
    user
}

pub(crate) fn meeting(days: i32, minutes: i32) -> HostedSummary {
    HostedSummary {
        start: days_ago(days),
        minutes,
        participants: Some(5),
        webinar: false,
        features: 0,
    }
}

pub(crate) fn query(pairs: &[(&str, &str)]) -> Query {
    Query::parse(&APP, pairs.iter().copied()).unwrap_or_else(|errors| panic!("{errors:?}"))
}

pub(crate) fn keys(roster: &Roster, pairs: &[(&str, &str)]) -> Vec<String> {
    roster
        .rows(&query(pairs))
        .map(|row| row.key.to_owned())
        .collect()
}

/// A generated person with hosted events.
#[derive(Debug, Clone)]
pub(crate) struct Someone {
    pub(crate) user: User,
    pub(crate) hosted: Vec<HostedSummary>,
}

fn maybe(value: impl Strategy<Value = FieldValue>) -> impl Strategy<Value = Option<FieldValue>> {
    prop::option::weighted(0.8, value)
}

fn words(words: &'static [&'static str]) -> impl Strategy<Value = FieldValue> {
    prop::sample::select(words).prop_map(text)
}

fn metadata() -> impl Strategy<Value = Fields> {
    let number =
        || maybe(prop::sample::select(&[0_i64, 100, 500, 1000][..]).prop_map(FieldValue::Integer));
    let yes_no = || maybe(any::<bool>().prop_map(FieldValue::YesNo));
    (
        maybe(words(&[
            "Sales",
            "Engineering",
            "",
            "none",
            "=x",
            "Unknown",
            "sales",
        ])),
        number(),
        yes_no(),
        maybe(words(&[
            "6.2.11.43613 (mac)",
            "6.2.1 (win)",
            "6.20.1",
            "5.17(lin)",
            "",
            "web client",
        ])),
        number(),
        maybe(words(&["active", "inactive", "pending", "suspended"])),
        maybe(words(&["basic", "pro", "none", "", "7"])),
        yes_no(),
        number(),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i)| {
            APP.fields
                .iter()
                .zip([a, b, c, d, e, f, g, h, i])
                .filter_map(|(field, value)| Some((field.key.to_owned(), value?)))
                .collect()
        })
}

fn someone() -> impl Strategy<Value = Someone> {
    let moment = || prop::option::of((0..120_i32).prop_map(days_ago));
    let hosted = (0..150_i32, 1..200_i32, any::<bool>()).prop_map(|(days, minutes, webinar)| {
        HostedSummary {
            webinar,
            features: 0,
            ..meeting(days, minutes)
        }
    });
    (
        prop::sample::select(&["", "Ann Lee", "ann lee", "Łukasz Żak", "Bob", "Zoë"][..]),
        prop::sample::select(&["", "a@x.example", "B.C@y.example"][..]),
        metadata(),
        moment(),
        prop::collection::btree_set(0..3_usize, 0..3),
        prop::collection::vec(hosted, 0..4),
    )
        .prop_map(
            |(name, email, fields, listed_sign_in, groups, hosted)| Someone {
                user: User {
                    fields,
                    listed_sign_in,
                    groups: groups.iter().map(|n| format!("g{n}")).collect(),
                    ..user("", email, name)
                },
                hosted,
            },
        )
}

/// Up to forty people.
pub(crate) fn people() -> impl Strategy<Value = Vec<Someone>> {
    prop::collection::vec(someone(), 0..40).prop_map(|mut people| {
        for (n, someone) in people.iter_mut().enumerate() {
            // Keys do not come in the order of insertion, and addresses are unique.
            someone.user.key = format!("k{:03}", n * 37 % 101);
            if !someone.user.email.is_empty() {
                someone.user.email = format!("{n}.{}", someone.user.email);
            }
        }
        people
    })
}

/// The roster of these people, with so many days of coverage.
pub(crate) fn roster_of(people: &[Someone], sign_ins: i32, hosted: i32) -> Roster {
    let mut builder =
        RosterBuilder::new(&APP, NOW, known_for(sign_ins), known_for(hosted), Some(NOW));
    for (id, name) in [("g0", "Zurich"), ("g1", "g0"), ("g2", "none")] {
        builder.group(Group {
            id: id.to_owned(),
            name: name.to_owned(),
            total_members: None,
        });
    }
    for someone in people {
        builder.user(someone.user.clone());
    }
    for someone in people {
        for hosted in &someone.hosted {
            builder.hosted(&someone.user.email, *hosted);
        }
    }
    builder.build()
}

/// Pairs that all parse.
pub(crate) fn filters() -> impl Strategy<Value = Vec<(String, String)>> {
    let one = |key: &'static str, values: &'static [&'static str]| {
        prop::sample::select(values).prop_map(move |value| (key.to_owned(), value.to_owned()))
    };
    let filter = prop_oneof![
        one(
            "department",
            &["Sales", "none", "=none", "unknown", "==x", "nobody"]
        ),
        one(
            "meeting_capacity",
            &["100", "none", "0", "100..500", ">=500", "unknown", "<100"]
        ),
        one("webinar", &["yes", "no", "TRUE", "unknown"]),
        one(
            "last_client_version",
            &["6.2", "6.2.11", "5.17", "web", "none", "6.2.1 (win)"]
        ),
        one(
            "user_status",
            &["active", "Pending", "=suspended", "unknown"]
        ),
        one("user_type", &["licensed", "none", "=", "7", "Basic"]),
        one("group", &["g0", "Zurich", "none", "=none", "G0"]),
        one("state", &["active", "inactive", "never", "unknown"]),
    ];
    let single = (
        prop::option::of(one("q", &["ann", "zak", "lee ann", "x.example", "zoe b"])),
        prop::option::of(one("inactive_days", &["1", "30", "90"])),
        prop::option::of(one(
            "sort",
            &[
                "name",
                "-name",
                "email",
                "-email",
                "department",
                "-department",
                "last_client_version",
                "-meeting_capacity",
                "user_type",
                "webinar",
                "last_sign_in",
                "-last_sign_in",
                "last_hosted",
                "-last_hosted",
                "meetings_30d",
                "-meetings_90d",
                "-minutes_30d",
                "minutes_90d",
            ],
        )),
    );
    (prop::collection::vec(filter, 0..4), single).prop_map(|(mut pairs, (q, days, sort))| {
        pairs.extend([q, days, sort].into_iter().flatten());
        pairs
    })
}
