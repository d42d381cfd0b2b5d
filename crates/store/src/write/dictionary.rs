//! The dictionary: words that history rows refer to by number.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use model::IntegrationId;

use crate::Result;
use crate::db::{Arg, Bulk, Tx, args, without_nul};

/// Longest word in bytes; the rest is cut off. Real addresses, versions and clients are much
/// shorter, and an index of PostgreSQL holds at most 2,700 bytes.
const LONGEST: usize = 1000;

const FIND: Bulk = Bulk {
    head: "WITH v (i, n, w) AS (",
    columns: 3,
    tail: ") SELECT string_agg(CAST(v.n AS TEXT) || ':' || CAST(d.code AS TEXT), ',') AS packed
            FROM v CROSS JOIN dictionary d WHERE d.integration_id = v.i AND d.word = v.w",
};
const ADD: Bulk = Bulk {
    head: "INSERT INTO dictionary (integration_id, code, word)",
    columns: 3,
    tail: "",
};

/// The stored form of a word: cut off and without NUL.
pub(crate) fn stored_word(word: &str) -> Cow<'_, str> {
    let mut end = word.len().min(LONGEST);
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    without_nul(&word[..end])
}

/// The numbers of these words; new words get new numbers. The caller's lock on the integration
/// keeps other processes from using the same numbers.
pub(crate) async fn codes<'w>(
    tx: &mut Tx,
    id: IntegrationId,
    words: impl Iterator<Item = &'w str>,
) -> Result<HashMap<&'w str, i64>> {
    let mut codes: HashMap<&str, i64> = HashMap::new();
    let mut by_kept: BTreeMap<Cow<'_, str>, Vec<&str>> = BTreeMap::new();
    for word in words {
        if codes.insert(word, 0).is_none() {
            by_kept.entry(stored_word(word)).or_default().push(word);
        }
    }
    let find = (0_i64..)
        .zip(by_kept.keys())
        .flat_map(|(number, word)| {
            let word = Arg::Text(Some(Cow::Borrowed(word.as_ref())));
            [Arg::from(id), Arg::from(number), word]
        })
        .collect();
    let known: HashMap<i64, i64> = tx
        .bulk_packed(&FIND, find)
        .await?
        .into_iter()
        .map(|[number, code]| (number, code))
        .collect();
    let mut next = None;
    let mut add = Vec::new();
    for (number, (kept, words)) in (0_i64..).zip(by_kept) {
        let code = if let Some(code) = known.get(&number) {
            *code
        } else {
            let code = match next {
                Some(code) => code,
                None => first_free(tx, id).await?,
            };
            next = Some(code + 1);
            add.extend([Arg::from(id), Arg::from(code), Arg::Text(Some(kept))]);
            code
        };
        for word in words {
            codes.insert(word, code);
        }
    }
    tx.bulk(&ADD, add).await?;
    Ok(codes)
}

async fn first_free(tx: &mut Tx, id: IntegrationId) -> Result<i64> {
    tx.one(
        "SELECT COALESCE(MAX(code), 0) + 1 AS code FROM dictionary WHERE integration_id = $1",
        args![id],
    )
    .await?
    .int("code")
}
