//! `users`: prints users with the same filters and numbers as the page.

use std::sync::Arc;

use insight::{Query, UserView};
use model::Application;
use serde_json::json;
use service::user_rows::UserTable;

use super::list_args::ListArgs;
use super::table::{Table, csv_failure, csv_writer, filters, pick, query_errors, write_cells};
use crate::cli::{Common, Format};
use crate::exit::Failure;
use crate::output::print;
use crate::system::SystemClock;

/// Rows of a table if no limit is given: one or two screens.
const TABLE_ROWS: usize = 50;

pub(crate) async fn run(common: Common, wanted: ListArgs) -> Result<(), Failure> {
    let store = common.existing_store(store::StoreAccess::Look).await?;
    let integration = pick(&store, wanted.integration).await?;
    let connectors = common.connectors()?;
    let application = connectors.application(&integration.application);
    let application = application.ok_or_else(|| {
        Failure::other(format!(
            "application {} is unknown",
            integration.application
        ))
    })?;
    let pairs = filters(&wanted.filters)?;
    let query = Query::parse(application, pairs).map_err(|errors| query_errors(&errors))?;
    let days = store
        .organisation()
        .await?
        .map_or(30, |organisation| organisation.inactive_days);
    let query = query.default_inactive_days(u16::try_from(days).unwrap_or(30));
    let roster = service::roster_of(&store, &connectors, integration.id, Arc::new(SystemClock))
        .await
        .map_err(Failure::store)?;
    let limit = wanted
        .limit
        .map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let limit = limit.unwrap_or(match wanted.format {
        Format::Table => TABLE_ROWS,
        Format::Json | Format::Csv => usize::MAX,
    });
    let rows = roster.rows(&query);
    let total = rows.len();
    let rows = rows.take(limit);
    match wanted.format {
        Format::Json => {
            let items: Vec<UserView<'_>> = rows.collect();
            print(&json!({"items": items, "next_cursor": null, "total": total}).to_string())
        }
        Format::Csv => {
            let mut writer = csv_writer();
            let users = UserTable::new(application);
            writer
                .write_record(users.header())
                .map_err(|error| csv_failure(&error))?;
            for row in rows {
                write_cells(&mut writer, &users.cells(&row))?;
            }
            writer.flush().map_err(Failure::from)
        }
        Format::Table => {
            let rows: Vec<UserView<'_>> = rows.collect();
            print(&table(application, &rows))?;
            let shown = rows.len();
            let more = if shown < total {
                " (--limit shows more)"
            } else {
                ""
            };
            print(&format!("{shown} of {total}{more}"))
        }
    }
}

/// The value of a metadata field as on the users page.
fn label(application: &Application, row: &UserView<'_>, key: &str) -> String {
    application
        .field_index(key)
        .map_or_else(String::new, |index| {
            Query::value_label(
                application,
                index,
                row.metadata.values.get(index).copied().flatten(),
            )
        })
}

fn table(application: &Application, rows: &[UserView<'_>]) -> String {
    let mut table = Table::new(&[
        "name",
        "e-mail",
        "status",
        "type",
        "department",
        "state",
        "last sign-in",
        "last hosted",
        "meetings 90 d",
    ]);
    let number = |n: Option<u32>| n.map_or_else(|| "unknown".to_owned(), |n| n.to_string());
    for row in rows {
        let activity = row.activity;
        let sign_in = match (activity.last_sign_in, activity.last_sign_in_known) {
            (Some(at), _) => at.day().to_string(),
            (None, true) => "never".to_owned(),
            (None, false) => "unknown".to_owned(),
        };
        table.row([
            row.display_name.to_owned(),
            row.email.to_owned(),
            label(application, row, "user_status"),
            label(application, row, "user_type"),
            label(application, row, "department"),
            activity.state.label().to_owned(),
            sign_in,
            activity
                .last_hosted
                .map_or_else(|| "–".to_owned(), |at| at.day().to_string()),
            number(activity.meetings_90d),
        ]);
    }
    table.text()
}
