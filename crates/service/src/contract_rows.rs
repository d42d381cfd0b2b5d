//! Contracts as people enter them: a form, a line of a CSV file, a JSON object or the command line.
//! All of them give texts by the same names, and [`terms`] makes terms of them or says everything that
//! is wrong at once. Bounds are the store's.

use std::fmt;

use model::{
    Application, BillingCycle, ContractTerms, Currency, Day, Holder, Licence, LicenceFamily, Money,
};

/// The names, in the order of columns.
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
/// Those without which there is no contract.
const NEEDED: [&str; 4] = ["licence", "quantity", "starts_on", "ends_on"];
/// The most lines that one file may have.
const MOST_LINES: usize = 10_000;

/// What is wrong with a field: its name, and what is wrong and what would be right.
pub type FieldProblem = (String, String);

/// What is wrong with a field of a line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError {
    /// The line, the header being 1.
    pub line: u64,
    /// The column; empty when the line as a whole is wrong.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.field.is_empty() {
            write!(f, ", {}", self.field)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Terms of the texts that `get` gives by name; empty texts count as missing.
///
/// # Errors
///
/// Everything that is wrong, field by field.
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

/// A licence that the application sells: by its key or its name.
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
    // Sizes that are not on the list may have been sold all the same.
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

/// The same, safe to open in a spreadsheet.
#[must_use]
pub fn csv_record(terms: &ContractTerms) -> Vec<String> {
    let safe = |text: String| crate::export::cell(&text).into_owned();
    record(terms).into_iter().map(safe).collect()
}

/// Contracts of a CSV file with a header of [`FIELDS`] in any order; `;` parts columns as well as `,`.
///
/// # Errors
///
/// Everything that is wrong, line by line: then nothing of the file is to be used.
pub fn read_csv(
    application: &Application,
    text: &[u8],
) -> Result<Vec<ContractTerms>, Vec<LineError>> {
    let table = Table::read(text, &FIELDS, &NEEDED)?;
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

/// A CSV file that was read: its columns and its lines with their numbers.
pub struct Table {
    columns: Vec<String>,
    pub lines: Vec<(u64, csv::StringRecord)>,
}

impl Table {
    /// Reads a file of which these columns are known and those are needed.
    pub fn read(text: &[u8], known: &[&str], needed: &[&str]) -> Result<Self, Vec<LineError>> {
        let one = |line: u64, message: String| {
            vec![LineError {
                line,
                field: String::new(),
                message,
            }]
        };
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        // A header is a few hundred bytes.
        let signs = |sign: u8| first.split(|byte| *byte == sign).count();
        let semicolons = signs(b';');
        let commas = signs(b',');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(if semicolons > commas { b';' } else { b',' })
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(text);
        let header = reader
            .headers()
            .map_err(|error| one(1, format!("cannot be read as CSV in UTF-8: {error}")))?;
        let columns: Vec<String> = header.iter().map(str::to_lowercase).collect();
        let mut wrong = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            let message = if !known.contains(&column.as_str()) {
                format!("is not a column here: known are {}", known.join(", "))
            } else if columns[..index].contains(column) {
                "is there twice".to_owned()
            } else {
                continue;
            };
            wrong.push(LineError {
                line: 1,
                field: column.clone(),
                message,
            });
        }
        for column in needed {
            if !columns.iter().any(|there| there == column) {
                wrong.push(LineError {
                    line: 1,
                    field: (*column).to_owned(),
                    message: format!(
                        "is missing: the first line names the columns, such as {}",
                        needed.join(",")
                    ),
                });
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                let line = error.position().map_or(0, |at| line_at(text, at.byte()));
                one(line, "cannot be read: write it in UTF-8".to_owned())
            })?;
            let line = record.position().map_or(0, |at| line_at(text, at.byte()));
            if record.iter().all(str::is_empty) {
                continue;
            }
            if record.len() > columns.len() {
                return Err(one(
                    line,
                    format!(
                        "has {} cells, and the first line names {} columns",
                        record.len(),
                        columns.len()
                    ),
                ));
            }
            if lines.len() >= most(known) {
                return Err(one(
                    line,
                    format!("is one too many: {} at most", most(known)),
                ));
            }
            lines.push((line, record));
        }
        if lines.is_empty() {
            return Err(one(
                2,
                "is missing: the file has no lines below its header".to_owned(),
            ));
        }
        Ok(Self { columns, lines })
    }

    /// The cell of a line in this column.
    pub fn cell<'a>(&self, record: &'a csv::StringRecord, name: &str) -> Option<&'a str> {
        let index = self.columns.iter().position(|column| column == name)?;
        record.get(index)
    }
}

/// The line of a record that begins at this byte or after the line ends there, counted from 1. The CSV
/// reader counts a line that ends in CRLF only when it sees what follows.
fn line_at(text: &[u8], byte: u64) -> u64 {
    let mut start = usize::try_from(byte).unwrap_or(text.len()).min(text.len());
    while text.get(start).is_some_and(|b| matches!(b, b'\n' | b'\r')) {
        start += 1;
    }
    let lines = text[..start].split(|b| *b == b'\n').count();
    u64::try_from(lines).unwrap_or(u64::MAX)
}

/// Contracts are few; people may be many.
fn most(known: &[&str]) -> usize {
    if known.len() == FIELDS.len() {
        MOST_LINES
    } else {
        200_000
    }
}
