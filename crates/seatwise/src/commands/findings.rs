//! `findings`: prints findings with the same filters and numbers as the page.

use std::sync::Arc;

use insight::FindingQuery;
use insight::findings::Finding;
use server::finding_json;
use service::{AccountSnapshot, finding_rows};

use super::list_args::ListArgs;
use super::table::{
    Table, csv_failure, csv_writer, filters, money, pick, query_errors, write_cells,
};
use crate::cli::{Common, Format};
use crate::exit::Failure;
use crate::output::print;
use crate::system::SystemClock;

/// Rows of a table if no limit is given: one or two screens.
const TABLE_ROWS: usize = 50;

pub(crate) async fn run(common: Common, wanted: ListArgs) -> Result<(), Failure> {
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
    let pairs = filters(&wanted.filters)?;
    let mut query =
        FindingQuery::parse(case.application, pairs).map_err(|errors| query_errors(&errors))?;
    let days = store
        .organisation()
        .await?
        .map_or(30, |organisation| organisation.inactive_days);
    query.users = query
        .users
        .default_inactive_days(u16::try_from(days).unwrap_or(30));
    let all = case.findings.all(case.roster(), &query);
    let limit = wanted
        .limit
        .map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let limit = limit.unwrap_or(match wanted.format {
        Format::Table => TABLE_ROWS,
        Format::Json | Format::Csv => usize::MAX,
    });
    let shown = &all[..all.len().min(limit)];
    match wanted.format {
        Format::Json => {
            let items: Vec<String> = shown
                .iter()
                .map(|finding| finding_json(&case, finding.clone()))
                .collect();
            print(&format!(
                "{{\"items\":[{}],\"next_cursor\":null,\"total\":{}}}",
                items.join(","),
                all.len()
            ))
        }
        Format::Csv => {
            let mut writer = csv_writer();
            let header = finding_rows::columns();
            writer
                .write_record(header.iter().map(|column| column.name.as_bytes()))
                .map_err(|error| csv_failure(&error))?;
            for finding in shown {
                write_cells(&mut writer, &finding_rows::cells(&case, finding))?;
            }
            writer.flush().map_err(Failure::from)
        }
        Format::Table => {
            print(&table(&case, shown))?;
            let totals = case.findings.totals(case.roster(), &query);
            let more = if shown.len() < all.len() {
                " (--limit shows more)"
            } else {
                ""
            };
            print(&format!(
                "{} of {}{more} · {} seats · {}",
                shown.len(),
                all.len(),
                totals.seats,
                money(&totals.saving)
            ))
        }
    }
}

fn table(case: &AccountSnapshot, findings: &[Finding]) -> String {
    let mut table = Table::new(&[
        "finding",
        "user",
        "licence",
        "since",
        "a year",
        "invoice lower on",
        "state",
        "reason",
    ]);
    for finding in findings {
        let saving = finding.saving.as_ref();
        let lower = saving.and_then(|saving| saving.invoice_lower_on);
        table.row([
            finding.rule.label().to_owned(),
            finding
                .user
                .map_or("the account", |row| case.roster().email_of(row))
                .to_owned(),
            finding.licence.label(case.application),
            finding.since.to_string(),
            saving.map_or_else(|| "unknown".to_owned(), |saving| saving.amount.to_string()),
            lower.map_or_else(|| "unknown".to_owned(), |day| day.to_string()),
            finding.state.label().to_owned(),
            case.findings.headline(case.roster(), finding),
        ]);
    }
    table.text()
}
