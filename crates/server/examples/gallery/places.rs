//! All other pages.

use maud::Markup;
use model::{
    Grant, GrantKind, IntegrationId, IntegrationState, MemberId, Plan, Role, RunState, Timestamp,
};
use serde_json::json;
use server::ui::pages::overview::{Tallies, Tally};
use server::ui::pages::preflight::Check;
use server::ui::pages::{
    account, add, api, audit, connections, disconnect, error, health, home, integrations, members,
    overview, preflight, problem, runs, settings, setup, sign_in,
};
use server::ui::parts::{Errors, Shell, Subject, Tone};
use sync::zoom::ZOOM;
use sync::zoom::application::CLASSIC_SCOPES;

use crate::data::{LONG, NOW, ago, flashed, series, shell, streams, subject};

fn errors(list: &[(&str, &str)]) -> Errors {
    Errors(
        list.iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect(),
    )
}

fn first_sync() -> Subject {
    Subject {
        users: Some(10_412),
        running: true,
        last_complete_at: None,
        history_since: None,
        ..subject()
    }
}

fn second() -> Subject {
    Subject {
        id: IntegrationId(2),
        name: "Acme Holdings North America and Subsidiaries".to_owned(),
        state: IntegrationState::ReconnectNeeded,
        state_reason: Some("Zoom answered “invalid_grant” when the token was renewed on 21 November: the app was removed from the account, or its secret was changed.".to_owned()),
        users: Some(1_234_567),
        last_complete_at: Some(ago(60 * 24 * 3)),
        ..subject()
    }
}

fn account_card(subject: Subject, known: bool) -> home::Account {
    home::Account {
        found: known.then(crate::decide::found_in_all),
        deadline: known.then(crate::decide::deadline),
        active: known.then_some(1731),
        inactive: known.then_some(212),
        unknown: known.then_some(57),
        inactive_days: 30,
        attention: if subject.state == IntegrationState::ReconnectNeeded {
            vec!["The authorisation no longer works: authorise again".to_owned()]
        } else if known {
            vec!["One role permission is missing: Operational Logs".to_owned()]
        } else {
            Vec::new()
        },
        subject,
    }
}

fn adding(method: GrantKind) -> add::View {
    add::View {
        application: &ZOOM,
        classic_scopes: &CLASSIC_SCOPES,
        helpful_scopes: &sync::zoom::application::HELPFUL_SCOPES,
        method,
        again: None,
        name: String::new(),
        plan: Plan::Pro,
        configured_client_id: None,
        redirect_uri: "https://seatwise.acme.example/oauth/zoom/callback".to_owned(),
        account_id: String::new(),
        client_id: String::new(),
        errors: Errors::default(),
    }
}

fn checks(all: bool) -> preflight::View {
    let check = |index: usize| match index {
        _ if all => Check::Granted,
        6 => Check::Missing,
        3 => Check::Unknown,
        _ => Check::Granted,
    };
    preflight::View {
        integration: IntegrationId(1),
        checking: false,
        checked_at: Some(ago(9)),
        permissions: ZOOM
            .permissions
            .iter()
            .enumerate()
            .map(|(i, permission)| preflight::PermissionRow {
                permission,
                check: check(i),
                detail: "Zoom publishes no code for it, and nothing that was asked needs it."
                    .to_owned(),
            })
            .collect(),
        streams: ZOOM
            .streams
            .iter()
            .enumerate()
            .map(|(i, stream)| preflight::StreamRow {
                stream,
                check: if i == 9 {
                    Check::NotOnPlan
                } else if i == 2 && !all {
                    Check::Missing
                } else {
                    Check::Granted
                },
                missing: if i == 2 && !all {
                    vec!["group:read:list_groups:admin".to_owned()]
                } else {
                    Vec::new()
                },
                detail: String::new(),
            })
            .collect(),
        granular: false,
        extra_scopes: if all {
            Vec::new()
        } else {
            vec!["user:write:admin".to_owned()]
        },
    }
}

fn fares(subject: Subject, known: usize, welcome: bool) -> health::View {
    health::View {
        preflight: checks(
            !welcome && subject.state == IntegrationState::Active && !subject.running,
        ),
        grant: Grant {
            kind: GrantKind::AuthorizationCode,
            account_id: "8A1kPq3rTb2cXyZ0Lm9wQw".to_owned(),
            authorised_by: "svc-seatwise@acme.example".to_owned(),
            authorised_user_id: None,
            scopes: CLASSIC_SCOPES.iter().map(|s| (*s).to_owned()).collect(),
            client_id: "Yb3kQ0sXR7mVt1Zp".to_owned(),
        },
        connected_at: ago(60 * 24 * 60),
        next_run_at: (subject.state == IntegrationState::Active).then(|| NOW.plus_seconds(56 * 60)),
        requests: vec![
            health::Requests {
                label: "Heavy (reports)".to_owned(),
                used: 546,
                a_day: Some(30_000),
                pace: "20 a second".to_owned(),
            },
            health::Requests {
                label: "Medium (lists)".to_owned(),
                used: 83,
                a_day: None,
                pace: "30 a second".to_owned(),
            },
            health::Requests {
                label: "Light (people, settings)".to_owned(),
                used: 12_604,
                a_day: None,
                pace: "40 a second".to_owned(),
            },
        ],
        refused: Some(0),
        plan: Plan::Business,
        budget_percent: 50,
        interval_minutes: 60,
        quarantine: if welcome {
            Vec::new()
        } else {
            vec![("Sign-ins: a row without a time".to_owned(), 3)]
        },
        welcome: welcome.then_some(health::Welcome::Connected),
        errors: Errors::default(),
        progress: streams(subject, known),
    }
}

fn seen(subject: Subject, known: bool) -> overview::View {
    let tally = |value: &str, label: &str, count| Tally {
        value: value.to_owned(),
        label: label.to_owned(),
        count,
    };
    let unknown = if known { 0 } else { 90 };
    overview::View {
        decisions: known.then(|| crate::decide::decisions(&subject)),
        active: known.then_some(1731),
        inactive: known.then_some(193),
        never: known.then_some(19),
        unknown: if known { Some(57) } else { Some(10_412) },
        inactive_days: 30,
        statuses: Tallies {
            label: "User status".to_owned(),
            key: "user_status".to_owned(),
            rows: vec![
                tally("active", "Active", 1861),
                tally("inactive", "Inactive", 84),
                tally("pending", "Pending", 55),
            ],
        },
        types: Tallies {
            label: "User type".to_owned(),
            key: "user_type".to_owned(),
            rows: vec![
                tally("pro", "Licensed (Pro)", 1240),
                tally("basic", "Basic", 705),
                tally("unassigned", "Unassigned", 55),
            ],
        },
        sign_ins: series(
            "sign-ins",
            "Sign-ins per day",
            "sign-in",
            "sign-ins",
            1340,
            unknown.max(20),
        ),
        meetings: series(
            "meetings",
            "Meetings and webinars per day",
            "event",
            "events",
            871,
            unknown,
        ),
        progress: streams(subject, if known { 180 } else { 74 }),
    }
}

fn settings_tree(q: &str) -> account::View {
    let section = |key: &str, label: &str, value| account::Section {
        key: key.to_owned(),
        label: label.to_owned(),
        read_at: ago(31),
        value,
    };
    account::View {
        not_known: Vec::new(),
        subject: subject(),
        q: q.to_owned(),
        reason: None,
        sections: vec![
            section(
                "settings",
                "Settings",
                json!({
                    "schedule_meeting": { "host_video": true, "participants_video": true, "audio_type": "both", "join_before_host": false, "meeting_password_requirement": { "length": 8, "have_letter": true, "consecutive_characters_length": 0 } },
                    "in_meeting": { "e2e_encryption": false, "chat": true, "private_chat": null, "polling": true, "alert_guest_join": true, "attendee_on_hold": false, "custom_live_streaming_service": "" },
                    "feature": { "meeting_capacity": 300 },
                    "recording": { "cloud_recording": true, "auto_recording": "none", "recording_audio_transcript": true, "archive": { "enable": false, "settings": [] } }
                }),
            ),
            section(
                "lock_settings",
                "Locked settings",
                json!({ "in_meeting": { "e2e_encryption": true, "chat": false }, "recording": { "local_recording": true } }),
            ),
            section(
                "managed_domains",
                "Managed domains",
                json!([{ "domain": "acme.example", "status": "verified" }, { "domain": "acme-europe.example", "status": "unverified" }]),
            ),
            section(
                "trusted_domains",
                "Trusted domains",
                json!(["partner.example", "example.org"]),
            ),
        ],
    }
}

fn run_list() -> runs::View {
    let row = |run, state, reason: Option<&str>, minutes| runs::Row {
        run,
        state,
        manual: run % 3 == 0,
        reason: reason.map(ToOwned::to_owned),
        started_at: ago(minutes),
        ended_at: (state != RunState::Running).then(|| ago(minutes).plus_ms(218_400)),
        requests: 3_214,
        refused: run % 2,
        received: 161_412,
        changed: 1_204,
        streams: streams(subject(), 180)
            .rows
            .into_iter()
            .filter_map(|row| row.state)
            .collect(),
    };
    runs::View {
        subject: subject(),
        rows: vec![
            row(1042, RunState::Running, None, 2),
            row(1041, RunState::Complete, None, 64),
            row(
                1040,
                RunState::Postponed,
                Some("The day's heavy requests are used up; it goes on at midnight UTC."),
                124,
            ),
            row(
                1039,
                RunState::Failed,
                Some(
                    "Zoom answered “500 Internal Server Error” eight times in a row. It will be tried again.",
                ),
                60 * 27,
            ),
            row(
                1038,
                RunState::Cancelled,
                Some("Paused by ines.marchetti@acme.example."),
                60 * 50,
            ),
        ],
        first: None,
        next: Some("/i/1/runs?before=1038".to_owned()),
    }
}

fn member_list(errors: Errors) -> members::View {
    let row = |id, name: &str, email: &str, role, last: Option<Timestamp>| members::Row {
        id: MemberId(id),
        name: name.to_owned(),
        email: email.to_owned(),
        role,
        disabled: id == 4,
        created_at: ago(60 * 24 * 30 * id),
        last_sign_in: last,
        you: id == 1,
    };
    members::View {
        rows: vec![
            row(
                1,
                "Ines Marchetti",
                "ines.marchetti@acme.example",
                Role::Owner,
                Some(ago(3)),
            ),
            row(
                2,
                LONG,
                "licences@acme.example",
                Role::LicenceManager,
                Some(ago(60 * 30)),
            ),
            row(3, "Owen Clarke", "owen@acme.example", Role::Auditor, None),
            row(
                4,
                "Priya Raman",
                "priya@acme.example",
                Role::Viewer,
                Some(ago(60 * 24 * 90)),
            ),
        ],
        name: String::new(),
        email: String::new(),
        role: Role::Viewer,
        errors,
    }
}

fn settings_view(new: bool) -> settings::View {
    settings::View {
        organisation: "Acme Group".to_owned(),
        inactive_days: 30,
        typed_days: None,
        tokens: vec![
            settings::Token {
                id: 1,
                label: "Nightly export to finance".to_owned(),
                created_at: ago(60 * 24 * 80),
                last_used_at: Some(ago(600)),
                expires_at: Some(NOW.plus_seconds(86_400 * 10)),
            },
            settings::Token {
                id: 2,
                label: "Try-out".to_owned(),
                created_at: ago(60 * 24 * 200),
                last_used_at: None,
                expires_at: None,
            },
        ],
        new_token: new.then(|| "swt_kZ3hQm8vT1nYb5xCw0dR7pLs2gFjAe9uIo4BqXtVyNM".to_owned()),
        apps: vec![settings::App {
            application: &ZOOM,
            client_id: Some("Yb3kQ0sXR7mVt1Zp".to_owned()),
            fixed: false,
            redirect_uri: "https://seatwise.acme.example/oauth/zoom/callback".to_owned(),
        }],
        form: "password".to_owned(),
        errors: if new {
            Errors::default()
        } else {
            errors(&[("current", "This is not your current password.")])
        },
    }
}

fn audit_log(broken: Option<i64>) -> audit::View {
    let row = |id, actor: &str, action: &str, target: &str, detail| audit::Row {
        id,
        at: ago(id * 71),
        actor: actor.to_owned(),
        action: action.to_owned(),
        target: target.to_owned(),
        detail,
        hash: "9f2c…".to_owned(),
    };
    audit::View {
        rows: vec![
            row(
                1204,
                "Ines Marchetti",
                "integration.settings",
                "Zoom · Acme Europe",
                json!({ "budget_percent": 50, "interval_minutes": 60 }),
            ),
            row(
                1203,
                "Seatwise",
                "integration.reconnect_needed",
                "Zoom · Acme Holdings North America and Subsidiaries",
                json!({ "reason": "invalid_grant" }),
            ),
            row(
                1202,
                "command line",
                "member.added",
                "owen@acme.example",
                json!({ "role": "auditor" }),
            ),
            row(1201, "Ines Marchetti", "session.started", "", json!({})),
        ],
        broken_at: broken,
        first: None,
        next: Some("/audit?before=1201".to_owned()),
    }
}

fn document() -> serde_json::Value {
    let user = json!({ "$ref": "#/components/schemas/User" });
    json!({
        "openapi": "3.1.0",
        "paths": {
            "/api/v1/integrations": { "get": { "operationId": "listIntegrations", "summary": "Lists the integrations.", "responses": { "200": { "description": "All of them.", "content": { "application/json": { "schema": { "type": "array", "items": { "type": "string" } } } } } } } },
            "/api/v1/integrations/{id}/users": { "get": { "operationId": "listUsers", "summary": "Lists users.", "description": "The same filters as the page; repeat a parameter for “or”.", "parameters": [
                { "name": "id", "in": "path", "required": true, "description": "Number of the integration.", "schema": { "type": "string" } },
                { "name": "q", "in": "query", "description": "Part of a name or e-mail address.", "schema": { "type": ["string", "null"] } },
                { "name": "state", "in": "query", "description": "Activity against the threshold.", "schema": { "type": "string", "enum": ["active", "inactive", "never", "unknown"] } }
            ], "responses": { "200": { "description": "A page of users.", "content": { "application/json": { "schema": user } } }, "404": { "description": "There is no such integration." } } } },
            "/api/v1/integrations/{id}/sync": { "post": { "operationId": "startSync", "summary": "Starts a sync.", "responses": { "202": { "description": "Begins at once." } } } }
        },
        "components": { "schemas": { "User": { "type": "object", "description": "A user of the application.", "properties": {
            "id": { "type": "string", "description": "Stable key." },
            "email": { "type": "string", "description": "E-mail address." },
            "created_at": { "type": ["string", "null"], "format": "date-time", "description": "When the account was made." }
        } } } }
    })
}

/// Their names and content.
pub(crate) fn pages() -> Vec<(&'static str, Markup)> {
    let empty = Shell {
        integrations: Vec::new(),
        ..shell("/")
    };
    let viewer = |path: &str| {
        let mut s = shell(path);
        s.member.role = Role::Viewer;
        s
    };
    let paused = Subject {
        state: IntegrationState::Paused,
        state_reason: Some("Paused by ines.marchetti@acme.example on 20 November.".to_owned()),
        ..subject()
    };
    let configured = add::View {
        configured_client_id: Some("Yb3kQ0sXR7mVt1Zp".to_owned()),
        name: "Acme Asia".to_owned(),
        ..adding(GrantKind::AuthorizationCode)
    };
    let wrong = add::View {
        name: "Acme Asia".to_owned(),
        account_id: "8A1k".to_owned(),
        client_id: "Yb3kQ0sXR7mVt1Zp".to_owned(),
        errors: errors(&[
            (
                "account_id",
                "This is 4 characters long; an account id has 22.",
            ),
            (
                "client_secret",
                "Zoom does not accept this client id and secret together. Copy both again; development and production have different ones.",
            ),
        ]),
        ..adding(GrantKind::ServerToServer)
    };
    let again = add::View {
        again: Some((IntegrationId(2), "Acme Holdings".to_owned())),
        ..adding(GrantKind::AuthorizationCode)
    };
    let declined = problem::View {
        title: "Zoom was not connected".to_owned(),
        pill: (Tone::Bad, "not connected".to_owned()),
        happened: "The permission was declined at Zoom.".to_owned(),
        means: "Nothing was changed at Zoom or here.".to_owned(),
        remedy: "To connect, start again and press Authorize on Zoom's page.".to_owned(),
        code: "declined".to_owned(),
        again: Some((
            "/integrations/zoom/add".to_owned(),
            "Start again".to_owned(),
        )),
        missing: Vec::new(),
    };
    let scopes = problem::View { title: "A scope is missing".to_owned(), code: "scopes_missing".to_owned(), missing: vec!["user:read:list_users:admin".to_owned(), "user:read:user:admin".to_owned()], happened: "The granted scopes do not allow Seatwise to read users.".to_owned(), remedy: "Add them to the app's scopes in the Zoom App Marketplace, leave them ticked on Zoom's permission page, and start again.".to_owned(), ..declined.clone() };
    let gone = disconnect::View {
        subject: subject(),
        erase: true,
        errors: errors(&[(
            "confirm",
            "This is not the name. Nothing was erased; type “Acme Europe” exactly.",
        )]),
    };
    let tile = |connections, attention| integrations::View {
        tiles: vec![integrations::Tile {
            application: &ZOOM,
            connections,
            attention,
        }],
    };
    let connected = |subject: Subject, kind, by: &str| connections::Row {
        subject,
        kind,
        account_id: "8A1kPq3rTb2cXyZ0Lm9wQw".to_owned(),
        authorised_by: by.to_owned(),
    };
    vec![
        ("setup", setup::page(&setup::View::default())),
        (
            "setup-errors",
            setup::page(&setup::View {
                organisation: "Acme Group".to_owned(),
                email: "ines@".to_owned(),
                errors: errors(&[
                    (
                        "email",
                        "“ines@” is not an e-mail address; write it like name@company.example.",
                    ),
                    ("password", "This is 6 characters long; 12 are needed."),
                ]),
                ..setup::View::default()
            }),
        ),
        (
            "sign-in",
            sign_in::page(&sign_in::View {
                next: "/".to_owned(),
                note: Some("Your session has ended.".to_owned()),
                errors: errors(&[("", "E-mail address or password is wrong.")]),
                ..sign_in::View::default()
            }),
        ),
        (
            "home-empty",
            home::page(
                &empty,
                &home::View {
                    accounts: Vec::new(),
                    applications: vec![&ZOOM],
                },
            ),
        ),
        (
            "home",
            home::page(
                &shell("/"),
                &home::View {
                    accounts: vec![account_card(subject(), true), account_card(second(), false)],
                    applications: vec![&ZOOM],
                },
            ),
        ),
        (
            "integrations",
            integrations::page(&shell("/integrations"), &tile(2, 1)),
        ),
        (
            "integrations-empty",
            integrations::page(&empty, &tile(0, 0)),
        ),
        (
            "connections",
            connections::page(
                &shell("/integrations/zoom"),
                &connections::View {
                    application: &ZOOM,
                    rows: vec![
                        connected(
                            subject(),
                            GrantKind::AuthorizationCode,
                            "svc-seatwise@acme.example",
                        ),
                        connected(second(), GrantKind::ServerToServer, ""),
                    ],
                },
            ),
        ),
        (
            "connections-empty",
            connections::page(
                &viewer("/integrations/zoom"),
                &connections::View {
                    application: &ZOOM,
                    rows: Vec::new(),
                },
            ),
        ),
        (
            "add",
            add::page(
                &shell("/integrations/zoom/add"),
                &adding(GrantKind::AuthorizationCode),
            ),
        ),
        (
            "add-configured",
            add::page(&shell("/integrations/zoom/add"), &configured),
        ),
        (
            "add-wrong",
            add::page(&shell("/integrations/zoom/add"), &wrong),
        ),
        (
            "add-again",
            add::page(&shell("/integrations/zoom/add"), &again),
        ),
        (
            "problem",
            problem::page(&shell("/integrations/zoom/add"), &declined),
        ),
        (
            "problem-scopes",
            problem::page(&shell("/integrations/zoom/add"), &scopes),
        ),
        (
            "health-first",
            health::page(&shell("/i/1/integration"), &fares(first_sync(), 74, true)),
        ),
        (
            "health",
            health::page(
                &flashed(
                    "/i/1/integration",
                    Tone::Good,
                    "The settings were saved. They take effect with the next request.",
                ),
                &fares(subject(), 180, false),
            ),
        ),
        (
            "health-paused",
            health::page(
                &shell("/i/1/integration"),
                &fares(paused.clone(), 150, false),
            ),
        ),
        (
            "health-again",
            health::page(&viewer("/i/2/integration"), &fares(second(), 150, false)),
        ),
        (
            "disconnect",
            disconnect::page(&shell("/i/1/disconnect"), &gone),
        ),
        (
            "overview",
            overview::page(&shell("/i/1"), &seen(subject(), true)),
        ),
        (
            "overview-first",
            overview::page(&shell("/i/1"), &seen(first_sync(), false)),
        ),
        (
            "overview-paused",
            overview::page(
                &flashed(
                    "/i/1",
                    Tone::Bad,
                    "The sync could not be started: the integration is paused.",
                ),
                &seen(paused, true),
            ),
        ),
        (
            "account",
            account::page(&shell("/i/1/account"), &settings_tree("")),
        ),
        (
            "account-search",
            account::page(&shell("/i/1/account"), &settings_tree("chat")),
        ),
        ("runs", runs::page(&shell("/i/1/runs"), &run_list())),
        (
            "members",
            members::page(&shell("/members"), &member_list(Errors::default())),
        ),
        (
            "settings",
            settings::page(&shell("/settings"), &settings_view(true)),
        ),
        (
            "settings-errors",
            settings::page(&shell("/settings"), &settings_view(false)),
        ),
        ("audit", audit::page(&shell("/audit"), &audit_log(None))),
        (
            "audit-broken",
            audit::page(&shell("/audit"), &audit_log(Some(1202))),
        ),
        (
            "api",
            api::page(
                &shell("/api"),
                &api::View {
                    document: document(),
                    base: "https://seatwise.acme.example".to_owned(),
                },
            ),
        ),
        (
            "error-404",
            error::page(Some(&shell("/nowhere")), &error::View::of(404)),
        ),
        (
            "error-500",
            error::page(
                None,
                &error::View {
                    reference: Some("7f3a91".to_owned()),
                    ..error::View::of(500)
                },
            ),
        ),
    ]
}
