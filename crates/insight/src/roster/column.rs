//! One value for each row, kept as a code into a sorted dictionary: equal values cost one or two
//! bytes, and the order of codes is the order of values.

use rustc_hash::FxHashMap;

use crate::bits::Bits;

/// Codes as narrow as the dictionary allows.
#[derive(Debug)]
pub(crate) enum Codes {
    Narrow(Vec<u8>),
    Middle(Vec<u16>),
    Wide(Vec<u32>),
}

/// Runs `$body` with `$codes` bound to the slice of whatever width.
macro_rules! with_codes {
    ($any:expr, $codes:ident => $body:expr) => {
        match $any {
            $crate::roster::column::Codes::Narrow($codes) => $body,
            $crate::roster::column::Codes::Middle($codes) => $body,
            $crate::roster::column::Codes::Wide($codes) => $body,
        }
    };
}

/// A column of values, some of them unknown.
#[derive(Debug)]
pub(crate) struct Column<V> {
    /// Distinct values, ascending; their position is their code. The code after the last one means
    /// unknown.
    pub(crate) dictionary: Vec<V>,
    pub(crate) codes: Codes,
    /// How many rows have each code, unknown last.
    pub(crate) totals: Vec<u32>,
}

impl<V> Column<V> {
    /// The code of unknown values.
    pub(crate) fn unknown(&self) -> u32 {
        // A dictionary has at most one entry a row, and rows are counted in u32.
        u32::try_from(self.dictionary.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn code(&self, row: usize) -> u32 {
        match &self.codes {
            Codes::Narrow(codes) => u32::from(codes[row]),
            Codes::Middle(codes) => u32::from(codes[row]),
            Codes::Wide(codes) => codes[row],
        }
    }

    pub(crate) fn value(&self, row: usize) -> Option<&V> {
        self.dictionary.get(self.code(row) as usize)
    }

    /// The rows whose code is accepted; `accepted` has an entry for each code, unknown last.
    pub(crate) fn rows_with(&self, accepted: &[bool]) -> Bits {
        fn scan<T: Copy + Into<u32>>(codes: &[T], accepted: &[bool]) -> Bits {
            Bits::from_items(codes, |code| accepted[code.into() as usize])
        }
        with_codes!(&self.codes, codes => scan(codes, accepted))
    }

    /// How many rows of the set have each code, unknown last.
    pub(crate) fn counts(&self, rows: &Bits) -> Vec<u32> {
        fn scan<T: Copy + Into<u32>>(codes: &[T], rows: &Bits, kinds: usize) -> Vec<u32> {
            // Two interleaved histograms: runs of one value would otherwise wait for their own store.
            let mut counts = vec![0; kinds];
            let mut others = vec![0; kinds];
            for (chunk, word) in codes.chunks(64).zip(rows.words()) {
                if *word == u64::MAX {
                    for pair in chunk.chunks(2) {
                        counts[pair[0].into() as usize] += 1;
                        if let Some(code) = pair.get(1) {
                            others[(*code).into() as usize] += 1;
                        }
                    }
                } else {
                    let mut word = *word;
                    while word != 0 {
                        counts[chunk[word.trailing_zeros() as usize].into() as usize] += 1;
                        word &= word - 1;
                    }
                }
            }
            for (count, other) in counts.iter_mut().zip(others) {
                *count += other;
            }
            counts
        }
        let kinds = self.dictionary.len() + 1;
        with_codes!(&self.codes, codes => scan(codes, rows, kinds))
    }

    /// Bytes on the heap, the values' own not included.
    pub(crate) fn bytes(&self) -> usize {
        let codes = match &self.codes {
            Codes::Narrow(codes) => codes.capacity(),
            Codes::Middle(codes) => codes.capacity() * 2,
            Codes::Wide(codes) => codes.capacity() * 4,
        };
        codes + self.dictionary.capacity() * size_of::<V>() + self.totals.capacity() * 4
    }
}

/// Collects a column in any order of rows.
#[derive(Debug)]
pub(crate) struct ColumnBuilder<V> {
    known: FxHashMap<V, u32>,
    codes: Vec<u32>,
}

/// Stands for an unknown value until the dictionary is complete.
const UNKNOWN: u32 = u32::MAX;

impl<V: std::hash::Hash + Eq> ColumnBuilder<V> {
    pub(crate) fn new() -> Self {
        Self {
            known: FxHashMap::default(),
            codes: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, value: Option<V>) {
        // Fewer than 2^32 - 1 rows are accepted by the roster's builder.
        let next = u32::try_from(self.known.len()).unwrap_or(UNKNOWN - 1);
        let code = value.map_or(UNKNOWN, |value| *self.known.entry(value).or_insert(next));
        self.codes.push(code);
    }

    /// The column with the rows of `order`, which gives the pushed position of each row.
    pub(crate) fn build(
        self,
        order: &[u32],
        compare: impl Fn(&V, &V) -> std::cmp::Ordering,
    ) -> Column<V> {
        let mut entries: Vec<(V, u32)> = self.known.into_iter().collect();
        entries.sort_unstable_by(|(a, _), (b, _)| compare(a, b));
        let mut renamed = vec![0_u32; entries.len()];
        for (new, (_, old)) in (0..).zip(&entries) {
            renamed[*old as usize] = new;
        }
        let dictionary: Vec<V> = entries.into_iter().map(|(value, _)| value).collect();
        let unknown = dictionary.len();
        let mut totals = vec![0_u32; unknown + 1];
        let codes = order.iter().map(|position| {
            let code = renamed
                .get(self.codes[*position as usize] as usize)
                .map_or(unknown, |code| *code as usize);
            totals[code] += 1;
            code
        });
        // The casts lose nothing: each arm is taken only when every code fits.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "codes fit, as the arm checks"
        )]
        let codes = match unknown {
            0..=0xFF => Codes::Narrow(codes.map(|code| code as u8).collect()),
            0x100..=0xFFFF => Codes::Middle(codes.map(|code| code as u16).collect()),
            _ => Codes::Wide(codes.map(|code| code as u32).collect()),
        };
        Column {
            dictionary,
            codes,
            totals,
        }
    }
}
