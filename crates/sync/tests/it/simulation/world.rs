//! An installation and its Zoom in one process, through all lives of a plan.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use connector_zoom::ZOOM;
use model::{Clock as _, IntegrationId, ManualClock, RunState};
use store::{Actor, Store};
use sync::{Engine, ServerToServer};
use testkit::clock::at_noon;
use testkit::database::{Database, Kind};
use testkit::in_process::InProcess;
use testkit::install::config_of;
use testkit::wire::{Damage, Wire};
use testkit::zoom::quiet;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use url::Url;
use zoom::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use zoom_sim::Sim;

use super::laws;
use super::plan::{Change, Kill, Life, Plan};
use super::truth::Truth;

const MINUTE: i64 = 60 * 1000;
const DAY: i64 = 24 * 60 * MINUTE;
/// Syncs without faults until everything must be known: records that could not be understood are read
/// again after a week.
const QUIET_RUNS: usize = 12;

/// Pauses before requests are repeated take seconds.
const LONGEST: Duration = Duration::from_mins(3);

pub(super) struct World {
    pub(super) sim: Sim,
    /// Zoom's clock.
    pub(super) clock: Arc<ManualClock>,
    pub(super) id: IntegrationId,
    database: Database,
    url: Url,
    /// Whether a log may have more rows than at Zoom; see [`Plan::moves_addresses`].
    pub(super) more_rows: bool,
    lives: AtomicUsize,
}

/// Runs the plan of a seed.
///
/// # Panics
/// When a law is broken.
pub(super) fn simulate(seed: u64) {
    let plan = Plan::of(seed);
    let world = World::new(seed, &plan);
    for life in &plan.lives {
        world.clock.advance_ms(life.passes);
        for change in &life.changes {
            world.change(*change);
        }
        let control = world.sim.control();
        for injection in &life.injections {
            control.inject(injection.clone());
        }
        let ended = world.live(life);
        control.clear_injections();
        if ended.is_none() {
            // The lease of the dead process has to expire.
            world.clock.advance_ms(MINUTE);
        }
        world.look(async |store| laws::nothing_false(&world, &store, ended).await);
    }
    world.settle();
    world.look(async |store| laws::everything_true(&world, &store).await);
    let before = world.look(async |store| store.dump().await.unwrap());
    assert_eq!(world.live(&Life::quiet()), Some(RunState::Complete));
    let after = world.look(async |store| store.dump().await.unwrap());
    assert_eq!(testkit::install::difference(&before, &after), "");
}

impl World {
    fn new(seed: u64, plan: &Plan) -> Self {
        let clock = at_noon();
        let mut config = quiet(plan.users, Arc::clone(&clock) as _);
        config.seed = seed;
        config.scopes = plan.scopes;
        config.faults = plan.faults.clone();
        "http://127.0.0.1:9".clone_into(&mut config.base_url);
        let url = config.base_url.parse().unwrap();
        let mut world = Self {
            sim: Sim::new(config),
            clock,
            id: IntegrationId(0),
            database: Database::new(Kind::Sqlite),
            url,
            more_rows: plan.moves_addresses(),
            lives: AtomicUsize::new(0),
        };
        let app = world.sim.credentials();
        world.id = world.look(async |store| {
            let wire = Wire::new(Arc::new(InProcess::new(world.sim.clone())));
            let config = config_of(&world.url, &wire, &world.clock, "connects");
            let wanted = ServerToServer {
                application: ZOOM.key,
                name: String::new(),
                plan: model::Plan::Business,
                account_id: app.account_id,
                client_id: app.client_id,
                client_secret: app.client_secret.into(),
                reauthorise: None,
            };
            let engine = Engine::new(store, config);
            let connected = engine.connect_server_to_server(wanted, &Actor::Cli).await;
            connected.unwrap().integration.id
        });
        world
    }

    /// Data without faults.
    pub(super) async fn truth(&self) -> Truth {
        Truth::new(&self.sim).await
    }

    /// Opens the store in a short life of its own.
    fn look<T>(&self, with: impl AsyncFnOnce(Store) -> T) -> T {
        runtime().block_on(async {
            let store = self.database.open(Arc::clone(&self.clock) as _).await;
            let result = with(store.clone()).await;
            store.close().await;
            result
        })
    }

    fn change(&self, change: Change) {
        let control = self.sim.control();
        let users = runtime().block_on(async { self.truth().await.users().await });
        let emails: Vec<String> = users.into_values().map(|(email, ..)| email).collect();
        let pick = |number: usize| emails[number % emails.len()].as_str();
        match change {
            // Without users there is no account.
            Change::Delete(_) if emails.len() < 4 => false,
            Change::Delete(user) => control.delete_user(0, pick(user)),
            Change::Create => control.create_user(0).is_some(),
            Change::Rename(user) => control.rename_user(0, pick(user), "Other", "Name"),
            Change::NewAddress(user) => {
                control.set_email(0, pick(user), &format!("moved.{user}.{}", pick(user)))
            }
            Change::SwapAddresses(one, other) => control.swap_emails(0, pick(one), pick(other)),
            Change::NewGroups(user) => control.set_groups(0, pick(user), &[user % 3]),
        };
    }

    /// One life of the process. `None` when it was killed.
    fn live(&self, life: &Life) -> Option<RunState> {
        let number = self.lives.fetch_add(1, Ordering::Relaxed);
        let runtime = runtime();
        let ended = runtime.block_on(async {
            let ours = Arc::new(ManualClock::at(self.clock.now().plus_ms(life.ahead)));
            let store = self.database.open(Arc::clone(&ours) as _).await;
            let deadly = Arc::new(Deadly::new(&self.sim, life.killed));
            let wire = Wire::new(Arc::clone(&deadly) as _);
            for broken in &life.breaks {
                let error = broken.error.clone();
                let damage = if broken.reaches {
                    Damage::lose(broken.path, error)
                } else {
                    Damage::fail(broken.path, error)
                };
                wire.damage(damage.after(broken.after).times(broken.times));
            }
            let holder = format!("life {number}");
            let config = config_of(&self.url, &wire, &ours, &holder);
            let engine = Engine::new(store.clone(), config);
            tokio::select! {
                state = engine.sync_now(self.id, CancellationToken::new()) => {
                    store.close().await;
                    Some(state.unwrap())
                }
                () = tokio::time::sleep(LONGEST) => panic!("the sync does not end"),
                () = deadly.dies() => None,
            }
        });
        // Drops all tasks where they wait.
        runtime.shutdown_background();
        ended
    }

    /// Syncs without faults until everything is known.
    fn settle(&self) {
        let mut states = Vec::new();
        while states.last() != Some(&RunState::Complete) {
            assert!(
                states.len() < QUIET_RUNS,
                "it does not settle: {states:?}; today is {}: {:#?}",
                self.last_day().plus(1),
                self.look(async |store| store.rejected(self.id).await.unwrap())
            );
            self.clock.advance_ms(DAY);
            states.extend(self.live(&Life::quiet()));
            self.look(async |store| laws::nothing_false(self, &store, None).await);
        }
    }

    /// The last day that lies wholly in the past, and that Zoom has finished reporting.
    pub(super) fn last_day(&self) -> model::Day {
        self.clock.now().day().plus(-1)
    }
}

impl Life {
    /// A life without faults.
    fn quiet() -> Self {
        Self {
            passes: 0,
            ahead: 0,
            changes: Vec::new(),
            injections: Vec::new(),
            breaks: Vec::new(),
            killed: None,
        }
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// The simulator, and a process that dies at one of its requests.
struct Deadly {
    zoom: InProcess,
    kill: Option<Kill>,
    requests: AtomicUsize,
    now: Notify,
}

impl Deadly {
    fn new(sim: &Sim, kill: Option<Kill>) -> Self {
        Self {
            zoom: InProcess::new(sim.clone()),
            kill,
            requests: AtomicUsize::new(0),
            now: Notify::new(),
        }
    }

    /// Waits for the death of the process.
    async fn dies(&self) {
        self.now.notified().await;
        for _ in 0..self.kill.map_or(0, |kill| kill.turns) {
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait]
impl Transport for Deadly {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let deadly = self.kill.filter(|kill| kill.request == number);
        if deadly.is_some_and(|kill| !kill.answered) {
            self.now.notify_one();
        }
        let answer = self.zoom.send(request).await;
        if deadly.is_some_and(|kill| kill.answered) {
            self.now.notify_one();
        }
        answer
    }
}
