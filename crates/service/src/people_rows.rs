//! The list of employees as it is imported: a CSV file with addresses and, for those who have left,
//! the day. Also when none is taken, and when somebody has to confirm it first.

use std::collections::{BTreeMap, BTreeSet};

use insight::Roster;
use model::{Application, Day, IntegrationId};
use store::ImportedPerson;

use crate::context::Context;
use crate::contract_rows::{LineError, Table};
use crate::error::Error;

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

/// Refuses a list where a directory pushes people: neither replaces the other by itself.
pub async fn refuse_over_directory(context: &Context, id: IntegrationId) -> Result<(), Error> {
    if context.store.directory(id).await?.is_none() {
        return Ok(());
    }
    let detail = "A directory pushes employees to this account, and a list does not replace it.";
    let remedy = "Stop the directory, remove what it pushed on the page of the list of employees, \
                  and import the list then.";
    Err(Error::conflict(detail)
        .remedy(remedy)
        .action("Employees", format!("/i/{id}/people")))
}

/// Who would count as having left if a list were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WouldLeave {
    /// People with a licence who are not on the list, or whose last day is over.
    pub leavers: usize,
    /// All people with a licence.
    pub licensed: usize,
}

impl WouldLeave {
    /// What a list says of the people with a licence.
    pub fn of(
        list: &[ImportedPerson],
        roster: &Roster,
        application: &Application,
        today: Day,
    ) -> Self {
        let listed: BTreeMap<&str, Option<Day>> = list
            .iter()
            .map(|person| (person.email.as_str(), person.left_on))
            .collect();
        let licensed: BTreeSet<u32> = application
            .licences
            .iter()
            .flat_map(|family| roster.licence_holders(family.key))
            .map(|(row, _)| row)
            .collect();
        let here = |row: &u32| {
            let email = roster.email_of(*row).to_lowercase();
            let left_on = listed.get(email.as_str());
            left_on.is_some_and(|left_on| left_on.is_none_or(|day| day >= today))
        };
        Self {
            leavers: licensed.iter().filter(|row| !here(row)).count(),
            licensed: licensed.len(),
        }
    }

    /// What somebody has to confirm first: that more than a tenth of the licensed people have left is
    /// more often a list that is not complete.
    pub fn doubt(self) -> Option<String> {
        (self.leavers * 10 > self.licensed).then(|| {
            format!(
                "{} of {} people with a licence are not on this list or have left, which is more \
                 than 10 %: they would all count as leavers",
                self.leavers, self.licensed
            )
        })
    }
}
