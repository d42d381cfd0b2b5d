//! Pages about users and what they did.

use maud::Markup;
use model::{
    ActivityState, AdminChange, EventKind, FieldKind, FieldValue, HostedEvent, SignIn, SignInKind,
};
use server::ui::pages::{admin_changes, groups, sign_ins, user, users};
use server::ui::parts::facet::{Facet, FacetOption};
use server::ui::parts::subject::Stopped;
use server::ui::parts::table::Sort;
use server::ui::parts::{Errors, Params, Seen, Subject};
use sync::zoom::ZOOM;

use crate::data::{LONG, NOW, ago, int, series, shell, subject};

const NAMES: [(&str, &str, &str); 12] = [
    ("Amelia Brandt", "amelia.brandt@acme.example", "Sales"),
    (
        "Bohdan Kravets",
        "b.kravets@acme.example",
        "Customer Success",
    ),
    (
        "Chiara De Santis-Montefiore",
        "chiara.desantis@acme.example",
        "Finance",
    ),
    ("Deniz Aydın", "deniz@acme.example", "Engineering"),
    ("Emeka Obi", "emeka.obi@acme.example", "Sales"),
    (
        LONG,
        "anastasia-theodora.von-hohenlohe-waldenburg-schillingsfuerst@subsidiary.acme.example",
        "Office of the Chief Information Security Officer, EMEA and APAC",
    ),
    ("Gustavo Prieto", "gustavo.p@acme.example", "Sales"),
    ("", "invited.person@partner.example", ""),
    ("Ibrahim Diallo", "", "Support"),
    ("Jana Novotná", "jana.n@acme.example", "Engineering"),
    ("Kofi Mensah", "kofi.mensah@acme.example", "Finance"),
    ("Lea Fischer", "lea.fischer@acme.example", "Sales"),
];

fn rows() -> Vec<users::Row> {
    NAMES
        .iter()
        .enumerate()
        .map(|(index, (name, email, department))| {
            let state = ActivityState::ALL[[0, 0, 1, 0, 2, 0, 3, 2, 1, 0, 0, 0][index]];
            let text = |value: &str| Some(FieldValue::Text(value.to_owned()));
            let licensed = index % 3 != 1;
            let unread = index == 6;
            let detail = |value: FieldValue| (!unread).then_some(value);
            let count = int(index) * 4 % 19;
            users::Row {
                key: format!("u{index}"),
                name: (*name).to_owned(),
                email: (*email).to_owned(),
                fields: vec![
                    text(department),
                    detail(FieldValue::Integer(if index == 3 { 1000 } else { 0 })),
                    detail(FieldValue::YesNo(index == 3)),
                    if index == 7 { None } else { text(["6.2.11.43613 (mac)", "6.1.5.43316 (win)", "5.17.11.34827 (win)"][index % 3]) },
                    detail(FieldValue::Integer(if licensed { 300 } else { 100 })),
                    text(if index == 7 { "pending" } else if index == 8 { "inactive" } else { "active" }),
                    text(if licensed { "pro" } else { "basic" }),
                    detail(FieldValue::YesNo(index == 9)),
                    detail(FieldValue::Integer(if index == 9 { 500 } else { 0 })),
                ],
                groups: match index % 4 {
                    0 => vec!["Sales EMEA".to_owned(), "All staff".to_owned()],
                    1 => vec!["All staff".to_owned()],
                    2 => Vec::new(),
                    _ => vec!["Webinar hosts, shared calendar and on-call rotation for the autumn campaign".to_owned()],
                },
                last_sign_in: match state {
                    ActivityState::Never => Seen::Never,
                    ActivityState::Unknown => Seen::Unknown,
                    ActivityState::Inactive => Seen::On(NOW.day().plus(-104)),
                    ActivityState::Active => Seen::At(ago(60 * 17 * int(index) + 12)),
                },
                last_hosted: match state {
                    ActivityState::Never => Seen::Never,
                    ActivityState::Unknown => Seen::Unknown,
                    _ if index % 2 == 1 => Seen::Never,
                    _ => Seen::At(ago(60 * 31 * int(index) + 90)),
                },
                meetings_30d: (state != ActivityState::Unknown).then_some(count),
                meetings_90d: (index != 9 && state != ActivityState::Unknown).then_some(count * 3),
                minutes_30d: (state != ActivityState::Unknown).then_some(count * 41),
                minutes_90d: (index != 9 && state != ActivityState::Unknown).then_some(count * 127),
                state,
                removed: index == 8,
            }
        })
        .collect()
}

fn facets() -> Vec<Facet> {
    let option = |value: &str, label: &str, count, selected| FacetOption {
        value: value.to_owned(),
        label: label.to_owned(),
        count,
        selected,
        unknown: value == "unknown",
    };
    let mut all: Vec<Facet> = ZOOM
        .fields
        .iter()
        .map(|field| {
            let options = match field.kind {
                FieldKind::Choice(choices) => choices
                    .iter()
                    .enumerate()
                    .map(|(i, c)| {
                        option(c.value, c.label, [1298, 312, 84, 0, 0][i], c.value == "pro")
                    })
                    .collect(),
                FieldKind::YesNo => vec![
                    option("yes", "Yes", 31, false),
                    option("no", "No", 281, false),
                    option("unknown", "Unknown", 22, false),
                ],
                FieldKind::Integer => vec![
                    option("300", "300", 281, false),
                    option("500", "500", 31, false),
                    option("1000", "1,000", 1_234_567, false),
                ],
                FieldKind::Version => vec![
                    option("6.2", "6.2", 140, false),
                    option("6.1", "6.1", 88, false),
                    option("5.17", "5.17", 62, false),
                    option("unknown", "Unknown", 22, false),
                ],
                FieldKind::Text => [
                    "Sales",
                    "Customer Success",
                    "Engineering",
                    "Finance",
                    "Support",
                    "Marketing",
                    "Legal",
                    "Office of the Chief Information Security Officer, EMEA and APAC",
                    "People",
                ]
                .iter()
                .enumerate()
                .map(|(i, d)| option(d, d, 84 - 9 * int(i), i == 0 || i == 7))
                .collect(),
            };
            Facet {
                key: field.key.to_owned(),
                label: field.label.to_owned(),
                help: field.help.to_owned(),
                options,
            }
        })
        .collect();
    all.push(Facet {
        key: "state".to_owned(),
        label: "Activity".to_owned(),
        help: "Against the threshold.".to_owned(),
        options: ActivityState::ALL
            .iter()
            .enumerate()
            .map(|(i, s)| option(s.value(), s.label(), [212, 57, 19, 24][i], false))
            .collect(),
    });
    all.push(Facet {
        key: "group".to_owned(),
        label: "Group".to_owned(),
        help: String::new(),
        options: Vec::new(),
    });
    all
}

fn list() -> users::View {
    users::View {
        subject: subject(),
        params: Params::new(
            "/i/1/users",
            vec![
                ("user_type".to_owned(), "pro".to_owned()),
                ("department".to_owned(), "Sales".to_owned()),
                ("sort".to_owned(), "-last_sign_in".to_owned()),
            ],
        ),
        matching: 312,
        facets: facets(),
        rows: rows(),
        inactive_days: 30,
        usual_days: 30,
        sort: Sort {
            key: "last_sign_in".to_owned(),
            descending: true,
        },
        before: 0,
        next_cursor: Some("b2Zmc2V0".to_owned()),
        problems: Vec::new(),
    }
}

fn person(index: usize) -> user::View {
    let empty = index == 6;
    let row = rows().swap_remove(index);
    user::View {
        subject: subject(),
        findings: crate::decide::of_person(index),
        verdicts: if empty {
            vec!["Whether the licence is needed can’t be told: sign-ins are not known for long enough.".to_owned()]
        } else {
            Vec::new()
        },
        licences: vec![
            ("Licensed".to_owned(), NOW.day().plus(-315), true),
            ("Webinar 500".to_owned(), NOW.day().plus(-140), false),
        ],
        groups: row
            .groups
            .iter()
            .enumerate()
            .map(|(i, name)| (format!("g{i}"), name.clone()))
            .collect(),
        created_at: (!empty).then(|| ago(60 * 24 * 400)),
        first_seen: ago(60 * 24 * 9),
        removed_at: row.removed.then(|| ago(60 * 30)),
        read_at: if empty {
            vec![("users".to_owned(), ago(4))]
        } else {
            vec![
                ("users".to_owned(), ago(4)),
                ("user_settings".to_owned(), ago(122)),
            ]
        },
        emails: vec![
            (row.email.clone(), ago(60 * 24 * 200), None),
            (
                "a.brandt@old-name.example".to_owned(),
                ago(60 * 24 * 400),
                Some(ago(60 * 24 * 200)),
            ),
        ],
        inactive_days: 30,
        sign_in_days: series(
            "sign-in-days",
            "Sign-ins",
            "sign-in",
            "sign-ins",
            2,
            if empty { 90 } else { 12 },
        ),
        hosted_days: series(
            "hosted-days",
            "Meetings and webinars",
            "event",
            "events",
            if empty { 0 } else { 3 },
            if empty { 90 } else { 0 },
        ),
        hosted: if empty {
            Vec::new()
        } else {
            (0..6)
                .map(|n| HostedEvent {
                    id: format!("e{n}"),
                    kind: if n == 2 {
                        EventKind::Webinar
                    } else {
                        EventKind::Meeting
                    },
                    host: row.email.clone(),
                    start: ago(60 * 25 * n + 200),
                    end: ago(60 * 25 * n + 160),
                    minutes: 38,
                    participants: 9,
                    peak_viewers: None,
                    features: n,
                })
                .collect()
        },
        sign_ins: if empty {
            Vec::new()
        } else {
            (0..5).map(|n| sign_in(&row.email, n)).collect()
        },
        features: vec![(1, "recording"), (2, "screen sharing"), (4, "phone")],
        user: row,
    }
}

fn sign_in(email: &str, n: i64) -> SignIn {
    SignIn {
        at: ago(60 * 9 * n + 33),
        email: email.to_owned(),
        kind: if n % 3 == 1 {
            SignInKind::Out
        } else {
            SignInKind::In
        },
        client: if n == 3 {
            String::new()
        } else {
            "mac".to_owned()
        },
        version: if n == 3 {
            String::new()
        } else {
            "6.2.11.43613".to_owned()
        },
        network: if n == 2 {
            String::new()
        } else {
            "192.0.2.0/24".to_owned()
        },
        ordinal: 0,
    }
}

fn log(rows: bool) -> sign_ins::View {
    sign_ins::View {
        subject: subject(),
        params: Params::new("/i/1/sign-ins", Vec::new()),
        per_day: Some(series("sign-ins-per-day", "People who signed in per day", "person", "people", 1340, 20).counted_anew()),
        stopped: None,
        rows: if rows {
            NAMES
                .iter()
                .enumerate()
                .filter(|(_, (_, email, _))| !email.is_empty())
                .map(|(i, (name, email, _))| sign_ins::Row {
                    sign_in: sign_in(email, int(i)),
                    user: (i != 4 && !name.is_empty()).then(|| (format!("u{i}"), (*name).to_owned())),
                })
                .collect()
        } else { Vec::new() },
        next_cursor: rows.then(|| "x".to_owned()),
        reason: (!rows).then(|| "The role permission “User Activity Reports” is missing, so that Zoom does not tell who signed in.".to_owned()),
        errors: Errors::default(),
    }
}

fn changes() -> admin_changes::View {
    let change = |n: i64, action: &str, category: &str, detail: &str| AdminChange {
        at: ago(60 * 5 * n + 7),
        operator: if n == 2 {
            String::new()
        } else {
            "it-admin@acme.example".to_owned()
        },
        category: category.to_owned(),
        action: action.to_owned(),
        detail: detail.to_owned(),
        ordinal: 0,
    };
    admin_changes::View {
        subject: subject(),
        stopped: Some(Stopped {
            read_at: Some(ago(60 * 24 * 5)),
            why: "The role of the account that authorised lacks Operational Logs.".to_owned(),
        }),
        params: Params::new(
            "/i/1/admin-changes",
            vec![("operator".to_owned(), "it-admin@acme.example".to_owned())],
        ),
        categories: vec!["Account".to_owned(), "Role".to_owned(), "User".to_owned()],
        rows: vec![
            change(
                0,
                "Update",
                "User",
                "Update User amelia.brandt@acme.example - User Type: from Basic to Licensed",
            ),
            change(1, "Add", "User", "Add User invited.person@partner.example"),
            change(2, "Update", "Account", ""),
            change(
                3,
                "Update",
                "Role",
                "Edit Role Seatwise reader - Admin Activity Logs: from None to View; User Activity Reports: from None to View; Usage Reports: from None to View",
            ),
        ],
        next_cursor: None,
        reason: None,
        errors: Errors::default(),
    }
}

fn group_list() -> groups::View {
    let row = |id: &str, name: &str, known, total, active| groups::Row {
        id: id.to_owned(),
        name: name.to_owned(),
        known,
        total,
        active,
    };
    groups::View {
        subject: subject(),
        rows: vec![
            row("a", "All staff", 1943, Some(1943), Some(1612)),
            row("b", "Sales EMEA", 214, Some(214), Some(199)),
            row(
                "c",
                "Webinar hosts, shared calendar and on-call rotation for the autumn campaign",
                3,
                Some(3),
                Some(0),
            ),
            row("d", "Contractors", 57, None, None),
        ],
        without_group: Some(41),
        inactive_days: 30,
        reason: None,
    }
}

/// Their names and content.
pub(crate) fn pages() -> Vec<(&'static str, Markup)> {
    let at = |path: &str| shell(path);
    let nobody = users::View {
        matching: 0,
        rows: Vec::new(),
        next_cursor: None,
        ..list()
    };
    let no_users = users::View {
        subject: Subject {
            users: None,
            last_complete_at: None,
            running: true,
            ..subject()
        },
        matching: 0,
        facets: Vec::new(),
        rows: Vec::new(),
        next_cursor: None,
        problems: vec![
            "There is no order “colour”; orders are name, email, department, last_sign_in, …"
                .to_owned(),
        ],
        ..list()
    };
    let no_groups = groups::View {
        rows: Vec::new(),
        without_group: None,
        reason: Some("The role permission “Groups” is missing.".to_owned()),
        ..group_list()
    };
    vec![
        ("users", users::page(&at("/i/1/users"), &list())),
        ("users-nobody", users::page(&at("/i/1/users"), &nobody)),
        ("users-first", users::page(&at("/i/1/users"), &no_users)),
        ("user", user::page(&at("/i/1/users/u0"), &person(0))),
        ("user-unknown", user::page(&at("/i/1/users/u6"), &person(6))),
        ("user-long", user::page(&at("/i/1/users/u5"), &person(5))),
        ("groups", groups::page(&at("/i/1/groups"), &group_list())),
        ("groups-none", groups::page(&at("/i/1/groups"), &no_groups)),
        ("sign-ins", sign_ins::page(&at("/i/1/sign-ins"), &log(true))),
        (
            "sign-ins-none",
            sign_ins::page(&at("/i/1/sign-ins"), &log(false)),
        ),
        (
            "admin-changes",
            admin_changes::page(&at("/i/1/admin-changes"), &changes()),
        ),
    ]
}
