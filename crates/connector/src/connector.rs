//! An application as the engine sees it.

use std::sync::Arc;

use async_trait::async_trait;
use model::{Application, Licence, Plan, User};
use secrecy::SecretString;
use url::Url;

use crate::auth::{
    AppKeys, AuthError, AuthErrorKind, CodeAnswer, PermissionPage, PermissionRequest, TokenSet,
    TokenSource,
};
use crate::bulk_file::BulkFile;
use crate::page::Page;
use crate::reading::Reading;
use crate::session::Session;

/// The share of an account's rate limits that a session may use.
#[derive(Debug, Clone)]
pub struct Budget {
    /// Plan of the account, which decides its rate limits.
    pub plan: Plan,
    /// Share of the limits in percent, 1 to 100: the customer's other apps use the same limits.
    pub percent: u8,
    /// Requests of today (UTC) so far, by category, as [`Session::take_requests`] reported them.
    pub used_today: Vec<(String, u64)>,
}

/// Bought and assigned seats of one licence, as the application reports them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SeatCount {
    /// Number of seats that were bought.
    pub bought: i64,
    /// Number of seats assigned to users, invited ones included.
    pub assigned: i64,
}

/// A request that changes one licence, for administrators that carry changes out themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct ManualCall {
    /// Path below the address of the API; the method is `PATCH`. The user's id is escaped.
    pub path: String,
    /// JSON text of the body.
    pub body: String,
    /// Result of the call in words: `to Basic`.
    pub words: String,
}

/// An application that can be connected.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The description that pages, filters and exports are made from.
    fn application(&self) -> &'static Application;

    /// How its streams are read. Every stream of [`Application::streams`] appears once.
    fn readings(&self) -> &'static [Reading];

    /// Grows whenever records are understood better than before: the engine then reads again what it
    /// could not understand.
    fn mapper_version(&self) -> i64 {
        1
    }

    /// Maps records of a stream again that were kept as text because an earlier version could not understand
    /// them. `None` for streams whose records cannot be mapped by themselves.
    fn read_again(&self, stream: &str, texts: &[String]) -> Option<Page> {
        let _ = (stream, texts);
        None
    }

    /// A session for an account. The engine makes one per account and process.
    fn session(&self, tokens: Arc<dyn TokenSource>, budget: &Budget) -> Arc<dyn Session>;

    /// Address of the API for tokens that were issued without one.
    fn api_url(&self) -> String;

    /// Tokens for an app that belongs to the account itself (client credentials).
    async fn account_token(
        &self,
        app: AppKeys<'_>,
        account_id: &str,
    ) -> Result<TokenSet, AuthError>;

    /// Address of the host on which administrators sign in and grant access; `None` when the application has no
    /// such page. Forms of Seatwise may lead to its origin.
    fn permission_host(&self) -> Option<Url> {
        None
    }

    /// The page on which an administrator grants access; `None` when the application has no such page.
    fn permission_page(&self, request: &PermissionRequest<'_>) -> Option<PermissionPage> {
        let _ = request;
        None
    }

    /// Exchanges an authorisation code for tokens.
    async fn exchange_code(
        &self,
        app: AppKeys<'_>,
        answer: &CodeAnswer<'_>,
    ) -> Result<TokenSet, AuthError> {
        let _ = (app, answer);
        Err(no_permission_page())
    }

    /// Exchanges a refresh token for new tokens. The old refresh token is worthless afterwards, whatever
    /// the answer is.
    async fn refresh(
        &self,
        app: AppKeys<'_>,
        refresh: &SecretString,
    ) -> Result<TokenSet, AuthError> {
        let _ = (app, refresh);
        Err(no_permission_page())
    }

    /// Ends the grant behind a token.
    async fn revoke(&self, app: AppKeys<'_>, access: &SecretString) -> Result<(), AuthError> {
        let _ = (app, access);
        Ok(())
    }

    /// Scopes that an app needs for changing licences and that are not among the granted ones. An
    /// empty list of granted scopes means that the application did not state them.
    fn missing_write_scopes(&self, granted: &[String]) -> Vec<String> {
        let _ = granted;
        Vec::new()
    }

    /// Selects users for whom it matters whether others act for them, because only few can be asked
    /// about per day. `None` when the application has no delegates.
    fn delegate_candidates(&self) -> Option<fn(&User) -> bool> {
        None
    }

    /// Seats in a stored section of account settings: see [`model::streams::PLAN_USAGE`]. A value that
    /// cannot be parsed is left out: unknown is not zero.
    fn seats(&self, json: &str) -> Vec<(Licence, SeatCount)> {
        let _ = json;
        Vec::new()
    }

    /// The file for the application's own import of changes; `None` when it has none.
    fn bulk_file(&self) -> Option<&'static BulkFile> {
        None
    }

    /// The name of a value in [`Holding::record`](crate::Holding::record) that is a code of the application:
    /// `Basic` for the member `user_type` with the JSON value `1`. `None` when the value speaks for itself.
    fn holding_label(&self, member: &str, value: &str) -> Option<&'static str> {
        let _ = (member, value);
        None
    }

    /// The request that changes a licence of a user to `to` (a key of a licence, the free value, or
    /// `none`); `None` when there is no such request.
    fn manual_call(&self, user: &str, licence: &Licence, to: &str) -> Option<ManualCall> {
        let _ = (user, licence, to);
        None
    }
}

fn no_permission_page() -> AuthError {
    AuthError::new(
        AuthErrorKind::GrantInvalid,
        "the application has no permission page",
    )
}
