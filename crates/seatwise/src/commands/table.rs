//! What commands that print rows have in common: which account, filters, columns, CSV.

use insight::QueryError;
use model::{Integration, IntegrationId, Sums};

use crate::exit::Failure;

/// Columns as wide as their widest cell. The first row is the header.
pub(crate) fn aligned(cells: &[Vec<String>]) -> String {
    let columns = cells.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            cells
                .iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let lines: Vec<String> = cells
        .iter()
        .map(|row| {
            let padded: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:<width$}"))
                .collect();
            padded.join("  ").trim_end().to_owned()
        })
        .collect();
    lines.join("\n")
}

/// A row of a table.
pub(crate) fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

/// Writes CSV as the pages export it to standard output.
pub(crate) fn csv_writer() -> csv::Writer<std::io::Stdout> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(std::io::stdout())
}

/// Why CSV could not be written.
pub(crate) fn csv_failure(error: &csv::Error) -> Failure {
    Failure::other(format!("the CSV could not be written: {error}"))
}

/// Filters as typed, as pairs.
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
                    "`{key}` is no filter here; --limit says how many to print"
                )));
            }
            Ok((key.to_owned(), value.to_owned()))
        })
        .collect()
}

/// What is wrong with filters, a line each.
pub(crate) fn refused(errors: &[QueryError]) -> Failure {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| format!("{}: {}", error.field, error.message))
        .collect();
    Failure::usage(lines.join("\n"))
}

/// The account that is meant: the one named, or the only one.
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

/// Sums for people; a word where nothing has a price.
pub(crate) fn money(sums: &Sums) -> String {
    if sums.is_empty() {
        "no price known".to_owned()
    } else {
        format!("{sums} a year")
    }
}

/// The text of a file, or of standard input for `-`.
pub(crate) fn text_of(path: &std::path::Path) -> Result<Vec<u8>, Failure> {
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
