//! An application for tests: seats of a developer platform, from fixture data without a network, with a
//! family of licences that Zoom does not have. A model for connectors: it has everything that one needs.

use std::sync::Arc;

use async_trait::async_trait;
use connector::{
    AccountIdentity, AppKeys, AuthError, AuthErrorKind, Budget, Connector, Cursor, DetailsNeed,
    Error, ErrorKind, ListedUser, Page, PageRequest, PreflightAnswers, PreflightRequest, Reading,
    Records, Rejected, Session, Shape, TokenSet, TokenSource,
};
use model::{
    AppScopes, Application, ChoiceLabel, ConnectHelp, Field, FieldKind, FieldValue, Fields,
    FreeUse, Holder, LicenceFamily, OnSuite, Plan, Scopes, Stream, SuiteData, User, streams,
};
use serde::Deserialize;
use serde_json::Value;
use sync::ServerToServer;

/// The answer of the platform's list of seats, in pages of three. The clock stands at noon on 23
/// November 2026.
const SEATS: &str = r#"[
  {"user": "ada@forge.example", "last_activity": "2026-11-21T09:00:00Z", "paid": true, "team": "Compilers"},
  {"user": "ben@forge.example", "last_activity": "2026-02-01T09:00:00Z", "paid": true, "team": "Compilers"},
  {"user": "cleo@forge.example", "last_activity": "2026-11-22T09:00:00Z", "paid": false, "team": ""},
  {"user": "dora@forge.example", "last_activity": null, "paid": true, "team": "Tools"},
  {"user": "eve@forge.example", "last_activity": "2026-03-01T09:00:00Z", "paid": false, "team": "Tools"},
  {"user": 6, "paid": true}
]"#;
const PAGE: usize = 3;
/// The only client secret that the platform accepts.
pub(crate) const SECRET: &str = "forge-secret";
const ACCOUNT: &str = "acme";

/// A seat as the platform lists it.
#[derive(Deserialize)]
struct Seat {
    user: String,
    last_activity: Option<String>,
    paid: bool,
    team: String,
}

pub(crate) static FORGE: Application = Application {
    key: "forge",
    name: "Forge",
    fields: &FIELDS,
    streams: &[Stream {
        key: streams::USERS,
        label: "Seats",
        source: "GET /seats",
        history: false,
        scopes: Scopes {
            classic: "seats:read",
            granular: &[],
        },
        permission: None,
        optional: false,
        without: "No seat is known.",
    }],
    permissions: &[],
    licences: &[LicenceFamily {
        key: "seat",
        label: "Forge seat",
        holder: Holder::Base {
            field: "plan",
            values: &["paid"],
            suite: OnSuite::NotSold,
        },
    }],
    free: FreeUse {
        value: "free",
        minutes: i32::MAX,
        audience: i64::MAX,
        audience_field: "",
        features: &[],
    },
    suites: SuiteData::NONE,
    scopes: AppScopes {
        classic: &["seats:read"],
        helpful: &[],
        harmless: &[],
        write: &[("seats:write", "paid seats")],
    },
    help: ConnectHelp {
        app_console: "the settings of your Forge organisation",
        grant_users: "In Forge, give the app the permission “Seats”",
        host: "forge.example",
        account_app: &["In Forge, open *Settings → Apps* and make an app."],
        ..ConnectHelp::NONE
    },
};

static FIELDS: [Field; 2] = [
    Field {
        key: "plan",
        label: "Plan",
        kind: FieldKind::Choice(&[
            ChoiceLabel {
                value: "free",
                label: "Free",
                aliases: &[],
            },
            ChoiceLabel {
                value: "paid",
                label: "Paid seat",
                aliases: &[],
            },
        ]),
        help: "Whether the seat is paid for.",
        source: "GET /seats",
        stream: streams::USERS,
        in_table: true,
    },
    Field {
        key: "team",
        label: "Team",
        kind: FieldKind::Text,
        help: "The team in Forge.",
        source: "GET /seats",
        stream: streams::USERS,
        in_table: true,
    },
];

static READINGS: [Reading; 1] = [Reading {
    stream: streams::USERS,
    shape: Shape::Users {
        listings: &["seated"],
        page_sizes: &[],
    },
}];

/// The platform as an application.
pub(crate) struct Forge;

#[async_trait]
impl Connector for Forge {
    fn application(&self) -> &'static Application {
        &FORGE
    }

    fn readings(&self) -> &'static [Reading] {
        &READINGS
    }

    fn session(&self, tokens: Arc<dyn TokenSource>, _: &Budget) -> Arc<dyn Session> {
        Arc::new(ForgeSession { tokens })
    }

    fn api_url(&self) -> String {
        "https://api.forge.example/".to_owned()
    }

    async fn account_token(&self, app: AppKeys<'_>, _: &str) -> Result<TokenSet, AuthError> {
        use secrecy::ExposeSecret as _;
        if app.client_secret.expose_secret() != SECRET {
            let reason = "unknown secret".to_owned();
            let kind = AuthErrorKind::ClientInvalid { reason };
            return Err(AuthError::new(kind, "unknown secret"));
        }
        Ok(TokenSet {
            access: "token".into(),
            refresh: None,
            expires_in_s: 3600,
            scopes: vec!["seats:read".to_owned()],
            api_url: None,
        })
    }
}

/// The platform's account.
struct ForgeSession {
    tokens: Arc<dyn TokenSource>,
}

#[async_trait]
impl Session for ForgeSession {
    async fn identify(&self) -> Result<AccountIdentity, AuthError> {
        Ok(AccountIdentity {
            account_id: Some(ACCOUNT.to_owned()),
            ..AccountIdentity::default()
        })
    }

    async fn probe(&self) -> Result<(), AuthError> {
        Ok(())
    }

    async fn page(&self, request: &PageRequest<'_>) -> Result<Page, Error> {
        let token = self.tokens.token().await;
        let token = token.map_err(|error| Error::new(ErrorKind::NoToken, error.to_string()))?;
        assert_eq!(token.api_url, "https://api.forge.example/");
        let seats: Vec<Value> = serde_json::from_str(SEATS).unwrap();
        let from = match request.cursor {
            Some(cursor) => cursor.0.parse().unwrap(),
            None => 0,
        };
        let end = (from + PAGE).min(seats.len());
        let (mut users, mut rejected) = (Vec::new(), Vec::new());
        for seat in &seats[from..end] {
            match Seat::deserialize(seat) {
                Ok(seat) => users.push(listed(seat, request)),
                Err(_) => rejected.push(Rejected {
                    reason: "the seat has no user".to_owned(),
                    day: None,
                    person: None,
                    lost: true,
                    text: seat.to_string().into(),
                }),
            }
        }
        Ok(Page {
            next: (end < seats.len()).then(|| Cursor(end.to_string())),
            total: Some(seats.len() as u64),
            rejected,
            ..Page::single(Records::Users(users))
        })
    }

    async fn has_user(&self, _: &str) -> Result<bool, Error> {
        Ok(false)
    }

    async fn preflight(&self, _: &PreflightRequest<'_>) -> PreflightAnswers {
        PreflightAnswers {
            streams: vec![(streams::USERS, Ok(()))],
            permission_codes: None,
        }
    }

    fn take_requests(&self) -> Vec<(&'static str, u64)> {
        Vec::new()
    }
}

fn listed(seat: Seat, request: &PageRequest<'_>) -> ListedUser {
    let text = |text: &str| FieldValue::Text(text.to_owned());
    let plan = if seat.paid { "paid" } else { "free" };
    ListedUser {
        details_key: i64::from(seat.paid),
        details: DetailsNeed::Never,
        user: User {
            external_id: Some(seat.user.clone()),
            display_name: String::new(),
            email: seat.user.clone(),
            key: seat.user,
            groups: Vec::new(),
            created_at: Some("2025-01-01T00:00:00Z".parse().unwrap()),
            listed_sign_in: seat.last_activity.map(|at| at.parse().unwrap()),
            fields: Fields::from([
                ("plan".to_owned(), text(plan)),
                ("team".to_owned(), text(&seat.team)),
            ]),
            details: Fields::new(),
            details_at: None,
            first_seen: request.began,
            removed_at: None,
        },
    }
}

pub(crate) fn credentials(secret: &str) -> ServerToServer {
    ServerToServer {
        application: FORGE.key,
        name: "Acme Forge".to_owned(),
        plan: Plan::Pro,
        account_id: ACCOUNT.to_owned(),
        client_id: "forge-app".to_owned(),
        client_secret: secret.to_owned().into(),
        reauthorise: None,
    }
}
