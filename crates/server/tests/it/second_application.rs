//! A second application beside Zoom: seats of a developer platform, from fixture data without a
//! network. Its connector is the only code that knows it. The sync engine, store, insight, pages and API
//! run unchanged, with a family of licences that Zoom does not have.

use std::sync::Arc;

use async_trait::async_trait;
use connector::{
    AccountIdentity, AppKeys, AuthError, AuthErrorKind, Budget, Connector, Cursor, DetailsNeed,
    Error, ErrorKind, ListedUser, Page, PageRequest, PreflightAnswers, PreflightRequest, Reading,
    Records, Rejected, Session, Shape, TokenSet, TokenSource,
};
use model::{
    AppScopes, Application, ChoiceLabel, ConnectHelp, Field, FieldKind, FieldValue, Fields,
    FreeUse, Holder, IntegrationId, LicenceFamily, Plan, Role, RunState, Scopes, Stream,
    StreamOutcome, SuiteData, User, streams,
};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Actor;
use sync::ServerToServer;
use testkit::database::Kind;
use testkit::web::Visitor;
use tokio_util::sync::CancellationToken;

use crate::fixture::Site;

testkit::on_both_engines!(
    users_of_a_second_application_have_its_own_fields,
    findings_are_about_the_licences_of_the_second_application,
    pages_show_both_applications,
    change_lists_have_the_names_of_the_second_application,
    wrong_credentials_are_refused_in_the_words_of_the_application,
);

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
const SECRET: &str = "forge-secret";
const ACCOUNT: &str = "acme";

/// A seat as the platform lists it.
#[derive(Deserialize)]
struct Seat {
    user: String,
    last_activity: Option<String>,
    paid: bool,
    team: String,
}

static FORGE: Application = Application {
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
    },
    Field {
        key: "team",
        label: "Team",
        kind: FieldKind::Text,
        help: "The team in Forge.",
        source: "GET /seats",
        stream: streams::USERS,
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
struct Forge;

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

fn credentials(secret: &str) -> ServerToServer {
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

/// A site with both applications and a synchronised account of the second one.
async fn forge(kind: Kind) -> (Site, IntegrationId) {
    let more: Vec<Arc<dyn Connector>> = vec![Arc::new(Forge)];
    let site = Site::with_applications(kind, None, None, more).await;
    let site = site.peopled().await;
    let engine = &site.install.engine;
    let connected = engine.connect_server_to_server(credentials(SECRET), &Actor::Cli);
    let id = connected.await.unwrap().integration.id;
    let run = engine.sync_now(id, CancellationToken::new()).await;
    // One seat has no user, which is a record that cannot be understood.
    assert_eq!(run.unwrap(), RunState::Incomplete);
    (site, id)
}

async fn answer(site: &Site, path: &str) -> Value {
    let owner = site.visitor(Role::Owner).await;
    let seen = site.get(&owner, path).await;
    assert_eq!(seen.status, 200, "{path}: {}", seen.body);
    seen.json()
}

async fn users_of_a_second_application_have_its_own_fields(kind: Kind) {
    let (site, id) = forge(kind).await;
    let api = format!("/api/v1/integrations/{id}");
    let users = answer(&site, &format!("{api}/users?plan=paid&sort=email")).await;
    let found: Vec<_> = users["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| {
            (
                user["email"].as_str().unwrap(),
                user["metadata"]["team"].as_str().unwrap(),
                user["activity"]["state"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("ada@forge.example", "Compilers", "active"),
            ("ben@forge.example", "Compilers", "inactive"),
            ("dora@forge.example", "Tools", "never"),
        ],
        "{users:#}"
    );
    assert_eq!(users["items"][0]["metadata"]["plan"], "paid");
    let facets = answer(&site, &format!("{api}/facets?team=Compilers")).await;
    assert_eq!(facets["total"], 2, "{facets:#}");
    let text = facets.to_string();
    assert!(
        text.contains("\"plan\"") && !text.contains("user_type"),
        "{text}"
    );
    let document = answer(&site, "/api/openapi.json").await;
    let metadata = &document["components"]["schemas"]["Metadata"]["properties"];
    assert!(metadata["plan"].is_object() && metadata["user_type"].is_object());
    // The seat that could not be parsed is counted, and proves that the list is not whole.
    let stream = site.install.stream(id, streams::USERS).await;
    assert_eq!((stream.outcome, stream.rows), (StreamOutcome::Complete, 5));
    let reason = stream.reason.unwrap();
    assert!(
        reason.contains("1 record of a user could not be understood"),
        "{reason}"
    );
}

async fn findings_are_about_the_licences_of_the_second_application(kind: Kind) {
    let (site, id) = forge(kind).await;
    let path = format!("/api/v1/integrations/{id}/findings");
    let findings = answer(&site, &path).await;
    let mut found: Vec<_> = findings["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
            (text("rule"), text("licence"), finding["email"].clone())
        })
        .collect();
    found.sort_by_key(|finding| finding.0.clone());
    let expected = [("dormant", "ben"), ("never_used", "dora")].map(|(rule, user)| {
        let user = json!(format!("{user}@forge.example"));
        (rule.to_owned(), "seat".to_owned(), user)
    });
    assert_eq!(found, expected, "{findings:#}");
    let visitor = site.visitor(Role::Owner).await;
    let page = site.get(&visitor, &format!("/i/{id}/findings")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Forge seat"), "{}", page.body);
}

async fn pages_show_both_applications(kind: Kind) {
    let (site, id) = forge(kind).await;
    let visitor = site.visitor(Role::Owner).await;
    let page = async |path: &str| {
        let seen = site.get(&visitor, path).await;
        assert_eq!(seen.status, 200, "{path}: {}", seen.body);
        seen.body
    };
    let tiles = page("/integrations").await;
    assert!(tiles.contains("Zoom") && tiles.contains("Forge"), "{tiles}");
    assert!(page("/integrations/forge").await.contains("Acme Forge"));
    assert!(page("/integrations/forge/add").await.contains("seats:read"));
    let users = page(&format!("/i/{id}/users")).await;
    assert!(users.contains("Paid seat") && users.contains("Compilers"));
    assert!(!users.contains("User type"), "{users}");
    let user = page(&format!("/i/{id}/users/ben%40forge.example")).await;
    assert!(user.contains("Forge seat"), "{user}");
    for tab in ["", "/licences", "/integration", "/renewals", "/changes"] {
        page(&format!("/i/{id}{tab}")).await;
    }
    page("/").await;
    page("/settings").await;
    page("/settings/rules").await;
}

async fn change_lists_have_the_names_of_the_second_application(kind: Kind) {
    let (site, id) = forge(kind).await;
    let owner = Visitor::with_token(&site.token(Role::Owner).await);
    let api = format!("/api/v1/integrations/{id}");
    let body = json!({"action": "accept", "filter": {"rule": ["dormant"]}});
    let json_body = [("content-type", "application/json")];
    let path = site.at(&format!("{api}/findings/decisions"));
    let method = "POST".parse().unwrap();
    let accepted = owner
        .send(method, &path, &json_body, Some(body.to_string()))
        .await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    for format in ["powershell", "api"] {
        let path = format!("{api}/changes/export?format={format}");
        let script = site.get(&owner, &path).await.body;
        assert!(
            script.contains("seats:write in the environment variable FORGE_TOKEN"),
            "{script}"
        );
        assert!(!script.contains("ZOOM"), "{script}");
    }
    let visitor = site.visitor(Role::Owner).await;
    let page = site.get(&visitor, &format!("/i/{id}/changes")).await.body;
    assert!(page.contains("Free") && !page.contains("Basic"), "{page}");
    let access = site.get(&visitor, &format!("/i/{id}/write-access")).await;
    assert!(access.body.contains("seats:write"), "{}", access.body);
    let add = site.get(&visitor, "/integrations/forge/add").await.body;
    assert!(
        add.contains("the settings of your Forge organisation"),
        "{add}"
    );
}

async fn wrong_credentials_are_refused_in_the_words_of_the_application(kind: Kind) {
    let (site, _) = forge(kind).await;
    let refused = site
        .install
        .engine
        .connect_server_to_server(credentials("wrong"), &Actor::Cli)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "wrong_client");
    assert!(
        refused
            .remedy(&FORGE)
            .contains("the settings of your Forge organisation")
    );
    let again = site
        .install
        .engine
        .connect_server_to_server(credentials(SECRET), &Actor::Cli)
        .await
        .unwrap_err();
    assert_eq!(again.code(), "already_connected");
}
