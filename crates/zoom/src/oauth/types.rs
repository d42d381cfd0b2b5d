//! The results of token requests.

use secrecy::SecretString;

use crate::transport::TransportError;

/// The tokens that a token request returns.
#[derive(Debug, Clone)]
pub struct TokenSet {
    /// Access token for calls of the API.
    pub access: SecretString,
    /// Refresh token for the next renewal; works once. Absent for Server-to-Server apps.
    pub refresh: Option<SecretString>,
    /// Lifetime of the access token in seconds from now, between 0 and a day.
    pub expires_in_s: i64,
    /// Scopes that were granted. Empty if the answer does not name them.
    pub scopes: Vec<String>,
    /// Host of the account's cluster. Not checked yet: use [`crate::Hosts`] before the first request.
    pub api_url: Option<String>,
}

/// The reason why a token request failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// The refresh token was used, has expired or was revoked.
    #[error("the grant is no longer valid: {0}")]
    InvalidGrant(String),
    /// The authorisation code is wrong, used or over five minutes old.
    #[error("the authorisation code is not valid: {0}")]
    InvalidCode(String),
    /// Client id or client secret are wrong.
    #[error("client id or secret not accepted: {0}")]
    InvalidClient(String),
    /// Zoom refused the request for another reason.
    #[error("refused with status {status}: {}", [error.as_str(), reason.as_str()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": "))]
    Refused {
        /// HTTP status of the answer.
        status: u16,
        /// Zoom's error name, empty if the answer has none.
        error: String,
        /// Zoom's description, empty if the answer has none.
        reason: String,
    },
    /// The answer reports success but has no usable token.
    #[error("unusable answer: {0}")]
    Malformed(String),
    /// Zoom can't answer at the moment: status 408, 429, or 500 and above.
    #[error("the token endpoint is busy (status {status})")]
    Busy {
        /// HTTP status of the answer.
        status: u16,
    },
    /// The request was not sent, or its answer was lost.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

impl OAuthError {
    /// Whether only a person can solve the problem, by a new consent or a corrected secret. `false`
    /// for lost and unreadable answers, because the next try may succeed.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::InvalidGrant(_) | Self::InvalidClient(_))
    }
}
