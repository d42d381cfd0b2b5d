//! A field of a contract as data: its texts, its type and its member of the terms.

use std::ops::RangeInclusive;

use crate::contract::ContractTerms;
use crate::time::Day;

/// One field of a contract.
#[derive(Debug)]
pub struct ContractField {
    /// Name in forms, JSON objects, CSV files, arguments, the audit log and the database (where a price
    /// has two columns).
    pub name: &'static str,
    /// Label of the field in the form.
    pub label: &'static str,
    /// Help below the field of the form; empty for none.
    pub help: &'static str,
    /// Description in the API's document.
    pub description: &'static str,
    /// Content of the column in a file, with an example.
    pub in_files: &'static str,
    /// The part of the form to which the field belongs.
    pub part: ContractPart,
    /// Label on the contract's page, which then shows the value as it is. `None` for fields that the page
    /// shows in a sentence of its own.
    pub on_page: Option<&'static str>,
    /// The effect of a missing value.
    pub missing: MissingValue,
    /// The type of the values, and the member of [`ContractTerms`] that has them.
    pub kind: ContractFieldKind,
}

/// The parts of the form, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractPart {
    /// Licence and number of seats.
    Purchase,
    /// Price and payment.
    Price,
    /// Dates and notice.
    Term,
    /// Responsible colleague, and notes.
    Responsible,
}

/// The effect of a value that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingValue {
    /// The contract is refused; the text says the right input.
    Refused(&'static str),
    /// The contract has the usual value, see [`ContractTerms::new`]. The form shows it.
    Usual,
    /// The field stays empty.
    Empty,
}

/// The type of a field. `get` reads the member of the terms, `set` writes it.
#[derive(Debug, Clone)]
pub enum ContractFieldKind {
    /// A licence that the application sells.
    Licence,
    /// A text.
    Text {
        /// The form of the text.
        form: TextForm,
        /// The greatest length.
        most: usize,
        /// Reads the member.
        get: fn(&ContractTerms) -> &str,
        /// Writes the member.
        set: fn(&mut ContractTerms, String),
    },
    /// A whole number.
    Number {
        /// The allowed numbers.
        range: RangeInclusive<i64>,
        /// Reads the member; `None` for an optional number that was not given.
        get: fn(&ContractTerms) -> Option<i64>,
        /// Writes the member.
        set: fn(&mut ContractTerms, i64),
    },
    /// `yes` or `no`.
    YesNo {
        /// Reads the member.
        get: fn(&ContractTerms) -> bool,
        /// Writes the member.
        set: fn(&mut ContractTerms, bool),
    },
    /// A day.
    Day {
        /// Reads the member.
        get: fn(&ContractTerms) -> Day,
        /// Writes the member.
        set: fn(&mut ContractTerms, Day),
    },
    /// How often is paid.
    BillingCycle,
    /// The amount of the price.
    Price,
    /// The currency of the price; read and written together with it.
    Currency,
}

/// The form of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextForm {
    /// A text on one line.
    Line,
    /// A text of several lines.
    Lines,
    /// The e-mail address of a colleague.
    Email,
    /// Numbers of days, see [`day_numbers`](crate::day_numbers()).
    DayNumbers,
}

impl ContractField {
    /// The value as text: in forms, files and arguments. Empty when there is none.
    #[must_use]
    pub fn text(&self, terms: &ContractTerms) -> String {
        let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let price = terms.unit_price;
        match self.kind {
            ContractFieldKind::Licence => terms.licence.to_string(),
            ContractFieldKind::Text { get, .. } => get(terms).to_owned(),
            ContractFieldKind::Number { get, .. } => {
                get(terms).map_or_else(String::new, |number| number.to_string())
            }
            ContractFieldKind::YesNo { get, .. } => yes_no(get(terms)),
            ContractFieldKind::Day { get, .. } => get(terms).to_string(),
            ContractFieldKind::BillingCycle => terms.billing_cycle.value().to_owned(),
            ContractFieldKind::Price => price.map_or_else(String::new, |price| price.decimal()),
            ContractFieldKind::Currency => {
                price.map_or_else(String::new, |price| price.currency.to_string())
            }
        }
    }

    /// Whether a contract without the field is refused.
    #[must_use]
    pub fn is_required(&self) -> bool {
        matches!(self.missing, MissingValue::Refused(_))
    }

    /// Whether the field is `yes` or `no`, which a form has as a check box.
    #[must_use]
    pub fn is_yes_no(&self) -> bool {
        matches!(self.kind, ContractFieldKind::YesNo { .. })
    }

    /// Whether the field is a text of several lines.
    #[must_use]
    pub fn has_lines(&self) -> bool {
        matches!(
            self.kind,
            ContractFieldKind::Text {
                form: TextForm::Lines,
                ..
            }
        )
    }
}
