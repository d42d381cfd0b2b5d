//! The results of token requests.

use secrecy::SecretString;

use crate::transport::TransportError;

/// What a token request brings.
#[derive(Debug, Clone)]
pub struct TokenSet {
    /// For the API.
    pub access: SecretString,
    /// For the next refresh; works once. Absent for Server-to-Server apps.
    pub refresh: Option<SecretString>,
    /// Life of the access token in seconds from now, between 0 and a day.
    pub expires_in_s: i64,
    /// What was granted. Empty if the answer did not say.
    pub scopes: Vec<String>,
    /// Host of the account's cluster, unchecked: see [`crate::Hosts`].
    pub api_url: Option<String>,
}

/// Why a token request failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// The refresh token was used, has expired or was revoked.
    #[error("the grant is no longer valid: {0}")]
    InvalidGrant(String),
    /// The authorisation code is wrong, used or over five minutes old.
    #[error("the authorisation code is not valid: {0}")]
    InvalidCode(String),
    /// Client id or secret are wrong.
    #[error("client id or secret not accepted: {0}")]
    InvalidClient(String),
    /// Another refusal.
    #[error("refused with status {status}: {error}: {reason}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Zoom's error name, empty if there was none.
        error: String,
        /// Zoom's words, empty if there were none.
        reason: String,
    },
    /// Success without a usable token.
    #[error("unusable answer: {0}")]
    Malformed(String),
    /// Zoom can't answer at the moment: a status of 408, 429 or 500 and above.
    #[error("the token endpoint is busy (status {status})")]
    Busy {
        /// The HTTP status.
        status: u16,
    },
    /// The request did not get through, or its answer was lost.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

impl OAuthError {
    /// Whether only a person can mend this. A lost or strange answer never counts.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::InvalidGrant(_) | Self::InvalidClient(_))
    }
}
