//! The handle of an open store.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex};

use model::{Clock, Timestamp};
use secrecy::SecretString;

use crate::db::{Db, Reader, Tx, args};
use crate::file_lock::DirectoryLock;
use crate::key::MasterKey;
use crate::options::LeaseClock;
use crate::{Error, Result};

/// Handle of an open store. Cheap to clone, because clones share connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) key: MasterKey,
    /// Whether `key` sealed the secrets of this database.
    pub(crate) key_ok: bool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) lease_clock: LeaseClock,
    /// Locked while a file is open, so that no second process serves it.
    pub(crate) lock: Mutex<Option<DirectoryLock>>,
    /// Keys of the times of last use that are being stored (see [`crate::touch`]).
    pub(crate) touching: Mutex<HashSet<String>>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("db", &self.db)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreCheck {
    /// Name and version of the engine for people: `SQLite 3.50.4`.
    pub engine: String,
    /// Number of the last migration.
    pub schema_version: i64,
    /// First problem that the engine's integrity check reports; `None` without problems (always for
    /// PostgreSQL, which has no such check).
    pub integrity: Option<String>,
    /// Whether the master key is the one that sealed the secrets of this database.
    pub key_ok: bool,
}

impl Store {
    /// Begins a transaction that may write. Refused once a newer version of Seatwise has migrated the schema,
    /// because this version does not know what its rows mean now. A migration waits for transactions that
    /// have begun.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        let mut tx = self.inner.db.begin().await?;
        crate::migrate::refuse_newer(crate::migrate::version_within(&mut tx).await?)?;
        Ok(tx)
    }

    pub(crate) async fn read(&self) -> Result<Reader> {
        self.inner.db.read().await
    }

    /// Seals a secret for its place, unless the other secrets were sealed with another key.
    pub(crate) fn seal(&self, place: &str, secret: &SecretString) -> Result<String> {
        if self.inner.key_ok {
            self.inner.key.seal(place, secret)
        } else {
            Err(Error::KeyMissing {
                reason: "this database was sealed with another one".to_owned(),
            })
        }
    }

    pub(crate) fn unseal(&self, place: &str, sealed: &str) -> Result<SecretString> {
        self.inner.key.unseal(place, sealed)
    }

    /// Signs a message for one purpose (HMAC-SHA256) with a key that is derived from the master key
    /// for that purpose.
    #[must_use]
    pub fn sign(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        self.inner.key.sign(purpose, message)
    }

    /// Verifies a signature of [`Store::sign`] for this purpose and message in constant time.
    #[must_use]
    pub fn verify(&self, purpose: &str, message: &[u8], signature: &[u8]) -> bool {
        self.inner.key.verify(purpose, message, signature)
    }

    /// The time for leases. Call it before a transaction begins, because time spent waiting for
    /// locks then makes a lease shorter and never longer.
    pub(crate) async fn lease_now(&self) -> Result<Timestamp> {
        match (&self.inner.db, self.inner.lease_clock) {
            (Db::Postgres { .. }, LeaseClock::Database) => self
                .read()
                .await?
                .one(
                    "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS now",
                    args![],
                )
                .await?
                .time("now"),
            _ => Ok(self.inner.clock.now()),
        }
    }
}
