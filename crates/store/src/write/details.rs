//! Writing details that are read for one user at a time, and the time of the next read.

use std::collections::{BTreeMap, HashMap};

use model::Timestamp;

use super::batch::{Batch, json_text};
use super::licences::{KnownLicences, LicenceHolder, Spans, stored_fields};
use super::types::UserDetails;
use crate::Result;
use crate::db::{Arg, Bulk, args};

const OLD_DETAILS: Bulk = Bulk {
    head: "WITH v (i, k) AS (",
    columns: 2,
    tail: ") SELECT u.user_key, u.details, u.fields, u.licences, u.created_at, u.first_seen
            FROM v CROSS JOIN users u
            WHERE u.integration_id = v.i AND u.user_key = v.k",
};
const DETAILS: Bulk = Bulk {
    head: "WITH v (i, k, d, t, due, l) AS (",
    columns: 6,
    tail: ") UPDATE users SET details = v.d, details_at = v.t, details_due = v.due,
             licences = COALESCE(v.l, licences) FROM v
            WHERE integration_id = v.i AND user_key = v.k",
};
// The `+ 0` keeps SQLite from using the index on details_due, because it would read all due users
// for each address.
const DUE: Bulk = Bulk {
    head: "WITH v (i, e, t) AS (",
    columns: 3,
    tail: ") UPDATE users SET details_due = v.t
            FROM v JOIN user_emails a
              ON a.integration_id = v.i AND a.email = v.e AND a.until_at IS NULL
            WHERE users.integration_id = v.i AND users.user_key = a.user_key
              AND users.details_due + 0 > v.t
              AND (users.details_at IS NULL OR users.details_at < v.t)",
};
const NO_DETAILS: Bulk = Bulk {
    head: "WITH v (i, k, t) AS (",
    columns: 3,
    tail: ") UPDATE users SET details_due = NULL, details_at = v.t FROM v
            WHERE integration_id = v.i AND user_key = v.k",
};
const RETRY: Bulk = Bulk {
    head: "WITH v (i, k, t) AS (",
    columns: 3,
    tail: ") UPDATE users SET details_due = v.t FROM v
            WHERE integration_id = v.i AND user_key = v.k",
};
/// The stored row of a user whose details were read.
struct OldDetails {
    details: String,
    fields: String,
    licences: Option<String>,
    created_at: Option<Timestamp>,
    first_seen: Timestamp,
}

impl Batch<'_> {
    pub(super) async fn details(&mut self, details: &[UserDetails]) -> Result<()> {
        let by_key: BTreeMap<&str, &UserDetails> = details
            .iter()
            .map(|details| (details.key.as_str(), details))
            .collect();
        let keys: Vec<&str> = by_key.keys().copied().collect();
        let mut olds = HashMap::with_capacity(keys.len());
        for row in self.tx.bulk_all(&OLD_DETAILS, self.keyed(&keys)).await? {
            let old = OldDetails {
                details: row.text("details")?,
                fields: row.text("fields")?,
                licences: row.opt_text("licences")?,
                created_at: row.opt_time("created_at")?,
                first_seen: row.time("first_seen")?,
            };
            olds.insert(row.text("user_key")?, old);
        }
        let mut rows = Vec::with_capacity(keys.len() * DETAILS.columns);
        let mut spans = Spans::default();
        for (key, details) in by_key {
            let text = json_text(&details.fields)?;
            let Some(old) = olds.get(key) else { continue };
            let licences = if old.details == text {
                None
            } else {
                self.changed += 1;
                self.licences_after_details(key, details, old, &mut spans)?
            };
            rows.extend(args![self.id, key, text, details.at, details.next_due]);
            rows.push(Arg::Text(licences.map(Into::into)));
        }
        self.tx.bulk(&DETAILS, rows).await?;
        self.spans(spans).await
    }

    /// The new licences of a user after reading details. Nothing is recorded before a listing has
    /// shown the base licence, because the next listing will record everything.
    fn licences_after_details<'a>(
        &self,
        key: &'a str,
        details: &UserDetails,
        old: &OldDetails,
        spans: &mut Spans<'a>,
    ) -> Result<Option<String>> {
        let (Some(application), Some(before)) = (self.application, &old.licences) else {
            return Ok(None);
        };
        let before = KnownLicences::read(before);
        if before.is_removed() {
            return Ok(None);
        }
        let suite = application.suites.field;
        let first_suite = details.fields.contains_key(suite)
            && !stored_fields(self.id, key, &old.details)?.contains_key(suite);
        let mut fields = details.fields.clone();
        fields.extend(stored_fields(self.id, key, &old.fields)?);
        let holder = LicenceHolder {
            key,
            before: Some(before),
            newcomer: self.is_newcomer(old.first_seen),
            earliest: old.created_at.unwrap_or(old.first_seen),
            fields: &fields,
            first_suite,
        };
        Ok(Some(self.compare_licences(application, &holder, spans)))
    }

    pub(super) async fn details_due(&mut self, changes: &[(String, Timestamp)]) -> Result<()> {
        // Of several changes of one user, the last one is written.
        let mut last: BTreeMap<String, Timestamp> = BTreeMap::new();
        for (email, at) in changes {
            // The application's clock may be ahead of ours; that must not delay the read.
            let at = (*at).min(self.now);
            let entry = last.entry(email.to_lowercase()).or_insert(at);
            *entry = at.max(*entry);
        }
        let rows = last
            .into_iter()
            .flat_map(|(email, at)| args![self.id, email, at])
            .collect();
        self.tx.bulk(&DUE, rows).await?;
        Ok(())
    }

    pub(super) async fn details_retry(&mut self, keys: &[String], at: Timestamp) -> Result<()> {
        let rows = keys
            .iter()
            .flat_map(|key| args![self.id, key, at])
            .collect();
        self.tx.bulk(&RETRY, rows).await?;
        Ok(())
    }

    pub(super) async fn details_unavailable(
        &mut self,
        keys: &[String],
        at: Timestamp,
    ) -> Result<()> {
        let rows = keys
            .iter()
            .flat_map(|key| args![self.id, key, at])
            .collect();
        self.tx.bulk(&NO_DETAILS, rows).await?;
        Ok(())
    }
}
