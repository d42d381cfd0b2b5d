//! One value of a table, for all kinds of files: text in CSV, typed values in XLSX and Parquet. An
//! unknown value is an empty cell in all of them, never zero.

use std::borrow::Cow;

use insight::columns::{self, CellKind};
use model::{Day, Money, Timestamp};

/// The type of the values in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    Text,
    Integer,
    /// A number with a fraction.
    Number,
    /// An amount of money. The currency is in another column, because Parquet has no type for it.
    Amount,
    YesNo,
    /// A day (UTC).
    Day,
    /// A point in time (UTC), in milliseconds.
    Moment,
}

/// A column of a table: its name for programs, and its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: Cow<'static, str>,
    pub kind: ColumnKind,
}

impl Column {
    pub fn new(name: impl Into<Cow<'static, str>>, kind: ColumnKind) -> Self {
        Self {
            name: name.into(),
            kind,
        }
    }
}

/// The type of a column of users or findings.
impl From<CellKind> for ColumnKind {
    fn from(kind: CellKind) -> Self {
        match kind {
            CellKind::Text => Self::Text,
            CellKind::Integer => Self::Integer,
            CellKind::Amount => Self::Amount,
            CellKind::YesNo => Self::YesNo,
            CellKind::Day => Self::Day,
            CellKind::Time => Self::Moment,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// A value that is unknown or does not exist.
    Empty,
    Text(Cow<'a, str>),
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    Amount(Money),
    YesNo(bool),
    /// A day (UTC).
    Day(Day),
    /// A point in time (UTC), in milliseconds.
    Moment(Timestamp),
    /// A formula of a spreadsheet, and its result for other kinds of files.
    Formula(String, Money),
}

/// A value in a column of users or findings.
impl<'a> From<columns::Cell<'a>> for Cell<'a> {
    fn from(cell: columns::Cell<'a>) -> Self {
        match cell {
            columns::Cell::Empty => Self::Empty,
            columns::Cell::Text(text) => Self::Text(text),
            columns::Cell::Integer(number) => Self::Integer(number),
            columns::Cell::Amount(amount) => Self::Amount(amount),
            columns::Cell::YesNo(yes) => Self::YesNo(yes),
            columns::Cell::Day(day) => Self::Day(day),
            columns::Cell::Time(time) => Self::Moment(time),
        }
    }
}

impl<'a> Cell<'a> {
    /// A text; an empty text becomes an empty cell.
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

    /// The value as text for CSV. Text is made safe by [`spreadsheet_safe`].
    pub fn csv(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => spreadsheet_safe(text),
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

/// Signs with which a formula begins; spreadsheet programs accept the full-width forms too.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
/// Signs after which a cell begins when a file is opened with another separator, or breaks off there.
const SEPARATORS: [char; 4] = [';', '\t', '\r', '\n'];

/// Makes text safe to open in a spreadsheet, whatever separator is chosen there: a place that would be taken for
/// a formula gets an apostrophe in front. [`without_protection`] takes it away again.
pub fn spreadsheet_safe(text: &str) -> Cow<'_, str> {
    let places = formulas(text, 0);
    if places.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + places.len());
    let mut from = 0;
    for place in places {
        safe.push_str(&text[from..place]);
        safe.push('\'');
        from = place;
    }
    safe.push_str(&text[from..]);
    Cow::Owned(safe)
}

/// The text before [`spreadsheet_safe`] made it safe.
pub fn without_protection(text: &str) -> Cow<'_, str> {
    let places = formulas(text, 1);
    if places.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut from = 0;
    for place in places {
        plain.push_str(&text[from..place]);
        from = place + 1;
    }
    plain.push_str(&text[from..]);
    Cow::Owned(plain)
}

/// The places, by byte, at which a cell can begin with a formula after at least this many apostrophes.
fn formulas(text: &str, apostrophes: usize) -> Vec<usize> {
    let mut places = Vec::new();
    let mut begins = true;
    for (place, sign) in text.char_indices() {
        if begins && sign != ' ' {
            let rest = &text[place..];
            let bare = rest.trim_start_matches('\'');
            if rest.len() - bare.len() >= apostrophes && bare.starts_with(FORMULA) {
                places.push(place);
            }
        }
        // A cell may begin with spaces.
        begins = SEPARATORS.contains(&sign) || begins && sign == ' ';
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s09_formulas_become_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t1", "\r1", "\n1", "＝1"] {
            assert_eq!(spreadsheet_safe(formula), format!("'{formula}"));
        }
        for text in ["", "a=b", "6.2.11", "Ann-Marie", "a, -b", "x; y"] {
            assert_eq!(spreadsheet_safe(text), text);
        }
    }

    #[test]
    fn s39_no_separator_makes_a_formula_of_a_part_of_a_text() {
        for (text, safe) in [
            ("x;=1+1", "x;'=1+1"),
            ("x; =1+1", "x; '=1+1"),
            ("x\n@SUM(A1)", "x\n'@SUM(A1)"),
            ("'=1", "''=1"),
            ("\t=1", "'\t'=1"),
        ] {
            assert_eq!(spreadsheet_safe(text), safe);
        }
    }

    proptest::proptest! {
        #[test]
        fn s39_texts_survive_a_round_trip(text in "[a=+;'\t @＝\n-]{0,12}") {
            let safe = spreadsheet_safe(&text).into_owned();
            for part in safe.split(SEPARATORS) {
                proptest::prop_assert!(!part.trim_start_matches(' ').starts_with(FORMULA), "{safe:?}");
            }
            proptest::prop_assert_eq!(without_protection(&safe), text);
        }
    }
}
