//! What can go wrong with one call, in terms that a caller can act on. Zoom's statuses and codes
//! contradict each other; [`crate::Client`] sorts them once, so that nobody else has to look at them.

use std::time::SystemTime;

use crate::token::TokenError;
use crate::transport::TransportError;

/// Why a call did not give its result. Everything that a retry could mend has been retried already.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The token lacks a scope; any one of the named scopes would do.
    #[error("missing scope: one of {}", scopes.join(", "))]
    ScopeMissing {
        /// The scopes that Zoom names, or those of the endpoint if it names none.
        scopes: Vec<String>,
    },
    /// The role of the installing user lacks a permission. Zoom uses the same answer for some plans.
    #[error("permission denied: {message}")]
    PermissionDenied {
        /// Zoom's words.
        message: String,
    },
    /// The account's plan does not include this endpoint.
    #[error("not included in the account's plan: {message}")]
    PlanTooLow {
        /// Zoom's words.
        message: String,
    },
    /// The page token is over 15 minutes old or belongs to other parameters: start at page one.
    #[error("the page token is no longer valid")]
    PageTokenExpired,
    /// The user, group or account is not, or no longer, part of this account.
    #[error("not found ({code}): {message}")]
    NotFound {
        /// Zoom's code.
        code: i64,
        /// Zoom's words.
        message: String,
    },
    /// Settings of a pending user can't be read.
    #[error("a pending user has no settings")]
    PendingSettings,
    /// The request was wrong: a parameter, a date range, a path. Never worth a retry.
    #[error("request refused ({code}): {message}")]
    Invalid {
        /// Zoom's code, 0 if there was none.
        code: i64,
        /// Zoom's words.
        message: String,
    },
    /// All bought licences of this kind are in use.
    #[error("no licence is left: {message}")]
    SeatsExhausted {
        /// Zoom's words.
        message: String,
    },
    /// A change was sent and its answer was lost: nobody knows whether it was made. Read the value
    /// again before anything else is done about it.
    #[error("whether the change was made is unknown: {detail}")]
    Unconfirmed {
        /// What became of the answer.
        detail: String,
    },
    /// Zoom has closed the API for this account.
    #[error("API access denied: {message}")]
    ApiDenied {
        /// Zoom's words.
        message: String,
    },
    /// A firewall before the API refused this one item; the token and other items are fine.
    #[error("blocked before reaching the API (status {status})")]
    Blocked {
        /// The HTTP status.
        status: u16,
    },
    /// The day's allowance of this kind of request is used up.
    #[error("the day's request allowance is used up")]
    DailyLimit {
        /// When requests are possible again.
        resume_at: SystemTime,
    },
    /// Zoom refuses the access token, also after it was renewed.
    #[error("the renewed access token was refused")]
    Unauthorized,
    /// There is no access token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The answer is not what Zoom documents, several times in a row.
    #[error("unusable answer (status {status}): {detail}")]
    BadResponse {
        /// The HTTP status.
        status: u16,
        /// What is wrong with it; holds no data of the answer.
        detail: String,
    },
    /// The request did not get through, several times in a row.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Zoom answered with a temporary refusal each time.
    #[error("status {status} after {tries} tries")]
    TooManyRetries {
        /// The last HTTP status.
        status: u16,
        /// How often the request was sent.
        tries: u32,
    },
    /// A token must not be sent to this address.
    #[error("address refused: {reason}")]
    HostRefused {
        /// What is wrong with the address.
        reason: &'static str,
    },
}
