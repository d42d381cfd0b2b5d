//! Authorisation by an administrator: the way to the application's permission page and back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connector::{AppKeys, CodeAnswer, PermissionRequest, TokenSet};
use model::{Grant, GrantKind, IntegrationId, Plan};
use sha2::{Digest as _, Sha256};
use store::{Actor, AuthorisationReturn, Credentials, OAuthApp, PendingAuthorisation};
use url::Url;

use crate::connect::{Connected, NewConnection, from_first_request, from_token_request};
use crate::engine::Engine;
use crate::error::{ConnectError, NotConnected, SyncError};
use crate::tokens::tokens_of;

/// Milliseconds that an administrator may take on the application's pages.
const AUTHORISATION_MS: i64 = 10 * 60 * 1000;

/// The values with which an authorisation begins.
#[derive(Debug)]
pub struct BeginAuthorisation {
    /// Key of the application.
    pub application: &'static str,
    /// Name of the new integration; empty to use the account's.
    pub name: String,
    /// Plan of the account, which decides its rate limits.
    pub plan: Plan,
    /// The integration that is authorised again; `None` for a new one.
    pub reauthorise: Option<IntegrationId>,
    /// Address to which the application sends the browser back, exactly as registered with the app.
    pub redirect_uri: String,
    /// Hash of the browser session, because only that session may finish.
    pub session_hash: String,
    /// The OAuth app that asks for permission.
    pub app: OAuthApp,
}

/// The query with which the application sent the browser back.
#[derive(Debug, Clone, Default)]
pub struct Callback {
    /// The state, as it was sent.
    pub state: Option<String>,
    /// The code, when permission was granted.
    pub code: Option<String>,
    /// The error, when it was not.
    pub error: Option<String>,
}

/// Hash under which a state is stored, so that the database does not contain the state itself.
#[must_use]
pub fn state_hash(state: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(state.as_bytes()))
}

impl Engine {
    /// The address of the application's permission page. State and verifier are stored first, so that
    /// whichever process receives the answer can check it.
    ///
    /// # Errors
    /// [`SyncError::UnknownApplication`] also when the application has no such page.
    #[crate::boxed]
    pub async fn begin_authorisation(&self, begin: BeginAuthorisation) -> Result<Url, SyncError> {
        let config = self.config();
        let mut random = [0; 32];
        config.random.fill(&mut random);
        let state = URL_SAFE_NO_PAD.encode(random);
        config.random.fill(&mut random);
        let page = self
            .connector(begin.application)?
            .permission_page(&PermissionRequest {
                client_id: &begin.app.client_id,
                redirect_uri: &begin.redirect_uri,
                state: &state,
                random,
            })
            .ok_or_else(|| SyncError::UnknownApplication(begin.application.to_owned()))?;
        let now = config.clock.now();
        self.store()
            .begin_authorisation(&PendingAuthorisation {
                state_hash: state_hash(&state),
                session_hash: begin.session_hash,
                verifier: page.verifier,
                integration: begin.reauthorise,
                name: begin.name,
                plan: begin.plan,
                redirect_uri: begin.redirect_uri,
                client_id: begin.app.client_id,
                created_at: now,
                expires_at: now.plus_ms(AUTHORISATION_MS),
            })
            .await?;
        Ok(page.url)
    }

    /// Takes the application's answer. The state is used up whatever the result is, and no request is
    /// made unless it is the state of this very browser session. `app` gives the client secret.
    #[crate::boxed]
    pub async fn finish_authorisation(
        &self,
        application: &'static str,
        callback: Callback,
        session_hash: &str,
        app: &OAuthApp,
        actor: &Actor,
    ) -> Result<Connected, NotConnected> {
        let state = callback.state.clone().filter(|state| !state.is_empty());
        let state = state_hash(&state.ok_or(ConnectError::StateMissing)?);
        let pending = self.take_pending(&state, session_hash).await?;
        let code = granted_code(callback)?;
        if app.client_id != pending.client_id {
            return Err(ConnectError::AppChanged.into());
        }
        let connector = self.connector(application).map_err(ConnectError::from)?;
        let answer = CodeAnswer {
            code: &code,
            redirect_uri: &pending.redirect_uri,
            verifier: &pending.verifier,
        };
        let exchanged = connector.exchange_code(keys(app), &answer).await;
        let set = match exchanged.map_err(|error| from_token_request(error, &code)) {
            Ok(set) => set,
            // A token may have been issued, and only the answer was lost.
            Err(why @ ConnectError::Unavailable(_)) => {
                return Err(self.aftermath(application, why, None, &app.client_id).await);
            }
            Err(why) => return Err(why.into()),
        };
        let mut account = None;
        match self
            .authorised(application, pending, set, app, &mut account, actor)
            .await
        {
            Ok(connected) => {
                let id = connected.integration.id;
                if let Err(error) = self.store().record_authorised_integration(&state, id).await {
                    tracing::warn!(integration = %id, %error, "the end of an authorisation was not stored");
                }
                Ok(connected)
            }
            Err(why) => Err(self
                .aftermath(application, why, account.as_deref(), &app.client_id)
                .await),
        }
    }

    async fn take_pending(
        &self,
        state: &str,
        session_hash: &str,
    ) -> Result<PendingAuthorisation, ConnectError> {
        let now = self.config().clock.now();
        let returned = self.store().take_authorisation(state, session_hash, now);
        match returned.await? {
            AuthorisationReturn::Taken(pending) => Ok(*pending),
            AuthorisationReturn::Unknown => Err(ConnectError::StateUnknown),
            AuthorisationReturn::OtherSession => Err(ConnectError::StateElsewhere),
            AuthorisationReturn::Expired => Err(ConnectError::StateExpired),
            AuthorisationReturn::AlreadyUsed(connected) => {
                Err(ConnectError::StateUsed { connected })
            }
        }
    }

    /// Saves the connection for which a token was issued. `account` is set as soon as it is known.
    async fn authorised(
        &self,
        application: &'static str,
        pending: PendingAuthorisation,
        set: TokenSet,
        app: &OAuthApp,
        account: &mut Option<String>,
        actor: &Actor,
    ) -> Result<Connected, ConnectError> {
        let connector = self.connector(application)?;
        let scopes = set.scopes.clone();
        let tokens = tokens_of(set, None, &**connector, self.config().clock.now());
        let session = Self::first_session(connector, &tokens, pending.plan);
        let identity = session.identify().await;
        if let Ok(identity) = &identity {
            account.clone_from(&identity.account_id);
        }
        let first = connector.application().streams.first();
        let missing = first.map_or_else(Vec::new, |stream| stream.scopes.missing(&scopes));
        if !missing.is_empty() {
            return Err(ConnectError::ScopesMissing {
                missing: missing.into_iter().map(str::to_owned).collect(),
            });
        }
        let identity = identity.map_err(from_first_request)?;
        let account_id = account.clone().ok_or_else(|| {
            ConnectError::Unavailable(
                "the answer does not contain the account that was authorised".to_owned(),
            )
        })?;
        let grant = Grant {
            kind: GrantKind::AuthorizationCode,
            account_id,
            authorised_by: identity.email.unwrap_or_default(),
            authorised_user_id: identity.user_id,
            scopes,
            client_id: app.client_id.clone(),
        };
        let credentials = Credentials {
            client_id: app.client_id.clone(),
            client_secret: app.client_secret.clone(),
            account_id: None,
        };
        self.save(
            NewConnection {
                application: connector.application(),
                name: pending.name,
                plan: pending.plan,
                reauthorise: pending.integration,
                grant,
                credentials,
                tokens,
            },
            actor,
        )
        .await
    }
}

fn keys(app: &OAuthApp) -> AppKeys<'_> {
    AppKeys {
        client_id: &app.client_id,
        client_secret: &app.client_secret,
    }
}

fn granted_code(callback: Callback) -> Result<String, ConnectError> {
    match callback.error {
        Some(error) if error == "access_denied" => Err(ConnectError::Declined),
        Some(error) => Err(ConnectError::Refused(error.chars().take(200).collect())),
        None => callback.code.ok_or(ConnectError::Declined),
    }
}
