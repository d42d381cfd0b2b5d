//! A value of a table with its kind. Unknown values are empty cells in every format, never zero.

use std::borrow::Cow;

use model::{Day, FieldKind, FieldValue, Money, Timestamp};

/// The kind of the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CellKind {
    Text,
    Integer,
    /// An amount of money. Its currency is in a column of its own, because spreadsheets and Parquet have
    /// numbers without a currency.
    Amount,
    YesNo,
    Day,
    Time,
}

/// A value in a row of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Unknown, or known to be none.
    Empty,
    /// Any text that is not empty.
    Text(Cow<'a, str>),
    Integer(i64),
    Amount(Money),
    YesNo(bool),
    Day(Day),
    Time(Timestamp),
}

impl<'a> Cell<'a> {
    /// A text; an empty text is an empty cell.
    #[must_use]
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text)
        }
    }

    /// The cell of a value that may be missing.
    #[must_use]
    pub fn maybe<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Empty, cell)
    }

    /// The cell of a metadata value.
    #[must_use]
    pub fn field(value: Option<&'a FieldValue>) -> Self {
        match value {
            None => Self::Empty,
            Some(FieldValue::YesNo(yes)) => Self::YesNo(*yes),
            Some(FieldValue::Integer(number)) => Self::Integer(*number),
            Some(FieldValue::Text(text)) => Self::text(text.as_str()),
        }
    }

    /// The kind of the value; `None` for an empty cell.
    #[must_use]
    pub fn kind(&self) -> Option<CellKind> {
        Some(match self {
            Self::Empty => return None,
            Self::Text(_) => CellKind::Text,
            Self::Integer(_) => CellKind::Integer,
            Self::Amount(_) => CellKind::Amount,
            Self::YesNo(_) => CellKind::YesNo,
            Self::Day(_) => CellKind::Day,
            Self::Time(_) => CellKind::Time,
        })
    }

    /// The value as text for CSV: amounts as decimal numbers, `yes` or `no`, days and times as in the API.
    /// The writer still has to protect texts against being read as formulas.
    #[must_use]
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Amount(amount) => Cow::Owned(amount.decimal()),
            Self::YesNo(true) => Cow::Borrowed("yes"),
            Self::YesNo(false) => Cow::Borrowed("no"),
            Self::Day(day) => Cow::Owned(day.to_string()),
            Self::Time(time) => Cow::Owned(time.to_string()),
        }
    }
}

/// The kind of the cells of a metadata field.
impl From<FieldKind> for CellKind {
    fn from(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Integer => Self::Integer,
            FieldKind::YesNo => Self::YesNo,
            FieldKind::Text | FieldKind::Choice(_) | FieldKind::Version => Self::Text,
        }
    }
}
