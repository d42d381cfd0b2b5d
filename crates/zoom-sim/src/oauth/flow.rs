//! The pages of the authorisation: request, sign-in, consent or refusal. They work without JavaScript;
//! data that is needed on the next page is sealed in the forms.

use super::forms::{Code, ConsentRequest, Signed};
use super::{pages, scopes};
use crate::Sim;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::HashMap;
use std::sync::PoisonError;

const CODE_LIFE: i64 = 5 * 60 * 1000;
const FORM_LIFE: i64 = 30 * 60 * 1000;

fn wrong(text: &str) -> Response {
    (StatusCode::BAD_REQUEST, pages::error(text)).into_response()
}

fn consent_request(sim: &Sim, params: &HashMap<String, String>) -> Result<ConsentRequest, String> {
    let param = |name: &str| params.get(name).filter(|value| !value.is_empty());
    let client = param("client_id").map_or("", String::as_str);
    if client != sim.oauth_app().client_id {
        return Err(format!("Invalid client_id: {client} (4,702)"));
    }
    let redirect_uri = param("redirect_uri").cloned().unwrap_or_default();
    if !sim.state.config.redirect_uris.contains(&redirect_uri) {
        return Err(format!("Invalid redirect: {redirect_uri} (4,709)"));
    }
    if param("response_type").map(String::as_str) != Some("code") {
        return Err("Invalid response type (4,705)".to_owned());
    }
    let challenge = match param("code_challenge") {
        None => None,
        Some(challenge) => {
            let method = param("code_challenge_method").map_or("plain", String::as_str);
            if !matches!(method, "S256" | "plain") {
                return Err(format!("Invalid code challenge method: {method} (4,700)"));
            }
            Some((method.to_owned(), challenge.clone()))
        }
    };
    let style = sim.state.config.scopes;
    let list = |name: &str| -> Vec<String> {
        param(name)
            .map_or("", String::as_str)
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    };
    let (mut required, optional) = (list("scope"), list("optional_scope"));
    if let Some(unknown) = required
        .iter()
        .chain(&optional)
        .find(|s| scopes::words(style, s).is_none())
    {
        return Err(format!("Invalid scope: {unknown} (4,700)"));
    }
    if required.is_empty() {
        let all = scopes::all(style)
            .iter()
            .map(|(name, _)| (*name).to_owned());
        required = all.filter(|name| !optional.contains(name)).collect();
    }
    required.retain(|name| !optional.contains(name));
    let until = sim.now_ms() + FORM_LIFE;
    Ok(ConsentRequest {
        redirect_uri,
        state: param("state").cloned(),
        challenge,
        required,
        optional,
        until,
    })
}

pub(super) async fn authorize(State(sim): State<Sim>, RawQuery(query): RawQuery) -> Response {
    sim.delay().await;
    let params = serde_urlencoded::from_str(&query.unwrap_or_default()).unwrap_or_default();
    match consent_request(&sim, &params) {
        Ok(ask) => pages::sign_in(&sim.state.seal.close("ask", &ask), "", None).into_response(),
        Err(text) => wrong(&text),
    }
}

pub(super) async fn sign_in(State(sim): State<Sim>, body: String) -> Response {
    sim.delay().await;
    let params: HashMap<String, String> = serde_urlencoded::from_str(&body).unwrap_or_default();
    let param = |name: &str| params.get(name).map_or("", String::as_str);
    let sealed = param("ask");
    let now = sim.now_ms();
    let Some(ask) = sim
        .state
        .seal
        .open::<ConsentRequest>("ask", sealed)
        .filter(|ask| now < ask.until)
    else {
        return wrong("This page has expired. Begin again in the application that sent you here.");
    };
    let email = param("email").trim().to_lowercase();
    let found = sim.state.accounts.iter().find_map(|account| {
        let person = account.find(&email, now.div_euclid(1000))?;
        let known =
            person.no.slot < 4 && sim.password(account, person.no.slot) == param("password");
        known.then_some((account, person))
    });
    let Some((account, person)) = found else {
        let text = "Incorrect email or password";
        return pages::sign_in(sealed, param("email"), Some(text)).into_response();
    };
    if person.role().0 == "2" {
        let text =
            "You cannot authorize the app. Contact your account administrator for permission.";
        return (StatusCode::FORBIDDEN, pages::error(text)).into_response();
    }
    let signed = Signed {
        ask: ask.clone(),
        account: account.index,
        user: person.no.slot,
    };
    let sealed = sim.state.seal.close("signed", &signed);
    let style = sim.state.config.scopes;
    pages::permissions(&sealed, style, &ask, &email, account.name).into_response()
}

pub(super) async fn consent(State(sim): State<Sim>, body: String) -> Response {
    sim.delay().await;
    let form: Vec<(String, String)> = serde_urlencoded::from_str(&body).unwrap_or_default();
    let values = |name: &'static str| {
        form.iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let now = sim.now_ms();
    let sealed = values("signed").next().unwrap_or_default();
    let signed = sim.state.seal.open::<Signed>("signed", sealed);
    let Some(signed) = signed.filter(|signed| now < signed.ask.until) else {
        return wrong("This page has expired. Begin again in the application that sent you here.");
    };
    let ask = signed.ask;
    let mut answer: Vec<(&str, String)> = Vec::new();
    if values("action").next() == Some("authorize") {
        let mut scopes = ask.required;
        let ticked: Vec<&str> = values("scope").collect();
        scopes.extend(
            ask.optional
                .into_iter()
                .filter(|name| ticked.contains(&name.as_str())),
        );
        let serial = sim
            .state
            .grants
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next(now);
        let code = Code {
            account: signed.account,
            user: signed.user,
            scopes,
            redirect_uri: ask.redirect_uri.clone(),
            challenge: ask.challenge,
            expires: now + CODE_LIFE,
            serial,
        };
        answer.push(("code", sim.state.seal.close("code", &code)));
    } else {
        // As in RFC 6749, because Zoom does not document the answer to a refusal.
        answer.push(("error", "access_denied".to_owned()));
    }
    answer.extend(ask.state.map(|state| ("state", state)));
    let mut target = ask.redirect_uri;
    for (name, value) in answer {
        target.push(if target.contains('?') { '&' } else { '?' });
        target.push_str(name);
        target.push('=');
        target.extend(utf8_percent_encode(&value, NON_ALPHANUMERIC));
    }
    (StatusCode::FOUND, [(header::LOCATION, target)]).into_response()
}
