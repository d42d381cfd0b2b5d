//! The state that all handlers share: the use cases' context, configuration, caches and limits.
//! Created once by the binary or a test.

use std::collections::BTreeMap;
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

use crate::authorisation_outcomes::AuthorisationOutcomes;
use crate::client_address::UnknownProxy;
use crate::readiness::Readiness;
use crate::security::headers::SecurityHeaders;
use crate::throttle::KnownAddresses;

/// How many progress streams may be open at the same time.
const STREAMS: usize = 256;

/// Configuration of the server by its operator.
#[derive(Clone, Default)]
pub struct Config {
    /// OAuth apps by the key of their application; the others are entered in the settings.
    pub oauth_apps: BTreeMap<String, OAuthApp>,
    /// Whether a trusted proxy sets `X-Forwarded-For`: its last entry is then the client's address
    /// when failed sign-ins are throttled. Otherwise the header is ignored, because clients can set
    /// it themselves.
    pub trust_forwarded_for: bool,
    /// The source of the text at `/metrics`.
    pub metrics: Option<PrometheusHandle>,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("trust_forwarded_for", &self.trust_forwarded_for)
            .finish_non_exhaustive()
    }
}

/// The application state of the handlers: the context of the use cases, and the parts that only
/// HTTP needs.
pub struct App {
    pub context: Arc<Context>,
    pub config: Config,
    pub(crate) headers: SecurityHeaders,
    pub(crate) passwords: Passwords,
    pub(crate) known_addresses: KnownAddresses,
    pub(crate) unknown_proxy: UnknownProxy,
    pub(crate) checks: PreflightCache,
    pub(crate) authorisation_outcomes: AuthorisationOutcomes,
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) readiness: Readiness,
    /// The OpenAPI document; empty until the router is created.
    document: OnceLock<OpenApi>,
}

pub(crate) type SharedApp = Arc<App>;

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
        let connectors = context.engine.connectors().all().iter();
        let permission_hosts: Vec<Url> = connectors
            .filter_map(|connector| connector.permission_host())
            .collect();
        Self {
            headers: SecurityHeaders::new(&context.public_url, &permission_hosts),
            passwords: Passwords::new(Arc::clone(&context.random)),
            known_addresses: KnownAddresses::default(),
            unknown_proxy: UnknownProxy::default(),
            checks: PreflightCache::default(),
            authorisation_outcomes: AuthorisationOutcomes::default(),
            streams: Arc::new(Semaphore::new(STREAMS)),
            readiness: Readiness::default(),
            document: OnceLock::new(),
            context,
            config,
        }
    }

    /// Sets the OpenAPI document. The router passes it in because it is collected from all routes,
    /// which handlers do not know.
    pub(crate) fn describe(&self, document: OpenApi) {
        // A second router of the same application has the same document.
        let _already_described = self.document.set(document);
    }

    pub(crate) fn document(&self) -> OpenApi {
        self.document.get().cloned().unwrap_or_default()
    }

    /// Whether browsers reach this server by https.
    pub(crate) fn is_secure(&self) -> bool {
        self.context.public_url.scheme() == "https"
    }
}
