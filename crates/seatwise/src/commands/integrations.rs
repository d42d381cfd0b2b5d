//! `integrations`: list, add and remove connected accounts.

use model::IntegrationId;
use serde_json::json;
use store::Actor;
use sync::ServerToServer;

use super::print;
use crate::cli::{Common, Integrations};
use crate::config::secret_from;
use crate::exit::Failure;

pub(crate) async fn run(common: Common, what: Integrations) -> Result<(), Failure> {
    // The first account may be connected before anything was served.
    let store = match &what {
        Integrations::AddS2s { .. } => common.store(false).await?,
        _ => common.existing_store().await?,
    };
    match what {
        Integrations::List { json } => {
            let all = store.integrations().await?;
            if json {
                return print(
                    &json!({"items": all, "next_cursor": null, "total": all.len()}).to_string(),
                );
            }
            if all.is_empty() {
                return print(
                    "No account is connected. Add one in the browser, or with `seatwise integrations add-s2s`.",
                );
            }
            for integration in all {
                let seen = integration.last_complete_at.map_or_else(
                    || "never complete".to_owned(),
                    |at| format!("complete {}", at.readable()),
                );
                print(&format!(
                    "{:>4}  {:<30}  {:<16}  {}",
                    integration.id,
                    integration.name,
                    integration.state.value(),
                    seen
                ))?;
            }
            Ok(())
        }
        Integrations::AddS2s {
            account_id,
            client_id,
            client_secret_file,
            name,
            plan,
        } => {
            let wanted = ServerToServer {
                name,
                plan: plan.model(),
                account_id,
                client_id,
                client_secret: secret_from(&client_secret_file)?,
                reauthorise: None,
            };
            let connected = common
                .engine(store)?
                .connect_server_to_server(wanted, &Actor::Cli)
                .await?;
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
                    "this disconnects “{}” and {}; say --yes to do it",
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
