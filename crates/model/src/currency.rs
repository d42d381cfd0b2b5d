//! Currencies by their ISO 4217 code.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

/// A currency as its ISO 4217 code: three capital letters, such as `EUR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = String)]
pub struct Currency([u8; 3]);

/// The error for a text that is not a currency or not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is not three letters.
    #[error("`{0}` is not a currency; give its three-letter code, such as EUR")]
    Currency(String),
    /// The text is not a decimal number, or has more decimals than the currency.
    #[error("`{text}` is not an amount in {currency}; write it like {example}")]
    Amount {
        /// The text that could not be read.
        text: String,
        /// The currency of the amount.
        currency: Currency,
        /// An amount in the right format.
        example: String,
    },
}

impl Currency {
    /// The ISO 4217 code: `EUR`.
    #[must_use]
    pub fn code(&self) -> &str {
        // Only ASCII letters are accepted by `from_str`, so this is always valid UTF-8.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Number of decimals of an amount: 2 for most currencies, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn decimals(&self) -> u32 {
        let listed = iso_currency::Currency::from_code(self.code());
        listed
            .and_then(iso_currency::Currency::exponent)
            .map_or(2, u32::from)
    }

    /// Whether ISO 4217 lists the code. Amounts can be stored in other currencies, because the list changes.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        iso_currency::Currency::from_code(self.code()).is_some()
    }

    /// The sign to write before an amount; `None` when the currency has no well-known sign of its own.
    #[must_use]
    pub fn sign(&self) -> Option<&'static str> {
        match self.code() {
            "EUR" => Some("€"),
            "GBP" => Some("£"),
            "USD" => Some("$"),
            "JPY" => Some("¥"),
            "INR" => Some("₹"),
            _ => None,
        }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || MoneyError::Currency(text.to_owned());
        let code: [u8; 3] = text.trim().as_bytes().try_into().map_err(|_| wrong())?;
        if !code.iter().all(u8::is_ascii_alphabetic) {
            return Err(wrong());
        }
        Ok(Self(code.map(|letter| letter.to_ascii_uppercase())))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
