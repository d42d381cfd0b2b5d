//! The simulated Zoom that benchmarks run against.

use std::process::Stdio;

use model::IntegrationId;
use serde_json::Value;
use store::Actor;
use sync::{Engine, ServerToServer};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::cli::PlanName;
use crate::exit::Failure;

/// The simulator in a process of its own, so that our figures are ours alone. Ends with us.
pub(super) struct Zoom {
    #[expect(dead_code, reason = "the process ends when this is dropped")]
    process: Child,
    credentials: Value,
}

impl Zoom {
    pub(super) async fn start(
        users: u64,
        plan: PlanName,
        latency_ms: u64,
        limits: bool,
    ) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["zoom-sim", "--listen", "127.0.0.1:0", "--print-credentials"])
            .args(["--users", &users.to_string()])
            .args(["--latency-ms", &latency_ms.to_string()])
            .args(["--plan", plan.model().value()])
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if !limits {
            command.arg("--no-limits");
        }
        let mut process = command.spawn()?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line).await?;
        }
        let credentials = serde_json::from_str(&line)
            .map_err(|_| Failure::other("the simulated Zoom did not start"))?;
        Ok(Self {
            process,
            credentials,
        })
    }

    pub(super) fn get(&self, name: &str) -> String {
        self.credentials[name]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Connects its account.
    pub(super) async fn connect(
        &self,
        engine: &Engine,
        plan: PlanName,
    ) -> Result<IntegrationId, Failure> {
        let wanted = ServerToServer {
            name: "bench".to_owned(),
            plan: plan.model(),
            account_id: self.get("account_id"),
            client_id: self.get("client_id"),
            client_secret: self.get("client_secret").into(),
            reauthorise: None,
        };
        let connected = engine.connect_server_to_server(wanted, &Actor::Cli).await?;
        Ok(connected.integration.id)
    }
}
