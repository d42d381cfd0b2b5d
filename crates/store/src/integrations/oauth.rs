//! The OAuth app through which accounts are connected, and authorisations that are not finished
//! yet.

use model::{IntegrationId, Plan, Timestamp};
use secrecy::SecretString;
use serde_json::json;

use crate::audit::record;
use crate::db::args;
use crate::key::place;
use crate::{Actor, Error, Result, Store};

/// Credentials of a general OAuth app at the application.
#[derive(Debug, Clone)]
pub struct OAuthApp {
    pub client_id: String,
    /// Client secret; sealed in the database.
    pub client_secret: SecretString,
}

/// An authorisation that waits for the user to return from the application's consent page.
#[derive(Debug, Clone)]
pub struct PendingAuthorisation {
    /// Hash of the `state` parameter.
    pub state_hash: String,
    /// Hash of the session's token, because only the same browser may finish the authorisation.
    pub session_hash: String,
    /// PKCE code verifier; sealed in the database.
    pub verifier: SecretString,
    /// The integration to authorise again; `None` for a new one.
    pub integration: Option<IntegrationId>,
    pub name: String,
    /// The application's plan, which determines the rate limits.
    pub plan: Plan,
    /// Redirect address, exactly as it was sent to the application.
    pub redirect_uri: String,
    /// Client id that was sent to the application.
    pub client_id: String,
    pub created_at: Timestamp,
    /// Time after which it can no longer be finished.
    pub expires_at: Timestamp,
}

/// Result of looking up a `state` parameter that came back.
#[derive(Debug)]
pub enum AuthorisationReturn {
    /// A pending authorisation of this session. It cannot be taken again.
    Taken(Box<PendingAuthorisation>),
    /// The state is not known.
    Unknown,
    /// Another session began it. It stays pending for that session.
    OtherSession,
    /// It came back after it had expired.
    Expired,
    /// It was finished before; contains the resulting integration, when there is one.
    AlreadyUsed(Option<IntegrationId>),
}

/// Time for which the result of an authorisation is stored, so that opening its address again can
/// show it.
const REMEMBERED_MS: i64 = 24 * 60 * 60 * 1000;

impl Store {
    /// The OAuth app for an application, when one is set.
    ///
    /// # Errors
    /// [`Error::Sealed`] when its secret cannot be opened.
    #[crate::boxed]
    pub async fn oauth_app(&self, application: &str) -> Result<Option<OAuthApp>> {
        let row = self
            .read()
            .await?
            .optional(
                "SELECT client_id, client_secret FROM oauth_apps
                 WHERE organisation_id = 1 AND application = $1",
                args![application],
            )
            .await?;
        row.map(|row| {
            let place = place("oauth_apps", application, "client_secret");
            Ok(OAuthApp {
                client_id: row.text("client_id")?,
                client_secret: self.unseal(&place, row.str("client_secret")?)?,
            })
        })
        .transpose()
    }

    /// Sets the OAuth app for an application.
    #[crate::boxed]
    pub async fn set_oauth_app(
        &self,
        application: &str,
        app: &OAuthApp,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let place = place("oauth_apps", application, "client_secret");
        let secret = self.seal(&place, &app.client_secret)?;
        let mut tx = self.begin().await?;
        tx.execute(
            "INSERT INTO oauth_apps (organisation_id, application, client_id, client_secret)
             VALUES (1, $1, $2, $3)
             ON CONFLICT (organisation_id, application) DO UPDATE
             SET client_id = excluded.client_id, client_secret = excluded.client_secret",
            args![application, &app.client_id, secret],
        )
        .await?;
        let detail = json!({ "client_id": app.client_id });
        let target = format!("oauth_app:{application}");
        record(&mut tx, actor, "oauth_app.set", target, &detail, now).await?;
        tx.commit().await
    }

    /// Stores a pending authorisation before the browser is sent to the consent page.
    #[crate::boxed]
    pub async fn begin_authorisation(&self, pending: &PendingAuthorisation) -> Result<()> {
        let place = place("authorisations", &pending.state_hash, "verifier");
        let verifier = self.seal(&place, &pending.verifier)?;
        let mut tx = self.begin().await?;
        tx.execute(
            "DELETE FROM authorisations WHERE organisation_id = 1 AND expires_at <= $1",
            args![pending.created_at.plus_ms(-REMEMBERED_MS)],
        )
        .await?;
        tx.execute(
            "INSERT INTO authorisations (organisation_id, state_hash, session_hash, verifier,
               integration, name, plan_key, redirect_uri, client_id, created_at, expires_at)
             VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            args![
                &pending.state_hash,
                &pending.session_hash,
                verifier,
                pending.integration.map(|id| id.0),
                &pending.name,
                pending.plan.value(),
                &pending.redirect_uri,
                &pending.client_id,
                pending.created_at,
                pending.expires_at,
            ],
        )
        .await?;
        tx.commit().await
    }

    /// The integration that a pending authorisation is to authorise again; `None` when it is for a
    /// new one, or not known.
    #[crate::boxed]
    pub async fn authorisation_integration(
        &self,
        state_hash: &str,
    ) -> Result<Option<IntegrationId>> {
        let row = self
            .read()
            .await?
            .optional(
                "SELECT integration FROM authorisations
                 WHERE organisation_id = 1 AND state_hash = $1",
                args![state_hash],
            )
            .await?;
        let id = row
            .map(|row| row.opt_int("integration"))
            .transpose()?
            .flatten();
        Ok(id.map(IntegrationId))
    }

    /// Takes a pending authorisation for the session that began it, so that it cannot be taken a
    /// second time. Its verifier is deleted.
    #[crate::boxed]
    pub async fn take_authorisation(
        &self,
        state_hash: &str,
        session_hash: &str,
        now: Timestamp,
    ) -> Result<AuthorisationReturn> {
        let mut tx = self.begin().await?;
        let row = tx
            .optional(
                "SELECT session_hash, verifier, integration, name, plan_key, redirect_uri,
                   client_id, created_at, expires_at
                 FROM authorisations WHERE organisation_id = 1 AND state_hash = $1",
                args![state_hash],
            )
            .await?;
        let Some(row) = row else {
            return Ok(AuthorisationReturn::Unknown);
        };
        if row.str("verifier")?.is_empty() {
            return Ok(AuthorisationReturn::AlreadyUsed(
                row.opt_int("integration")?.map(IntegrationId),
            ));
        }
        if row.str("session_hash")? != session_hash {
            return Ok(AuthorisationReturn::OtherSession);
        }
        let expires_at = row.time("expires_at")?;
        if expires_at <= now {
            return Ok(AuthorisationReturn::Expired);
        }
        let taken = tx
            .execute(
                "UPDATE authorisations SET verifier = '', integration = NULL
                 WHERE organisation_id = 1 AND state_hash = $1 AND verifier <> ''",
                args![state_hash],
            )
            .await?;
        tx.commit().await?;
        if taken == 0 {
            return Ok(AuthorisationReturn::AlreadyUsed(None));
        }
        let plan = row.str("plan_key")?;
        Ok(AuthorisationReturn::Taken(Box::new(PendingAuthorisation {
            state_hash: state_hash.to_owned(),
            session_hash: row.text("session_hash")?,
            verifier: self.unseal(
                &place("authorisations", state_hash, "verifier"),
                row.str("verifier")?,
            )?,
            integration: row.opt_int("integration")?.map(IntegrationId),
            name: row.text("name")?,
            plan: Plan::from_value(plan)
                .ok_or_else(|| Error::corrupt(format!("plan `{plan}` of an authorisation")))?,
            redirect_uri: row.text("redirect_uri")?,
            client_id: row.text("client_id")?,
            created_at: row.time("created_at")?,
            expires_at,
        })))
    }

    /// Records the integration that an authorisation resulted in.
    #[crate::boxed]
    pub async fn record_authorised_integration(
        &self,
        state_hash: &str,
        id: IntegrationId,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.execute(
            "UPDATE authorisations SET integration = $2
             WHERE organisation_id = 1 AND state_hash = $1 AND verifier = ''",
            args![state_hash, id],
        )
        .await?;
        tx.commit().await
    }
}
