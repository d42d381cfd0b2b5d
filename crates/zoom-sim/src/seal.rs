//! Signed texts for tokens and forms, so that the simulator needs no storage for them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// The signing key of one simulator.
#[derive(Clone, Debug)]
pub(crate) struct Seal([u8; 32]);

impl Seal {
    /// Derives the key from the seed, so that tokens stay valid over a restart.
    pub(crate) fn new(seed: u64) -> Self {
        Self(Sha256::digest(format!("simulated zoom {seed}")).into())
    }

    /// A keyed digest. It hashes twice, because data could be appended to a single hash.
    pub(crate) fn mark(&self, purpose: &str, text: &[u8]) -> [u8; 32] {
        let mut inner = Sha256::new();
        inner.update(self.0);
        inner.update(purpose.as_bytes());
        inner.update([0]);
        inner.update(text);
        let inner = inner.finalize();
        let mut outer = Sha256::new();
        outer.update(self.0);
        outer.update(inner);
        outer.finalize().into()
    }

    /// Serialises and signs a value.
    pub(crate) fn close<T: Serialize>(&self, purpose: &str, value: &T) -> String {
        let bytes = serde_json::to_vec(value).unwrap_or_default();
        let mark = self.mark(purpose, &bytes);
        format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(bytes),
            URL_SAFE_NO_PAD.encode(mark)
        )
    }

    /// Checks a signed text and reads its value; `None` if the key or the purpose differs.
    pub(crate) fn open<T: DeserializeOwned>(&self, purpose: &str, text: &str) -> Option<T> {
        let (bytes, mark) = text.split_once('.')?;
        let bytes = URL_SAFE_NO_PAD.decode(bytes).ok()?;
        let mark = URL_SAFE_NO_PAD.decode(mark).ok()?;
        (self.mark(purpose, &bytes).as_slice() == mark)
            .then(|| serde_json::from_slice(&bytes).ok())?
    }

    /// Derives a password or secret for one purpose.
    pub(crate) fn secret(&self, purpose: &str, length: usize) -> String {
        URL_SAFE_NO_PAD
            .encode(self.mark("secret", purpose.as_bytes()))
            .replace(['-', '_'], "x")[..length]
            .to_owned()
    }
}
