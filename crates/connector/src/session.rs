//! A session: one connected account, with its tokens and its pace.

use std::sync::Arc;

use crate::auth::{AccountIdentity, AuthError, TokenSource};
use crate::change::Changes;
use crate::error::Error;
use crate::page::{Page, PageRequest};
use crate::preflight::{PreflightAnswers, PreflightRequest};
use crate::records::Details;
use async_trait::async_trait;

/// One connected account. All parts of a process share the session of an account, so that they keep to
/// one pace.
#[async_trait]
pub trait Session: Send + Sync {
    /// The account and the user that the token belongs to.
    async fn identify(&self) -> Result<AccountIdentity, AuthError>;

    /// Tries the smallest request for users. Used to check new credentials before they are saved.
    async fn probe(&self) -> Result<(), AuthError>;

    /// Reads one page of a stream.
    async fn page(&self, request: &PageRequest<'_>) -> Result<Page, Error>;

    /// Reads the details of one user by the application's id. `licensed` says whether the user holds a
    /// licence, or may hold one: more is read of such users. An error of the kind
    /// [`NotFound`](crate::ErrorKind::NotFound) or [`Withheld`](crate::ErrorKind::Withheld) means that
    /// this one user has none at the moment, and one of the kind
    /// [`Unreadable`](crate::ErrorKind::Unreadable) that they are unknown for this one user.
    async fn details(&self, user: &str, licensed: bool) -> Result<Details, Error> {
        let _ = (user, licensed);
        Ok(Details::default())
    }

    /// Whether a user with this key exists. Asked about users that are stored but were not listed.
    async fn has_user(&self, key: &str) -> Result<bool, Error>;

    /// How many others may act for a user, by the application's id. Asked only for users that
    /// [`Connector::delegate_candidates`](crate::Connector::delegate_candidates) selects.
    async fn delegates(&self, user: &str) -> Result<u32, Error> {
        let _ = user;
        Ok(0)
    }

    /// Tries one cheap request per stream.
    async fn preflight(&self, request: &PreflightRequest<'_>) -> PreflightAnswers;

    /// How many requests for details of users the rate limits allow per second.
    fn details_per_second(&self) -> f64 {
        f64::INFINITY
    }

    /// Requests since the last call, by category of the application's rate limits.
    fn take_requests(&self) -> Vec<(&'static str, u64)>;

    /// Number of requests so far that the application refused because there were too many.
    fn refused(&self) -> u64 {
        0
    }

    /// The answers to all requests so far, by category of the application's rate limits.
    fn answers(&self) -> Vec<AnswerCount> {
        Vec::new()
    }

    /// The part of the session that changes licences. `writer` provides the tokens of the app that may
    /// write; without it only looking is possible. `None` when the application's licences cannot be
    /// changed by Seatwise.
    fn changes(&self, writer: Option<Arc<dyn TokenSource>>) -> Option<Arc<dyn Changes>> {
        let _ = writer;
        None
    }
}

/// How many requests of one category had one kind of answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerCount {
    /// Category of the application's rate limits.
    pub category: &'static str,
    pub answer: AnswerKind,
    pub requests: u64,
}

/// The kind of the answer to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerKind {
    /// A result.
    Good,
    /// Refused because of a rate limit per second.
    LimitedPerSecond,
    /// Refused because of a rate limit per day.
    LimitedPerDay,
    /// Refused for another reason: scope, permission, plan, a wrong request, a token that is over.
    Refused,
    /// No answer, one that cannot be used, or a fault of the server.
    Failed,
}

impl AnswerKind {
    pub const ALL: [Self; 5] = [
        Self::Good,
        Self::LimitedPerSecond,
        Self::LimitedPerDay,
        Self::Refused,
        Self::Failed,
    ];

    /// The word for metrics.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::LimitedPerSecond => "limited_per_second",
            Self::LimitedPerDay => "limited_per_day",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}
