//! Contracts as texts: fields of a form, cells of a CSV line, values of a JSON object or arguments
//! of the command line. All sources use the same names. [`terms`] parses them and reports all wrong
//! fields at once. The limits of values are checked by the store.

use model::{
    Application, BillingCycle, ContractTerms, Currency, Day, Holder, Licence, LicenceFamily, Money,
};

use crate::csv_table::{CsvTable, LineError};

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
/// The most contracts in one file.
const MOST_CONTRACTS: usize = 10_000;

/// Name of a field, and a message with the fault and a correct example.
pub type FieldProblem = (String, String);

/// Parses the texts that `get` returns by name; empty texts count as missing.
///
/// # Errors
///
/// All wrong fields with their messages.
pub fn terms(
    application: &Application,
    get: impl Fn(&str) -> Option<String>,
) -> Result<ContractTerms, Vec<FieldProblem>> {
    let mut reader = Reader {
        get: |name: &str| {
            let text = get(name)?.trim().to_owned();
            (!text.is_empty()).then_some(text)
        },
        wrong: Vec::new(),
    };
    let licence = reader.needed("licence", |text| licence(application, text));
    let quantity = reader.needed("quantity", whole);
    let currency = reader.optional("currency", |text| {
        text.parse::<Currency>().map_err(|error| error.to_string())
    });
    let unit_price = reader.price(currency);
    let billing_cycle = reader.optional("billing_cycle", |text| {
        BillingCycle::from_value(&text.to_lowercase())
            .ok_or_else(|| format!("`{text}` is not `monthly`, `quarterly` or `yearly`"))
    });
    let starts_on = reader.needed("starts_on", day);
    let ends_on = reader.needed("ends_on", day);
    let auto_renews = reader.optional("auto_renews", yes_no);
    let notice_days = reader.optional("notice_days", whole);
    let minimum = reader.optional("minimum", whole);
    let reducible_each_cycle = reader.optional("reducible_each_cycle", yes_no);
    if let (Some(starts_on), Some(ends_on)) = (starts_on, ends_on)
        && ends_on < starts_on
    {
        reader.say(
            "ends_on",
            format!("{ends_on} is before {starts_on}, the first day"),
        );
    }
    let text = |name: &str| (reader.get)(name).unwrap_or_default();
    let (name, owner, notes) = (text("name"), text("owner"), text("notes"));
    match (licence, quantity, starts_on, ends_on) {
        (Some(licence), Some(quantity), Some(starts_on), Some(ends_on))
            if reader.wrong.is_empty() =>
        {
            let terms = ContractTerms {
                name: if name.is_empty() {
                    licence.label(application)
                } else {
                    name
                },
                licence,
                quantity,
                unit_price,
                billing_cycle: billing_cycle.unwrap_or(BillingCycle::Yearly),
                starts_on,
                ends_on,
                auto_renews: auto_renews.unwrap_or(true),
                notice_days: notice_days.unwrap_or(30),
                minimum: minimum.unwrap_or(0),
                reducible_each_cycle: reducible_each_cycle.unwrap_or(false),
                owner,
                notes,
            };
            match store::check_terms(&terms) {
                Err(store::Error::Field {
                    field,
                    wrong,
                    right,
                }) => Err(vec![(field, format!("{wrong}: {right}"))]),
                _ => Ok(terms),
            }
        }
        _ => Err(reader.wrong),
    }
}

struct Reader<G> {
    get: G,
    wrong: Vec<FieldProblem>,
}

impl<G: Fn(&str) -> Option<String>> Reader<G> {
    fn say(&mut self, field: &str, message: impl Into<String>) {
        self.wrong.push((field.to_owned(), message.into()));
    }

    fn optional<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = (self.get)(field)?;
        match read(&text) {
            Ok(value) => Some(value),
            Err(message) => {
                self.say(field, message);
                None
            }
        }
    }

    fn needed<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if (self.get)(field).is_none() {
            self.say(field, format!("is missing: {}", example(field)));
            return None;
        }
        self.optional(field, read)
    }

    fn price(&mut self, currency: Option<Currency>) -> Option<Money> {
        let text = (self.get)("unit_price")?;
        let Some(currency) = currency else {
            if (self.get)("currency").is_none() {
                self.say(
                    "currency",
                    "is missing: a price needs its currency, such as EUR",
                );
            }
            return None;
        };
        match Money::parse(&text, currency) {
            Ok(price) => Some(price),
            Err(error) => {
                self.say("unit_price", error.to_string());
                None
            }
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

fn whole<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not a whole number in range"))
}

fn day(text: &str) -> Result<Day, String> {
    text.parse::<Day>().map_err(|error| error.to_string())
}

fn yes_no(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "on" | "1" => Ok(true),
        "no" | "false" | "off" | "0" => Ok(false),
        _ => Err(format!("`{text}` is not `yes` or `no`")),
    }
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
) -> Result<Vec<ContractTerms>, Vec<LineError>> {
    let table = CsvTable::read(text, &FIELDS, &NEEDED, MOST_CONTRACTS)?;
    let mut all = Vec::new();
    let mut wrong = Vec::new();
    for (line, record) in &table.lines {
        let get = |name: &str| table.cell(record, name).map(str::to_owned);
        match terms(application, get) {
            Ok(terms) => all.push(terms),
            Err(problems) => wrong.extend(problems.into_iter().map(|(field, message)| LineError {
                line: *line,
                field,
                message,
            })),
        }
    }
    if wrong.is_empty() {
        Ok(all)
    } else {
        Err(wrong)
    }
}
