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
    /// The browser came back with nothing.
    #[error("Zoom sends browsers back to this address with an answer; this one brought none")]
    StateMissing,
    /// The state is none of ours.
    #[error("this authorisation was not started here, or more than a day ago")]
    StateUnknown,
    /// The state was given to another browser session.
    #[error("this authorisation was started in another browser, or before signing in again")]
    StateElsewhere,
    /// The browser came back too late.
    #[error("this authorisation took longer than ten minutes")]
    StateExpired,
    /// The browser has come back with it before.
    #[error("{}", if .connected.is_some() {
        "this authorisation was completed already"
    } else {
        "this authorisation was used before and did not end in a connection"
    })]
    StateUsed {
        /// The integration that it ended in.
        connected: Option<IntegrationId>,
    },
    /// The OAuth app is not the one that the authorisation began with.
    #[error("the OAuth app was changed or removed after this authorisation had begun")]
    AppChanged,
    /// The integration that was to be authorised again is gone.
    #[error("the integration that was to be authorised again was removed meanwhile")]
    IntegrationGone,
    /// The administrator declined at Zoom.
    #[error("the permission was declined at Zoom")]
    Declined,
    /// Zoom answered with another error.
    #[error("Zoom refused the authorisation: {0}")]
    Refused(String),
    /// Zoom did not accept the code. Zoom's reason repeats the code, so it is not kept.
    #[error("Zoom did not accept the authorisation code")]
    CodeInvalid,
    /// Zoom does not give a Server-to-Server app a token for the account.
    #[error("Zoom gives this app no access to account {account}: {reason}")]
    AccountRefused {
        /// The account id as it was given.
        account: String,
        /// Zoom's words.
        reason: String,
    },
    /// No account has such an id.
    #[error("an account id has letters, digits, hyphens and underscores only")]
    AccountIdInvalid,
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
            Self::StateMissing => "state_missing",
            Self::StateUnknown => "state_unknown",
            Self::StateElsewhere => "state_elsewhere",
            Self::StateExpired => "state_expired",
            Self::StateUsed { .. } => "state_used",
            Self::AppChanged => "app_changed",
            Self::IntegrationGone => "integration_gone",
            Self::Declined => "declined",
            Self::Refused(_) => "refused",
            Self::CodeInvalid => "code_invalid",
            Self::AccountRefused { .. } => "account_refused",
            Self::AccountIdInvalid => "account_id_invalid",
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
            Self::StateMissing
            | Self::StateUnknown
            | Self::StateElsewhere
            | Self::AppChanged
            | Self::IntegrationGone => "This authorisation can't be used",
            Self::StateExpired => "This authorisation has expired",
            Self::StateUsed { connected: Some(_) } => "Already completed",
            Self::StateUsed { connected: None } => "This authorisation was used before",
            Self::Declined => "Zoom was not connected",
            Self::Refused(_) => "Zoom refused the authorisation",
            Self::CodeInvalid => "The authorisation code was not accepted",
            Self::AccountRefused { .. } => "Zoom refused the credentials",
            Self::AccountIdInvalid => "This is no account id",
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
            Self::StateMissing | Self::StateUnknown => "Start from Integrations → Zoom → Add \
                 Integration, and let Zoom bring this browser back."
                .to_owned(),
            Self::StateElsewhere => "Finish it in the browser and the sign-in in which it was \
                 started, where it is still waiting; or start again here."
                .to_owned(),
            Self::StateExpired => "Start again, and finish within ten minutes.".to_owned(),
            Self::StateUsed { connected: Some(_) } => {
                "There is nothing left to do here. Open the integration.".to_owned()
            }
            Self::StateUsed { connected: None } => "What became of it is in the audit log. Each \
                 authorisation works once: start again."
                .to_owned(),
            Self::AppChanged => "Start again, with the app that is configured now.".to_owned(),
            Self::IntegrationGone => {
                "Start again, and connect the account as a new integration.".to_owned()
            }
            Self::Declined => {
                "To connect, start again and press Authorize on Zoom's page.".to_owned()
            }
            Self::Refused(_) => "Check the app in the Zoom App Marketplace: is it active, and is \
                 this server's redirect address on its list? Then start again."
                .to_owned(),
            Self::CodeInvalid => "A code works once and for five minutes. Start again.".to_owned(),
            Self::AccountRefused { .. } => {
                "Copy account id, client id and client secret again: all \
                 three have to be of the same Server-to-Server app, from its App Credentials page, \
                 and the app has to be activated."
                    .to_owned()
            }
            Self::AccountIdInvalid => "Copy the account id from the App Credentials page of the \
                 Server-to-Server app; it is not the account number."
                .to_owned(),
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
            Self::PermissionMissing(_) => {
                "In Zoom, open User Management → Roles, give the role of \
                 the service account the permission “Users: View”, and start again."
                    .to_owned()
            }
            Self::Unavailable(_) => {
                "Wait a minute and start again; if it goes on, check that this \
                 server may open https connections to zoom.us."
                    .to_owned()
            }
            Self::Store(_) => "Run `seatwise doctor` on the server to see \
                 what is wrong with the database, then start again."
                .to_owned(),
        }
    }
}

/// An account was not connected: why, and what trying did to authorisations that were there.
#[derive(Debug)]
pub struct NotConnected {
    /// Why.
    pub why: ConnectError,
    /// What else has ended by it.
    pub ended: Ended,
}

/// Zoom ends the earlier authorisation of an account when the app is authorised again, also when
/// nothing comes of the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It did not come so far that Zoom gave a token.
    NotBegun,
    /// A token was given, and no connected account has lost its own by that.
    Nobody,
    /// These have to be authorised again.
    Known(Vec<(IntegrationId, String)>),
    /// It could not be told for which account the token was.
    Perhaps,
}

impl From<ConnectError> for NotConnected {
    fn from(why: ConnectError) -> Self {
        Self {
            why,
            ended: Ended::NotBegun,
        }
    }
}

impl From<store::Error> for NotConnected {
    fn from(error: store::Error) -> Self {
        ConnectError::from(error).into()
    }
}
