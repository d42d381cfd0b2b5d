//! Reading users, their addresses and groups.

use model::{Fields, Group, IntegrationId, Timestamp, User};

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

/// Columns of a user in the order in which [`read`] takes them.
macro_rules! user_columns {
    () => {
        "user_key, external_id, email, display_name, group_ids, created_at, listed_sign_in, fields, \
         details, details_at, first_seen, removed_at"
    };
}

fn read(row: &Row) -> Result<User> {
    let key = row.text(0)?;
    let corrupt = |what: &str| Error::corrupt(format!("{what} of user {key}"));
    Ok(User {
        external_id: row.opt_text(1)?,
        email: row.text(2)?,
        display_name: row.text(3)?,
        groups: match row.str(4)? {
            "[]" => Vec::new(),
            text => serde_json::from_str(text).map_err(|_| corrupt("groups"))?,
        },
        created_at: row.opt_time(5)?,
        listed_sign_in: row.opt_time(6)?,
        fields: fields(row.str(7)?).ok_or_else(|| corrupt("fields"))?,
        details: fields(row.str(8)?).ok_or_else(|| corrupt("details"))?,
        details_at: row.opt_time(9)?,
        first_seen: row.time(10)?,
        removed_at: row.opt_time(11)?,
        key,
    })
}

fn fields(text: &str) -> Option<Fields> {
    match text {
        "{}" => Some(Fields::new()),
        text => serde_json::from_str(text).ok(),
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
                        user_key: row.text(0)?,
                        email: row.text(1)?,
                        since: row.time(2)?,
                        until: row.opt_time(3)?,
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
                    id: row.text(0)?,
                    name: row.text(1)?,
                    total_members: row.opt_int(2)?,
                })
            })
            .collect()
    }
}
