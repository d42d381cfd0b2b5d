//! What every handler needs: the store, the engine, the rosters, the clock, and what was
//! configured. Made once by the binary or a test.

use std::fmt;
use std::sync::{Arc, OnceLock};

use metrics_exporter_prometheus::PrometheusHandle;
use service::Context;
use service::password::Passwords;
use service::preflight_cache::PreflightCache;
use store::OAuthApp;
use tokio::sync::Semaphore;
use url::Url;
use utoipa::openapi::OpenApi;

use crate::outcomes::Outcomes;
use crate::security::headers::SecurityHeaders;
use crate::throttle::KnownAddresses;

/// How many progress streams may be open at the same time.
const STREAMS: usize = 256;

/// What the server was told by its configuration.
#[derive(Clone)]
pub struct Config {
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
            .field("oauth_url", &self.oauth_url.as_str())
            .finish_non_exhaustive()
    }
}

/// The application as its handlers see it: the use cases' context, and what only HTTP needs.
pub struct App {
    pub context: Arc<Context>,
    pub config: Config,
    pub(crate) headers: SecurityHeaders,
    pub(crate) passwords: Passwords,
    pub(crate) known_addresses: KnownAddresses,
    pub(crate) checks: PreflightCache,
    pub(crate) outcomes: Outcomes,
    pub(crate) streams: Arc<Semaphore>,
    /// The description of the API; empty until the router is made.
    document: OnceLock<OpenApi>,
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
    pub fn new(context: impl Into<Arc<Context>>, config: Config) -> Self {
        let context = context.into();
        Self {
            headers: SecurityHeaders::new(&context.public_url, &config.oauth_url),
            passwords: Passwords::new(Arc::clone(&context.random)),
            known_addresses: KnownAddresses::default(),
            checks: PreflightCache::default(),
            outcomes: Outcomes::default(),
            streams: Arc::new(Semaphore::new(STREAMS)),
            document: OnceLock::new(),
            context,
            config,
        }
    }

    /// The description of the API. The router hands it in, because it is made of all routes and
    /// handlers cannot know those.
    pub(crate) fn describe(&self, document: OpenApi) {
        // A second router of the same application describes the same routes.
        let _already_described = self.document.set(document);
    }

    pub(crate) fn document(&self) -> OpenApi {
        self.document.get().cloned().unwrap_or_default()
    }

    /// Whether the master key opens what it has to: everything that is sealed was sealed with the
    /// same key, so that one of each kind tells.
    pub(crate) async fn is_ready(&self) -> Result<bool, store::Error> {
        self.context.store.organisation().await?;
        let opened = async {
            for application in self.context.engine.connectors().applications() {
                self.context.store.oauth_app(application.key).await?;
            }
            if let Some(integration) = self.context.store.integrations().await?.first() {
                self.context.store.connection(integration.id).await?;
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
        self.context.public_url.scheme() == "https"
    }
}
