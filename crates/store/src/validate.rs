//! Validation of input from people and their files. Everything that is stored has a limit; a
//! refusal contains the name of the field and a valid choice.

use std::ops::RangeInclusive;

use model::{Day, Licence, Money};

use crate::{Error, Result};

/// Longest e-mail address, in bytes.
pub(crate) const EMAIL: usize = 254;
/// Longest name, key or other short text, in characters.
pub(crate) const NAME: usize = 200;
/// Longest reason or remark, in characters.
pub(crate) const REASON: usize = 2_000;
/// Longest text for other people to read, in characters.
pub(crate) const PROSE: usize = 10_000;
/// Longest id of a finding, in characters.
pub(crate) const FINDING: usize = 1_000;
/// Longest JSON document, in characters.
pub(crate) const DOCUMENT: usize = 256 * 1024;
/// Largest number of entries in one call.
pub(crate) const MANY: usize = 200_000;
pub(crate) const SEATS: i64 = 10_000_000;
/// Largest amount in the smallest unit of a currency.
const AMOUNT: i64 = 1_000_000_000_000;
/// 1970-01-01 to 2199-12-31, as days since 1970.
const DAYS: RangeInclusive<i32> = 0..=84_005;

/// A text with any number of lines.
pub(crate) fn text(field: &str, value: &str, most: usize) -> Result<()> {
    let length = value.chars().count();
    if length > most {
        return Err(Error::field(
            field,
            format!("has {length} characters"),
            format!("use {most} at most"),
        ));
    }
    Ok(())
}

/// A text on one line, which may be empty.
pub(crate) fn line(field: &str, value: &str, most: usize) -> Result<()> {
    if value.chars().any(char::is_control) {
        return Err(Error::field(
            field,
            "has a line break or another control character",
            "write it on one line",
        ));
    }
    text(field, value, most)
}

/// A text on one line that must not be empty.
pub(crate) fn required_line(field: &str, value: &str, most: usize) -> Result<()> {
    if value.trim().is_empty() {
        return Err(Error::field(field, "is empty", "fill it in"));
    }
    line(field, value, most)
}

pub(crate) fn email(field: &str, value: &str) -> Result<()> {
    let right = "write an address such as ann@example.com";
    if value.len() > EMAIL {
        return Err(Error::field(field, "is too long for an address", right));
    }
    let parts = value.split_once('@');
    let odd = |part: &str| {
        part.is_empty()
            || part
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || "@<>,;\"".contains(c))
    };
    if parts.is_none_or(|(name, host)| odd(name) || odd(host)) {
        return Err(Error::field(field, "is not an e-mail address", right));
    }
    Ok(())
}

/// A whole number within a range.
pub(crate) fn number(field: &str, value: i64, range: RangeInclusive<i64>) -> Result<()> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(Error::field(
        field,
        format!("is {value}"),
        format!("use {} to {}", range.start(), range.end()),
    ))
}

/// A day within [`DAYS`].
pub(crate) fn day(field: &str, value: Day) -> Result<()> {
    if DAYS.contains(&value.0) {
        return Ok(());
    }
    Err(Error::field(
        field,
        format!("is {value}"),
        "use a day from 1970-01-01 to 2199-12-31",
    ))
}

/// An amount of money within the limits.
pub(crate) fn amount(field: &str, value: Money) -> Result<()> {
    if (-AMOUNT..=AMOUNT).contains(&value.minor) {
        return Ok(());
    }
    let most = Money {
        minor: AMOUNT,
        ..value
    };
    Err(Error::field(
        field,
        format!("is {}", value.decimal()),
        format!("use {} at most", most.decimal()),
    ))
}

/// A price, which must not be negative.
pub(crate) fn price(field: &str, value: Money) -> Result<()> {
    if value.minor < 0 {
        return Err(Error::field(
            field,
            format!("is {}", value.decimal()),
            "a price is not negative",
        ));
    }
    amount(field, value)
}

/// The key of a licence.
pub(crate) fn licence(field: &str, value: &Licence) -> Result<()> {
    let key = value.to_string();
    let fine = !key.is_empty()
        && key.len() <= NAME
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    if fine {
        return Ok(());
    }
    Err(Error::field(
        field,
        format!("is `{}`", key.chars().take(40).collect::<String>()),
        "use the key of a licence, such as licensed or webinar_500",
    ))
}

pub(crate) fn count(field: &str, length: usize, most: usize) -> Result<()> {
    if length <= most {
        return Ok(());
    }
    Err(Error::field(
        field,
        format!("has {length} entries"),
        format!("use {most} at most"),
    ))
}

/// Puts the position of an entry before the field of an error: `contracts[2].name`.
pub(crate) fn in_list<T>(list: &str, position: usize, result: Result<T>) -> Result<T> {
    result.map_err(|error| match error {
        Error::Field {
            field,
            wrong,
            right,
        } => Error::Field {
            field: format!("{list}[{position}].{field}"),
            wrong,
            right,
        },
        other => other,
    })
}
