//! Seatwise without its server: a store on either engine and the sync engine over it, connected to a
//! simulated Zoom by a wire that can be damaged.

mod connect;

use std::sync::Arc;

use connector_zoom::{ZoomConfig, ZoomConnector};
use model::{Integration, IntegrationId, ManualClock, RunState, StreamOutcome, StreamState};
use store::Store;
use sync::{Connectors, Engine};
use tokio_util::sync::CancellationToken;
use url::Url;
use zoom::Hosts;
use zoom::pacer::Limits;
use zoom::transport::{ReqwestTransport, Transport};

use crate::clock::{Ticking, at_noon};
use crate::database::{Database, Kind};
use crate::random::Seeded;
use crate::wire::Wire;
use crate::zoom::{Zoom, quiet};

pub use connect::{SESSION, callback_of, walk_through_zoom};

/// Where Zoom sends browsers back to; nobody needs to listen there.
pub const REDIRECT: &str = "http://127.0.0.1:8080/oauth/zoom/callback";

/// A store with its engine and a simulated Zoom.
pub struct Install {
    /// The simulated Zoom.
    pub zoom: Zoom,
    /// The wire to it.
    pub wire: Arc<Wire>,
    /// The time of both sides; stands until it is moved.
    pub clock: Arc<ManualClock>,
    /// Where the store is.
    pub database: Database,
    /// The store.
    pub store: Store,
    /// The engine.
    pub engine: Engine,
}

impl Install {
    /// An account with so many people, not connected yet.
    pub async fn new(kind: Kind, users: u64) -> Self {
        Self::with(kind, users, |_| ()).await
    }

    /// As [`Install::new`], with the simulator set up differently.
    ///
    /// # Panics
    /// When a part cannot be started.
    pub async fn with(kind: Kind, users: u64, set_up: impl FnOnce(&mut zoom_sim::Config)) -> Self {
        let clock = at_noon();
        let mut config = quiet(users, Arc::clone(&clock) as _);
        config.redirect_uris = vec![REDIRECT.to_owned()];
        set_up(&mut config);
        let zoom = Zoom::start(config).await;
        let wire = Wire::new(network());
        let database = Database::new(kind);
        let store = database.open(Arc::clone(&clock) as _).await;
        let engine = Engine::new(store.clone(), config_of(&zoom.url, &wire, &clock, "first"));
        Self {
            zoom,
            wire,
            clock,
            database,
            store,
            engine,
        }
    }

    /// An account that is connected by a Server-to-Server app.
    pub async fn connected(kind: Kind, users: u64) -> (Self, IntegrationId) {
        let install = Self::new(kind, users).await;
        let id = install.connect().await;
        (install, id)
    }

    /// The same with an engine that reads these streams only.
    #[must_use]
    pub fn reading(mut self, streams: &[&str]) -> Self {
        let only = streams.iter().map(|&stream| stream.to_owned()).collect();
        let config = sync::Config {
            only: Some(only),
            ..self.engine.config().clone()
        };
        self.engine = Engine::new(self.store.clone(), config);
        self
    }

    /// The same with an engine that knows further applications besides Zoom.
    #[must_use]
    pub fn with_applications(mut self, more: Vec<Arc<dyn connector::Connector>>) -> Self {
        let zoom = zoom_config(&self.zoom.url, &self.wire, &self.clock, "first");
        let mut connectors: Vec<Arc<dyn connector::Connector>> =
            vec![Arc::new(ZoomConnector::new(zoom))];
        connectors.extend(more);
        let config = sync::Config {
            connectors: Connectors::new(connectors),
            ..self.engine.config().clone()
        };
        self.engine = Engine::new(self.store.clone(), config);
        self
    }

    /// An engine over the same database that paces by these limits instead of none.
    #[must_use]
    pub fn engine_with_limits(&self, limits: Limits) -> Engine {
        let zoom = ZoomConfig {
            limits: Some(limits),
            ..zoom_config(&self.zoom.url, &self.wire, &self.clock, "first")
        };
        let config = sync::Config {
            connectors: Connectors::new(vec![Arc::new(ZoomConnector::new(zoom))]),
            ..self.engine.config().clone()
        };
        Engine::new(self.store.clone(), config)
    }

    /// Another process over the same database: its own engine, token cache, name and wire.
    #[must_use]
    pub fn another(&self, holder: &str) -> (Engine, Arc<Wire>) {
        let wire = Wire::new(network());
        (
            Engine::new(
                self.store.clone(),
                config_of(&self.zoom.url, &wire, &self.clock, holder),
            ),
            wire,
        )
    }

    /// Runs a sync to its end.
    ///
    /// # Panics
    /// When it cannot begin.
    pub async fn sync(&self, id: IntegrationId) -> RunState {
        self.engine
            .sync_now(id, CancellationToken::new())
            .await
            .expect("the sync can begin")
    }

    /// How a stream stands.
    ///
    /// # Panics
    /// When there is no such stream.
    pub async fn stream(&self, id: IntegrationId, key: &str) -> StreamState {
        let states = self
            .store
            .stream_states(id)
            .await
            .expect("the store answers");
        let found = states.iter().find(|state| state.stream == key).cloned();
        found.unwrap_or_else(|| panic!("no stream {key} in {states:?}"))
    }

    /// How a stream ended.
    pub async fn outcome(&self, id: IntegrationId, key: &str) -> StreamOutcome {
        self.stream(id, key).await.outcome
    }

    /// The integration as it is stored.
    ///
    /// # Panics
    /// When there is none.
    pub async fn integration(&self, id: IntegrationId) -> Integration {
        self.store
            .integration(id)
            .await
            .expect("the store answers")
            .expect("it is there")
    }

    /// The time on both sides.
    #[must_use]
    pub fn clock_now(&self) -> model::Timestamp {
        use model::Clock as _;
        self.clock.now()
    }

    /// The day on both sides.
    #[must_use]
    pub fn clock_day(&self) -> model::Day {
        self.clock_now().day()
    }

    /// The last run.
    ///
    /// # Panics
    /// When there was none.
    pub async fn last_run(&self, id: IntegrationId) -> store::SyncRun {
        let runs = self
            .store
            .runs(id, 1, None)
            .await
            .expect("the store answers");
        runs.into_iter().next().expect("there was a run")
    }

    /// Every user that is not removed, in order of their keys.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn users(&self, id: IntegrationId) -> Vec<model::User> {
        users(&self.store, id, false).await
    }

    /// The same for users who are gone.
    pub async fn removed(&self, id: IntegrationId) -> Vec<model::User> {
        let all = users(&self.store, id, true).await;
        all.into_iter()
            .filter(|user| user.removed_at.is_some())
            .collect()
    }
}

/// The real HTTP client.
///
/// # Panics
/// When none can be made.
#[must_use]
pub fn network() -> Arc<dyn Transport> {
    Arc::new(ReqwestTransport::new().expect("an HTTP client"))
}

/// Everybody of an integration.
///
/// # Panics
/// When the store fails.
pub async fn users(store: &Store, id: IntegrationId, removed: bool) -> Vec<model::User> {
    let mut users = Vec::new();
    store
        .for_each_user(id, removed, |user| users.push(user))
        .await
        .expect("the store answers");
    users.sort_by(|a, b| a.key.cmp(&b.key));
    users
}

/// A configuration of the engine with Zoom as its only application.
#[must_use]
pub fn config_of(
    zoom: &Url,
    wire: &Arc<Wire>,
    clock: &Arc<ManualClock>,
    holder: &str,
) -> sync::Config {
    let zoom = zoom_config(zoom, wire, clock, holder);
    sync::Config {
        clock: Arc::clone(&zoom.clock),
        random: Arc::clone(&zoom.random),
        connectors: Connectors::new(vec![Arc::new(ZoomConnector::new(zoom))]),
        holder: holder.to_owned(),
        only: None,
    }
}

/// Zoom without rate limits, and with randomness that follows from the name of the process.
#[must_use]
pub fn zoom_config(
    zoom: &Url,
    wire: &Arc<Wire>,
    clock: &Arc<ManualClock>,
    holder: &str,
) -> ZoomConfig {
    ZoomConfig {
        oauth_url: crate::zoom::oauth_of(zoom),
        api_url: zoom.clone(),
        hosts: Hosts {
            allow_loopback: true,
        },
        transport: Arc::clone(wire) as _,
        clock: Ticking::from(clock),
        random: Arc::new(Seeded::new(holder.bytes().map(u64::from).sum())),
        limits: Some(Limits::unlimited()),
    }
}

/// Lines that one of two dumps has and the other has not; empty when they are equal. At most twenty.
#[must_use]
pub fn difference(one: &str, other: &str) -> String {
    use std::collections::BTreeSet;
    let (left, right): (BTreeSet<_>, BTreeSet<_>) =
        (one.lines().collect(), other.lines().collect());
    let only_left = left.difference(&right).map(|line| format!("- {line}\n"));
    let only_right = right.difference(&left).map(|line| format!("+ {line}\n"));
    only_left.chain(only_right).take(20).collect()
}
