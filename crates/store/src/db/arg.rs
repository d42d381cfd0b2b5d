//! Arguments of SQL statements.

use std::borrow::Cow;

use model::{Day, IntegrationId, MemberId, Timestamp};
use sqlx::Arguments as _;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;

use crate::Result;

/// One argument of a statement.
#[derive(Debug, Clone)]
pub(crate) enum Arg<'a> {
    Int(Option<i64>),
    Text(Option<Cow<'a, str>>),
}

/// Replaces NUL by the replacement character for both engines, because PostgreSQL refuses NUL in
/// texts.
pub(crate) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

impl From<i64> for Arg<'_> {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}
impl From<i32> for Arg<'_> {
    fn from(value: i32) -> Self {
        Self::Int(Some(value.into()))
    }
}
impl From<u32> for Arg<'_> {
    fn from(value: u32) -> Self {
        Self::Int(Some(value.into()))
    }
}
impl From<bool> for Arg<'_> {
    fn from(value: bool) -> Self {
        Self::Int(Some(value.into()))
    }
}
impl From<Timestamp> for Arg<'_> {
    fn from(value: Timestamp) -> Self {
        Self::Int(Some(value.0))
    }
}
impl From<Day> for Arg<'_> {
    fn from(value: Day) -> Self {
        Self::Int(Some(value.0.into()))
    }
}
impl From<IntegrationId> for Arg<'_> {
    fn from(value: IntegrationId) -> Self {
        Self::Int(Some(value.0))
    }
}
impl From<MemberId> for Arg<'_> {
    fn from(value: MemberId) -> Self {
        Self::Int(Some(value.0))
    }
}
impl From<Option<i64>> for Arg<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}
impl From<Option<i32>> for Arg<'_> {
    fn from(value: Option<i32>) -> Self {
        Self::Int(value.map(Into::into))
    }
}
impl From<Option<Timestamp>> for Arg<'_> {
    fn from(value: Option<Timestamp>) -> Self {
        Self::Int(value.map(|at| at.0))
    }
}
impl<'a> From<&'a str> for Arg<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Some(without_nul(value)))
    }
}
impl<'a> From<&'a String> for Arg<'a> {
    fn from(value: &'a String) -> Self {
        Self::from(value.as_str())
    }
}
impl From<String> for Arg<'_> {
    fn from(value: String) -> Self {
        Self::Text(Some(if value.contains('\0') {
            Cow::Owned(value.replace('\0', "\u{fffd}"))
        } else {
            Cow::Owned(value)
        }))
    }
}
impl<'a> From<Option<&'a str>> for Arg<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Self::Text(value.map(without_nul))
    }
}

pub(super) fn sqlite_arguments(args: Vec<Arg<'_>>) -> Result<SqliteArguments> {
    let mut all = SqliteArguments::default();
    all.reserve(args.len(), 0);
    for arg in args {
        match arg {
            Arg::Int(value) => all.add(value),
            Arg::Text(value) => all.add(value.map(Cow::into_owned)),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(all)
}

pub(super) fn postgres_arguments(args: Vec<Arg<'_>>) -> Result<PgArguments> {
    let mut all = PgArguments::default();
    all.reserve(args.len(), args.len() * 16);
    for arg in args {
        match arg {
            Arg::Int(value) => all.add(value),
            Arg::Text(value) => all.add(value.as_deref()),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(all)
}

/// Converts its parameters to the arguments of a statement.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Arg::from($value)),*] };
}

pub(crate) use args;
