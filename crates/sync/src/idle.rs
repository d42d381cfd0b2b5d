//! Authorisations that nothing uses: those of paused integrations. Applications let a refresh token end when
//! it was not used for long (Zoom after 90 days), so it is used in time.

use std::sync::Arc;

use connector::{TokenError, TokenSource as _};
use model::time::DAY_MS;
use model::{GrantKind, Integration, IntegrationState, Timestamp};

use crate::engine::Engine;
use crate::error::SyncError;

/// Days without use after which an authorisation is renewed. It leaves two months for further tries.
const UNUSED_DAYS: i64 = 30;
/// How often the worker looks for unused authorisations.
const LOOK_MS: i64 = 60 * 60 * 1000;

/// When the worker looks for unused authorisations again.
#[derive(Default)]
pub(crate) struct IdleWatch {
    next: Option<Timestamp>,
}

impl IdleWatch {
    pub(crate) async fn look(&mut self, engine: &Engine) {
        let now = engine.config().clock.now();
        // A time that is too far away comes from a clock that ran ahead.
        let due = self
            .next
            .is_none_or(|next| now >= next || next.since(now) > LOOK_MS);
        if due {
            self.next = Some(now.plus_ms(LOOK_MS));
            engine.renew_unused_authorisations().await;
        }
    }
}

impl Engine {
    /// Renews the authorisations of paused integrations that were not used for a month. One that the
    /// application has ended is marked as in need of a new one, so that it is known before somebody
    /// resumes the integration.
    #[crate::boxed]
    pub async fn renew_unused_authorisations(&self) {
        let integrations = match self.store().integrations().await {
            Ok(integrations) => integrations,
            Err(error) => {
                tracing::warn!(%error, "unused authorisations cannot be looked up");
                return;
            }
        };
        for integration in integrations {
            if let Err(error) = self.renew_if_unused(&integration).await {
                tracing::warn!(integration = %integration.id, %error, "an unused authorisation was not renewed");
            }
        }
    }

    async fn renew_if_unused(&self, integration: &Integration) -> Result<(), SyncError> {
        if integration.state != IntegrationState::Paused
            || integration.grant.kind != GrantKind::AuthorizationCode
        {
            return Ok(());
        }
        let connection = self.store().connection(integration.id).await?;
        let tokens = connection.and_then(|connection| connection.tokens);
        let now = self.config().clock.now();
        let unused =
            tokens.is_some_and(|tokens| now.since(tokens.obtained_at) >= UNUSED_DAYS * DAY_MS);
        if !unused {
            return Ok(());
        }
        let connector = Arc::clone(self.connector(&integration.application)?);
        match self.tokens_of(connector, integration.id).token().await {
            Ok(_) => {
                tracing::info!(integration = %integration.id, "an authorisation that was not used was renewed");
            }
            // Its state says so.
            Err(TokenError::Reconnect(_)) => {}
            Err(TokenError::Temporary(reason) | TokenError::Refused(reason)) => {
                tracing::warn!(integration = %integration.id, reason, "an unused authorisation was not renewed");
            }
        }
        Ok(())
    }
}
