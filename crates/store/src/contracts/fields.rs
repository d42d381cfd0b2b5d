//! The terms of a contract in the database and in the audit log, made from the table of fields: columns,
//! arguments, rows and limits.

use model::{
    BillingCycle, CONTRACT_FIELDS, ContractField, ContractFieldKind, ContractTerms, Day,
    IntegrationId, Licence, MissingValue, TextForm, day_numbers,
};
use serde_json::{Value, json};

use crate::db::{Arg, Row};
use crate::money::{money_args, read_money};
use crate::{Error, Result, validate};

/// Longest term in days: a little more than twenty years.
const TERM_DAYS: i32 = 7_400;
/// The columns of a price.
const PRICE: [&str; 2] = ["price_minor", "price_currency"];

/// The column of a field.
fn column(field: &ContractField) -> &'static str {
    match field.kind {
        ContractFieldKind::Price => PRICE[0],
        ContractFieldKind::Currency => PRICE[1],
        _ => field.name,
    }
}

/// The columns of the terms, in the order of [`terms_args`].
pub(super) fn columns() -> Vec<&'static str> {
    CONTRACT_FIELDS.iter().map(column).collect()
}

/// The columns of the terms, first those with numbers and then those with texts.
pub(crate) fn contract_columns() -> (Vec<&'static str>, Vec<&'static str>) {
    let (texts, numbers): (Vec<&ContractField>, _) =
        CONTRACT_FIELDS.iter().partition(|field| match field.kind {
            ContractFieldKind::Licence
            | ContractFieldKind::Text { .. }
            | ContractFieldKind::BillingCycle
            | ContractFieldKind::Currency => true,
            ContractFieldKind::Number { .. }
            | ContractFieldKind::YesNo { .. }
            | ContractFieldKind::Day { .. }
            | ContractFieldKind::Price => false,
        });
    let names = |fields: Vec<&ContractField>| fields.into_iter().map(column).collect();
    (names(numbers), names(texts))
}

/// The values of the terms, in the order of [`columns`].
pub(super) fn terms_args(terms: &ContractTerms) -> Vec<Arg<'_>> {
    let [minor, currency] = money_args(terms.unit_price);
    let args = CONTRACT_FIELDS.iter().map(|field| match field.kind {
        ContractFieldKind::Licence => Arg::from(terms.licence.to_string()),
        ContractFieldKind::Text { get, .. } => Arg::from(get(terms)),
        ContractFieldKind::Number { get, .. } => Arg::from(get(terms)),
        ContractFieldKind::YesNo { get, .. } => Arg::from(get(terms)),
        ContractFieldKind::Day { get, .. } => Arg::from(get(terms)),
        ContractFieldKind::BillingCycle => Arg::from(terms.billing_cycle.value()),
        ContractFieldKind::Price => minor.clone(),
        ContractFieldKind::Currency => currency.clone(),
    });
    args.collect()
}

/// Reads the terms from a row with all [`columns`].
pub(super) fn read_terms(row: &Row) -> Result<ContractTerms> {
    let mut terms = ContractTerms::new(Licence::base(""), 0, Day(0), Day(0));
    for field in CONTRACT_FIELDS {
        let column = column(field);
        match field.kind {
            ContractFieldKind::Licence => terms.licence = Licence::from_key(row.str(column)?),
            ContractFieldKind::Text { set, .. } => set(&mut terms, row.text(column)?),
            ContractFieldKind::Number { set, .. } => {
                if let Some(number) = row.opt_int(column)? {
                    set(&mut terms, number);
                }
            }
            ContractFieldKind::YesNo { set, .. } => set(&mut terms, row.flag(column)?),
            ContractFieldKind::Day { set, .. } => set(&mut terms, row.day(column)?),
            ContractFieldKind::BillingCycle => {
                let word = row.str(column)?;
                let contract = row.int("contract_id")?;
                terms.billing_cycle = BillingCycle::from_value(word).ok_or_else(|| {
                    Error::corrupt(format!("billing cycle of contract {contract}"))
                })?;
            }
            ContractFieldKind::Price => terms.unit_price = read_money(row, PRICE[0], PRICE[1])?,
            ContractFieldKind::Currency => {}
        }
    }
    Ok(terms)
}

/// Everything that is out of range in the terms of a contract: an [`Error::Field`] for each.
#[must_use]
pub fn faults_of_terms(terms: &ContractTerms) -> Vec<Error> {
    let fields = CONTRACT_FIELDS.iter().map(|field| check(field, terms));
    let together = [
        check_term(terms),
        check_renewal(terms),
        check_minimum(terms),
    ];
    let results = fields.chain(together);
    results.filter_map(Result::err).collect()
}

/// Validates the terms of a contract.
pub(super) fn check_terms(terms: &ContractTerms) -> Result<()> {
    faults_of_terms(terms)
        .into_iter()
        .next()
        .map_or(Ok(()), Err)
}

/// Validates one field.
fn check(field: &ContractField, terms: &ContractTerms) -> Result<()> {
    let name = field.name;
    match &field.kind {
        ContractFieldKind::Licence => validate::licence(name, &terms.licence),
        ContractFieldKind::Text {
            form, most, get, ..
        } => {
            let text = get(terms);
            if text.is_empty() && field.missing == MissingValue::Empty {
                return Ok(());
            }
            match form {
                TextForm::Line => validate::required_line(name, text, *most),
                TextForm::Lines => validate::text(name, text, *most),
                TextForm::Email => validate::email(name, text),
                TextForm::DayNumbers => day_numbers(text)
                    .map(drop)
                    .map_err(|right| Error::field(name, format!("is `{text}`"), right)),
            }
        }
        ContractFieldKind::Number { range, get, .. } => get(terms).map_or(Ok(()), |number| {
            validate::number(name, number, range.clone())
        }),
        ContractFieldKind::Day { get, .. } => validate::day(name, get(terms)),
        ContractFieldKind::Price => terms
            .unit_price
            .map_or(Ok(()), |price| validate::price(name, price)),
        ContractFieldKind::YesNo { .. }
        | ContractFieldKind::BillingCycle
        | ContractFieldKind::Currency => Ok(()),
    }
}

fn check_term(terms: &ContractTerms) -> Result<()> {
    let term = terms.ends_on.since(terms.starts_on);
    if term < 0 {
        return Err(Error::field(
            "ends_on",
            format!("is {}, before the start", terms.ends_on),
            format!("use {} or later", terms.starts_on),
        ));
    }
    if term > TERM_DAYS {
        return Err(Error::field(
            "ends_on",
            format!("makes a term of {term} days"),
            "a term is twenty years at most",
        ));
    }
    if let Some(last) = terms.day_before_anniversary() {
        return Err(Error::field(
            "ends_on",
            format!("is {}, the anniversary of the first day", terms.ends_on),
            format!("give the last day of the term: {last} for whole years"),
        ));
    }
    Ok(())
}

/// A contract has at most one length of its later terms, because two would contradict each other.
fn check_renewal(terms: &ContractTerms) -> Result<()> {
    let lengths = [
        ("renewal_months", terms.renewal_months.is_some()),
        ("renewal_days", terms.renewal_days.is_some()),
        ("renews_by_quarter", terms.renews_by_quarter),
    ];
    let mut given = lengths.iter().filter(|(_, given)| *given);
    match (given.next(), given.next()) {
        (Some((first, _)), Some((second, _))) => Err(Error::field(
            *second,
            format!("is given beside {first}"),
            "give only one of renewal_months, renewal_days and renews_by_quarter",
        )),
        _ => Ok(()),
    }
}

fn check_minimum(terms: &ContractTerms) -> Result<()> {
    if terms.quantity >= 0 && terms.minimum > terms.quantity {
        return Err(Error::field(
            "minimum",
            format!("is {}", terms.minimum),
            format!("use at most the quantity, {}", terms.quantity),
        ));
    }
    Ok(())
}

/// The detail of an audit entry. It has no notes and no addresses of people, because entries of the
/// audit log are never removed.
pub(super) fn detail(id: IntegrationId, terms: &ContractTerms) -> Value {
    let mut detail = json!({ "integration": id });
    for field in CONTRACT_FIELDS {
        let value = match field.kind {
            ContractFieldKind::Text {
                form: TextForm::Lines | TextForm::Email,
                ..
            } => continue,
            ContractFieldKind::Number { get, .. } => json!(get(terms)),
            ContractFieldKind::YesNo { get, .. } => json!(get(terms)),
            _ => match field.text(terms) {
                text if text.is_empty() => Value::Null,
                text => Value::String(text),
            },
        };
        detail[field.name] = value;
    }
    detail
}
