//! Errors of sending mail.

/// The reason why a letter was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It may be accepted later: the server is unreachable, busy or configured wrongly.
    #[error("{0}")]
    Later(String),
    /// The server will never accept this letter.
    #[error("{0}")]
    Never(String),
}
