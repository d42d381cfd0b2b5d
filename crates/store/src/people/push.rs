//! Changes that a directory pushes. A push without a difference writes nothing.

use model::{Day, IntegrationId, Timestamp};
use serde_json::json;

use super::directory::{COLUMNS, DirectoryEntry, DirectoryPerson, read};
use crate::audit::record;
use crate::db::{Tx, args};
use crate::revision::bump_people_revision;
use crate::{Actor, Error, Result, Store, validate};

/// Largest number of people in a directory.
const PEOPLE: i64 = 500_000;

impl Store {
    /// Adds a person from a directory under a new id. An active person whose address was recorded
    /// as removed is an employee again.
    ///
    /// # Errors
    /// [`Error::Field`] with the SCIM name of the attribute (`userName`), [`Error::Taken`] when
    /// another person has the user name, [`Error::Conflict`] while an imported list is in place,
    /// [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
    pub async fn push_person(
        &self,
        id: IntegrationId,
        key: &str,
        entry: &DirectoryEntry,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<DirectoryPerson> {
        let entry = checked(entry)?;
        let mut tx = self.begin().await?;
        begin_push(&mut tx, id).await?;
        check_user_name_is_free(&mut tx, id, key, &entry.user_name).await?;
        let people = tx
            .one(
                "SELECT COUNT(*) AS total FROM directory_people WHERE integration_id = $1",
                args![id],
            )
            .await?
            .int("total")?;
        if people >= PEOPLE {
            return Err(Error::conflict(format!(
                "the directory has {people} people already, which is the most that is kept"
            )));
        }
        let before = forget_removal(&mut tx, id, &entry).await?;
        let person = DirectoryPerson {
            id: key.to_owned(),
            left_on: (!entry.active).then(|| before.unwrap_or_else(|| now.day())),
            entry,
            created_at: now,
            updated_at: now,
        };
        tx.execute(
            "INSERT INTO directory_people (integration_id, person_id, user_name, user_name_key,
               external_id, email, active, left_on, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
            args![
                id,
                key,
                person.entry.user_name.as_str(),
                person.entry.user_name.to_lowercase(),
                person.entry.external_id.as_deref(),
                person.entry.email.as_deref(),
                i64::from(person.entry.active),
                person.left_on.map(|day| i64::from(day.0)),
                now
            ],
        )
        .await?;
        let detail = json!({ "person": key, "active": person.entry.active });
        finish_push(tx, id, "people.scim_create", &detail, actor, now).await?;
        Ok(person)
    }

    /// Changes the attributes of a person: `change` returns the new attributes for the present
    /// ones, under a lock. A deactivated person leaves on this day; an activated one is an employee
    /// again.
    ///
    /// # Errors
    /// As [`Store::push_person`], [`Error::NotFound`] also when the id is not known, and every
    /// error of `change`.
    pub async fn change_person<E: From<Error>>(
        &self,
        id: IntegrationId,
        key: &str,
        change: impl FnOnce(&DirectoryEntry) -> Result<DirectoryEntry, E> + Send,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<DirectoryPerson, E> {
        let mut tx = self.begin().await?;
        begin_push(&mut tx, id).await?;
        let person = person(&mut tx, id, key).await?;
        let entry = checked(&change(&person.entry)?)?;
        if entry == person.entry {
            return Ok(person);
        }
        check_user_name_is_free(&mut tx, id, key, &entry.user_name).await?;
        let changed = changed(&person.entry, &entry);
        let left_on = (!entry.active).then(|| person.left_on.unwrap_or_else(|| now.day()));
        if entry.active {
            forget_removal(&mut tx, id, &entry).await?;
        }
        let args = args![
            id,
            key,
            entry.user_name.as_str(),
            entry.user_name.to_lowercase(),
            entry.external_id.as_deref(),
            entry.email.as_deref(),
            i64::from(entry.active),
            left_on.map(|day| i64::from(day.0)),
            now
        ];
        tx.execute(
            "UPDATE directory_people SET user_name = $3, user_name_key = $4, external_id = $5,
               email = $6, active = $7, left_on = $8, updated_at = $9
             WHERE integration_id = $1 AND person_id = $2",
            args,
        )
        .await?;
        let detail = json!({ "person": key, "changed": changed, "active": entry.active });
        finish_push(tx, id, "people.scim_update", &detail, actor, now).await?;
        Ok(DirectoryPerson {
            id: person.id,
            entry,
            left_on,
            created_at: person.created_at,
            updated_at: now,
        })
    }

    /// Deletes a person who was deleted in the directory. The address stays with the last day: the
    /// day of the deactivation, or else today.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the id or the integration is not known, [`Error::Conflict`] while
    /// an imported list is in place.
    #[crate::boxed]
    pub async fn delete_person(
        &self,
        id: IntegrationId,
        key: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        begin_push(&mut tx, id).await?;
        let person = person(&mut tx, id, key).await?;
        tx.execute(
            "DELETE FROM directory_people WHERE integration_id = $1 AND person_id = $2",
            args![id, key],
        )
        .await?;
        if let Some(email) = person.entry.address() {
            let left_on = person.left_on.unwrap_or_else(|| now.day());
            tx.execute(
                "INSERT INTO directory_removals (integration_id, email, left_on, deactivated)
                 VALUES ($1, $2, $3, $4)
                 ON CONFLICT (integration_id, email) DO UPDATE SET
                   left_on = excluded.left_on, deactivated = excluded.deactivated",
                args![
                    id,
                    email,
                    i64::from(left_on.0),
                    i64::from(person.left_on.is_some())
                ],
            )
            .await?;
        }
        let detail = json!({ "person": key });
        finish_push(tx, id, "people.scim_delete", &detail, actor, now).await
    }
}

/// Begins a push: one at a time, and none while an imported list is in place.
async fn begin_push(tx: &mut Tx, id: IntegrationId) -> Result<()> {
    bump_people_revision(tx, id).await?;
    let list = tx
        .optional(
            "SELECT source FROM people_imports WHERE integration_id = $1",
            args![id],
        )
        .await?;
    match list {
        None => Ok(()),
        Some(list) => Err(Error::conflict(format!(
            "an imported list of employees ({}) is in place: remove it on the page “List of \
             employees” before a directory pushes people",
            list.str("source")?
        ))),
    }
}

/// Ends a push with its audit entry, which contains only our id of the person.
async fn finish_push(
    mut tx: Tx,
    id: IntegrationId,
    action: &'static str,
    detail: &serde_json::Value,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO directories (integration_id, since, changed_at) VALUES ($1, $2, $2)
         ON CONFLICT (integration_id) DO UPDATE SET changed_at = excluded.changed_at",
        args![id, now],
    )
    .await?;
    let target = format!("integration:{id}");
    record(&mut tx, actor, action, target, detail, now).await?;
    tx.commit().await
}

async fn person(tx: &mut Tx, id: IntegrationId, key: &str) -> Result<DirectoryPerson> {
    let sql = format!(
        "SELECT {COLUMNS} FROM directory_people WHERE integration_id = $1 AND person_id = $2"
    );
    // Safe, because the columns are a constant.
    let row = tx.optional(sqlx::AssertSqlSafe(sql), args![id, key]);
    let row = row.await?.ok_or_else(|| Error::not_found("such person"))?;
    read(&row)
}

/// Refuses a user name that another person has.
async fn check_user_name_is_free(
    tx: &mut Tx,
    id: IntegrationId,
    key: &str,
    user_name: &str,
) -> Result<()> {
    let other = tx
        .optional(
            "SELECT person_id FROM directory_people
             WHERE integration_id = $1 AND user_name_key = $2 AND person_id <> $3",
            args![id, user_name.to_lowercase(), key],
        )
        .await?;
    match other {
        None => Ok(()),
        Some(_) => Err(Error::Taken {
            what: "userName is another person's already: use a name that nobody else has, in \
                   any case"
                .to_owned(),
        }),
    }
}

/// Deletes the recorded removal of an address and returns its last day.
async fn forget_removal(
    tx: &mut Tx,
    id: IntegrationId,
    entry: &DirectoryEntry,
) -> Result<Option<Day>> {
    let Some(email) = entry.address() else {
        return Ok(None);
    };
    let removed = tx
        .optional(
            "DELETE FROM directory_removals WHERE integration_id = $1 AND email = $2
             RETURNING left_on",
            args![id, email],
        )
        .await?;
    removed.map(|row| row.day("left_on")).transpose()
}

/// Validates and normalises the attributes.
fn checked(entry: &DirectoryEntry) -> Result<DirectoryEntry> {
    let user_name = entry.user_name.trim();
    validate::required_line("userName", user_name, validate::EMAIL)?;
    let filled = |text: &&str| !text.trim().is_empty();
    let external_id = entry.external_id.as_deref().filter(filled);
    if let Some(external_id) = external_id {
        validate::line("externalId", external_id, validate::NAME)?;
    }
    let email = entry.email.as_deref().map(str::trim).filter(filled);
    if let Some(email) = email {
        validate::email("emails.value", email)?;
    }
    Ok(DirectoryEntry {
        user_name: user_name.to_owned(),
        external_id: external_id.map(str::to_owned),
        email: email.map(str::to_lowercase),
        active: entry.active,
    })
}

/// The SCIM names of the attributes that differ.
fn changed(one: &DirectoryEntry, other: &DirectoryEntry) -> Vec<&'static str> {
    [
        ("userName", one.user_name != other.user_name),
        ("externalId", one.external_id != other.external_id),
        ("emails", one.email != other.email),
        ("active", one.active != other.active),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}
