//! Employees as a directory pushes them (SCIM), one by one. Such a roster is never known to be
//! complete, so that only somebody who was deactivated or deleted there has left.

use model::{Day, IntegrationId, Timestamp};
use sqlx::AssertSqlSafe;

use crate::db::{Row, args};
use crate::{Result, Store, validate};

/// What a directory says of somebody, as far as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The name by which the directory knows them; nobody else's, in any case.
    pub user_name: String,
    /// The directory's own key for them.
    pub external_id: Option<String>,
    /// Their e-mail address at work; kept in lower case.
    pub email: Option<String>,
    /// Whether they are active there.
    pub active: bool,
}

impl DirectoryEntry {
    /// The address by which a user is recognised, in lower case: that at work, or the user name where
    /// it is an address.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        let address = self.email.as_ref().or_else(|| {
            let name = &self.user_name;
            validate::email("userName", name).is_ok().then_some(name)
        });
        address.map(|address| address.to_lowercase())
    }
}

/// Somebody in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryPerson {
    /// Our key for them, which never changes.
    pub id: String,
    /// What the directory says of them.
    pub entry: DirectoryEntry,
    /// The day (UTC) on which it arrived that they were deactivated; `None` while they are active.
    pub left_on: Option<Day>,
    /// When they were first pushed.
    pub created_at: Timestamp,
    /// When something about them last changed.
    pub updated_at: Timestamp,
}

/// Whom to look for in a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectoryFilter<'a> {
    /// Everybody.
    Everybody,
    /// Who has this key of ours.
    Id(&'a str),
    /// Who has this name, in any case.
    UserName(&'a str),
    /// Who has this key of the directory's.
    ExternalId(&'a str),
    /// Who has this address at work, in any case.
    Email(&'a str),
}

impl DirectoryFilter<'_> {
    /// A condition about `$2`, and what stands there.
    fn condition(self) -> (&'static str, String) {
        match self {
            // Nobody's key is empty.
            Self::Everybody => ("person_id <> $2", String::new()),
            Self::Id(id) => ("person_id = $2", id.to_owned()),
            Self::UserName(name) => ("user_name_key = $2", name.to_lowercase()),
            Self::ExternalId(id) => ("external_id = $2", id.to_owned()),
            Self::Email(email) => ("email = $2", email.to_lowercase()),
        }
    }
}

/// How a pushed directory stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// When the first person was pushed.
    pub since: Timestamp,
    /// When something last changed.
    pub changed_at: Timestamp,
    /// People who are active there.
    pub active: i64,
    /// People who were deactivated there.
    pub deactivated: i64,
    /// Addresses of people who were deleted there.
    pub removed: i64,
}

/// What a directory says of whoever has an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryStanding {
    /// The address, in lower case.
    pub email: String,
    /// How they left, when they did.
    pub departure: Option<Departure>,
}

/// How somebody left, and the day (UTC) on which that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// Deactivated in the directory, and deleted later perhaps.
    Deactivated(Day),
    /// Deleted there while they were active.
    Removed(Day),
}

/// Columns of a person in the order in which [`read`] takes them.
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
    /// How the directory of an integration stands; `None` when none has pushed anybody.
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

    /// People of a directory in the order of our keys, and how many there are in all.
    pub async fn directory_people(
        &self,
        id: IntegrationId,
        filter: DirectoryFilter<'_>,
        offset: u32,
        limit: u32,
    ) -> Result<(i64, Vec<DirectoryPerson>)> {
        let (condition, value) = filter.condition();
        let mut reader = self.read().await?;
        // Only names and conditions from the tables above.
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

    /// What the directory of an integration says of every address that it knows. One address may be
    /// there more than once.
    pub async fn directory_standings(&self, id: IntegrationId) -> Result<Vec<DirectoryStanding>> {
        let mut all = Vec::new();
        let mut reader = self.read().await?;
        let people = format!("SELECT {COLUMNS} FROM directory_people WHERE integration_id = $1");
        reader
            .each(AssertSqlSafe(people), args![id], |row| {
                let person = read(row)?;
                if let Some(email) = person.entry.address() {
                    all.push(DirectoryStanding {
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
                    all.push(DirectoryStanding {
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

    /// A number that moves on whenever the list of employees or the directory of an integration
    /// changes. 0 when there is no such integration.
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
