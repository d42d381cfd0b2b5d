//! Contracts as texts: fields of a form, cells of a CSV line, values of a JSON object or arguments
//! of the command line. All sources use the same names. [`terms`] reads them and reports all wrong
//! fields at once. The limits of values are those of the store.

use model::{
    Application, BillingCycle, CONTRACT_FIELDS, ContractField, ContractFieldKind, ContractTerms,
    Currency, Day, Holder, Licence, LicenceFamily, MissingValue, Money,
};

use crate::error::FieldError;
use crate::export::spreadsheet_safe;
use crate::parameters::{ParameterValue as _, Reader, YesNo, whole_number};

/// A day for the checks of a contract whose own days cannot be read.
const ANY_DAY: Day = Day(0);

/// Reads a contract; empty texts count as missing. The same for a form, a JSON object, a line of a
/// file and the command line.
pub fn terms(reader: &mut Reader<'_>, application: &Application) -> Option<ContractTerms> {
    let mut terms = ContractTerms::new(Licence::base("none"), 0, ANY_DAY, ANY_DAY);
    for field in CONTRACT_FIELDS {
        read_field(reader, application, field, &mut terms);
    }
    let wrong = |name| reader.is_wrong(name);
    let (wrong_start, wrong_end) = (wrong("starts_on"), wrong("ends_on"));
    // The limits of the other fields are checked although one could not be read, so fields without
    // a value get one that fits.
    if wrong("quantity") {
        terms.quantity = terms.minimum;
    }
    if wrong_start {
        terms.starts_on = terms.ends_on;
    } else if wrong_end {
        terms.ends_on = terms.starts_on;
    }
    if terms.name.is_empty() {
        terms.name = if wrong("licence") {
            application.name.to_owned()
        } else {
            terms.licence.label(application)
        };
    }
    if !wrong_start && !wrong_end && terms.ends_on < terms.starts_on {
        let (starts_on, ends_on) = (terms.starts_on, terms.ends_on);
        let message = format!("{ends_on} is before {starts_on}, the first day");
        reader.error("ends_on", message);
    }
    for fault in store::faults_of_terms(&terms) {
        if let Ok(error) = FieldError::try_from(fault)
            && !reader.is_wrong(&error.field)
        {
            reader.error(&error.field, error.message);
        }
    }
    Some(terms)
}

/// Reads one field into the terms, which keep their usual value when it is missing.
fn read_field(
    reader: &mut Reader<'_>,
    application: &Application,
    field: &ContractField,
    terms: &mut ContractTerms,
) {
    match field.kind {
        ContractFieldKind::Licence => {
            if let Some(licence) = value(reader, field, |text| licence(application, text)) {
                terms.licence = licence;
            }
        }
        ContractFieldKind::Text { set, .. } => {
            if let Some(text) = value(reader, field, |text| Ok(text.to_owned())) {
                set(terms, text);
            }
        }
        ContractFieldKind::Number { set, .. } => {
            if let Some(number) = value(reader, field, whole_number) {
                set(terms, number);
            }
        }
        ContractFieldKind::YesNo { set, .. } => {
            if let Some(YesNo(yes)) = value(reader, field, YesNo::parse) {
                set(terms, yes);
            }
        }
        ContractFieldKind::Day { set, .. } => {
            if let Some(day) = value(reader, field, Day::parse) {
                set(terms, day);
            }
        }
        ContractFieldKind::BillingCycle => {
            if let Some(cycle) = value(reader, field, billing_cycle) {
                terms.billing_cycle = cycle;
            }
        }
        ContractFieldKind::Price => terms.unit_price = unit_price(reader),
        // It is read together with the price.
        ContractFieldKind::Currency => {}
    }
}

/// The value of a field; an error when a field is missing that every contract must have.
fn value<T>(
    reader: &mut Reader<'_>,
    field: &ContractField,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Option<T> {
    match field.missing {
        MissingValue::Refused(right) => reader.needed(field.name, right, read),
        MissingValue::Usual | MissingValue::Empty => reader.parse(field.name, read),
    }
}

/// The price of a seat; it needs its currency.
fn unit_price(reader: &mut Reader<'_>) -> Option<Money> {
    let given = reader.text("currency").is_some();
    let currency = reader.parse("currency", Currency::parse);
    let price = reader.text("unit_price")?;
    if !given {
        let message = "is missing: a price needs its currency, such as EUR";
        reader.error("currency", message);
    }
    let price = Money::parse(price, currency?);
    price
        .map_err(|error| reader.error("unit_price", error.to_string()))
        .ok()
}

fn billing_cycle(text: &str) -> Result<BillingCycle, String> {
    BillingCycle::from_value(&text.to_lowercase())
        .ok_or_else(|| format!("`{text}` is not `monthly`, `quarterly` or `yearly`"))
}

/// Parses a licence that the application sells, by its key or its name.
fn licence(application: &Application, text: &str) -> Result<Licence, String> {
    let sizes = |family: &LicenceFamily| match family.holder {
        Holder::Base { .. } => vec![Licence::base(family.key)],
        Holder::AddOn { sizes, .. } => sizes
            .iter()
            .map(|size| Licence::sized(family.key, *size))
            .collect(),
    };
    let known: Vec<Licence> = application.licences.iter().flat_map(sizes).collect();
    let named = known.iter().find(|licence| {
        licence.to_string().eq_ignore_ascii_case(text)
            || licence.label(application).eq_ignore_ascii_case(text)
    });
    if let Some(licence) = named {
        return Ok(licence.clone());
    }
    let other = Licence::from_key(text);
    // Other sizes than the listed ones are accepted, because they may have been sold in the past.
    let of_a_family = application.licences.iter().any(|family| {
        family.key == other.family
            && matches!(family.holder, Holder::AddOn { .. }) == other.size.is_some()
    });
    if of_a_family {
        return Ok(other);
    }
    let keys: Vec<String> = known.iter().map(Licence::to_string).collect();
    Err(format!(
        "`{text}` is not a licence of {}: known are {}",
        application.name,
        keys.join(", ")
    ))
}

/// Days ahead of which a contract seldom begins.
const FAR_AHEAD: i32 = 2 * 365;

/// What is seldom meant in terms that are possible: no seats, a contract that is over, or one that begins in
/// years. People confirm it, because a mistyped year or number looks the same.
#[must_use]
pub fn doubts(terms: &ContractTerms, today: Day) -> Vec<FieldError> {
    let mut doubts = Vec::new();
    if terms.quantity == 0 {
        doubts.push(FieldError::new(
            "quantity",
            "is 0: a contract without seats",
        ));
    }
    if terms.ends_on < today && !terms.auto_renews {
        let message = format!(
            "is {}: the contract is over and does not renew",
            terms.ends_on
        );
        doubts.push(FieldError::new("ends_on", message));
    }
    if terms.starts_on.since(today) > FAR_AHEAD {
        let message = format!("is {}, more than two years ahead", terms.starts_on);
        doubts.push(FieldError::new("starts_on", message));
    }
    doubts
}

/// The texts of terms for CSV, in the order of [`CONTRACT_FIELDS`], safe to open in a spreadsheet.
#[must_use]
pub fn csv_record(terms: &ContractTerms) -> Vec<String> {
    let safe = |field: &ContractField| spreadsheet_safe(&field.text(terms)).into_owned();
    CONTRACT_FIELDS.iter().map(safe).collect()
}
