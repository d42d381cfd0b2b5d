//! Contracts from a file: reading it, and finding the contracts that it has again.

use std::collections::BTreeSet;

use model::{
    Application, CONTRACT_FIELDS, Contract, ContractFieldKind, ContractId, ContractTerms, Day,
    contract_field_names,
};

use crate::blocking::Stop;
use crate::contract_rows::{doubts, terms};
use crate::csv_table::{CsvTable, LineError};
use crate::error::FieldError;
use crate::file_cells::{DateOrder, day, decimal, whole};
use crate::pairs::Pairs;
use crate::parameters::ParameterValue;

/// The most contracts in one file.
const MOST_CONTRACTS: usize = 10_000;

/// What happens to contracts of a file that are stored already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// They stay as they are.
    Skip,
    /// They get the terms of the file.
    Replace,
    /// They are added once more.
    Add,
}

impl Existing {
    pub const ALL: [Self; 3] = [Self::Skip, Self::Replace, Self::Add];

    /// The word in addresses and on the command line.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Replace => "replace",
            Self::Add => "add",
        }
    }
}

impl ParameterValue for Existing {
    fn parse(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|way| way.value() == text);
        found.ok_or_else(|| format!("`{text}` is not `skip`, `replace` or `add`"))
    }
}

/// The contracts of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractFile {
    /// In the order of the file.
    pub terms: Vec<ContractTerms>,
    /// Names of columns that were passed over.
    pub ignored: Vec<String>,
}

/// Reads contracts from a CSV file with a header of [`CONTRACT_FIELDS`] in any order. Columns are separated
/// by `,`, `;` or tabs. Numbers may be written as in the country of the file; `dates` is the order in days with
/// slashes.
///
/// # Errors
///
/// All wrong fields with their lines. The file must then be rejected as a whole.
pub fn read_csv(
    application: &Application,
    text: &[u8],
    dates: Option<DateOrder>,
    stop: &Stop,
) -> Result<ContractFile, Vec<LineError>> {
    let required = CONTRACT_FIELDS.iter().filter(|field| field.is_required());
    let required: Vec<&str> = required.map(|field| field.name).collect();
    let names = contract_field_names();
    let table = CsvTable::read(text, &names, &required, MOST_CONTRACTS, stop)?;
    let mut all = Vec::new();
    let mut wrong = Vec::new();
    for (line, record) in &table.lines {
        if stop.is_requested() {
            return Err(Vec::new());
        }
        let mut faults = Vec::new();
        let pairs = in_plain_form(table.pairs(record), dates, &mut faults);
        match pairs.read_with(|reader| {
            for (field, message) in faults {
                reader.error(&field, message);
            }
            terms(reader, application)
        }) {
            Ok(terms) => all.push(terms),
            Err(mut errors) => {
                // A cell that could not be read may be wrong in another way as well; the first is enough.
                let mut seen = BTreeSet::new();
                errors.retain(|error| seen.insert(error.field.clone()));
                wrong.extend(errors.into_iter().map(|error| LineError {
                    line: *line,
                    field: error.field,
                    message: error.message,
                }));
            }
        }
    }
    if wrong.is_empty() {
        Ok(ContractFile {
            terms: all,
            ignored: table.ignored,
        })
    } else {
        Err(wrong)
    }
}

/// The cells with numbers and days as forms and the API write them. A cell that cannot be read becomes a fault
/// and is left out.
fn in_plain_form(
    pairs: Pairs,
    dates: Option<DateOrder>,
    faults: &mut Vec<(String, String)>,
) -> Pairs {
    let mut plain = Vec::with_capacity(pairs.0.len());
    for (name, cell) in pairs.0 {
        let kind = CONTRACT_FIELDS.iter().find(|field| field.name == name);
        let text = match kind.map(|field| &field.kind) {
            Some(ContractFieldKind::Number { .. }) => whole(&cell),
            Some(ContractFieldKind::Price) => decimal(&cell),
            Some(ContractFieldKind::Day { .. }) => day(&cell, dates),
            _ => Ok(cell.clone()),
        };
        let text = text.unwrap_or_else(|message| {
            faults.push((name.clone(), message));
            cell
        });
        plain.push((name, text));
    }
    Pairs(plain)
}

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractImport {
    /// The contracts to store: new ones, or new terms of those with a number.
    pub entries: Vec<(Option<ContractId>, ContractTerms)>,
    /// Number of contracts of the file that are stored already.
    pub known: usize,
    /// Number of contracts that stay as they are.
    pub skipped: usize,
}

impl ContractImport {
    /// Number of contracts that are added.
    #[must_use]
    pub fn added(&self) -> usize {
        self.entries.len() - self.replaced()
    }

    /// Number of contracts that get new terms.
    #[must_use]
    pub fn replaced(&self) -> usize {
        self.entries
            .iter()
            .filter(|(known, _)| known.is_some())
            .count()
    }
}

/// Plans the import of a file. A contract of the file is one that is stored when name, licence and first day are
/// the same.
///
/// # Errors
/// The questions that are open: what to do with contracts that are stored already, when `existing` does not say
/// it; and whether terms that are seldom meant are right, when a day is given for which they are checked.
pub fn plan(
    terms: Vec<ContractTerms>,
    stored: &[Contract],
    existing: Option<Existing>,
    unconfirmed_on: Option<Day>,
) -> Result<ContractImport, Vec<FieldError>> {
    let mut questions = Vec::new();
    if let Some(today) = unconfirmed_on {
        let doubts = terms.iter().flat_map(|terms| {
            let doubts = doubts(terms, today).into_iter();
            doubts.map(|doubt| format!("{}: {} {}", terms.name, doubt.field, doubt.message))
        });
        let doubts: Vec<String> = doubts.collect();
        if !doubts.is_empty() {
            let shown = doubts[..doubts.len().min(3)].join("; ");
            let message = format!("{} to confirm: {shown}", doubts.len());
            questions.push(FieldError::new("confirm", message));
        }
    }

    let same = |one: &ContractTerms, other: &ContractTerms| {
        one.name == other.name && one.licence == other.licence && one.starts_on == other.starts_on
    };
    let found: Vec<Option<ContractId>> = terms
        .iter()
        .map(|terms| {
            let mut stored = stored.iter();
            let known = stored.find(|contract| same(&contract.terms, terms));
            known.map(|contract| contract.id)
        })
        .collect();
    let known = found.iter().flatten().count();
    if known > 0 && existing.is_none() {
        let names = terms.iter().zip(&found);
        let names = names.filter(|(_, known)| known.is_some());
        let names = names.map(|(terms, _)| terms.name.as_str());
        let names: Vec<&str> = names.take(3).collect();
        let message = format!(
            "{known} of {} contracts are stored already (the same name, licence and first day: {}{}): give `skip`, \
             `replace` or `add`",
            terms.len(),
            names.join(", "),
            if known > names.len() { ", …" } else { "" }
        );
        questions.push(FieldError::new("existing", message));
    }
    if !questions.is_empty() {
        return Err(questions);
    }
    let mut entries = Vec::with_capacity(terms.len());
    let mut skipped = 0;
    for (terms, known) in terms.into_iter().zip(found) {
        match (known, existing) {
            (Some(_), Some(Existing::Skip)) => skipped += 1,
            (Some(contract), Some(Existing::Replace)) => entries.push((Some(contract), terms)),
            _ => entries.push((None, terms)),
        }
    }
    Ok(ContractImport {
        entries,
        known,
        skipped,
    })
}
