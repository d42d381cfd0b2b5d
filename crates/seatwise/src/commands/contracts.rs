//! `contracts`: lists, adds, imports and removes contracts.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use insight::renewal::dates;
use model::{
    Application, BillingCycle, CONTRACT_FIELDS, Clock as _, Contract, ContractFieldKind,
    ContractId, ContractTerms, Day, IntegrationId, Timestamp, contract_field_names,
};
use server::contract_json;
use service::FieldError;
use service::Pairs;
use service::blocking::Stop;
use service::contract_import::{ContractImport, Existing, plan, read_csv};
use service::contract_rows::{csv_record, doubts, terms};
use service::file_cells::DateOrder;
use service::parameters::ParameterValue as _;
use store::{Actor, Store, StoreAccess};
use sync::Connectors;

use super::table::{Table, csv_failure, csv_writer, pick, read_file};
use crate::cli::{Common, Format};
use crate::exit::Failure;
use crate::output::print;
use crate::system::SystemClock;

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
        /// Enter a contract although it has no seats, is over, or begins in more than two years.
        #[arg(long)]
        yes: bool,
    },
    /// Enter all contracts of a CSV file, or none if the file has an error.
    #[command(
        after_help = "The first line names the columns, the fields of `contracts add`.\n\nExample:\n  seatwise contracts import contracts.csv"
    )]
    Import(ImportArgs),
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

/// Arguments of `contracts import`.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// CSV file; `-` reads it from standard input.
    file: PathBuf,
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    integration: Option<i64>,
    /// Check the file without entering anything.
    #[arg(long)]
    dry_run: bool,
    /// What happens to contracts that are stored already (the same name, licence and first day): skip, replace
    /// or add.
    #[arg(long, value_parser = Existing::parse)]
    existing: Option<Existing>,
    /// The order in days with slashes: `day_first` or `month_first`.
    #[arg(long, value_parser = DateOrder::parse)]
    dates: Option<DateOrder>,
    /// Enter contracts although some have no seats, are over, or begin in more than two years.
    #[arg(long)]
    yes: bool,
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

pub(crate) async fn run(common: Common, command: Contracts) -> Result<(), Failure> {
    let access = match &command {
        Contracts::List { .. } => StoreAccess::Look,
        Contracts::Add { .. } | Contracts::Import(_) | Contracts::Remove { .. } => {
            StoreAccess::Change
        }
    };
    let store = common.existing_store(access).await?;
    let connectors = common.connectors()?;
    let now = SystemClock.now();
    match command {
        Contracts::List {
            integration,
            format,
        } => {
            let integration = pick(&store, integration).await?;
            list(store.contracts(integration.id).await?, now.day(), format)
        }
        Contracts::Add {
            fields,
            integration,
            yes,
        } => {
            let integration = pick(&store, integration).await?;
            let application = application(&connectors, &integration.application)?;
            let terms = typed_terms(application, &fields)?;
            let doubts = doubts(&terms, now.day());
            if !doubts.is_empty() && !yes {
                let lines = doubts
                    .iter()
                    .map(|doubt| format!("{} {}", doubt.field, doubt.message));
                let lines: Vec<String> = lines.collect();
                return Err(Failure::usage(format!(
                    "{}; confirm with --yes if that is meant",
                    lines.join("; ")
                )));
            }
            let id = store
                .add_contract(integration.id, &terms, &Actor::Cli, now)
                .await
                .map_err(usage_error)?;
            print(&format!("contract {id} entered"))
        }
        Contracts::Import(args) => {
            let integration = pick(&store, args.integration).await?;
            let application = application(&connectors, &integration.application)?;
            import(&store, (integration.id, application), args, now).await
        }
        Contracts::Remove {
            id,
            integration,
            yes,
        } => {
            let integration = pick(&store, integration).await?;
            remove(&store, integration.id, ContractId(id), yes, now).await
        }
    }
}

/// Stores the contracts of a file.
async fn import(
    store: &Store,
    (id, application): (IntegrationId, &'static Application),
    args: ImportArgs,
    now: Timestamp,
) -> Result<(), Failure> {
    let ImportArgs {
        file,
        integration: _,
        dry_run,
        existing,
        dates,
        yes,
    } = args;
    let read = read_csv(application, &read_file(&file)?, dates, &Stop::default());
    let file = read.map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::usage(format!("nothing was entered:\n{}", lines.join("\n")))
    })?;
    let stored = store.contracts(id).await?;
    let unconfirmed = (!yes).then(|| now.day());
    let plan = plan(file.terms, &stored, existing, unconfirmed).map_err(|questions| {
        let flag = |question: &FieldError| match question.field.as_str() {
            "confirm" => format!("{} (--yes)", question.message),
            _ => format!("{} (--existing)", question.message),
        };
        let questions: Vec<String> = questions.iter().map(flag).collect();
        Failure::usage(format!("nothing was entered:\n{}", questions.join("\n")))
    })?;
    let mut words = import_in_words(&plan);
    if !file.ignored.is_empty() {
        let ignored = file.ignored.join(", ");
        words = format!("{words}; columns that were passed over: {ignored}");
    }
    if dry_run {
        return print(&format!("would be {words}"));
    }
    store
        .import_contracts(id, &plan.entries, &Actor::Cli, now)
        .await
        .map_err(usage_error)?;
    print(&words)
}

/// What an import does: `2 contracts entered, 1 contract replaced`.
fn import_in_words(plan: &ContractImport) -> String {
    let mut words = vec![format!("{} entered", counted(plan.added()))];
    if plan.replaced() > 0 {
        words.push(format!("{} replaced", counted(plan.replaced())));
    }
    if plan.skipped > 0 {
        words.push(format!("{} left as they are", counted(plan.skipped)));
    }
    words.join(", ")
}

/// The terms of a contract from arguments of the form FIELD=VALUE.
fn typed_terms(
    application: &'static Application,
    fields: &[String],
) -> Result<ContractTerms, Failure> {
    let known = contract_field_names();
    let mut pairs: Vec<(String, String)> = Vec::new();
    for field in fields {
        let (name, value) = field.split_once('=').ok_or_else(|| {
            Failure::usage(format!("`{field}` is not FIELD=VALUE, e.g. quantity=100"))
        })?;
        if !known.contains(&name) {
            return Err(Failure::usage(format!(
                "`{name}` is not a field: known are {}",
                known.join(", ")
            )));
        }
        if pairs.iter().any(|(given, _)| given == name) {
            return Err(Failure::usage(format!("`{name}` is given twice")));
        }
        pairs.push((name.to_owned(), value.to_owned()));
    }
    let read = Pairs(pairs).read_with(|reader| terms(reader, application));
    read.map_err(|errors| {
        let lines: Vec<String> = errors
            .into_iter()
            .map(|error| format!("{}: {}", error.field, error.message))
            .collect();
        Failure::usage(lines.join("\n"))
    })
}

async fn remove(
    store: &Store,
    integration: IntegrationId,
    id: ContractId,
    confirmed: bool,
    now: Timestamp,
) -> Result<(), Failure> {
    let contract = store.contract(integration, id).await?;
    let contract =
        contract.ok_or_else(|| Failure::not_found(format!("there is no contract {id}")))?;
    if !confirmed {
        return Err(Failure::usage(format!(
            "this removes “{}” ({} seats) and its attachments; confirm with --yes",
            contract.terms.name, contract.terms.quantity
        )));
    }
    store
        .remove_contract(integration, id, &Actor::Cli, now)
        .await?;
    print(&format!("contract {id} removed"))
}

/// A number of contracts in words: `1 contract`, `2 contracts`.
fn counted(contracts: usize) -> String {
    let s = if contracts == 1 { "" } else { "s" };
    format!("{contracts} contract{s}")
}

/// Turns a field that the store refuses into a usage error, because it was an argument.
fn usage_error(error: store::Error) -> Failure {
    match error {
        store::Error::Field { .. } => Failure::usage(error.to_string()),
        other => other.into(),
    }
}

fn application(connectors: &Connectors, key: &str) -> Result<&'static Application, Failure> {
    connectors
        .application(key)
        .ok_or_else(|| Failure::other(format!("application {key} is unknown")))
}

fn list(contracts: Vec<Contract>, today: Day, format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => {
            let total = contracts.len();
            let items: Vec<String> = contracts
                .into_iter()
                .map(|contract| contract_json(contract, today))
                .collect();
            print(&format!(
                "{{\"items\":[{}],\"next_cursor\":null,\"total\":{total}}}",
                items.join(",")
            ))
        }
        Format::Csv => {
            let mut writer = csv_writer();
            let failed = |error: csv::Error| csv_failure(&error);
            writer
                .write_record(contract_field_names())
                .map_err(failed)?;
            for contract in &contracts {
                writer
                    .write_record(csv_record(&contract.terms))
                    .map_err(failed)?;
            }
            writer.flush().map_err(Failure::from)
        }
        Format::Table => {
            let mut table = Table::new(&[
                "number",
                "licence",
                "name",
                "seats",
                "price",
                "paid",
                "starts",
                "ends",
                "notice by",
            ]);
            for contract in &contracts {
                let terms = &contract.terms;
                let price = terms.unit_price;
                table.row([
                    contract.id.to_string(),
                    terms.licence.to_string(),
                    terms.name.clone(),
                    terms.quantity.to_string(),
                    price.map_or_else(|| "unknown".to_owned(), |price| price.to_string()),
                    terms.billing_cycle.value().to_owned(),
                    terms.starts_on.to_string(),
                    terms.ends_on.to_string(),
                    dates(contract, today).notice_by.to_string(),
                ]);
            }
            print(&table.text())
        }
    }
}
