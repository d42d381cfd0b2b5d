//! Errors that prevent changes, in words for the person in charge.

use model::IntegrationId;

use crate::error::SyncError;

/// Why no change was begun.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// No integration has this number.
    #[error("there is no integration {0}")]
    UnknownIntegration(IntegrationId),
    /// The integration has to be authorised again, or is disconnected.
    #[error("the integration cannot be used: {reason}")]
    NotRunnable {
        /// The reason in words.
        reason: String,
    },
    /// No app that may change licences is connected.
    #[error(
        "Seatwise may not change licences of this account: no app with write scopes is connected"
    )]
    NoAccess,
    /// Seatwise cannot change licences of this application.
    #[error("Seatwise can't change licences of this application")]
    NotSupported,
    /// The app belongs to another account.
    #[error("the app belongs to account {found}, but this integration reads account {expected}")]
    WrongAccount {
        /// The account of the integration.
        expected: String,
        /// The account of the app.
        found: String,
    },
    /// The app lacks scopes that changes need.
    #[error("the app lacks scopes: {}", missing.join(", "))]
    ScopesMissing {
        /// Names of the missing scopes.
        missing: Vec<String>,
    },
    /// Client id or client secret is not accepted.
    #[error("the app's credentials are not accepted: {0}")]
    Refused(String),
    /// Another process makes changes of this integration.
    #[error(
        "changes of this integration are being made by another process, or were broken off less than two minutes ago"
    )]
    Busy,
    /// The application could not be reached.
    #[error("the application could not be reached: {0}")]
    Unavailable(String),
    /// The database did not answer or refused.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<SyncError> for ChangeError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::UnknownIntegration(id) => Self::UnknownIntegration(id),
            SyncError::UnknownApplication(_) => Self::NotSupported,
            SyncError::Busy(_) => Self::Busy,
            SyncError::NotRunnable { reason, .. } => Self::NotRunnable { reason },
            SyncError::Store(error) => Self::Store(error),
        }
    }
}

impl ChangeError {
    /// The next step for the administrator, as a sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::UnknownIntegration(_) => "Choose an integration of the list.",
            Self::NotRunnable { .. } => "Re-authorise the integration, then try again.",
            Self::NoAccess => {
                "Connect one under Integration → Changes, or export the list and make the changes by hand."
            }
            Self::NotSupported => "Export the list and make the changes by hand.",
            Self::WrongAccount { .. } => {
                "Make a Server-to-Server app in the account that this integration reads, and enter its credentials."
            }
            Self::ScopesMissing { .. } => {
                "Add them to the app where it is managed, then connect it again."
            }
            Self::Refused(_) => {
                "Copy account id, client id and client secret again from the app's credentials page, and check that the app is activated."
            }
            Self::Busy => "Wait two minutes and try again.",
            Self::Unavailable(_) => "Nothing was changed. Wait a minute and try again.",
            Self::Store(_) => {
                "Run `seatwise doctor` on the server to see what is wrong with the database."
            }
        }
    }
}
