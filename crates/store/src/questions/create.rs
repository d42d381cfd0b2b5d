//! Creating and listing questions.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use model::{FindingState, IntegrationId, Timestamp};

use super::types::{
    NewQuestion, Question, QuestionAction, QuestionFilter, QuestionState, question_columns, read,
};
use crate::audit::record;
use crate::db::{Bulk, Tx, args};
use crate::decisions::set_state;
use crate::findings::{FindingEventKind, append_events, audit_detail, parse_finding_id};
use crate::ids::QuestionId;
use crate::numbers::next_numbers;
use crate::revision::bump_revision;
use crate::{Actor, Result, Store, validate};

const WITHDRAW: Bulk = Bulk {
    head: "WITH v (i, f, t) AS (",
    columns: 3,
    tail: ") UPDATE questions SET state = 'closed', ended_at = v.t, due_at = NULL FROM v
            WHERE integration_id = v.i AND finding = v.f AND due_at IS NOT NULL",
};

const FIND: Bulk = Bulk {
    head: "WITH v (i, k, l) AS (",
    columns: 3,
    tail: ") SELECT a.user_key, a.licence FROM v CROSS JOIN questions a
            WHERE a.integration_id = v.i AND a.user_key = v.k AND a.licence = v.l
              AND a.due_at IS NOT NULL",
};
const ADD: Bulk = Bulk {
    head: "INSERT INTO questions (integration_id, question_id, finding, user_key, email, licence, message,
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
    new: &'r [NewQuestion],
    actor: &Actor,
    now: Timestamp,
) -> Result<Vec<(QuestionId, &'r str)>> {
    let mut wanted: BTreeMap<(&str, String), &NewQuestion> = BTreeMap::new();
    for question in new {
        let parts = parse_finding_id(&question.finding)?;
        let key = (
            parts.user_key.unwrap_or_default(),
            parts.licence.to_string(),
        );
        wanted.entry(key).or_insert(question);
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
    let first = next_numbers(tx, "question", count).await?;
    let (by, mut rows, mut asked) = (actor.to_string(), Vec::new(), Vec::new());
    for (number, ((user, licence), question)) in (first..).zip(wanted) {
        rows.extend(args![
            id,
            number,
            &question.finding,
            user,
            &question.email,
            licence,
            &question.message,
            QuestionState::Waiting.value(),
            &by,
            now,
            question.expires_at,
            question.remind_at,
            question.on_silence.value(),
            question.silence_at,
            "",
            now,
        ]);
        asked.push((QuestionId(number), question.finding.as_str()));
    }
    tx.bulk(&ADD, rows).await?;
    Ok(asked)
}

impl Store {
    /// Creates questions and sets their findings to asked. Returns the numbers of the new
    /// questions. A user with an open question about the same licence gets no second one.
    ///
    /// # Errors
    /// [`crate::Error::Field`] with the entry (`questions[2].email`, counted from 0),
    /// [`crate::Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
    pub async fn create_questions(
        &self,
        id: IntegrationId,
        new: &[NewQuestion],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Vec<QuestionId>> {
        validate::count("questions", new.len(), validate::MANY)?;
        for (position, question) in new.iter().enumerate() {
            validate::in_list("questions", position, question.check(now))?;
        }
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let asked = insert(&mut tx, id, new, actor, now).await?;
        let (ids, asked): (Vec<QuestionId>, Vec<&str>) = asked.into_iter().unzip();
        let findings = asked.iter().copied();
        set_state(&mut tx, id, findings, FindingState::Asked, actor, now).await?;
        let words = asked
            .iter()
            .map(|finding| (*finding, "To be asked".to_owned()));
        append_events(&mut tx, id, words, FindingEventKind::Question, actor, now).await?;
        let detail = audit_detail(id, asked.iter().copied());
        let target = format!("integration:{id}");
        record(&mut tx, actor, "question.create", target, &detail, now).await?;
        tx.commit().await?;
        Ok(ids)
    }

    /// Questions of one integration, or of all, newest first.
    #[crate::boxed]
    pub async fn questions(
        &self,
        id: Option<IntegrationId>,
        filter: &QuestionFilter,
    ) -> Result<Vec<Question>> {
        let states: Vec<&str> = filter.states.iter().map(|state| state.value()).collect();
        let ids: Vec<String> = filter.ids.iter().map(QuestionId::to_string).collect();
        let mut questions = Vec::new();
        self.read()
            .await?
            .each(
                concat!(
                    "SELECT ",
                    question_columns!(),
                    " FROM questions WHERE ($1 IS NULL OR integration_id = $1) AND question_id < $2
                       AND integration_id IN (
                         SELECT integration_id FROM integrations WHERE erasing = 0)
                       AND ($3 = '' OR ',' || $3 || ',' LIKE '%,' || state || ',%')
                       AND ($4 IS NULL OR user_key = $4) AND ($5 IS NULL OR finding = $5)
                       AND ($6 = '' OR ',' || $6 || ',' LIKE '%,' || CAST(question_id AS TEXT) || ',%')
                     ORDER BY question_id DESC LIMIT $7"
                ),
                args![
                    id.map(|id| id.0),
                    filter.before.map_or(i64::MAX, |before| before.0),
                    states.join(","),
                    filter.user_key.as_deref(),
                    filter.finding.as_deref(),
                    ids.join(","),
                    filter.sql_limit(),
                ],
                |row| {
                    questions.push(read(row)?);
                    Ok(())
                },
            )
            .await?;
        Ok(questions)
    }

    #[crate::boxed]
    pub async fn question(&self, question: QuestionId) -> Result<Option<Question>> {
        self.read()
            .await?
            .optional(
                concat!(
                    "SELECT ",
                    question_columns!(),
                    " FROM questions WHERE question_id = $1 AND integration_id IN (
                       SELECT integration_id FROM integrations WHERE erasing = 0)"
                ),
                args![question.0],
            )
            .await?
            .as_ref()
            .map(read)
            .transpose()
    }

    /// Questions with an action that is due, longest due first.
    #[crate::boxed]
    pub async fn due_questions(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(Question, QuestionAction)>> {
        self.read()
            .await?
            .all(
                concat!(
                    "SELECT ",
                    question_columns!(),
                    " FROM questions WHERE due_at <= $1 AND integration_id IN (
                       SELECT integration_id FROM integrations WHERE erasing = 0)
                     ORDER BY due_at, question_id LIMIT $2"
                ),
                args![now, limit],
            )
            .await?
            .iter()
            .map(|row| {
                let question = read(row)?;
                let due = question.due(now);
                Ok((question, due))
            })
            .collect()
    }
}
