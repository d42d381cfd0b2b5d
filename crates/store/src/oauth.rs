//! The OAuth app with which accounts are connected, and authorisations that somebody began and has
//! not finished yet.

use model::{IntegrationId, Plan, Timestamp};
use secrecy::SecretString;

use crate::{Actor, Result, Store};

/// Credentials of a general OAuth app at the application.
#[derive(Debug, Clone)]
pub struct OAuthApp {
    /// Client id.
    pub client_id: String,
    /// Client secret; sealed at rest.
    pub client_secret: SecretString,
}

/// Somebody was sent to the application's consent page and has not come back yet.
#[derive(Debug, Clone)]
pub struct PendingAuthorisation {
    /// Hash of the `state` parameter.
    pub state_hash: String,
    /// Hash of the session's token: only the same browser may finish.
    pub session_hash: String,
    /// PKCE code verifier; sealed at rest.
    pub verifier: SecretString,
    /// The integration that is authorised again; `None` for a new one.
    pub integration: Option<IntegrationId>,
    /// Name for the integration.
    pub name: String,
    /// Rate limits to assume.
    pub plan: Plan,
    /// Where the application sends them back, exactly as it was asked for.
    pub redirect_uri: String,
    /// Client id that was used.
    pub client_id: String,
    /// When they were sent.
    pub created_at: Timestamp,
    /// When it is too late to come back.
    pub expires_at: Timestamp,
}

impl Store {
    /// The OAuth app for an application, when one is set.
    pub async fn oauth_app(&self, _application: &str) -> Result<Option<OAuthApp>> {
        todo!()
    }

    /// Sets the OAuth app for an application.
    pub async fn set_oauth_app(
        &self,
        _application: &str,
        _app: &OAuthApp,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<()> {
        todo!()
    }

    /// Notes that somebody was sent to the consent page.
    pub async fn begin_authorisation(&self, _pending: &PendingAuthorisation) -> Result<()> {
        todo!()
    }

    /// Takes a pending authorisation, so that nobody else can: `None` when it is unknown, was taken
    /// before or has expired.
    pub async fn take_authorisation(
        &self,
        _state_hash: &str,
        _now: Timestamp,
    ) -> Result<Option<PendingAuthorisation>> {
        todo!()
    }
}
