//! When something is due about a question: pure, the time comes from outside.
//!
//! A person has as many days as were chosen when the question was written, counted from when it was
//! really sent. When the mail server was away for a week, every later moment moves by that week.

use model::Timestamp;

/// The moments of a question, as they were planned and as they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    /// When it was written.
    pub(crate) created_at: Timestamp,
    /// When it was sent; `None` when it was not yet.
    pub(crate) sent_at: Option<Timestamp>,
    /// When the reminder was planned for, if one was.
    pub(crate) remind_at: Option<Timestamp>,
    /// When the reminder was sent.
    pub(crate) reminded_at: Option<Timestamp>,
    /// When silence was planned to count, if it was.
    pub(crate) silence_at: Option<Timestamp>,
    /// When the link was planned to end.
    pub(crate) expires_at: Timestamp,
    /// Whether it was answered, or is over for another reason.
    pub(crate) ended: bool,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Send the question.
    Send,
    /// Remind the person.
    Remind,
    /// Nobody answered in time.
    Silence,
}

impl Times {
    /// How much later everything is because the question was sent later than it was written.
    fn delay(&self, sent: Timestamp) -> i64 {
        sent.since(self.created_at).max(0)
    }

    /// Until when the person can answer, when the question is or was sent at `sent`.
    pub(crate) fn deadline(&self, sent: Timestamp) -> Timestamp {
        self.expires_at.plus_ms(self.delay(sent))
    }

    /// When silence counts: when it was planned for, and never later than the link works.
    pub(crate) fn silence(&self, sent: Timestamp) -> Timestamp {
        let planned = self.silence_at.unwrap_or(self.expires_at);
        planned.min(self.expires_at).plus_ms(self.delay(sent))
    }

    /// What is due now, if anything.
    pub(crate) fn step(&self, now: Timestamp) -> Option<Step> {
        if self.ended {
            return None;
        }
        let Some(sent) = self.sent_at else {
            return Some(Step::Send);
        };
        if now >= self.silence(sent) {
            return Some(Step::Silence);
        }
        let remind = self.remind_at?.plus_ms(self.delay(sent));
        (self.reminded_at.is_none() && now >= remind).then_some(Step::Remind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = model::time::DAY_MS;

    fn times() -> Times {
        Times {
            created_at: Timestamp(0),
            sent_at: None,
            remind_at: Some(Timestamp(7 * DAY)),
            reminded_at: None,
            silence_at: Some(Timestamp(14 * DAY)),
            expires_at: Timestamp(14 * DAY),
            ended: false,
        }
    }

    #[test]
    fn a_question_is_sent_then_reminded_of_once_then_silence_counts() {
        let new = times();
        assert_eq!(new.step(Timestamp(0)), Some(Step::Send));
        let sent = Times {
            sent_at: Some(Timestamp(0)),
            ..new
        };
        assert_eq!(sent.step(Timestamp(7 * DAY - 1)), None);
        assert_eq!(sent.step(Timestamp(7 * DAY)), Some(Step::Remind));
        let reminded = Times {
            reminded_at: Some(Timestamp(7 * DAY)),
            ..sent
        };
        assert_eq!(reminded.step(Timestamp(14 * DAY - 1)), None);
        assert_eq!(reminded.step(Timestamp(14 * DAY)), Some(Step::Silence));
        let ended = Times {
            ended: true,
            ..reminded
        };
        assert_eq!(ended.step(Timestamp(99 * DAY)), None);
    }

    #[test]
    fn nobody_has_less_time_because_the_mail_server_was_away() {
        let late = Times {
            sent_at: Some(Timestamp(10 * DAY)),
            ..times()
        };
        assert_eq!(late.step(Timestamp(16 * DAY)), None);
        assert_eq!(late.step(Timestamp(17 * DAY)), Some(Step::Remind));
        assert_eq!(late.deadline(Timestamp(10 * DAY)), Timestamp(24 * DAY));
        let never_sent = times();
        assert_eq!(
            never_sent.step(Timestamp(99 * DAY)),
            Some(Step::Send),
            "silence counts only after a question"
        );
    }

    #[test]
    fn a_missed_reminder_is_left_out_once_silence_counts() {
        let sent = Times {
            sent_at: Some(Timestamp(0)),
            ..times()
        };
        assert_eq!(sent.step(Timestamp(15 * DAY)), Some(Step::Silence));
        let without = Times {
            remind_at: None,
            silence_at: None,
            ..sent
        };
        assert_eq!(without.step(Timestamp(14 * DAY - 1)), None);
        assert_eq!(
            without.step(Timestamp(14 * DAY)),
            Some(Step::Silence),
            "the link ends"
        );
    }
}
