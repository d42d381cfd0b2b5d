//! An empty database for each test, on either engine.

use std::sync::Arc;

use model::Clock;
use store::{LeaseClock, MasterKey, Store, StoreAccess, StoreLocation, StoreOptions};

use crate::postgres;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// SQLite in a temporary directory.
    Sqlite,
    Postgres,
}

/// An empty database, removed when dropped.
pub struct Database {
    location: StoreLocation,
    postgres: Option<postgres::Database>,
    /// Contains the SQLite database, and files that a program stores beside its database.
    directory: tempfile::TempDir,
}

/// The master key of all tests.
const KEY: [u8; 32] = [7; 32];

impl Kind {
    /// Whether tests with this engine are switched off on this machine; prints so.
    #[must_use]
    #[expect(clippy::print_stderr, reason = "a test that was passed over says so")]
    pub fn is_skipped(self) -> bool {
        let off = std::env::var(postgres::SKIP).is_ok_and(|value| value == "1");
        let skipped = self == Self::Postgres && off;
        if skipped {
            eprintln!(
                "SKIPPED: tests with PostgreSQL are switched off by {}",
                postgres::SKIP
            );
        }
        skipped
    }
}

/// Makes a test on each engine from functions that take a [`Kind`].
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::database::Kind::Sqlite).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if !$crate::database::Kind::Postgres.is_skipped() {
                    super::$name($crate::database::Kind::Postgres).await;
                }
            })+
        }
    };
}

impl Database {
    /// Creates a database.
    ///
    /// # Panics
    /// When that fails.
    pub fn new(kind: Kind) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let postgres = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(postgres::database().expect("PostgreSQL is switched off")),
        };
        Self::at(postgres, directory)
    }

    fn at(postgres: Option<postgres::Database>, directory: tempfile::TempDir) -> Self {
        let location = match &postgres {
            None => StoreLocation::Sqlite(directory.path().to_owned()),
            Some(database) => StoreLocation::Postgres(database.url.clone()),
        };
        Self {
            location,
            postgres,
            directory,
        }
    }

    /// A copy of a database without open connections.
    ///
    /// # Panics
    /// When a connection is open.
    #[must_use]
    pub fn copy(&self) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        for entry in std::fs::read_dir(self.directory.path()).expect("it is there") {
            let from = entry.expect("it can be listed").path();
            let to = directory
                .path()
                .join(from.file_name().expect("files have names"));
            std::fs::copy(from, to).expect("it can be copied");
        }
        Self::at(
            self.postgres.as_ref().map(postgres::Database::copy),
            directory,
        )
    }

    /// The directory of SQLite, and of the program's other files.
    #[must_use]
    pub fn directory(&self) -> &std::path::Path {
        self.directory.path()
    }

    /// Ends another process's lease of an integration, as if that process had died some time ago.
    ///
    /// # Panics
    /// When the database does not open.
    pub async fn let_lease_run_out(&self, id: model::IntegrationId) {
        const LONG: i64 = 3_600_000;
        let later = crate::clock::SystemClock.now().plus_ms(LONG);
        let store = self.open(Arc::new(model::ManualClock::at(later))).await;
        let taken = store.lease(id, "undertaker", -2 * LONG).await;
        taken.expect("the store answers");
        store.close().await;
    }

    /// The master key as the program reads it from its environment.
    #[must_use]
    pub fn key() -> (&'static str, &'static str) {
        // Base64 of 32 bytes with the value 7.
        (
            "SEATWISE_MASTER_KEY",
            "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
        )
    }

    /// The configuration to open the database with.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn options(&self, clock: Arc<dyn Clock>) -> StoreOptions {
        StoreOptions {
            location: self.location.clone(),
            key: MasterKey::from_bytes(KEY),
            clock,
            lease_clock: LeaseClock::Given,
            access: StoreAccess::Change,
        }
    }

    /// Opens the database, with leases by the given clock.
    ///
    /// # Panics
    /// When that fails.
    pub async fn open(&self, clock: Arc<dyn Clock>) -> Store {
        Store::open(self.options(clock))
            .await
            .expect("the database opens")
    }

    /// The address of the database.
    #[must_use]
    pub fn location(&self) -> &StoreLocation {
        &self.location
    }

    /// The arguments with which the program uses the database.
    ///
    /// # Panics
    /// When the path of the temporary directory is not UTF-8.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let directory = self
            .directory
            .path()
            .to_str()
            .expect("a plain path")
            .to_owned();
        let mut arguments = vec!["--data".to_owned(), directory];
        if let StoreLocation::Postgres(url) = &self.location {
            arguments.extend(["--database-url".to_owned(), url.clone()]);
        }
        arguments
    }
}
