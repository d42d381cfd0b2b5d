//! Events of a question after it was created: sent, reminded, answered, not answered in time,
//! closed.

use model::{Day, FindingState, IntegrationId, Licence, Timestamp};
use serde_json::json;

use super::types::{
    Answer, OnSilence, Question, QuestionAction, QuestionState, RecentAnswer, question_columns,
    read,
};
use crate::audit::record;
use crate::changes::NewChange;
use crate::db::{Tx, args};
use crate::decisions::{reopen_decisions, set_state, state_of};
use crate::findings::{FindingEventKind, append_events};
use crate::ids::QuestionId;
use crate::notifications::{NewMessage, enqueue};
use crate::revision::bump_revision;
use crate::{Actor, Error, Result, Store, changes, validate};

/// A question that has not ended, in a transaction that has bumped the revision of its integration.
async fn open(tx: &mut Tx, question: QuestionId) -> Result<Option<Question>> {
    const SQL: &str = concat!(
        "SELECT ",
        question_columns!(),
        " FROM questions WHERE question_id = $1 AND due_at IS NOT NULL"
    );
    let Some(row) = tx.optional(SQL, args![question.0]).await? else {
        return Ok(None);
    };
    bump_revision(tx, IntegrationId(row.int("integration_id")?)).await?;
    // It may have ended while this transaction waited for the lock.
    tx.optional(SQL, args![question.0])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// The end of a question and its consequences.
struct QuestionEnd<'a> {
    state: QuestionState,
    answer: Option<&'a Answer>,
    note: &'a str,
    words: String,
    /// The new state of the finding; `None` reopens it.
    decision: Option<FindingState>,
    /// Last day of that state; `None` when it has no end.
    until: Option<Day>,
    change: Option<&'a NewChange>,
}

async fn end(
    mut tx: Tx,
    question: &Question,
    end: QuestionEnd<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    let id = question.integration;
    let to = match end.answer {
        Some(Answer::HandOver { to }) => Some(to.as_str()),
        _ => None,
    };
    tx.execute(
        "UPDATE questions SET state = $1, ended_at = $2, answer = $3, hand_over_to = $4, note = $5,
           due_at = NULL
         WHERE integration_id = $6 AND question_id = $7",
        args![
            end.state.value(),
            now,
            end.answer.map(Answer::value),
            to,
            end.note,
            id,
            question.id.0,
        ],
    )
    .await?;
    let one = || std::iter::once(question.finding.as_str());
    let asked = [FindingState::Asked];
    // A decision that a colleague made after the question was asked stays; the answer is only stored.
    let follows = matches!(
        state_of(&mut tx, id, &question.finding).await?,
        None | Some(FindingState::Open | FindingState::Asked)
    );
    match end.decision {
        Some(state) if follows => {
            set_state(&mut tx, id, one(), state, actor, now).await?;
            if let Some(until) = end.until {
                tx.execute(
                    "UPDATE decisions SET until_day = $1, reason = $2
                     WHERE integration_id = $3 AND finding = $4",
                    args![i64::from(until.0), end.note, id, &question.finding],
                )
                .await?;
            }
        }
        Some(_) => {}
        None => {
            reopen_decisions(&mut tx, id, one(), &asked, actor, now).await?;
        }
    }
    let events = std::iter::once((question.finding.as_str(), end.words));
    append_events(&mut tx, id, events, FindingEventKind::Question, actor, now).await?;
    if let Some(change) = end.change.filter(|_| follows) {
        changes::add_to_list(&mut tx, id, std::slice::from_ref(change), actor, now).await?;
    }
    let detail = json!({ "integration": id, "answer": end.answer.map(Answer::value) });
    let action = format!("question.{}", end.state.value());
    let target = format!("question:{}", question.id);
    record(&mut tx, actor, &action, target, &detail, now).await?;
    tx.commit().await
}

impl Store {
    /// Puts the mail with the question into the outbox and marks the question as sent. Returns
    /// `false`, without a mail, when the question is no longer waiting.
    ///
    /// # Errors
    /// [`Error::Field`] about the mail.
    #[crate::boxed]
    pub async fn mark_question_sent(
        &self,
        question: QuestionId,
        mail: Option<&NewMessage>,
        now: Timestamp,
    ) -> Result<bool> {
        self.set_question_sent(question, QuestionState::Waiting, mail, now)
            .await
    }

    /// Puts the reminder into the outbox and marks the question as reminded. Returns `false`,
    /// without a mail, when the question needs no reminder.
    ///
    /// # Errors
    /// [`Error::Field`] about the mail.
    #[crate::boxed]
    pub async fn mark_question_reminded(
        &self,
        question: QuestionId,
        mail: Option<&NewMessage>,
        now: Timestamp,
    ) -> Result<bool> {
        self.set_question_sent(question, QuestionState::Sent, mail, now)
            .await
    }

    async fn set_question_sent(
        &self,
        question: QuestionId,
        from: QuestionState,
        mail: Option<&NewMessage>,
        now: Timestamp,
    ) -> Result<bool> {
        if let Some(mail) = mail {
            mail.check()?;
        }
        let mut tx = self.begin().await?;
        let Some(mut open) = open(&mut tx, question).await? else {
            return Ok(false);
        };
        if open.state != from || open.reminded_at.is_some() {
            return Ok(false);
        }
        let words = if from == QuestionState::Waiting {
            open.sent_at = Some(now);
            "Asked by e-mail"
        } else {
            open.reminded_at = Some(now);
            "Reminded by e-mail"
        };
        tx.execute(
            "UPDATE questions SET state = 'sent', sent_at = $1, reminded_at = $2, due_at = $3
             WHERE integration_id = $4 AND question_id = $5",
            args![
                open.sent_at,
                open.reminded_at,
                open.next().1,
                open.integration,
                open.id.0,
            ],
        )
        .await?;
        if let Some(mail) = mail {
            enqueue(self, &mut tx, mail, now).await?;
        }
        let events = std::iter::once((open.finding.as_str(), words.to_owned()));
        let (id, system) = (open.integration, Actor::System);
        append_events(
            &mut tx,
            id,
            events,
            FindingEventKind::Question,
            &system,
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Stores an answer that was given through the link. Keep sets the finding to kept until that
    /// day (UTC), without an end when there is none. The other answers accept the finding and put
    /// `change` on the change list when it is given. A decision that a colleague made in the
    /// meantime stays, and the answer is only stored. Returns `false` when the question was
    /// answered before, was closed or has expired.
    ///
    /// # Errors
    /// [`Error::Field`].
    #[crate::boxed]
    pub async fn answer_question(
        &self,
        question: QuestionId,
        answer: &Answer,
        remark: &str,
        change: Option<&NewChange>,
        until: Option<Day>,
        now: Timestamp,
    ) -> Result<bool> {
        if let Answer::HandOver { to } = answer {
            validate::email("to", to)?;
        }
        validate::text("note", remark, validate::REASON)?;
        if let Some(until) = until {
            validate::day("until", until)?;
        }
        changes::check(change.map_or(&[], std::slice::from_ref))?;
        let mut tx = self.begin().await?;
        let Some(open) = open(&mut tx, question).await? else {
            return Ok(false);
        };
        if now >= open.expires_at {
            return Ok(false);
        }
        let mut words = match answer {
            Answer::Keep => "Answered: keeps it".to_owned(),
            Answer::GiveUp => "Answered: gives it up".to_owned(),
            Answer::HandOver { to } => format!("Answered: hand it over to {to}"),
        };
        if !remark.is_empty() {
            words = format!("{words}: {remark}");
        }
        let keeps = *answer == Answer::Keep;
        let decision = if keeps {
            FindingState::Kept
        } else {
            FindingState::Accepted
        };
        let outcome = QuestionEnd {
            state: QuestionState::Answered,
            answer: Some(answer),
            note: remark,
            words,
            decision: Some(decision),
            until: until.filter(|_| keeps),
            change: change.filter(|_| !keeps),
        };
        end(tx, &open, outcome, &Actor::Employee(question), now).await?;
        Ok(true)
    }

    /// Ends a question that was not answered in time. Depending on the question's setting, the
    /// finding is accepted, with `change` on the change list when it is given, or reopened. Returns
    /// `false` when the question has ended or there is still time to answer.
    ///
    /// # Errors
    /// [`Error::Field`].
    #[crate::boxed]
    pub async fn end_unanswered_question(
        &self,
        question: QuestionId,
        change: Option<&NewChange>,
        now: Timestamp,
    ) -> Result<bool> {
        changes::check(change.map_or(&[], std::slice::from_ref))?;
        let mut tx = self.begin().await?;
        let Some(open) = open(&mut tx, question).await? else {
            return Ok(false);
        };
        if open.due(now) != QuestionAction::EndUnanswered {
            return Ok(false);
        }
        let accepts = open.on_silence == OnSilence::Accept && open.sent_at.is_some();
        let outcome = QuestionEnd {
            state: QuestionState::Silent,
            answer: None,
            note: "",
            words: if accepts {
                "No answer in time: accepted, as announced"
            } else {
                "No answer in time"
            }
            .to_owned(),
            decision: accepts.then_some(FindingState::Accepted),
            until: None,
            change: change.filter(|_| accepts),
        };
        end(tx, &open, outcome, &Actor::System, now).await?;
        Ok(true)
    }

    /// Closes a question; its finding is open again. Returns `false` when the question has ended.
    ///
    /// # Errors
    /// [`Error::NotFound`] when its integration is being erased.
    #[crate::boxed]
    pub async fn close_question(
        &self,
        question: QuestionId,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        let Some(open) = open(&mut tx, question).await? else {
            return Ok(false);
        };
        let outcome = QuestionEnd {
            state: QuestionState::Closed,
            answer: None,
            note: "",
            words: "Question taken back".to_owned(),
            decision: None,
            until: None,
            change: None,
        };
        end(tx, &open, outcome, actor, now).await?;
        Ok(true)
    }

    /// The last answer of each user about each licence since that time, so that they are not asked
    /// again too soon.
    #[crate::boxed]
    pub async fn recent_answers(
        &self,
        id: IntegrationId,
        since: Timestamp,
    ) -> Result<Vec<RecentAnswer>> {
        self.read()
            .await?
            .all(
                "SELECT user_key, licence, answer, hand_over_to, ended_at FROM questions a
                 WHERE integration_id = $1 AND state = 'answered' AND ended_at >= $2
                   AND question_id = (SELECT MAX(b.question_id) FROM questions b
                     WHERE b.integration_id = $1 AND b.user_key = a.user_key
                       AND b.licence = a.licence AND b.state = 'answered')
                 ORDER BY user_key, licence",
                args![id, since],
            )
            .await?
            .iter()
            .map(|row| {
                Ok(RecentAnswer {
                    user_key: row.text("user_key")?,
                    licence: Licence::from_key(row.str("licence")?),
                    answer: Answer::read(
                        row.opt_text("answer")?.as_deref(),
                        row.opt_text("hand_over_to")?,
                    )
                    .ok_or_else(|| Error::corrupt("an answer"))?,
                    answered_at: row.time("ended_at")?,
                })
            })
            .collect()
    }
}
