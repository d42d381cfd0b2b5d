//! Words that history rows refer to by number.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use model::IntegrationId;

use crate::Result;
use crate::db::{Arg, Bulk, Tx, args, without_nul};

/// Longest word; the rest is cut off. No honest address, version or client comes near, and an index
/// of PostgreSQL holds no more than 2,700 bytes.
const LONGEST: usize = 1000;

const FIND: Bulk = Bulk {
    head: "WITH v (i, w) AS (",
    columns: 2,
    tail: ") SELECT d.word, d.code FROM v CROSS JOIN dictionary d
            WHERE d.integration_id = v.i AND d.word = v.w",
};
const ADD: Bulk = Bulk {
    head: "INSERT INTO dictionary (integration_id, code, word)",
    columns: 3,
    tail: "",
};

/// The form in which a word is kept.
pub(crate) fn kept(word: &str) -> Cow<'_, str> {
    let mut end = word.len().min(LONGEST);
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    without_nul(&word[..end])
}

/// The numbers of these words; new words get new numbers. The caller's lock on the integration keeps
/// others from giving out the same.
pub(crate) async fn codes<'w>(
    tx: &mut Tx,
    id: IntegrationId,
    words: impl Iterator<Item = &'w str>,
) -> Result<HashMap<&'w str, i64>> {
    let words: BTreeSet<&str> = words.collect();
    let find = words
        .iter()
        .flat_map(|word| [Arg::from(id), Arg::Text(Some(kept(word)))])
        .collect();
    let mut known = HashMap::with_capacity(words.len());
    for row in tx.bulk_all(&FIND, find).await? {
        known.insert(row.text(0)?, row.int(1)?);
    }
    let mut next = None;
    let mut add = Vec::new();
    let mut codes = HashMap::with_capacity(words.len());
    for word in words {
        let kept = kept(word);
        let code = if let Some(code) = known.get(kept.as_ref()) {
            *code
        } else {
            let code = match next {
                Some(code) => code,
                None => first_free(tx, id).await?,
            };
            next = Some(code + 1);
            known.insert(kept.clone().into_owned(), code);
            add.extend([Arg::from(id), Arg::from(code), Arg::Text(Some(kept))]);
            code
        };
        codes.insert(word, code);
    }
    if !add.is_empty() {
        tx.bulk(&ADD, add).await?;
    }
    Ok(codes)
}

async fn first_free(tx: &mut Tx, id: IntegrationId) -> Result<i64> {
    tx.one(
        "SELECT COALESCE(MAX(code), 0) + 1 FROM dictionary WHERE integration_id = $1",
        args![id],
    )
    .await?
    .int(0)
}
