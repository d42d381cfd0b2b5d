//! Changes of decisions that follow from something else: a question, an answer, a change, a licence
//! that came back.

use std::collections::BTreeSet;

use model::{FindingState, IntegrationId, Timestamp};

use super::types::{DECIDE, DecisionScope};
use crate::db::{Bulk, Tx, args};
use crate::findings::parse_finding_id;
use crate::{Actor, Error, Result};

const REOPEN: Bulk = Bulk {
    head: "WITH v (i, f, a, t, s) AS (",
    columns: 5,
    tail: ") UPDATE decisions SET state = 'open', until_day = NULL, reason = '', owner = '',
             scope = 'finding', actor = v.a, at = v.t
            FROM v WHERE integration_id = v.i AND finding = v.f
              AND v.s LIKE '%,' || state || ',%'
            RETURNING finding",
};

/// The stored state of a finding; `None` when it is open.
pub(crate) async fn state_of(
    tx: &mut Tx,
    id: IntegrationId,
    finding: &str,
) -> Result<Option<FindingState>> {
    let row = tx
        .optional(
            "SELECT state FROM decisions WHERE integration_id = $1 AND finding = $2",
            args![id, finding],
        )
        .await?;
    row.map(|row| {
        FindingState::from_value(row.str("state")?)
            .ok_or_else(|| Error::corrupt(format!("state of decision {finding}")))
    })
    .transpose()
}

/// Sets the state of findings as a consequence of something else. Reason, owner and last day of an
/// earlier decision are cleared, because they belonged to that decision.
pub(crate) async fn set_state(
    tx: &mut Tx,
    id: IntegrationId,
    findings: impl Iterator<Item = &str>,
    state: FindingState,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    let (by, mut rows) = (actor.to_string(), Vec::new());
    for finding in findings.collect::<BTreeSet<_>>() {
        rows.extend(args![
            id,
            finding,
            parse_finding_id(finding)?.user_key,
            state.value(),
            None::<i64>,
            "",
            "",
            "",
            DecisionScope::Finding.value(),
            by.clone(),
            now,
        ]);
    }
    tx.bulk(&DECIDE, rows).await?;
    Ok(())
}

/// Every state that can be reopened.
pub(super) const DECIDED: [FindingState; 5] = [
    FindingState::Exempt,
    FindingState::Asked,
    FindingState::Kept,
    FindingState::Accepted,
    FindingState::Done,
];

/// Reopens these findings where they are in one of these states; a newer decision of a person
/// stays. Returns the findings that were reopened.
pub(crate) async fn reopen_decisions(
    tx: &mut Tx,
    id: IntegrationId,
    findings: impl Iterator<Item = &str>,
    states: &[FindingState],
    actor: &Actor,
    now: Timestamp,
) -> Result<Vec<String>> {
    let by = actor.to_string();
    let states: Vec<&str> = states.iter().map(|state| state.value()).collect();
    let states = format!(",{},", states.join(","));
    let rows = findings
        .collect::<BTreeSet<_>>()
        .into_iter()
        .flat_map(|finding| args![id, finding, by.clone(), now, states.clone()])
        .collect();
    let taken = tx
        .bulk_all(&REOPEN, rows)
        .await?
        .iter()
        .map(|row| row.text("finding"))
        .collect::<Result<_>>()?;
    tx.execute(
        "DELETE FROM decisions WHERE integration_id = $1 AND state = 'open' AND assignee = ''",
        args![id],
    )
    .await?;
    Ok(taken)
}
