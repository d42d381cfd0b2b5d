//! Known devices: browsers in which a member has signed in. A signed cookie names the device, so that
//! others who fail to sign in, from whatever address, do not keep the member out. The cookie does not
//! start a session, and it ends with the password that was used.

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{MemberId, Timestamp};

use crate::app::App;
use crate::cookies;
use crate::failure::Failure;
use service::secret::digest;

/// Purpose of the signature.
const PURPOSE: &str = "device";
const COOKIE: &str = "seatwise-device";
/// The first byte, so that another layout can follow.
const VERSION: u8 = 1;
/// A device is known for this time after its last sign-in, in milliseconds.
const KNOWN_MS: i64 = 180 * 24 * 3600 * 1000;
/// How far a clock may have run ahead when the cookie was made, in milliseconds.
const SLACK_MS: i64 = 5 * 60 * 1000;
/// Length of version, member, time and random bytes.
const CONTENT: usize = 1 + 8 + 8 + 16;
/// Length of the signature, which follows, in bytes.
const SIGNATURE: usize = 32;

/// The cookie for a member who has just signed in.
pub(crate) fn remember(
    app: &App,
    member: MemberId,
    password_hash: &str,
) -> Result<HeaderValue, Failure> {
    let mut bytes = [VERSION; CONTENT + SIGNATURE];
    bytes[1..9].copy_from_slice(&member.0.to_be_bytes());
    bytes[9..17].copy_from_slice(&app.context.clock.now().0.to_be_bytes());
    app.context.random.fill(&mut bytes[17..CONTENT]);
    let message = message(&bytes[..CONTENT], password_hash);
    let signature = app.context.store.sign(PURPOSE, &message);
    bytes[CONTENT..].copy_from_slice(&signature);
    cookies::set(app, COOKIE, URL_SAFE_NO_PAD.encode(bytes), KNOWN_MS / 1000)
}

/// The key of a request's device in the counts of failed sign-ins, if it is a known one of this
/// member.
pub(crate) fn known(
    app: &App,
    headers: &HeaderMap,
    member: MemberId,
    password_hash: &str,
) -> Option<String> {
    let text = cookies::get(app, COOKIE, headers)?;
    let mut bytes = [0; CONTENT + SIGNATURE];
    let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
    let (content, signature) = bytes.split_at(CONTENT);
    let message = message(content, password_hash);
    let genuine = length == bytes.len()
        && content[0] == VERSION
        && content[1..9] == member.0.to_be_bytes()
        && app.context.store.verify(PURPOSE, &message, signature);
    if !genuine {
        return None;
    }
    let made_at = Timestamp(i64::from_be_bytes(content[9..17].try_into().ok()?));
    let age = app.context.clock.now().since(made_at);
    (-SLACK_MS..KNOWN_MS)
        .contains(&age)
        .then(|| format!("device:{}", digest(text)))
}

fn message(content: &[u8], password_hash: &str) -> Vec<u8> {
    [content, password_hash.as_bytes()].concat()
}
