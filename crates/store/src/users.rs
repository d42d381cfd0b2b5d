//! Reading users, their addresses and groups.

use std::fmt;

use model::{FieldValue, Fields, Group, IntegrationId, Timestamp, User};
use serde::de;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::db::{Row, args};
use crate::{Error, Result, Store};

/// An address that a user has or had: history names people by address only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserEmail {
    /// Key of the user.
    pub user_key: String,
    /// E-mail address, lower case.
    pub email: String,
    /// Since when: for the address under which a user was first seen, when their account was made
    /// (the beginning of time when that is not known); for a later one, when a listing first showed it.
    pub since: Timestamp,
    /// Until when; `None` for the present one.
    pub until: Option<Timestamp>,
}

/// Columns of a user in the order in which [`read`] takes them. Columns cost more than what is in
/// them, so texts of JSON stand one after the other in one column, and numbers in another.
macro_rules! user_columns {
    () => {
        "user_key, external_id, email, display_name, group_ids || fields || details AS documents, \
         COALESCE(CAST(created_at AS TEXT), '') || ':' \
           || COALESCE(CAST(listed_sign_in AS TEXT), '') || ':' \
           || COALESCE(CAST(details_at AS TEXT), '') || ':' \
           || COALESCE(CAST(removed_at AS TEXT), '') || ':' || CAST(first_seen AS TEXT) AS times"
    };
}

fn read(row: &Row) -> Result<User> {
    let key = row.text("user_key")?;
    let corrupt = |what: &str| Error::corrupt(format!("{what} of user {key}"));
    let mut times = row.str("times")?.split(':').map(|time| match time {
        "" => Ok(None),
        time => time.parse().map(|ms| Some(Timestamp(ms))),
    });
    let mut time = || {
        times
            .next()
            .and_then(Result::ok)
            .ok_or_else(|| corrupt("times"))
    };
    let mut json = serde_json::Deserializer::from_str(row.str("documents")?);
    Ok(User {
        external_id: row.opt_text("external_id")?,
        email: row.text("email")?,
        display_name: row.text("display_name")?,
        groups: Vec::deserialize(&mut json).map_err(|_| corrupt("groups"))?,
        fields: StoredFields::deserialize(&mut json)
            .map_err(|_| corrupt("fields"))?
            .0,
        details: StoredFields::deserialize(&mut json)
            .map_err(|_| corrupt("details"))?
            .0,
        created_at: time()?,
        listed_sign_in: time()?,
        details_at: time()?,
        removed_at: time()?,
        first_seen: time()?.ok_or_else(|| corrupt("times"))?,
        key,
    })
}

/// [`Fields`], read without the detour that serde takes for values of any kind.
struct StoredFields(Fields);

struct StoredValue(FieldValue);

impl<'de> Deserialize<'de> for StoredFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = StoredFields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of fields")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StoredFields, A::Error> {
                let mut fields = Fields::new();
                while let Some((key, StoredValue(value))) = map.next_entry()? {
                    fields.insert(key, value);
                }
                Ok(StoredFields(fields))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

impl<'de> Deserialize<'de> for StoredValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Kinds;
        impl Visitor<'_> for Kinds {
            type Value = StoredValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("yes or no, a whole number or a text")
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<StoredValue, E> {
                Ok(StoredValue(FieldValue::YesNo(value)))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<StoredValue, E> {
                Ok(StoredValue(FieldValue::Integer(value)))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<StoredValue, E> {
                let value = i64::try_from(value).map_err(E::custom)?;
                Ok(StoredValue(FieldValue::Integer(value)))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<StoredValue, E> {
                Ok(StoredValue(FieldValue::Text(value.to_owned())))
            }
        }
        deserializer.deserialize_any(Kinds)
    }
}

impl Store {
    /// Hands every user to `each`, in no particular order, holding one at a time in memory.
    pub async fn for_each_user(
        &self,
        id: IntegrationId,
        include_removed: bool,
        mut each: impl FnMut(User) + Send,
    ) -> Result<()> {
        self.read()
            .await?
            .each(
                concat!(
                    "SELECT ",
                    user_columns!(),
                    " FROM users WHERE integration_id = $1 AND (removed_at IS NULL OR $2 = 1)"
                ),
                args![id, include_removed],
                |row| {
                    each(read(row)?);
                    Ok(())
                },
            )
            .await
    }

    /// One user by key.
    pub async fn user(&self, id: IntegrationId, key: &str) -> Result<Option<User>> {
        self.read()
            .await?
            .optional(
                concat!(
                    "SELECT ",
                    user_columns!(),
                    " FROM users WHERE integration_id = $1 AND user_key = $2"
                ),
                args![id, key],
            )
            .await?
            .as_ref()
            .map(read)
            .transpose()
    }

    /// Users who have or had this address (any case), by key.
    pub async fn users_by_email(&self, id: IntegrationId, email: &str) -> Result<Vec<User>> {
        self.read()
            .await?
            .all(
                concat!(
                    "SELECT ",
                    user_columns!(),
                    " FROM users WHERE integration_id = $1 AND user_key IN (
                       SELECT user_key FROM user_emails WHERE integration_id = $1 AND email = $2)
                     ORDER BY user_key"
                ),
                args![id, email.to_lowercase()],
            )
            .await?
            .iter()
            .map(read)
            .collect()
    }

    /// Every address that a user has or had, by address.
    pub async fn user_emails(&self, id: IntegrationId) -> Result<Vec<UserEmail>> {
        let mut emails = Vec::new();
        self.read()
            .await?
            .each(
                "SELECT user_key, email, since, until_at FROM user_emails
                 WHERE integration_id = $1 ORDER BY email, user_key, since",
                args![id],
                |row| {
                    emails.push(UserEmail {
                        user_key: row.text("user_key")?,
                        email: row.text("email")?,
                        since: row.time("since")?,
                        until: row.opt_time("until_at")?,
                    });
                    Ok(())
                },
            )
            .await?;
        Ok(emails)
    }

    /// All groups, by id.
    pub async fn groups(&self, id: IntegrationId) -> Result<Vec<Group>> {
        self.read()
            .await?
            .all(
                "SELECT group_id, name, total_members FROM user_groups
                 WHERE integration_id = $1 ORDER BY group_id",
                args![id],
            )
            .await?
            .iter()
            .map(|row| {
                Ok(Group {
                    id: row.text("group_id")?,
                    name: row.text("name")?,
                    total_members: row.opt_int("total_members")?,
                })
            })
            .collect()
    }
}
