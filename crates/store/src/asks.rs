//! Asking people first: questions about a licence, when they are due to be sent, repeated or taken as
//! answered, and what came back. The answer and what follows from it are one transaction.

use std::collections::BTreeSet;
use std::fmt;

use model::{FindingState, IntegrationId, Licence, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::note;
use crate::bounds;
use crate::changes::{self, NewChange};
use crate::db::{Bulk, Row, Tx, args};
use crate::decisions::{follow, take_back, touch};
use crate::members::next_number;
use crate::outbox::{NewMessage, enqueue};
use crate::timeline::{FindingEventKind, happened, named, told};
use crate::{Actor, Error, Result, Store};

const WITHDRAW: Bulk = Bulk {
    head: "WITH v (i, f, t) AS (",
    columns: 3,
    tail: ") UPDATE asks SET state = 'closed', ended_at = v.t, due_at = NULL FROM v
            WHERE integration_id = v.i AND finding = v.f AND due_at IS NOT NULL",
};

/// Number of a question; unique in the organisation. Written as decimal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub i64);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for RequestId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// How a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// To be sent.
    Waiting,
    /// Sent, and not answered yet.
    Sent,
    /// Answered.
    Answered,
    /// Not answered in time.
    Silent,
    /// Taken back by somebody.
    Closed,
}

impl RequestState {
    /// All states, in the order in which they come.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Sent,
        Self::Answered,
        Self::Silent,
        Self::Closed,
    ];

    /// The word that is stored and shown to machines.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Answered => "answered",
            Self::Silent => "silent",
            Self::Closed => "closed",
        }
    }

    /// The name to show.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting to be sent",
            Self::Sent => "Sent",
            Self::Answered => "Answered",
            Self::Silent => "No answer",
            Self::Closed => "Closed",
        }
    }

    /// Reads what [`Self::value`] writes.
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.value() == value)
    }
}

/// What happens when nobody answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// The finding is open again.
    Nothing,
    /// The finding counts as accepted.
    Accept,
}

impl Silence {
    /// The word that is stored and shown to machines.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Accept => "accept",
        }
    }

    /// Reads what [`Self::value`] writes.
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        [Self::Nothing, Self::Accept]
            .into_iter()
            .find(|silence| silence.value() == value)
    }
}

/// What somebody answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// They keep the licence.
    Keep,
    /// They give it up.
    GiveUp,
    /// Somebody else should have it.
    HandOver {
        /// E-mail address of that person.
        to: String,
    },
}

impl Answer {
    /// The word that is stored and shown to machines.
    #[must_use]
    pub fn value(&self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::GiveUp => "give_up",
            Self::HandOver { .. } => "hand_over",
        }
    }

    fn read(value: Option<&str>, to: Option<String>) -> Option<Self> {
        match value? {
            "keep" => Some(Self::Keep),
            "give_up" => Some(Self::GiveUp),
            "hand_over" => Some(Self::HandOver {
                to: to.unwrap_or_default(),
            }),
            _ => None,
        }
    }
}

/// A question to somebody about their licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its number.
    pub id: RequestId,
    /// Of which integration.
    pub integration: IntegrationId,
    /// Id of the finding.
    pub finding: String,
    /// Who is asked.
    pub user_key: String,
    /// Their e-mail address.
    pub email: String,
    /// The licence.
    pub licence: Licence,
    /// What whoever asks wants to say; may be empty.
    pub message: String,
    /// How it stands.
    pub state: RequestState,
    /// Who asks, as in the audit log.
    pub created_by: String,
    /// When they did.
    pub created_at: Timestamp,
    /// When it is too late to answer.
    pub expires_at: Timestamp,
    /// When they are reminded, if at all.
    pub remind_at: Option<Timestamp>,
    /// What happens when nobody answers.
    pub on_silence: Silence,
    /// When that happens; with `None` when it is too late to answer.
    pub silence_at: Option<Timestamp>,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// When they were reminded.
    pub reminded_at: Option<Timestamp>,
    /// When it was answered, closed or given up.
    pub ended_at: Option<Timestamp>,
    /// What they answered.
    pub answer: Option<Answer>,
    /// What they added; may be empty.
    pub note: String,
}

/// A question to be asked. Licence and person are in the finding's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// Id of the finding.
    pub finding: String,
    /// The person's e-mail address.
    pub email: String,
    /// What whoever asks wants to say; may be empty.
    pub message: String,
    /// When it is too late to answer.
    pub expires_at: Timestamp,
    /// When to remind them, if at all.
    pub remind_at: Option<Timestamp>,
    /// What happens when nobody answers.
    pub on_silence: Silence,
    /// When that happens; with `None` when it is too late to answer.
    pub silence_at: Option<Timestamp>,
}

/// What is to be done about a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// To be sent: [`Store::request_sent`].
    Send,
    /// To be repeated: [`Store::request_reminded`].
    Remind,
    /// To be taken as not answered: [`Store::request_silent`].
    Silence,
}

/// Which questions to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestFilter {
    /// In one of these states; empty: in any.
    pub states: Vec<RequestState>,
    /// To this user.
    pub user_key: Option<String>,
    /// About this finding.
    pub finding: Option<String>,
    /// Older than this one.
    pub before: Option<RequestId>,
    /// So many at most; 0: as many as there are.
    pub limit: u32,
}

/// The last answer of somebody about a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cooling {
    /// Who answered.
    pub user_key: String,
    /// About which licence.
    pub licence: Licence,
    /// What.
    pub answer: Answer,
    /// When.
    pub answered_at: Timestamp,
}

macro_rules! ask_columns {
    () => {
        "ask_id, integration_id, finding, user_key, email, licence, message, state, created_by, \
         created_at, expires_at, remind_at, on_silence, silence_at, sent_at, reminded_at, ended_at, \
         answer, hand_over_to, note"
    };
}

fn read(row: &Row) -> Result<Request> {
    let id = row.int(0)?;
    let corrupt = |what: &str| Error::corrupt(format!("{what} of request {id}"));
    Ok(Request {
        id: RequestId(id),
        integration: IntegrationId(row.int(1)?),
        finding: row.text(2)?,
        user_key: row.text(3)?,
        email: row.text(4)?,
        licence: Licence::from_key(row.str(5)?),
        message: row.text(6)?,
        state: RequestState::from_value(row.str(7)?).ok_or_else(|| corrupt("state"))?,
        created_by: row.text(8)?,
        created_at: row.time(9)?,
        expires_at: row.time(10)?,
        remind_at: row.opt_time(11)?,
        on_silence: Silence::from_value(row.str(12)?).ok_or_else(|| corrupt("silence"))?,
        silence_at: row.opt_time(13)?,
        sent_at: row.opt_time(14)?,
        reminded_at: row.opt_time(15)?,
        ended_at: row.opt_time(16)?,
        answer: Answer::read(row.opt_text(17)?.as_deref(), row.opt_text(18)?),
        note: row.text(19)?,
    })
}

impl Request {
    /// When nobody's answering counts.
    fn silent_at(&self) -> Timestamp {
        self.silence_at
            .map_or(self.expires_at, |at| at.min(self.expires_at))
    }

    /// What comes next while it is sent, and when.
    fn next(&self) -> (Due, Timestamp) {
        let silent = self.silent_at();
        match self.remind_at {
            Some(at) if self.reminded_at.is_none() && at < silent => (Due::Remind, at),
            _ => (Due::Silence, silent),
        }
    }

    fn due(&self, now: Timestamp) -> Due {
        match self.state {
            RequestState::Waiting if now < self.expires_at => Due::Send,
            _ if self.silent_at() <= now => Due::Silence,
            _ => self.next().0,
        }
    }
}

impl NewRequest {
    fn check(&self, now: Timestamp) -> Result<()> {
        if named(&self.finding)?.user_key.is_none() {
            return Err(Error::field(
                "finding",
                "is about the whole account, and nobody can be asked",
                "choose a finding about a person",
            ));
        }
        bounds::email("email", &self.email)?;
        bounds::text("message", &self.message, bounds::PROSE)?;
        for (field, at) in [
            ("expires_at", Some(self.expires_at)),
            ("remind_at", self.remind_at),
            ("silence_at", self.silence_at),
        ] {
            let Some(at) = at else { continue };
            if at <= now {
                return Err(Error::field(
                    field,
                    format!("is {at}, which has passed"),
                    "use a later moment",
                ));
            }
            if at > self.expires_at {
                return Err(Error::field(
                    field,
                    format!("is {at}, after the link has expired"),
                    format!("use {} or earlier", self.expires_at),
                ));
            }
        }
        Ok(())
    }
}

/// Takes the questions about these findings back.
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

/// A question that has not ended, in a transaction that has touched its integration.
async fn open(tx: &mut Tx, request: RequestId) -> Result<Option<Request>> {
    const SQL: &str = concat!(
        "SELECT ",
        ask_columns!(),
        " FROM asks WHERE ask_id = $1 AND due_at IS NOT NULL"
    );
    let Some(row) = tx.optional(SQL, args![request.0]).await? else {
        return Ok(None);
    };
    touch(tx, IntegrationId(row.int(1)?)).await?;
    // It may have ended while we waited for the integration.
    tx.optional(SQL, args![request.0])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// The end of a question.
struct End<'a> {
    state: RequestState,
    answer: Option<&'a Answer>,
    note: &'a str,
    words: String,
    /// What the finding comes to; `None`: it is open again.
    decision: Option<FindingState>,
    change: Option<&'a NewChange>,
}

async fn end(
    mut tx: Tx,
    request: &Request,
    end: End<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    let id = request.integration;
    let to = match end.answer {
        Some(Answer::HandOver { to }) => Some(to.as_str()),
        _ => None,
    };
    tx.execute(
        "UPDATE asks SET state = $1, ended_at = $2, answer = $3, hand_over_to = $4, note = $5,
           due_at = NULL
         WHERE integration_id = $6 AND ask_id = $7",
        args![
            end.state.value(),
            now,
            end.answer.map(Answer::value),
            to,
            end.note,
            id,
            request.id.0,
        ],
    )
    .await?;
    let one = || std::iter::once(request.finding.as_str());
    match end.decision {
        Some(state) => follow(&mut tx, id, one(), state, actor, now).await?,
        None => {
            take_back(&mut tx, id, one(), actor, now).await?;
        }
    }
    let events = std::iter::once((request.finding.as_str(), end.words));
    happened(&mut tx, id, events, FindingEventKind::Request, actor, now).await?;
    if let Some(change) = end.change {
        changes::list(&mut tx, id, std::slice::from_ref(change), actor, now).await?;
    }
    let detail = json!({ "integration": id, "answer": end.answer.map(Answer::value) });
    let action = format!("request.{}", end.state.value());
    let target = format!("request:{}", request.id);
    note(&mut tx, actor, &action, target, &detail, now).await?;
    tx.commit().await
}

impl Store {
    /// Notes that these people are to be asked, and marks their findings as asked. Answers the numbers
    /// of the new questions; somebody who is being asked about the same licence already is not asked
    /// twice.
    ///
    /// # Errors
    /// [`Error::Field`] naming the entry (`requests[2].email`, counted from 0), [`Error::NotFound`]
    /// when there is no such integration.
    pub async fn create_requests(
        &self,
        id: IntegrationId,
        new: &[NewRequest],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Vec<RequestId>> {
        bounds::count("requests", new.len(), bounds::MANY)?;
        for (position, request) in new.iter().enumerate() {
            bounds::entry("requests", position, request.check(now))?;
        }
        let mut tx = self.begin().await?;
        touch(&mut tx, id).await?;
        let (mut ids, mut asked) = (Vec::new(), Vec::new());
        for request in new {
            let named = named(&request.finding)?;
            let user = named.user_key.unwrap_or_default();
            let licence = named.licence.to_string();
            let there = tx
                .optional(
                    "SELECT ask_id FROM asks WHERE integration_id = $1 AND user_key = $2
                       AND licence = $3 AND due_at IS NOT NULL LIMIT 1",
                    args![id, user, &licence],
                )
                .await?;
            if there.is_some() {
                continue;
            }
            let number = next_number(&mut tx, "ask").await?;
            tx.execute(
                "INSERT INTO asks (integration_id, ask_id, finding, user_key, email, licence,
                   message, state, created_by, created_at, expires_at, remind_at, on_silence,
                   silence_at, note, due_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9, $10, $11, $12, $13, '', $9)",
                args![
                    id,
                    number,
                    &request.finding,
                    user,
                    &request.email,
                    licence,
                    &request.message,
                    actor.to_string(),
                    now,
                    request.expires_at,
                    request.remind_at,
                    request.on_silence.value(),
                    request.silence_at,
                ],
            )
            .await?;
            ids.push(RequestId(number));
            asked.push(request.finding.as_str());
        }
        let findings = asked.iter().copied();
        follow(&mut tx, id, findings, FindingState::Asked, actor, now).await?;
        let words = asked
            .iter()
            .map(|finding| (*finding, "To be asked".to_owned()));
        happened(&mut tx, id, words, FindingEventKind::Request, actor, now).await?;
        let detail = told(id, asked.iter().copied());
        let target = format!("integration:{id}");
        note(&mut tx, actor, "request.create", target, &detail, now).await?;
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
                    ask_columns!(),
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

    /// One question.
    pub async fn request(&self, request: RequestId) -> Result<Option<Request>> {
        self.read()
            .await?
            .optional(
                concat!(
                    "SELECT ",
                    ask_columns!(),
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

    /// Questions about which something is to be done, longest due first.
    pub async fn due_requests(&self, now: Timestamp, limit: u32) -> Result<Vec<(Request, Due)>> {
        self.read()
            .await?
            .all(
                concat!(
                    "SELECT ",
                    ask_columns!(),
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

    /// Puts the mail that asks into the outbox and notes that the question was sent. Answers `false`
    /// when it is not waiting any more; then no mail is sent either.
    ///
    /// # Errors
    /// [`Error::Field`] about the mail.
    pub async fn request_sent(
        &self,
        request: RequestId,
        mail: Option<&NewMessage>,
        now: Timestamp,
    ) -> Result<bool> {
        self.request_told(request, RequestState::Waiting, mail, now)
            .await
    }

    /// Puts the mail that reminds into the outbox and notes that they were reminded. Answers `false`
    /// when there is nothing to remind them of; then no mail is sent either.
    ///
    /// # Errors
    /// [`Error::Field`] about the mail.
    pub async fn request_reminded(
        &self,
        request: RequestId,
        mail: Option<&NewMessage>,
        now: Timestamp,
    ) -> Result<bool> {
        self.request_told(request, RequestState::Sent, mail, now)
            .await
    }

    async fn request_told(
        &self,
        request: RequestId,
        from: RequestState,
        mail: Option<&NewMessage>,
        now: Timestamp,
    ) -> Result<bool> {
        if let Some(mail) = mail {
            mail.check()?;
        }
        let mut tx = self.begin().await?;
        let Some(mut open) = open(&mut tx, request).await? else {
            return Ok(false);
        };
        if open.state != from || open.reminded_at.is_some() {
            return Ok(false);
        }
        let words = if from == RequestState::Waiting {
            open.sent_at = Some(now);
            "Asked by e-mail"
        } else {
            open.reminded_at = Some(now);
            "Reminded by e-mail"
        };
        tx.execute(
            "UPDATE asks SET state = 'sent', sent_at = $1, reminded_at = $2, due_at = $3
             WHERE integration_id = $4 AND ask_id = $5",
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
        happened(&mut tx, id, events, FindingEventKind::Request, &system, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Notes an answer, given through the link. To keep marks the finding as kept; the other answers
    /// accept it, and put `change` on the change list when there is one. Answers `false` when it is too
    /// late: answered before, taken back or expired.
    ///
    /// # Errors
    /// [`Error::Field`].
    pub async fn request_answered(
        &self,
        request: RequestId,
        answer: &Answer,
        remark: &str,
        change: Option<&NewChange>,
        now: Timestamp,
    ) -> Result<bool> {
        if let Answer::HandOver { to } = answer {
            bounds::email("to", to)?;
        }
        bounds::text("note", remark, bounds::REASON)?;
        changes::check(change.map_or(&[], std::slice::from_ref))?;
        let mut tx = self.begin().await?;
        let Some(open) = open(&mut tx, request).await? else {
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
        let end_with = End {
            state: RequestState::Answered,
            answer: Some(answer),
            note: remark,
            words,
            decision: Some(decision),
            change: change.filter(|_| !keeps),
        };
        end(tx, &open, end_with, &Actor::Asked(request), now).await?;
        Ok(true)
    }

    /// Notes that nobody answered. What the question says about silence decides: the finding is
    /// accepted, with `change` on the change list when there is one, or open again. Answers `false` when
    /// the question has ended.
    ///
    /// # Errors
    /// [`Error::Field`].
    pub async fn request_silent(
        &self,
        request: RequestId,
        change: Option<&NewChange>,
        now: Timestamp,
    ) -> Result<bool> {
        changes::check(change.map_or(&[], std::slice::from_ref))?;
        let mut tx = self.begin().await?;
        let Some(open) = open(&mut tx, request).await? else {
            return Ok(false);
        };
        let accepts = open.on_silence == Silence::Accept && open.sent_at.is_some();
        let end_with = End {
            state: RequestState::Silent,
            answer: None,
            note: "",
            words: if accepts {
                "No answer in time: accepted, as announced"
            } else {
                "No answer in time"
            }
            .to_owned(),
            decision: accepts.then_some(FindingState::Accepted),
            change: change.filter(|_| accepts),
        };
        end(tx, &open, end_with, &Actor::System, now).await?;
        Ok(true)
    }

    /// Takes a question back; its finding is open again. Answers `false` when it has ended.
    ///
    /// # Errors
    /// [`Error::NotFound`] when its integration is being erased.
    pub async fn close_request(
        &self,
        request: RequestId,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        let Some(open) = open(&mut tx, request).await? else {
            return Ok(false);
        };
        let end_with = End {
            state: RequestState::Closed,
            answer: None,
            note: "",
            words: "Question taken back".to_owned(),
            decision: None,
            change: None,
        };
        end(tx, &open, end_with, actor, now).await?;
        Ok(true)
    }

    /// Who answered about which licence since then, the last answer of each: they are not asked again
    /// so soon.
    pub async fn cooling(&self, id: IntegrationId, since: Timestamp) -> Result<Vec<Cooling>> {
        self.read()
            .await?
            .all(
                "SELECT user_key, licence, answer, hand_over_to, ended_at FROM asks a
                 WHERE integration_id = $1 AND state = 'answered' AND ended_at >= $2
                   AND ask_id = (SELECT MAX(b.ask_id) FROM asks b
                     WHERE b.integration_id = $1 AND b.user_key = a.user_key
                       AND b.licence = a.licence AND b.state = 'answered')
                 ORDER BY user_key, licence",
                args![id, since],
            )
            .await?
            .iter()
            .map(|row| {
                Ok(Cooling {
                    user_key: row.text(0)?,
                    licence: Licence::from_key(row.str(1)?),
                    answer: Answer::read(row.opt_text(2)?.as_deref(), row.opt_text(3)?)
                        .ok_or_else(|| Error::corrupt("an answer"))?,
                    answered_at: row.time(4)?,
                })
            })
            .collect()
    }
}
