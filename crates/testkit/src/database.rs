//! An empty database of its own for every test, on either engine.

use std::sync::Arc;

use model::Clock;
use store::{LeaseClock, Location, MasterKey, Options, Store};

use crate::postgres;

/// Which engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The embedded one, in a directory of its own.
    Sqlite,
    /// A PostgreSQL database of its own.
    Postgres,
}

/// An empty database, gone when dropped.
pub struct Database {
    location: Location,
    /// For the embedded database, and for files that a program keeps beside it.
    directory: tempfile::TempDir,
    _postgres: Option<postgres::Database>,
}

/// The key of every test.
const KEY: [u8; 32] = [7; 32];

impl Database {
    /// Makes one.
    ///
    /// # Panics
    /// When that does not work.
    pub async fn new(kind: Kind) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (location, postgres) = match kind {
            Kind::Sqlite => (Location::Sqlite(directory.path().to_owned()), None),
            Kind::Postgres => {
                let database = postgres::Database::new().await;
                (Location::Postgres(database.url().to_owned()), Some(database))
            }
        };
        Self { location, directory, _postgres: postgres }
    }

    /// How to open it.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn options(&self, clock: Arc<dyn Clock>) -> Options {
        Options {
            location: self.location.clone(),
            key: MasterKey::from_bytes(KEY),
            clock,
            lease_clock: LeaseClock::Given,
            exclusive: false,
        }
    }

    /// Opens it, with leases by the given clock.
    ///
    /// # Panics
    /// When that does not work.
    pub async fn open(&self, clock: Arc<dyn Clock>) -> Store {
        Store::open(self.options(clock)).await.expect("the database opens")
    }

    /// Where it is.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Arguments with which the program uses it.
    ///
    /// # Panics
    /// When the temporary directory has a strange name.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let directory = self.directory.path().to_str().expect("a plain path").to_owned();
        let mut arguments = vec!["--data".to_owned(), directory];
        if let Location::Postgres(url) = &self.location {
            arguments.extend(["--database-url".to_owned(), url.clone()]);
        }
        arguments
    }
}
