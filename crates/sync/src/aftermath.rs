//! What an authorisation that came to nothing has ended. Zoom gives an app one authorisation for each
//! account: a new one takes the place of the earlier one, also when it can't be used.

use std::time::Duration;

use model::{GrantKind, Integration, IntegrationState};
use store::Actor;
use zoom::TokenError;

use crate::engine::Engine;
use crate::error::{ConnectError, Ended, NotConnected};
use crate::zoom::ZOOM;

/// How long an account may take to answer whether its authorisation still works.
const PATIENCE: Duration = Duration::from_secs(5);

impl Engine {
    /// Finds out which integrations have lost their authorisation, and lets them ask for a new one.
    /// `account` is the account of the token that could not be used, when that is known.
    pub(crate) async fn aftermath(
        &self,
        why: ConnectError,
        account: Option<&str>,
        client_id: &str,
    ) -> NotConnected {
        let ended = self.ended(&why, account, client_id).await;
        NotConnected {
            why,
            ended: ended.unwrap_or_else(|error| {
                tracing::warn!(%error, "it was not found out what an authorisation has ended");
                Ended::Perhaps
            }),
        }
    }

    async fn ended(
        &self,
        why: &ConnectError,
        account: Option<&str>,
        client_id: &str,
    ) -> Result<Ended, store::Error> {
        let mut found = Vec::new();
        let mut sure = true;
        for integration in self.store().integrations().await? {
            let grant = &integration.grant;
            let same_app = integration.application == ZOOM.key
                && grant.kind == GrantKind::AuthorizationCode
                && grant.client_id == client_id
                && matches!(
                    integration.state,
                    IntegrationState::Active | IntegrationState::Paused
                );
            if !same_app || account.is_some_and(|account| account != grant.account_id) {
                continue;
            }
            if account.is_some() {
                self.ask_again(&integration, why).await?;
                found.push((integration.id, integration.name));
            } else {
                match self.has_ended(&integration).await {
                    Some(true) => found.push((integration.id, integration.name)),
                    Some(false) => {}
                    None => sure = false,
                }
            }
        }
        Ok(match found.is_empty() {
            false => Ended::Known(found),
            true if sure => Ended::Nobody,
            true => Ended::Perhaps,
        })
    }

    async fn ask_again(
        &self,
        integration: &Integration,
        why: &ConnectError,
    ) -> Result<(), store::Error> {
        // Whatever is paused finds out when it is resumed.
        if integration.state == IntegrationState::Active {
            let reason = format!(
                "Somebody began to authorise this account again and did not get to the end ({why}). \
                 At Zoom that has replaced the earlier authorisation. Authorise it again; all data \
                 is kept."
            );
            self.store()
                .set_integration_state(
                    integration.id,
                    IntegrationState::ReconnectNeeded,
                    Some(&reason),
                    &Actor::System,
                    self.config().clock.now(),
                )
                .await?;
        }
        self.forget(integration.id);
        Ok(())
    }

    /// Whether Zoom no longer takes the integration's token, which then asks for a new one by itself;
    /// `None` when that can't be told.
    async fn has_ended(&self, integration: &Integration) -> Option<bool> {
        if integration.state != IntegrationState::Active {
            return None;
        }
        let account = self.account(integration).await.ok()?;
        let asked = tokio::time::timeout(PATIENCE, account.client.me()).await;
        match asked.ok()? {
            Ok(_)
            | Err(
                zoom::Error::ScopeMissing { .. }
                | zoom::Error::PermissionDenied { .. }
                | zoom::Error::PlanTooLow { .. },
            ) => Some(false),
            Err(zoom::Error::Token(TokenError::Reconnect(_))) => Some(true),
            Err(_) => None,
        }
    }
}
