//! Secrets that Seatwise creates, such as session cookies, API tokens and links in mails.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Digest as _;
use sync::Random;

/// The first characters of every API token, by which people and secret scanners recognise one.
pub const TOKEN_PREFIX: &str = "swt_";

#[derive(Clone)]
pub struct NewApiToken {
    /// The token itself. It is shown once and not stored.
    pub text: String,
    /// Its [`digest`], which is stored.
    pub hash: String,
}

/// Creates an API token of 256 random bits.
pub fn new_api_token(random: &dyn Random) -> NewApiToken {
    let text = format!("{TOKEN_PREFIX}{}", random_text(random));
    NewApiToken {
        hash: digest(&text),
        text,
    }
}

/// 256 random bits as text that needs no escaping in addresses and cookies.
pub fn random_text(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// SHA-256 of a secret in hexadecimal digits; only this is stored. A slower hash is not needed,
/// because the secrets are 256 random bits.
pub fn digest(secret: &str) -> String {
    hex::encode(sha2::Sha256::digest(secret.as_bytes()))
}
