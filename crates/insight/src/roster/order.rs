//! Rows in the order of a text that is different for nearly every row: names and addresses.

use std::cmp::Ordering;

use crate::bits::Bits;

#[derive(Debug)]
pub(crate) struct Order {
    /// Rows by text, then by row; those without a text last.
    pub(crate) rows: Vec<u32>,
    /// Positions whose text equals that of the position before.
    pub(crate) tied: Bits,
    /// How many rows have a text.
    pub(crate) known: usize,
}

impl Order {
    /// The order of the rows by their text; an empty text counts as unknown.
    pub(crate) fn by<'a>(rows: u32, text: impl Fn(u32) -> &'a [u8]) -> Self {
        // The first bytes beside the row decide most comparisons, so that the text is rarely read.
        let mut keyed: Vec<(u64, u32)> = (0..rows)
            .map(|row| {
                let text = text(row);
                let mut first = [0; 8];
                let len = text.len().min(8);
                first[..len].copy_from_slice(&text[..len]);
                let prefix = u64::from_be_bytes(first);
                (if text.is_empty() { u64::MAX } else { prefix }, row)
            })
            .collect();
        keyed.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0)
                .then_with(|| match a.0 {
                    u64::MAX => Ordering::Equal,
                    _ => text(a.1).cmp(text(b.1)),
                })
                .then(a.1.cmp(&b.1))
        });
        let known = keyed.partition_point(|(prefix, _)| *prefix != u64::MAX);
        let rows: Vec<u32> = keyed.into_iter().map(|(_, row)| row).collect();
        let mut tied = Bits::none(rows.len());
        for i in 1..rows.len() {
            if text(rows[i]) == text(rows[i - 1]) {
                tied.insert(i);
            }
        }
        Self { rows, tied, known }
    }

    /// Visits rows in order until the closure returns false: rows without a text last, equal texts by row.
    /// The closure also gets whether the row comes after the place `after`, which is a text (`None` for no
    /// text) and the first row among equal ones.
    pub(crate) fn walk<'a>(
        &self,
        text: impl Fn(u32) -> &'a [u8],
        descending: bool,
        after: Option<(Option<&[u8]>, usize)>,
        mut visit: impl FnMut(u32, bool) -> bool,
    ) {
        let (known, unknown) = self.rows.split_at(self.known);
        // The positions of texts equal to that of the place, and the first of them that comes after it.
        let (equal, first) = match after {
            None => (0..0, 0),
            Some((None, row)) => {
                let first = unknown.partition_point(|other| (*other as usize) < row);
                (0..0, self.known + first)
            }
            Some((Some(wanted), row)) => {
                let start = known.partition_point(|other| text(*other) < wanted);
                let len = known[start..].partition_point(|other| text(*other) == wanted);
                let among =
                    known[start..start + len].partition_point(|other| (*other as usize) < row);
                (start..start + len, start + among)
            }
        };
        let in_unknown = matches!(after, Some((None, _)));
        let everything = after.is_none();
        if descending {
            let mut end = self.known;
            while end > 0 {
                let mut start = end - 1;
                while start > 0 && self.tied.contains(start) {
                    start -= 1;
                }
                for (position, row) in (start..end).zip(&known[start..end]) {
                    let is_after = everything
                        || !in_unknown
                            && (position < equal.start
                                || (position < equal.end && position >= first));
                    if !visit(*row, is_after) {
                        return;
                    }
                }
                end = start;
            }
        } else {
            for (position, row) in known.iter().enumerate() {
                if !visit(*row, everything || position >= first) {
                    return;
                }
            }
        }
        for (position, row) in (self.known..).zip(unknown) {
            if !visit(*row, !in_unknown || position >= first) {
                return;
            }
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.rows.capacity() * 4 + self.tied.bytes()
    }
}
