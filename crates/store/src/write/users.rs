//! Writing users and their addresses.

use std::collections::{BTreeMap, HashMap};

use model::Fields;

use super::batch::Batch;
use super::licences::{KnownLicences, LicenceHolder, Spans, stored_fields};
use super::types::ListedUser;
use super::user_rows::{StoredUser, StoredUserState, UserToStore};
use crate::db::{Arg, Bulk, args};
use crate::{Error, Result};

/// Number of users handled together.
const CHUNK: usize = 500;

const FIND: Bulk = Bulk {
    head: "WITH v (i, n, k) AS (",
    columns: 3,
    tail: ") SELECT string_agg(CAST(v.n AS TEXT) || ':' || CAST(u.content AS TEXT)
                || ':' || CAST(u.details_key AS TEXT)
                || CASE WHEN u.missing_since IS NULL THEN ':0' ELSE ':1' END
                || CASE WHEN u.removed_at IS NULL THEN ':0' ELSE ':1' END
                || CASE WHEN u.external_id IS NULL THEN ':0' ELSE ':1' END
                || CASE WHEN u.licences IS NULL THEN ':0' ELSE ':1' END, ',') AS packed
            FROM v CROSS JOIN users u WHERE u.integration_id = v.i AND u.user_key = v.k",
};
const OLD: Bulk = Bulk {
    head: "WITH v (i, k) AS (",
    columns: 2,
    tail:
        ") SELECT u.user_key, u.email, u.details, u.licences, u.first_seen FROM v CROSS JOIN users u
            WHERE u.integration_id = v.i AND u.user_key = v.k",
};
const UPSERT: Bulk = Bulk {
    head:
        "INSERT INTO users (integration_id, user_key, external_id, email, display_name, group_ids,
             created_at, listed_sign_in, fields, content, details, details_key, details_due,
             first_seen, licences)",
    columns: 15,
    tail: " ON CONFLICT (integration_id, user_key) DO UPDATE SET
             external_id = excluded.external_id, email = excluded.email,
             display_name = excluded.display_name, group_ids = excluded.group_ids,
             created_at = excluded.created_at, listed_sign_in = excluded.listed_sign_in,
             fields = excluded.fields, content = excluded.content,
             details_key = excluded.details_key,
             details_due = CASE
               WHEN users.details_key = excluded.details_key AND users.removed_at IS NULL
                 THEN users.details_due
               ELSE excluded.details_due END,
             licences = COALESCE(excluded.licences, users.licences),
             missing_since = NULL, removed_at = NULL",
};
const OPEN_EMAIL: Bulk = Bulk {
    head: "INSERT INTO user_emails (integration_id, email, user_key, since)",
    columns: 4,
    tail: " ON CONFLICT (integration_id, email, user_key, since) DO UPDATE SET until_at = NULL",
};
pub(super) const CLOSE_EMAIL: Bulk = Bulk {
    head: "WITH v (i, e, k, t) AS (",
    columns: 4,
    tail: ") UPDATE user_emails SET until_at = v.t FROM v
            WHERE integration_id = v.i AND email = v.e AND user_key = v.k AND until_at IS NULL",
};

impl Batch<'_> {
    pub(super) async fn users(&mut self, users: &[ListedUser]) -> Result<()> {
        // Of several rows with the same key, the last one is written.
        let by_key: BTreeMap<&str, &ListedUser> = users
            .iter()
            .map(|listed| (listed.user.key.as_str(), listed))
            .collect();
        let ready = by_key
            .into_values()
            .map(UserToStore::new)
            .collect::<Result<Vec<_>>>()?;
        for chunk in ready.chunks(CHUNK) {
            self.user_chunk(chunk).await?;
        }
        Ok(())
    }

    async fn user_chunk(&mut self, chunk: &[UserToStore<'_>]) -> Result<()> {
        let mut stored = self.stored(chunk).await?;
        for ready in chunk {
            self.merge_pending(ready, &mut stored).await?;
        }
        let licences = self.application.is_some();
        let changed: Vec<&UserToStore<'_>> = chunk
            .iter()
            .filter(|ready| match stored.get(ready.user.key.as_str()) {
                None => true,
                Some(old) => {
                    old.content != ready.content
                        || old.details_key != ready.details_key
                        || old.missing
                        || old.removed
                        || (licences && !old.licences)
                }
            })
            .collect();
        let known: Vec<&str> = changed
            .iter()
            .map(|ready| ready.user.key.as_str())
            .filter(|key| stored.contains_key(*key))
            .collect();
        let mut olds = HashMap::with_capacity(known.len());
        for row in self.tx.bulk_all(&OLD, self.keyed(&known)).await? {
            let old = StoredUser {
                email: row.str("email")?.to_lowercase(),
                details: row.text("details")?,
                licences: row.opt_text("licences")?,
                first_seen: row.time("first_seen")?,
            };
            olds.insert(row.text("user_key")?, old);
        }
        let all_fields = self.all_fields(&changed, &olds)?;
        let (mut rows, mut opened, mut closed) = (Vec::new(), Vec::new(), Vec::new());
        let mut spans = Spans::default();
        for (ready, fields) in changed.into_iter().zip(&all_fields) {
            let user = ready.user;
            let stored = stored.get(user.key.as_str());
            let returns = stored.is_some_and(|old| old.removed);
            let differs = returns || stored.is_none_or(|old| old.content != ready.content);
            let old = olds.remove(user.key.as_str());
            let before = spans.len();
            let holdings = self.application.map(|application| {
                let first_seen = old.as_ref().map_or(self.now, |old| old.first_seen);
                let holder = LicenceHolder {
                    key: &user.key,
                    before: old
                        .as_ref()
                        .and_then(|old| old.licences.as_deref())
                        .map(KnownLicences::read),
                    newcomer: stored.is_none() && self.is_newcomer(self.now),
                    earliest: user.created_at.unwrap_or(first_seen),
                    fields,
                    // A list does not say it.
                    first_suite: false,
                };
                self.compare_licences(application, &holder, &mut spans)
            });
            self.changed += u64::from(differs || spans.len() > before);
            rows.extend(self.user_row(ready, holdings));
            let old_email = old.map(|old| old.email).unwrap_or_default();
            let same = old_email == ready.email_lower;
            if (!same || returns) && !ready.email_lower.is_empty() {
                let since = match stored {
                    None => user.created_at.unwrap_or_default(),
                    Some(_) => self.now,
                };
                opened.extend(args![self.id, &ready.email_lower, &user.key, since]);
            }
            if !same && !old_email.is_empty() {
                closed.extend(args![self.id, old_email, &user.key, self.now]);
            }
        }
        self.tx.bulk(&UPSERT, rows).await?;
        self.tx.bulk(&CLOSE_EMAIL, closed).await?;
        self.tx.bulk(&OPEN_EMAIL, opened).await?;
        self.spans(spans).await
    }

    /// All metadata of each of these users, from listing and details; empty when licences are not
    /// recorded.
    fn all_fields(
        &self,
        changed: &[&UserToStore<'_>],
        olds: &HashMap<String, StoredUser>,
    ) -> Result<Vec<Fields>> {
        let mut all = Vec::with_capacity(changed.len());
        for ready in changed {
            let key = ready.user.key.as_str();
            let mut fields = match olds.get(key) {
                Some(old) if self.application.is_some() => {
                    stored_fields(self.id, key, &old.details)?
                }
                _ => Fields::new(),
            };
            if self.application.is_some() {
                fields.extend(ready.user.fields.clone());
            }
            all.push(fields);
        }
        Ok(all)
    }

    fn user_row<'a>(&self, ready: &'a UserToStore<'_>, holdings: Option<String>) -> Vec<Arg<'a>> {
        let user = ready.user;
        let mut all = args![
            self.id,
            &user.key,
            user.external_id.as_deref(),
            &user.email,
            &user.display_name,
            &ready.groups,
            user.created_at,
            user.listed_sign_in,
            &ready.fields,
            ready.content,
            "{}",
            ready.details_key,
            ready.details_due,
            self.now,
        ];
        all.push(Arg::Text(holdings.map(Into::into)));
        all
    }

    /// The stored rows under the keys of these users and under the keys that they may have had when
    /// invited.
    async fn stored(
        &mut self,
        chunk: &[UserToStore<'_>],
    ) -> Result<HashMap<String, StoredUserState>> {
        let mut keys: Vec<&str> = chunk
            .iter()
            .flat_map(|ready| [Some(ready.user.key.as_str()), ready.pending_key()])
            .flatten()
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let find = (0_i64..)
            .zip(&keys)
            .flat_map(|(number, key)| args![self.id, number, *key])
            .collect();
        let found = self.tx.bulk_packed(&FIND, find).await?;
        let mut stored = HashMap::with_capacity(found.len());
        for [
            number,
            content,
            details_key,
            missing,
            removed,
            external,
            licences,
        ] in found
        {
            let key = usize::try_from(number)
                .ok()
                .and_then(|number| keys.get(number));
            let key = key.ok_or_else(|| Error::corrupt("a user that the query did not select"))?;
            stored.insert(
                (*key).to_owned(),
                StoredUserState {
                    content,
                    details_key,
                    missing: missing != 0,
                    removed: removed != 0,
                    external: external != 0,
                    licences: licences != 0,
                },
            );
        }
        Ok(stored)
    }

    /// An invited user, stored under the address, now has an id: the row moves to the new key. Only
    /// rows without an id are merged, so that two users with swapped addresses are never merged.
    async fn merge_pending(
        &mut self,
        ready: &UserToStore<'_>,
        stored: &mut HashMap<String, StoredUserState>,
    ) -> Result<()> {
        let Some(old_key) = ready.pending_key() else {
            return Ok(());
        };
        if stored.get(old_key).is_none_or(|old| old.external) {
            return Ok(());
        }
        let Some(old) = stored.remove(old_key) else {
            return Ok(());
        };
        let new_key = ready.user.key.as_str();
        let merge = stored.contains_key(new_key);
        self.rekey(old_key, new_key, merge).await?;
        if merge {
            self.tx
                .execute(
                    "DELETE FROM users WHERE integration_id = $1 AND user_key = $2",
                    args![self.id, old_key],
                )
                .await?;
            self.changed += 1;
        } else {
            self.tx
                .execute(
                    "UPDATE users SET user_key = $1 WHERE integration_id = $2 AND user_key = $3",
                    args![new_key, self.id, old_key],
                )
                .await?;
            stored.insert(new_key.to_owned(), old);
        }
        self.tx
            .execute(
                "INSERT INTO user_emails (integration_id, email, user_key, since, until_at)
                 SELECT integration_id, email, $1, since, until_at FROM user_emails
                 WHERE integration_id = $2 AND email = $3 AND user_key = $3
                 ON CONFLICT (integration_id, email, user_key, since) DO NOTHING",
                args![new_key, self.id, old_key],
            )
            .await?;
        self.tx
            .execute(
                "DELETE FROM user_emails
                 WHERE integration_id = $1 AND email = $2 AND user_key = $2",
                args![self.id, old_key],
            )
            .await?;
        Ok(())
    }
}
