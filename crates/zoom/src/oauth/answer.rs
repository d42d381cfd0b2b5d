//! Reads the answers of the token endpoint. Its errors have the form `{"reason", "error"}`, unlike
//! those of the rest of Zoom's API, and mostly come with status 400.

use secrecy::SecretString;

use super::types::{OAuthError, TokenSet};
use crate::body::Body;
use crate::transport::HttpResponse;

/// Lifetime in seconds if the answer has none, because Zoom documents an hour.
const USUAL_LIFE_S: i64 = 3600;
/// Longest accepted lifetime in seconds, because an expired token must be noticed within a day.
const LONGEST_LIFE_S: i64 = 24 * 3600;

pub(super) fn token_set(response: &HttpResponse) -> Result<TokenSet, OAuthError> {
    let text = Body::text(&response.body);
    let body = accepted(response, &text)?;
    let Some(access) = secret(&body, "access_token")? else {
        return Err(OAuthError::Malformed("there is no access token".to_owned()));
    };
    if body
        .string("token_type")
        .is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer"))
    {
        return Err(OAuthError::Malformed(
            "the token is not a bearer token".to_owned(),
        ));
    }
    let scope = body.string("scope").unwrap_or_default();
    Ok(TokenSet {
        access,
        refresh: secret(&body, "refresh_token")?,
        expires_in_s: body
            .integer("expires_in")
            .unwrap_or(USUAL_LIFE_S)
            .clamp(0, LONGEST_LIFE_S),
        scopes: scope.split_whitespace().map(str::to_owned).collect(),
        api_url: body.string("api_url").filter(|url| !url.is_empty()),
    })
}

pub(super) fn success(response: &HttpResponse) -> Result<(), OAuthError> {
    accepted(response, &Body::text(&response.body)).map(|_| ())
}

fn accepted<'a>(response: &HttpResponse, text: &'a str) -> Result<Body<'a>, OAuthError> {
    let status = response.status;
    if status == 408 || status == 429 || status >= 500 {
        return Err(OAuthError::Busy { status });
    }
    let body = Body::parse(text);
    if !(200..300).contains(&status) {
        return Err(refusal(status, body.as_ref().ok()));
    }
    let body = body.map_err(|detail| OAuthError::Malformed(detail.to_owned()))?;
    if body.string("error").is_some_and(|error| !error.is_empty()) {
        return Err(refusal(status, Some(&body)));
    }
    Ok(body)
}

fn refusal(status: u16, body: Option<&Body<'_>>) -> OAuthError {
    let text = |name| body.and_then(|body| body.string(name));
    let error = text("error").unwrap_or_default();
    let reason = text("reason")
        .or_else(|| text("error_description"))
        .or_else(|| text("message"))
        .or_else(|| text("errorMessage"))
        .unwrap_or_default();
    let reason = if error.is_empty() && reason.is_empty() {
        "without a reason".to_owned()
    } else {
        reason
    };
    match error.as_str() {
        "invalid_grant" => OAuthError::InvalidGrant(reason),
        "invalid_client" => OAuthError::InvalidClient(reason),
        "invalid_request" if reason.to_ascii_lowercase().contains("authorization code") => {
            OAuthError::InvalidCode(reason)
        }
        _ => OAuthError::Refused {
            status,
            error,
            reason,
        },
    }
}

/// Reads a token. It must be printable ASCII, because it is sent in a header line. Errors never
/// contain any part of it.
fn secret(body: &Body<'_>, name: &str) -> Result<Option<SecretString>, OAuthError> {
    match body.string(name) {
        None => Ok(None),
        Some(token) if token.is_empty() => Ok(None),
        Some(token) if token.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(Some(token.into())),
        Some(_) => Err(OAuthError::Malformed(format!(
            "{name} contains characters that no token has"
        ))),
    }
}
