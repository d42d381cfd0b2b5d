//! The OAuth app with which accounts are connected, and authorisations that somebody began and has
//! not finished yet.

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

/// What a state that came back stands for.
#[derive(Debug)]
pub enum Returned {
    /// An authorisation that waits for this session, and is taken now.
    Taken(Box<PendingAuthorisation>),
    /// None that is known.
    Unknown,
    /// One that another session began; it goes on waiting for that one.
    Elsewhere,
    /// One that came back too late.
    Late,
    /// One that was taken before, and the integration that it ended in.
    Used(Option<IntegrationId>),
}

/// For how long it is remembered what became of an authorisation: whoever opens its address again is
/// told.
const REMEMBERED_MS: i64 = 24 * 60 * 60 * 1000;

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
                client_id: row.text("client_id")?,
                client_secret: self.unseal(&place, row.str("client_secret")?)?,
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
        record(&mut tx, actor, "oauth_app.set", target, &detail, now).await?;
        tx.commit().await
    }

    /// Notes that somebody was sent to the consent page.
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
        let id = row
            .map(|row| row.opt_int("integration"))
            .transpose()?
            .flatten();
        Ok(id.map(IntegrationId))
    }

    /// Takes a pending authorisation for the session that began it, so that nobody can take it again.
    /// One that was taken has no verifier any more.
    pub async fn take_authorisation(
        &self,
        state_hash: &str,
        session_hash: &str,
        now: Timestamp,
    ) -> Result<Returned> {
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
            return Ok(Returned::Unknown);
        };
        if row.str("verifier")?.is_empty() {
            return Ok(Returned::Used(
                row.opt_int("integration")?.map(IntegrationId),
            ));
        }
        if row.str("session_hash")? != session_hash {
            return Ok(Returned::Elsewhere);
        }
        let expires_at = row.time("expires_at")?;
        if expires_at <= now {
            return Ok(Returned::Late);
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
            return Ok(Returned::Used(None));
        }
        let plan = row.str("plan_key")?;
        Ok(Returned::Taken(Box::new(PendingAuthorisation {
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

    /// Remembers the integration that an authorisation ended in.
    pub async fn note_authorised(&self, state_hash: &str, id: IntegrationId) -> Result<()> {
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
