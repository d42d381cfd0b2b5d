//! The app that may change licences: its tokens live in memory only, and only one process makes
//! changes of an integration at a time.

use std::sync::Arc;

use async_trait::async_trait;
use connector::{
    AccessToken, AppKeys, AuthError, AuthErrorKind, Connector, TokenError, TokenSet, TokenSource,
};
use model::{Integration, IntegrationId};
use store::{Actor, ChangeAccess};
use tokio::sync::Mutex;

use super::carry::Carrier;
use super::error::ChangeError;
use crate::config::Config;
use crate::engine::Engine;

/// Milliseconds until others may make changes of an integration when the holder of the lease falls
/// silent.
const LEASE_MS: i64 = 2 * 60 * 1000;
/// Milliseconds before its end from which on a token is not used any more.
const EARLY_MS: i64 = 60 * 1000;

/// Tokens of a Server-to-Server app, never stored.
struct WriteTokens {
    connector: Arc<dyn Connector>,
    access: ChangeAccess,
    config: Config,
    current: Mutex<Option<(AccessToken, model::Timestamp)>>,
}

impl WriteTokens {
    async fn obtain(
        &self,
        current: &mut Option<(AccessToken, model::Timestamp)>,
    ) -> Result<AccessToken, TokenError> {
        let issued = token_set(&*self.connector, &self.access).await;
        let set = issued.map_err(|error| match error {
            error if error.is_terminal() => TokenError::Reconnect(format!(
                "{} does not accept the credentials of the app that changes licences ({error})",
                self.connector.application().name
            )),
            error => TokenError::Temporary(error.to_string()),
        })?;
        let generation = current
            .as_ref()
            .map_or(1, |(token, _)| token.generation + 1);
        let token = AccessToken {
            secret: set.access,
            api_url: set.api_url.unwrap_or_else(|| self.connector.api_url()),
            generation,
        };
        let end = self.config.clock.now().plus_seconds(set.expires_in_s);
        let (token, _) = current.insert((token, end));
        Ok(token.clone())
    }
}

async fn token_set(
    connector: &dyn Connector,
    access: &ChangeAccess,
) -> Result<TokenSet, AuthError> {
    let app = AppKeys {
        client_id: &access.client_id,
        client_secret: &access.client_secret,
    };
    connector.account_token(app, &access.account_id).await
}

#[async_trait]
impl TokenSource for WriteTokens {
    async fn token(&self) -> Result<AccessToken, TokenError> {
        let mut current = self.current.lock().await;
        if let Some((token, end)) = current.as_ref()
            && end.since(self.config.clock.now()) > EARLY_MS
        {
            return Ok(token.clone());
        }
        self.obtain(&mut current).await
    }

    async fn renew(&self, stale: u64) -> Result<AccessToken, TokenError> {
        let mut current = self.current.lock().await;
        match current.as_ref() {
            Some((token, _)) if token.generation > stale => Ok(token.clone()),
            _ => self.obtain(&mut current).await,
        }
    }
}

/// The right to make changes of one integration, until it is given back or runs out.
pub(super) struct ChangeLease {
    engine: Engine,
    job: String,
    holder: String,
}

impl ChangeLease {
    pub(super) async fn renew(&self) -> Result<(), ChangeError> {
        let store = self.engine.store();
        let renewed = store.lease_job(&self.job, &self.holder, LEASE_MS).await?;
        if renewed {
            Ok(())
        } else {
            Err(ChangeError::Busy)
        }
    }

    pub(super) async fn release(self) {
        let store = self.engine.store();
        if let Err(error) = store.release_job(&self.job, &self.holder).await {
            tracing::debug!(%error, "the right to make changes was not given back; it runs out");
        }
    }
}

impl Engine {
    /// Tries an app that is to change licences: whether it belongs to the right account, works, and has
    /// the scopes for it.
    ///
    /// # Errors
    /// A [`ChangeError`] that states the fault of the app.
    #[crate::boxed]
    pub async fn check_write_access(
        &self,
        id: IntegrationId,
        access: &ChangeAccess,
    ) -> Result<(), ChangeError> {
        let integration = self.store().integration(id).await?;
        let integration = integration.ok_or(ChangeError::UnknownIntegration(id))?;
        right_account(&integration, access)?;
        let connector = self.connector(&integration.application)?;
        let set = token_set(&**connector, access)
            .await
            .map_err(|error| match error.kind {
                AuthErrorKind::Refused { .. } => ChangeError::Refused(error.message),
                _ if error.is_terminal() => ChangeError::Refused(error.message),
                _ => ChangeError::Unavailable(error.message),
            })?;
        match connector.missing_write_scopes(&set.scopes) {
            none if none.is_empty() => Ok(()),
            missing => Err(ChangeError::ScopesMissing { missing }),
        }
    }

    /// Looks at changes of an integration, and makes none.
    pub(super) async fn looker(&self, integration: &Integration) -> Result<Carrier, ChangeError> {
        self.carrier_with(integration, None, &Actor::System).await
    }

    /// Makes changes of an integration. It keeps to one pace with the session that reads, because an
    /// application counts requests of all apps of an account together.
    pub(super) async fn carrier(
        &self,
        integration: &Integration,
        actor: &Actor,
    ) -> Result<Carrier, ChangeError> {
        let access = self.store().write_access(integration.id).await?;
        let access = access.ok_or(ChangeError::NoAccess)?;
        right_account(integration, &access)?;
        let tokens = WriteTokens {
            connector: Arc::clone(self.connector(&integration.application)?),
            access,
            config: self.config().clone(),
            current: Mutex::default(),
        };
        self.carrier_with(integration, Some(Arc::new(tokens)), actor)
            .await
    }

    async fn carrier_with(
        &self,
        integration: &Integration,
        writer: Option<Arc<dyn TokenSource>>,
        actor: &Actor,
    ) -> Result<Carrier, ChangeError> {
        let account = self.account(integration).await?;
        let changes = account.session.changes(writer);
        Ok(Carrier {
            store: self.store().clone(),
            clock: Arc::clone(&self.config().clock),
            application: account.connector.application(),
            changes: changes.ok_or(ChangeError::NotSupported)?,
            actor: actor.clone(),
        })
    }

    pub(super) async fn lease_changes(
        &self,
        id: IntegrationId,
    ) -> Result<ChangeLease, ChangeError> {
        let mut nonce = [0; 8];
        self.config().random.fill(&mut nonce);
        let nonce = u64::from_le_bytes(nonce);
        let lease = ChangeLease {
            engine: self.clone(),
            job: format!("changes:{id}"),
            // A random part, because other tasks of this process may serve the same account.
            holder: format!("{}/{nonce:016x}", self.config().holder),
        };
        lease.renew().await?;
        Ok(lease)
    }
}

fn right_account(integration: &Integration, access: &ChangeAccess) -> Result<(), ChangeError> {
    let expected = &integration.grant.account_id;
    if *expected == access.account_id {
        return Ok(());
    }
    Err(ChangeError::WrongAccount {
        expected: expected.clone(),
        found: access.account_id.clone(),
    })
}
