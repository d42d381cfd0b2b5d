//! The imported list of employees: a CSV file with addresses and, for those who have left, their
//! last day. Also the rules for refusing a list and for asking for a confirmation.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use insight::Roster;
use model::{Application, Day, IntegrationId};
use store::ImportedPerson;

use crate::account_snapshot::AccountSnapshot;
use crate::blocking::{Stop, run_blocking};
use crate::context::Context;
use crate::csv_table::{CsvTable, LineError};
use crate::error::Error;
use crate::file_cells::{DateOrder, day};

/// The most people in one file.
const MOST_PEOPLE: usize = 200_000;
pub const FIELDS: [&str; 2] = ["email", "left_on"];

/// The people of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleFile {
    /// Each address once.
    pub people: Vec<ImportedPerson>,
    /// Names of columns that were passed over.
    pub ignored: Vec<String>,
}

/// Reads people from a CSV file with the column `email` and optionally `left_on`; `dates` is the order in days
/// with slashes. Of several lines about one person, such as before and after a return, the one without a last
/// day counts, otherwise the latest last day.
///
/// # Errors
///
/// All wrong fields with their lines. The file must then be rejected as a whole.
pub fn read_csv(
    text: &[u8],
    dates: Option<DateOrder>,
    stop: &Stop,
) -> Result<PeopleFile, Vec<LineError>> {
    let table = CsvTable::read(text, &FIELDS, &FIELDS[..1], MOST_PEOPLE, stop)?;
    let mut people: Vec<ImportedPerson> = Vec::with_capacity(table.lines.len());
    let mut places: HashMap<String, usize> = HashMap::with_capacity(table.lines.len());
    let mut wrong = Vec::new();
    for (line, record) in &table.lines {
        if stop.is_requested() {
            return Err(Vec::new());
        }
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
        let left_on = match table
            .cell(record, "left_on")
            .filter(|text| !text.is_empty())
        {
            None => None,
            Some(text) => {
                let read = day(text, dates);
                let read =
                    read.and_then(|text| text.parse::<Day>().map_err(|error| error.to_string()));
                match read {
                    Ok(day) => Some(day),
                    Err(message) => {
                        say("left_on", message);
                        continue;
                    }
                }
            }
        };
        if let Some(place) = places.get(&email) {
            let known = &mut people[*place].left_on;
            *known = known.zip(left_on).map(|(one, other)| one.max(other));
        } else {
            places.insert(email.clone(), people.len());
            people.push(ImportedPerson { email, left_on });
        }
    }
    if wrong.is_empty() {
        Ok(PeopleFile {
            people,
            ignored: table.ignored,
        })
    } else {
        Err(wrong)
    }
}

/// Refuses a list if a directory pushes people, because neither may silently replace the other.
#[crate::boxed]
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

/// Compares a list with the account on another thread, because both may be long. Returns the list
/// and the question to confirm.
///
/// # Errors
///
/// When the thread broke off.
#[crate::boxed]
pub async fn compared(
    list: Vec<ImportedPerson>,
    account: Arc<AccountSnapshot>,
) -> Result<(Vec<ImportedPerson>, Option<String>), Error> {
    run_blocking(move || {
        let would = WouldLeave::of(&list, account.roster(), account.application, account.today);
        let doubt = would.doubt();
        Ok((list, doubt))
    })
    .await
}

/// The people who would count as having left if a list were imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WouldLeave {
    /// People with a licence who are not on the list, or whose last day has passed.
    pub leavers: usize,
    /// All people with a licence.
    pub licensed: usize,
}

impl WouldLeave {
    /// Compares a list with the people who have a licence.
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

    /// The question to confirm before the import. Needed if more than a tenth of the licensed people
    /// would count as having left, because then the list is more likely to be incomplete.
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::time::{Duration, Instant};

    use super::*;

    fn file(lines: usize) -> Vec<u8> {
        let mut text = String::from("email,left_on\r\n");
        for number in 0..lines {
            write!(text, "person{number}@example.com,2026-01-31\r\n").unwrap();
        }
        text.into_bytes()
    }

    /// The shortest of three times, because other programs use the machine too.
    fn time_of(lines: usize) -> Duration {
        let text = file(lines);
        let run = |_| {
            let started = Instant::now();
            let read = read_csv(&text, None, &Stop::default()).unwrap();
            assert_eq!(read.people.len(), lines);
            started.elapsed()
        };
        (0..3).map(run).min().unwrap()
    }

    #[test]
    fn of_several_lines_about_one_person_the_open_one_counts() {
        let file = b"Email;Left on;Name\nann@x.test;31.01.2025;Ann\nbob@x.test;1.3.2024;Bob\n\
            ANN@x.test;;Ann\nbob@x.test;1.2.2025;Bob\n";
        let read = read_csv(file, None, &Stop::default()).unwrap();
        let left: Vec<_> = read
            .people
            .iter()
            .map(|person| {
                (
                    person.email.as_str(),
                    person.left_on.map(|day| day.to_string()),
                )
            })
            .collect();
        assert_eq!(
            left,
            [
                ("ann@x.test", None),
                ("bob@x.test", Some("2025-02-01".to_owned()))
            ]
        );
        assert_eq!(read.ignored, ["name"]);
        let slashes = b"email,left_on\nann@x.test,1/2/2025\n";
        let fault = read_csv(slashes, None, &Stop::default()).unwrap_err();
        assert!(fault[0].to_string().contains("order of the dates"));
    }

    #[test]
    fn s31_the_time_of_an_import_grows_with_its_lines_and_not_with_their_square() {
        let (short, long) = (time_of(MOST_PEOPLE / 8), time_of(MOST_PEOPLE));
        println!("{MOST_PEOPLE} lines: {long:?}; an eighth of them: {short:?}");
        // Eight times the lines would need 64 times the time.
        assert!(long < short * 24, "{short:?} and {long:?}");
    }
}
