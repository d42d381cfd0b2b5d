//! Why changes could not be begun or made, in words for the person who has to act.

use model::IntegrationId;

use crate::error::SyncError;

/// Why no change was begun.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is no such integration.
    #[error("there is no integration {0}")]
    UnknownIntegration(IntegrationId),
    /// It has to be authorised again, or is disconnected.
    #[error("the integration cannot be used: {reason}")]
    NotRunnable {
        /// Why.
        reason: String,
    },
    /// Nobody has connected an app that may change licences.
    #[error("Seatwise may not change licences at Zoom: no app with write scopes is connected")]
    NoAccess,
    /// The app belongs to another Zoom account.
    #[error(
        "the app belongs to Zoom account {found}, but this integration reads account {expected}"
    )]
    WrongAccount {
        /// The account of the integration.
        expected: String,
        /// The account of the app.
        found: String,
    },
    /// The app may not do all that is needed.
    #[error("the app lacks scopes: {}", missing.join(", "))]
    ScopesMissing {
        /// What is missing.
        missing: Vec<String>,
    },
    /// Zoom does not accept client id and secret.
    #[error("Zoom does not accept the app's credentials: {0}")]
    Refused(String),
    /// Changes of this integration are being made elsewhere.
    #[error(
        "changes of this integration are being made by another process, or were broken off less than two minutes ago"
    )]
    Busy,
    /// Zoom could not be reached.
    #[error("Zoom could not be reached: {0}")]
    Unavailable(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<SyncError> for ChangeError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::UnknownIntegration(id) => Self::UnknownIntegration(id),
            SyncError::Busy(_) => Self::Busy,
            SyncError::NotRunnable { reason, .. } => Self::NotRunnable { reason },
            SyncError::Store(error) => Self::Store(error),
        }
    }
}

impl ChangeError {
    /// What to do next.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::UnknownIntegration(_) => "Choose an integration of the list.",
            Self::NotRunnable { .. } => "Re-authorise the integration, then try again.",
            Self::NoAccess => {
                "Connect one under Integration → Changes, or export the list and make the changes at Zoom."
            }
            Self::WrongAccount { .. } => {
                "Make a Server-to-Server app in the account that this integration reads, and enter its credentials."
            }
            Self::ScopesMissing { .. } => {
                "Add them to the app in the Zoom App Marketplace, then connect it again."
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

/// What an error of the Zoom client means for one change, in a sentence.
pub(super) fn told(error: &zoom::Error) -> String {
    use zoom::Error as E;
    match error {
        E::SeatsExhausted { message } => {
            format!("Zoom has no licence left to give (“{message}”).")
        }
        E::ScopeMissing { scopes } => {
            format!("The app at Zoom lacks a scope: {}.", scopes.join(" or "))
        }
        E::PermissionDenied { message } => {
            format!("Zoom does not allow it (“{message}”): the app's role needs “Users: Edit”.")
        }
        E::Invalid { code, message } => format!("Zoom refused it (“{message}”, code {code})."),
        E::NotFound { message, .. } => format!("Zoom does not find the user (“{message}”)."),
        E::DailyLimit { .. } => {
            "Today's requests at Zoom are used up; try again tomorrow.".to_owned()
        }
        other => format!("It did not work: {other}."),
    }
}
