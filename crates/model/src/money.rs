//! Amounts of money. They are exact integers in the currency's smallest unit, because fractions of a
//! cent would add up to errors. Proration multiplies by a fraction and rounds once, half to even.

use std::fmt;

use crate::currency::{Currency, MoneyError};

/// An amount of money in the smallest unit of its currency: 1250 EUR cents are `€12.50`. The API
/// writes it as a decimal number with a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount in cents, yen or fils; negative for a cost where a saving is expected.
    pub minor: i64,
    /// The currency of the amount.
    pub currency: Currency,
}

impl Money {
    /// An amount of zero in a currency.
    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Reads a decimal number such as `1234.50` (no thousands separators, no sign of a currency).
    ///
    /// # Errors
    ///
    /// [`MoneyError::Amount`] with an example of the right format.
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
        // Trailing zeros do not change the amount, so `12.500` is accepted in euros.
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

    /// The sum; `None` when the currencies differ or the sum does not fit into 64 bits.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let same = self.currency == other.currency;
        let minor = self.minor.checked_add(other.minor).filter(|_| same)?;
        Some(Self { minor, ..self })
    }

    /// The amount times `count`. Saturates instead of overflowing.
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

    /// The amount as a plain decimal number for programs: `54912.00`.
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

/// The amount for people: `€54,912`, `€12.50`, `CHF 1,200`. Decimals that are all zero are left out.
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
    fn the_error_of_a_wrong_amount_has_an_example() {
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
    fn amounts_of_two_currencies_have_no_sum() {
        assert_eq!(money("1", "EUR").plus(money("1", "USD")), None);
    }

    proptest! {
        #[test]
        fn written_amounts_parse_to_themselves(minor in any::<i64>().prop_filter("fits", |m| *m != i64::MIN), code in "EUR|JPY|KWD") {
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
