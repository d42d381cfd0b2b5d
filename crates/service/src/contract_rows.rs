//! Contracts as texts: fields of a form, cells of a CSV line, values of a JSON object or arguments
//! of the command line. All sources use the same names. [`terms`] reads them and reports all wrong
//! fields at once. The limits of values are those of the store.

use model::{
    Application, BillingCycle, ContractTerms, Currency, Day, Holder, Licence, LicenceFamily, Money,
};

use crate::blocking::Stop;
use crate::csv_table::{CsvTable, LineError};
use crate::error::FieldError;
use crate::parameters::{FromParameter, ParameterValue as _, Reader, YesNo, whole_number};

/// The names of the fields, in the order of columns.
pub const FIELDS: [&str; 14] = [
    "licence",
    "name",
    "quantity",
    "unit_price",
    "currency",
    "billing_cycle",
    "starts_on",
    "ends_on",
    "auto_renews",
    "notice_days",
    "minimum",
    "reducible_each_cycle",
    "owner",
    "notes",
];
/// The fields that every contract must have.
const NEEDED: [&str; 4] = ["licence", "quantity", "starts_on", "ends_on"];
/// A day for the checks of a contract whose own days cannot be read.
const ANY_DAY: Day = Day(0);
/// The most contracts in one file.
const MOST_CONTRACTS: usize = 10_000;

/// Reads a contract; empty texts count as missing. The same for a form, a JSON object, a line of a
/// file and the command line.
pub fn terms(reader: &mut Reader<'_>, application: &Application) -> Option<ContractTerms> {
    let licence = reader.needed("licence", example("licence"), |text| {
        licence(application, text)
    });
    let quantity = reader.needed("quantity", example("quantity"), whole_number);
    let unit_price = unit_price(reader);
    let billing_cycle = reader.get("billing_cycle");
    let starts_on = reader.needed("starts_on", example("starts_on"), Day::parse);
    let ends_on = reader.needed("ends_on", example("ends_on"), Day::parse);
    let auto_renews = reader.get::<Option<YesNo>>("auto_renews");
    let notice_days = reader.parse("notice_days", whole_number);
    let minimum = reader.parse("minimum", whole_number);
    let reducible_each_cycle = reader.get::<YesNo>("reducible_each_cycle");
    if let (Some(starts_on), Some(ends_on)) = (starts_on, ends_on)
        && ends_on < starts_on
    {
        let message = format!("{ends_on} is before {starts_on}, the first day");
        reader.error("ends_on", message);
    }
    let mut text = |name| reader.text(name).unwrap_or_default().to_owned();
    let (name, owner, notes) = (text("name"), text("owner"), text("notes"));
    // The limits of the other fields are checked although one could not be read, so fields without
    // a value have one that fits.
    let minimum = minimum.unwrap_or(0);
    let read = ContractTerms {
        name: match &licence {
            Some(licence) if name.is_empty() => licence.label(application),
            None if name.is_empty() => application.name.to_owned(),
            _ => name,
        },
        licence: licence.clone().unwrap_or_else(|| Licence::base("none")),
        quantity: quantity.unwrap_or(minimum),
        unit_price,
        billing_cycle: billing_cycle.unwrap_or(BillingCycle::Yearly),
        starts_on: starts_on.or(ends_on).unwrap_or(ANY_DAY),
        ends_on: ends_on.or(starts_on).unwrap_or(ANY_DAY),
        auto_renews: auto_renews.flatten().is_none_or(|yes| yes.0),
        notice_days: notice_days.unwrap_or(30),
        minimum,
        reducible_each_cycle: reducible_each_cycle.is_some_and(|yes| yes.0),
        owner,
        notes,
    };
    for fault in store::faults_of_terms(&read) {
        if let Ok(error) = FieldError::try_from(fault)
            && !reader.is_wrong(&error.field)
        {
            reader.error(&error.field, error.message);
        }
    }
    licence.is_some().then_some(read)
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

impl FromParameter for BillingCycle {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        match values.first().copied().unwrap_or_default() {
            "" => Ok(Self::Yearly),
            text => Self::from_value(&text.to_lowercase()).ok_or_else(|| {
                vec![format!(
                    "`{text}` is not `monthly`, `quarterly` or `yearly`"
                )]
            }),
        }
    }
}

fn example(field: &str) -> &'static str {
    match field {
        "licence" => "give what was bought, such as licensed or webinar_500",
        "quantity" => "give the number of seats",
        "starts_on" => "give the first day of the term, yyyy-mm-dd",
        _ => "give the last day of the term, yyyy-mm-dd",
    }
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

/// The texts of terms, in the order of [`FIELDS`].
#[must_use]
pub fn record(terms: &ContractTerms) -> Vec<String> {
    let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    vec![
        terms.licence.to_string(),
        terms.name.clone(),
        terms.quantity.to_string(),
        terms
            .unit_price
            .map(|price| price.decimal())
            .unwrap_or_default(),
        terms
            .unit_price
            .map(|price| price.currency.to_string())
            .unwrap_or_default(),
        terms.billing_cycle.value().to_owned(),
        terms.starts_on.to_string(),
        terms.ends_on.to_string(),
        yes_no(terms.auto_renews),
        terms.notice_days.to_string(),
        terms.minimum.to_string(),
        yes_no(terms.reducible_each_cycle),
        terms.owner.clone(),
        terms.notes.clone(),
    ]
}

/// The texts of terms for CSV, safe to open in a spreadsheet.
#[must_use]
pub fn csv_record(terms: &ContractTerms) -> Vec<String> {
    let safe = |text: String| crate::export::spreadsheet_safe(&text).into_owned();
    record(terms).into_iter().map(safe).collect()
}

/// Reads contracts from a CSV file with a header of [`FIELDS`] in any order. Columns are separated
/// by `,` or `;`.
///
/// # Errors
///
/// All wrong fields with their lines. The file must then be rejected as a whole.
pub fn read_csv(
    application: &Application,
    text: &[u8],
    stop: &Stop,
) -> Result<Vec<ContractTerms>, Vec<LineError>> {
    let table = CsvTable::read(text, &FIELDS, &NEEDED, MOST_CONTRACTS, stop)?;
    let mut all = Vec::new();
    let mut wrong = Vec::new();
    for (line, record) in &table.lines {
        if stop.is_requested() {
            return Err(Vec::new());
        }
        match table
            .pairs(record)
            .read_with(|reader| terms(reader, application))
        {
            Ok(terms) => all.push(terms),
            Err(errors) => wrong.extend(errors.into_iter().map(|error| LineError {
                line: *line,
                field: error.field,
                message: error.message,
            })),
        }
    }
    if wrong.is_empty() {
        Ok(all)
    } else {
        Err(wrong)
    }
}
