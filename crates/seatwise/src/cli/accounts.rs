//! Arguments of the commands about connected accounts and their contracts.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::{BillingCycle, CONTRACT_FIELDS, ContractFieldKind};

use super::values::{Format, PlanName};

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
        #[arg(long, value_enum, default_value = "pro")]
        plan: PlanName,
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

#[derive(Debug, Args)]
pub(crate) struct SyncNow {
    /// Number of the integration (default: all active ones).
    pub(crate) id: Option<i64>,
    /// Print JSON lines: one for every change of a stream, and one for the end of each run.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Contracts {
    /// List the contracts of an account.
    List {
        /// Number of the integration (default: the only one).
        #[arg(long, value_name = "ID")]
        integration: Option<i64>,
        /// Format of the output: text, JSON or CSV.
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
    },
    /// Enter a new contract of an account.
    #[command(after_help = fields_of_a_contract())]
    Add {
        /// Fields of the contract, written FIELD=VALUE.
        #[arg(value_name = "FIELD=VALUE", required = true)]
        fields: Vec<String>,
        /// Number of the integration (default: the only one).
        #[arg(long, value_name = "ID")]
        integration: Option<i64>,
    },
    /// Enter all contracts of a CSV file, or none if the file has an error.
    #[command(
        after_help = "The first line names the columns, the fields of `contracts add`.\n\nExample:\n  seatwise contracts import contracts.csv"
    )]
    Import {
        /// CSV file; `-` reads it from standard input.
        file: PathBuf,
        /// Number of the integration (default: the only one).
        #[arg(long, value_name = "ID")]
        integration: Option<i64>,
        /// Check the file without entering anything.
        #[arg(long)]
        dry_run: bool,
    },
    /// Remove a contract and its attachments.
    Remove {
        /// Number of the contract to remove.
        id: i64,
        /// Number of the integration (default: the only one).
        #[arg(long, value_name = "ID")]
        integration: Option<i64>,
        /// Confirm the command; without it nothing is removed.
        #[arg(long)]
        yes: bool,
    },
}

/// An example and the names of the fields.
fn fields_of_a_contract() -> String {
    let fields = CONTRACT_FIELDS.iter().map(|field| match field.kind {
        ContractFieldKind::BillingCycle => {
            let cycles = BillingCycle::ALL.map(BillingCycle::value);
            format!("{} ({})", field.name, cycles.join(", "))
        }
        _ => field.name.to_owned(),
    });
    format!(
        "Example:\n  seatwise contracts add licence=licensed quantity=1500 unit_price=149.90 currency=EUR \
         starts_on=2026-04-01 ends_on=2027-03-31\n\nFields: {}",
        fields.collect::<Vec<_>>().join(", ")
    )
}
