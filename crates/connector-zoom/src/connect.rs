//! Zoom's side of [`connector::Connector`]: sessions, and tokens from Zoom's OAuth endpoints.

use std::sync::Arc;

use async_trait::async_trait;
use connector::{
    AppKeys, AuthError, Budget, BulkFile, CodeAnswer, Connector, ManualCall, Page, PermissionPage,
    PermissionRequest, Reading, SeatCount, Session, TokenSet, TokenSource,
};
use model::{Application, FieldValue, Licence, Plan, User};
use secrecy::SecretString;
use url::Url;
use zoom::oauth::{OAuth, OAuthError, Pkce};
use zoom::pacer::{Category, Limits, Pacer};

use crate::application::ZOOM;
use crate::clock::shared_now;
use crate::config::ZoomConfig;
use crate::error::of_oauth;
use crate::session::ZoomSession;
use crate::streams::READINGS;
use crate::{listing, manual, plan_usage, suites};

/// The scope of older apps that may change licences.
const CLASSIC_WRITE: &str = "user:write:admin";
/// The scopes of newer apps that may change licences; both are needed.
const GRANULAR_WRITE: [&str; 2] = ["user:update:user:admin", "user:update:settings:admin"];

/// Zoom as an application of Seatwise.
pub struct ZoomConnector(ZoomConfig);

impl ZoomConnector {
    /// A connector for the Zoom at these addresses.
    #[must_use]
    pub fn new(config: ZoomConfig) -> Self {
        Self(config)
    }

    fn oauth(&self) -> OAuth {
        OAuth::new(Arc::clone(&self.0.transport), self.0.oauth_url.clone())
    }

    fn tokens(
        &self,
        answer: Result<zoom::oauth::TokenSet, OAuthError>,
    ) -> Result<TokenSet, AuthError> {
        let set = answer.map_err(of_oauth)?;
        let api_url = set.api_url.filter(|url| self.0.hosts.check(url).is_ok());
        Ok(TokenSet {
            access: set.access,
            refresh: set.refresh,
            expires_in_s: set.expires_in_s,
            scopes: set.scopes,
            api_url,
        })
    }
}

#[async_trait]
impl Connector for ZoomConnector {
    fn application(&self) -> &'static Application {
        &ZOOM
    }

    fn readings(&self) -> &'static [Reading] {
        &READINGS
    }

    fn read_again(&self, stream: &str, texts: &[String]) -> Option<Page> {
        listing::read_again(stream, texts)
    }

    fn session(&self, tokens: Arc<dyn TokenSource>, budget: &Budget) -> Arc<dyn Session> {
        let limits = self
            .0
            .limits
            .clone()
            .unwrap_or_else(|| Limits::of(zoom_plan(budget.plan), budget.percent));
        let used: Vec<(Category, u64)> = budget
            .used_today
            .iter()
            .filter_map(|(name, count)| Some((Category::parse(name)?, *count)))
            .collect();
        let pacer = Pacer::new(limits.clone(), shared_now(&self.0.clock), &used);
        Arc::new(ZoomSession::new(self.0.clone(), tokens, pacer, &limits))
    }

    fn api_url(&self) -> String {
        self.0.api_url.to_string()
    }

    async fn account_token(
        &self,
        app: AppKeys<'_>,
        account_id: &str,
    ) -> Result<TokenSet, AuthError> {
        let oauth = self.oauth();
        let answer = oauth.account_credentials(app.client_id, app.client_secret, account_id);
        self.tokens(answer.await)
    }

    fn permission_host(&self) -> Option<Url> {
        Some(self.0.oauth_url.clone())
    }

    fn permission_page(&self, request: &PermissionRequest<'_>) -> Option<PermissionPage> {
        let pkce = Pkce::from_random(request.random);
        let url = self.oauth().authorize_url(
            request.client_id,
            request.redirect_uri,
            request.state,
            &pkce,
        );
        Some(PermissionPage {
            url,
            verifier: pkce.verifier,
        })
    }

    async fn exchange_code(
        &self,
        app: AppKeys<'_>,
        answer: &CodeAnswer<'_>,
    ) -> Result<TokenSet, AuthError> {
        let exchanged = self
            .oauth()
            .exchange_code(
                app.client_id,
                app.client_secret,
                answer.code,
                answer.redirect_uri,
                answer.verifier,
            )
            .await;
        self.tokens(exchanged)
    }

    async fn refresh(
        &self,
        app: AppKeys<'_>,
        refresh: &SecretString,
    ) -> Result<TokenSet, AuthError> {
        let oauth = self.oauth();
        let answer = oauth.refresh(app.client_id, app.client_secret, refresh);
        self.tokens(answer.await)
    }

    async fn revoke(&self, app: AppKeys<'_>, access: &SecretString) -> Result<(), AuthError> {
        let oauth = self.oauth();
        let answer = oauth.revoke(app.client_id, app.client_secret, access);
        answer.await.map_err(of_oauth)
    }

    fn missing_write_scopes(&self, granted: &[String]) -> Vec<String> {
        let has = |scope: &str| granted.iter().any(|granted| granted == scope);
        if granted.is_empty() || has(CLASSIC_WRITE) {
            return Vec::new();
        }
        let missing = GRANULAR_WRITE.into_iter().filter(|scope| !has(scope));
        missing.map(str::to_owned).collect()
    }

    fn delegate_candidates(&self) -> Option<fn(&User) -> bool> {
        Some(is_active_and_licensed)
    }

    fn seats(&self, json: &str) -> Vec<(Licence, SeatCount)> {
        plan_usage::seats(json)
    }

    fn bulk_file(&self) -> Option<&'static BulkFile> {
        Some(&manual::BULK_FILE)
    }

    fn holding_label(&self, member: &str, value: &str) -> Option<&'static str> {
        match (member, value) {
            ("user_type", "1") => Some("Basic"),
            ("user_type", "2") => Some("Licensed"),
            ("workplace", option) => suites::workplace_label(option),
            _ => None,
        }
    }

    fn manual_call(&self, user: &str, licence: &Licence, to: &str) -> Option<ManualCall> {
        manual::call(user, licence, to)
    }
}

fn is_active_and_licensed(user: &User) -> bool {
    let is = |field: &str, wanted: &str| matches!(user.fields.get(field), Some(FieldValue::Text(text)) if text == wanted);
    is("user_status", "active") && is("user_type", "pro")
}

/// The plan of an account as the Zoom client calls it.
#[must_use]
pub fn zoom_plan(plan: Plan) -> zoom::pacer::Plan {
    match plan {
        Plan::Free => zoom::pacer::Plan::Free,
        Plan::Pro => zoom::pacer::Plan::Pro,
        Plan::Business => zoom::pacer::Plan::Business,
    }
}
