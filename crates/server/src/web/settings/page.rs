//! Settings of the organisation and of the member's own account: the threshold for inactivity, the
//! password, API tokens, the OAuth apps. And the audit log.

use axum::extract::{Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use model::{MemberId, Permission};
use secrecy::ExposeSecret;
use store::{AuditEntry, Member, OAuthApp};

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, QueryString};
use crate::page_context::PageContext;
use crate::response::html;
use crate::response::unprocessable;
use crate::routes::Routes;
use crate::session;
use crate::web::connect::page::{oauth_app, redirect_uri};
use service::password::Passwords;
use service::secret::new_api_token;
use ui::pages::{audit, settings};
use ui::parts::Errors;

const ENTRIES: u32 = 100;
/// The longest lifetime of a token, in days.
const LONGEST_TOKEN: i64 = 3650;

pub(crate) fn routes(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageSettings);
    routes
        .page(Method::GET, "/settings", Access::Member, show)
        .page(Method::POST, "/settings/inactivity", manage, set_inactivity)
        .page(
            Method::POST,
            "/settings/password",
            Access::Member,
            set_password,
        )
        .page(Method::POST, "/settings/tokens", Access::Member, make_token)
        .page(
            Method::POST,
            "/settings/tokens/{id}/revoke",
            Access::Member,
            revoke_token,
        )
        .page(
            Method::POST,
            "/settings/apps/{application}",
            Access::Needs(Permission::ManageIntegrations),
            set_app,
        )
        .page(
            Method::GET,
            "/audit",
            Access::Needs(Permission::ViewAudit),
            show_audit,
        )
}

async fn view(app: &App, page_context: &PageContext) -> Result<settings::SettingsPage, Failure> {
    let organisation = app.context.store.organisation().await?;
    let organisation = organisation.ok_or_else(|| Failure::not_found("organisation"))?;
    let tokens = app
        .context
        .store
        .api_tokens(page_context.caller.member.id)
        .await?;
    let mut apps = Vec::new();
    if page_context.caller.may(Permission::ManageIntegrations) {
        for application in app.context.engine.connectors().applications() {
            let (configured, fixed) = oauth_app(app, application).await?;
            apps.push(settings::OauthApp {
                application,
                client_id: configured.map(|configured| configured.client_id),
                fixed,
                redirect_uri: redirect_uri(app, application),
            });
        }
    }
    Ok(settings::SettingsPage {
        organisation: organisation.name,
        inactive_days: organisation.inactive_days,
        typed_days: None,
        tokens: tokens
            .into_iter()
            .map(|token| settings::TokenRow {
                id: token.id,
                label: token.label,
                created_at: token.created_at,
                last_used_at: token.last_used_at,
                expires_at: token.expires_at,
            })
            .collect(),
        new_token: None,
        apps,
        form: String::new(),
        errors: Errors::default(),
    })
}

async fn show(
    State(app): State<SharedApp>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let view = view(&app, &page_context).await?;
    Ok(html(settings::page(&page_context.shell, &view)))
}

/// The page again, with the errors of one of its forms.
async fn wrong(
    app: &App,
    page_context: &PageContext,
    form: &str,
    errors: Errors,
) -> Result<Response, Failure> {
    let view = settings::SettingsPage {
        form: form.to_owned(),
        errors,
        ..view(app, page_context).await?
    };
    Ok(unprocessable(settings::page(&page_context.shell, &view)))
}

async fn set_inactivity(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let days = form.number::<i32>("inactive_days").ok().flatten();
    let Some(days) = days.filter(|days| (1..=365).contains(days)) else {
        let mut errors = Errors::default();
        errors.add("inactive_days", "Give a number of days from 1 to 365.");
        let view = settings::SettingsPage {
            form: "inactivity".to_owned(),
            errors,
            typed_days: form.text("inactive_days").map(str::to_owned),
            ..view(&app, &page_context).await?
        };
        return Ok(unprocessable(settings::page(&page_context.shell, &view)));
    };
    app.context
        .store
        .set_inactive_days(days, &page_context.caller.actor(), app.context.clock.now())
        .await?;
    Ok(FlashMessage::SettingsSaved.redirect_to("/settings"))
}

async fn set_password(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let member = &page_context.caller.member;
    let mut errors = Errors::default();
    let hash = app
        .context
        .store
        .member_by_email(&member.email)
        .await?
        .map(|(_, hash)| hash);
    if !app.passwords.verify(form.secret("current"), hash).await? {
        errors.add("current", "This is not your present password.");
    }
    let password = form.secret("password");
    if let Some(objection) = Passwords::objection(&password) {
        errors.add("password", objection);
    } else if password.expose_secret() != form.secret("repeat").expose_secret() {
        errors.add("repeat", "This is not the same password.");
    }
    if !errors.is_empty() {
        return wrong(&app, &page_context, "password", errors).await;
    }
    let hash = app.passwords.hash(password).await?;
    app.context
        .store
        .set_password(
            member.id,
            &hash,
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    // All sessions of the member have ended, including this one: it continues with a new token.
    let cookie = session::begin(&app, &headers, member).await?;
    let mut response = FlashMessage::PasswordChanged.redirect_to("/settings");
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

async fn make_token(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let label = form.text_or_empty("label");
    let mut errors = Errors::default();
    if label.is_empty() || label.chars().count() > 100 {
        errors.add("label", "Say in 1 to 100 characters what it is for.");
    }
    let days = form.number::<i64>("days");
    if !matches!(days, Ok(None | Some(0..=LONGEST_TOKEN))) {
        errors.add(
            "days",
            format!("Give a number of days up to {LONGEST_TOKEN}."),
        );
    }
    if !errors.is_empty() {
        return wrong(&app, &page_context, "tokens", errors).await;
    }
    let now = app.context.clock.now();
    // A missing value and zero both mean "never".
    let expires = days
        .ok()
        .flatten()
        .filter(|days| *days > 0)
        .map(|days| now.plus_seconds(days * 86_400));
    let token = new_api_token(&*app.context.random);
    app.context
        .store
        .create_api_token(
            &token.hash,
            page_context.caller.member.id,
            &label,
            expires,
            &page_context.caller.actor(),
            now,
        )
        .await?;
    let view = settings::SettingsPage {
        new_token: Some(token.text),
        ..view(&app, &page_context).await?
    };
    Ok(html(settings::page(&page_context.shell, &view)))
}

async fn revoke_token(
    State(app): State<SharedApp>,
    Path(number): Path<String>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let id = number
        .parse()
        .map_err(|_| Failure::not_found("API token"))?;
    app.context
        .store
        .revoke_api_token(
            page_context.caller.member.id,
            id,
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(FlashMessage::TokenRevoked.redirect_to("/settings"))
}

async fn set_app(
    State(app): State<SharedApp>,
    Path(key): Path<String>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let application = app
        .context
        .engine
        .application(&key)
        .ok_or_else(|| Failure::not_found("application"))?;
    let (_, fixed) = oauth_app(&app, application).await?;
    let client_id = form.text_or_empty("client_id");
    let secret = form.secret("client_secret");
    let mut errors = Errors::default();
    if fixed {
        errors.add(
            "",
            "The app is set by the server's configuration and can't be changed here.",
        );
    }
    if client_id.is_empty() || client_id.chars().count() > 200 {
        errors.add("client_id", "Give the app's client id.");
    }
    if secret.expose_secret().trim().is_empty() {
        errors.add("client_secret", "Give the app's client secret.");
    }
    if !errors.is_empty() {
        return wrong(
            &app,
            &page_context,
            &format!("apps/{}", application.key),
            errors,
        )
        .await;
    }
    let new = OAuthApp {
        client_id,
        client_secret: secret.expose_secret().trim().into(),
    };
    app.context
        .store
        .set_oauth_app(
            application.key,
            &new,
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(FlashMessage::AppSaved.redirect_to("/settings"))
}

async fn show_audit(
    State(app): State<SharedApp>,
    page_context: PageContext,
    QueryString(query): QueryString,
) -> Result<Response, Failure> {
    let before = query.number("before")?;
    let entries = app.context.store.audit(ENTRIES, before).await?;
    let members = app.context.store.members().await?;
    let next = entries
        .last()
        .filter(|last| last.id > 1)
        .map(|last| format!("/audit?before={}", last.id));
    let view = audit::AuditPage {
        rows: entries
            .into_iter()
            .map(|entry| row(entry, &members))
            .collect(),
        broken_at: app.context.store.verify_audit().await?,
        first: before.map(|_| "/audit".to_owned()),
        next,
    };
    Ok(html(audit::page(&page_context.shell, &view)))
}

fn row(entry: AuditEntry, members: &[Member]) -> audit::AuditRow {
    audit::AuditRow {
        id: entry.id,
        at: entry.at,
        actor: who(&entry.actor, members),
        action: entry.action,
        target: who(&entry.target, members),
        detail: serde_json::from_str(&entry.detail).unwrap_or(serde_json::Value::Null),
        hash: entry.hash,
    }
}

/// An actor or target for people: `member:3` by name.
pub(crate) fn who(text: &str, members: &[Member]) -> String {
    let name = |number: &str| {
        let id = MemberId(number.parse().ok()?);
        let member = members.iter().find(|member| member.id == id)?;
        Some(member.name.clone())
    };
    let words = match text.split_once(':') {
        Some(("member", number)) => name(number),
        Some(("token", number)) => name(number).map(|name| format!("{name}, by API token")),
        _ => match text {
            "cli" => Some("command line".to_owned()),
            "system" => Some("Seatwise".to_owned()),
            _ => None,
        },
    };
    words.unwrap_or_else(|| text.to_owned())
}
