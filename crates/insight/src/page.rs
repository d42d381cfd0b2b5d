//! Rows in order: one page of them, or all for exports. A page picks its rows without sorting all of them,
//! because large accounts have 100,000 rows and more.

use model::FieldValue;

use crate::bits::Bits;
use crate::query::{Cursor, Query, SortKey};
use crate::roster::column::Column;
use crate::roster::order::Order;
use crate::roster::view::Lens;
use crate::roster::{Roster, UserView, compare_values, name_and_email};
use crate::selection::Selection;

#[derive(Debug, Clone)]
pub struct UserPage<'a> {
    pub rows: Vec<UserView<'a>>,
    pub total: usize,
    /// The number of rows before this page.
    pub before: usize,
    /// The value of `cursor` for the next page; `None` on the last page.
    pub next_cursor: Option<String>,
}

/// Every row that matches a query in order, for exports. Each row is made when it is read, to save memory.
#[derive(Debug)]
pub struct Rows<'a> {
    roster: &'a Roster,
    lens: Lens,
    order: std::vec::IntoIter<u32>,
}

impl<'a> Iterator for Rows<'a> {
    type Item = UserView<'a>;

    fn next(&mut self) -> Option<UserView<'a>> {
        let row = self.order.next()?;
        Some(self.roster.view(row as usize, &self.lens))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.order.size_hint()
    }
}

impl ExactSizeIterator for Rows<'_> {}

impl<'a> Selection<'a> {
    /// The page of rows that the query selects.
    #[must_use]
    pub fn page(&self) -> UserPage<'a> {
        self.roster.page_of(self)
    }
}

/// Sort position and row in one number; the smaller number comes first.
type Place = u64;

/// The position of unknown values: after all others.
const UNKNOWN: u32 = u32::MAX;

fn place(position: u32, row: usize) -> Place {
    u64::from(position) << 32 | row as u64
}

/// The row of a place: its lower half.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the upper half is cut off on purpose"
)]
fn row_of(place: Place) -> u32 {
    place as u32
}

impl Roster {
    /// One page. For a page with its facets use [`Roster::select`], which applies the query once.
    #[must_use]
    pub fn page(&self, query: &Query) -> UserPage<'_> {
        self.page_of(&self.select(query))
    }

    /// Every row that matches the query, in order. Limit and cursor are ignored.
    #[must_use]
    pub fn rows(&self, query: &Query) -> Rows<'_> {
        let selection = self.select(query);
        Rows {
            roster: self,
            lens: self.lens(query.inactive_days()),
            order: self.pick(&selection, None, usize::MAX).0.into_iter(),
        }
    }

    fn page_of(&self, selection: &Selection<'_>) -> UserPage<'_> {
        let query = selection.query;
        let limit = query.limit();
        // One more row than the limit shows if there is another page.
        let (mut rows, before) = self.pick(selection, query.cursor(), limit + 1);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows
            .last()
            .filter(|_| more)
            .map(|row| self.cursor_after(*row, query).encode());
        let lens = self.lens(query.inactive_days());
        UserPage {
            rows: rows
                .into_iter()
                .map(|row| self.view(row as usize, &lens))
                .collect(),
            total: selection.total(),
            before,
            next_cursor,
        }
    }

    /// The first `limit` rows after the cursor, and the number of rows before them.
    fn pick(
        &self,
        selection: &Selection<'_>,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> (Vec<u32>, usize) {
        let sort = selection.query.sort();
        let rows = &selection.rows;
        let after = cursor.map(|cursor| match self.find(&cursor.key) {
            Ok(row) => (cursor.value.as_ref(), row + 1),
            Err(row) => (cursor.value.as_ref(), row),
        });
        match sort.key {
            SortKey::Name => {
                let text = |row: u32| name_and_email(self.text.get(row as usize)).0;
                pick_in_order(&self.by_name, text, rows, sort.descending, after, limit)
            }
            SortKey::Email => {
                let text = |row: u32| name_and_email(self.text.get(row as usize)).1;
                pick_in_order(&self.by_email, text, rows, sort.descending, after, limit)
            }
            SortKey::Field(index) => {
                let kind = self.app().fields[index].kind;
                let compare = |a: &FieldValue, b: &FieldValue| compare_values(kind, a, b);
                let column = &self.columns[index];
                pick_by_code(column, rows, sort.descending, after, compare, limit)
            }
            SortKey::LastSignIn => {
                let seconds = |row: usize| self.listed[row].max(self.logged[row]);
                pick_by_time(seconds, rows, sort.descending, after, limit)
            }
            SortKey::LastHosted => {
                pick_by_time(|row| self.hosted[row], rows, sort.descending, after, limit)
            }
            SortKey::Hosted(window) => {
                if !self.window_known(window.days()) {
                    let first = after.map_or(0, |(_, row)| place(UNKNOWN, row));
                    return top(rows.iter().map(|row| place(UNKNOWN, row)), first, limit);
                }
                let after = after.map(|(value, row)| (value.map(number), row));
                let after = after.as_ref().map(|(value, row)| (value.as_ref(), *row));
                let column = &self.windows[window as usize];
                pick_by_code(column, rows, sort.descending, after, u32::cmp, limit)
            }
        }
    }

    /// The place of a row in the query's order.
    fn cursor_after(&self, row: u32, query: &Query) -> Cursor {
        let sort = query.sort();
        let at = row as usize;
        let text = |bytes: &[u8]| {
            (!bytes.is_empty())
                .then(|| FieldValue::Text(String::from_utf8_lossy(bytes).into_owned()))
        };
        let number = |value: u32| FieldValue::Integer(i64::from(value));
        let time = |seconds: u32| (seconds != 0).then(|| number(seconds));
        let (name, email) = name_and_email(self.text.get(at));
        let value = match sort.key {
            SortKey::Name => text(name),
            SortKey::Email => text(email),
            SortKey::Field(index) => self.columns[index].value(at).cloned(),
            SortKey::LastSignIn => time(self.listed[at].max(self.logged[at])),
            SortKey::LastHosted => time(self.hosted[at]),
            SortKey::Hosted(window) => {
                let value = self.windows[window as usize].value(at).copied();
                let known = self.window_known(window.days());
                value.filter(|_| known).map(number)
            }
        };
        Cursor {
            sort: sort.value(self.app()),
            value,
            key: self.keys.text(at).to_owned(),
        }
    }
}

/// Where a page begins: the sort value of the row before it, and the first row among equals.
type After<'a, V> = Option<(Option<&'a V>, usize)>;

fn number(value: &FieldValue) -> u32 {
    match value {
        FieldValue::Integer(number) => u32::try_from(*number).unwrap_or(0),
        _ => 0,
    }
}

/// Walks a permutation from the cursor on.
fn pick_in_order<'a>(
    order: &Order,
    text: impl Fn(u32) -> &'a [u8],
    rows: &Bits,
    descending: bool,
    after: After<'_, FieldValue>,
    limit: usize,
) -> (Vec<u32>, usize) {
    let after = after.map(|(value, row)| match value {
        Some(FieldValue::Text(value)) => (Some(value.as_bytes()), row),
        _ => (None, row),
    });
    let mut picked = Vec::new();
    let mut before = 0;
    order.walk(text, descending, after, |row, is_after| {
        if rows.contains(row as usize) {
            if !is_after {
                before += 1;
            } else if picked.len() < limit {
                picked.push(row);
            }
        }
        picked.len() < limit
    });
    (picked, before)
}

/// By the codes of a column, which are in the order of its values.
fn pick_by_code<V>(
    column: &Column<V>,
    rows: &Bits,
    descending: bool,
    after: After<'_, V>,
    compare: impl Fn(&V, &V) -> std::cmp::Ordering,
    limit: usize,
) -> (Vec<u32>, usize) {
    let unknown = column.unknown();
    let position = |code: u32| match code {
        code if code == unknown => UNKNOWN,
        code if descending => unknown - 1 - code,
        code => code,
    };
    let first = after.map_or(0, |(value, row)| match value {
        None => place(UNKNOWN, row),
        Some(value) => match column
            .dictionary
            .binary_search_by(|entry| compare(entry, value))
        {
            Ok(code) => place(position(as_code(code)), row),
            // The value no longer exists, so the page begins with the next one.
            Err(code) if descending => place(unknown - as_code(code), 0),
            Err(code) if as_code(code) == unknown => place(UNKNOWN, 0),
            Err(code) => place(as_code(code), 0),
        },
    });
    let places = rows
        .iter()
        .map(|row| place(position(column.code(row)), row));
    top(places, first, limit)
}

/// By seconds since 1970, zero for unknown.
fn pick_by_time(
    seconds: impl Fn(usize) -> u32,
    rows: &Bits,
    descending: bool,
    after: After<'_, FieldValue>,
    limit: usize,
) -> (Vec<u32>, usize) {
    let position = |seconds: u32| match seconds {
        0 => UNKNOWN,
        seconds if descending => u32::MAX - seconds,
        seconds => seconds - 1,
    };
    let first = after.map_or(0, |(value, row)| {
        place(position(value.map_or(0, number)), row)
    });
    top(
        rows.iter().map(|row| place(position(seconds(row)), row)),
        first,
        limit,
    )
}

fn as_code(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(UNKNOWN)
}

/// The rows of the `limit` smallest places from `first` on, in order, and how many are smaller than
/// `first`.
fn top(places: impl Iterator<Item = Place>, first: Place, limit: usize) -> (Vec<u32>, usize) {
    let room = limit.saturating_mul(2).max(256);
    let mut kept: Vec<Place> = Vec::new();
    let mut largest = Place::MAX;
    let mut before = 0;
    for place in places {
        if place < first {
            before += 1;
        } else if place <= largest {
            kept.push(place);
            if kept.len() == room && limit > 0 && limit < room {
                largest = *kept.select_nth_unstable(limit - 1).1;
                kept.truncate(limit);
            }
        }
    }
    kept.sort_unstable();
    kept.truncate(limit);
    (kept.into_iter().map(row_of).collect(), before)
}
