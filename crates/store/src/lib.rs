//! Everything that Seatwise keeps: one `SQLite` file or a PostgreSQL database behind the same
//! methods. This crate alone knows SQL. Rows, checkpoint and lease fence of a sync are written in
//! one transaction ([`Store::apply`]); every change that somebody asked for leaves an audit entry
//! in its transaction; secrets are sealed with the master key and bound to their row. No method
//! reads a clock, `now` is always given; only leases may use the clock of the database
//! ([`LeaseClock`]).

pub mod crash;

mod account;
mod ahead;
mod api_tokens;
mod asks;
mod attachments;
mod audit;
mod bounds;
mod changes;
mod channels;
mod connections;
mod contracts;
mod db;
mod decisions;
mod directory;
mod dump;
mod duties;
mod erasing;
mod error;
mod forgetting;
mod history;
mod integrations;
mod key;
mod leases;
mod ledger;
mod members;
mod migrate;
mod notes;
mod oauth;
mod open;
mod outbox;
mod people;
mod prices;
mod progress;
mod rules;
mod runs;
mod sessions;
mod smtp;
mod timeline;
mod users;
mod write;
mod write_access;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use model::{Clock, Timestamp};
use secrecy::SecretString;

use db::{Db, Reader, Tx, args};

pub use account::{AccountSettings, HostReportPeriod, Quarantined};
pub use ahead::LicenceSpan;
pub use api_tokens::ApiToken;
pub use asks::{
    Answer, Cooling, Due, NewRequest, Request, RequestFilter, RequestId, RequestState, Silence,
};
pub use attachments::{ATTACHMENT_BYTES, Attachment};
pub use audit::{Actor, AuditEntry};
pub use changes::{Change, ChangeFilter, ChangeId, ChangeState, JournalEntry, NewChange};
pub use channels::{Channel, ChannelId, ChannelKind, ChannelSettings, Notice};
pub use connections::{Connection, Credentials, Tokens};
pub use contracts::check_terms;
pub use decisions::{Decision, DecisionScope, NewDecision};
pub use directory::{
    Departure, Directory, DirectoryEntry, DirectoryFilter, DirectoryPerson, DirectoryStanding,
};
pub use error::{Error, Result};
pub use history::{AdminChangeFilter, HostedDay, Page, SignInDay, SignInFilter};
pub use integrations::{IntegrationSettings, NewIntegration};
pub use key::MasterKey;
pub use leases::{Lease, Renewed};
pub use ledger::LedgerEntry;
pub use members::{Member, NewMember, Organisation};
pub use notes::{AskTemplate, SeenFindings};
pub use oauth::{OAuthApp, PendingAuthorisation, Returned};
pub use open::{DATABASE_FILE, make_private};
pub use outbox::{Message, MessageId, MessageState, NewMessage, SentMessage};
pub use people::{ImportedPerson, PeopleImport};
pub use progress::DueUser;
pub use rules::RuleSettings;
pub use runs::{Run, RunTotals};
pub use sessions::Session;
pub use smtp::{SmtpSecurity, SmtpSettings};
pub use timeline::{FindingEvent, FindingEventKind};
pub use users::UserEmail;
pub use write::{Applied, Details, History, ListedUser, Write};
pub use write_access::ChangeAccess;

/// Everything that Seatwise keeps. Cheap to clone: clones share connections.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    key: MasterKey,
    /// Whether `key` sealed the secrets of this database.
    key_ok: bool,
    clock: Arc<dyn Clock>,
    lease_clock: LeaseClock,
    /// Held as long as a file is open, so that no second process opens it.
    lock: Mutex<Option<open::FileLock>>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("db", &self.db)
            .finish_non_exhaustive()
    }
}

/// Where the data live.
#[derive(Clone)]
pub enum Location {
    /// In the file `seatwise.db` of this directory, which is made when missing.
    Sqlite(PathBuf),
    /// In memory, gone when the store is closed: for tests and tools.
    SqliteMemory,
    /// In a PostgreSQL database (`postgres://…`).
    Postgres(String),
}

impl fmt::Debug for Location {
    /// The address of a database may hold a password, so it is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(directory) => f.debug_tuple("Sqlite").field(directory).finish(),
            Self::SqliteMemory => f.write_str("SqliteMemory"),
            Self::Postgres(_) => f.write_str("Postgres([REDACTED])"),
        }
    }
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
    /// Whether this process serves the data and so must be the only one that does (`SQLite` only:
    /// several may serve one PostgreSQL database). Tools on the command line share the file with it.
    pub exclusive: bool,
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
    async fn begin(&self) -> Result<Tx> {
        self.inner.db.begin().await
    }

    async fn read(&self) -> Result<Reader> {
        self.inner.db.read().await
    }

    /// Seals a secret for its place, if the key is the one that sealed the others.
    fn seal(&self, place: &str, secret: &SecretString) -> Result<String> {
        if self.inner.key_ok {
            self.inner.key.seal(place, secret)
        } else {
            Err(Error::KeyMissing {
                reason: "this database was sealed with another one".to_owned(),
            })
        }
    }

    fn unseal(&self, place: &str, sealed: &str) -> Result<SecretString> {
        self.inner.key.unseal(place, sealed)
    }

    /// Signs a message for one purpose with a key that is derived from the master key: HMAC-SHA256.
    /// A signature for one purpose is none for another.
    #[must_use]
    pub fn sign(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        self.inner.key.sign(purpose, message)
    }

    /// Whether [`Store::sign`] made this signature for this purpose and message; how long that takes
    /// tells nothing about the right one.
    #[must_use]
    pub fn verify(&self, purpose: &str, message: &[u8], signature: &[u8]) -> bool {
        self.inner.key.verify(purpose, message, signature)
    }

    /// The time that decides over leases. Ask before a transaction begins: time spent waiting for
    /// locks then makes a lease shorter, never longer.
    async fn lease_now(&self) -> Result<Timestamp> {
        match (&self.inner.db, self.inner.lease_clock) {
            (Db::Postgres(_), LeaseClock::Database) => self
                .read()
                .await?
                .one(
                    "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
                    args![],
                )
                .await?
                .time(0),
            _ => Ok(self.inner.clock.now()),
        }
    }
}
