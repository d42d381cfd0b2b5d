//! The simulated Zoom that benchmarks run against.

use std::process::Stdio;
use std::sync::Arc;

use ::sync::{Engine, ServerToServer};
use model::{Clock as _, IntegrationId, Plan};
use serde_json::{Value, json};
use store::Actor;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use zoom_sim::{Config, Faults, ScopeStyle, Sim};

use crate::cli::{ZoomOptions, loopback};
use crate::output::{Result, print};
use crate::setup::SystemClock;

/// The simulator in a process of its own, so that CPU time and memory of this process are those of
/// Seatwise alone. The process ends when this is dropped.
pub(crate) struct Zoom {
    #[expect(dead_code, reason = "the process ends when this is dropped")]
    process: Child,
    credentials: Value,
}

impl Zoom {
    pub(crate) async fn start(options: ZoomOptions) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg("zoom-sim")
            .args(["--users", &options.users.to_string()])
            .args(["--latency-ms", &options.latency_ms.to_string()])
            .args(["--plan", options.plan.value()])
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if options.no_limits {
            command.arg("--no-limits");
        }
        let mut process = command.spawn()?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line).await?;
        }
        let credentials =
            serde_json::from_str(&line).map_err(|_| "the simulated Zoom did not start")?;
        Ok(Self {
            process,
            credentials,
        })
    }

    /// One of the credentials or addresses, by its name.
    pub(crate) fn get(&self, name: &str) -> String {
        self.credentials[name]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Connects the simulated account to Seatwise.
    pub(crate) async fn connect(&self, engine: &Engine, plan: Plan) -> Result<IntegrationId> {
        let wanted = ServerToServer {
            application: connector_zoom::ZOOM.key,
            name: "bench".to_owned(),
            plan,
            account_id: self.get("account_id"),
            client_id: self.get("client_id"),
            client_secret: self.get("client_secret").into(),
            reauthorise: None,
        };
        let connected = engine.connect_server_to_server(wanted, &Actor::Cli).await?;
        Ok(connected.integration.id)
    }
}

/// Serves the simulated Zoom until the process is killed, after one line with addresses and credentials.
pub(crate) async fn serve(options: ZoomOptions) -> Result<()> {
    let listener = TcpListener::bind(loopback()).await?;
    let sim = Sim::new(Config {
        seed: 7,
        users: options.users,
        plan: options.plan.value().parse()?,
        suites: false,
        latency_ms: options.latency_ms,
        limits: !options.no_limits,
        now: Arc::new(|| SystemClock.now().0),
        scopes: ScopeStyle::Classic,
        redirect_uris: Vec::new(),
        faults: Faults::default(),
        base_url: format!("http://{}", listener.local_addr()?),
    });
    let credentials = sim.credentials();
    print(
        &json!({
            "api_url": credentials.api_url,
            "oauth_url": credentials.oauth_url,
            "account_id": credentials.account_id,
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
        })
        .to_string(),
    )?;
    zoom_sim::serve(listener, sim, std::future::pending()).await?;
    Ok(())
}
