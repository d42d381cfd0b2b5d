//! The consequence of a missing answer. All functions are pure; the caller passes the time.
//!
//! No licence is taken because of a missing answer to a question that came too late. If the mail
//! server was unreachable or not configured, a person may have had one day instead of two weeks. No
//! consequence is drawn then, whatever was chosen, and the finding is open again.

use model::Timestamp;
use store::{OnSilence, Question};

/// The consequence of a missing answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing, as was chosen when the question was created.
    Nothing,
    /// Consent, as was chosen when the question was created.
    Accept,
    /// Nothing, because the question was sent too late or not at all.
    TooLate,
    /// Nothing, because the reason for the question no longer exists.
    NoReason,
}

/// The consequence for a question whose time is over. `holds` is whether its reason still exists.
pub fn silence(request: &Question, holds: bool) -> Outcome {
    if request.on_silence == OnSilence::Nothing {
        return Outcome::Nothing;
    }
    if !holds {
        return Outcome::NoReason;
    }
    let end = ends_at(request);
    let planned = end.since(request.created_at);
    let had = request.sent_at.map_or(0, |sent| end.since(sent));
    if had.saturating_mul(2) >= planned {
        Outcome::Accept
    } else {
        Outcome::TooLate
    }
}

/// The time after which a missing answer has its consequence.
pub fn ends_at(request: &Question) -> Timestamp {
    request
        .silence_at
        .map_or(request.expires_at, |at| at.min(request.expires_at))
}

#[cfg(test)]
mod tests {
    use model::{IntegrationId, Licence};
    use proptest::prelude::*;
    use store::{QuestionId, QuestionState};

    use super::*;

    const DAY: i64 = model::time::DAY_MS;

    fn request(on_silence: OnSilence, sent: Option<i64>) -> Question {
        Question {
            id: QuestionId(1),
            integration: IntegrationId(1),
            finding: "dormant~licensed~ada".to_owned(),
            user_key: "ada".to_owned(),
            email: "ada@acme.example".to_owned(),
            licence: Licence::base("licensed"),
            message: String::new(),
            state: QuestionState::Sent,
            created_by: "member:1".to_owned(),
            created_at: Timestamp(0),
            expires_at: Timestamp(14 * DAY),
            remind_at: None,
            on_silence,
            silence_at: Some(Timestamp(14 * DAY)),
            sent_at: sent.map(Timestamp),
            reminded_at: None,
            ended_at: None,
            answer: None,
            handed_to: None,
            note: String::new(),
        }
    }

    #[test]
    fn silence_is_consent_only_when_that_was_said_and_there_was_time() {
        let accept = |sent| silence(&request(OnSilence::Accept, sent), true);
        assert_eq!(accept(Some(0)), Outcome::Accept);
        assert_eq!(accept(Some(7 * DAY)), Outcome::Accept);
        assert_eq!(accept(Some(8 * DAY)), Outcome::TooLate);
        assert_eq!(accept(None), Outcome::TooLate);
        let nothing = request(OnSilence::Nothing, Some(0));
        assert_eq!(silence(&nothing, true), Outcome::Nothing);
    }

    proptest! {
        #[test]
        fn who_began_to_use_it_is_never_taken_at_their_silence(sent in 0..14 * DAY) {
            let asked = request(OnSilence::Accept, Some(sent));
            prop_assert_ne!(silence(&asked, false), Outcome::Accept);
        }
    }
}
