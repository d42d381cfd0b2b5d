//! Sealed credentials and tokens of an integration, and the lock that lets only one process at a
//! time refresh the tokens.

use model::{Grant, GrantKind, IntegrationId, Timestamp};
use secrecy::SecretString;

use super::types::{grant_text, parse_grant};
use crate::db::{Tx, args};
use crate::key::place;
use crate::{Error, Result, Store, future};

/// Credentials of the app through which an account is connected.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub client_id: String,
    /// Client secret; sealed in the database.
    pub client_secret: SecretString,
    /// The application's id of the account; only for Server-to-Server apps.
    pub account_id: Option<String>,
}

/// Tokens that the application issued.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Access token; sealed in the database.
    pub access: SecretString,
    /// Refresh token; sealed in the database. Server-to-Server apps have none.
    pub refresh: Option<SecretString>,
    /// Time at which the access token expires.
    pub expires_at: Timestamp,
    /// Time at which both tokens were issued.
    pub obtained_at: Timestamp,
    /// Base address of the API, which the application returned with the tokens.
    pub api_url: String,
}

/// Credentials and tokens of an integration.
#[derive(Debug, Clone)]
pub struct Connection {
    pub credentials: Credentials,
    /// `None` before the first token was issued.
    pub tokens: Option<Tokens>,
    /// Kind of the OAuth grant.
    pub kind: GrantKind,
    /// Goes up with every change of tokens or credentials.
    pub version: i64,
}

const TABLE: &str = "connections";

/// Sealed credentials and tokens of one integration, ready to be stored.
pub(crate) struct Sealed<'a> {
    id: i64,
    kind: GrantKind,
    credentials: &'a Credentials,
    client_secret: String,
    tokens: Option<SealedTokens<'a>>,
}

struct SealedTokens<'a> {
    access: String,
    refresh: Option<String>,
    open: &'a Tokens,
}

impl<'a> SealedTokens<'a> {
    fn new(store: &Store, id: i64, tokens: &'a Tokens) -> Result<Self> {
        Ok(Self {
            access: store.seal(&place(TABLE, id, "access_token"), &tokens.access)?,
            refresh: tokens
                .refresh
                .as_ref()
                .map(|refresh| store.seal(&place(TABLE, id, "refresh_token"), refresh))
                .transpose()?,
            open: tokens,
        })
    }
}

impl<'a> Sealed<'a> {
    pub(crate) fn new(
        store: &Store,
        id: i64,
        grant: &Grant,
        credentials: &'a Credentials,
        tokens: Option<&'a Tokens>,
    ) -> Result<Self> {
        Ok(Self {
            id,
            kind: grant.kind,
            credentials,
            client_secret: store.seal(
                &place(TABLE, id, "client_secret"),
                &credentials.client_secret,
            )?,
            tokens: tokens
                .map(|tokens| SealedTokens::new(store, id, tokens))
                .transpose()?,
        })
    }

    /// Replaces the stored credentials and tokens. A running refresh of the old tokens can no
    /// longer be saved after this.
    pub(crate) async fn store(self, tx: &mut Tx, now: Timestamp) -> Result<()> {
        let tokens = self.tokens.as_ref();
        tx.execute(
            "INSERT INTO connections (integration_id, kind, client_id, client_secret, account_id,
               access_token, refresh_token, expires_at, obtained_at, api_url, saved_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)
             ON CONFLICT (integration_id) DO UPDATE SET
               kind = excluded.kind, client_id = excluded.client_id,
               client_secret = excluded.client_secret, account_id = excluded.account_id,
               access_token = excluded.access_token, refresh_token = excluded.refresh_token,
               expires_at = excluded.expires_at, obtained_at = excluded.obtained_at,
               api_url = excluded.api_url, saved_at = excluded.saved_at,
               version = connections.version + 1, lock_holder = NULL, lock_until = NULL",
            args![
                self.id,
                self.kind.value(),
                &self.credentials.client_id,
                &self.client_secret,
                self.credentials.account_id.as_deref(),
                tokens.map(|tokens| tokens.access.as_str()),
                tokens.and_then(|tokens| tokens.refresh.as_deref()),
                tokens.map(|tokens| tokens.open.expires_at),
                tokens.map(|tokens| tokens.open.obtained_at),
                tokens.map(|tokens| tokens.open.api_url.as_str()),
                now,
            ],
        )
        .await?;
        Ok(())
    }
}

impl Store {
    /// Credentials and tokens of an integration; `None` when it is disconnected or does not exist.
    ///
    /// # Errors
    /// [`Error::Sealed`] when they were sealed with another key, changed or moved.
    #[crate::boxed]
    pub async fn connection(&self, id: IntegrationId) -> Result<Option<Connection>> {
        let row = self
            .read()
            .await?
            .optional(
                "SELECT kind, client_id, client_secret, account_id, access_token, refresh_token,
                   expires_at, obtained_at, api_url, version
                 FROM connections WHERE integration_id = $1",
                args![id],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let unseal = |column: &str, text: &str| self.unseal(&place(TABLE, id, column), text);
        let tokens = match row.opt_text("access_token")? {
            None => None,
            Some(access) => Some(Tokens {
                access: unseal("access_token", &access)?,
                refresh: row
                    .opt_text("refresh_token")?
                    .map(|refresh| unseal("refresh_token", &refresh))
                    .transpose()?,
                expires_at: row.time("expires_at")?,
                obtained_at: row.time("obtained_at")?,
                api_url: row.text("api_url")?,
            }),
        };
        let kind = row.str("kind")?;
        Ok(Some(Connection {
            credentials: Credentials {
                client_id: row.text("client_id")?,
                client_secret: unseal("client_secret", row.str("client_secret")?)?,
                account_id: row.opt_text("account_id")?,
            },
            tokens,
            kind: GrantKind::from_value(kind)
                .ok_or_else(|| Error::corrupt(format!("grant kind of integration {id}")))?,
            version: row.int("version")?,
        }))
    }

    /// Tries to take the lock for refreshing the tokens, for at most `ttl_ms` milliseconds. Returns
    /// whether `holder` has the lock now.
    #[crate::boxed]
    pub async fn lock_refresh(&self, id: IntegrationId, holder: &str, ttl_ms: i64) -> Result<bool> {
        let now = self.lease_now().await?;
        let mut tx = self.begin().await?;
        let taken = tx
            .execute(
                "UPDATE connections SET lock_holder = $1, lock_until = $2
                 WHERE integration_id = $3
                   AND (lock_holder IS NULL OR lock_holder = $1 OR lock_until <= $4
                     OR lock_until > $5)",
                args![
                    holder,
                    now.plus_ms(ttl_ms),
                    id,
                    now,
                    now.plus_ms(ttl_ms + future::SLACK_MS)
                ],
            )
            .await?;
        tx.commit().await?;
        Ok(taken > 0)
    }

    /// Stores refreshed tokens (and the scopes, when the application returned them) and releases
    /// the lock. An expired lock is still valid unless another process has taken it. Returns the
    /// new version of the connection.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when `holder` no longer has the lock. Nothing is stored then.
    #[crate::boxed]
    pub async fn save_tokens(
        &self,
        id: IntegrationId,
        holder: &str,
        tokens: &Tokens,
        scopes: Option<&[String]>,
        now: Timestamp,
    ) -> Result<i64> {
        let sealed = SealedTokens::new(self, id.0, tokens)?;
        let mut tx = self.begin().await?;
        let version = tx
            .optional(
                "UPDATE connections SET access_token = $1, refresh_token = $2, expires_at = $3,
                   obtained_at = $4, api_url = $5, saved_at = $6, version = version + 1,
                   lock_holder = NULL, lock_until = NULL
                 WHERE integration_id = $7 AND lock_holder = $8 RETURNING version",
                args![
                    sealed.access,
                    sealed.refresh.as_deref(),
                    tokens.expires_at,
                    tokens.obtained_at,
                    &tokens.api_url,
                    now,
                    id,
                    holder,
                ],
            )
            .await?
            .ok_or(Error::LeaseLost)?
            .int("version")?;
        if let Some(scopes) = scopes {
            let row = tx
                .locked(
                    "SELECT grant_json FROM integrations WHERE integration_id = $1",
                    args![id],
                )
                .await?
                .ok_or_else(|| Error::not_found(format!("integration {id}")))?;
            let mut grant = parse_grant(id.0, row.str("grant_json")?)?;
            if grant.scopes != scopes {
                grant.scopes = scopes.to_vec();
                tx.execute(
                    "UPDATE integrations SET grant_json = $1 WHERE integration_id = $2",
                    args![grant_text(&grant), id],
                )
                .await?;
            }
        }
        tx.commit().await?;
        Ok(version)
    }

    /// Releases the lock without new tokens. Does nothing when `holder` does not have it.
    #[crate::boxed]
    pub async fn unlock_refresh(&self, id: IntegrationId, holder: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.execute(
            "UPDATE connections SET lock_holder = NULL, lock_until = NULL
             WHERE integration_id = $1 AND lock_holder = $2",
            args![id, holder],
        )
        .await?;
        tx.commit().await
    }
}
