//! Collects the records of one part of a stream that could not be understood. They are stored when the part
//! was read to its end, together with its coverage: days count as read, and nothing is concluded from the
//! absence of records about the persons concerned.

use std::collections::BTreeMap;

use connector::{Rejected, Window};
use model::{Day, Timestamp};
use store::{NO_DAYS, RejectedGroup, RejectedRecords, RejectedScope, RejectedText, SyncWrite};

use crate::run::Run;

/// Groups that are kept apart. Further records count for everyone, because an account whose records cannot
/// be understood at all must not fill the memory.
const MOST_GROUPS: usize = 5_000;
/// Texts that are kept for the same days.
const MOST_TEXTS: usize = 20;
/// Longest text that is kept, in bytes.
const LONGEST_TEXT: usize = 16 * 1024;
/// The reason of records that are not kept apart.
const MANY: &str = "more records than are kept apart";

/// Days, person and reason.
type Key = ((Day, Day), String, String);

/// Records of one part of a stream that could not be understood.
#[derive(Debug, Default)]
pub(super) struct Rejects {
    groups: BTreeMap<Key, i64>,
    texts: BTreeMap<(Day, Day), Vec<RejectedText>>,
}

impl Rejects {
    /// Adds records of a page. `window` is the range of days that was asked for.
    pub(super) fn add(&mut self, records: Vec<Rejected>, window: Option<Window>) {
        for record in records {
            let days = match (record.day, window) {
                (Some(day), _) => (day, day),
                (None, Some(window)) => (window.from, window.to),
                (None, None) => NO_DAYS,
            };
            let person = record.person.unwrap_or_default();
            self.count((days, person.clone(), record.reason), 1);
            let texts = self.texts.entry(days).or_default();
            if texts.len() < MOST_TEXTS && (1..=LONGEST_TEXT).contains(&record.text.len()) {
                texts.push(RejectedText {
                    days,
                    person,
                    text: record.text.into_string(),
                });
            }
        }
    }

    fn count(&mut self, mut key: Key, records: i64) {
        if self.groups.len() >= MOST_GROUPS && !self.groups.contains_key(&key) {
            key = (key.0, String::new(), MANY.to_owned());
        }
        *self.groups.entry(key).or_default() += records;
    }

    /// Adds what another part collected.
    pub(super) fn merge(&mut self, other: Self) {
        for (key, records) in other.groups {
            self.count(key, records);
        }
        for (days, texts) in other.texts {
            let kept = self.texts.entry(days).or_default();
            kept.extend(texts);
            kept.truncate(MOST_TEXTS);
        }
    }

    /// The write that replaces the earlier records of this part of the stream.
    pub(super) fn write(
        self,
        run: &Run<'_>,
        stream: &'static str,
        scope: RejectedScope,
        read_at: Timestamp,
    ) -> SyncWrite {
        let groups = self.groups.into_iter();
        let groups = groups.map(|((days, person, reason), records)| RejectedGroup {
            days,
            person,
            reason,
            records,
        });
        SyncWrite::Rejected(RejectedRecords {
            stream,
            scope,
            mapper: run.connector.mapper_version(),
            read_at,
            groups: groups.collect(),
            texts: self.texts.into_values().flatten().collect(),
        })
    }
}
