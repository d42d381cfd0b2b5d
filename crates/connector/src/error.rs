//! Failed requests of a session, sorted by their effect on the run.

use model::{StreamOutcome, Timestamp};

/// A request of a session failed. Everything that a retry could correct has been retried by the
/// session already.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// The kind of failure, which decides whether the stream or the run ends.
    pub kind: ErrorKind,
    /// The fault and the next step for an administrator: shown beside the stream or the
    /// change that failed.
    pub message: String,
}

/// Kinds of failed requests, by their effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A scope was not granted: the stream is off until the account is authorised again.
    ScopeMissing,
    /// The role of the authorising user lacks a permission: the stream is off.
    PermissionMissing,
    /// The account's plan does not include this: the stream is off.
    PlanTooLow,
    /// The day's requests are used up.
    QuotaExhausted {
        /// When requests are possible again.
        resume_at: Timestamp,
    },
    /// The account must be authorised again: the run ends.
    ReconnectNeeded,
    /// There is no access token at the moment: the run ends and is tried again.
    NoToken,
    /// The application refuses every request of this account: the run ends.
    Denied,
    /// The user or other object does not exist (any more).
    NotFound,
    /// The application does not give this one object out, while others are available.
    Withheld,
    /// The application refused or answered something that cannot be understood, for this one object only.
    Unreadable,
    /// The application does not offer this to the account, now or later: the stream is off.
    NotOffered,
    /// The cursor has expired: the listing begins again.
    CursorExpired,
    /// The request was wrong: a page size, a range of days. Never worth a retry.
    Invalid,
    /// A change was refused because the account has reached a limit, which every other change of the list
    /// would meet.
    LimitReached,
    /// No usable answer arrived. A change that was sent may have been made.
    Unanswered,
    /// Another failure, which a later run may not meet.
    Failed,
}

impl Error {
    /// An error of this kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// A failure that a later run may not meet.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Failed, message)
    }
}

impl ErrorKind {
    /// The outcome of a stream that ends with this error.
    #[must_use]
    pub fn outcome(self) -> StreamOutcome {
        match self {
            Self::ScopeMissing => StreamOutcome::ScopeMissing,
            Self::PermissionMissing => StreamOutcome::PermissionMissing,
            Self::PlanTooLow => StreamOutcome::PlanTooLow,
            Self::NotOffered => StreamOutcome::NotOffered,
            Self::QuotaExhausted { .. } => StreamOutcome::QuotaExhausted,
            Self::ReconnectNeeded
            | Self::NoToken
            | Self::Denied
            | Self::NotFound
            | Self::Withheld
            | Self::Unreadable
            | Self::CursorExpired
            | Self::Invalid
            | Self::LimitReached
            | Self::Unanswered
            | Self::Failed => StreamOutcome::Failed,
        }
    }

    /// When requests are possible again, if that is known.
    #[must_use]
    pub fn resume_at(self) -> Option<Timestamp> {
        match self {
            Self::QuotaExhausted { resume_at } => Some(resume_at),
            _ => None,
        }
    }

    /// Whether the connection lacks a right to this stream. The run does not count as failed then,
    /// because a retry cannot help.
    #[must_use]
    pub fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::ScopeMissing | Self::PermissionMissing | Self::PlanTooLow | Self::NotOffered
        )
    }

    /// Whether every further request of the account would fail too, so that the run ends.
    #[must_use]
    pub fn ends_run(self) -> bool {
        matches!(self, Self::ReconnectNeeded | Self::NoToken | Self::Denied)
    }

    /// Whether every further change of licences would fail for the same reason.
    #[must_use]
    pub fn ends_changes(self) -> bool {
        self.is_refusal()
            || self.ends_run()
            || self.resume_at().is_some()
            || self == Self::LimitReached
    }
}
