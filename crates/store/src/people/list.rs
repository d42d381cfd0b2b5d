//! The imported list of employees: a user who is not on it, or whose last day has passed, is a
//! leaver. A list and a pushed directory exclude each other, and removing removes either.

use std::collections::BTreeMap;

use model::{Day, IntegrationId, Timestamp};
use serde_json::json;

use crate::audit::record;
use crate::db::{Bulk, args};
use crate::revision::bump_people_revision;
use crate::{Actor, Error, Result, Store, validate};

/// Largest number of people on a list.
const PEOPLE: usize = 500_000;
const ADD: Bulk = Bulk {
    head: "INSERT INTO imported_people (integration_id, email, left_on)",
    columns: 3,
    tail: "",
};

/// Statements that delete the people of a list and of a directory.
const PEOPLE_OF: [&str; 3] = [
    "DELETE FROM imported_people WHERE integration_id = $1",
    "DELETE FROM directory_people WHERE integration_id = $1",
    "DELETE FROM directory_removals WHERE integration_id = $1",
];

/// A person on the list of employees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedPerson {
    /// E-mail address, stored in lower case.
    pub email: String,
    /// Last working day, when it is known.
    pub left_on: Option<Day>,
}

/// The list of the last import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleImport {
    pub read_at: Timestamp,
    /// Source of the list, for example the name of the file.
    pub source: String,
    /// All people on it, by address.
    pub people: Vec<ImportedPerson>,
}

impl Store {
    /// Replaces the list of employees of an integration. Of several entries with the same address
    /// (in any case) the last one is stored.
    ///
    /// # Errors
    /// [`Error::Field`] with the entry (`people[2].email`, counted from 0), also for an empty list,
    /// because every user would be a leaver then. [`Error::Conflict`] while a directory pushes
    /// people, [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
    pub async fn import_people(
        &self,
        id: IntegrationId,
        people: &[ImportedPerson],
        source: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        validate::required_line("source", source, validate::NAME)?;
        validate::count("people", people.len(), PEOPLE)?;
        if people.is_empty() {
            return Err(Error::field(
                "people",
                "is empty",
                "import a list of all employees",
            ));
        }
        let mut by_email = BTreeMap::new();
        for (position, person) in people.iter().enumerate() {
            let email = person.email.trim();
            validate::in_list("people", position, validate::email("email", email))?;
            if let Some(day) = person.left_on {
                validate::in_list("people", position, validate::day("left_on", day))?;
            }
            by_email.insert(email.to_lowercase(), person.left_on);
        }
        let mut tx = self.begin().await?;
        bump_people_revision(&mut tx, id).await?;
        let pushed = tx.optional(
            "SELECT integration_id FROM directories WHERE integration_id = $1",
            args![id],
        );
        if pushed.await?.is_some() {
            return Err(Error::conflict(
                "a directory pushes employees to this account: stop it there and remove what it \
                 pushed before a list is imported",
            ));
        }
        tx.execute(
            "DELETE FROM imported_people WHERE integration_id = $1",
            args![id],
        )
        .await?;
        tx.execute(
            "INSERT INTO people_imports (integration_id, source, read_at) VALUES ($1, $2, $3)
             ON CONFLICT (integration_id) DO UPDATE SET
               source = excluded.source, read_at = excluded.read_at",
            args![id, source, now],
        )
        .await?;
        let detail = json!({ "source": source, "people": by_email.len() });
        let rows = by_email
            .into_iter()
            .flat_map(|(email, left)| args![id, email, left.map(|day| i64::from(day.0))])
            .collect();
        tx.bulk(&ADD, rows).await?;
        let target = format!("integration:{id}");
        record(&mut tx, actor, "people.import", target, &detail, now).await?;
        tx.commit().await
    }

    /// The list of the last import; `None` before the first one.
    #[crate::boxed]
    pub async fn imported_people(&self, id: IntegrationId) -> Result<Option<PeopleImport>> {
        let mut reader = self.read().await?;
        let import = reader
            .optional(
                "SELECT read_at, source FROM people_imports WHERE integration_id = $1",
                args![id],
            )
            .await?;
        let Some(import) = import else {
            return Ok(None);
        };
        let mut people = Vec::new();
        reader
            .each(
                "SELECT email, left_on FROM imported_people WHERE integration_id = $1 ORDER BY email",
                args![id],
                |row| {
                    let left_on = row.opt_day("left_on")?;
                    people.push(ImportedPerson {
                        email: row.text("email")?,
                        left_on,
                    });
                    Ok(())
                },
            )
            .await?;
        Ok(Some(PeopleImport {
            read_at: import.time("read_at")?,
            source: import.text("source")?,
            people,
        }))
    }

    /// Deletes the list of employees or everything that a directory pushed. Returns whether there
    /// was one of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
    pub async fn remove_people(
        &self,
        id: IntegrationId,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        bump_people_revision(&mut tx, id).await?;
        let list = tx.execute(
            "DELETE FROM people_imports WHERE integration_id = $1",
            args![id],
        );
        let list = list.await? > 0;
        let pushed = tx.execute(
            "DELETE FROM directories WHERE integration_id = $1",
            args![id],
        );
        let pushed = pushed.await? > 0;
        if !(list || pushed) {
            return Ok(false);
        }
        for sql in PEOPLE_OF {
            tx.execute(sql, args![id]).await?;
        }
        let detail = json!({ "source": if pushed { "directory" } else { "list" } });
        let target = format!("integration:{id}");
        record(&mut tx, actor, "people.remove", target, &detail, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}
