//! The errors of one call, in terms that a caller can act on. [`crate::Client`] maps Zoom's statuses
//! and codes to them in one place, because Zoom's statuses and codes contradict each other.

use std::time::SystemTime;

use crate::token::TokenError;
use crate::transport::TransportError;

/// The reason why a call has no result. The client has already retried everything that a retry could
/// solve.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The token lacks a scope; any one of the named scopes would be enough.
    #[error("missing scope: one of {}: {message}", scopes.join(", "))]
    ScopeMissing {
        /// The scopes that Zoom names, or those of the endpoint if it names none.
        scopes: Vec<String>,
        /// Zoom's message, in English, with the HTTP status.
        message: String,
    },
    /// The role of the installing user lacks a permission. Zoom sends the same answer to accounts on
    /// some plans.
    #[error("permission denied: {message}")]
    PermissionDenied {
        /// Zoom's message, in English, with the HTTP status.
        message: String,
    },
    /// The account's plan does not include this endpoint.
    #[error("not included in the account's plan: {message}")]
    PlanTooLow {
        /// Zoom's message, in English, with the HTTP status.
        message: String,
    },
    /// The page token is over 15 minutes old or belongs to other parameters: start again at page one.
    #[error("the page token is no longer valid")]
    PageTokenExpired,
    /// The user, group or account is not, or no longer, part of this account.
    #[error("not found ({code}): {message}")]
    NotFound {
        /// Zoom's error code, from the body of the answer.
        code: i64,
        /// Zoom's message, in English, with the HTTP status.
        message: String,
    },
    /// The settings of a user who has not accepted the invitation can't be read.
    #[error("a pending user has no settings")]
    PendingSettings,
    /// The request was wrong: a parameter, a date range or a path. A retry gives the same answer.
    #[error("request refused ({code}): {message}")]
    Invalid {
        /// Zoom's error code, 0 if the answer had none.
        code: i64,
        /// Zoom's message, in English, with the HTTP status.
        message: String,
    },
    /// All bought licences of this kind are assigned.
    #[error("no licence is left: {message}")]
    SeatsExhausted {
        /// Zoom's message, in English, with the HTTP status.
        message: String,
    },
    /// A change was sent and its answer was lost, so that it is unknown whether the change was made.
    /// Read the value again before the next step.
    #[error("whether the change was made is unknown: {detail}")]
    Unconfirmed {
        /// Description of how the answer was lost.
        detail: String,
    },
    /// Zoom has closed the API for this account.
    #[error("API access denied: {message}")]
    ApiDenied {
        /// Zoom's message, in English, with the HTTP status.
        message: String,
    },
    /// A firewall before the API refused this one request; the token and other requests still work.
    #[error("blocked before reaching the API (status {status})")]
    Blocked {
        /// HTTP status of the answer.
        status: u16,
    },
    /// The daily limit for this category of requests is reached.
    #[error("the day's request allowance is used up")]
    DailyLimit {
        /// Time from which requests are possible again.
        resume_at: SystemTime,
    },
    /// Zoom refused the access token, and the renewed one too.
    #[error("the renewed access token was refused")]
    Unauthorized,
    /// No access token could be obtained.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The answer differs from Zoom's documents, several times in a row.
    #[error("unusable answer (status {status}): {detail}")]
    BadResponse {
        /// HTTP status of the answer.
        status: u16,
        /// Description of the difference; contains no data of the answer.
        detail: String,
    },
    /// The request had no complete answer, several times in a row.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Zoom answered with a temporary refusal each time.
    #[error("status {status} after {tries} tries")]
    TooManyRetries {
        /// HTTP status of the last answer.
        status: u16,
        /// Number of times the request was sent.
        tries: u32,
    },
    /// The address is not one to which a token may be sent.
    #[error("address refused: {reason}")]
    HostRefused {
        /// The rule that the address breaks.
        reason: &'static str,
    },
}
