//! Replacing the master key: every sealed value is sealed again. Which key a value was sealed with is part
//! of the value, so a rotation that was interrupted is continued wherever it ended; until then both keys
//! open secrets (see [`MasterKey::with_other`]).

use model::Timestamp;
use serde_json::json;
use sqlx::AssertSqlSafe;

use crate::audit::record;
use crate::db::{Arg, Row, args};
use crate::key::place;
use crate::named_values::{ALL, KEY_ROTATION, put};
use crate::{Actor, Error, MasterKey, Result, Store, crash};

/// Values that are sealed again in one transaction.
const TOGETHER: usize = 20;
/// Places of values that are named in the audit entry; the rest is counted.
const NAMED: usize = 20;

/// A column of sealed values.
struct SealedColumn {
    table: &'static str,
    column: &'static str,
    /// Columns that the place of a value is made of, in order.
    row: &'static [Key],
    is_of_organisation: bool,
}

/// A column of a primary key.
#[derive(Clone, Copy)]
enum Key {
    Number(&'static str),
    Text(&'static str),
}

const fn column(
    table: &'static str,
    column: &'static str,
    row: &'static [Key],
    is_of_organisation: bool,
) -> SealedColumn {
    SealedColumn {
        table,
        column,
        row,
        is_of_organisation,
    }
}

const INTEGRATION: &[Key] = &[Key::Number("integration_id")];
const ORGANISATION: &[Key] = &[Key::Number("organisation_id")];
const CHANNEL: &[Key] = &[Key::Number("channel_id")];

/// All sealed values but the canary, which is sealed again last.
const SEALED: [SealedColumn; 11] = [
    column("connections", "client_secret", INTEGRATION, false),
    column("connections", "access_token", INTEGRATION, false),
    column("connections", "refresh_token", INTEGRATION, false),
    column("write_access", "client_secret", INTEGRATION, false),
    column(
        "oauth_apps",
        "client_secret",
        &[Key::Text("application")],
        true,
    ),
    column(
        "authorisations",
        "verifier",
        &[Key::Text("state_hash")],
        true,
    ),
    column("smtp", "password", ORGANISATION, true),
    column("channels", "target", CHANNEL, true),
    column("channels", "secret", CHANNEL, true),
    column("messages", "payload", &[Key::Number("message_id")], true),
    column(
        "rejected_texts",
        "sealed",
        &[
            Key::Number("integration_id"),
            Key::Text("stream"),
            Key::Text("text_hash"),
        ],
        false,
    ),
];

/// The result of a rotation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyRotation {
    /// Values that were sealed again by this call.
    pub resealed: u64,
    /// Places of values that neither key opens. They are left as they are.
    pub unreadable: Vec<String>,
}

impl Key {
    fn name(self) -> &'static str {
        match self {
            Self::Number(name) | Self::Text(name) => name,
        }
    }

    fn read(self, row: &Row) -> Result<String> {
        match self {
            Self::Number(name) => Ok(row.int(name)?.to_string()),
            Self::Text(name) => row.text(name),
        }
    }

    fn argument(self, value: &str) -> Result<Arg<'_>> {
        match self {
            Self::Text(_) => Ok(Arg::from(value)),
            Self::Number(name) => value
                .parse::<i64>()
                .map(Arg::from)
                .map_err(|_| Error::corrupt(format!("{name} {value}"))),
        }
    }
}

impl SealedColumn {
    /// The condition for all its rows, or for those of one place with parameters from `$1` on.
    fn condition(&self, one_place: bool) -> String {
        let mut parts = vec![format!("{} IS NOT NULL", self.column)];
        if self.is_of_organisation {
            parts.push("organisation_id = 1".to_owned());
        }
        if one_place {
            let keys = (1..).zip(self.row);
            parts.extend(keys.map(|(number, key)| format!("{} = ${number}", key.name())));
        }
        parts.join(" AND ")
    }

    fn arguments<'a>(&self, row: &'a [String]) -> Result<Vec<Arg<'a>>> {
        let keys = self.row.iter().zip(row);
        keys.map(|(key, value)| key.argument(value)).collect()
    }
}

impl Store {
    /// Seals every secret with another key. Open the store with [`StoreAccess::Alone`], and with
    /// [`MasterKey::with_other`] when a rotation to this key may have been interrupted. Afterwards this
    /// store is to be closed, and the new key opens the database.
    ///
    /// [`StoreAccess::Alone`]: crate::StoreAccess::Alone
    ///
    /// # Errors
    /// [`Error::KeyMissing`] when the present key is not the right one. After any error the call can be
    /// repeated.
    #[crate::boxed]
    pub async fn rotate_key(
        &self,
        new: &MasterKey,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<KeyRotation> {
        let old = &self.inner.key;
        if !self.inner.key_ok {
            return Err(Error::KeyMissing {
                reason: "this database was sealed with another one".to_owned(),
            });
        }
        let mut done = KeyRotation::default();
        if old.fingerprint() == new.fingerprint() {
            return Ok(done);
        }
        self.begin_rotation(new, actor, now).await?;
        crash::point("rotation begun");
        for column in &SEALED {
            for rows in self.old_rows(column, new).await?.chunks(TOGETHER) {
                self.reseal(column, rows, new, &mut done).await?;
            }
        }
        let mut tx = self.begin().await?;
        tx.execute(
            "UPDATE canaries SET sealed = $1 WHERE organisation_id = 1",
            args![new.seal_canary()?],
        )
        .await?;
        put(&mut tx, ALL, KEY_ROTATION, None).await?;
        let detail = json!({
            "from": old.fingerprint(),
            "to": new.fingerprint(),
            "unreadable": done.unreadable.len(),
            "places": done.unreadable.iter().take(NAMED).collect::<Vec<_>>(),
        });
        record(&mut tx, actor, "key.rotate", "organisation:1", &detail, now).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Whether a rotation of the master key was begun and not finished.
    #[crate::boxed]
    pub async fn is_key_rotating(&self) -> Result<bool> {
        Ok(self.note_text(ALL, KEY_ROTATION).await?.is_some())
    }

    /// Stores that a rotation is going on, unless that is stored.
    async fn begin_rotation(&self, new: &MasterKey, actor: &Actor, now: Timestamp) -> Result<()> {
        let state = json!({ "from": self.inner.key.fingerprint(), "to": new.fingerprint() });
        let text = state.to_string();
        if self.note_text(ALL, KEY_ROTATION).await?.as_deref() == Some(&text) {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        put(&mut tx, ALL, KEY_ROTATION, Some(&text)).await?;
        let target = "organisation:1";
        record(&mut tx, actor, "key.rotation_begin", target, &state, now).await?;
        tx.commit().await
    }

    /// The rows whose value was not sealed with the new key.
    async fn old_rows(&self, column: &SealedColumn, new: &MasterKey) -> Result<Vec<Vec<String>>> {
        let names: Vec<&str> = column.row.iter().map(|key| key.name()).collect();
        let sql = format!(
            "SELECT {}, {} AS value FROM {} WHERE {}",
            names.join(", "),
            column.column,
            column.table,
            column.condition(false)
        );
        let mut rows = Vec::new();
        let mut reader = self.read().await?;
        // Safe, because the text consists of constants.
        reader
            .each(AssertSqlSafe(sql), args![], |row| {
                if !new.sealed(row.str("value")?) {
                    let keys = column.row.iter().map(|key| key.read(row));
                    rows.push(keys.collect::<Result<Vec<String>>>()?);
                }
                Ok(())
            })
            .await?;
        Ok(rows)
    }

    async fn reseal(
        &self,
        column: &SealedColumn,
        rows: &[Vec<String>],
        new: &MasterKey,
        done: &mut KeyRotation,
    ) -> Result<()> {
        let (table, name) = (column.table, column.column);
        let condition = column.condition(true);
        let number = column.row.len() + 1;
        let select = format!("SELECT {name} AS value FROM {table} WHERE {condition}");
        let update = format!(
            "UPDATE {table} SET {name} = ${number} WHERE {condition} AND {name} = ${}",
            number + 1
        );
        let mut tx = self.begin().await?;
        for row in rows {
            let place = place(table, row.join("/"), name);
            let found = tx
                .all(AssertSqlSafe(select.clone()), column.arguments(row)?)
                .await?;
            for value in found {
                let value = value.text("value")?;
                if new.sealed(&value) {
                    continue;
                }
                let Ok(secret) = self.unseal(&place, &value) else {
                    done.unreadable.push(place.clone());
                    continue;
                };
                let mut arguments = column.arguments(row)?;
                arguments.extend(args![new.seal(&place, &secret)?, &value]);
                tx.execute(AssertSqlSafe(update.clone()), arguments).await?;
                done.resealed += 1;
                crash::point("value sealed again");
            }
        }
        tx.commit().await
    }
}
