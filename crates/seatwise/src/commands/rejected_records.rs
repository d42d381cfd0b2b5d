//! `rejected-records`: prints the records of the application that could not be understood.

use clap::Args;
use serde_json::json;
use store::{StoreAccess, StoredRejection};

use super::table::{Table, pick};
use crate::cli::Common;
use crate::exit::Failure;
use crate::output::print;

#[derive(Debug, Args)]
pub(crate) struct RejectedRecords {
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    pub(crate) integration: Option<i64>,
    /// Print the groups as JSON, as the API does.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) async fn run(common: Common, wanted: RejectedRecords) -> Result<(), Failure> {
    let store = common.existing_store(StoreAccess::Look).await?;
    let integration = pick(&store, wanted.integration).await?;
    let found = store.rejected(integration.id).await?;
    if wanted.json {
        // The shape of the API's answer.
        let total = found.len();
        return print(&json!({"items": found, "next_cursor": null, "total": total}).to_string());
    }
    if found.is_empty() {
        return print("Every record could be understood.");
    }
    let records: i64 = found.iter().map(|group| group.records).sum();
    print(&table(&found))?;
    print(&format!(
        "{records} records in {} groups. Nothing is concluded from the absence of other records of these days.",
        found.len()
    ))
}

fn table(found: &[StoredRejection]) -> String {
    let mut table = Table::new(&["stream", "days", "person", "records", "reason"]);
    for group in found {
        let days = match (group.from, group.to) {
            (Some(from), Some(to)) if from == to => from.to_string(),
            (Some(from), Some(to)) => format!("{from} to {to}"),
            _ => String::new(),
        };
        table.row([
            group.stream.clone(),
            days,
            group.person.clone().unwrap_or_default(),
            group.records.to_string(),
            group.reason.clone(),
        ]);
    }
    table.text()
}
