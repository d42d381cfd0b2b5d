//! The organisation and its members as types.

use model::{MemberId, Role, Timestamp};

use crate::db::Row;
use crate::{Error, Result};

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

impl std::fmt::Debug for NewMember {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewMember")
            .field("email", &self.email)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Columns of a member in the order in which [`Member::read`] takes them.
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
