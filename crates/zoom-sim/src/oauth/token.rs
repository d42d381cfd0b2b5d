//! `POST /oauth/token` and `POST /oauth/revoke`.

use super::forms::Code;
use super::{scopes, tokens};
use crate::Sim;
use crate::api::answer::Answer;
use crate::injection::Outcome;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::PoisonError;

type Params = HashMap<String, String>;

fn params(query: Option<String>, body: &str) -> Params {
    let mut params: Params =
        serde_urlencoded::from_str(&query.unwrap_or_default()).unwrap_or_default();
    params.extend(serde_urlencoded::from_str::<Params>(body).unwrap_or_default());
    params
}

/// The calling app, identified by HTTP Basic authentication.
#[derive(Clone, Copy, PartialEq, Eq)]
enum App {
    General,
    ServerToServer,
    /// The Server-to-Server app that may change licences and nothing else.
    Writing,
}

fn app(sim: &Sim, headers: &HeaderMap) -> Option<App> {
    let basic = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))?
        .1;
    let given = String::from_utf8(STANDARD.decode(basic.trim()).ok()?).ok()?;
    let general = sim.oauth_app();
    let (server, writing) = (sim.credentials(), sim.write_credentials());
    let apps = [
        (general.client_id, general.client_secret, App::General),
        (server.client_id, server.client_secret, App::ServerToServer),
        (writing.client_id, writing.client_secret, App::Writing),
    ];
    let mut apps = apps.into_iter();
    apps.find(|(id, secret, _)| given == format!("{id}:{secret}"))
        .map(|(_, _, app)| app)
}

fn answer(result: Result<Value, Value>) -> Answer {
    let (status, value) = match result {
        Ok(value) => (StatusCode::OK, value),
        Err(value) => (StatusCode::BAD_REQUEST, value),
    };
    Answer::json(status, value.to_string().into_bytes())
}

pub(super) async fn token(
    State(sim): State<Sim>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: String,
) -> Response {
    sim.delay().await;
    let injected = sim.injections().effects_on("POST", "/oauth/token");
    if let Some(response) = injected.instead().await {
        return response;
    }
    let mut done = answer(granted(&sim, &headers, &params(query, &body)));
    done.headers.insert("x-zm-trackingid", sim.tracking());
    done.headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    match injected.after(done) {
        Outcome::Answer(answer) => answer.into_response(),
        Outcome::Response(response) => response,
    }
}

fn granted(sim: &Sim, headers: &HeaderMap, params: &Params) -> Result<Value, Value> {
    let now = sim.now_ms();
    let param = |name: &str| params.get(name).map_or("", String::as_str);
    let app = app(sim, headers);
    let wrong = || tokens::refused("Invalid client_id or client_secret", "invalid_client");
    let app = app.ok_or_else(wrong)?;
    match (param("grant_type"), app) {
        ("authorization_code", App::General) => exchange(sim, &param, now),
        ("refresh_token", App::General) => tokens::refresh(sim, param("refresh_token"), now),
        ("account_credentials", App::ServerToServer | App::Writing) => {
            if param("account_id") != sim.state.accounts[0].id {
                return Err(tokens::refused("Bad Request", "invalid_request"));
            }
            let style = sim.state.config.scopes;
            let all = if app == App::Writing {
                scopes::writing(style)
            } else {
                scopes::all(style)
            };
            let all = all.iter();
            Ok(tokens::for_app(
                sim,
                all.map(|(name, _)| (*name).to_owned()).collect(),
                now,
            ))
        }
        ("", _) => Err(tokens::refused("Missing grant type", "invalid_request")),
        _ => Err(tokens::refused(
            "Unsupported grant type",
            "unsupported_grant_type",
        )),
    }
}

fn exchange<'a>(sim: &Sim, param: &impl Fn(&str) -> &'a str, now: i64) -> Result<Value, Value> {
    let text = param("code");
    let invalid = || {
        tokens::refused(
            &format!("Invalid authorization code {text}"),
            "invalid_request",
        )
    };
    let code: Code = sim.state.seal.open("code", text).ok_or_else(invalid)?;
    if now >= code.expires {
        return Err(invalid());
    }
    if param("redirect_uri") != code.redirect_uri {
        return Err(tokens::refused("Redirect URI mismatch", "invalid_request"));
    }
    if let Some((method, challenge)) = &code.challenge {
        let verifier = param("code_verifier");
        let shown = match method.as_str() {
            "S256" => URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)),
            _ => verifier.to_owned(),
        };
        if verifier.is_empty() || shown != *challenge {
            return Err(tokens::refused("Invalid code verifier", "invalid_grant"));
        }
    }
    let mut grants = sim
        .state
        .grants
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let first = grants.used_codes.insert(code.serial);
    drop(grants);
    if !first {
        return Err(invalid());
    }
    Ok(tokens::for_user(
        sim,
        code.account,
        code.user,
        code.scopes,
        now,
    ))
}

pub(super) async fn revoke(
    State(sim): State<Sim>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: String,
) -> Response {
    sim.delay().await;
    let injected = sim.injections().effects_on("POST", "/oauth/revoke");
    if let Some(response) = injected.instead().await {
        return response;
    }
    if app(&sim, &headers).is_none() {
        let wrong = tokens::refused("Invalid client_id or client_secret", "invalid_client");
        return answer(Err(wrong)).into_response();
    }
    let params = params(query, &body);
    let token = params.get("token").map_or("", String::as_str);
    if tokens::revoke(&sim, token) {
        answer(Ok(json!({ "status": "success" }))).into_response()
    } else {
        answer(Err(tokens::refused("Invalid Token!", "invalid_request"))).into_response()
    }
}
