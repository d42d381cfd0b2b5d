//! Reading users, their addresses and groups.

use std::fmt;

use model::{FieldValue, Fields, Group, IntegrationId, Timestamp, User};
use serde::de;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::db::{Row, args};
use crate::{Error, Result, Store};

/// A present or former address of a user, because history rows contain only addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserEmail {
    pub user_key: String,
    /// In lower case.
    pub email: String,
    /// For the first address of a user, the time at which the account was created (0 when not
    /// known); for a later one, the time of the listing that first showed it.
    pub since: Timestamp,
    /// `None` for the present address.
    pub until: Option<Timestamp>,
}

/// The columns for [`read`]. JSON texts are concatenated into one column and times into another,
/// because each further column of a row costs more than its content.
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

/// [`Fields`], read directly instead of through serde's buffer for untagged values.
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
    /// Calls `each` for every user, in no particular order, with one user at a time in memory.
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

    #[crate::boxed]
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

    /// Users with this present or former address (in any case), by key.
    #[crate::boxed]
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

    /// All present and former addresses of users, by address.
    #[crate::boxed]
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

    #[crate::boxed]
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
