//! Uploaded CSV files as lines of named cells.

use std::borrow::Cow;
use std::fmt;

use crate::blocking::Stop;
use crate::export::without_protection;
use crate::pairs::Pairs;

/// A wrong field in one line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError {
    /// Number of the line; the header is line 1.
    pub line: u64,
    /// Name of the column; empty when the line as a whole is wrong.
    pub field: String,
    /// The fault and a correct example.
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

pub struct CsvTable {
    columns: Vec<String>,
    pub lines: Vec<(u64, csv::StringRecord)>,
    /// Names of the columns that were passed over, in lower case.
    pub ignored: Vec<String>,
}

impl CsvTable {
    /// Parses a file in UTF-8 or UTF-16 whose columns are separated by `,`, `;` or tabs. It may contain the columns
    /// `known`, must contain the columns `needed`, and may have `most` lines below the header. Other columns are
    /// passed over: [`ignored`](Self::ignored) has their names. Takes up to a second, so it does not run on a thread that
    /// serves requests, and ends with an empty list of errors when a stop is requested.
    pub fn read(
        text: &[u8],
        known: &[&str],
        needed: &[&str],
        most: usize,
        stop: &Stop,
    ) -> Result<Self, Vec<LineError>> {
        let one = |line: u64, message: String| {
            vec![LineError {
                line,
                field: String::new(),
                message,
            }]
        };
        let text = decoded(text).map_err(|message| one(1, message))?;
        let text = text.as_ref();
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let signs = |sign: &u8| first.split(|byte| byte == sign).count();
        // The comma of several that are as frequent, because it is the usual one.
        let delimiter = *b"\t;,"
            .iter()
            .max_by_key(|sign| signs(sign))
            .unwrap_or(&b',');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(text);
        let header = reader
            .headers()
            .map_err(|error| one(1, format!("cannot be read as CSV in UTF-8: {error}")))?;
        let columns: Vec<String> = header.iter().map(|column| named(column, known)).collect();
        check_header(&columns, known, needed)?;
        let mut lines = Vec::new();
        let mut numbers = LineNumbers::new(text);
        for record in reader.records() {
            if stop.is_requested() {
                return Err(Vec::new());
            }
            let record = record.map_err(|error| {
                let line = error.position().map_or(0, |at| numbers.at(at.byte()));
                one(line, "cannot be read: write it in UTF-8".to_owned())
            })?;
            let line = record.position().map_or(0, |at| numbers.at(at.byte()));
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
            if lines.len() >= most {
                return Err(one(line, format!("is one too many: {most} at most")));
            }
            lines.push((line, record));
        }
        if lines.is_empty() {
            return Err(one(
                2,
                "is missing: the file has no lines below its header".to_owned(),
            ));
        }
        let ignored = columns
            .iter()
            .filter(|column| !known.contains(&column.as_str()))
            .cloned()
            .collect();
        Ok(Self {
            columns,
            lines,
            ignored,
        })
    }

    /// The cells of a line with the names of their columns, without those that are passed over.
    pub fn pairs(&self, record: &csv::StringRecord) -> Pairs {
        let cells = self.columns.iter().zip(record);
        let cells = cells.filter(|(name, _)| !self.ignored.contains(name));
        Pairs(
            cells
                .map(|(name, cell)| (name.clone(), without_protection(cell).into_owned()))
                .collect(),
        )
    }

    /// The cell of a line in the column `name`.
    pub fn cell<'a>(&self, record: &'a csv::StringRecord, name: &str) -> Option<&'a str> {
        let index = self.columns.iter().position(|column| column == name)?;
        record.get(index)
    }
}

/// The text of a file as UTF-8.
fn decoded(file: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    let spreadsheet = file.starts_with(b"PK\x03\x04") || file.starts_with(b"\xd0\xcf\x11\xe0");
    if spreadsheet {
        return Err(
            "is a file of a spreadsheet program (.xlsx, .xls or .ods): open it there and save \
                    the sheet as CSV"
                .to_owned(),
        );
    }
    let units = |bytes: &[u8], unit: fn([u8; 2]) -> u16| -> Vec<u16> {
        let pairs = bytes.as_chunks::<2>().0.iter();
        pairs.map(|pair| unit(*pair)).collect()
    };
    let wide = match file {
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        _ => {
            let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
            return Ok(Cow::Borrowed(text));
        }
    };
    let text = String::from_utf16(&wide);
    let text = text.map_err(|_| "is UTF-16 with errors: save it as CSV in UTF-8".to_owned())?;
    Ok(Cow::Owned(text.into_bytes()))
}

/// The name of a column: `Unit price` is `unit_price`. A name that is not known stays as it is, in lower case.
fn named(header: &str, known: &[&str]) -> String {
    let lower = header.trim().to_lowercase();
    let joined = lower.replace([' ', '-'], "_");
    if known.contains(&joined.as_str()) {
        joined
    } else {
        lower
    }
}

/// Checks that the header has each known column at most once, and all needed ones.
fn check_header(columns: &[String], known: &[&str], needed: &[&str]) -> Result<(), Vec<LineError>> {
    let mut wrong = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        if known.contains(&column.as_str()) && columns[..index].contains(column) {
            wrong.push(LineError {
                line: 1,
                field: column.clone(),
                message: "is there twice".to_owned(),
            });
        }
    }
    for column in needed {
        if !columns.iter().any(|there| there == column) {
            wrong.push(LineError {
                line: 1,
                field: (*column).to_owned(),
                message: format!(
                    "is missing: the first line names the columns, such as {}; the file has {}",
                    needed.join(","),
                    columns.join(",")
                ),
            });
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Numbers the lines of a text, counted from 1. Needed because the CSV reader counts a CRLF only when
/// it reads the next record.
struct LineNumbers<'a> {
    text: &'a [u8],
    /// The byte up to which line ends are counted, and their number.
    counted: (usize, u64),
}

impl<'a> LineNumbers<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            counted: (0, 0),
        }
    }

    /// The number of the line that begins at this byte or after the line ends there. Positions must
    /// not go back, so that each byte is looked at once.
    fn at(&mut self, byte: u64) -> u64 {
        let text = self.text;
        let mut start = usize::try_from(byte).unwrap_or(text.len()).min(text.len());
        while text.get(start).is_some_and(|b| matches!(b, b'\n' | b'\r')) {
            start += 1;
        }
        let (from, mut ends) = self.counted;
        let more = text[from.min(start)..start].iter().filter(|b| **b == b'\n');
        ends += u64::try_from(more.count()).unwrap_or(u64::MAX);
        self.counted = (start.max(from), ends);
        ends + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &[u8]) -> Result<CsvTable, Vec<LineError>> {
        CsvTable::read(
            file,
            &["email", "left_on"],
            &["email"],
            10,
            &Stop::default(),
        )
    }

    #[test]
    fn tabs_utf_16_and_further_columns_are_read_and_spreadsheets_named() {
        let wide = |bytes: fn(u16) -> [u8; 2], mark: [u8; 2]| {
            let text = "E-mail;Email;Left on\r\nx;ada@example.com;2026-01-31\r\n";
            let units = text.encode_utf16().flat_map(bytes);
            mark.into_iter().chain(units).collect::<Vec<u8>>()
        };
        for file in [
            wide(u16::to_le_bytes, [0xff, 0xfe]),
            wide(u16::to_be_bytes, [0xfe, 0xff]),
            b"\xef\xbb\xbfE-mail\tEMAIL\tleft-on\nx\tada@example.com\t2026-01-31\n".to_vec(),
        ] {
            let table = read(&file).unwrap();
            assert_eq!(table.ignored, ["e-mail"]);
            let pairs = table.pairs(&table.lines[0].1).0;
            let expected = [("email", "ada@example.com"), ("left_on", "2026-01-31")];
            assert_eq!(
                pairs,
                expected.map(|(name, cell)| (name.to_owned(), cell.to_owned()))
            );
        }
        let fault = |file: &[u8]| read(file).err().unwrap()[0].to_string();
        assert!(fault(b"PK\x03\x04...").contains("save the sheet as CSV"));
        assert!(fault(b"\xff\xfe\x00\xd8").contains("UTF-16"));
        let missing = fault(b"mail,name\nx,y\n");
        assert!(missing.contains("is missing") && missing.ends_with("the file has mail,name"));
    }

    #[test]
    fn s31_a_long_file_is_read_once_from_front_to_back() {
        const LINES: u64 = 200_000;
        let mut text = b"email,left_on\r\n".to_vec();
        for number in 0..LINES {
            text.extend_from_slice(format!("person{number}@example.com,\r\n").as_bytes());
        }
        let many = usize::try_from(LINES).unwrap();
        let table = CsvTable::read(
            &text,
            &["email", "left_on"],
            &["email"],
            many,
            &Stop::default(),
        )
        .unwrap();
        assert_eq!(table.lines.len(), many);
        // The number of each line, with which faults are reported, is right.
        let numbers = table.lines.iter().map(|(line, _)| *line);
        assert!(numbers.eq(2..LINES + 2));
    }

    #[test]
    fn s31_lines_of_commas_only_are_passed_over() {
        let mut text = b"email,left_on\n".to_vec();
        text.extend(b",\n".repeat(200_000));
        text.extend(b"ada@example.com,\n");
        let table = CsvTable::read(
            &text,
            &["email", "left_on"],
            &["email"],
            10,
            &Stop::default(),
        )
        .unwrap();
        assert_eq!(table.lines[0].0, 200_002);
    }
}
