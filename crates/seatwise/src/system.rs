//! Clock and randomness of the operating system. Everything else receives them as parameters.

use std::time::{SystemTime, UNIX_EPOCH};

use model::{Clock, Timestamp};
use sync::Random;

/// The clock of the operating system, in milliseconds since 1970 (UTC).
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everything else receives"
    )]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The random number generator of the operating system.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        // Continuing is not safe because tokens and sessions without randomness can be guessed.
        getrandom::fill(buffer).expect("the operating system gives random bytes");
    }
}

/// A random word of `length` characters that are easy to type and not easily confused.
pub(crate) fn random_word(length: usize) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = vec![0; length];
    SystemRandom.fill(&mut bytes);
    bytes
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect()
}
