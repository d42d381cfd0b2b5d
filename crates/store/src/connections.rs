//! Credentials and tokens of an integration, sealed, and the lock that lets only one process refresh
//! them at a time.

use model::{GrantKind, IntegrationId, Timestamp};
use secrecy::SecretString;

use crate::{Result, Store};

/// Credentials of the app through which an account is connected.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Client id.
    pub client_id: String,
    /// Client secret; sealed at rest.
    pub client_secret: SecretString,
    /// Account id, for Server-to-Server apps.
    pub account_id: Option<String>,
}

/// What lets us in right now.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Access token; sealed at rest.
    pub access: SecretString,
    /// Refresh token; sealed at rest. Server-to-Server apps have none.
    pub refresh: Option<SecretString>,
    /// When the access token ends.
    pub expires_at: Timestamp,
    /// When both were given.
    pub obtained_at: Timestamp,
    /// Base address of the API that the application told with the tokens.
    pub api_url: String,
}

/// Credentials and tokens of an integration.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The app.
    pub credentials: Credentials,
    /// The tokens, when there are any.
    pub tokens: Option<Tokens>,
    /// How Seatwise was let in.
    pub kind: GrantKind,
    /// Moves on whenever tokens or credentials change.
    pub version: i64,
}

impl Store {
    /// Credentials and tokens of an integration; `None` when it is disconnected or unknown.
    ///
    /// # Errors
    /// [`Error::Sealed`](crate::Error::Sealed) when they were sealed with another key, changed or moved.
    pub async fn connection(&self, _id: IntegrationId) -> Result<Option<Connection>> {
        todo!()
    }

    /// Tries to become the only one who refreshes the tokens, for `ttl_ms` milliseconds at most.
    /// Answers whether that worked (it does when `holder` has the lock already).
    pub async fn lock_refresh(
        &self,
        _id: IntegrationId,
        _holder: &str,
        _ttl_ms: i64,
    ) -> Result<bool> {
        todo!()
    }

    /// Stores refreshed tokens (and the scopes, when they were told) and releases the lock.
    ///
    /// # Errors
    /// [`Error::LeaseLost`](crate::Error::LeaseLost) when the lock is no longer `holder`'s; nothing is stored then.
    pub async fn save_tokens(
        &self,
        _id: IntegrationId,
        _holder: &str,
        _tokens: &Tokens,
        _scopes: Option<&[String]>,
        _now: Timestamp,
    ) -> Result<()> {
        todo!()
    }

    /// Releases the lock without new tokens; does nothing when it is not `holder`'s.
    pub async fn unlock_refresh(&self, _id: IntegrationId, _holder: &str) -> Result<()> {
        todo!()
    }
}
