//! Errors of connecting and synchronising, in words for the person in charge.

use model::{Application, IntegrationId};

/// A sync or a check could not be carried out at all. A problem with one stream is not an error of the
/// run: it is that stream's outcome.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// No integration has this number.
    #[error("there is no integration {0}")]
    UnknownIntegration(IntegrationId),
    /// This version of Seatwise has no connector for this application, or the connector lacks a
    /// feature. Contains the key of the application.
    #[error("this version of Seatwise can't connect “{0}”")]
    UnknownApplication(String),
    /// Another process is synchronising the integration.
    #[error(
        "a sync of integration {0} is running in another process, or was broken off less than half a minute ago"
    )]
    Busy(IntegrationId),
    /// It is paused, disconnected or has to be authorised again.
    #[error("integration {id} cannot be synchronised: {reason}")]
    NotRunnable {
        /// Number of the integration in question.
        id: IntegrationId,
        /// The reason in words.
        reason: String,
    },
    /// The database did not answer or refused.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Why connecting an account did not end in an integration.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address was opened without a state.
    #[error("browsers are sent back to this address with an answer; this one brought none")]
    StateMissing,
    /// No such state is stored.
    #[error("this authorisation was not started here, or more than a day ago")]
    StateUnknown,
    /// The state belongs to another browser session.
    #[error("this authorisation was started in another browser, or before signing in again")]
    StateElsewhere,
    /// The browser came back after more than ten minutes.
    #[error("this authorisation took longer than ten minutes")]
    StateExpired,
    /// The browser has come back with this state before.
    #[error("{}", if .connected.is_some() {
        "this authorisation was completed already"
    } else {
        "this authorisation was used before and did not end in a connection"
    })]
    StateUsed {
        /// The integration that was connected with it, if any.
        connected: Option<IntegrationId>,
    },
    /// The OAuth app is not the one that the authorisation began with.
    #[error("the OAuth app was changed or removed after this authorisation had begun")]
    AppChanged,
    /// The integration that was to be authorised again was removed.
    #[error("the integration that was to be authorised again was removed meanwhile")]
    IntegrationGone,
    /// The administrator declined on the permission page.
    #[error("the permission was declined")]
    Declined,
    /// The application answered with another error.
    #[error("the authorisation was refused: {0}")]
    Refused(String),
    /// The code was not accepted. The reason may repeat the code, so it is not kept.
    #[error("the authorisation code was not accepted")]
    CodeInvalid,
    /// A Server-to-Server app gets no token for the account.
    #[error("this app gets no access to account {account}: {reason}")]
    AccountRefused {
        /// The account id as it was entered.
        account: String,
        /// The application's reason.
        reason: String,
    },
    /// The account id contains other characters than ids have.
    #[error("an account id has letters, digits, hyphens and underscores only")]
    AccountIdInvalid,
    /// Client id or secret is wrong.
    #[error("client id and client secret are not accepted: {0}")]
    WrongClient(String),
    /// Another account was authorised than the one that the integration belongs to.
    #[error("this integration belongs to account {expected}, but {found} was authorised")]
    AccountMismatch {
        /// The account of the integration.
        expected: String,
        /// The account that was authorised.
        found: String,
    },
    /// A Server-to-Server app of this account is connected already.
    #[error("account {account} is already connected as “{name}”")]
    AlreadyConnected {
        /// The integration that is connected already.
        integration: IntegrationId,
        /// Name of the connected integration.
        name: String,
        /// The application's id of the account.
        account: String,
    },
    /// The granted scopes do not allow to read users.
    #[error("the granted scopes do not allow Seatwise to read users")]
    ScopesMissing {
        /// Names of the missing scopes.
        missing: Vec<String>,
    },
    /// The role of the authorising user does not allow to read users.
    #[error("the role of the user who authorised does not allow to read users: {0}")]
    PermissionMissing(String),
    /// The application could not be reached, or its answer was unusable.
    #[error("the application could not be reached: {0}")]
    Unavailable(String),
    /// The database did not answer or refused.
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

    /// Headline of the page that shows the error.
    #[must_use]
    pub fn title(&self, application: &Application) -> String {
        let name = application.name;
        let title = match self {
            Self::StateMissing
            | Self::StateUnknown
            | Self::StateElsewhere
            | Self::AppChanged
            | Self::IntegrationGone => "This authorisation can't be used",
            Self::StateExpired => "This authorisation has expired",
            Self::StateUsed { connected: Some(_) } => "Already completed",
            Self::StateUsed { connected: None } => "This authorisation was used before",
            Self::Declined => return format!("{name} was not connected"),
            Self::Refused(_) => return format!("{name} refused the authorisation"),
            Self::CodeInvalid => "The authorisation code was not accepted",
            Self::AccountRefused { .. } => return format!("{name} refused the credentials"),
            Self::AccountIdInvalid => "This is no account id",
            Self::WrongClient(_) => "Client id or client secret is wrong",
            Self::AccountMismatch { .. } => return format!("This is another {name} account"),
            Self::AlreadyConnected { .. } => {
                return format!("This {name} account is already connected");
            }
            Self::ScopesMissing { .. } => "A scope is missing",
            Self::PermissionMissing(_) => "A role permission is missing",
            Self::Unavailable(_) => return format!("{name} can't be reached"),
            Self::Store(_) => "The connection could not be saved",
        };
        title.to_owned()
    }

    /// The next step for the administrator, as a sentence.
    #[must_use]
    pub fn remedy(&self, application: &Application) -> String {
        let name = application.name;
        let console = application.help.app_console;
        match self {
            Self::StateMissing | Self::StateUnknown => format!(
                "Start from Integrations → {name} → Add Integration, and let {name} bring this browser \
                 back."
            ),
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
                format!("To connect, start again and press Authorize on {name}'s page.")
            }
            Self::Refused(_) => format!(
                "Check the app in {console}: is it active, and is this server's redirect address on \
                 its list? Then start again."
            ),
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
            Self::WrongClient(_) => format!(
                "Copy client id and client secret again from the app's credentials page in {console}; \
                 development and production have different ones."
            ),
            Self::AccountMismatch { expected, .. } => format!(
                "Sign out of {name}, start again and sign in with the service account of account \
                 {expected}; or add the other account as an integration of its own."
            ),
            Self::AlreadyConnected { name, .. } => {
                format!("Open “{name}” and choose Re-authorise to replace its credentials.")
            }
            Self::ScopesMissing { missing } => format!(
                "Add {} to the app's scopes in {console}, leave them ticked on {name}'s permission \
                 page, and start again.",
                missing.join(", ")
            ),
            Self::PermissionMissing(_) => {
                format!("{}, and start again.", application.help.grant_users)
            }
            Self::Unavailable(_) => format!(
                "Wait a minute and start again; if it goes on, check that this server may open https \
                 connections to {}.",
                application.help.host
            ),
            Self::Store(_) => "Run `seatwise doctor` on the server to see \
                 what is wrong with the database, then start again."
                .to_owned(),
        }
    }
}

/// An account was not connected: the reason, and the effect on authorisations that were there.
#[derive(Debug)]
pub struct NotConnected {
    /// The reason, with its title and remedy.
    pub why: ConnectError,
    /// Connections that the attempt has ended.
    pub ended: Ended,
}

/// Connections that a failed authorisation has ended. An application ends the earlier authorisation of an
/// account when the app is authorised again, also when the new one fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// No token was issued, so nothing has ended.
    NotBegun,
    /// A token was issued, and no connected account has lost its own by that.
    None,
    /// These have to be authorised again.
    Known(Vec<(IntegrationId, String)>),
    /// The account of the token is not known.
    Perhaps,
}

impl From<SyncError> for ConnectError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Store(error) => Self::Store(error),
            other => Self::Unavailable(other.to_string()),
        }
    }
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
