//! Connecting an account by credentials, saving a connection, and disconnecting.

use std::sync::Arc;

use async_trait::async_trait;
use connector::{
    AccessToken, AppKeys, AuthError, AuthErrorKind, Connector, Session, TokenError, TokenSource,
};
use model::{Application, Grant, GrantKind, Integration, IntegrationId, Plan};
use secrecy::SecretString;
use store::{Actor, Credentials, IntegrationSettings, NewIntegration, Tokens};

use crate::engine::Engine;
use crate::error::{ConnectError, SyncError};
use crate::tokens::tokens_of;

/// Share of the account's rate limits that a new integration uses, because they are shared with the
/// customer's other apps.
const BUDGET_PERCENT: i32 = 50;
/// Minutes between scheduled runs of a new integration.
const INTERVAL_MINUTES: i32 = 60;

/// Credentials of a Server-to-Server app.
#[derive(Debug)]
pub struct ServerToServer {
    /// Key of the application.
    pub application: &'static str,
    /// Name of the new integration; empty to use the account's.
    pub name: String,
    /// Plan of the account, which decides its rate limits.
    pub plan: Plan,
    /// The application's id of the account.
    pub account_id: String,
    /// Public id of the app.
    pub client_id: String,
    /// Secret of the app.
    pub client_secret: SecretString,
    /// The integration whose credentials are replaced; `None` for a new one.
    pub reauthorise: Option<IntegrationId>,
}

/// An account that was connected.
#[derive(Debug)]
pub struct Connected {
    /// The integration; its first sync is due.
    pub integration: Integration,
    /// Whether it is a new one.
    pub new: bool,
}

/// A connection that works and is about to be saved.
pub(crate) struct NewConnection {
    pub(crate) application: &'static Application,
    pub(crate) name: String,
    pub(crate) plan: Plan,
    pub(crate) reauthorise: Option<IntegrationId>,
    pub(crate) grant: Grant,
    pub(crate) credentials: Credentials,
    pub(crate) tokens: Tokens,
}

/// The token of an account that is not yet an integration: never renewed.
struct FirstToken {
    token: AccessToken,
    application: &'static str,
}

#[async_trait]
impl TokenSource for FirstToken {
    async fn token(&self) -> Result<AccessToken, TokenError> {
        Ok(self.token.clone())
    }

    async fn renew(&self, _: u64) -> Result<AccessToken, TokenError> {
        Err(TokenError::Temporary(format!(
            "{} does not accept the token that it just issued",
            self.application
        )))
    }
}

impl Engine {
    /// A session for the first requests with tokens that are not saved yet.
    pub(crate) fn first_session(
        connector: &Arc<dyn Connector>,
        tokens: &Tokens,
        plan: Plan,
    ) -> Arc<dyn Session> {
        let source = FirstToken {
            token: AccessToken {
                secret: tokens.access.clone(),
                api_url: tokens.api_url.clone(),
                generation: 0,
            },
            application: connector.application().name,
        };
        Self::new_session(connector, Arc::new(source), plan, BUDGET_PERCENT)
    }

    /// Connects an account through its own Server-to-Server app, after trying the credentials.
    #[crate::boxed]
    pub async fn connect_server_to_server(
        &self,
        wanted: ServerToServer,
        actor: &Actor,
    ) -> Result<Connected, ConnectError> {
        let possible = |c: char| c.is_ascii_alphanumeric() || "-_+/=".contains(c);
        if wanted.account_id.is_empty() || !wanted.account_id.chars().all(possible) {
            return Err(ConnectError::AccountIdInvalid);
        }
        let connector = self.connector(wanted.application)?;
        let app = AppKeys {
            client_id: &wanted.client_id,
            client_secret: &wanted.client_secret,
        };
        let issued = connector.account_token(app, &wanted.account_id).await;
        let set = issued.map_err(|error| match from_token_request(error, "") {
            ConnectError::Refused(reason) => ConnectError::AccountRefused {
                account: wanted.account_id.clone(),
                reason,
            },
            other => other,
        })?;
        let scopes = set.scopes.clone();
        let tokens = tokens_of(set, None, &**connector, self.config().clock.now());
        let session = Self::first_session(connector, &tokens, wanted.plan);
        session.probe().await.map_err(from_first_request)?;
        let grant = Grant {
            kind: GrantKind::ServerToServer,
            account_id: wanted.account_id.clone(),
            authorised_by: String::new(),
            authorised_user_id: None,
            scopes,
            client_id: wanted.client_id.clone(),
        };
        let credentials = Credentials {
            client_id: wanted.client_id,
            client_secret: wanted.client_secret,
            account_id: Some(wanted.account_id),
        };
        self.save(
            NewConnection {
                application: connector.application(),
                name: wanted.name,
                plan: wanted.plan,
                reauthorise: wanted.reauthorise,
                grant,
                credentials,
                tokens,
            },
            actor,
        )
        .await
    }

    /// Saves a connection as a new integration, or as the new grant of a known one.
    pub(crate) async fn save(
        &self,
        connection: NewConnection,
        actor: &Actor,
    ) -> Result<Connected, ConnectError> {
        let store = self.store();
        let now = self.config().clock.now();
        let known = self.known_integration(&connection).await?;
        let NewConnection {
            application,
            name,
            plan,
            grant,
            credentials,
            tokens,
            ..
        } = connection;
        let (integration, new) = if let Some(id) = known {
            store
                .reauthorise(id, grant, &credentials, Some(&tokens), actor, now)
                .await?;
            self.forget(id);
            let integration = store.integration(id).await?;
            (integration.ok_or(ConnectError::IntegrationGone)?, false)
        } else {
            let name = match (name.trim(), grant.authorised_by.split_once('@')) {
                ("", Some((_, domain))) => domain.to_owned(),
                ("", None) => format!("Account {}", grant.account_id),
                (name, _) => name.to_owned(),
            };
            let new = NewIntegration {
                application: application.key.to_owned(),
                grant,
                settings: IntegrationSettings {
                    name,
                    plan,
                    budget_percent: BUDGET_PERCENT,
                    interval_minutes: INTERVAL_MINUTES,
                },
            };
            let created = store.create_integration(new, &credentials, Some(&tokens), actor, now);
            (created.await?, true)
        };
        self.wake();
        Ok(Connected { integration, new })
    }

    /// The integration that takes the new grant; `None` when there is to be a new one.
    async fn known_integration(
        &self,
        connection: &NewConnection,
    ) -> Result<Option<IntegrationId>, ConnectError> {
        let store = self.store();
        let account = &connection.grant.account_id;
        if let Some(id) = connection.reauthorise {
            let expected = store
                .integration(id)
                .await?
                .ok_or(ConnectError::IntegrationGone)?
                .grant
                .account_id;
            if expected != *account {
                return Err(ConnectError::AccountMismatch {
                    expected,
                    found: account.clone(),
                });
            }
            return Ok(Some(id));
        }
        // Authorising an account again has ended the earlier grant, so its integration takes the new
        // one. A second Server-to-Server app ends nothing and is refused.
        match store
            .integration_by_account(connection.application.key, account)
            .await?
        {
            Some(there) if connection.grant.kind == GrantKind::ServerToServer => {
                Err(ConnectError::AlreadyConnected {
                    integration: there.id,
                    name: there.name,
                    account: account.clone(),
                })
            }
            there => Ok(there.map(|there| there.id)),
        }
    }

    /// Disconnects an account: ends the grant at the application if that can be done, deletes the
    /// tokens, and the data too when `erase`.
    #[crate::boxed]
    pub async fn disconnect(
        &self,
        id: IntegrationId,
        erase: bool,
        actor: &Actor,
    ) -> Result<(), SyncError> {
        match self.store().connection(id).await {
            Ok(Some(connection)) if connection.kind == GrantKind::AuthorizationCode => {
                if let Some(tokens) = &connection.tokens {
                    self.revoke(id, &connection.credentials, tokens).await?;
                }
            }
            // Tokens that cannot be opened can still be deleted.
            Ok(_) | Err(store::Error::Sealed { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        self.store()
            .disconnect(id, erase, actor, self.config().clock.now())
            .await?;
        self.forget(id);
        Ok(())
    }

    /// Ends a grant. A failure is only logged, because the tokens are deleted in any case.
    async fn revoke(
        &self,
        id: IntegrationId,
        credentials: &Credentials,
        tokens: &Tokens,
    ) -> Result<(), SyncError> {
        let Some(integration) = self.store().integration(id).await? else {
            return Ok(());
        };
        let Some(connector) = self.connectors().connector(&integration.application) else {
            return Ok(());
        };
        let app = AppKeys {
            client_id: &credentials.client_id,
            client_secret: &credentials.client_secret,
        };
        if let Err(error) = connector.revoke(app, &tokens.access).await {
            let application = connector.application().name;
            tracing::warn!(integration = %id, application, %error, "the end of the grant was not confirmed");
        }
        Ok(())
    }
}

/// A token request failed. `code` is a secret that an application may repeat in its reasons.
pub(crate) fn from_token_request(error: AuthError, code: &str) -> ConnectError {
    match error.kind {
        AuthErrorKind::CodeInvalid | AuthErrorKind::GrantInvalid => ConnectError::CodeInvalid,
        AuthErrorKind::ClientInvalid { reason } => {
            ConnectError::WrongClient(without(&reason, code))
        }
        AuthErrorKind::Refused { reason } => ConnectError::Refused(without(&reason, code)),
        _ => ConnectError::Unavailable(without(&error.message, code)),
    }
}

fn without(text: &str, code: &str) -> String {
    if code.is_empty() {
        text.to_owned()
    } else {
        text.replace(code, "…")
    }
}

/// The first request with a new token failed.
pub(crate) fn from_first_request(error: AuthError) -> ConnectError {
    match error.kind {
        AuthErrorKind::ScopesMissing { scopes } => ConnectError::ScopesMissing { missing: scopes },
        AuthErrorKind::PermissionMissing { reason } => ConnectError::PermissionMissing(reason),
        AuthErrorKind::Refused { reason } => ConnectError::Refused(reason),
        _ => ConnectError::Unavailable(error.message),
    }
}
