//! The configuration of a simulated Zoom, and the data with which clients connect to it.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Clock that returns milliseconds since 1970-01-01 in UTC; called at every request.
pub type SharedNow = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The plan of both accounts. Rate limits and the available endpoints depend on it.
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

impl FromStr for Plan {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "free" => Ok(Self::Free),
            "pro" => Ok(Self::Pro),
            "business" => Ok(Self::Business),
            _ => Err(format!("`{word}` is no plan: give free, pro or business")),
        }
    }
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

/// The configuration of a simulated Zoom.
#[derive(Clone)]
pub struct Config {
    /// Number from which all data is generated; the same seed gives the same data.
    pub seed: u64,
    /// People listed in the first account at any time; at least 8, at most 4,000,000.
    pub users: u64,
    /// The plan that both accounts have.
    pub plan: Plan,
    /// Whether the accounts have bought suites beside plain licences.
    pub suites: bool,
    /// Delay of every answer, in milliseconds.
    pub latency_ms: u64,
    /// Whether rate limits are enforced; requests are counted either way.
    pub limits: bool,
    /// Clock of the simulator, which tests can move.
    pub now: SharedNow,
    /// Form of the apps' scopes.
    pub scopes: ScopeStyle,
    /// Registered redirect addresses of the general app; must match exactly.
    pub redirect_uris: Vec<String>,
    /// Deviations from Zoom's documented behaviour.
    pub faults: Faults,
    /// Address of the simulator without a trailing slash; token answers contain it as `api_url`.
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

/// The headers of a 429 answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitHeaders {
    /// Only the category, on every answer; `Retry-After` as an ISO date-time for the daily limit.
    #[default]
    Usual,
    /// All `X-RateLimit-*` headers, on every answer.
    All,
    /// No header on any answer.
    None,
    /// `Retry-After` as a number of seconds.
    Seconds,
    /// `Retry-After` as an HTTP date, as proxies send it.
    HttpDate,
    /// `Retry-After` with a time ten years ahead.
    Absurd,
    /// Headers that contradict each other and the body.
    Contradicting,
}

/// The reaction to an old refresh token that is used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshMode {
    /// The old token is refused.
    #[default]
    Strict,
    /// The old token is refused, and all tokens of the authorisation are revoked.
    FamilyRevocation,
    /// The old token is accepted for this many seconds after it was replaced.
    Grace(u32),
}

/// The reaction of reports to a range that is too wide or too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RangeMode {
    /// The range is narrowed silently; reports that repeat their range contain the narrowed one.
    #[default]
    Narrow,
    /// The request is refused with HTTP 400 and code 300.
    Refuse,
}

/// Switches for behaviour that is allowed but unusual, or wrong. All are off by default.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches")]
pub struct Faults {
    /// Names with markup, formulas and direction marks.
    pub hostile_names: bool,
    /// Answers of lists leave out `page_number`.
    pub no_page_number: bool,
    /// Refuses what Zoom tolerates, so that mistakes of a client are noticed: a wrong `page_size`, an
    /// unknown `status`, a slash at the end of a path.
    pub strict: bool,
    /// The account has several subscriptions of one plan, so that lists of users name the licences of suites.
    pub several_subscriptions: bool,
    /// A user whose suite is turned off is Basic afterwards; otherwise a plain licence is left.
    pub suite_off_to_basic: bool,
    /// Lifetime of page tokens in seconds; 15 minutes if `None`.
    pub page_token_seconds: Option<i64>,
    /// Lifetime of access tokens in seconds; one hour if `None`.
    pub access_token_seconds: Option<i64>,
    /// Reaction to report ranges that are too wide or too old.
    pub ranges: RangeMode,
    /// The headers of 429 answers.
    pub limit_headers: LimitHeaders,
    /// Reaction to old refresh tokens that are used again.
    pub refresh: RefreshMode,
    /// Token answers leave out `api_url`.
    pub no_api_url: bool,
    /// Token answers contain this address instead of the real one.
    pub forged_api_url: Option<String>,
    /// Token answers leave out `refresh_token`.
    pub no_refresh_token: bool,
}

/// The two Server-to-Server apps of the first account: one reads, the other changes licences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Credentials {
    /// Base of the REST interface, without `/v2`.
    pub api_url: String,
    /// Base of the OAuth pages, without `/oauth`.
    pub oauth_url: String,
    /// Id of the account that owns the apps.
    pub account_id: String,
    /// Client id of the app, its public name.
    pub client_id: String,
    /// Client secret of this app.
    pub client_secret: String,
    /// Client id of the app that may only change licences.
    pub write_client_id: String,
    /// Client secret of this app.
    pub write_client_secret: String,
}

/// The general (admin-managed) app that both accounts can install.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OauthApp {
    /// Client id of the app, its public name.
    pub client_id: String,
    /// Client secret of this app.
    pub client_secret: String,
}

/// A simulated customer account of Zoom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountInfo {
    /// Zoom's id of the account.
    pub id: String,
    /// Name of the simulated company.
    pub name: String,
    /// Number of people in the account's lists.
    pub users: u64,
    /// Users that can sign in on the consent page.
    pub sign_ins: Vec<SignIn>,
}

/// A user that can sign in on the simulated consent page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Index of the account: 0 or 1.
    pub account: usize,
    /// Zoom's id of the account.
    pub account_id: String,
    /// Whether the role has all permissions that an app can request.
    pub full_role: bool,
    /// E-mail address for the sign-in form.
    pub email: String,
    /// Password for the sign-in form.
    pub password: String,
    /// Description of the role's permissions in English.
    pub role: String,
}
