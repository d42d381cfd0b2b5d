//! Many short byte strings in one allocation.

/// Strings by row, each from one offset to the next.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    pub(crate) bytes: Vec<u8>,
    /// One more than there are strings.
    offsets: Vec<u32>,
}

impl Arena {
    pub(crate) fn with_rows(rows: usize) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        Self {
            bytes: Vec::new(),
            offsets,
        }
    }

    /// Ends the string that was appended to [`Self::bytes`] since the last end.
    pub(crate) fn end(&mut self) {
        // An arena of more than 4 GiB would need more people than exist; longer ones are cut off.
        let end = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        self.bytes.truncate(end as usize);
        self.offsets.push(end);
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.end();
    }

    pub(crate) fn get(&self, row: usize) -> &[u8] {
        &self.bytes[self.start(row)..self.start(row + 1)]
    }

    /// The text of a row that was pushed as text.
    pub(crate) fn text(&self, row: usize) -> &str {
        std::str::from_utf8(self.get(row)).unwrap_or_default()
    }

    /// How many strings there are.
    pub(crate) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Where the string of a row begins; of the row after the last: where all end.
    pub(crate) fn start(&self, row: usize) -> usize {
        self.offsets[row] as usize
    }

    /// The row whose string holds the byte at this offset.
    pub(crate) fn row_at(&self, offset: usize) -> usize {
        self.offsets
            .partition_point(|start| *start as usize <= offset)
            .saturating_sub(1)
    }

    /// The same strings in another order.
    pub(crate) fn ordered(&self, order: &[u32]) -> Self {
        let mut ordered = Self::with_rows(order.len());
        ordered.bytes.reserve_exact(self.bytes.len());
        for position in order {
            ordered.push(self.get(*position as usize));
        }
        ordered
    }

    pub(crate) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.offsets.shrink_to_fit();
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        self.bytes.capacity() + self.offsets.capacity() * 4
    }
}
