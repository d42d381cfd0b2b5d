//! The access token of one integration. A refresh token may work only once, so one task at a time
//! refreshes, and saves the new pair before it is used. Within a process a mutex ensures that, between
//! processes a lock in the database with an expiry; a process that finds the lock taken waits for the
//! other's token.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use connector::{
    AccessToken, AppKeys, AuthError, AuthErrorKind, Connector, TokenError, TokenSet, TokenSource,
};
use model::{GrantKind, IntegrationId, IntegrationState, Timestamp};
use store::{Actor, Connection, Store, Tokens};
use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;

use crate::config::Config;

/// How long before its end a token is renewed.
const EARLY_MS: i64 = 5 * 60 * 1000;
/// How far in the future tokens may have been obtained, because clocks of processes differ a little.
const CLOCK_SLACK_MS: i64 = 10 * 60 * 1000;
/// How long a refresh may take before another process may try.
const LOCK_MS: i64 = 60 * 1000;
/// Saving is given up for the moment when its pauses have grown beyond this: after some six seconds.
const SAVE_PAUSES: Duration = Duration::from_secs(3);
/// How often a waiting process looks whether the other has finished.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Hands out the access token of one integration and renews it.
pub(crate) struct IntegrationTokens {
    renewal: Renewal,
    refreshes: TaskTracker,
    current: Mutex<Option<Current>>,
}

/// How a token is renewed. Runs as a task of its own: a run that is stopped must not drop a renewal
/// between the answer and the save, where the only refresh token would be lost.
#[derive(Clone)]
struct Renewal {
    store: Store,
    config: Config,
    connector: Arc<dyn Connector>,
    id: IntegrationId,
    /// A pair that was issued and that the database could not save yet.
    unsaved: Arc<Mutex<Option<Issued>>>,
}

struct Issued {
    tokens: Tokens,
    scopes: Option<Vec<String>>,
}

/// Tokens as they are stored. Their version grows with every change, so that newer ones are
/// recognised whatever the clock says.
struct Stored {
    tokens: Tokens,
    version: i64,
}

/// The token in use. Its generation grows with every renewal.
struct Current {
    stored: Stored,
    generation: u64,
}

impl IntegrationTokens {
    pub(crate) fn new(
        store: Store,
        config: Config,
        connector: Arc<dyn Connector>,
        id: IntegrationId,
        refreshes: TaskTracker,
    ) -> Self {
        let unsaved = Arc::default();
        Self {
            renewal: Renewal {
                store,
                config,
                connector,
                id,
                unsaved,
            },
            refreshes,
            current: Mutex::new(None),
        }
    }

    async fn replace(
        &self,
        current: &mut Option<Current>,
        stale: Option<i64>,
    ) -> Result<AccessToken, TokenError> {
        let renewal = self.renewal.clone();
        let renewed = self
            .refreshes
            .spawn(async move { renewal.fresh(stale).await })
            .await;
        let stored = renewed.map_err(|error| TokenError::Temporary(error.to_string()))??;
        let generation = current.as_ref().map_or(1, |current| current.generation + 1);
        Ok(Renewal::hand_out(
            current.insert(Current { stored, generation }),
        ))
    }
}

impl Renewal {
    fn usable(&self, tokens: &Tokens) -> bool {
        let now = self.config.clock.now();
        // Tokens from the future were stored while a clock ran ahead: their end is not known.
        tokens.expires_at.since(now) > EARLY_MS && tokens.obtained_at.since(now) <= CLOCK_SLACK_MS
    }

    async fn connection(&self) -> Result<Connection, TokenError> {
        match self.store.connection(self.id).await {
            Ok(Some(connection)) => Ok(connection),
            Ok(None) => Err(TokenError::Reconnect(
                "the integration was disconnected".to_owned(),
            )),
            Err(store::Error::Sealed { what }) => Err(TokenError::Temporary(format!(
                "{what} can't be opened with this master key; start with the key that it was \
                 saved with, or authorise again"
            ))),
            Err(error) => Err(TokenError::Temporary(error.to_string())),
        }
    }

    /// The stored tokens, if they are newer than the version `than` and still valid.
    async fn stored_since(&self, than: Option<i64>) -> Result<Option<Stored>, TokenError> {
        let Connection {
            tokens, version, ..
        } = self.connection().await?;
        let newer = than.is_none_or(|than| version > than);
        Ok(tokens
            .filter(|tokens| newer && self.usable(tokens))
            .map(|tokens| Stored { tokens, version }))
    }

    /// A token that is newer than `stale`: another's, or a refreshed one.
    async fn fresh(&self, stale: Option<i64>) -> Result<Stored, TokenError> {
        // A random part, because other tasks of this process may serve the same account.
        let mut nonce = [0; 8];
        self.config.random.fill(&mut nonce);
        let holder = format!("{}/{:016x}", self.config.holder, u64::from_le_bytes(nonce));
        loop {
            if let Some(stored) = self.stored_since(stale).await? {
                return Ok(stored);
            }
            let locked = self
                .store
                .lock_refresh(self.id, &holder, LOCK_MS)
                .await
                .map_err(|error| TokenError::Temporary(error.to_string()))?;
            if locked {
                break;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        let outcome = self.refresh_locked(&holder, stale).await;
        if outcome.is_err() {
            // The lock ends by itself; giving it back only makes the next try quicker.
            if let Err(error) = self.store.unlock_refresh(self.id, &holder).await {
                tracing::debug!(%error, "refresh lock was not released");
            }
        }
        outcome
    }

    async fn refresh_locked(&self, holder: &str, stale: Option<i64>) -> Result<Stored, TokenError> {
        let mut unsaved = self.unsaved.lock().await;
        let issued = if let Some(issued) = unsaved.take() {
            issued
        } else {
            // Between the look and the lock another task may have finished.
            if let Some(stored) = self.stored_since(stale).await? {
                if let Err(error) = self.store.unlock_refresh(self.id, holder).await {
                    tracing::debug!(%error, "refresh lock was not released");
                }
                return Ok(stored);
            }
            let connection = self.connection().await?;
            let asked = self.ask(&connection).await;
            store::crash::point("token answer received");
            match asked {
                Ok(set) => {
                    let scopes = (!set.scopes.is_empty()).then(|| set.scopes.clone());
                    let now = self.config.clock.now();
                    let old = connection.tokens.as_ref();
                    let tokens = tokens_of(set, old, &*self.connector, now);
                    Issued { tokens, scopes }
                }
                Err(error) if error.is_terminal() => {
                    return self.give_up(&connection, &error).await;
                }
                Err(error) if matches!(error.kind, AuthErrorKind::Refused { .. }) => {
                    return Err(TokenError::Refused(format!(
                        "{} does not issue an access token to the app ({error}). If the app was switched \
                         off there, activate it again.",
                        self.connector.application().name
                    )));
                }
                Err(error) => return Err(TokenError::Temporary(error.to_string())),
            }
        };
        let version = match self.save(holder, &issued).await {
            Ok(version) => version,
            Err(error) => {
                *unsaved = Some(issued);
                return Err(error);
            }
        };
        store::crash::point("token saved");
        tracing::info!(integration = %self.id, "access token renewed");
        Ok(Stored {
            tokens: issued.tokens,
            version,
        })
    }

    /// Saves a new pair, several times if need be: the old one is worth nothing any more.
    async fn save(&self, holder: &str, issued: &Issued) -> Result<i64, TokenError> {
        let mut pause = Duration::from_millis(100);
        loop {
            let now = self.config.clock.now();
            let saved = self
                .store
                .save_tokens(
                    self.id,
                    holder,
                    &issued.tokens,
                    issued.scopes.as_deref(),
                    now,
                )
                .await;
            match saved {
                Ok(version) => return Ok(version),
                Err(error) if pause > SAVE_PAUSES => {
                    tracing::error!(integration = %self.id, %error, "a renewed token could not be saved yet");
                    return Err(TokenError::Temporary(error.to_string()));
                }
                Err(error) => tracing::debug!(%error, "saving a renewed token is tried again"),
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    async fn ask(&self, connection: &Connection) -> Result<TokenSet, AuthError> {
        let credentials = &connection.credentials;
        let app = AppKeys {
            client_id: &credentials.client_id,
            client_secret: &credentials.client_secret,
        };
        match connection.kind {
            GrantKind::ServerToServer => {
                let account = credentials.account_id.as_deref().unwrap_or_default();
                self.connector.account_token(app, account).await
            }
            GrantKind::AuthorizationCode => {
                let refresh = connection.tokens.as_ref().and_then(|t| t.refresh.as_ref());
                let Some(refresh) = refresh else {
                    return Err(AuthError::new(
                        AuthErrorKind::GrantInvalid,
                        "the grant is no longer valid: there is no refresh token",
                    ));
                };
                self.connector.refresh(app, refresh).await
            }
        }
    }

    /// The application refused for good. If another process has saved new tokens meanwhile, those are
    /// used. Otherwise the integration needs a new authorisation.
    async fn give_up(&self, tried: &Connection, error: &AuthError) -> Result<Stored, TokenError> {
        let now = self.connection().await?;
        if now.version != tried.version {
            let time = self.config.clock.now();
            return now
                .tokens
                .filter(|tokens| tokens.expires_at > time)
                .map(|tokens| Stored {
                    tokens,
                    version: now.version,
                })
                .ok_or_else(|| {
                    TokenError::Temporary("the tokens were changed meanwhile".to_owned())
                });
        }
        let integration = self.store.integration(self.id).await;
        let integration = integration.map_err(|error| TokenError::Temporary(error.to_string()))?;
        let in_use = [IntegrationState::Active, IntegrationState::Paused];
        if integration.is_none_or(|there| !in_use.contains(&there.state)) {
            let stopped = "the integration was stopped meanwhile".to_owned();
            return Err(TokenError::Temporary(stopped));
        }
        let why = if error.kind == AuthErrorKind::GrantInvalid {
            " The app was removed there, its authorisation was replaced, or it was not used for too long."
        } else {
            ""
        };
        let reason = format!(
            "{} no longer accepts this connection ({error}).{why}{} Authorise it again; all data is kept.",
            self.connector.application().name,
            self.since_the_backup(tried).await
        );
        self.store
            .set_integration_state(
                self.id,
                IntegrationState::ReconnectNeeded,
                Some(&reason),
                &Actor::System,
                self.config.clock.now(),
            )
            .await
            .map_err(|error| TokenError::Temporary(error.to_string()))?;
        tracing::warn!(integration = %self.id, "the connection has to be authorised again");
        Err(TokenError::Reconnect(reason))
    }

    /// A sentence about the backup that the refused tokens come from; empty when they are newer.
    async fn since_the_backup(&self, tried: &Connection) -> String {
        // Without an answer the reason is shorter.
        let restored = self.store.restored().await.ok().flatten();
        let obtained_at = tried.tokens.as_ref().map(|tokens| tokens.obtained_at);
        match restored {
            Some(restored) if obtained_at.is_some_and(|at| at <= restored.created_at) => format!(
                " The token is from the backup of {} that was restored, and has probably been renewed since \
                 that backup.",
                restored.created_at.readable()
            ),
            _ => String::new(),
        }
    }

    fn hand_out(current: &Current) -> AccessToken {
        AccessToken {
            secret: current.stored.tokens.access.clone(),
            api_url: current.stored.tokens.api_url.clone(),
            generation: current.generation,
        }
    }
}

/// The token set in the form in which it is stored. An answer without a refresh token keeps the old
/// one; an answer without an address keeps the old address or takes the usual one.
pub(crate) fn tokens_of(
    set: TokenSet,
    old: Option<&Tokens>,
    connector: &dyn Connector,
    now: Timestamp,
) -> Tokens {
    Tokens {
        access: set.access,
        refresh: set
            .refresh
            .or_else(|| old.and_then(|old| old.refresh.clone())),
        expires_at: now.plus_seconds(set.expires_in_s),
        obtained_at: now,
        api_url: set
            .api_url
            .or_else(|| old.map(|old| old.api_url.clone()))
            .unwrap_or_else(|| connector.api_url()),
    }
}

#[async_trait]
impl TokenSource for IntegrationTokens {
    async fn token(&self) -> Result<AccessToken, TokenError> {
        let mut current = self.current.lock().await;
        match current.as_ref() {
            Some(current) if self.renewal.usable(&current.stored.tokens) => {
                Ok(Renewal::hand_out(current))
            }
            _ => self.replace(&mut current, None).await,
        }
    }

    async fn renew(&self, stale_generation: u64) -> Result<AccessToken, TokenError> {
        let mut current = self.current.lock().await;
        match current.as_ref() {
            Some(current) if current.generation != stale_generation => {
                Ok(Renewal::hand_out(current))
            }
            known => {
                let stale = known.map(|known| known.stored.version);
                self.replace(&mut current, stale).await
            }
        }
    }
}
