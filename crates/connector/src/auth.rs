//! Authorisation: the page on which an administrator grants access, the tokens that follow from it, and
//! the reasons for which an application refuses them.

use async_trait::async_trait;
use secrecy::SecretString;
use url::Url;

/// Client id and client secret of an OAuth app.
#[derive(Debug, Clone, Copy)]
pub struct AppKeys<'a> {
    /// Public id of the app.
    pub client_id: &'a str,
    /// Secret of the app; never logged.
    pub client_secret: &'a SecretString,
}

/// The values from which the address of the permission page is made.
#[derive(Debug, Clone, Copy)]
pub struct PermissionRequest<'a> {
    /// Client id of the app that asks for permission.
    pub client_id: &'a str,
    /// Address to which the application sends the browser back, exactly as registered with the app.
    pub redirect_uri: &'a str,
    /// Unguessable text that the application returns unchanged.
    pub state: &'a str,
    /// Random bytes for a proof key (RFC 7636).
    pub random: [u8; 32],
}

/// The page on which an administrator grants access.
#[derive(Debug, Clone)]
pub struct PermissionPage {
    /// Address to which the browser is sent.
    pub url: Url,
    /// Proof that the code is exchanged by the server that asked for it. Kept until then.
    pub verifier: SecretString,
}

/// The code that the application sent back, with the values of the request that it answers.
#[derive(Debug, Clone, Copy)]
pub struct CodeAnswer<'a> {
    /// The authorisation code; works once.
    pub code: &'a str,
    /// [`PermissionRequest::redirect_uri`] of the request.
    pub redirect_uri: &'a str,
    /// [`PermissionPage::verifier`] of the request.
    pub verifier: &'a SecretString,
}

/// Tokens that the application has issued.
#[derive(Debug, Clone)]
pub struct TokenSet {
    /// Token for requests to the API.
    pub access: SecretString,
    /// Token for the next renewal. Absent where access is renewed with the app's credentials.
    pub refresh: Option<SecretString>,
    /// Seconds until the access token expires.
    pub expires_in_s: i64,
    /// Granted scopes; empty when the answer does not contain them.
    pub scopes: Vec<String>,
    /// Address of the API for this account, if the answer contains one and a token may be sent to it.
    pub api_url: Option<String>,
}

/// An access token, and the address to which it may be sent.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The token for requests to the API.
    pub secret: SecretString,
    /// Address of the API, as in [`TokenSet::api_url`] or [`Connector::api_url`](crate::Connector::api_url).
    /// It was stored meanwhile: check it again before a token is sent there.
    pub api_url: String,
    /// Grows with every renewal, so that one expired token causes one renewal.
    pub generation: u64,
}

/// The reason for which there is no access token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Only a new authorisation by an administrator helps. Contains a sentence for them.
    #[error("{0}")]
    Reconnect(String),
    /// The application refuses to issue a token, although it knows the credentials: the app may have
    /// been switched off there. Contains a sentence for an administrator.
    #[error("{0}")]
    Refused(String),
    /// It may work later: the application or the database did not answer.
    #[error("no access token at the moment: {0}")]
    Temporary(String),
}

/// Provides the access token of one account and renews it. Implemented by the engine, because tokens
/// are stored, and a refresh token that works once must be saved before the new one is used.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// A token that is valid for at least the next request.
    async fn token(&self) -> Result<AccessToken, TokenError>;

    /// A token newer than `stale_generation`, which the application has refused. Concurrent calls with
    /// the same generation cause one renewal.
    async fn renew(&self, stale_generation: u64) -> Result<AccessToken, TokenError>;
}

/// The account and the user that a token belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountIdentity {
    /// The application's id of the account; `None` when the answer does not contain it.
    pub account_id: Option<String>,
    /// E-mail address of the authorising user.
    pub email: Option<String>,
    /// The application's id of that user.
    pub user_id: Option<String>,
}

/// A token request or the first request with a new token failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct AuthError {
    /// The kind of failure, which decides the next step.
    pub kind: AuthErrorKind,
    /// The failure in words, for logs and for the administrator.
    pub message: String,
}

/// Kinds of failed authorisation that the engine treats differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthErrorKind {
    /// The authorisation code is wrong, used or too old.
    CodeInvalid,
    /// The refresh token was used, has expired or was revoked.
    GrantInvalid,
    /// Client id or client secret is wrong.
    ClientInvalid {
        /// The application's reason in its own words.
        reason: String,
    },
    /// The application refused for another reason.
    Refused {
        /// The application's reason in its own words.
        reason: String,
    },
    /// A scope that reading users needs is missing.
    ScopesMissing {
        /// Scopes of which each would do.
        scopes: Vec<String>,
    },
    /// The role of the authorising user lacks a permission.
    PermissionMissing {
        /// The application's reason in its own words.
        reason: String,
    },
    /// The account's plan does not include the request.
    PlanTooLow,
    /// The account must be authorised again.
    ReconnectNeeded,
    /// The application could not be reached, or its answer was unusable.
    Unavailable,
}

impl AuthError {
    /// An error of this kind.
    pub fn new(kind: AuthErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// Whether only an administrator can correct this. A lost or unusable answer never counts, because
    /// the next attempt may succeed.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(
            self.kind,
            AuthErrorKind::GrantInvalid | AuthErrorKind::ClientInvalid { .. }
        )
    }
}
