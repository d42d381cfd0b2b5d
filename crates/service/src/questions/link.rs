//! The link with which somebody answers without signing in: the number of the question and when the
//! link ends, signed. Nothing of it is stored; whoever has the link may answer, once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Timestamp;

/// What the signature is for; links signed for another purpose open nothing here.
pub const PURPOSE: &str = "answer";
/// The first byte, so that another layout can follow.
const VERSION: u8 = 1;
/// Version, number, end.
const SAID: usize = 1 + 8 + 8;
/// The signature behind it.
const SIGNATURE: usize = 32;

/// What a link says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Number of the question.
    pub request: i64,
    /// From when on it can't be used any more.
    pub expires_at: Timestamp,
}

impl Link {
    fn said(self) -> [u8; SAID] {
        let mut bytes = [VERSION; SAID];
        bytes[1..9].copy_from_slice(&self.request.to_be_bytes());
        bytes[9..].copy_from_slice(&self.expires_at.0.to_be_bytes());
        bytes
    }

    /// The text for the address; `sign` makes the signature.
    pub fn seal(self, sign: impl FnOnce(&[u8]) -> [u8; SIGNATURE]) -> String {
        let said = self.said();
        let mut bytes = [0; SAID + SIGNATURE];
        bytes[..SAID].copy_from_slice(&said);
        bytes[SAID..].copy_from_slice(&sign(&said));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads the text of an address; nothing when it is not exactly what [`Self::seal`] made.
    /// `verify` compares a message with its signature in constant time.
    pub fn open(text: &str, verify: impl FnOnce(&[u8], &[u8]) -> bool) -> Option<Self> {
        let mut bytes = [0; SAID + SIGNATURE];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        if length != bytes.len() || bytes[0] != VERSION {
            return None;
        }
        let (said, signature) = bytes.split_at(SAID);
        if !verify(said, signature) {
            return None;
        }
        let number = |at: usize| Some(i64::from_be_bytes(said.get(at..at + 8)?.try_into().ok()?));
        Some(Self {
            request: number(1)?,
            expires_at: Timestamp(number(9)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    fn sign(key: &[u8], message: &[u8]) -> [u8; 32] {
        Sha256::new()
            .chain_update(key)
            .chain_update(message)
            .finalize()
            .into()
    }

    fn open(text: &str) -> Option<Link> {
        Link::open(text, |message, signature| {
            sign(b"key", message) == *signature
        })
    }

    const LINK: Link = Link {
        request: 7,
        expires_at: Timestamp(1_795_000_000_000),
    };

    #[test]
    fn a_link_reads_back_what_it_says_and_nothing_else_does() {
        let text = LINK.seal(|message| sign(b"key", message));
        assert_eq!(open(&text), Some(LINK));
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        );
        assert_eq!(open(&LINK.seal(|message| sign(b"other", message))), None);
        for at in 0..text.len() {
            for with in ["A", "B", "_", "=", "é", ""] {
                let changed = format!("{}{with}{}", &text[..at], &text[at + 1..]);
                if changed != text {
                    assert_eq!(open(&changed), None, "{changed}");
                }
            }
        }
        for wrong in [
            "",
            "x",
            &text[1..],
            &format!("{text}A"),
            &format!("{text}="),
        ] {
            assert_eq!(open(wrong), None, "{wrong}");
        }
    }
}
