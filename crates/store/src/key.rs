//! The master key and sealing with it: `XChaCha20-Poly1305` with a random nonce, bound to table,
//! row and column of the value, so that a value that was moved to another row cannot be opened.

use std::fmt;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::file_names::{beside, give_name};
use crate::hex::hex;
use crate::{Error, Result};

/// First byte of a sealed text. It is followed by 4 bytes that identify the key, the nonce and the
/// ciphertext.
const VERSION: u8 = 1;
const KEY_ID: usize = 4;
const NONCE: usize = 24;

/// The sealed text that shows whether a master key is the right one.
const CANARY: &str = "the master key is the right one";

/// The key that seals tokens and client secrets. Wiped from memory when the last clone is dropped.
#[derive(Clone)]
pub struct MasterKey {
    bytes: KeyBytes,
    /// The other key while one replaces the other: it opens secrets and seals none.
    other: Option<KeyBytes>,
}

/// The bytes of one key.
#[derive(Clone)]
struct KeyBytes(Arc<Zeroizing<[u8; 32]>>);

impl MasterKey {
    /// Reads the key file; `None` when it does not exist.
    ///
    /// # Errors
    /// [`Error::KeyMissing`] when other users may read the file or it contains no key,
    /// [`Error::File`] when it cannot be read.
    pub fn load(path: &Path) -> Result<Option<Self>> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let text = Zeroizing::new(text);
                refuse_readable_by_others(path)?;
                let key = Self::from_base64(&text).map_err(|_| Error::KeyMissing {
                    reason: format!("{} does not hold 32 bytes in base64", path.display()),
                })?;
                Ok(Some(key))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::File {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// Creates a key file (mode 0600) with a new random key.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be created or exists already.
    pub fn create(path: &Path) -> Result<Self> {
        let key = Self::random()?;
        key.save(path)?;
        Ok(key)
    }

    /// A new random key.
    ///
    /// # Errors
    /// An error when the system gives no random bytes.
    pub fn random() -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        fill_random(bytes.as_mut_slice())?;
        Ok(Self::from(KeyBytes(Arc::new(bytes))))
    }

    /// Writes this key into a new file (mode 0600). The file is whole when it gets its name, because half
    /// a key would be taken for a wrong one.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be created or exists already.
    pub fn save(&self, path: &Path) -> Result<()> {
        let part = beside(path, &format!(".{}.part", std::process::id()));
        let named = self.write(&part).and_then(|()| give_name(&part, path));
        // It is gone if it was renamed; otherwise a file that stays does no harm.
        let _ = std::fs::remove_file(&part);
        named.map_err(|source| Error::File {
            path: path.to_owned(),
            source,
        })
    }

    fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut text = Zeroizing::new(self.to_base64());
        text.push('\n');
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }

    /// Parses a key: 32 bytes in base64. Surrounding white space is ignored.
    ///
    /// # Errors
    /// [`Error::KeyMissing`] when the text is anything else.
    pub fn from_base64(text: &str) -> Result<Self> {
        let wrong = || Error::KeyMissing {
            reason: "it is not 32 bytes in base64".to_owned(),
        };
        let decoded = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| wrong())?);
        let bytes: [u8; 32] = decoded.as_slice().try_into().map_err(|_| wrong())?;
        Ok(Self::from_bytes(bytes))
    }

    /// A key from its 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self::from(KeyBytes(Arc::new(Zeroizing::new(bytes))))
    }

    /// The same key together with the one that replaces it, or that it replaces: secrets that were sealed
    /// with either can be opened.
    #[must_use]
    pub fn with_other(self, other: &Self) -> Self {
        Self {
            bytes: self.bytes,
            other: Some(other.bytes.clone()),
        }
    }

    /// The two keys with their parts exchanged; `None` when there is only one.
    pub(crate) fn exchanged(&self) -> Option<Self> {
        Some(Self {
            bytes: self.other.clone()?,
            other: Some(self.bytes.clone()),
        })
    }

    /// The key in base64.
    pub(crate) fn to_base64(&self) -> String {
        STANDARD.encode(self.bytes.0.as_slice())
    }

    /// Eight characters that identify the key without revealing it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex(&self.bytes.id())
    }

    /// The sealed text that shows whether a key is the right one.
    pub(crate) fn seal_canary(&self) -> Result<String> {
        self.seal(&canary_place(), &SecretString::from(CANARY))
    }

    /// Whether this key sealed the canary; the other one is not tried.
    pub(crate) fn opens_canary(&self, sealed: &str) -> bool {
        let text = self.bytes.open(&canary_place(), sealed);
        text.is_some_and(|text| text.expose_secret() == CANARY)
    }

    /// Whether the text was sealed with this key, as far as that can be seen without opening it.
    pub(crate) fn sealed(&self, sealed: &str) -> bool {
        key_id_of(sealed) == Some(self.bytes.id())
    }

    /// Signs a message for one purpose with a key derived for that purpose, so that the signature
    /// is invalid for any other.
    pub(crate) fn sign(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        let mac = self.bytes.mac(purpose, message);
        mac.finalize().into_bytes().into()
    }

    /// Verifies a signature of [`Self::sign`] in constant time.
    pub(crate) fn verify(&self, purpose: &str, message: &[u8], signature: &[u8]) -> bool {
        let keys = std::iter::once(&self.bytes).chain(&self.other);
        keys.map(|key| key.mac(purpose, message).verify_slice(signature))
            .any(|verified| verified.is_ok())
    }

    /// Seals a secret for one place (table/row/column).
    pub(crate) fn seal(&self, place: &str, secret: &SecretString) -> Result<String> {
        let mut nonce = [0; NONCE];
        fill_random(&mut nonce)?;
        let ciphertext = self
            .bytes
            .cipher()
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: secret.expose_secret().as_bytes(),
                    aad: place.as_bytes(),
                },
            )
            .map_err(|_| Error::Sealed {
                what: place.to_owned(),
            })?;
        let mut sealed = Vec::with_capacity(1 + KEY_ID + NONCE + ciphertext.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.bytes.id());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        Ok(STANDARD.encode(sealed))
    }

    /// Opens a secret that [`Self::seal`] sealed for this place.
    pub(crate) fn unseal(&self, place: &str, text: &str) -> Result<SecretString> {
        let mut keys = std::iter::once(&self.bytes).chain(&self.other);
        keys.find_map(|key| key.open(place, text))
            .ok_or_else(|| Error::Sealed {
                what: place.to_owned(),
            })
    }
}

impl KeyBytes {
    fn cipher(&self) -> XChaCha20Poly1305 {
        let bytes: &[u8; 32] = &self.0;
        XChaCha20Poly1305::new(bytes.into())
    }

    /// Identifies the key without revealing it.
    fn id(&self) -> [u8; KEY_ID] {
        let hash = Sha256::new()
            .chain_update(b"seatwise master key")
            .chain_update(self.0.as_slice())
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    fn mac(&self, purpose: &str, message: &[u8]) -> Hmac<Sha256> {
        // The expand step of a key derivation as in RFC 5869, with the purpose as its info.
        let sub_key: [u8; 32] = hmac(self.0.as_slice())
            .chain_update(b"seatwise signing key\0")
            .chain_update(purpose.as_bytes())
            .finalize()
            .into_bytes()
            .into();
        hmac(Zeroizing::new(sub_key).as_slice()).chain_update(message)
    }

    fn open(&self, place: &str, text: &str) -> Option<SecretString> {
        let sealed = STANDARD.decode(text).ok()?;
        let rest = sealed.strip_prefix(&[VERSION])?.strip_prefix(&self.id())?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>()?;
        let plain = self
            .cipher()
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: ciphertext,
                    aad: place.as_bytes(),
                },
            )
            .ok()?;
        let plain = Zeroizing::new(plain);
        std::str::from_utf8(&plain).ok().map(SecretString::from)
    }
}

impl From<KeyBytes> for MasterKey {
    fn from(bytes: KeyBytes) -> Self {
        Self { bytes, other: None }
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey([REDACTED])")
    }
}

fn hmac(key: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of any length, so this never fails (RFC 2104, section 3).
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn fill_random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| Error::KeyMissing {
        reason: format!("the operating system returned no random numbers: {error}"),
    })
}

#[cfg(unix)]
fn refuse_readable_by_others(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = std::fs::metadata(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })?;
    let mode = metadata.permissions().mode() & 0o777;
    let others = mode & 0o077;
    if others == 0 {
        Ok(())
    } else {
        Err(Error::KeyMissing {
            reason: format!(
                "others may use {} (mode {mode:04o}): run chmod 600 on it",
                path.display()
            ),
        })
    }
}

#[cfg(not(unix))]
fn refuse_readable_by_others(_path: &Path) -> Result<()> {
    Ok(())
}

fn canary_place() -> String {
    place("canaries", 1, "sealed")
}

/// The identity of the key that a text was sealed with.
pub(crate) fn key_id_of(sealed: &str) -> Option<[u8; KEY_ID]> {
    let sealed = STANDARD.decode(sealed).ok()?;
    let rest = sealed.strip_prefix(&[VERSION])?;
    rest.first_chunk().copied()
}

/// The place that a sealed value is bound to.
pub(crate) fn place(table: &str, row: impl fmt::Display, column: &str) -> String {
    format!("{table}/{row}/{column}")
}
