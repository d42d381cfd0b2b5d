//! Passwords of members, hashed with Argon2id. Only a few are computed at the same time and on
//! threads of their own, because each one takes 19 MiB and tens of milliseconds.

use std::fmt;
use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use sync::Random;
use tokio::sync::{OnceCell, Semaphore};

use crate::error::Error;

/// The shortest password that is accepted, in characters.
pub const SHORTEST: usize = 12;
/// The longest password in bytes, because longer input would only cost time.
pub const LONGEST: usize = 1024;

const MAX_CONCURRENT: usize = 2;
/// The number of requests that may wait. It also limits how many attempts beyond the allowed number
/// can be made at the same moment.
const MAX_WAITING: usize = 128;

/// The Argon2id hash (a PHC string) of a password, with a salt from `random`. Takes tens of
/// milliseconds of computing.
///
/// # Errors
///
/// When the password is longer than Argon2 allows.
pub fn hash_password(
    password: &SecretString,
    random: &dyn Random,
) -> Result<String, argon2::password_hash::Error> {
    let mut salt = [0; 16];
    random.fill(&mut salt);
    let hash: PasswordHash =
        Argon2::default().hash_password_with_salt(password.expose_secret().as_bytes(), &salt)?;
    Ok(hash.to_string())
}

/// Computes and checks hashes, a few at a time.
pub struct Passwords {
    random: Arc<dyn Random>,
    places: Arc<Semaphore>,
    queue: Semaphore,
    dummy_hash: OnceCell<String>,
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passwords")
    }
}

impl Passwords {
    pub fn new(random: Arc<dyn Random>) -> Self {
        Self {
            random,
            places: Arc::new(Semaphore::new(MAX_CONCURRENT)),
            queue: Semaphore::new(MAX_WAITING),
            dummy_hash: OnceCell::new(),
        }
    }

    /// The fault of a new password, if it has one.
    pub fn objection(password: &SecretString) -> Option<String> {
        let text = password.expose_secret();
        if text.chars().count() < SHORTEST {
            Some(format!("Use at least {SHORTEST} characters."))
        } else if text.len() > LONGEST {
            Some(format!("Use at most {LONGEST} bytes."))
        } else {
            None
        }
    }

    pub async fn hash(&self, password: SecretString) -> Result<String, Error> {
        let random = Arc::clone(&self.random);
        self.run_blocking(move || hash_password(&password, &*random))
            .await?
            .map_err(|error| Error::internal(&error))
    }

    /// Whether the password matches the hash. With `None` it does the same work, so that the
    /// response time does not reveal whether the member exists.
    pub async fn verify(
        &self,
        password: SecretString,
        hash: Option<String>,
    ) -> Result<bool, Error> {
        if password.expose_secret().len() > LONGEST {
            return Ok(false);
        }
        let (hash, exists) = match hash {
            Some(hash) => (hash, true),
            None => (
                self.dummy_hash
                    .get_or_try_init(|| self.hash(SecretString::from("the password of no member")))
                    .await?
                    .clone(),
                false,
            ),
        };
        let matches = self
            .run_blocking(move || {
                PasswordHash::new(&hash).is_ok_and(|hash| {
                    Argon2::default()
                        .verify_password(password.expose_secret().as_bytes(), &hash)
                        .is_ok()
                })
            })
            .await?;
        Ok(matches && exists)
    }

    async fn run_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let _waiting = self
            .queue
            .try_acquire()
            .map_err(|_| Error::unavailable("Too many people are signing in at this moment."))?;
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|error| Error::internal(&error))?;
        tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        })
        .await
        .map_err(|error| Error::internal(&error))
    }
}
