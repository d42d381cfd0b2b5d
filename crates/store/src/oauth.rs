//! The OAuth app with which accounts are connected, and authorisations that somebody began and has
//! not finished yet.

use model::{IntegrationId, Plan, Timestamp};
use secrecy::SecretString;

use serde_json::json;

use crate::audit::note;
use crate::db::args;
use crate::key::place;
use crate::{Actor, Error, Result, Store};

/// Credentials of a general OAuth app at the application.
#[derive(Debug, Clone)]
pub struct OAuthApp {
    /// Client id.
    pub client_id: String,
    /// Client secret; sealed at rest.
    pub client_secret: SecretString,
}

/// Somebody was sent to the application's consent page and has not come back yet.
#[derive(Debug, Clone)]
pub struct PendingAuthorisation {
    /// Hash of the `state` parameter.
    pub state_hash: String,
    /// Hash of the session's token: only the same browser may finish.
    pub session_hash: String,
    /// PKCE code verifier; sealed at rest.
    pub verifier: SecretString,
    /// The integration that is authorised again; `None` for a new one.
    pub integration: Option<IntegrationId>,
    /// Name for the integration.
    pub name: String,
    /// Rate limits to assume.
    pub plan: Plan,
    /// Where the application sends them back, exactly as it was asked for.
    pub redirect_uri: String,
    /// Client id that was used.
    pub client_id: String,
    /// When they were sent.
    pub created_at: Timestamp,
    /// When it is too late to come back.
    pub expires_at: Timestamp,
}

impl Store {
    /// The OAuth app for an application, when one is set.
    ///
    /// # Errors
    /// [`Error::Sealed`] when its secret cannot be opened.
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
                client_id: row.text(0)?,
                client_secret: self.unseal(&place, row.str(1)?)?,
            })
        })
        .transpose()
    }

    /// Sets the OAuth app for an application.
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
        note(&mut tx, actor, "oauth_app.set", target, &detail, now).await?;
        tx.commit().await
    }

    /// Notes that somebody was sent to the consent page.
    pub async fn begin_authorisation(&self, pending: &PendingAuthorisation) -> Result<()> {
        let place = place("authorisations", &pending.state_hash, "verifier");
        let verifier = self.seal(&place, &pending.verifier)?;
        let mut tx = self.begin().await?;
        tx.execute(
            "DELETE FROM authorisations WHERE organisation_id = 1 AND expires_at <= $1",
            args![pending.created_at],
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
    /// new one, or unknown.
    pub async fn authorised_again(&self, state_hash: &str) -> Result<Option<IntegrationId>> {
        let row = self
            .read()
            .await?
            .optional(
                "SELECT integration FROM authorisations
                 WHERE organisation_id = 1 AND state_hash = $1",
                args![state_hash],
            )
            .await?;
        let id = row.map(|row| row.opt_int(0)).transpose()?.flatten();
        Ok(id.map(IntegrationId))
    }

    /// Takes a pending authorisation, so that nobody else can: `None` when it is unknown, was taken
    /// before or has expired.
    pub async fn take_authorisation(
        &self,
        state_hash: &str,
        now: Timestamp,
    ) -> Result<Option<PendingAuthorisation>> {
        let mut tx = self.begin().await?;
        let row = tx
            .optional(
                "DELETE FROM authorisations WHERE organisation_id = 1 AND state_hash = $1
                 RETURNING session_hash, verifier, integration, name, plan_key, redirect_uri,
                   client_id, created_at, expires_at",
                args![state_hash],
            )
            .await?;
        tx.commit().await?;
        let Some(row) = row else { return Ok(None) };
        let expires_at = row.time(8)?;
        if expires_at <= now {
            return Ok(None);
        }
        let plan = row.str(4)?;
        Ok(Some(PendingAuthorisation {
            state_hash: state_hash.to_owned(),
            session_hash: row.text(0)?,
            verifier: self.unseal(
                &place("authorisations", state_hash, "verifier"),
                row.str(1)?,
            )?,
            integration: row.opt_int(2)?.map(IntegrationId),
            name: row.text(3)?,
            plan: Plan::from_value(plan)
                .ok_or_else(|| Error::corrupt(format!("plan `{plan}` of an authorisation")))?,
            redirect_uri: row.text(5)?,
            client_id: row.text(6)?,
            created_at: row.time(7)?,
            expires_at,
        }))
    }
}
