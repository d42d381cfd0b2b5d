//! What a simulated Zoom is told at its start, and what it tells about itself.

use std::fmt;
use std::sync::Arc;

/// Milliseconds since 1970-01-01 in UTC, asked at every request.
pub type SharedNow = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The plan of both accounts: decides rate limits and which endpoints answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Plan {
    /// Users only, 2,000 medium calls a day; groups, settings and reports are refused.
    Free,
    /// 20 medium calls a second, 30,000 heavy calls a day.
    Pro,
    /// 60 medium calls a second, 60,000 heavy calls a day.
    #[default]
    Business,
}

/// The form of the scopes that the two apps of the simulated account have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ScopeStyle {
    /// `user:read:admin`, as in apps made before 2024.
    Classic,
    /// `user:read:list_users:admin`, as in new apps.
    #[default]
    Granular,
}

/// How a simulated Zoom is set up.
#[derive(Clone)]
pub struct Config {
    /// Everything generated follows from this number.
    pub seed: u64,
    /// People listed in the first account at any time; at least 8, at most 4,000,000.
    pub users: u64,
    /// Plan of both accounts.
    pub plan: Plan,
    /// Delay of every answer, in milliseconds.
    pub latency_ms: u64,
    /// Whether rate limits are enforced; requests are counted either way.
    pub limits: bool,
    /// The clock.
    pub now: SharedNow,
    /// Scopes of the apps.
    pub scopes: ScopeStyle,
    /// Registered redirect addresses of the general app; must match exactly.
    pub redirect_uris: Vec<String>,
    /// Switches that are off in a well-behaved Zoom.
    pub faults: Faults,
    /// Where the simulator can be reached, without a slash at the end: told as `api_url`.
    pub base_url: String,
}

impl fmt::Debug for Config {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Config")
            .field("seed", &self.seed)
            .field("users", &self.users)
            .field("plan", &self.plan)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// Which headers a 429 carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LimitHeaders {
    /// None per second; `Retry-After` as an ISO date-time for the daily limit.
    #[default]
    Usual,
    /// All of the `X-RateLimit-*` headers, on every answer.
    All,
    /// None at all.
    None,
    /// `Retry-After` in seconds.
    Seconds,
    /// `Retry-After` as an HTTP date.
    HttpDate,
    /// `Retry-After` ten years ahead.
    Absurd,
    /// Headers that contradict each other and the body.
    Contradicting,
}

/// What happens to an old refresh token that is used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RefreshMode {
    /// It is refused.
    #[default]
    Strict,
    /// It is refused, and all tokens of the authorisation end with it.
    FamilyRevocation,
    /// It is accepted for these many seconds after it was replaced.
    Grace(u32),
}

/// How reports treat a range that is too wide or too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RangeMode {
    /// Cut silently; reports that tell their range tell the cut one.
    #[default]
    Narrow,
    /// Refused with HTTP 400, code 300.
    Refuse,
}

/// Switches for behaviour that is allowed but unkind, or plainly wrong. All off by default.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches")]
pub struct Faults {
    /// Names with markup, formulas and direction marks.
    pub hostile_names: bool,
    /// Lists leave out `page_number`.
    pub no_page_number: bool,
    /// A `page_size` above the maximum is cut instead of refused.
    pub clamp_page_size: bool,
    /// How long page tokens live, in seconds; 15 minutes when `None`.
    pub page_token_seconds: Option<i64>,
    /// How long access tokens live, in seconds; one hour when `None`.
    pub access_token_seconds: Option<i64>,
    /// Too wide and too old report ranges.
    pub ranges: RangeMode,
    /// Headers of 429 answers.
    pub limit_headers: LimitHeaders,
    /// Reuse of old refresh tokens.
    pub refresh: RefreshMode,
    /// Token answers leave out `api_url`.
    pub no_api_url: bool,
    /// Token answers name this host instead of the real one.
    pub forged_api_url: Option<String>,
    /// Token answers leave out `refresh_token`.
    pub no_refresh_token: bool,
}

/// The Server-to-Server apps of the first account: one reads, the other changes licences.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Credentials {
    /// Base of the REST interface, without `/v2`.
    pub api_url: String,
    /// Base of the OAuth pages, without `/oauth`.
    pub oauth_url: String,
    /// The account that owns the app.
    pub account_id: String,
    /// Public name of the app.
    pub client_id: String,
    /// Its password.
    pub client_secret: String,
    /// Public name of the app that may change licences and nothing else.
    pub write_client_id: String,
    /// Its password.
    pub write_client_secret: String,
}

/// The general (admin-managed) app that both accounts can install.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OauthApp {
    /// Public name of the app.
    pub client_id: String,
    /// Its password.
    pub client_secret: String,
}

/// A simulated customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountInfo {
    /// The `account_id`.
    pub id: String,
    /// Name of the company.
    pub name: String,
    /// People in its lists.
    pub users: u64,
    /// Those who can sign in on the permission page.
    pub sign_ins: Vec<SignIn>,
}

/// Somebody who can sign in on the simulated Zoom's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Index of the account: 0 or 1.
    pub account: usize,
    /// The account.
    pub account_id: String,
    /// Whether the role has every permission that an app can ask for.
    pub full_role: bool,
    /// What to type in.
    pub email: String,
    /// What to type in.
    pub password: String,
    /// What this user's role lets an app do, in words.
    pub role: String,
}
