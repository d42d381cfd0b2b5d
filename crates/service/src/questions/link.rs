//! The signed link by which a question is answered without signing in. It contains the id of the
//! question and the end of its validity, and is not stored. Any person with the link can answer,
//! once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Timestamp;

/// Purpose of the signature; links signed for other purposes are rejected.
pub const PURPOSE: &str = "answer";
/// The first byte, so that another layout can follow.
const VERSION: u8 = 1;
/// Length of version, id and end, in bytes.
const CONTENT: usize = 1 + 8 + 8;
/// Length of the signature, which follows, in bytes.
const SIGNATURE: usize = 32;

/// The content of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Id of the question.
    pub request: i64,
    /// The time from which the link is invalid.
    pub expires_at: Timestamp,
}

impl Link {
    fn content(self) -> [u8; CONTENT] {
        let mut bytes = [VERSION; CONTENT];
        bytes[1..9].copy_from_slice(&self.request.to_be_bytes());
        bytes[9..].copy_from_slice(&self.expires_at.0.to_be_bytes());
        bytes
    }

    /// The token for the address; `sign` computes the signature.
    pub fn seal(self, sign: impl FnOnce(&[u8]) -> [u8; SIGNATURE]) -> String {
        let content = self.content();
        let mut bytes = [0; CONTENT + SIGNATURE];
        bytes[..CONTENT].copy_from_slice(&content);
        bytes[CONTENT..].copy_from_slice(&sign(&content));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Parses a token; `None` if it is not exactly a result of [`Self::seal`]. `verify` compares a
    /// message with its signature in constant time.
    pub fn open(text: &str, verify: impl FnOnce(&[u8], &[u8]) -> bool) -> Option<Self> {
        let mut bytes = [0; CONTENT + SIGNATURE];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        if length != bytes.len() || bytes[0] != VERSION {
            return None;
        }
        let (content, signature) = bytes.split_at(CONTENT);
        if !verify(content, signature) {
            return None;
        }
        let number = |at: usize| {
            Some(i64::from_be_bytes(
                content.get(at..at + 8)?.try_into().ok()?,
            ))
        };
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
