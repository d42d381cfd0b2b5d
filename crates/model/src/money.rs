//! Amounts of money. They are exact integers in the currency's smallest unit, because fractions of a
//! cent would add up to errors. Currencies are never mixed: a sum over several currencies has one
//! amount for each. Proration multiplies by a fraction and rounds once, half to even.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::ser::{Error as _, SerializeStruct};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

/// A currency as its ISO 4217 code: three capital letters, such as `EUR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = String)]
pub struct Currency([u8; 3]);

/// The number of decimals of those currencies that do not have two (ISO 4217).
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
        OTHER_DECIMALS
            .iter()
            .find(|(code, _)| *code == self.code())
            .map_or(2, |(_, decimals)| *decimals)
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

/// A decimal number with exactly as many decimals as the currency has, so that programs can read it
/// without rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal(pub Money);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A decimal number is a JSON number too.
        RawValue::from_string(self.0.decimal())
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }
}

impl PartialSchema for Decimal {
    fn schema() -> RefOr<Schema> {
        f64::schema()
    }
}

impl ToSchema for Decimal {}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut amount = serializer.serialize_struct("Amount", 2)?;
        amount.serialize_field("amount", &Decimal(*self))?;
        amount.serialize_field("currency", &self.currency)?;
        amount.end()
    }
}

impl PartialSchema for Money {
    fn schema() -> RefOr<Schema> {
        use utoipa::openapi::schema::Type;
        let number = ObjectBuilder::new()
            .schema_type(Type::Number)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Double)))
            .description(Some("The amount, in the currency's own unit."));
        let code = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("ISO 4217 code."));
        ObjectBuilder::new()
            .description(Some("An amount of money."))
            .property("amount", number)
            .required("amount")
            .property("currency", code)
            .required("currency")
            .into()
    }
}

impl ToSchema for Money {
    fn name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }
}

/// An amount of money for a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct YearlyAmount {
    /// The amount, in the currency's own unit.
    #[schema(value_type = f64)]
    pub amount: Decimal,
    /// ISO 4217 code of the currency.
    pub currency: Currency,
    /// The period of the amount; always `year`.
    #[schema(value_type = String)]
    per: &'static str,
}

impl From<Money> for YearlyAmount {
    fn from(money: Money) -> Self {
        Self {
            amount: Decimal(money),
            currency: money.currency,
            per: "year",
        }
    }
}

/// Writes an amount for a year as a [`YearlyAmount`], for `serialize_with`.
///
/// # Errors
///
/// Those of the serializer.
pub fn yearly<S: Serializer>(money: &Money, serializer: S) -> Result<S::Ok, S::Error> {
    YearlyAmount::from(*money).serialize(serializer)
}

/// Writes an amount as a decimal number without its currency, for `serialize_with`.
///
/// # Errors
///
/// Those of the serializer.
pub fn decimal<S: Serializer>(money: &Option<Money>, serializer: S) -> Result<S::Ok, S::Error> {
    money.map(Decimal).serialize(serializer)
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

/// Sums of money for a year, one for each currency. The API writes them as a list of
/// [`YearlyAmount`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<Currency, i64>);

impl Sums {
    /// Adds an amount to the sum of its currency.
    pub fn add(&mut self, amount: Money) {
        let sum = self.0.entry(amount.currency).or_default();
        *sum = sum.saturating_add(amount.minor);
    }

    /// The sums, ordered by currency code.
    pub fn iter(&self) -> impl Iterator<Item = Money> + '_ {
        self.0.iter().map(|(currency, minor)| Money {
            minor: *minor,
            currency: *currency,
        })
    }

    /// Whether no amount was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Sums {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(YearlyAmount::from))
    }
}

impl PartialSchema for Sums {
    fn schema() -> RefOr<Schema> {
        Vec::<YearlyAmount>::schema()
    }
}

impl ToSchema for Sums {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((YearlyAmount::name().into(), YearlyAmount::schema()));
        YearlyAmount::schemas(schemas);
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

/// The sums for people, joined by a plus sign.
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
    fn amounts_keep_their_decimals_in_json() {
        let amount = money("13.50", "EUR");
        assert_eq!(
            serde_json::to_string(&amount).unwrap(),
            "{\"amount\":13.50,\"currency\":\"EUR\"}"
        );
        let sums: Sums = [amount, money("1200", "JPY")].into_iter().collect();
        assert_eq!(
            serde_json::to_string(&sums).unwrap(),
            "[{\"amount\":13.50,\"currency\":\"EUR\",\"per\":\"year\"},\
             {\"amount\":1200,\"currency\":\"JPY\",\"per\":\"year\"}]"
        );
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
