//! Passwords of members, hashed with Argon2id. Only a few are computed at the same time and on
//! threads of their own, because each one takes 19 MiB and tens of milliseconds. Known devices have
//! places of their own, so that a flood of strangers does not keep the members out.

use std::fmt;
use std::sync::Arc;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use sync::Random;
use tokio::sync::{OnceCell, Semaphore};

use crate::error::Error;

/// The shortest password that is accepted, in characters.
pub const SHORTEST: usize = 12;
/// The longest password in bytes, because longer input would only cost time.
pub const LONGEST: usize = 1024;

/// Whose password is computed. Each has its own queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requester {
    /// A stranger, or a member with a new device.
    Anyone,
    /// A device with which the member has signed in before, or a member who is signed in.
    KnownDevice,
}

/// How many are computed at the same time for strangers and for known devices.
const PLACES: [usize; 2] = [2, 1];
/// The number of requests that may wait. It also limits how many attempts beyond the allowed number
/// can be made at the same moment.
const MAX_WAITING: usize = 128;

/// Blocks (of 1 KiB) for which memory is reserved, although the default parameters use 19,456 of them.
/// Allocations above 32 MiB are returned to the system as soon as they end, also by the allocator of
/// glibc. It keeps smaller ones for reuse, one for each of many threads.
const RESERVED_BLOCKS: usize = 33 * 1024;

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
    let params = Params::default();
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(&params)?,
        salt: Some(Salt::new(&salt)?),
        hash: Some(output(
            &Argon2::new(Algorithm::Argon2id, Version::default(), params),
            password,
            &salt,
            Params::DEFAULT_OUTPUT_LEN,
        )?),
    };
    Ok(hash.to_string())
}

/// Whether the password has this hash. The outputs are compared in constant time.
fn matches(password: &SecretString, hash: &str) -> Result<bool, argon2::password_hash::Error> {
    let hash = PasswordHash::new(hash)?;
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        return Ok(false);
    };
    let version = hash.version.map(Version::try_from).transpose()?;
    let argon2 = Argon2::new(
        Algorithm::try_from(hash.algorithm.as_str())?,
        version.unwrap_or_default(),
        Params::try_from(&hash)?,
    );
    Ok(output(&argon2, password, salt, expected.len())? == *expected)
}

fn output(
    argon2: &Argon2<'_>,
    password: &SecretString,
    salt: &[u8],
    length: usize,
) -> Result<Output, argon2::password_hash::Error> {
    let blocks = argon2.params().block_count();
    let mut memory = Vec::with_capacity(blocks.max(RESERVED_BLOCKS));
    memory.resize(blocks, Block::default());
    let mut bytes = vec![0; length];
    argon2.hash_password_into_with_memory(
        password.expose_secret().as_bytes(),
        salt,
        &mut bytes,
        &mut memory,
    )?;
    Ok(Output::new(&bytes)?)
}

/// The requests of one kind of requester.
struct Queue {
    waiting: Semaphore,
    places: Arc<Semaphore>,
}

/// Computes and checks hashes, a few at a time.
pub struct Passwords {
    random: Arc<dyn Random>,
    /// In the order of [`PLACES`].
    queues: [Queue; 2],
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
            queues: PLACES.map(|places| Queue {
                waiting: Semaphore::new(MAX_WAITING),
                places: Arc::new(Semaphore::new(places)),
            }),
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

    /// Hashes a new password, which only members may set.
    #[crate::boxed]
    pub async fn hash(&self, password: SecretString) -> Result<String, Error> {
        let random = Arc::clone(&self.random);
        self.run_blocking(Requester::KnownDevice, move || {
            hash_password(&password, &*random)
        })
        .await?
        .map_err(|error| Error::internal(&error))
    }

    /// Whether the password matches the hash. With `None` it does the same work, so that the
    /// response time does not reveal whether the member exists.
    #[crate::boxed]
    pub async fn verify(
        &self,
        password: SecretString,
        hash: Option<String>,
        requester: Requester,
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
            .run_blocking(requester, move || {
                matches(&password, &hash).unwrap_or_default()
            })
            .await?;
        Ok(matches && exists)
    }

    async fn run_blocking<T: Send + 'static>(
        &self,
        requester: Requester,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let queue = match requester {
            Requester::Anyone => &self.queues[0],
            Requester::KnownDevice => &self.queues[1],
        };
        let _waiting = queue
            .waiting
            .try_acquire()
            .map_err(|_| Error::unavailable("Too many people are signing in at this moment."))?;
        let place = Arc::clone(&queue.places)
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

#[cfg(test)]
mod tests {
    use testkit::random::Seeded;

    use super::*;

    const PASSWORD: &str = "correct horse battery staple";

    fn passwords() -> (Arc<Passwords>, String) {
        let hash = hash_password(&PASSWORD.into(), &Seeded::new(1)).unwrap();
        (Arc::new(Passwords::new(Arc::new(Seeded::new(2)))), hash)
    }

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let hash = hash_password(&PASSWORD.into(), &Seeded::new(1)).unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(matches(&PASSWORD.into(), &hash).unwrap());
        assert!(!matches(&"another password".into(), &hash).unwrap());
        let other = hash_password(&PASSWORD.into(), &Seeded::new(2)).unwrap();
        assert_ne!(hash, other);
        // A hash that an earlier version stored, with a shorter output.
        let short = "$argon2id$v=19$m=8,t=1,p=1$ZXhhbXBsZS1zYWx0$AAAAAAAAAAAAAAAAAAAAAA";
        assert!(!matches(&PASSWORD.into(), short).unwrap());
        assert!(matches(&PASSWORD.into(), "no hash").is_err());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn s41_a_flood_does_not_take_the_places_of_known_devices() {
        let (passwords, hash) = passwords();
        let flood: Vec<_> = (0..=MAX_WAITING)
            .map(|_| passwords.verify("wrong".into(), Some(hash.clone()), Requester::Anyone))
            .collect();
        let mut flood = std::pin::pin!(futures_util::future::join_all(flood));
        // All of them have asked for a place now.
        assert!(futures_util::poll!(flood.as_mut()).is_pending());
        let refused = passwords.verify(PASSWORD.into(), Some(hash.clone()), Requester::Anyone);
        assert!(refused.await.is_err(), "the queue of strangers is full");
        let known = passwords.verify(PASSWORD.into(), Some(hash), Requester::KnownDevice);
        assert!(known.await.unwrap());
    }

    /// Memory of this process, in KiB.
    #[cfg(target_os = "linux")]
    fn resident() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let number = line.unwrap().split_whitespace().nth(1).unwrap();
        number.parse().unwrap()
    }

    /// Right only in a process of its own, which nextest gives to every test.
    #[cfg(target_os = "linux")]
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn s41_the_memory_of_hashing_is_returned() {
        let (passwords, hash) = passwords();
        let before = resident();
        for _ in 0..4 {
            let batch = (0..16)
                .map(|_| passwords.verify("wrong".into(), Some(hash.clone()), Requester::Anyone));
            futures_util::future::join_all(batch).await;
        }
        let kept = resident().saturating_sub(before);
        assert!(kept < 19 * 1024, "{kept} KiB were kept");
    }
}
