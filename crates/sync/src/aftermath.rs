//! The effect of a failed authorisation on integrations that are connected already. An application gives
//! an app one authorisation per account: a new one replaces the earlier one, also when it can't be used.

use std::time::Duration;

use connector::AuthErrorKind;
use model::{GrantKind, Integration, IntegrationState};
use store::Actor;

use crate::engine::Engine;
use crate::error::{ConnectError, Ended, NotConnected};

/// How long to wait for an account's answer to whether its authorisation still works.
const PATIENCE: Duration = Duration::from_secs(5);

impl Engine {
    /// Finds out which integrations have lost their authorisation, and marks them as in need of a new
    /// one. `account` is the account of the token that could not be used, if that is known.
    pub(crate) async fn aftermath(
        &self,
        application: &str,
        why: ConnectError,
        account: Option<&str>,
        client_id: &str,
    ) -> NotConnected {
        let ended = self.ended(application, &why, account, client_id).await;
        NotConnected {
            why,
            ended: ended.unwrap_or_else(|error| {
                tracing::warn!(%error, "the effect of a failed authorisation is not known");
                Ended::Perhaps
            }),
        }
    }

    async fn ended(
        &self,
        application: &str,
        why: &ConnectError,
        account: Option<&str>,
        client_id: &str,
    ) -> Result<Ended, store::Error> {
        let mut found = Vec::new();
        let mut sure = true;
        for integration in self.store().integrations().await? {
            let grant = &integration.grant;
            let same_app = integration.application == application
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
            true if sure => Ended::None,
            true => Ended::Perhaps,
        })
    }

    async fn ask_again(
        &self,
        integration: &Integration,
        why: &ConnectError,
    ) -> Result<(), store::Error> {
        // A paused integration is checked when it is resumed.
        if integration.state == IntegrationState::Active {
            let name = self
                .application(&integration.application)
                .map_or(integration.application.as_str(), |known| known.name);
            let reason = format!(
                "Somebody began to authorise this account again and did not get to the end ({why}). \
                 At {name} that has replaced the earlier authorisation. Authorise it again; all data \
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

    /// Whether the application no longer accepts the integration's token. The integration is marked as in
    /// need of a new one then. `None` when that can't be found out.
    async fn has_ended(&self, integration: &Integration) -> Option<bool> {
        if integration.state != IntegrationState::Active {
            return None;
        }
        let account = self.account(integration).await.ok()?;
        let asked = tokio::time::timeout(PATIENCE, account.session.identify()).await;
        match asked.ok()? {
            Ok(_) => Some(false),
            Err(error) => match error.kind {
                AuthErrorKind::ScopesMissing { .. }
                | AuthErrorKind::PermissionMissing { .. }
                | AuthErrorKind::PlanTooLow => Some(false),
                AuthErrorKind::ReconnectNeeded => Some(true),
                _ => None,
            },
        }
    }
}
