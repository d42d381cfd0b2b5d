//! Steps that commands which print rows share: account, filters, tables, CSV.

use insight::QueryError;
use model::{Integration, IntegrationId, Sums};
use service::export::Cell;

use crate::exit::Failure;

/// A table without lines, with two spaces between columns that are as wide as their widest cell.
pub(crate) struct Table(comfy_table::Table);

impl Table {
    pub(crate) fn new(header: &[&str]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_header(header);
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        Self(table)
    }

    /// Adds a row with as many cells as the header.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0.add_row(cells.into_iter().collect::<Vec<_>>());
    }

    pub(crate) fn text(&self) -> String {
        self.0.trim_fmt()
    }
}

/// A CSV writer to standard output with the format of the exports of pages.
pub(crate) fn csv_writer() -> csv::Writer<std::io::Stdout> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(std::io::stdout())
}

/// Writes a row of an export.
pub(crate) fn write_cells(
    writer: &mut csv::Writer<std::io::Stdout>,
    cells: &[Cell<'_>],
) -> Result<(), Failure> {
    let failed = |error: csv::Error| csv_failure(&error);
    for cell in cells {
        writer.write_field(cell.csv().as_bytes()).map_err(failed)?;
    }
    writer.write_record(None::<&[u8]>).map_err(failed)
}

/// The error of a CSV writer as a failure of the command.
pub(crate) fn csv_failure(error: &csv::Error) -> Failure {
    Failure::other(format!("the CSV could not be written: {error}"))
}

/// Splits filters of the form KEY=VALUE into pairs.
pub(crate) fn filters(typed: &[String]) -> Result<Vec<(String, String)>, Failure> {
    typed
        .iter()
        .map(|filter| {
            let (key, value) = filter.split_once('=').ok_or_else(|| {
                Failure::usage(format!(
                    "`{filter}` is not a filter; write KEY=VALUE, e.g. user_type=pro"
                ))
            })?;
            if matches!(key, "limit" | "cursor") {
                return Err(Failure::usage(format!(
                    "`{key}` is not a filter here; use --limit for the number of rows"
                )));
            }
            Ok((key.to_owned(), value.to_owned()))
        })
        .collect()
}

/// The errors of a query as a usage error with a line for each.
pub(crate) fn query_errors(errors: &[QueryError]) -> Failure {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| format!("{}: {}", error.field, error.message))
        .collect();
    Failure::usage(lines.join("\n"))
}

/// The account with the number from the command line, or the only account.
pub(crate) async fn pick(
    store: &store::Store,
    wanted: Option<i64>,
) -> Result<Integration, Failure> {
    if let Some(id) = wanted {
        let id = IntegrationId(id);
        return store
            .integration(id)
            .await?
            .ok_or_else(|| Failure::not_found(format!("there is no integration {id}")));
    }
    let mut all = store.integrations().await?;
    match all.len() {
        0 => Err(Failure::not_found("no account is connected")),
        1 => Ok(all.remove(0)),
        _ => {
            let names: Vec<String> = all
                .iter()
                .map(|i| format!("{} ({})", i.id, i.name))
                .collect();
            Err(Failure::usage(format!(
                "several accounts are connected: choose one with --integration: {}",
                names.join(", ")
            )))
        }
    }
}

/// Sums a year as text for people, or a note that no price is known.
pub(crate) fn money(sums: &Sums) -> String {
    if sums.is_empty() {
        "no price known".to_owned()
    } else {
        format!("{sums} a year")
    }
}

/// The content of a file, or of standard input for `-`.
pub(crate) fn read_file(path: &std::path::Path) -> Result<Vec<u8>, Failure> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::other(format!("{}: {error}", path.display())))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(&["name", "seats"]);
        table.row(["Zoë Ångström".to_owned(), "7".to_owned()]);
        table.row(["Li".to_owned(), String::new()]);
        assert_eq!(table.text(), "name          seats\nZoë Ångström  7\nLi");
    }
}
