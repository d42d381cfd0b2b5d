//! The app that may change licences: its tokens live in memory only, and only one process makes
//! changes of an integration at a time.

use std::sync::Arc;

use async_trait::async_trait;
use model::{Integration, IntegrationId};
use secrecy::ExposeSecret as _;
use store::{Actor, ChangeAccess};
use tokio::sync::Mutex;
use zoom::oauth::{OAuth, OAuthError, TokenSet};
use zoom::{AccessToken, Client, TokenError, TokenSource};

use super::carry::Carrier;
use super::{ChangeError, LEASE_MS};
use crate::config::Config;
use crate::engine::Engine;

/// The scope of older apps.
const CLASSIC: &str = "user:write:admin";
/// The scopes of newer apps.
const GRANULAR: [&str; 2] = ["user:update:user:admin", "user:update:settings:admin"];
/// How long before its end a token is not used any more.
const EARLY_MS: i64 = 60 * 1000;

/// Tokens of a Server-to-Server app, never stored.
struct WriteTokens {
    oauth: OAuth,
    access: ChangeAccess,
    config: Config,
    current: Mutex<Option<(AccessToken, model::Timestamp)>>,
}

impl WriteTokens {
    async fn obtain(
        &self,
        current: &mut Option<(AccessToken, model::Timestamp)>,
    ) -> Result<AccessToken, TokenError> {
        let access = &self.access;
        let set = self
            .oauth
            .account_credentials(&access.client_id, &access.client_secret, &access.account_id)
            .await
            .map_err(|error| match error {
                error if error.is_terminal() => TokenError::Reconnect(format!(
                    "Zoom does not accept the credentials of the app that changes licences ({error})"
                )),
                error => TokenError::Temporary(error.to_string()),
            })?;
        let generation = current
            .as_ref()
            .map_or(1, |(token, _)| token.generation + 1);
        let url = set.api_url.as_deref();
        let url = url.unwrap_or(self.config.api_url.as_str());
        let api_url = self.config.hosts.check(url);
        let token = AccessToken {
            secret: set.access,
            api_url: api_url.map_err(|error| TokenError::Temporary(error.to_string()))?,
            generation,
        };
        let end = self.config.clock.now().plus_seconds(set.expires_in_s);
        let (token, _) = current.insert((token, end));
        Ok(copy(token))
    }
}

fn copy(token: &AccessToken) -> AccessToken {
    AccessToken {
        secret: token.secret.expose_secret().to_owned().into(),
        api_url: token.api_url.clone(),
        generation: token.generation,
    }
}

#[async_trait]
impl TokenSource for WriteTokens {
    async fn token(&self) -> Result<AccessToken, TokenError> {
        let mut current = self.current.lock().await;
        if let Some((token, end)) = current.as_ref()
            && end.since(self.config.clock.now()) > EARLY_MS
        {
            return Ok(copy(token));
        }
        self.obtain(&mut current).await
    }

    async fn renew(&self, stale: u64) -> Result<AccessToken, TokenError> {
        let mut current = self.current.lock().await;
        match current.as_ref() {
            Some((token, _)) if token.generation > stale => Ok(copy(token)),
            _ => self.obtain(&mut current).await,
        }
    }
}

/// What is missing from the granted scopes. An answer that tells none is believed.
fn missing(set: &TokenSet) -> Vec<String> {
    let has = |scope: &str| set.scopes.iter().any(|granted| granted == scope);
    if set.scopes.is_empty() || has(CLASSIC) {
        return Vec::new();
    }
    let missing = GRANULAR.into_iter().filter(|scope| !has(scope));
    missing.map(str::to_owned).collect()
}

/// The right to make changes of one integration, until it is given back or runs out.
pub(super) struct ChangeLease {
    engine: Engine,
    duty: String,
    holder: String,
}

impl ChangeLease {
    pub(super) async fn renew(&self) -> Result<(), ChangeError> {
        let store = self.engine.store();
        let held = store.lease_job(&self.duty, &self.holder, LEASE_MS).await?;
        if held { Ok(()) } else { Err(ChangeError::Busy) }
    }

    pub(super) async fn release(self) {
        let store = self.engine.store();
        if let Err(error) = store.release_job(&self.duty, &self.holder).await {
            tracing::debug!(%error, "the right to make changes was not given back; it runs out");
        }
    }
}

impl Engine {
    /// Tries an app that is to change licences: whether it is of the right account, works, and has the
    /// scopes for it.
    ///
    /// # Errors
    /// [`ChangeError`] that says what is wrong with it.
    pub async fn check_write_access(
        &self,
        id: IntegrationId,
        access: &ChangeAccess,
    ) -> Result<(), ChangeError> {
        let integration = self.store().integration(id).await?;
        let integration = integration.ok_or(ChangeError::UnknownIntegration(id))?;
        right_account(&integration, access)?;
        let set = self
            .oauth()
            .account_credentials(&access.client_id, &access.client_secret, &access.account_id)
            .await
            .map_err(|error| match error {
                OAuthError::Refused { .. } => ChangeError::Refused(error.to_string()),
                error if error.is_terminal() => ChangeError::Refused(error.to_string()),
                error => ChangeError::Unavailable(error.to_string()),
            })?;
        match missing(&set) {
            none if none.is_empty() => Ok(()),
            missing => Err(ChangeError::ScopesMissing { missing }),
        }
    }

    /// What makes changes of an integration, and the client that reads. Both keep to one pace: Zoom
    /// counts requests of all apps of an account together.
    pub(super) async fn carrier(
        &self,
        integration: &Integration,
        actor: &Actor,
    ) -> Result<(Carrier, Client), ChangeError> {
        let access = self.store().write_access(integration.id).await?;
        let access = access.ok_or(ChangeError::NoAccess)?;
        right_account(integration, &access)?;
        let account = self.account(integration).await?;
        let tokens = WriteTokens {
            oauth: self.oauth(),
            access,
            config: self.config().clone(),
            current: Mutex::default(),
        };
        let writer = self.client_with(Arc::new(tokens), Arc::clone(&account.pacer));
        let carrier = Carrier {
            store: self.store().clone(),
            clock: Arc::clone(&self.config().clock),
            reader: account.client.clone(),
            writer,
            actor: actor.clone(),
        };
        Ok((carrier, account.client.clone()))
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
            duty: format!("changes:{id}"),
            // Told apart from other tasks of this process, which may serve the same account.
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
