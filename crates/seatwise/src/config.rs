//! Turns command-line arguments and environment variables into the store and the engine.

use std::path::PathBuf;
use std::sync::Arc;

use store::{LeaseClock, MasterKey, Store, StoreAccess, StoreLocation, StoreOptions};
use sync::{Config, Connectors, Engine};

use crate::cli::Common;
use crate::exit::Failure;
use crate::system::{SystemClock, SystemRandom, random_word};

/// Environment variable that may contain the master key itself: 32 bytes in base64.
pub(crate) const KEY_VARIABLE: &str = "SEATWISE_MASTER_KEY";

/// Name of the key file in the data directory.
const KEY_FILE: &str = "master.key";

/// What to do about a master key that is missing or not the right one.
pub(crate) const WRONG_KEY_REMEDY: &str = "put the right key back from its copy (a backup holds it only with \
     --include-key), or point --master-key-file (SEATWISE_MASTER_KEY_FILE) to it. If no copy exists, \
     `seatwise key give-up` says what is lost, keeps everything else and makes a new key";

impl Common {
    /// The data directory; by default `data` in the current directory.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from("data"))
    }

    pub(crate) fn location(&self) -> StoreLocation {
        match &self.database_url {
            Some(url) => StoreLocation::Postgres(url.clone()),
            None => StoreLocation::Sqlite(self.data_dir()),
        }
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.master_key_file
            .clone()
            .unwrap_or_else(|| self.data_dir().join(KEY_FILE))
    }

    /// The file of a key that is made before its database, and gets its name after it.
    pub(crate) fn new_key_file(&self) -> PathBuf {
        self.key_file().with_extension("key.new")
    }

    /// The file of the key that replaces the present one, until all secrets are sealed with it.
    pub(crate) fn next_key_file(&self) -> PathBuf {
        self.key_file().with_extension("key.next")
    }

    /// Name of the file or of the environment variable that the master key is read from.
    pub(crate) fn key_source(&self) -> String {
        match std::env::var_os(KEY_VARIABLE) {
            Some(_) => KEY_VARIABLE.to_owned(),
            None => self.key_file().display().to_string(),
        }
    }

    /// The master key from the environment or from its file; `None` if the file doesn't exist. Together
    /// with the one that replaces it, if that was not finished.
    pub(crate) fn known_key(&self) -> Result<Option<MasterKey>, Failure> {
        let key = match std::env::var(KEY_VARIABLE) {
            Ok(text) => Some(
                MasterKey::from_base64(text.trim())
                    .map_err(|error| Failure::usage(format!("{KEY_VARIABLE}: {error}")))?,
            ),
            Err(_) => MasterKey::load(&self.key_file())?,
        };
        let Some(key) = key else { return Ok(None) };
        Ok(Some(match MasterKey::load(&self.next_key_file())? {
            Some(next) => key.with_other(&next),
            None => key,
        }))
    }

    /// The master key, which must exist already.
    pub(crate) fn master_key(&self) -> Result<MasterKey, Failure> {
        self.known_key()?.ok_or_else(|| {
            let file = self.key_file();
            Failure::store(format!("there is no key file {}", file.display()))
                .with_remedy(WRONG_KEY_REMEDY)
        })
    }

    /// Opens the database and creates it, and the master key, on first start.
    pub(crate) async fn store(&self, access: StoreAccess) -> Result<Store, Failure> {
        self.check_database_url()?;
        if let Some(key) = self.known_key()? {
            self.refuse_a_lost_database()?;
            return self.open(key, access).await;
        }
        let file = self.key_file();
        if self.master_key_file.is_none() {
            let directory = self.data_dir();
            store::make_private(&directory).map_err(|error| {
                Failure::store(format!("{} can't be made: {error}", directory.display()))
            })?;
        }
        // The key gets its name when the database is complete. So a key without a database means that
        // the database was lost, also if the first start was interrupted.
        let new = self.new_key_file();
        let (key, made) = if let Some(key) = MasterKey::load(&new)? {
            (key, false)
        } else {
            (MasterKey::create(&new)?, true)
        };
        let store = self.open(key, access).await?;
        if store.key_fits() {
            std::fs::rename(&new, &file)?;
            return Ok(store);
        }
        // The new key is removed, because the old one that sealed the secrets belongs in its place.
        store.close().await;
        if made {
            std::fs::remove_file(&new)?;
        }
        Err(Failure::store(format!(
            "there is no key file {}, but the database holds secrets that were sealed with one",
            file.display()
        ))
        .with_remedy(WRONG_KEY_REMEDY))
    }

    /// Refuses to make a new, empty database beside the key of one that was there before, because it
    /// would look like a new installation.
    fn refuse_a_lost_database(&self) -> Result<(), Failure> {
        let StoreLocation::Sqlite(directory) = self.location() else {
            return Ok(());
        };
        // Only a key that Seatwise made itself, beside the database, proves that there was one.
        let key = directory.join(KEY_FILE);
        if self.key_file() != key || !key.exists() {
            return Ok(());
        }
        let database = directory.join(store::DATABASE_FILE);
        let lost = match std::fs::metadata(&database) {
            Ok(metadata) => metadata.len() == 0,
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        };
        if !lost {
            return Ok(());
        }
        Err(Failure::store(format!(
            "{} is missing or empty, but its key {} is there: put the database back from your backup. To begin \
             with an empty one, move the key away first",
            database.display(),
            key.display()
        )))
    }

    /// Opens the database with this key, which may be the wrong one.
    pub(crate) async fn open(&self, key: MasterKey, access: StoreAccess) -> Result<Store, Failure> {
        let options = StoreOptions {
            location: self.location(),
            key,
            clock: Arc::new(SystemClock),
            lease_clock: LeaseClock::Database,
            access,
        };
        Ok(Store::open(options).await?)
    }

    /// Error text if the embedded database doesn't exist. Commands that only read don't create it.
    pub(crate) fn missing_database(&self) -> Option<String> {
        let StoreLocation::Sqlite(directory) = self.location() else {
            return None;
        };
        match directory.join(store::DATABASE_FILE).try_exists() {
            Ok(true) => None,
            Ok(false) => Some(format!(
                "there is no Seatwise database in {}",
                directory.display()
            )),
            Err(error) => Some(format!(
                "the directory {} can't be read: {error}",
                directory.display()
            )),
        }
    }

    /// Checks the address of the database, and that an embedded one exists.
    pub(crate) fn require_database(&self) -> Result<(), Failure> {
        self.check_database_url()?;
        if let Some(missing) = self.missing_database() {
            return Err(Failure::store(format!(
                "{missing}; give its directory with --data, or create a new one with `seatwise serve`"
            )));
        }
        Ok(())
    }

    /// Opens a database that must exist already, with its key.
    pub(crate) async fn existing_store(&self, access: StoreAccess) -> Result<Store, Failure> {
        self.require_database()?;
        let key = self.master_key()?;
        self.refuse_a_lost_database()?;
        self.open(key, access).await
    }

    /// Checks the scheme of the database address. Errors don't contain the address because it may contain
    /// a password.
    pub(crate) fn check_database_url(&self) -> Result<(), Failure> {
        let fits = self.database_url.as_ref().is_none_or(|url| {
            ["postgres://", "postgresql://"]
                .iter()
                .any(|scheme| url.starts_with(scheme))
        });
        if fits {
            return Ok(());
        }
        Err(Failure::usage(
            "--database-url (SEATWISE_DATABASE_URL) is not an address of PostgreSQL: \
             write postgres://user:password@host/name",
        ))
    }

    /// Creates the engine that synchronises into `store`.
    pub(crate) fn engine(&self, store: Store) -> Result<Engine, Failure> {
        Ok(Engine::new(store, self.engine_config()?))
    }

    /// The applications that can be connected, in the order of pages. A further application is one more
    /// line here.
    pub(crate) fn connectors(&self) -> Result<Connectors, Failure> {
        Ok(Connectors::new(vec![Arc::new(self.zoom()?)]))
    }

    /// Configuration of the engine of this process.
    pub(crate) fn engine_config(&self) -> Result<Config, Failure> {
        Ok(Config {
            connectors: self.connectors()?,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            holder: format!("{}-{}", std::process::id(), random_word(8)),
            only: None,
        })
    }
}

/// Reads a secret from a file, or from standard input if the name is `-`.
pub(crate) fn secret_from(file: &std::path::Path) -> Result<secrecy::SecretString, Failure> {
    let text = if file.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(file)
    };
    let text = text.map_err(|error| {
        Failure::usage(format!(
            "the secret can't be read from {}: {error}",
            file.display()
        ))
    })?;
    let secret = text.trim();
    if secret.is_empty() {
        return Err(Failure::usage(format!(
            "{} contains no secret",
            file.display()
        )));
    }
    Ok(secret.to_owned().into())
}
