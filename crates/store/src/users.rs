//! Reading users, their addresses and groups.

use model::{Group, IntegrationId, Timestamp, User};

use crate::{Result, Store};

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

impl Store {
    /// Hands every user to `each`, in no particular order, holding one at a time in memory.
    pub async fn for_each_user(
        &self,
        _id: IntegrationId,
        _include_removed: bool,
        _each: impl FnMut(User) + Send,
    ) -> Result<()> {
        todo!()
    }

    /// One user by key.
    pub async fn user(&self, _id: IntegrationId, _key: &str) -> Result<Option<User>> {
        todo!()
    }

    /// Users who have or had this address (any case), by key.
    pub async fn users_by_email(&self, _id: IntegrationId, _email: &str) -> Result<Vec<User>> {
        todo!()
    }

    /// Every address that a user has or had, by user.
    pub async fn user_emails(&self, _id: IntegrationId) -> Result<Vec<UserEmail>> {
        todo!()
    }

    /// All groups, by id.
    pub async fn groups(&self, _id: IntegrationId) -> Result<Vec<Group>> {
        todo!()
    }
}
