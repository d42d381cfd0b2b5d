//! The organisation and those who sign in to Seatwise.

use model::{MemberId, Role, Timestamp};

use crate::{Actor, Result, Store};

/// The organisation that this Seatwise serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// After how many days without activity somebody counts as inactive, unless a page says otherwise.
    pub inactive_days: i32,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Somebody who signs in to Seatwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Their number.
    pub id: MemberId,
    /// E-mail address, as they wrote it; unique without regard to case.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they are kept out.
    pub disabled: bool,
    /// When they were added.
    pub created_at: Timestamp,
    /// When they last signed in with their password.
    pub last_sign_in: Option<Timestamp>,
}

/// Somebody to be added.
#[derive(Clone)]
pub struct NewMember {
    /// E-mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Hash of the password (a PHC string), never the password.
    pub password_hash: String,
}

impl Store {
    /// The organisation; `None` before there is an owner.
    pub async fn organisation(&self) -> Result<Option<Organisation>> {
        todo!()
    }

    /// Sets after how many days somebody counts as inactive by default.
    pub async fn set_inactive_days(
        &self,
        _days: i32,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<()> {
        todo!()
    }

    /// Makes the organisation with its first owner.
    ///
    /// # Errors
    /// [`Error::Conflict`](crate::Error::Conflict) when there is one already.
    pub async fn create_owner(
        &self,
        _organisation: &str,
        _owner: NewMember,
        _now: Timestamp,
    ) -> Result<Member> {
        todo!()
    }

    /// All members, by number.
    pub async fn members(&self) -> Result<Vec<Member>> {
        todo!()
    }

    /// One member.
    pub async fn member(&self, _id: MemberId) -> Result<Option<Member>> {
        todo!()
    }

    /// The member with this address (in any case) and the hash of their password.
    pub async fn member_by_email(&self, _email: &str) -> Result<Option<(Member, String)>> {
        todo!()
    }

    /// Adds a member.
    ///
    /// # Errors
    /// [`Error::Conflict`](crate::Error::Conflict) when the address is taken.
    pub async fn add_member(
        &self,
        _member: NewMember,
        _role: Role,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<Member> {
        todo!()
    }

    /// Changes a member's role and ends their sessions.
    ///
    /// # Errors
    /// [`Error::Conflict`](crate::Error::Conflict) when no enabled owner would be left.
    pub async fn set_member_role(
        &self,
        _id: MemberId,
        _role: Role,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<()> {
        todo!()
    }

    /// Keeps a member out, or lets them in again; ends their sessions.
    ///
    /// # Errors
    /// [`Error::Conflict`](crate::Error::Conflict) when no enabled owner would be left.
    pub async fn set_member_disabled(
        &self,
        _id: MemberId,
        _disabled: bool,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<()> {
        todo!()
    }

    /// Sets the hash of a member's password and ends their sessions.
    pub async fn set_password(
        &self,
        _id: MemberId,
        _password_hash: &str,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<()> {
        todo!()
    }
}
