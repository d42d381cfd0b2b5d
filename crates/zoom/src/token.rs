//! Where the client gets its access token from. Whoever stores tokens implements [`TokenSource`]; the
//! client only says when it needs a token and when one has stopped working.

use async_trait::async_trait;
use secrecy::SecretString;
use url::Url;

/// An access token and where it may be sent.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The bearer token.
    pub secret: SecretString,
    /// Host of the account's cluster, without `/v2`: `https://api-us.zoom.us`.
    pub api_url: Url,
    /// Grows with every renewal, so that one stale token leads to one renewal.
    pub generation: u64,
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Only a new authorisation by a person helps. Holds a sentence for that person.
    #[error("{0}")]
    Reconnect(String),
    /// It may work later: the token endpoint or the storage did not answer.
    #[error("no access token at the moment: {0}")]
    Temporary(String),
}

/// Hands out access tokens of one connection and renews them.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// A token that is good for at least the next request; refreshed first when near its end.
    async fn token(&self) -> Result<AccessToken, TokenError>;

    /// A token newer than `stale_generation`, which Zoom has just refused. Of many callers with the
    /// same generation only one may refresh; the others get its result.
    async fn renew(&self, stale_generation: u64) -> Result<AccessToken, TokenError>;
}
