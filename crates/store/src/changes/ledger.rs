//! The ledger of savings. A saving is promised when its change is accepted, realised when a later
//! sync no longer sees the licence, and lost when the licence comes back.

use model::{Day, IntegrationId, Licence, Money, Timestamp};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::audit::record;
use crate::changes::{ACCEPTED, NewChange};
use crate::db::{Bulk, Row, Tx, args};
use crate::decisions::reopen_decisions;
use crate::findings::{FindingEventKind, append_events, parse_finding_id};
use crate::ids::ChangeId;
use crate::money::{money_args, read_money};
use crate::revision::bump_revision;
use crate::{Actor, Result, Store};

const PROMISE: Bulk = Bulk {
    head: "INSERT INTO ledger (integration_id, change_id, finding, user_key, licence, seats,
             promised_on, seat_free_on, invoice_lower_on, promised_minor, promised_currency)",
    columns: 11,
    tail: "",
};

/// State of a saving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SavingState {
    /// The change was accepted; no sync has seen the licence gone yet.
    Promised,
    /// A sync no longer saw the licence.
    Realised,
    /// The licence came back, or the change was undone.
    Lost,
}

/// The saving of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LedgerEntry {
    /// Number of the change.
    #[serde(rename = "change_id")]
    pub change: ChangeId,
    /// Id of the finding that the change is for.
    pub finding: String,
    /// Key of the user with the licence. Null when the change is about the whole account or the
    /// person was erased.
    #[serde(rename = "user_id")]
    pub user_key: Option<String>,
    /// The licence that was removed or made smaller.
    pub licence: Licence,
    /// Number of seats that become free.
    pub seats: i64,
    /// The yearly saving at the time of the decision. Null without a price.
    pub promised: Option<Money>,
    /// The day of the decision (UTC).
    pub promised_on: Day,
    /// The day on which another user could have the seat.
    pub seat_free_on: Option<Day>,
    /// The first day whose invoice could be lower. Null when it was not known.
    pub invoice_lower_on: Option<Day>,
    /// The day of the first sync that no longer saw the licence.
    pub realised_on: Option<Day>,
    /// The day of the sync that saw the licence again, or on which the change was undone.
    pub lost_on: Option<Day>,
    /// Follows from `realised_on` and `lost_on`.
    pub state: SavingState,
}

fn read(row: &Row) -> Result<LedgerEntry> {
    let (realised_on, lost_on) = (row.opt_day("realised_on")?, row.opt_day("lost_on")?);
    Ok(LedgerEntry {
        change: ChangeId(row.int("change_id")?),
        finding: row.text("finding")?,
        user_key: row.opt_text("user_key")?,
        licence: Licence::from_key(row.str("licence")?),
        seats: row.int("seats")?,
        promised: read_money(row, "promised_minor", "promised_currency")?,
        promised_on: row.day("promised_on")?,
        seat_free_on: row.opt_day("seat_free_on")?,
        invoice_lower_on: row.opt_day("invoice_lower_on")?,
        realised_on,
        lost_on,
        state: match (realised_on, lost_on) {
            (_, Some(_)) => SavingState::Lost,
            (Some(_), None) => SavingState::Realised,
            (None, None) => SavingState::Promised,
        },
    })
}

/// Adds the promised savings of new changes.
pub(crate) async fn add_promises(
    tx: &mut Tx,
    id: IntegrationId,
    numbered: &[(ChangeId, &NewChange)],
    now: Timestamp,
) -> Result<()> {
    let mut rows = Vec::new();
    for (number, change) in numbered {
        let parts = parse_finding_id(&change.finding)?;
        rows.extend(args![
            id,
            number.0,
            &change.finding,
            parts.user_key,
            parts.licence.to_string(),
            change.seats,
            now.day(),
            change.seat_free_on.map(|day| i64::from(day.0)),
            change.invoice_lower_on.map(|day| i64::from(day.0)),
        ]);
        rows.extend(money_args(change.saving));
    }
    tx.bulk(&PROMISE, rows).await?;
    Ok(())
}

/// Removes a promise that was not realised.
pub(crate) async fn remove_promise(tx: &mut Tx, id: IntegrationId, change: ChangeId) -> Result<()> {
    tx.execute(
        "DELETE FROM ledger
         WHERE integration_id = $1 AND change_id = $2 AND realised_on IS NULL",
        args![id, change.0],
    )
    .await?;
    Ok(())
}

/// Marks a saving as lost. Returns the finding, or `None` when it was lost before.
pub(crate) async fn mark_lost(
    tx: &mut Tx,
    id: IntegrationId,
    change: ChangeId,
    on: Day,
) -> Result<Option<String>> {
    tx.optional(
        "UPDATE ledger SET lost_on = $1
         WHERE integration_id = $2 AND change_id = $3 AND lost_on IS NULL RETURNING finding",
        args![on, id, change.0],
    )
    .await?
    .map(|row| row.text("finding"))
    .transpose()
}

impl Store {
    /// The ledger of an integration, newest change first.
    #[crate::boxed]
    pub async fn ledger(&self, id: IntegrationId) -> Result<Vec<LedgerEntry>> {
        self.read()
            .await?
            .all(
                "SELECT change_id, finding, user_key, licence, seats, promised_minor,
                   promised_currency, promised_on, seat_free_on, invoice_lower_on, realised_on,
                   lost_on
                 FROM ledger WHERE integration_id = $1 ORDER BY change_id DESC",
                args![id],
            )
            .await?
            .iter()
            .map(read)
            .collect()
    }

    /// Records the day of the first sync that no longer saw the licence. Returns `false` when there
    /// is no such promise, or it was realised before.
    #[crate::boxed]
    pub async fn mark_saving_realised(
        &self,
        id: IntegrationId,
        change: ChangeId,
        on: Day,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let row = tx
            .optional(
                "UPDATE ledger SET realised_on = $1
                 WHERE integration_id = $2 AND change_id = $3 AND realised_on IS NULL
                   AND lost_on IS NULL RETURNING finding",
                args![on, id, change.0],
            )
            .await?;
        let Some(row) = row else { return Ok(false) };
        let words = (row.str("finding")?, format!("Licence seen gone on {on}"));
        let events = std::iter::once(words);
        append_events(&mut tx, id, events, FindingEventKind::Change, actor, now).await?;
        let detail = json!({ "integration": id, "on": on });
        let target = format!("change:{change}");
        record(&mut tx, actor, "saving.realise", target, &detail, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Records the day of the sync that saw the licence again; its finding is open again. Returns
    /// `false` when there is no such promise, or it was lost before.
    #[crate::boxed]
    pub async fn mark_saving_lost(
        &self,
        id: IntegrationId,
        change: ChangeId,
        on: Day,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let Some(finding) = mark_lost(&mut tx, id, change, on).await? else {
            return Ok(false);
        };
        let one = std::iter::once(finding.as_str());
        reopen_decisions(&mut tx, id, one, &ACCEPTED, actor, now).await?;
        let words = (finding.as_str(), format!("Licence seen back on {on}"));
        let events = std::iter::once(words);
        append_events(&mut tx, id, events, FindingEventKind::Change, actor, now).await?;
        let detail = json!({ "integration": id, "on": on });
        let target = format!("change:{change}");
        record(&mut tx, actor, "saving.lose", target, &detail, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}
