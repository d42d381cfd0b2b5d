//! Employees that a directory pushes one by one (SCIM). Such a directory may push only a part of
//! the employees, so a person counts as a leaver only after being deactivated or deleted there,
//! never because of being absent.

use model::{Day, IntegrationId, Timestamp};
use sqlx::AssertSqlSafe;

use crate::db::{Row, args};
use crate::{Result, Store, validate};

/// The stored attributes of a person in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The user name in the directory; unique without regard to case.
    pub user_name: String,
    /// The directory's own id of the person.
    pub external_id: Option<String>,
    /// E-mail address at work, in lower case.
    pub email: Option<String>,
    pub active: bool,
}

impl DirectoryEntry {
    /// The address that identifies the user, in lower case: the address at work or, without one, a
    /// user name that is an address.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        let address = self.email.as_ref().or_else(|| {
            let name = &self.user_name;
            validate::email("userName", name).is_ok().then_some(name)
        });
        address.map(|address| address.to_lowercase())
    }
}

/// A person in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryPerson {
    /// Our id of the person, which never changes.
    pub id: String,
    pub entry: DirectoryEntry,
    /// The day (UTC) on which the directory reported the deactivation; `None` while the person is
    /// active.
    pub left_on: Option<Day>,
    /// Time of the first push.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// Filter for people in a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectoryFilter<'a> {
    All,
    /// By our id.
    Id(&'a str),
    /// By user name, in any case.
    UserName(&'a str),
    /// By the directory's id.
    ExternalId(&'a str),
    /// By the address at work, in any case.
    Email(&'a str),
}

impl DirectoryFilter<'_> {
    /// A condition on `$2`, and its value.
    fn condition(self) -> (&'static str, String) {
        match self {
            // True for everybody, because no id is empty.
            Self::All => ("person_id <> $2", String::new()),
            Self::Id(id) => ("person_id = $2", id.to_owned()),
            Self::UserName(name) => ("user_name_key = $2", name.to_lowercase()),
            Self::ExternalId(id) => ("external_id = $2", id.to_owned()),
            Self::Email(email) => ("email = $2", email.to_lowercase()),
        }
    }
}

/// Summary of a pushed directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// Time of the first push.
    pub since: Timestamp,
    /// Time of the last change.
    pub changed_at: Timestamp,
    pub active: i64,
    pub deactivated: i64,
    /// Number of addresses of deleted people.
    pub removed: i64,
}

/// The status of an address in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryStatus {
    /// The address, in lower case.
    pub email: String,
    /// `None` while the person is active.
    pub departure: Option<Departure>,
}

/// How a person left, with the day (UTC) on which the directory reported it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// Deactivated in the directory; may have been deleted later.
    Deactivated(Day),
    /// Deleted in the directory while active.
    Removed(Day),
}

pub(super) const COLUMNS: &str =
    "person_id, user_name, external_id, email, active, left_on, created_at, updated_at";

pub(super) fn read(row: &Row) -> Result<DirectoryPerson> {
    Ok(DirectoryPerson {
        id: row.text("person_id")?,
        entry: DirectoryEntry {
            user_name: row.text("user_name")?,
            external_id: row.opt_text("external_id")?,
            email: row.opt_text("email")?,
            active: row.flag("active")?,
        },
        left_on: row.opt_day("left_on")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

impl Store {
    /// Summary of the directory of an integration; `None` when no directory has pushed anything.
    #[crate::boxed]
    pub async fn directory(&self, id: IntegrationId) -> Result<Option<Directory>> {
        let row = self
            .read()
            .await?
            .optional(
                "SELECT d.since, d.changed_at,
                   (SELECT COUNT(*) FROM directory_people p
                    WHERE p.integration_id = d.integration_id AND p.active = 1) AS active,
                   (SELECT COUNT(*) FROM directory_people p
                    WHERE p.integration_id = d.integration_id AND p.active = 0) AS deactivated,
                   (SELECT COUNT(*) FROM directory_removals r
                    WHERE r.integration_id = d.integration_id) AS removed
                 FROM directories d WHERE d.integration_id = $1",
                args![id],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Directory {
            since: row.time("since")?,
            changed_at: row.time("changed_at")?,
            active: row.int("active")?,
            deactivated: row.int("deactivated")?,
            removed: row.int("removed")?,
        }))
    }

    /// A page of the people in a directory, ordered by our ids, and their total number.
    pub async fn directory_people(
        &self,
        id: IntegrationId,
        filter: DirectoryFilter<'_>,
        offset: u32,
        limit: u32,
    ) -> Result<(i64, Vec<DirectoryPerson>)> {
        let (condition, value) = filter.condition();
        let mut reader = self.read().await?;
        // Safe, because columns and conditions are constants.
        let count = format!(
            "SELECT COUNT(*) AS total FROM directory_people WHERE integration_id = $1 AND {condition}"
        );
        let count = reader.one(AssertSqlSafe(count), args![id, value.as_str()]);
        let total = count.await?.int("total")?;
        let page = format!(
            "SELECT {COLUMNS} FROM directory_people WHERE integration_id = $1 AND {condition}
             ORDER BY person_id LIMIT $3 OFFSET $4"
        );
        let (limit, offset) = (i64::from(limit), i64::from(offset));
        let rows = reader
            .all(
                AssertSqlSafe(page),
                args![id, value.as_str(), limit, offset],
            )
            .await?;
        let people = rows.iter().map(read).collect::<Result<_>>()?;
        Ok((total, people))
    }

    /// The status of every address in the directory of an integration. An address may be listed
    /// more than once.
    #[crate::boxed]
    pub async fn directory_statuses(&self, id: IntegrationId) -> Result<Vec<DirectoryStatus>> {
        let mut all = Vec::new();
        let mut reader = self.read().await?;
        let people = format!("SELECT {COLUMNS} FROM directory_people WHERE integration_id = $1");
        reader
            .each(AssertSqlSafe(people), args![id], |row| {
                let person = read(row)?;
                if let Some(email) = person.entry.address() {
                    all.push(DirectoryStatus {
                        email,
                        departure: person.left_on.map(Departure::Deactivated),
                    });
                }
                Ok(())
            })
            .await?;
        reader
            .each(
                "SELECT email, left_on, deactivated FROM directory_removals
                 WHERE integration_id = $1",
                args![id],
                |row| {
                    let day = row.day("left_on")?;
                    all.push(DirectoryStatus {
                        email: row.text("email")?,
                        departure: Some(if row.flag("deactivated")? {
                            Departure::Deactivated(day)
                        } else {
                            Departure::Removed(day)
                        }),
                    });
                    Ok(())
                },
            )
            .await?;
        Ok(all)
    }

    /// A number that goes up with every change of the list of employees or the directory. 0 when
    /// the integration does not exist.
    #[crate::boxed]
    pub async fn people_revision(&self, id: IntegrationId) -> Result<i64> {
        self.read()
            .await?
            .optional(
                "SELECT people_revision FROM integrations WHERE integration_id = $1",
                args![id],
            )
            .await?
            .map_or(Ok(0), |row| row.int("people_revision"))
    }
}
