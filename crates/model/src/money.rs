//! Amounts of money: exact, in the currency's smallest unit, and never mixed. Sums over several
//! currencies stay apart; proration multiplies by a fraction and rounds once, half to even.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A currency by its ISO 4217 code, three capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Currencies whose smallest unit is not a hundredth, with the number of their decimals (ISO 4217).
const OTHER_DECIMALS: [(&str, u32); 24] = [
    ("BHD", 3),
    ("BIF", 0),
    ("CLP", 0),
    ("DJF", 0),
    ("GNF", 0),
    ("IQD", 3),
    ("ISK", 0),
    ("JOD", 3),
    ("JPY", 0),
    ("KMF", 0),
    ("KRW", 0),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("PYG", 0),
    ("RWF", 0),
    ("TND", 3),
    ("UGX", 0),
    ("UYI", 0),
    ("VND", 0),
    ("VUV", 0),
    ("XAF", 0),
    ("XOF", 0),
    ("XPF", 0),
];

/// Why a text is no currency or no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not three letters.
    #[error("`{0}` is not a currency; give its three-letter code, such as EUR")]
    Currency(String),
    /// Not a decimal number with as many decimals as the currency has.
    #[error("`{text}` is not an amount in {currency}; write it like {example}")]
    Amount {
        /// What was given.
        text: String,
        /// The currency it was to be in.
        currency: Currency,
        /// How it would be right.
        example: String,
    },
}

impl Currency {
    /// The code: `EUR`.
    #[must_use]
    pub fn code(&self) -> &str {
        // Only letters ever get in, so this is always text.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many decimals amounts have: 2 for most, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn decimals(&self) -> u32 {
        OTHER_DECIMALS
            .iter()
            .find(|(code, _)| *code == self.code())
            .map_or(2, |(_, decimals)| *decimals)
    }

    /// The sign that stands before an amount where there is an unambiguous one.
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
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
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

/// An amount in the smallest unit of its currency: 1250 EUR cents is `€12.50`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Cents, yen, fils.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// Nothing, in a currency.
    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Reads a decimal number such as `1234.50` (no thousands separators, no sign of a currency).
    ///
    /// # Errors
    ///
    /// Says how the amount would be right.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::Amount {
            text: text.to_owned(),
            currency,
            example: Self {
                minor: 123_456,
                currency,
            }
            .decimal(),
        };
        let (negative, digits) = match text.trim().strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.trim()),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let decimals = currency.decimals() as usize;
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        // Zeros beyond the decimals add nothing: `12.500` is fine in euros.
        let kept = part.trim_end_matches('0');
        if whole.is_empty() || kept.len() > decimals || !all_digits(whole) || !all_digits(part) {
            return Err(wrong());
        }
        let minor: i64 = format!("{whole}{kept:0<decimals$}")
            .parse()
            .map_err(|_| wrong())?;
        Ok(Self {
            minor: if negative { -minor } else { minor },
            currency,
        })
    }

    /// The sum; `None` when the currencies differ or it does not fit.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let same = self.currency == other.currency;
        let minor = self.minor.checked_add(other.minor).filter(|_| same)?;
        Some(Self { minor, ..self })
    }

    /// So many times the amount; stops at what a number can hold.
    #[must_use]
    pub fn times(self, count: i64) -> Self {
        Self {
            minor: self.minor.saturating_mul(count),
            ..self
        }
    }

    /// The amount times `numerator / denominator`, rounded once, half to even. A denominator of zero
    /// or less counts as one.
    #[must_use]
    pub fn fraction(self, numerator: i64, denominator: i64) -> Self {
        let denominator = i128::from(denominator.max(1));
        let product = i128::from(self.minor) * i128::from(numerator);
        let (quotient, rest) = (
            product.div_euclid(denominator),
            product.rem_euclid(denominator),
        );
        let up = match (rest * 2).cmp(&denominator) {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Greater => 1,
            std::cmp::Ordering::Equal => quotient.rem_euclid(2),
        };
        let minor =
            i64::try_from(quotient + up).unwrap_or(if product < 0 { i64::MIN } else { i64::MAX });
        Self { minor, ..self }
    }

    /// The plain decimal number for machines: `54912.00`.
    #[must_use]
    pub fn decimal(&self) -> String {
        let decimals = self.currency.decimals() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!(
            "{:0>width$}",
            self.minor.unsigned_abs(),
            width = decimals + 1
        );
        let (whole, part) = digits.split_at(digits.len() - decimals);
        if part.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{part}")
        }
    }
}

/// For people: `€54,912`, `€12.50`, `CHF 1,200`; without decimals when they are all zero.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimal = self.decimal();
        let (negative, decimal) = match decimal.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, decimal.as_str()),
        };
        let (whole, part) = decimal.split_once('.').unwrap_or((decimal, ""));
        let mut grouped = String::new();
        for (position, digit) in whole.char_indices() {
            if position > 0 && (whole.len() - position).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        if negative {
            f.write_str("−")?;
        }
        match self.currency.sign() {
            Some(sign) => f.write_str(sign)?,
            None => write!(f, "{} ", self.currency)?,
        }
        f.write_str(&grouped)?;
        if part.bytes().any(|digit| digit != b'0') {
            write!(f, ".{part}")?;
        }
        Ok(())
    }
}

/// Sums of money, each currency for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<Currency, i64>);

impl Sums {
    /// Adds an amount to the sum of its currency.
    pub fn add(&mut self, amount: Money) {
        let sum = self.0.entry(amount.currency).or_default();
        *sum = sum.saturating_add(amount.minor);
    }

    /// The sums, by currency code.
    pub fn iter(&self) -> impl Iterator<Item = Money> + '_ {
        self.0.iter().map(|(currency, minor)| Money {
            minor: *minor,
            currency: *currency,
        })
    }

    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Money> for Sums {
    fn from_iter<T: IntoIterator<Item = Money>>(amounts: T) -> Self {
        let mut sums = Self::default();
        for amount in amounts {
            sums.add(amount);
        }
        sums
    }
}

/// For people: the sums joined by a plus.
impl fmt::Display for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, sum) in self.iter().enumerate() {
            if position > 0 {
                f.write_str(" + ")?;
            }
            sum.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(text: &str, currency: &str) -> Money {
        Money::parse(text, currency.parse().unwrap()).unwrap()
    }

    #[test]
    fn amounts_are_shown_as_people_write_them() {
        assert_eq!(money("54912", "eur").to_string(), "€54,912");
        assert_eq!(money("-1234.5", "EUR").to_string(), "−€1,234.50");
        assert_eq!(money("1200.00", "CHF").to_string(), "CHF 1,200");
        assert_eq!(money("1200", "JPY").to_string(), "¥1,200");
        assert_eq!(money("0.005", "KWD").decimal(), "0.005");
    }

    #[test]
    fn a_wrong_amount_is_told_how_to_be_right() {
        let error = Money::parse("12,50", "EUR".parse().unwrap()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`12,50` is not an amount in EUR; write it like 1234.56"
        );
        for text in ["", ".5", "1.234", "1e3", "99999999999999999999"] {
            assert!(
                Money::parse(text, "EUR".parse().unwrap()).is_err(),
                "{text}"
            );
        }
        assert!("EURO".parse::<Currency>().is_err());
    }

    #[test]
    fn halves_go_to_the_even_side() {
        assert_eq!(money("0.01", "EUR").fraction(1, 2).minor, 0);
        assert_eq!(money("0.03", "EUR").fraction(1, 2).minor, 2);
        assert_eq!(money("-0.03", "EUR").fraction(1, 2).minor, -2);
        assert_eq!(money("100", "EUR").fraction(1, 3).decimal(), "33.33");
    }

    #[test]
    fn currencies_never_mix() {
        assert_eq!(money("1", "EUR").plus(money("1", "USD")), None);
        let sums: Sums = [money("1", "EUR"), money("2", "USD"), money("3", "EUR")]
            .into_iter()
            .collect();
        assert_eq!(sums.to_string(), "€4 + $2");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(minor in any::<i64>().prop_filter("fits", |m| *m != i64::MIN), code in "EUR|JPY|KWD") {
            let currency = code.parse().unwrap();
            let amount = Money { minor, currency };
            prop_assert_eq!(Money::parse(&amount.decimal(), currency).unwrap(), amount);
        }

        #[test]
        fn parts_differ_from_the_whole_by_less_than_their_number(minor in 0..1_000_000_000_i64, parts in 1..400_i64) {
            let whole = Money { minor, currency: "EUR".parse().unwrap() };
            let sum: i64 = (0..parts).map(|_| whole.fraction(1, parts).minor).sum();
            prop_assert!((sum - minor).abs() <= parts);
        }
    }
}
