//! What can go wrong while connecting and synchronising, in words for the person who has to act.

use model::IntegrationId;

/// A sync or a check could not be carried out at all. What goes wrong with one stream is not an
/// error of the run: it is that stream's outcome.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// There is no such integration.
    #[error("there is no integration {0}")]
    UnknownIntegration(IntegrationId),
    /// Another process is already at it.
    #[error(
        "a sync of integration {0} is running in another process, or was broken off less than half a minute ago"
    )]
    Busy(IntegrationId),
    /// It is paused, disconnected or has to be authorised again.
    #[error("integration {id} cannot be synchronised: {reason}")]
    NotRunnable {
        /// Which.
        id: IntegrationId,
        /// Why.
        reason: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Why connecting an account did not end in an integration.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The state was missing, wrong, used before, expired, or began in another browser session.
    #[error("this authorisation was not started here, or it has already been used or has expired")]
    StateUnknown,
    /// The administrator declined at Zoom.
    #[error("the permission was declined at Zoom")]
    Declined,
    /// Zoom answered with another error.
    #[error("Zoom refused the authorisation: {0}")]
    Refused(String),
    /// Zoom did not accept the code.
    #[error("Zoom did not accept the authorisation code: {0}")]
    CodeInvalid(String),
    /// Client id or secret is wrong.
    #[error("Zoom does not accept the client id and client secret: {0}")]
    WrongClient(String),
    /// Re-authorised with another account.
    #[error("this integration belongs to Zoom account {expected}, but {found} was authorised")]
    AccountMismatch {
        /// The account of the integration.
        expected: String,
        /// The account that was authorised.
        found: String,
    },
    /// A Server-to-Server app of this account is connected already.
    #[error("Zoom account {account} is already connected as “{name}”")]
    AlreadyConnected {
        /// The integration that is there.
        integration: IntegrationId,
        /// Its name.
        name: String,
        /// Zoom's account id.
        account: String,
    },
    /// The granted scopes do not allow to read users.
    #[error("the granted scopes do not allow Seatwise to read users")]
    ScopesMissing {
        /// What is missing.
        missing: Vec<String>,
    },
    /// The role of the user who authorised does not allow to read users.
    #[error("the role of the user who authorised does not allow to read users: {0}")]
    PermissionMissing(String),
    /// Zoom could not be reached or answered nonsense.
    #[error("Zoom could not be reached: {0}")]
    Unavailable(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl ConnectError {
    /// Stable word for logs, the audit log and tests.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::StateUnknown => "state_unknown",
            Self::Declined => "declined",
            Self::Refused(_) => "refused",
            Self::CodeInvalid(_) => "code_invalid",
            Self::WrongClient(_) => "wrong_client",
            Self::AccountMismatch { .. } => "account_mismatch",
            Self::AlreadyConnected { .. } => "already_connected",
            Self::ScopesMissing { .. } => "scopes_missing",
            Self::PermissionMissing(_) => "permission_missing",
            Self::Unavailable(_) => "unavailable",
            Self::Store(_) => "store",
        }
    }

    /// Headline of the page that tells it.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self {
            Self::StateUnknown => "This authorisation can't be used",
            Self::Declined => "Zoom was not connected",
            Self::Refused(_) => "Zoom refused the authorisation",
            Self::CodeInvalid(_) => "The authorisation code was not accepted",
            Self::WrongClient(_) => "Client id or client secret is wrong",
            Self::AccountMismatch { .. } => "This is another Zoom account",
            Self::AlreadyConnected { .. } => "This Zoom account is already connected",
            Self::ScopesMissing { .. } => "A scope is missing",
            Self::PermissionMissing(_) => "A role permission is missing",
            Self::Unavailable(_) => "Zoom can't be reached",
            Self::Store(_) => "The connection could not be saved",
        }
    }

    /// What to do next.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::StateUnknown => "Start again from Integrations → Zoom → Add Integration, in the \
                 same browser, and finish within ten minutes."
                .to_owned(),
            Self::Declined => "Nothing was changed at Zoom or here. To connect, start again and \
                 press Authorize on Zoom's page."
                .to_owned(),
            Self::Refused(_) => "Check the app in the Zoom App Marketplace: is it active, and is \
                 this server's redirect address on its list? Then start again."
                .to_owned(),
            Self::CodeInvalid(_) => "A code works once and for five minutes. Start again.".to_owned(),
            Self::WrongClient(_) => "Copy client id and client secret again from the app's \
                 credentials page in the Zoom App Marketplace; development and production have \
                 different ones."
                .to_owned(),
            Self::AccountMismatch { expected, .. } => format!(
                "Sign out of Zoom, start again and sign in with the service account of account \
                 {expected}; or add the other account as an integration of its own."
            ),
            Self::AlreadyConnected { name, .. } => {
                format!("Open “{name}” and choose Re-authorise to replace its credentials.")
            }
            Self::ScopesMissing { missing } => format!(
                "Add {} to the app's scopes in the Zoom App Marketplace, leave them ticked on \
                 Zoom's permission page, and start again.",
                missing.join(", ")
            ),
            Self::PermissionMissing(_) => "In Zoom, open User Management → Roles, give the role of \
                 the service account the permission “Users: View”, and start again."
                .to_owned(),
            Self::Unavailable(_) => {
                "Nothing was changed. Wait a minute and start again; if it goes on, check that this \
                 server may open https connections to zoom.us."
                    .to_owned()
            }
            Self::Store(_) => "Nothing was connected. Run `seatwise doctor` on the server to see \
                 what is wrong with the database, then start again."
                .to_owned(),
        }
    }
}
