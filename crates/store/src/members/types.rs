//! The organisation and its members as types and rows.

use model::{MemberId, Role, Timestamp};

use crate::db::Row;
use crate::{Error, Result};

/// The organisation that uses this installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    pub id: i64,
    pub name: String,
    /// Days without activity after which a user counts as inactive, unless a page sets another
    /// number.
    pub inactive_days: i32,
    pub created_at: Timestamp,
}

/// A person with an account in Seatwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: MemberId,
    /// E-mail address as entered; unique without regard to case.
    pub email: String,
    pub name: String,
    pub role: Role,
    /// A disabled member cannot sign in.
    pub disabled: bool,
    pub created_at: Timestamp,
    /// Time of the last sign-in with the password.
    pub last_sign_in: Option<Timestamp>,
}

#[derive(Clone)]
pub struct NewMember {
    pub email: String,
    pub name: String,
    /// Hash of the password (a PHC string), never the password itself.
    pub password_hash: String,
}

impl std::fmt::Debug for NewMember {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewMember")
            .field("email", &self.email)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

macro_rules! member_columns {
    () => {
        "m.member_id, m.email, m.name, m.role, m.disabled, m.created_at, m.last_sign_in"
    };
}

pub(crate) use member_columns;

impl Member {
    pub(crate) fn read(row: &Row) -> Result<Self> {
        let role = row.str("role")?;
        Ok(Self {
            id: MemberId(row.int("member_id")?),
            email: row.text("email")?,
            name: row.text("name")?,
            role: Role::from_value(role)
                .ok_or_else(|| Error::corrupt(format!("role `{role}` of a member")))?,
            disabled: row.flag("disabled")?,
            created_at: row.time("created_at")?,
            last_sign_in: row.opt_time("last_sign_in")?,
        })
    }
}
