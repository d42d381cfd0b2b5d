//! Errors of the store, as sentences that can be shown to people. No error contains a secret.

use std::path::PathBuf;

use crate::storage_fault::StorageFault;

/// Result of a method of the store.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused the statement, cannot be reached or is full.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
    /// The master key cannot be used.
    #[error("no usable master key: {reason}")]
    KeyMissing {
        /// The problem with the key.
        reason: String,
    },
    /// A sealed value cannot be opened: it was sealed with another master key, changed or moved.
    #[error("{what} cannot be unsealed: it was sealed with another master key, changed or moved")]
    Sealed {
        /// The value as table/row/column.
        what: String,
    },
    /// Another process has taken over the lease. Nothing was written.
    #[error("the lease was lost to another process")]
    LeaseLost,
    /// The change contradicts the stored data.
    #[error("{what}")]
    Conflict {
        /// The contradiction as a sentence.
        what: String,
    },
    /// A value that must be unique is used by another object.
    #[error("{what}")]
    Taken {
        /// The value, and a valid choice.
        what: String,
    },
    /// The object does not exist.
    #[error("there is no {what}")]
    NotFound {
        /// The object, for example `integration 7`.
        what: String,
    },
    /// A value given by a caller is malformed, for example a damaged cursor.
    #[error("{what} is not valid")]
    Invalid { what: String },
    /// A field of the input is out of range. Nothing was changed.
    #[error("{field} {wrong}: {right}")]
    Field {
        /// Path of the field: `quantity`, `contracts[2].quantity`.
        field: String,
        /// The problem: `is -1`.
        wrong: String,
        /// A valid choice: `use 0 to 10000000`.
        right: String,
    },
    /// A newer version of Seatwise has changed the schema. Nothing was changed.
    #[error(
        "the database has schema version {found} but this version of Seatwise knows only {known}: use a newer version"
    )]
    NewerSchema {
        /// Schema version of the database.
        found: i64,
        /// Newest schema version that this program supports.
        known: i64,
    },
    /// The schema is older than this version of Seatwise needs, and the caller may not migrate it.
    #[error(
        "the database has schema version {found} and this version of Seatwise needs {needed}: start \
         `seatwise serve` once, which brings it up to date"
    )]
    OlderSchema { found: i64, needed: i64 },
    /// The database file was deleted or replaced while it was open. Nothing was written.
    #[error(
        "{} was deleted or replaced while Seatwise was running, so nothing more is stored: stop \
         Seatwise, put the file back from where it went or from a backup, and start again",
        path.display()
    )]
    FileReplaced { path: PathBuf },
    /// A connection pooler stands between Seatwise and PostgreSQL and is not set up for it.
    #[error(
        "the connection pooler in front of PostgreSQL does not keep prepared statements: {reason}. \
         Set `pool_mode = session`, or `max_prepared_statements = 200` in PgBouncer 1.21 or newer, \
         or give the address of PostgreSQL itself"
    )]
    Pooler {
        /// The message of the pooler or of PostgreSQL.
        reason: String,
    },
    /// Another process has the database file open.
    #[error("{} is in use by another Seatwise process", path.display())]
    InUse { path: PathBuf },
    /// A backup cannot be used: it is none, damaged, of a newer version, or sealed with another key.
    /// Nothing was changed.
    #[error("{} {reason}", path.display())]
    Backup {
        path: PathBuf,
        /// The rest of the sentence.
        reason: String,
    },
    /// A stored value is not one that this program writes.
    #[error("the database holds something unexpected: {what}")]
    Corrupt {
        /// The value and its place.
        what: String,
    },
    /// A file or directory cannot be used.
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        /// The error of the operating system.
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

    /// The fault of the disk or the server that kept the database from working; `None` for all
    /// other errors.
    #[must_use]
    pub fn storage_fault(&self) -> Option<StorageFault> {
        match self {
            Self::Database(error) => StorageFault::of(error),
            Self::FileReplaced { .. } => Some(StorageFault::Replaced),
            _ => None,
        }
    }

    /// Whether the same call may succeed later: the database is away or busy, or chose this
    /// transaction to resolve a conflict.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.is_rolled_back()
            || self.storage_fault() == Some(StorageFault::Unreachable)
            // SQLite: busy, locked.
            || matches!(self, Self::Database(sqlx::Error::Database(error))
                if matches!(error.code().as_deref(), Some("5" | "6")))
    }

    /// Whether a lock of another transaction was waited for in vain. PostgreSQL: lock not available.
    pub(crate) fn is_lock_timeout(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error))
            if error.code().as_deref() == Some("55P03"))
    }

    /// Whether the transaction was certainly rolled back and can be repeated at once.
    pub(crate) fn is_rolled_back(&self) -> bool {
        // PostgreSQL: serialization failure, deadlock, lock not available.
        matches!(self, Self::Database(sqlx::Error::Database(error))
            if matches!(error.code().as_deref(), Some("40001" | "40P01" | "55P03")))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match pooler_refusal(&error) {
            Some(reason) => Self::Pooler { reason },
            None => Self::Database(error),
        }
    }
}

/// The message of an error that only a connection pooler causes: a prepared statement exists twice
/// or not at all, because each transaction got another connection to the server.
fn pooler_refusal(error: &sqlx::Error) -> Option<String> {
    let sqlx::Error::Database(error) = error else {
        return None;
    };
    let pooled = match error.code().as_deref() {
        Some("42P05" | "26000") => true,
        // PgBouncer reports its own refusals under this code.
        Some("08P01") => error.message().contains("startup parameter"),
        _ => false,
    };
    pooled.then(|| error.message().to_owned())
}
