//! Questions as types and rows.

use model::{IntegrationId, Licence, Timestamp};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use crate::db::Row;
use crate::filter::FindingListFilter;
use crate::findings::parse_finding_id;
use crate::ids::QuestionId;
use crate::{Error, Result, json, validate};

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum QuestionState {
    /// The mail is not sent yet.
    Waiting,
    /// Sent, and not answered yet.
    Sent,
    Answered,
    /// Not answered in time.
    Silent,
    /// Closed by a member.
    Closed,
}

impl QuestionState {
    /// All states, in the order of the process.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Sent,
        Self::Answered,
        Self::Silent,
        Self::Closed,
    ];

    /// The word for storage and the API.
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

    /// Parses a word from [`Self::value`].
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.value() == value)
    }
}

/// The consequence when a question is not answered in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnSilence {
    /// The finding is open again.
    Nothing,
    /// The finding is accepted.
    Accept,
}

impl OnSilence {
    /// The word for storage and the API.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Accept => "accept",
        }
    }

    /// Parses a word from [`Self::value`].
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        [Self::Nothing, Self::Accept]
            .into_iter()
            .find(|silence| silence.value() == value)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The employee keeps the licence.
    Keep,
    /// The employee gives the licence up.
    GiveUp,
    /// Another person should have the licence.
    HandOver {
        /// E-mail address of that person.
        to: String,
    },
}

impl Answer {
    /// The word for storage and the API.
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

#[expect(
    clippy::ref_option,
    reason = "serde hands over a reference to the field"
)]
fn answer_word<S: Serializer>(answer: &Option<Answer>, serializer: S) -> Result<S::Ok, S::Error> {
    answer.as_ref().map(Answer::value).serialize(serializer)
}

/// A question to an employee about a licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Question {
    /// Number of the question in the organisation.
    pub id: QuestionId,
    #[serde(skip)]
    pub integration: IntegrationId,
    /// Id of the finding that it is about.
    pub finding: String,
    /// Key of the user with the licence.
    #[serde(rename = "user_id")]
    pub user_key: String,
    /// Address that the question is sent to.
    pub email: String,
    /// The licence that it is about.
    pub licence: Licence,
    /// The member's message; may be empty.
    #[serde(skip)]
    pub message: String,
    /// How far the question has come.
    pub state: QuestionState,
    /// The actor, as in the audit log.
    pub created_by: String,
    /// The time at which a member asked (UTC).
    pub created_at: Timestamp,
    /// The time at which the link expires (UTC).
    pub expires_at: Timestamp,
    /// Time of the reminder; `None` for no reminder.
    #[serde(skip)]
    pub remind_at: Option<Timestamp>,
    /// The consequence when it is not answered in time.
    pub on_silence: OnSilence,
    /// Time of that consequence; `None`: when the link expires.
    #[serde(skip)]
    pub silence_at: Option<Timestamp>,
    /// The time at which the mail was queued (UTC). Null before.
    pub sent_at: Option<Timestamp>,
    /// The time at which the reminder was queued (UTC). Null before.
    pub reminded_at: Option<Timestamp>,
    /// Time at which it was answered, closed or not answered in time.
    pub ended_at: Option<Timestamp>,
    /// `keep`, `give_up` or `hand_over`. Null before there is an answer.
    #[serde(serialize_with = "answer_word")]
    #[schema(value_type = Option<String>)]
    pub answer: Option<Answer>,
    /// Address of the person who should have the licence. Null for other answers.
    pub handed_to: Option<String>,
    /// The employee's remark. Null when it is empty.
    #[serde(serialize_with = "json::null_if_empty")]
    #[schema(value_type = Option<String>)]
    pub note: String,
}

/// A question to create. Licence and user are part of the finding's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQuestion {
    pub finding: String,
    /// Address to send the question to.
    pub email: String,
    /// The member's message; may be empty.
    pub message: String,
    /// Time at which the link expires.
    pub expires_at: Timestamp,
    /// Time of the reminder; `None` for no reminder.
    pub remind_at: Option<Timestamp>,
    /// The consequence when it is not answered in time.
    pub on_silence: OnSilence,
    /// Time of that consequence; `None`: when the link expires.
    pub silence_at: Option<Timestamp>,
}

/// The next action for a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionAction {
    /// Send it: [`crate::Store::mark_question_sent`].
    Send,
    /// Remind: [`crate::Store::mark_question_reminded`].
    Remind,
    /// End it without an answer: [`crate::Store::end_unanswered_question`].
    EndUnanswered,
}

/// Filter for [`Store::questions`](crate::Store::questions).
pub type QuestionFilter = FindingListFilter<QuestionState, QuestionId>;

/// The last answer of a user about a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentAnswer {
    pub user_key: String,
    pub licence: Licence,
    pub answer: Answer,
    pub answered_at: Timestamp,
}

macro_rules! question_columns {
    () => {
        "question_id, integration_id, finding, user_key, email, licence, message, state, created_by, \
         created_at, expires_at, remind_at, on_silence, silence_at, sent_at, reminded_at, ended_at, \
         answer, hand_over_to, note"
    };
}

pub(super) use question_columns;

pub(super) fn read(row: &Row) -> Result<Question> {
    let id = row.int("question_id")?;
    let corrupt = |what: &str| Error::corrupt(format!("{what} of question {id}"));
    let handed_to = row.opt_text("hand_over_to")?;
    Ok(Question {
        id: QuestionId(id),
        integration: IntegrationId(row.int("integration_id")?),
        finding: row.text("finding")?,
        user_key: row.text("user_key")?,
        email: row.text("email")?,
        licence: Licence::from_key(row.str("licence")?),
        message: row.text("message")?,
        state: QuestionState::from_value(row.str("state")?).ok_or_else(|| corrupt("state"))?,
        created_by: row.text("created_by")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
        remind_at: row.opt_time("remind_at")?,
        on_silence: OnSilence::from_value(row.str("on_silence")?)
            .ok_or_else(|| corrupt("silence"))?,
        silence_at: row.opt_time("silence_at")?,
        sent_at: row.opt_time("sent_at")?,
        reminded_at: row.opt_time("reminded_at")?,
        ended_at: row.opt_time("ended_at")?,
        answer: Answer::read(row.opt_text("answer")?.as_deref(), handed_to.clone()),
        handed_to,
        note: row.text("note")?,
    })
}

impl Question {
    /// Time from which the question counts as not answered.
    pub(super) fn silent_at(&self) -> Timestamp {
        self.silence_at
            .map_or(self.expires_at, |at| at.min(self.expires_at))
    }

    /// The next action after it was sent, and its time.
    pub(super) fn next(&self) -> (QuestionAction, Timestamp) {
        let silent = self.silent_at();
        match self.remind_at {
            Some(at) if self.reminded_at.is_none() && at < silent => (QuestionAction::Remind, at),
            _ => (QuestionAction::EndUnanswered, silent),
        }
    }

    pub(super) fn due(&self, now: Timestamp) -> QuestionAction {
        match self.state {
            QuestionState::Waiting if now < self.expires_at => QuestionAction::Send,
            _ if self.silent_at() <= now => QuestionAction::EndUnanswered,
            _ => self.next().0,
        }
    }
}

impl NewQuestion {
    pub(super) fn check(&self, now: Timestamp) -> Result<()> {
        if parse_finding_id(&self.finding)?.user_key.is_none() {
            return Err(Error::field(
                "finding",
                "is about the whole account, so there is no user to ask",
                "choose a finding about a user",
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
