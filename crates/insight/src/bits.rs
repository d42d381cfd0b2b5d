//! A set of rows, one bit each.

/// A set of rows of a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    pub(crate) fn none(len: usize) -> Self {
        Self {
            words: vec![0; len.div_ceil(64)],
            len,
        }
    }

    pub(crate) fn all(len: usize) -> Self {
        let mut words = vec![u64::MAX; len.div_ceil(64)];
        if let Some(last) = words.last_mut()
            && !len.is_multiple_of(64)
        {
            *last = (1 << (len % 64)) - 1;
        }
        Self { words, len }
    }

    /// The rows for which `accepts` is true, given each row's item.
    pub(crate) fn from_items<T: Copy>(items: &[T], accepts: impl Fn(T) -> bool) -> Self {
        let words = items
            .chunks(64)
            .map(|chunk| {
                chunk
                    .iter()
                    .enumerate()
                    .fold(0, |word, (i, item)| word | (u64::from(accepts(*item)) << i))
            })
            .collect();
        Self {
            words,
            len: items.len(),
        }
    }

    pub(crate) fn insert(&mut self, row: usize) {
        self.words[row / 64] |= 1 << (row % 64);
    }

    pub(crate) fn remove(&mut self, row: usize) {
        self.words[row / 64] &= !(1 << (row % 64));
    }

    pub(crate) fn contains(&self, row: usize) -> bool {
        self.words[row / 64] >> (row % 64) & 1 == 1
    }

    /// Keeps only the rows that are in `other` too.
    pub(crate) fn intersect(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    /// Takes away the rows that are in `other`.
    pub(crate) fn subtract(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// The rows of the set in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(i, word)| {
            let mut word = *word;
            std::iter::from_fn(move || {
                (word != 0).then(|| {
                    let bit = word.trailing_zeros() as usize;
                    word &= word - 1;
                    i * 64 + bit
                })
            })
        })
    }

    /// The words of 64 rows each.
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    pub(crate) fn bytes(&self) -> usize {
        self.words.capacity() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_set_contains_the_rows_put_in(rows in prop::collection::btree_set(0usize..300, 0..80), len in 300usize..400) {
            let mut bits = Bits::none(len);
            for row in &rows {
                bits.insert(*row);
            }
            prop_assert_eq!(bits.count(), rows.len());
            prop_assert!(bits.iter().eq(rows.iter().copied()));
            let mut all = Bits::all(len);
            prop_assert_eq!(all.count(), len);
            all.intersect(&bits);
            prop_assert_eq!(&all, &bits);
            let items: Vec<usize> = (0..len).collect();
            prop_assert_eq!(Bits::from_items(&items, |row| rows.contains(&row)), bits);
        }
    }
}
