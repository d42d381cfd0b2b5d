//! Asking people first: questions about a licence, when they are due to be sent, repeated or taken as
//! answered, and what came back. Asking is in `asking`; what happens to a question after that, and
//! what follows from it in the same transaction, in `answering`.

use model::{IntegrationId, Licence, Timestamp};
use serde::{Deserialize, Serialize};

use crate::db::Row;
use crate::findings::parse_finding_id;
use crate::ids::RequestId;
use crate::{Error, Result, validate};

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

    pub(super) fn read(value: Option<&str>, to: Option<String>) -> Option<Self> {
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
    /// To be sent: [`crate::Store::request_sent`].
    Send,
    /// To be repeated: [`crate::Store::request_reminded`].
    Remind,
    /// To be taken as not answered: [`crate::Store::request_silent`].
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

/// Columns of a question in the order in which [`read`] takes them.
macro_rules! question_columns {
    () => {
        "ask_id, integration_id, finding, user_key, email, licence, message, state, created_by, \
         created_at, expires_at, remind_at, on_silence, silence_at, sent_at, reminded_at, ended_at, \
         answer, hand_over_to, note"
    };
}

pub(super) use question_columns;

pub(super) fn read(row: &Row) -> Result<Request> {
    let id = row.int("ask_id")?;
    let corrupt = |what: &str| Error::corrupt(format!("{what} of request {id}"));
    Ok(Request {
        id: RequestId(id),
        integration: IntegrationId(row.int("integration_id")?),
        finding: row.text("finding")?,
        user_key: row.text("user_key")?,
        email: row.text("email")?,
        licence: Licence::from_key(row.str("licence")?),
        message: row.text("message")?,
        state: RequestState::from_value(row.str("state")?).ok_or_else(|| corrupt("state"))?,
        created_by: row.text("created_by")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
        remind_at: row.opt_time("remind_at")?,
        on_silence: Silence::from_value(row.str("on_silence")?)
            .ok_or_else(|| corrupt("silence"))?,
        silence_at: row.opt_time("silence_at")?,
        sent_at: row.opt_time("sent_at")?,
        reminded_at: row.opt_time("reminded_at")?,
        ended_at: row.opt_time("ended_at")?,
        answer: Answer::read(
            row.opt_text("answer")?.as_deref(),
            row.opt_text("hand_over_to")?,
        ),
        note: row.text("note")?,
    })
}

impl Request {
    /// When nobody's answering counts.
    pub(super) fn silent_at(&self) -> Timestamp {
        self.silence_at
            .map_or(self.expires_at, |at| at.min(self.expires_at))
    }

    /// What comes next while it is sent, and when.
    pub(super) fn next(&self) -> (Due, Timestamp) {
        let silent = self.silent_at();
        match self.remind_at {
            Some(at) if self.reminded_at.is_none() && at < silent => (Due::Remind, at),
            _ => (Due::Silence, silent),
        }
    }

    pub(super) fn due(&self, now: Timestamp) -> Due {
        match self.state {
            RequestState::Waiting if now < self.expires_at => Due::Send,
            _ if self.silent_at() <= now => Due::Silence,
            _ => self.next().0,
        }
    }
}

impl NewRequest {
    pub(super) fn check(&self, now: Timestamp) -> Result<()> {
        if parse_finding_id(&self.finding)?.user_key.is_none() {
            return Err(Error::field(
                "finding",
                "is about the whole account, and nobody can be asked",
                "choose a finding about a person",
            ));
        }
        validate::email("email", &self.email)?;
        validate::text("message", &self.message, validate::PROSE)?;
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
