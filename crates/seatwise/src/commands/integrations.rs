//! `integrations`: lists, adds and removes connected accounts.

use std::path::PathBuf;

use clap::Subcommand;
use model::{Application, Integration, IntegrationId, Plan, Timestamp};
use serde_json::json;
use store::{Actor, StoreAccess};
use sync::ServerToServer;

use super::table::Table;
use crate::cli::{self, Common};
use crate::config::secret_from;
use crate::exit::Failure;
use crate::output::print;

#[derive(Debug, Subcommand)]
pub(crate) enum Integrations {
    /// List the connected accounts and their state.
    List {
        /// Print the list as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Connect an account through its Server-to-Server OAuth app.
    #[command(
        after_help = "Example:\n  seatwise integrations add-s2s --account-id abc --client-id def --client-secret-file secret.txt --name \"Acme Europe\""
    )]
    AddS2s {
        /// Application of the account, such as `zoom` (default: the first that can be connected).
        #[arg(long, value_name = "KEY")]
        application: Option<String>,
        /// Account id, from the app's credentials page.
        #[arg(long)]
        account_id: String,
        /// Client id, from the app's credentials page.
        #[arg(long)]
        client_id: String,
        /// File with the client secret; `-` reads it from standard input. It is not an argument because other
        /// users of the machine can see command lines.
        #[arg(long, value_name = "FILE")]
        client_secret_file: PathBuf,
        /// Name of the account on pages.
        #[arg(long, default_value = "")]
        name: String,
        /// Plan whose rate limits apply.
        #[arg(long, value_parser = cli::plan(), default_value = "pro")]
        plan: Plan,
    },
    /// Disconnect an account and keep its data, or erase it.
    Remove {
        /// Number of the integration to disconnect.
        id: i64,
        /// Erase the data of the account as well.
        #[arg(long)]
        erase: bool,
        /// Confirm the command; without it nothing is removed.
        #[arg(long)]
        yes: bool,
    },
}

pub(crate) async fn run(common: Common, command: Integrations) -> Result<(), Failure> {
    // Adding creates the database, because the first account may be connected before the server has run.
    let store = match &command {
        Integrations::AddS2s { .. } => common.store(StoreAccess::Change).await?,
        Integrations::List { .. } => common.existing_store(StoreAccess::Look).await?,
        Integrations::Remove { .. } => common.existing_store(StoreAccess::Change).await?,
    };
    match command {
        Integrations::List { json } => list(store.integrations().await?, json),
        Integrations::AddS2s {
            application,
            account_id,
            client_id,
            client_secret_file,
            name,
            plan,
        } => {
            let application = application_of(&common, application.as_deref())?;
            let wanted = ServerToServer {
                application: application.key,
                name,
                plan,
                account_id,
                client_id,
                client_secret: secret_from(&client_secret_file)?,
                reauthorise: None,
            };
            let connected = common
                .engine(store)?
                .connect_server_to_server(wanted, &Actor::Cli)
                .await
                .map_err(|error| Failure::not_connected(&error, application))?;
            print(&format!(
                "Connected as integration {} (“{}”). A running server starts its first sync now; \
                 `seatwise sync {}` does it here.",
                connected.integration.id, connected.integration.name, connected.integration.id
            ))
        }
        Integrations::Remove { id, erase, yes } => {
            let id = IntegrationId(id);
            let integration = store
                .integration(id)
                .await?
                .ok_or_else(|| Failure::not_found(format!("there is no integration {id}")))?;
            if !yes {
                return Err(Failure::usage(format!(
                    "this disconnects “{}” and {}; confirm with --yes",
                    integration.name,
                    if erase {
                        "erases its data"
                    } else {
                        "keeps its data (--erase removes it)"
                    }
                )));
            }
            common
                .engine(store)?
                .disconnect(id, erase, &Actor::Cli)
                .await?;
            print(&format!(
                "Disconnected “{}”; its data was {}.",
                integration.name,
                if erase { "erased" } else { "kept" }
            ))
        }
    }
}

/// The application with this key; the first one that can be connected when none is named.
fn application_of(common: &Common, key: Option<&str>) -> Result<&'static Application, Failure> {
    let applications = common.connectors()?.applications();
    let mut fitting = applications
        .iter()
        .filter(|application| key.is_none_or(|key| application.key == key));
    fitting.next().copied().ok_or_else(|| {
        let known: Vec<&str> = applications.iter().map(|known| known.key).collect();
        Failure::usage(format!(
            "--application: `{}` is unknown, known are {}",
            key.unwrap_or_default(),
            known.join(", ")
        ))
    })
}

fn list(integrations: Vec<Integration>, json: bool) -> Result<(), Failure> {
    if json {
        let total = integrations.len();
        return print(
            &json!({"items": integrations, "next_cursor": null, "total": total}).to_string(),
        );
    }
    if integrations.is_empty() {
        return print(
            "No account is connected. Add one in the browser, or with `seatwise integrations add-s2s`.",
        );
    }
    let mut table = Table::new(&["number", "name", "state", "last complete sync"]);
    for integration in integrations {
        let complete = integration.last_complete_at;
        table.row([
            integration.id.to_string(),
            integration.name,
            integration.state.value().to_owned(),
            complete.map_or_else(|| "never".to_owned(), Timestamp::readable),
        ]);
    }
    print(&table.text())
}
