//! The list of employees as it is imported: a CSV file with addresses and, for those who have left,
//! the day.

use std::collections::BTreeSet;

use model::Day;
use store::ImportedPerson;

use crate::contract_rows::{LineError, Table};

/// The columns.
pub const FIELDS: [&str; 2] = ["email", "left_on"];

/// People of a CSV file with a column `email` and, if wanted, `left_on` (`yyyy-mm-dd`).
///
/// # Errors
///
/// Everything that is wrong, line by line: then nothing of the file is to be used.
pub fn read_csv(text: &[u8]) -> Result<Vec<ImportedPerson>, Vec<LineError>> {
    let table = Table::read(text, &FIELDS, &FIELDS[..1])?;
    let mut people = Vec::with_capacity(table.lines.len());
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (line, record) in &table.lines {
        let mut say = |field: &str, message: String| {
            wrong.push(LineError {
                line: *line,
                field: field.to_owned(),
                message,
            });
        };
        let email = table
            .cell(record, "email")
            .unwrap_or_default()
            .to_lowercase();
        let is_address = email
            .split_once('@')
            .is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty());
        if !is_address || email.contains(char::is_whitespace) {
            say(
                "email",
                format!("`{email}` is not an e-mail address such as ada@example.com"),
            );
            continue;
        }
        if !seen.insert(email.clone()) {
            say("email", format!("{email} is there twice"));
            continue;
        }
        let left_on = match table
            .cell(record, "left_on")
            .filter(|text| !text.is_empty())
        {
            None => None,
            Some(text) => match text.parse::<Day>() {
                Ok(day) => Some(day),
                Err(error) => {
                    say("left_on", error.to_string());
                    continue;
                }
            },
        };
        people.push(ImportedPerson { email, left_on });
    }
    if wrong.is_empty() {
        Ok(people)
    } else {
        Err(wrong)
    }
}
