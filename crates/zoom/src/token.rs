//! The source of access tokens. The code that stores tokens implements [`TokenSource`]; the client only
//! asks for a token and reports when one has stopped working.

use async_trait::async_trait;
use secrecy::SecretString;
use url::Url;

/// An access token and the address to which it may be sent.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The bearer token itself, without a prefix.
    pub secret: SecretString,
    /// Host of the account's cluster, without `/v2`: `https://api-us.zoom.us`.
    pub api_url: Url,
    /// Number that grows with every renewal, so that many callers with the same stale token cause one
    /// renewal.
    pub generation: u64,
}

/// The reason why there is no access token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// A person has to authorise the app again. Contains a sentence for that person.
    #[error("{0}")]
    Reconnect(String),
    /// Zoom refuses to issue a token to this app. Contains a sentence for the person in charge.
    #[error("{0}")]
    Refused(String),
    /// A later try may succeed: the token endpoint or the storage did not answer.
    #[error("no access token at the moment: {0}")]
    Temporary(String),
}

/// Provides access tokens of one connection and renews them.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// Returns a token that is valid for at least the next request. A token close to its expiry is
    /// renewed first.
    async fn token(&self) -> Result<AccessToken, TokenError>;

    /// Returns a token newer than `stale_generation`, which Zoom has just refused. Of many callers with
    /// the same generation only one may renew, because refresh tokens work once; the others get its
    /// result.
    async fn renew(&self, stale_generation: u64) -> Result<AccessToken, TokenError>;
}
