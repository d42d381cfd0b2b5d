//! What every handler needs: the store, the engine, the rosters, the clock, and what was
//! configured. Made once by the binary or a test.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use metrics_exporter_prometheus::PrometheusHandle;
use model::Clock;
use store::{OAuthApp, Store};
use sync::{Engine, Random};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::case::Cases;
use crate::checks::Checks;
use crate::failure::Failure;
use crate::notify::{Outreach, Outside};
use crate::outcomes::Outcomes;
use crate::password::Passwords;
use crate::roster::Rosters;
use crate::security::headers::SecurityHeaders;
use crate::throttle::KnownAddresses;

/// How many progress streams may be open at the same time.
const STREAMS: usize = 256;

/// What the server was told by its configuration.
#[derive(Clone)]
pub struct Config {
    /// The address under which browsers reach Seatwise. Its scheme decides on `Secure` cookies,
    /// and `oauth/zoom/callback` under it is the redirect address to register at Zoom.
    pub public_url: Url,
    /// Where Zoom's sign-in and permission review live; the page that leads there may be left for
    /// this origin only.
    pub oauth_url: Url,
    /// OAuth app to use for Zoom; without one, it is entered in the settings.
    pub oauth_app: Option<OAuthApp>,
    /// Whether a proxy of ours sets `X-Forwarded-For`: its last entry then counts as the client's
    /// address when failed sign-ins are throttled. Otherwise the header is ignored.
    pub trust_forwarded_for: bool,
    /// What `/metrics` shows.
    pub metrics: Option<PrometheusHandle>,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("public_url", &self.public_url.as_str())
            .field("oauth_url", &self.oauth_url.as_str())
            .finish_non_exhaustive()
    }
}

/// The application as its handlers see it.
pub struct App {
    /// Everything that is stored.
    pub store: Store,
    /// What connects accounts and runs syncs.
    pub engine: Engine,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where tokens and salts come from.
    pub random: Arc<dyn Random>,
    /// Snapshots of integrations, which all questions about users are put to.
    pub rosters: Rosters,
    /// What decisions rest on, over those snapshots.
    pub cases: Cases,
    /// What was configured.
    pub config: Config,
    pub(crate) headers: SecurityHeaders,
    pub(crate) passwords: Passwords,
    pub(crate) known_addresses: KnownAddresses,
    pub(crate) checks: Checks,
    pub(crate) outcomes: Outcomes,
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) closing: CancellationToken,
    pub(crate) outreach: Outreach,
    set_up: AtomicBool,
}

/// As handlers get it.
pub(crate) type Shared = Arc<App>;

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl App {
    /// Puts the parts together.
    pub fn new(
        store: Store,
        engine: Engine,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        config: Config,
    ) -> Self {
        let rosters = Rosters::new(store.clone(), Arc::clone(&clock));
        Self {
            headers: SecurityHeaders::new(&config.public_url, &config.oauth_url),
            passwords: Passwords::new(Arc::clone(&random)),
            known_addresses: KnownAddresses::default(),
            cases: Cases::new(store.clone(), rosters.clone(), Arc::clone(&clock)),
            rosters,
            checks: Checks::default(),
            outcomes: Outcomes::default(),
            streams: Arc::new(Semaphore::new(STREAMS)),
            closing: CancellationToken::new(),
            outreach: Outreach::default(),
            set_up: AtomicBool::new(false),
            store,
            engine,
            clock,
            random,
            config,
        }
    }

    /// Sends webhooks this way instead of to the public internet only.
    #[must_use]
    pub fn with_outside(mut self, outside: Outside) -> Self {
        self.outreach = Outreach::through(outside);
        self
    }

    /// Whether there is an owner. Once there is one, there always is.
    pub(crate) async fn is_set_up(&self) -> Result<bool, Failure> {
        if self.set_up.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let there = self.store.organisation().await?.is_some();
        if there {
            self.set_up.store(true, Ordering::Relaxed);
        }
        Ok(there)
    }

    /// Whether the master key opens what it has to: everything that is sealed was sealed with the
    /// same key, so that one of each kind tells.
    pub(crate) async fn is_ready(&self) -> Result<bool, store::Error> {
        self.store.organisation().await?;
        let opened = async {
            for application in sync::applications() {
                self.store.oauth_app(application.key).await?;
            }
            if let Some(integration) = self.store.integrations().await?.first() {
                self.store.connection(integration.id).await?;
            }
            Ok(true)
        };
        match opened.await {
            Err(store::Error::Sealed { .. } | store::Error::KeyMissing { .. }) => Ok(false),
            result => result,
        }
    }

    /// Whether browsers reach us by https.
    pub(crate) fn is_secure(&self) -> bool {
        self.config.public_url.scheme() == "https"
    }
}

/// 32 bytes that nobody can guess, as text for addresses and cookies.
pub(crate) fn random_text(random: &dyn Random) -> String {
    use base64::Engine as _;
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// What is stored of a secret that somebody else keeps: SHA-256 in hexadecimal digits. The secrets
/// are 256 random bits, so nothing slower is needed.
pub(crate) fn digest(secret: &str) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(secret.as_bytes()))
}
