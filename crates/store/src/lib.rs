//! Everything that Seatwise keeps: one `SQLite` file or a PostgreSQL database behind the same
//! methods. This crate alone knows SQL. Rows, checkpoint and lease fence of a sync are written in
//! one transaction ([`Store::apply`]); every change that somebody asked for leaves an audit entry
//! in its transaction; secrets are sealed with the master key and bound to their row. No method
//! reads a clock, `now` is always given; only leases may use the clock of the database
//! ([`LeaseClock`]).

pub mod crash;

mod account;
mod api_tokens;
mod audit;
mod connections;
mod error;
mod history;
mod integrations;
mod key;
mod leases;
mod members;
mod oauth;
mod progress;
mod runs;
mod sessions;
mod users;
mod write;

use std::path::PathBuf;
use std::sync::Arc;

use model::Clock;

pub use account::{AccountSettings, HostReportPeriod, Quarantined};
pub use api_tokens::ApiToken;
pub use audit::{Actor, AuditEntry};
pub use connections::{Connection, Credentials, Tokens};
pub use error::{Error, Result};
pub use history::{AdminChangeFilter, HostedDay, Page, SignInDay, SignInFilter};
pub use integrations::{IntegrationSettings, NewIntegration};
pub use key::MasterKey;
pub use leases::{Lease, Renewed};
pub use members::{Member, NewMember, Organisation};
pub use oauth::{OAuthApp, PendingAuthorisation};
pub use progress::DueUser;
pub use runs::{Run, RunTotals};
pub use sessions::Session;
pub use users::UserEmail;
pub use write::{Applied, Details, History, HostReport, ListedUser, Write};

/// Everything that Seatwise keeps. Cheap to clone: clones share connections.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner;

/// Where the data live.
#[derive(Debug, Clone)]
pub enum Location {
    /// In the file `seatwise.db` of this directory, which is made when missing.
    Sqlite(PathBuf),
    /// In memory, gone when the store is closed: for tests and tools.
    SqliteMemory,
    /// In a PostgreSQL database (`postgres://…`).
    Postgres(String),
}

/// Whose time decides whether a lease has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseClock {
    /// The database's, which every process shares: `clock_timestamp()` of PostgreSQL. `SQLite` has
    /// one process, whose clock is used.
    Database,
    /// Always [`Options::clock`]: for tests with a simulated time.
    Given,
}

/// How to open a [`Store`].
#[derive(Clone)]
pub struct Options {
    /// Where the data live.
    pub location: Location,
    /// Seals secrets.
    pub key: MasterKey,
    /// Tells the time for leases (see [`LeaseClock`]); all other times are given to the methods.
    pub clock: Arc<dyn Clock>,
    /// Whose time decides over leases.
    pub lease_clock: LeaseClock,
}

/// What [`Store::check`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Engine with its version, for people: `SQLite 3.50.4`.
    pub engine: String,
    /// Number of the last migration that was applied.
    pub schema_version: i64,
    /// What the engine's own integrity check complains of; `None` when it is content (PostgreSQL
    /// has no such check and always is).
    pub integrity: Option<String>,
    /// Whether the master key is the one that sealed this database's secrets.
    pub key_ok: bool,
}

impl Store {
    /// Opens the store and migrates its schema to the newest version.
    ///
    /// # Errors
    /// [`Error::InUse`] when another process has the file open, [`Error::NewerSchema`] (and nothing
    /// is touched) when a newer version of Seatwise wrote it.
    pub async fn open(_options: Options) -> Result<Self> {
        todo!()
    }

    /// Closes all connections after what is going on has ended.
    pub async fn close(&self) {
        todo!()
    }

    /// Looks at the state of the database: engine, schema, integrity, key.
    pub async fn check(&self) -> Result<Check> {
        todo!()
    }

    /// Every data row as text, sorted by natural key, without what legitimately differs between
    /// two ways to the same end (moments of reading, leases, tokens, runs): for tests.
    pub async fn dump(&self) -> Result<String> {
        todo!()
    }
}
