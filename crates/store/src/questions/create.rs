//! Creating and listing questions.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use model::{FindingState, IntegrationId, Timestamp};

use super::types::{Due, NewRequest, Request, RequestFilter, RequestState, question_columns, read};
use crate::audit::record;
use crate::db::{Bulk, Tx, args};
use crate::decisions::set_state;
use crate::findings::{FindingEventKind, append_events, audit_detail, parse_finding_id};
use crate::ids::RequestId;
use crate::numbers::next_numbers;
use crate::revision::bump_revision;
use crate::{Actor, Result, Store, validate};

const WITHDRAW: Bulk = Bulk {
    head: "WITH v (i, f, t) AS (",
    columns: 3,
    tail: ") UPDATE asks SET state = 'closed', ended_at = v.t, due_at = NULL FROM v
            WHERE integration_id = v.i AND finding = v.f AND due_at IS NOT NULL",
};

const FIND: Bulk = Bulk {
    head: "WITH v (i, k, l) AS (",
    columns: 3,
    tail: ") SELECT a.user_key, a.licence FROM v CROSS JOIN asks a
            WHERE a.integration_id = v.i AND a.user_key = v.k AND a.licence = v.l
              AND a.due_at IS NOT NULL",
};
const ADD: Bulk = Bulk {
    head: "INSERT INTO asks (integration_id, ask_id, finding, user_key, email, licence, message,
             state, created_by, created_at, expires_at, remind_at, on_silence, silence_at, note,
             due_at)",
    columns: 16,
    tail: "",
};

/// Closes the open questions about these findings.
pub(crate) async fn withdraw(
    tx: &mut Tx,
    id: IntegrationId,
    findings: &BTreeSet<&str>,
    now: Timestamp,
) -> Result<()> {
    let rows = findings
        .iter()
        .flat_map(|finding| args![id, *finding, now])
        .collect();
    tx.bulk(&WITHDRAW, rows).await?;
    Ok(())
}

/// Inserts questions, except to users with an open question about the same licence.
async fn insert<'r>(
    tx: &mut Tx,
    id: IntegrationId,
    new: &'r [NewRequest],
    actor: &Actor,
    now: Timestamp,
) -> Result<Vec<(RequestId, &'r str)>> {
    let mut wanted: BTreeMap<(&str, String), &NewRequest> = BTreeMap::new();
    for request in new {
        let parts = parse_finding_id(&request.finding)?;
        let key = (
            parts.user_key.unwrap_or_default(),
            parts.licence.to_string(),
        );
        wanted.entry(key).or_insert(request);
    }
    let find = wanted
        .keys()
        .flat_map(|(user, licence)| args![id, *user, licence.clone()])
        .collect();
    let mut open = HashSet::new();
    for row in tx.bulk_all(&FIND, find).await? {
        open.insert((row.text("user_key")?, row.text("licence")?));
    }
    wanted.retain(|(user, licence), _| !open.contains(&((*user).to_owned(), licence.clone())));
    let count = i64::try_from(wanted.len()).unwrap_or(i64::MAX);
    let first = next_numbers(tx, "ask", count).await?;
    let (by, mut rows, mut asked) = (actor.to_string(), Vec::new(), Vec::new());
    for (number, ((user, licence), request)) in (first..).zip(wanted) {
        rows.extend(args![
            id,
            number,
            &request.finding,
            user,
            &request.email,
            licence,
            &request.message,
            RequestState::Waiting.value(),
            &by,
            now,
            request.expires_at,
            request.remind_at,
            request.on_silence.value(),
            request.silence_at,
            "",
            now,
        ]);
        asked.push((RequestId(number), request.finding.as_str()));
    }
    tx.bulk(&ADD, rows).await?;
    Ok(asked)
}

impl Store {
    /// Creates questions and sets their findings to asked. Returns the numbers of the new
    /// questions. A user with an open question about the same licence gets no second one.
    ///
    /// # Errors
    /// [`crate::Error::Field`] with the entry (`requests[2].email`, counted from 0),
    /// [`crate::Error::NotFound`] when the integration does not exist.
    pub async fn create_requests(
        &self,
        id: IntegrationId,
        new: &[NewRequest],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Vec<RequestId>> {
        validate::count("requests", new.len(), validate::MANY)?;
        for (position, request) in new.iter().enumerate() {
            validate::in_list("requests", position, request.check(now))?;
        }
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let asked = insert(&mut tx, id, new, actor, now).await?;
        let (ids, asked): (Vec<RequestId>, Vec<&str>) = asked.into_iter().unzip();
        let findings = asked.iter().copied();
        set_state(&mut tx, id, findings, FindingState::Asked, actor, now).await?;
        let words = asked
            .iter()
            .map(|finding| (*finding, "To be asked".to_owned()));
        append_events(&mut tx, id, words, FindingEventKind::Request, actor, now).await?;
        let detail = audit_detail(id, asked.iter().copied());
        let target = format!("integration:{id}");
        record(&mut tx, actor, "request.create", target, &detail, now).await?;
        tx.commit().await?;
        Ok(ids)
    }

    /// Questions of one integration, or of all, newest first.
    pub async fn requests(
        &self,
        id: Option<IntegrationId>,
        filter: &RequestFilter,
    ) -> Result<Vec<Request>> {
        let states: Vec<&str> = filter.states.iter().map(|state| state.value()).collect();
        let limit = match filter.limit {
            0 => i64::MAX,
            limit => limit.into(),
        };
        let mut requests = Vec::new();
        self.read()
            .await?
            .each(
                concat!(
                    "SELECT ",
                    question_columns!(),
                    " FROM asks WHERE ($1 IS NULL OR integration_id = $1) AND ask_id < $2
                       AND integration_id IN (
                         SELECT integration_id FROM integrations WHERE erasing = 0)
                       AND ($3 = '' OR ',' || $3 || ',' LIKE '%,' || state || ',%')
                       AND ($4 IS NULL OR user_key = $4) AND ($5 IS NULL OR finding = $5)
                     ORDER BY ask_id DESC LIMIT $6"
                ),
                args![
                    id.map(|id| id.0),
                    filter.before.map_or(i64::MAX, |before| before.0),
                    states.join(","),
                    filter.user_key.as_deref(),
                    filter.finding.as_deref(),
                    limit,
                ],
                |row| {
                    requests.push(read(row)?);
                    Ok(())
                },
            )
            .await?;
        Ok(requests)
    }

    pub async fn request(&self, request: RequestId) -> Result<Option<Request>> {
        self.read()
            .await?
            .optional(
                concat!(
                    "SELECT ",
                    question_columns!(),
                    " FROM asks WHERE ask_id = $1 AND integration_id IN (
                       SELECT integration_id FROM integrations WHERE erasing = 0)"
                ),
                args![request.0],
            )
            .await?
            .as_ref()
            .map(read)
            .transpose()
    }

    /// Questions with an action that is due, longest due first.
    pub async fn due_requests(&self, now: Timestamp, limit: u32) -> Result<Vec<(Request, Due)>> {
        self.read()
            .await?
            .all(
                concat!(
                    "SELECT ",
                    question_columns!(),
                    " FROM asks WHERE due_at <= $1 AND integration_id IN (
                       SELECT integration_id FROM integrations WHERE erasing = 0)
                     ORDER BY due_at, ask_id LIMIT $2"
                ),
                args![now, limit],
            )
            .await?
            .iter()
            .map(|row| {
                let request = read(row)?;
                let due = request.due(now);
                Ok((request, due))
            })
            .collect()
    }
}
