//! The simulated Zoom on loopback.

use std::sync::Arc;

use model::Clock;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;
use zoom_sim::{Config, Faults, Plan, ScopeStyle, Sim};

/// A simulated Zoom that runs until it is dropped.
pub struct Zoom {
    /// The simulator with its credentials, its data and its controls.
    pub sim: Sim,
    /// Base of the REST interface: `http://127.0.0.1:…`
    pub url: Url,
    _stop: DropGuard,
}

/// A configuration with `users` users at the time of `clock`, without rate limits, because a
/// standing clock would never end one.
#[must_use]
pub fn quiet(users: u64, clock: Arc<dyn Clock>) -> Config {
    Config {
        seed: 7,
        users,
        plan: Plan::Business,
        suites: false,
        latency_ms: 0,
        limits: false,
        now: Arc::new(move || clock.now().0),
        scopes: ScopeStyle::Classic,
        redirect_uris: Vec::new(),
        faults: Faults {
            strict: true,
            ..Faults::default()
        },
        base_url: String::new(),
    }
}

impl Zoom {
    /// Starts it on a free port; the base address in `config` is replaced.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(config: Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        Self::start_on(listener, config)
    }

    /// Starts it on a bound socket.
    ///
    /// # Panics
    /// When the socket has no address.
    #[must_use]
    pub fn start_on(listener: TcpListener, mut config: Config) -> Self {
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        config.base_url = format!("http://{address}");
        let url = Url::parse(&config.base_url).expect("an address with a port");
        let sim = Sim::new(config);
        let stop = CancellationToken::new();
        let until = stop.clone();
        let served = zoom_sim::serve(listener, sim.clone(), until.cancelled_owned());
        tokio::spawn(async move { served.await.expect("the simulator answers") });
        Self {
            sim,
            url,
            _stop: stop.drop_guard(),
        }
    }

    #[must_use]
    pub fn oauth_url(&self) -> Url {
        oauth_of(&self.url)
    }
}

/// The OAuth pages of a simulator at `base`.
///
/// # Panics
/// Never: a constant is joined.
#[must_use]
pub fn oauth_of(base: &Url) -> Url {
    base.join("/oauth").expect("a relative path")
}
