//! Text search over names and e-mail addresses: every word must occur somewhere in a row's folded
//! text. One pass over the arena with a vectorised substring search.

use memchr::memmem::Finder;

use crate::bits::Bits;
use crate::fold::fold;
use crate::roster::Roster;

impl Roster {
    /// The rows whose name or address contains every word of `text`.
    pub(crate) fn rows_matching(&self, text: &str) -> Bits {
        let folded = fold(text);
        let mut words: Vec<&str> = folded.split_whitespace().collect();
        // The longest word is usually in the fewest rows; the others are looked for only there.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let Some((longest, others)) = words.split_first() else {
            return Bits::all(self.rows);
        };
        let mut rows = self.rows_with_word(longest);
        for word in others {
            let finder = Finder::new(word.as_bytes());
            let mut both = Bits::none(self.rows);
            for row in rows.iter() {
                if finder.find(self.text.get(row)).is_some() {
                    both.insert(row);
                }
            }
            rows = both;
        }
        rows
    }

    fn rows_with_word(&self, word: &str) -> Bits {
        let mut rows = Bits::none(self.rows);
        let finder = Finder::new(word.as_bytes());
        let mut at = 0;
        let mut row = 0;
        while let Some(found) = finder.find(&self.text.bytes[at..]) {
            // Rows end with a line feed and words have none, so no match crosses rows.
            let found = at + found;
            // Near rows are walked to, far ones are looked up.
            let mut steps = 0;
            while self.text.start(row + 1) <= found {
                row += 1;
                steps += 1;
                if steps == 16 {
                    row = self.text.row_at(found);
                }
            }
            rows.insert(row);
            at = self.text.start(row + 1);
            row += 1;
            if row >= self.rows {
                break;
            }
        }
        rows
    }
}
