//! One value of a table as every kind of file takes it: text for CSV, typed for spreadsheets and for
//! Parquet. What is not known is empty in all of them, never zero.

use std::borrow::Cow;

use model::{Day, Money, Timestamp};

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Number,
    /// An amount of money; its currency is another column.
    Amount,
    /// Yes or no.
    YesNo,
    /// A day (UTC).
    Day,
    /// A moment (UTC).
    Moment,
}

/// A column of a table: the name that programs know it by, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: Cow<'static, str>,
    pub kind: Kind,
}

impl Column {
    pub fn new(name: impl Into<Cow<'static, str>>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            kind,
        }
    }
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Not known, or none.
    Empty,
    /// Any text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    /// An amount of money.
    Amount(Money),
    /// Yes or no.
    YesNo(bool),
    /// A day (UTC).
    Day(Day),
    /// A moment (UTC).
    Moment(Timestamp),
    /// A spreadsheet's formula, and what it comes to where formulas are not understood.
    Formula(String, Money),
}

impl<'a> Cell<'a> {
    /// Text; empty text is an empty cell.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text)
        }
    }

    /// A value that may be missing.
    pub fn maybe<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Empty, cell)
    }

    /// The value as CSV has it. Whoever writes it still guards text against being taken for a formula.
    pub fn csv(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => super::cell(text),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Amount(amount) | Self::Formula(_, amount) => Cow::Owned(amount.decimal()),
            Self::YesNo(true) => Cow::Borrowed("yes"),
            Self::YesNo(false) => Cow::Borrowed("no"),
            Self::Day(day) => Cow::Owned(day.to_string()),
            Self::Moment(moment) => Cow::Owned(moment.to_string()),
        }
    }
}
