//! Authentication of callers: sessions of browsers (a cookie whose digest is stored) and API
//! tokens.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use model::Permission;
use store::{Actor, Member};

use crate::app::App;
use crate::cookies;
use crate::failure::Failure;
use service::secret::{TOKEN_PREFIX, digest, random_text};

const COOKIE: &str = "seatwise";
/// An unused session ends after this time, in milliseconds.
const IDLE_MS: i64 = 12 * 3600 * 1000;
/// Every session ends after this time, in milliseconds.
const ABSOLUTE_MS: i64 = 7 * 24 * 3600 * 1000;
/// The last use of a session is stored at most this often, in milliseconds.
const NOTE_MS: i64 = 60 * 1000;

/// The authenticated member and their credential.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) member: Member,
    pub(crate) credential: Credential,
}

/// The credential with which a member authenticated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Credential {
    /// The digest of a browser's session.
    Session(String),
    Token,
}

impl Caller {
    /// The actor for the audit log.
    pub(crate) fn actor(&self) -> Actor {
        match self.credential {
            Credential::Session(_) => Actor::Member(self.member.id),
            Credential::Token => Actor::Token(self.member.id),
        }
    }

    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.member.role.allows(permission)
    }

    /// The digest of the session; `None` for an API token.
    pub(crate) fn session(&self) -> Option<&str> {
        match &self.credential {
            Credential::Session(digest) => Some(digest),
            Credential::Token => None,
        }
    }
}

/// Handlers of protected routes receive the caller that the access check has found.
impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(Failure::sign_in_first)
    }
}

/// Whether the request has an `Authorization` header. Such a request cannot be forged by another
/// site, because browsers never add this header by themselves; its cookies are ignored.
pub(crate) fn has_authorisation(headers: &HeaderMap) -> bool {
    headers.contains_key(AUTHORIZATION)
}

/// The member with the API token of the request.
pub(crate) async fn by_token(app: &App, headers: &HeaderMap) -> Result<Option<Caller>, Failure> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Ok(None);
    };
    let Some((scheme, token)) = value.to_str().ok().and_then(|text| text.split_once(' ')) else {
        return Ok(None);
    };
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || !token.starts_with(TOKEN_PREFIX) {
        return Ok(None);
    }
    let member = app
        .context
        .store
        .member_by_api_token(&digest(token), app.context.clock.now())
        .await?;
    Ok(member
        .filter(|member| !member.disabled)
        .map(|member| Caller {
            member,
            credential: Credential::Token,
        }))
}

/// The member with the session of the request's cookie.
pub(crate) async fn by_cookie(app: &App, headers: &HeaderMap) -> Result<Option<Caller>, Failure> {
    let Some(token) = cookies::get(app, COOKIE, headers) else {
        return Ok(None);
    };
    let hash = digest(token);
    let now = app.context.clock.now();
    let Some(session) = app.context.store.session(&hash, now).await? else {
        return Ok(None);
    };
    let end = session.created_at.plus_ms(ABSOLUTE_MS);
    if session.member.disabled || now >= session.expires_at || now >= end {
        return Ok(None);
    }
    let expires = now.plus_ms(IDLE_MS).min(end);
    if expires.since(session.expires_at) > NOTE_MS {
        app.context.store.extend_session(&hash, expires).await;
    }
    Ok(Some(Caller {
        member: session.member,
        credential: Credential::Session(hash),
    }))
}

/// Creates a session with a new token and returns its cookie. The previous session of the browser
/// ends.
pub(crate) async fn begin(
    app: &App,
    headers: &HeaderMap,
    member: &Member,
) -> Result<HeaderValue, Failure> {
    end(app, headers).await?;
    let token = random_text(&*app.context.random);
    let now = app.context.clock.now();
    app.context
        .store
        .create_session(&digest(&token), member.id, now, now.plus_ms(IDLE_MS))
        .await?;
    cookies::set(app, COOKIE, token, ABSOLUTE_MS / 1000)
}

/// Ends the session of the cookie, if any.
pub(crate) async fn end(app: &App, headers: &HeaderMap) -> Result<(), Failure> {
    if let Some(token) = cookies::get(app, COOKIE, headers) {
        app.context.store.delete_session(&digest(token)).await?;
    }
    Ok(())
}

/// The cookie that removes the session from the browser.
pub(crate) fn forget(app: &App) -> Result<HeaderValue, Failure> {
    cookies::set(app, COOKIE, String::new(), 0)
}
