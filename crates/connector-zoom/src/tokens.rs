//! Access tokens in the form that the Zoom client takes.

use std::sync::Arc;

use async_trait::async_trait;
use zoom::{AccessToken, Hosts, TokenError};

use crate::error::to_token_error;

/// Tokens of the engine. The address of the API is checked each time, because it was stored meanwhile
/// and a token must not be sent elsewhere.
pub(crate) struct ZoomTokens {
    pub(crate) source: Arc<dyn connector::TokenSource>,
    pub(crate) hosts: Hosts,
}

impl ZoomTokens {
    fn checked(&self, token: connector::AccessToken) -> Result<AccessToken, TokenError> {
        let api_url = self.hosts.check(&token.api_url).map_err(|_| {
            TokenError::Temporary(format!(
                "the API address {} is not one of Zoom's; set SEATWISE_ZOOM_API_URL as it was when \
                 the account was connected",
                token.api_url
            ))
        })?;
        Ok(AccessToken {
            secret: token.secret,
            api_url,
            generation: token.generation,
        })
    }
}

#[async_trait]
impl zoom::TokenSource for ZoomTokens {
    async fn token(&self) -> Result<AccessToken, TokenError> {
        let token = self.source.token().await.map_err(to_token_error)?;
        self.checked(token)
    }

    async fn renew(&self, stale_generation: u64) -> Result<AccessToken, TokenError> {
        let renewed = self.source.renew(stale_generation).await;
        self.checked(renewed.map_err(to_token_error)?)
    }
}
