//! The master key and what is sealed with it.

use std::fmt;
use std::path::Path;

use crate::error::Result;

/// The key that seals tokens and client secrets.
#[derive(Clone)]
pub struct MasterKey;

impl MasterKey {
    /// Reads the key file, or makes one (mode 0600) with a new random key when there is none.
    ///
    /// # Errors
    /// [`Error::KeyMissing`](crate::Error::KeyMissing) when others than its owner may read the file or it holds no key.
    pub fn load_or_create(_path: &Path) -> Result<Self> {
        todo!()
    }

    /// Reads a key written as base64 of 32 bytes.
    pub fn from_base64(_text: &str) -> Result<Self> {
        todo!()
    }

    /// The key made of these bytes.
    #[must_use]
    pub fn from_bytes(_bytes: [u8; 32]) -> Self {
        todo!()
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey")
    }
}
