//! Settings of the organisation and of the member's own account: the threshold for inactivity, the
//! password, API tokens, the OAuth apps.

use axum::extract::{Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use model::Permission;
use secrecy::ExposeSecret;
use store::OAuthApp;

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::device;
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{Form, FormBody, beside_fields};
use crate::page_context::PageContext;
use crate::response::html;
use crate::response::unprocessable;
use crate::routes::Routes;
use crate::session;
use crate::web::connect::page::{has_sign_in, oauth_app, redirect_uri};
use service::FieldError;
use service::member_input::repeated_password;
use service::parameters;
use service::parameters::{FromParameter, Reader};
use service::password::Requester;
use service::secret::new_api_token;
use ui::pages::settings;
use ui::parts::Errors;

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
}

pub(super) async fn view(
    app: &App,
    page_context: &PageContext,
) -> Result<settings::SettingsPage, Failure> {
    let organisation = app.context.store.organisation().await?;
    let organisation = organisation.ok_or_else(|| Failure::not_found("organisation"))?;
    let tokens = app
        .context
        .store
        .api_tokens(page_context.caller.member.id)
        .await?;
    let mut apps = Vec::new();
    if page_context.caller.may(Permission::ManageIntegrations) {
        let applications = app.context.engine.connectors().applications();
        for application in applications {
            if !has_sign_in(app, application) {
                continue;
            }
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
        retention: app.context.store.retention().await?,
        typed_retention: None,
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
        unknown_proxy: page_context.caller.may(Permission::ManageSettings)
            && app.unknown_proxy.was_seen(),
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
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let view = settings::SettingsPage {
        form: form.to_owned(),
        errors: beside_fields(errors),
        ..view(app, page_context).await?
    };
    Ok(unprocessable(settings::page(&page_context.shell, &view)))
}

parameters! {
    /// The days after which a user counts as inactive.
    struct InactivityForm {
        inactive_days: InactiveDays,
    }
}

struct InactiveDays(i32);

impl FromParameter for InactiveDays {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        let days = values.first().and_then(|text| text.parse().ok());
        let days = days.filter(|days| (1..=365).contains(days));
        days.map(Self)
            .ok_or_else(|| vec!["Give a number of days from 1 to 365.".to_owned()])
    }
}

async fn set_inactivity(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: Form<InactivityForm>,
) -> Result<Response, Failure> {
    let days = match form.read {
        Ok(read) => read.inactive_days.0,
        Err(errors) => {
            let view = settings::SettingsPage {
                form: "inactivity".to_owned(),
                errors: beside_fields(errors),
                typed_days: Some(form.entered.text_or_empty("inactive_days")),
                ..view(&app, &page_context).await?
            };
            return Ok(unprocessable(settings::page(&page_context.shell, &view)));
        }
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
    let hash = app
        .context
        .store
        .member_by_email(&member.email)
        .await?
        .map(|(_, hash)| hash);
    let is_current = app
        .passwords
        .verify(form.secret("current"), hash, Requester::KnownDevice)
        .await?;
    let password = form.read_with(|reader| {
        if !is_current {
            reader.error("current", "This is not your present password.");
        }
        Some(repeated_password(reader))
    });
    let password = match password {
        Ok(password) => password,
        Err(errors) => return wrong(&app, &page_context, "password", errors).await,
    };
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
    // All sessions of the member have ended, including this one: it continues with a new token. And
    // the member's devices are known by the old password.
    let cookies = [
        session::begin(&app, &headers, member).await?,
        device::remember(&app, member.id, &hash)?,
    ];
    let mut response = FlashMessage::PasswordChanged.redirect_to("/settings");
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Reads the label of a token and the days until it expires.
fn token(reader: &mut Reader<'_>) -> (String, Option<i64>) {
    let label = reader.text("label").unwrap_or_default();
    if label.is_empty() || label.chars().count() > 100 {
        reader.error("label", "Say in 1 to 100 characters what it is for.");
    }
    let days = reader.parse("days", |text| match text.parse() {
        Ok(days @ 0..=LONGEST_TOKEN) => Ok(days),
        _ => Err(format!("Give a number of days up to {LONGEST_TOKEN}.")),
    });
    (label.to_owned(), days)
}

async fn make_token(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let (label, days) = match form.read_with(|reader| Some(token(reader))) {
        Ok(read) => read,
        Err(errors) => return wrong(&app, &page_context, "tokens", errors).await,
    };
    let now = app.context.clock.now();
    // A missing value and zero both mean "never".
    let expires = days
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
    let read = form.read_with(|reader| {
        if fixed {
            let text = "The app is set by the server's configuration and can't be changed here.";
            reader.error("", text);
        }
        let client_id = reader.text("client_id").unwrap_or_default();
        if client_id.is_empty() || client_id.chars().count() > 200 {
            reader.error("client_id", "Give the app's client id.");
        }
        let secret = reader.secret("client_secret");
        if secret.expose_secret().trim().is_empty() {
            reader.error("client_secret", "Give the app's client secret.");
        }
        Some(OAuthApp {
            client_id: client_id.to_owned(),
            client_secret: secret.expose_secret().trim().into(),
        })
    });
    let new = match read {
        Ok(new) => new,
        Err(errors) => {
            let form = format!("apps/{}", application.key);
            return wrong(&app, &page_context, &form, errors).await;
        }
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
