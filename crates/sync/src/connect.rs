//! Connecting an account: the way to Zoom's permission page and back, Server-to-Server credentials,
//! and letting go of an account again.

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{Grant, GrantKind, Integration, IntegrationId, Plan};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use store::{
    Actor, AuthorisationReturn, Credentials, IntegrationSettings, NewIntegration, OAuthApp,
    PendingAuthorisation, Tokens,
};
use url::Url;
use zoom::oauth::{OAuth, OAuthError, Pkce, TokenSet};
use zoom::{AccessToken, Client, TokenError, TokenSource};

use crate::engine::Engine;
use crate::error::{ConnectError, NotConnected, SyncError};
use crate::tokens::tokens_of;
use crate::zoom::ZOOM;

/// How long an administrator may take on Zoom's pages.
const AUTHORISATION_MS: i64 = 10 * 60 * 1000;
/// Share of the account's rate limits that a new integration uses: they are shared with the
/// customer's other apps.
const BUDGET_PERCENT: i32 = 50;
const INTERVAL_MINUTES: i32 = 60;

/// What an authorisation begins with.
#[derive(Debug)]
pub struct BeginAuthorisation {
    /// Name of the new integration; empty to take the account's.
    pub name: String,
    /// Rate limits to assume.
    pub plan: Plan,
    /// The integration that is authorised again, if it is not a new one.
    pub reauthorise: Option<IntegrationId>,
    /// Where Zoom sends the browser back to, exactly as registered with the app.
    pub redirect_uri: String,
    /// Hash of the browser session: only that session may finish.
    pub session_hash: String,
    /// The OAuth app.
    pub app: OAuthApp,
}

/// What Zoom sent the browser back with.
#[derive(Debug, Clone, Default)]
pub struct Callback {
    /// The state, as echoed.
    pub state: Option<String>,
    /// The code, when it was granted.
    pub code: Option<String>,
    /// The error, when it was not.
    pub error: Option<String>,
}

/// Credentials of a Server-to-Server app.
#[derive(Debug)]
pub struct ServerToServer {
    /// Name of the new integration; empty to take the account's.
    pub name: String,
    /// Rate limits to assume.
    pub plan: Plan,
    /// Zoom's account id.
    pub account_id: String,
    /// Client id.
    pub client_id: String,
    /// Client secret.
    pub client_secret: SecretString,
    /// The integration whose credentials are replaced, if it is not a new one.
    pub reauthorise: Option<IntegrationId>,
}

/// What came of it.
#[derive(Debug)]
pub struct Connected {
    /// The integration; its first sync is due.
    pub integration: Integration,
    /// Whether it is a new one.
    pub new: bool,
}

/// Hash under which a state is stored, so that the database does not hold what opens it.
#[must_use]
pub fn state_hash(state: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(state.as_bytes()))
}

/// The token of an account that is not yet an integration: never renewed.
struct NewToken(AccessToken);

#[async_trait]
impl TokenSource for NewToken {
    async fn token(&self) -> Result<AccessToken, TokenError> {
        Ok(AccessToken {
            secret: self.0.secret.expose_secret().to_owned().into(),
            api_url: self.0.api_url.clone(),
            generation: self.0.generation,
        })
    }

    async fn renew(&self, _: u64) -> Result<AccessToken, TokenError> {
        Err(TokenError::Temporary(
            "Zoom does not accept the token that it just issued".to_owned(),
        ))
    }
}

impl Engine {
    pub(crate) fn oauth(&self) -> OAuth {
        OAuth::new(
            Arc::clone(&self.config().transport),
            self.config().oauth_url.clone(),
        )
    }

    /// The address of Zoom's permission page. State and verifier are stored first, so that the
    /// answer finds them in whatever process it arrives.
    pub async fn begin_authorisation(&self, begin: BeginAuthorisation) -> Result<Url, SyncError> {
        let config = self.config();
        let mut random = [0; 32];
        config.random.fill(&mut random);
        let state = URL_SAFE_NO_PAD.encode(random);
        config.random.fill(&mut random);
        let pkce = Pkce::from_random(random);
        let url =
            self.oauth()
                .authorize_url(&begin.app.client_id, &begin.redirect_uri, &state, &pkce);
        let now = config.clock.now();
        self.store()
            .begin_authorisation(&PendingAuthorisation {
                state_hash: state_hash(&state),
                session_hash: begin.session_hash,
                verifier: pkce.verifier,
                integration: begin.reauthorise,
                name: begin.name,
                plan: begin.plan,
                redirect_uri: begin.redirect_uri,
                client_id: begin.app.client_id,
                created_at: now,
                expires_at: now.plus_ms(AUTHORISATION_MS),
            })
            .await?;
        Ok(url)
    }

    /// Takes Zoom's answer. The state is used up whatever comes of it; nothing is asked of Zoom
    /// unless it is the state of this very browser session. `app` gives the client secret.
    pub async fn finish_authorisation(
        &self,
        callback: Callback,
        session_hash: &str,
        app: &OAuthApp,
        actor: &Actor,
    ) -> Result<Connected, NotConnected> {
        let state = callback.state.filter(|state| !state.is_empty());
        let state = state_hash(&state.ok_or(ConnectError::StateMissing)?);
        let now = self.config().clock.now();
        let returned = self.store().take_authorisation(&state, session_hash, now);
        let pending = match returned.await? {
            AuthorisationReturn::Taken(pending) => *pending,
            AuthorisationReturn::Unknown => return Err(ConnectError::StateUnknown.into()),
            AuthorisationReturn::OtherSession => return Err(ConnectError::StateElsewhere.into()),
            AuthorisationReturn::Expired => return Err(ConnectError::StateExpired.into()),
            AuthorisationReturn::AlreadyUsed(connected) => {
                return Err(ConnectError::StateUsed { connected }.into());
            }
        };
        if let Some(error) = callback.error {
            return Err(if error == "access_denied" {
                ConnectError::Declined.into()
            } else {
                ConnectError::Refused(error.chars().take(200).collect()).into()
            });
        }
        let code = callback.code.ok_or(ConnectError::Declined)?;
        if app.client_id != pending.client_id {
            return Err(ConnectError::AppChanged.into());
        }
        let exchanged = self
            .oauth()
            .exchange_code(
                &app.client_id,
                &app.client_secret,
                &code,
                &pending.redirect_uri,
                &pending.verifier,
            )
            .await
            .map_err(|error| refused(error, &code));
        let set = match exchanged {
            Ok(set) => set,
            // Zoom may have given a token, and only its answer was lost.
            Err(why @ ConnectError::Unavailable(_)) => {
                return Err(self.aftermath(why, None, &app.client_id).await);
            }
            Err(why) => return Err(why.into()),
        };
        let mut account = None;
        match self
            .authorised(pending, set, app, &mut account, actor)
            .await
        {
            Ok(connected) => {
                let id = connected.integration.id;
                if let Err(error) = self.store().record_authorised_integration(&state, id).await {
                    tracing::warn!(integration = %id, %error, "the end of an authorisation was not noted");
                }
                Ok(connected)
            }
            Err(why) => Err(self
                .aftermath(why, account.as_deref(), &app.client_id)
                .await),
        }
    }

    /// What comes of a token that Zoom has given. `account` is set as soon as it is known.
    async fn authorised(
        &self,
        pending: PendingAuthorisation,
        set: TokenSet,
        app: &OAuthApp,
        account: &mut Option<String>,
        actor: &Actor,
    ) -> Result<Connected, ConnectError> {
        let scopes = set.scopes.clone();
        let tokens = tokens_of(set, None, self.config());
        let me = self.client_of(&tokens, pending.plan)?.me().await;
        if let Ok(me) = &me {
            *account = me.account_id.clone().filter(|id| !id.is_empty());
        }
        let missing = ZOOM.streams[0].scopes.missing(&scopes);
        if !missing.is_empty() {
            return Err(ConnectError::ScopesMissing {
                missing: missing.into_iter().map(str::to_owned).collect(),
            });
        }
        let me = me.map_err(unreadable)?;
        let account_id = account.clone().ok_or_else(|| {
            ConnectError::Unavailable(
                "the answer does not tell which account was authorised".to_owned(),
            )
        })?;
        let grant = Grant {
            kind: GrantKind::AuthorizationCode,
            account_id,
            authorised_by: me.email.clone().unwrap_or_default(),
            authorised_user_id: me.id.clone(),
            scopes,
            client_id: app.client_id.clone(),
        };
        let credentials = Credentials {
            client_id: app.client_id.clone(),
            client_secret: app.client_secret.clone(),
            account_id: None,
        };
        self.save(
            Wanted {
                name: pending.name,
                plan: pending.plan,
                reauthorise: pending.integration,
            },
            grant,
            &credentials,
            &tokens,
            actor,
        )
        .await
    }

    /// Connects an account through its own Server-to-Server app, after trying the credentials.
    pub async fn connect_server_to_server(
        &self,
        wanted: ServerToServer,
        actor: &Actor,
    ) -> Result<Connected, ConnectError> {
        let possible = |c: char| c.is_ascii_alphanumeric() || "-_+/=".contains(c);
        if wanted.account_id.is_empty() || !wanted.account_id.chars().all(possible) {
            return Err(ConnectError::AccountIdInvalid);
        }
        let set = self
            .oauth()
            .account_credentials(&wanted.client_id, &wanted.client_secret, &wanted.account_id)
            .await
            .map_err(|error| match refused(error, "") {
                ConnectError::Refused(reason) => ConnectError::AccountRefused {
                    account: wanted.account_id.clone(),
                    reason,
                },
                other => other,
            })?;
        let scopes = set.scopes.clone();
        let tokens = tokens_of(set, None, self.config());
        let client = self.client_of(&tokens, wanted.plan)?;
        client
            .users(zoom::UserStatus::Active, 1, None)
            .await
            .map_err(unreadable)?;
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
            Wanted {
                name: wanted.name,
                plan: wanted.plan,
                reauthorise: wanted.reauthorise,
            },
            grant,
            &credentials,
            &tokens,
            actor,
        )
        .await
    }

    fn client_of(&self, tokens: &Tokens, plan: Plan) -> Result<Client, ConnectError> {
        let config = self.config();
        let api_url = config
            .hosts
            .check(&tokens.api_url)
            .map_err(|error| ConnectError::Unavailable(error.to_string()))?;
        let token = AccessToken {
            secret: tokens.access.clone(),
            api_url,
            generation: 0,
        };
        Ok(self.client_with(
            Arc::new(NewToken(token)),
            self.pacer(self.limits(plan, BUDGET_PERCENT), &[]),
        ))
    }

    async fn save(
        &self,
        wanted: Wanted,
        grant: Grant,
        credentials: &Credentials,
        tokens: &Tokens,
        actor: &Actor,
    ) -> Result<Connected, ConnectError> {
        let store = self.store();
        let now = self.config().clock.now();
        let account = grant.account_id.clone();
        let there = store.integration_by_account(ZOOM.key, &account).await?;
        let known = match wanted.reauthorise {
            Some(id) => {
                let expected = store
                    .integration(id)
                    .await?
                    .ok_or(ConnectError::IntegrationGone)?
                    .grant
                    .account_id;
                if expected != account {
                    return Err(ConnectError::AccountMismatch {
                        expected,
                        found: account,
                    });
                }
                Some(id)
            }
            // Authorising an account again has ended the earlier grant: its integration takes the
            // new one. A second Server-to-Server app ends nothing and is refused.
            None => match there {
                Some(there) if grant.kind == GrantKind::ServerToServer => {
                    return Err(ConnectError::AlreadyConnected {
                        integration: there.id,
                        name: there.name,
                        account,
                    });
                }
                there => there.map(|there| there.id),
            },
        };
        let (integration, new) = if let Some(id) = known {
            store
                .reauthorise(id, grant, credentials, Some(tokens), actor, now)
                .await?;
            self.forget(id);
            (
                store
                    .integration(id)
                    .await?
                    .ok_or(ConnectError::IntegrationGone)?,
                false,
            )
        } else {
            let name = match (wanted.name.trim(), grant.authorised_by.split_once('@')) {
                ("", Some((_, domain))) => domain.to_owned(),
                ("", None) => format!("Account {account}"),
                (name, _) => name.to_owned(),
            };
            let new = NewIntegration {
                application: ZOOM.key.to_owned(),
                grant,
                settings: IntegrationSettings {
                    name,
                    plan: wanted.plan,
                    budget_percent: BUDGET_PERCENT,
                    interval_minutes: INTERVAL_MINUTES,
                },
            };
            (
                store
                    .create_integration(new, credentials, Some(tokens), actor, now)
                    .await?,
                true,
            )
        };
        self.wake();
        Ok(Connected { integration, new })
    }

    /// Lets go of an account: ends the grant at Zoom as well as that can be done, deletes the
    /// tokens, and the data too when `erase`.
    pub async fn disconnect(
        &self,
        id: IntegrationId,
        erase: bool,
        actor: &Actor,
    ) -> Result<(), SyncError> {
        match self.store().connection(id).await {
            Ok(Some(connection)) if connection.kind == GrantKind::AuthorizationCode => {
                if let Some(tokens) = &connection.tokens {
                    let credentials = &connection.credentials;
                    let revoked = self
                        .oauth()
                        .revoke(
                            &credentials.client_id,
                            &credentials.client_secret,
                            &tokens.access,
                        )
                        .await;
                    if let Err(error) = revoked {
                        tracing::warn!(integration = %id, %error, "Zoom did not confirm the end of the grant");
                    }
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
}

struct Wanted {
    name: String,
    plan: Plan,
    reauthorise: Option<IntegrationId>,
}

/// `code` is a secret that Zoom repeats in its reasons.
fn refused(error: OAuthError, code: &str) -> ConnectError {
    match error {
        OAuthError::InvalidCode(_) | OAuthError::InvalidGrant(_) => ConnectError::CodeInvalid,
        OAuthError::InvalidClient(reason) => ConnectError::WrongClient(without(&reason, code)),
        OAuthError::Refused { error, reason, .. } => {
            let said = if reason.is_empty() { error } else { reason };
            ConnectError::Refused(without(&said, code))
        }
        other => ConnectError::Unavailable(without(&other.to_string(), code)),
    }
}

fn without(text: &str, code: &str) -> String {
    if code.is_empty() {
        text.to_owned()
    } else {
        text.replace(code, "…")
    }
}

fn unreadable(error: zoom::Error) -> ConnectError {
    match error {
        zoom::Error::ScopeMissing { scopes } => ConnectError::ScopesMissing { missing: scopes },
        zoom::Error::PermissionDenied { message } => ConnectError::PermissionMissing(message),
        zoom::Error::ApiDenied { message } => ConnectError::Refused(message),
        other => ConnectError::Unavailable(other.to_string()),
    }
}
