//! Cursors of lists: any text is either refused, or read and written again without a change.
//!
//! The input is tried as it is, and encoded as a client would send it.

#![no_main]

use insight::query::Cursor;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    check(input);
    check(&base64url(input.as_bytes()));
});

fn check(text: &str) {
    if let Some(cursor) = Cursor::decode(text) {
        let again = cursor.encode();
        assert_eq!(Cursor::decode(&again).as_ref(), Some(&cursor), "{again}");
        assert!(
            again
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        );
    }
}

/// Base64 with the alphabet for addresses and without padding.
fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for digit in 0..=chunk.len() {
            let index = bits >> (18 - 6 * digit) & 63;
            text.push(char::from(DIGITS[index as usize]));
        }
    }
    text
}
