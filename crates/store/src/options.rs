//! Options for opening a store: its place, its key, its clocks, and the intention.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use model::Clock;

use crate::key::MasterKey;

#[derive(Clone)]
pub enum StoreLocation {
    /// In the file `seatwise.db` of this directory, which is created when missing.
    Sqlite(PathBuf),
    /// In memory, for tests and tools; lost when the store is closed.
    SqliteMemory,
    /// In a PostgreSQL database (`postgres://…`).
    Postgres(String),
}

impl fmt::Debug for StoreLocation {
    /// Leaves out the address of a database, because it may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(directory) => f.debug_tuple("Sqlite").field(directory).finish(),
            Self::SqliteMemory => f.write_str("SqliteMemory"),
            Self::Postgres(_) => f.write_str("Postgres([REDACTED])"),
        }
    }
}

/// The clock that decides whether a lease has expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseClock {
    /// The clock of the database, which all processes share: `clock_timestamp()` of PostgreSQL.
    /// `SQLite` has one process, whose clock is used.
    Database,
    /// Always [`StoreOptions::clock`]: for tests with simulated time.
    Given,
}

/// The intention with which a process opens the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreAccess {
    /// Serve the data: migrates the schema and waits for a database server that is late. Only one
    /// process at a time can serve a file of `SQLite`; several can serve one PostgreSQL database.
    Serve,
    /// Change the data beside a process that serves it, as command line tools do: migrates the
    /// schema.
    Change,
    /// Change the data while no other process may have it open: migrates the schema, and is refused while
    /// another process serves the data or changes it.
    Alone,
    /// Read the data. Opening changes nothing, so a schema of another version is refused.
    Look,
}

/// Options for opening a [`Store`](crate::Store).
#[derive(Clone)]
pub struct StoreOptions {
    pub location: StoreLocation,
    pub key: MasterKey,
    /// Clock for leases (see [`LeaseClock`]); all other times are parameters of the methods.
    pub clock: Arc<dyn Clock>,
    pub lease_clock: LeaseClock,
    pub access: StoreAccess,
}
