//! Reads single values as Zoom really sends them: numbers as text and text as numbers, nulls for
//! absent members, 64-bit values without loss. A value that can't be read is unknown. The reason never
//! quotes the value, because it can be personal data.

use serde_json::value::RawValue;

/// Whether a value says nothing: a null, or an empty text, which Zoom sends where it documents times,
/// numbers and words.
pub(crate) fn is_absent(raw: &RawValue) -> bool {
    match raw.get().as_bytes() {
        b"null" => true,
        [b'"', inner @ .., b'"'] => inner.trim_ascii().is_empty(),
        _ => false,
    }
}

/// A type that a member of a record can have.
pub(crate) trait Member: Sized {
    /// Reads the raw value; the error names the expected type.
    fn read(raw: &RawValue) -> Result<Self, String>;
}

impl<T: Member> Member for Option<T> {
    fn read(raw: &RawValue) -> Result<Self, String> {
        if is_absent(raw) {
            Ok(None)
        } else {
            T::read(raw).map(Some)
        }
    }
}

/// Text. Numbers and booleans are taken as written. A NUL becomes the replacement character, because
/// PostgreSQL accepts no NUL in text.
impl Member for String {
    fn read(raw: &RawValue) -> Result<Self, String> {
        let text = raw.get();
        match text.as_bytes() {
            [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => {
                Ok(text[1..text.len() - 1].to_owned())
            }
            [b'"', ..] => serde_json::from_str::<Self>(text)
                .map(|text| {
                    if text.contains('\0') {
                        text.replace('\0', "\u{FFFD}")
                    } else {
                        text
                    }
                })
                .map_err(|_| "text with a broken escape".to_owned()),
            [b'{' | b'[', ..] => Err("expected text".to_owned()),
            _ => Ok(text.to_owned()),
        }
    }
}

impl Member for i64 {
    fn read(raw: &RawValue) -> Result<Self, String> {
        let text = bare(raw);
        text.parse()
            .ok()
            .or_else(|| whole(text))
            .ok_or_else(|| "expected an integer".to_owned())
    }
}

/// A bit mask. A negative number is accepted for the upper half of the range, because some of Zoom's
/// services send masks as signed numbers.
impl Member for u64 {
    fn read(raw: &RawValue) -> Result<Self, String> {
        let text = bare(raw);
        let signed = || i64::read(raw).map(i64::cast_unsigned);
        text.parse()
            .or_else(|_| signed())
            .map_err(|_| "expected a 64-bit mask".to_owned())
    }
}

impl Member for bool {
    fn read(raw: &RawValue) -> Result<Self, String> {
        match bare(raw).to_ascii_lowercase().as_str() {
            "true" | "1" | "on" | "yes" => Ok(true),
            "false" | "0" | "off" | "no" => Ok(false),
            _ => Err("expected true or false".to_owned()),
        }
    }
}

/// A list without its absent values. A single value counts as a list of one.
impl<T: Member> Member for Vec<T> {
    fn read(raw: &RawValue) -> Result<Self, String> {
        if is_absent(raw) {
            return Ok(Self::new());
        }
        if !raw.get().starts_with('[') {
            return T::read(raw).map(|one| vec![one]);
        }
        let items: Vec<&RawValue> =
            serde_json::from_str(raw.get()).map_err(|_| "expected a list".to_owned())?;
        items
            .into_iter()
            .filter(|item| !is_absent(item))
            .map(T::read)
            .collect()
    }
}

/// The value without quotes, for types that are accepted with and without them.
fn bare(raw: &RawValue) -> &str {
    let text = raw.get();
    text.strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text)
        .trim_ascii()
}

/// Reads an integer that is written with a fraction of zero or an exponent, up to 2^53, where a
/// double is exact.
fn whole(text: &str) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let number: f64 = text.parse().ok()?;
    if number.fract() != 0.0 || number.abs() > EXACT {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole and within 2^53, checked above"
    )]
    let integer = number as i64;
    Some(integer)
}
