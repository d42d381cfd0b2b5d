//! Creating the owner's account on the first start, signing in, signing out.

use axum::extract::State;
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::http::{Extensions, HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use model::Timestamp;
use secrecy::ExposeSecret as _;
use serde_json::json;
use store::{Actor, Member, NewMember};

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::client_address;
use crate::device;
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, QueryString, beside_fields, redirect_to};
use crate::response::{html, unprocessable, with_status};
use crate::routes::Routes;
use crate::security::return_path;
use crate::session::{self, Caller};
use crate::throttle::{self, Attempt};
use service::member_input::{organisation, person, repeated_password};
use service::password::Requester;
use service::setup_code;
use ui::pages::{setup, sign_in};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/setup", Access::Public, show_setup)
        .page(Method::POST, "/setup", Access::Public, set_up)
        .page(Method::GET, "/sign-in", Access::Public, show_sign_in)
        .page(Method::POST, "/sign-in", Access::Public, try_sign_in)
        .page(Method::POST, "/sign-out", Access::Member, sign_out)
}

async fn show_setup(State(app): State<SharedApp>) -> Result<Response, Failure> {
    if app.context.is_set_up().await? {
        return Ok(redirect_to("/").into_response());
    }
    Ok(html(setup::page(&setup::SetupPage::default())))
}

async fn set_up(
    State(app): State<SharedApp>,
    extensions: Extensions,
    headers: HeaderMap,
    form: FormBody,
) -> Result<Response, Failure> {
    if app.context.is_set_up().await? {
        return Err(Failure::conflict("The owner's account was already made.")
            .remedy("Sign in with it.")
            .action("Sign in", "/sign-in"));
    }
    let client = client_address::client(&extensions, &headers, app.config.trust_forwarded_for);
    let now = app.context.clock.now();
    let code_fits = check_code(&app, &form.text_or_empty("code"), &client, now).await?;
    let read = form.read_with(|reader| {
        if !code_fits {
            reader.error("code", WRONG_CODE);
        }
        let organisation = organisation(reader);
        Some((organisation, person(reader), repeated_password(reader)))
    });
    let (organisation, (name, email), password) = match read {
        Ok(read) => read,
        Err(errors) => {
            return Ok(unprocessable(setup::page(&setup::SetupPage {
                code: form.text_or_empty("code"),
                organisation: form.text_or_empty("organisation"),
                name: form.text_or_empty("name"),
                email: form.text_or_empty("email"),
                errors: beside_fields(errors),
            })));
        }
    };
    let password_hash = app.passwords.hash(password).await?;
    let owner = NewMember {
        email,
        name,
        password_hash: password_hash.clone(),
    };
    let member = app
        .context
        .store
        .create_owner(&organisation, owner, now)
        .await?;
    welcome(&app, &headers, &member, &password_hash, "/").await
}

const WRONG_CODE: &str = "Enter the set-up code that the server printed at its last start. To get a \
                          new one, restart the server.";

/// Whether this is the code that a server has printed. Wrong codes are counted by address.
async fn check_code(app: &App, code: &str, client: &str, now: Timestamp) -> Result<bool, Failure> {
    if code.is_empty() {
        return Ok(false);
    }
    let store = &app.context.store;
    throttle::admit_setup(store, client, now).await?;
    if setup_code::fits(store, code).await? {
        return Ok(true);
    }
    throttle::note_wrong_code(store, client, now).await?;
    Ok(false)
}

async fn show_sign_in(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    QueryString(query): QueryString,
) -> Result<Response, Failure> {
    let next = return_path::checked(query.get("next").unwrap_or("/")).unwrap_or("/");
    if session::by_cookie(&app, &headers).await?.is_some() {
        return Ok(redirect_to(next).into_response());
    }
    let note = match FlashMessage::of(&headers) {
        Some(done) => Some(done.flash().text),
        None if next != "/" => Some("Sign in to see that page.".to_owned()),
        None => None,
    };
    Ok(html(sign_in::page(&sign_in::SignInPage {
        next: next.to_owned(),
        note,
        ..sign_in::SignInPage::default()
    })))
}

async fn try_sign_in(
    State(app): State<SharedApp>,
    extensions: Extensions,
    headers: HeaderMap,
    form: FormBody,
) -> Result<Response, Failure> {
    let email = form.text_or_empty("email");
    let password = form.secret("password");
    let next = form
        .text("next")
        .and_then(return_path::checked)
        .unwrap_or("/");
    let now = app.context.clock.now();
    let mut view = sign_in::SignInPage {
        email: email.chars().take(254).collect(),
        next: next.to_owned(),
        ..sign_in::SignInPage::default()
    };
    if email.is_empty() || email.len() > 254 || password.expose_secret().is_empty() {
        view.errors
            .add("", "Give your e-mail address and your password.");
        return Ok(unprocessable(sign_in::page(&view)));
    }
    let email = email.to_lowercase();
    let client = client_address::client(&extensions, &headers, app.config.trust_forwarded_for);
    let store = &app.context.store;
    let known = store.member_by_email(&email).await?;
    let device = known
        .as_ref()
        .and_then(|(member, hash)| device::known(&app, &headers, member.id, hash));
    let (attempt, requester) = match device {
        Some(device) => (Attempt::of_device(store, device), Requester::KnownDevice),
        None => (
            Attempt::of_stranger(store, &app.known_addresses, &email, &client),
            Requester::Anyone,
        ),
    };
    attempt.begin(now).await?;
    let hash = known.as_ref().map(|(_, hash)| hash.clone());
    let right = app.passwords.verify(password, hash, requester).await?;
    if let Some((member, hash)) = known
        .as_ref()
        .filter(|(member, _)| right && !member.disabled)
    {
        attempt.succeeded().await?;
        return welcome(&app, &headers, member, hash, next).await;
    }
    attempt.failed(now).await?;
    if throttle::may_note(&app.context, "sign-in", &client).await? {
        // The typed address is not logged, because people sometimes type their password there.
        let target = known.map_or_else(
            || "nobody".to_owned(),
            |(member, _)| format!("member:{}", member.id),
        );
        let detail = json!({ "network_address": client });
        app.context
            .store
            .record_audit_entry(
                &Actor::System,
                "member.sign_in_failed",
                &target,
                &detail,
                now,
            )
            .await?;
    }
    metrics::counter!("seatwise_failed_sign_ins_total").increment(1);
    view.errors.add(
        "",
        "This e-mail address and password don't belong together, or the account is disabled.",
    );
    Ok(with_status(StatusCode::UNAUTHORIZED, sign_in::page(&view)))
}

/// Starts a session with a new token, remembers the device and redirects to the next page.
async fn welcome(
    app: &App,
    headers: &HeaderMap,
    member: &Member,
    password_hash: &str,
    next: &str,
) -> Result<Response, Failure> {
    let cookies = [
        session::begin(app, headers, member).await?,
        device::remember(app, member.id, password_hash)?,
    ];
    let browser: String = headers
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect();
    app.context
        .store
        .record_audit_entry(
            &Actor::Member(member.id),
            "member.sign_in",
            &format!("member:{}", member.id),
            &json!({ "browser": browser }),
            app.context.clock.now(),
        )
        .await?;
    let mut response = redirect_to(next).into_response();
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn sign_out(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    caller: Caller,
) -> Result<Response, Failure> {
    session::end(&app, &headers).await?;
    app.context
        .store
        .record_audit_entry(
            &caller.actor(),
            "member.sign_out",
            &format!("member:{}", caller.member.id),
            &json!({}),
            app.context.clock.now(),
        )
        .await?;
    let mut response = FlashMessage::SignedOut.redirect_to("/sign-in");
    response
        .headers_mut()
        .append(SET_COOKIE, session::forget(&app)?);
    Ok(response)
}
