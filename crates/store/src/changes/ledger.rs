//! The ledger of savings: promised when a change is decided, realised when a later sync saw the
//! licence gone, lost when it came back.

use model::{Day, IntegrationId, Licence, Money, Timestamp};
use serde_json::json;

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

/// What a change promised, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The change.
    pub change: ChangeId,
    /// Id of the finding.
    pub finding: String,
    /// Whose licence; `None` when nobody's in particular, or when the person was erased.
    pub user_key: Option<String>,
    /// The licence.
    pub licence: Licence,
    /// Seats.
    pub seats: i64,
    /// What was promised for a year; `None` without a price.
    pub promised: Option<Money>,
    /// When it was promised.
    pub promised_on: Day,
    /// When the seat was to be free for somebody else.
    pub seat_free_on: Option<Day>,
    /// When the invoice was to get smaller, when that was known.
    pub invoice_lower_on: Option<Day>,
    /// The day of the sync that saw the licence gone.
    pub realised_on: Option<Day>,
    /// The day of the sync that saw it back, or on which the change was made undone.
    pub lost_on: Option<Day>,
}

fn read(row: &Row) -> Result<LedgerEntry> {
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
        realised_on: row.opt_day("realised_on")?,
        lost_on: row.opt_day("lost_on")?,
    })
}

/// Promises what changes save.
pub(crate) async fn promise(
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

/// Takes a promise back that was not realised.
pub(crate) async fn forget(tx: &mut Tx, id: IntegrationId, change: ChangeId) -> Result<()> {
    tx.execute(
        "DELETE FROM ledger
         WHERE integration_id = $1 AND change_id = $2 AND realised_on IS NULL",
        args![id, change.0],
    )
    .await?;
    Ok(())
}

/// Notes that what was promised is lost; answers the finding when it was not lost before.
pub(crate) async fn lost(
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

    /// Notes the day of the sync that saw a licence gone. Answers `false` when there is no such
    /// promise, or it was realised before.
    pub async fn realise(
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

    /// Notes the day of the sync that saw a licence back; its finding is open again. Answers `false`
    /// when there is no such promise, or it was lost before.
    pub async fn lose(
        &self,
        id: IntegrationId,
        change: ChangeId,
        on: Day,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let Some(finding) = lost(&mut tx, id, change, on).await? else {
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
