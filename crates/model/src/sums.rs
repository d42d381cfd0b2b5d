//! Amounts as the API writes them, and sums of amounts. Sums keep currencies apart, because there is no
//! exchange rate that would be right for an organisation.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::{Error as _, SerializeStruct};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

use crate::currency::Currency;
use crate::money::Money;

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

    fn money(text: &str, currency: &str) -> Money {
        Money::parse(text, currency.parse().unwrap()).unwrap()
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
    fn sums_keep_currencies_apart() {
        let sums: Sums = [money("1", "EUR"), money("2", "USD"), money("3", "EUR")]
            .into_iter()
            .collect();
        assert_eq!(sums.to_string(), "€4 + $2");
    }
}
