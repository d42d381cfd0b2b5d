//! From what was typed to what is used: the store, the engine and the log.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;

use store::{LeaseClock, MasterKey, Store, StoreLocation, StoreOptions};
use sync::{Config, Engine};
use tracing_subscriber::EnvFilter;
use url::Url;
use zoom::Hosts;
use zoom::transport::ReqwestTransport;

use crate::cli::{Cli, Common};
use crate::exit::Failure;
use crate::system::{SystemClock, SystemRandom, random_word};

/// Variable that may hold the master key itself, base64 of 32 bytes.
const KEY_VARIABLE: &str = "SEATWISE_MASTER_KEY";

/// Sets up the log, on standard error: standard output is for what was asked for.
pub(crate) fn log(cli: &Cli) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&cli.common.log).map_err(|error| {
        Failure::usage(format!(
            "--log: `{}` is not a filter ({error}); try `info` or `sync=debug,info`",
            cli.common.log
        ))
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    if cli.common.log_json {
        log.json().init();
    } else {
        log.init();
    }
    Ok(())
}

impl Common {
    /// The data directory; the default is `data` below the current directory.
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
            .unwrap_or_else(|| self.data_dir().join("master.key"))
    }

    /// The master key from the environment or from its file; `None` when there is no such file.
    fn known_key(&self) -> Result<Option<MasterKey>, Failure> {
        if let Ok(text) = std::env::var(KEY_VARIABLE) {
            return MasterKey::from_base64(text.trim())
                .map(Some)
                .map_err(|error| Failure::usage(format!("{KEY_VARIABLE}: {error}")));
        }
        Ok(MasterKey::load(&self.key_file())?)
    }

    /// The master key, which must be there already.
    pub(crate) fn master_key(&self) -> Result<MasterKey, Failure> {
        self.known_key()?.ok_or_else(|| {
            let file = self.key_file();
            Failure::store(format!(
                "there is no key file {}: restore it from your backup, or say with --master-key-file where it is",
                file.display()
            ))
        })
    }

    /// Opens the database, which is made on first start, as is the master key; `serving` when this
    /// process is to be the only one that serves it.
    pub(crate) async fn store(&self, serving: bool) -> Result<Store, Failure> {
        self.check_database_url()?;
        if let Some(key) = self.known_key()? {
            return self.open(key, serving).await;
        }
        let file = self.key_file();
        if self.master_key_file.is_none() {
            let directory = self.data_dir();
            store::make_private(&directory).map_err(|error| {
                Failure::store(format!("{} can't be made: {error}", directory.display()))
            })?;
        }
        let store = self.open(MasterKey::create(&file)?, serving).await?;
        if store.key_fits() {
            return Ok(store);
        }
        // Somebody else's secrets are in there: a new key must not stand where the old one belongs.
        store.close().await;
        std::fs::remove_file(&file)?;
        Err(Failure::store(format!(
            "there is no key file {}, but the database holds secrets that were sealed with one: restore it from your \
             backup. If it is lost for good, put 32 random bytes in base64 there (mode 600) and authorise every \
             account again",
            file.display()
        )))
    }

    async fn open(&self, key: MasterKey, serving: bool) -> Result<Store, Failure> {
        let options = StoreOptions {
            location: self.location(),
            key,
            clock: Arc::new(SystemClock),
            lease_clock: LeaseClock::Database,
            exclusive: serving,
        };
        Ok(Store::open(options).await?)
    }

    /// What is wrong when there is no embedded database yet; commands that only read make none.
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
                "the directory {} can't be looked into: {error}",
                directory.display()
            )),
        }
    }

    /// Opens a database that must be there already, with its key.
    pub(crate) async fn existing_store(&self) -> Result<Store, Failure> {
        self.check_database_url()?;
        match self.missing_database() {
            Some(missing) => Err(Failure::store(format!(
                "{missing}; --data says where it is, and `seatwise serve` makes a new one"
            ))),
            None => self.open(self.master_key()?, false).await,
        }
    }

    /// Whether the address of the database can be one. It is not told: it may hold a password.
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

    /// Whether the operator has pointed us to a Zoom on this machine.
    fn allows_loopback(&self) -> bool {
        [&self.zoom_api_url, &self.zoom_oauth_url]
            .into_iter()
            .any(|url| {
                Url::parse(url).is_ok_and(|url| match url.host() {
                    Some(url::Host::Ipv4(address)) => address.is_loopback(),
                    Some(url::Host::Ipv6(address)) => address.is_loopback(),
                    Some(url::Host::Domain(name)) => name == "localhost",
                    None => false,
                })
            })
    }

    pub(crate) fn oauth_url(&self) -> Result<Url, Failure> {
        let hosts = self.hosts();
        hosts.check(&self.zoom_oauth_url).map_err(|error| {
            Failure::usage(format!(
                "--zoom-oauth-url (SEATWISE_ZOOM_OAUTH_URL): {error}; the usual is https://zoom.us"
            ))
        })
    }

    fn hosts(&self) -> Hosts {
        Hosts {
            allow_loopback: self.allows_loopback(),
        }
    }

    /// The engine over a store.
    pub(crate) fn engine(&self, store: Store) -> Result<Engine, Failure> {
        Ok(Engine::new(store, self.engine_config()?))
    }

    /// What an engine of this process is handed.
    pub(crate) fn engine_config(&self) -> Result<Config, Failure> {
        let hosts = self.hosts();
        let api_url = hosts.check(&self.zoom_api_url).map_err(|error| {
            Failure::usage(format!(
                "--zoom-api-url (SEATWISE_ZOOM_API_URL): {error}; the usual is https://api.zoom.us"
            ))
        })?;
        let transport = ReqwestTransport::new().map_err(|error| {
            Failure::other(format!("the HTTP client could not be made: {error}"))
        })?;
        Ok(Config {
            oauth_url: self.oauth_url()?,
            api_url,
            hosts,
            transport: Arc::new(transport),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            holder: format!("{}-{}", std::process::id(), random_word(8)),
            limits: None,
            only: None,
        })
    }
}

/// Reads a secret from a file, or from standard input when the name is `-`.
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
            "{} holds no secret",
            file.display()
        )));
    }
    Ok(secret.to_owned().into())
}
