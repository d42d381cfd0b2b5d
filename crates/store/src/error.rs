//! What can go wrong with the store, as sentences that can be shown. No error carries a secret.

use std::path::PathBuf;

/// What a method of the store answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused, is away or is full.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
    /// The master key cannot be used.
    #[error("no usable master key: {reason}")]
    KeyMissing {
        /// What is wrong with it.
        reason: String,
    },
    /// A sealed value cannot be opened: another master key, or the value was changed or moved.
    #[error("{what} cannot be unsealed: it was sealed with another master key, changed or moved")]
    Sealed {
        /// The value: table/row/column.
        what: String,
    },
    /// Another process has taken over; what was to be written is not.
    #[error("the lease was lost to another process")]
    LeaseLost,
    /// The change contradicts what is there.
    #[error("{what}")]
    Conflict {
        /// What contradicts.
        what: String,
    },
    /// Somebody or something else has what has to be different for each.
    #[error("{what}")]
    Taken {
        /// What is taken, and what would be right.
        what: String,
    },
    /// There is no such thing.
    #[error("there is no {what}")]
    NotFound {
        /// The thing: `integration 7`.
        what: String,
    },
    /// A value given by a caller makes no sense (a damaged cursor, for example).
    #[error("{what} is not valid")]
    Invalid {
        /// The value.
        what: String,
    },
    /// A field of what was handed in is out of bounds; nothing was changed.
    #[error("{field} {wrong}: {right}")]
    Field {
        /// The field: `quantity`, `contracts[2].quantity`.
        field: String,
        /// What was wrong: `is -1`.
        wrong: String,
        /// What would be right: `use 0 to 10000000`.
        right: String,
    },
    /// A newer version of Seatwise has changed the schema. Nothing was touched.
    #[error(
        "the database has schema version {found} but this version of Seatwise knows only {known}: use a newer version"
    )]
    NewerSchema {
        /// Version of the database.
        found: i64,
        /// Newest version known here.
        known: i64,
    },
    /// Another process has the database file open.
    #[error("{} is in use by another Seatwise process", path.display())]
    InUse {
        /// The data directory.
        path: PathBuf,
    },
    /// A stored value is not what was written there.
    #[error("the database holds something unexpected: {what}")]
    Corrupt {
        /// What was found where.
        what: String,
    },
    /// A file or directory cannot be used.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound { what: what.into() }
    }

    pub(crate) fn field(
        field: impl Into<String>,
        wrong: impl Into<String>,
        right: impl Into<String>,
    ) -> Self {
        Self::Field {
            field: field.into(),
            wrong: wrong.into(),
            right: right.into(),
        }
    }

    pub(crate) fn conflict(what: impl Into<String>) -> Self {
        Self::Conflict { what: what.into() }
    }

    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    /// Whether trying the same again later may succeed: the database is away, busy or chose this
    /// transaction to resolve a conflict.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::Database(error)) => matches!(
                error.code().as_deref(),
                // PostgreSQL: serialization failure, deadlock, shutdowns, too many connections;
                // SQLite: busy, locked.
                Some("40001" | "40P01" | "57P01" | "57P02" | "57P03" | "53300" | "5" | "6")
            ),
            Self::Database(error) => matches!(
                error,
                sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed
            ),
            _ => false,
        }
    }

    /// Whether the transaction was certainly rolled back and may be repeated at once.
    pub(crate) fn is_rolled_back(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error))
            if matches!(error.code().as_deref(), Some("40001" | "40P01")))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}
