//! Zoom's OAuth endpoints, as in its OAuth 2.0 documents: the address of the consent page, and
//! getting, renewing and revoking tokens. Nothing is retried here, because Zoom's refresh tokens work
//! once: only the code that stores them can decide how to continue after a lost answer.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::transport::{HttpRequest, HttpResponse, Method, Transport};

mod answer;
mod types;

pub use types::{OAuthError, TokenSet};

/// Zoom's OAuth endpoints under one base address.
#[derive(Clone)]
pub struct OAuth {
    transport: Arc<dyn Transport>,
    base: Url,
}

/// A proof key (RFC 7636): a code can be exchanged only together with the verifier.
#[derive(Debug, Clone)]
pub struct Pkce {
    /// Secret that stays with the server until the code is exchanged.
    pub verifier: SecretString,
    /// Public part that goes through the browser: base64url of the verifier's SHA-256.
    pub challenge: String,
}

impl Pkce {
    /// Creates a verifier of 43 characters from 32 random bytes, and its challenge.
    pub fn from_random(random: [u8; 32]) -> Self {
        let verifier = URL_SAFE_NO_PAD.encode(random);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        Self {
            verifier: verifier.into(),
            challenge,
        }
    }
}

impl OAuth {
    /// `base` is Zoom's OAuth host, `https://zoom.us`, with or without the path `/oauth`. An address
    /// that a person entered must be checked with [`crate::Hosts`] before.
    pub fn new(transport: Arc<dyn Transport>, mut base: Url) -> Self {
        if base.path() == "/" {
            base.set_path("/oauth");
        }
        Self { transport, base }
    }

    /// The address of Zoom's consent page, to which the administrator's browser is redirected.
    pub fn authorize_url(
        &self,
        client_id: &str,
        redirect_uri: &str,
        state: &str,
        pkce: &Pkce,
    ) -> Url {
        let mut url = self.endpoint("authorize");
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("state", state)
            .append_pair("code_challenge", &pkce.challenge)
            .append_pair("code_challenge_method", "S256");
        url
    }

    /// Exchanges the code of a consent for tokens. `redirect_uri` must be the same as in
    /// [`OAuth::authorize_url`].
    pub async fn exchange_code(
        &self,
        client_id: &str,
        client_secret: &SecretString,
        code: &str,
        redirect_uri: &str,
        verifier: &SecretString,
    ) -> Result<TokenSet, OAuthError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier.expose_secret()),
        ];
        let response = self.post("token", client_id, client_secret, &form).await?;
        answer::token_set(&response).map_err(|error| match error {
            // In this request the code is the only grant that can be invalid.
            OAuthError::InvalidGrant(reason) => OAuthError::InvalidCode(reason),
            other => other,
        })
    }

    /// Exchanges a refresh token for a new pair. The old one can't be used after this call, even if
    /// the call fails.
    pub async fn refresh(
        &self,
        client_id: &str,
        client_secret: &SecretString,
        refresh: &SecretString,
    ) -> Result<TokenSet, OAuthError> {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose_secret()),
        ];
        let response = self.post("token", client_id, client_secret, &form).await?;
        answer::token_set(&response)
    }

    /// Requests a token for a Server-to-Server app.
    pub async fn account_credentials(
        &self,
        client_id: &str,
        client_secret: &SecretString,
        account_id: &str,
    ) -> Result<TokenSet, OAuthError> {
        let form = [
            ("grant_type", "account_credentials"),
            ("account_id", account_id),
        ];
        let response = self.post("token", client_id, client_secret, &form).await?;
        answer::token_set(&response)
    }

    /// Revokes a token and the grant from which it came.
    pub async fn revoke(
        &self,
        client_id: &str,
        client_secret: &SecretString,
        token: &SecretString,
    ) -> Result<(), OAuthError> {
        // In the body and not in the query as in Zoom's example, because addresses are logged.
        let form = [("token", token.expose_secret())];
        let response = self.post("revoke", client_id, client_secret, &form).await?;
        answer::success(&response)
    }

    async fn post(
        &self,
        name: &str,
        client_id: &str,
        client_secret: &SecretString,
        form: &[(&str, &str)],
    ) -> Result<HttpResponse, OAuthError> {
        let credentials = STANDARD.encode(format!("{client_id}:{}", client_secret.expose_secret()));
        let form = Serializer::new(String::new()).extend_pairs(form).finish();
        let request = HttpRequest {
            method: Method::Post,
            url: self.endpoint(name),
            headers: vec![
                ("authorization".to_owned(), format!("Basic {credentials}")),
                (
                    "content-type".to_owned(),
                    "application/x-www-form-urlencoded".to_owned(),
                ),
                ("accept".to_owned(), "application/json".to_owned()),
            ],
            body: Some(form),
        };
        Ok(self.transport.send(request).await?)
    }

    fn endpoint(&self, name: &str) -> Url {
        let mut url = self.base.clone();
        let path = format!("{}/{name}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }
}
