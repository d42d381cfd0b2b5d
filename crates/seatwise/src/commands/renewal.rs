//! `renewal`: prints the recommendations for renewing contracts.

use std::fmt::Write as _;
use std::sync::Arc;

use clap::Args;
use insight::renewal::{Choice, Renewal as Advice};
use model::{Contract, ContractId};
use server::renewal_json;
use service::AccountSnapshot;

use super::table::{Table, csv_failure, csv_writer, pick};
use crate::cli::{Common, Format};
use crate::exit::Failure;
use crate::output::print;
use crate::system::SystemClock;

#[derive(Debug, Args)]
pub(crate) struct Renewal {
    /// Number of the contract (default: all).
    pub(crate) contract: Option<i64>,
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    pub(crate) integration: Option<i64>,
    /// Also show cost and risk of buying this number of seats.
    #[arg(long, requires = "contract", value_parser = clap::value_parser!(i64).range(0..=10_000_000))]
    pub(crate) seats: Option<i64>,
    /// Format of the output: text, JSON or CSV.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

pub(crate) async fn run(common: Common, wanted: Renewal) -> Result<(), Failure> {
    let store = common.existing_store(store::StoreAccess::Look).await?;
    let integration = pick(&store, wanted.integration).await?;
    let case = service::account_snapshot(
        &store,
        &common.connectors()?,
        integration.id,
        Arc::new(SystemClock),
    )
    .await
    .map_err(Failure::store)?;
    let contracts: Vec<&Contract> = match wanted.contract {
        None => case.contracts.iter().collect(),
        Some(id) => {
            let contract = case.contract(ContractId(id));
            vec![contract.ok_or_else(|| Failure::not_found(format!("there is no contract {id}")))?]
        }
    };
    if contracts.is_empty() {
        return Err(Failure::not_found(
            "there is no contract; enter one with: seatwise contracts add",
        ));
    }
    match wanted.format {
        Format::Json => {
            let all: Vec<String> = contracts
                .iter()
                .map(|contract| renewal_json(case.renewal(contract), wanted.seats))
                .collect();
            match wanted.contract {
                Some(_) => print(&all.concat()),
                None => print(&format!(
                    "{{\"items\":[{}],\"next_cursor\":null,\"total\":{}}}",
                    all.join(","),
                    all.len()
                )),
            }
        }
        Format::Csv => csv(&case, &contracts, wanted.seats),
        Format::Table => {
            let texts: Vec<String> = contracts
                .iter()
                .map(|contract| summary(&case, contract, wanted.seats))
                .collect();
            print(&texts.join("\n\n"))
        }
    }
}

/// The recommended choices, followed by the number of seats from the command line.
fn choices(found: &Advice, seats: Option<i64>) -> Vec<Choice> {
    let mut choices = found.choices.clone();
    choices.extend(seats.map(|seats| found.buy(seats)));
    choices
}

fn csv(case: &AccountSnapshot, contracts: &[&Contract], seats: Option<i64>) -> Result<(), Failure> {
    let mut writer = csv_writer();
    let failed = |error: csv::Error| csv_failure(&error);
    writer
        .write_record([
            "contract",
            "licence",
            "choice",
            "seats",
            "cost",
            "currency",
            "saving",
            "risk",
            "notice_by",
            "ends_on",
        ])
        .map_err(failed)?;
    for contract in contracts {
        let found = case.renewal(contract);
        for choice in choices(&found, seats) {
            let money =
                |money: Option<model::Money>| money.map(|m| m.decimal()).unwrap_or_default();
            let currency = choice.cost.map(|cost| cost.currency.to_string());
            writer
                .write_record([
                    contract.id.to_string(),
                    contract.terms.licence.to_string(),
                    choice.key.to_owned(),
                    choice.seats.to_string(),
                    money(choice.cost),
                    currency.unwrap_or_default(),
                    money(choice.saving),
                    format!("{:.3}", choice.risk),
                    found.notice_by.to_string(),
                    found.ends_on.to_string(),
                ])
                .map_err(failed)?;
        }
    }
    writer.flush().map_err(Failure::from)
}

/// The recommendation for one contract as text.
fn summary(case: &AccountSnapshot, contract: &Contract, seats: Option<i64>) -> String {
    let found = case.renewal(contract);
    let terms = &contract.terms;
    let mut text = String::new();
    // Writing to a `String` can't fail.
    let _ = writeln!(
        text,
        "Contract {}: {} {} ({})",
        contract.id,
        case.application.name,
        terms.licence.label(case.application),
        terms.name
    );
    let missed = if found.dates.missed_notice {
        ", which has passed"
    } else {
        ""
    };
    let _ = writeln!(
        text,
        "Notice by {}{missed}; the term ends on {}; the {} runs from {} to {}.",
        found.notice_by,
        found.ends_on,
        found.bound.map_or("next", |_| "first that can be decided"),
        found.renews_from,
        found.renews_to
    );
    if let Some(bound) = found.bound_text() {
        let _ = writeln!(text, "{bound}");
    }
    let _ = writeln!(
        text,
        "{} seats today; {} people needed one recently. Renew with {} (between {} and {}).\n",
        found.today, found.needed, found.likely, found.low, found.high
    );
    let mut table = Table::new(&["choice", "seats", "cost of the term", "saving", "risk"]);
    for choice in choices(&found, seats) {
        let money = |money: Option<model::Money>| {
            money.map_or_else(|| "no price".to_owned(), |money| money.to_string())
        };
        table.row([
            choice.label.to_owned(),
            choice.seats.to_string(),
            money(choice.cost),
            money(choice.saving),
            format!("{:.0} %", choice.risk * 100.0),
        ]);
    }
    let _ = writeln!(text, "{}\n", table.text());
    for reason in &found.reasons {
        let _ = writeln!(
            text,
            "{:>+7}  {}: {}",
            reason.seats, reason.label, reason.text
        );
    }
    for unknown in &found.unknown {
        let _ = writeln!(text, "Unknown: {}", unknown.why);
    }
    text.trim_end().to_owned()
}
