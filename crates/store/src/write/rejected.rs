//! Writing records that could not be understood. What is stored for a part of a stream is always what the
//! last complete read of that part found, so that reading again repairs it and counts stay exact.

use std::collections::BTreeMap;

use model::{Day, IntegrationId, Timestamp};
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

use super::batch::Batch;
use super::rejected_records::{RejectedRecords, RejectedScope};
use crate::Result;
use crate::db::{Bulk, Row, args};
use crate::hex::hex;
use crate::key::place;

const REJECTED: Bulk = Bulk {
    head: "INSERT INTO rejected (integration_id, stream, from_day, to_day, person, reason, records,
             mapper, read_at)",
    columns: 9,
    // A record about a day outside of the part may have been found by two parts.
    tail: " ON CONFLICT (integration_id, stream, from_day, to_day, person, reason) DO UPDATE SET
             records = excluded.records, mapper = excluded.mapper, read_at = excluded.read_at",
};
const TEXTS: Bulk = Bulk {
    head: "INSERT INTO rejected_texts (integration_id, stream, from_day, to_day, person, text_hash,
             sealed)",
    columns: 7,
    tail: " ON CONFLICT DO NOTHING",
};

/// The place that a text is sealed for.
pub(crate) fn place_of(id: IntegrationId, stream: &str, hash: &str) -> String {
    place(
        "rejected_texts",
        format_args!("{id}/{stream}/{hash}"),
        "sealed",
    )
}

/// The key of a group: first day, last day, person and reason.
type Key = (Day, Day, String, String);

/// The rest of a group: records, version of the code, time of the read.
type Found = (i64, i64, Timestamp);

fn contains(scope: &RejectedScope, key: &Key) -> bool {
    match scope {
        RejectedScope::Whole => true,
        RejectedScope::Days(from, to) => key.0 <= *to && key.1 >= *from,
        RejectedScope::People(people) => people.contains(&key.2),
        RejectedScope::Reason(reason) => key.3 == *reason,
    }
}

impl Batch<'_> {
    pub(super) async fn rejected(&mut self, new: &RejectedRecords) -> Result<()> {
        let before: Vec<(Key, Found)> = self
            .tx
            .all(
                "SELECT from_day, to_day, person, reason, records, mapper, read_at FROM rejected
                 WHERE integration_id = $1 AND stream = $2",
                args![self.id, new.stream],
            )
            .await?
            .iter()
            .map(read)
            .collect::<Result<_>>()?;
        let before: BTreeMap<Key, Found> = before
            .into_iter()
            .filter(|(key, _)| contains(&new.scope, key))
            .collect();
        if before.is_empty() && new.groups.is_empty() {
            return Ok(());
        }
        let mut after = remaining(&before, &new.scope);
        for group in &new.groups {
            let (from, to) = group.days;
            let key = (from, to, group.person.clone(), group.reason.clone());
            let found = after.entry(key).or_insert((0, new.mapper, new.read_at));
            *found = (found.0 + group.records, new.mapper, new.read_at);
        }
        // Only the content moves the revision; that it was read again is no change.
        let content = |groups: &BTreeMap<Key, Found>| -> Vec<(Key, i64)> {
            let groups = groups.iter();
            groups.map(|(key, found)| (key.clone(), found.0)).collect()
        };
        self.covered |= content(&before) != content(&after);
        for key in before.keys() {
            self.tx
                .execute(
                    "DELETE FROM rejected WHERE integration_id = $1 AND stream = $2 AND from_day = $3
                       AND to_day = $4 AND person = $5 AND reason = $6",
                    args![self.id, new.stream, key.0, key.1, &key.2, &key.3],
                )
                .await?;
            if !matches!(new.scope, RejectedScope::Reason(_)) {
                self.tx
                    .execute(
                        "DELETE FROM rejected_texts WHERE integration_id = $1 AND stream = $2
                           AND from_day = $3 AND to_day = $4 AND person = $5",
                        args![self.id, new.stream, key.0, key.1, &key.2],
                    )
                    .await?;
            }
        }
        let rows = after
            .iter()
            .flat_map(|((from, to, person, reason), (records, mapper, read_at))| {
                args![
                    self.id, new.stream, *from, *to, person, reason, *records, *mapper, *read_at
                ]
            })
            .collect();
        self.tx.bulk(&REJECTED, rows).await?;
        let mut rows = Vec::new();
        for kept in &new.texts {
            let hash = hex(&Sha256::digest(kept.text.as_bytes())[..8]);
            let text = SecretString::from(kept.text.clone());
            let sealed = self
                .store
                .seal(&place_of(self.id, new.stream, &hash), &text)?;
            let (from, to) = kept.days;
            rows.extend(args![
                self.id,
                new.stream,
                from,
                to,
                &kept.person,
                hash,
                sealed
            ]);
        }
        self.tx.bulk(&TEXTS, rows).await?;
        Ok(())
    }
}

fn read(row: &Row) -> Result<(Key, Found)> {
    let key = (
        row.day("from_day")?,
        row.day("to_day")?,
        row.text("person")?,
        row.text("reason")?,
    );
    let found = (
        row.int("records")?,
        row.int("mapper")?,
        row.time("read_at")?,
    );
    Ok((key, found))
}

/// The parts of earlier groups outside of the days that were read again. A record whose day is unknown may
/// be about those.
fn remaining(before: &BTreeMap<Key, Found>, scope: &RejectedScope) -> BTreeMap<Key, Found> {
    let RejectedScope::Days(first, last) = scope else {
        return BTreeMap::new();
    };
    let mut rest = BTreeMap::new();
    for ((from, to, person, reason), found) in before {
        for (from, to) in [(*from, first.plus(-1)), (last.plus(1), *to)] {
            if from <= to {
                let key = (from, to, person.clone(), reason.clone());
                rest.insert(key, *found);
            }
        }
    }
    rest
}
