//! `/answer/{token}`: a person states whether they still need a licence, without signing in.
//! Opening the page changes nothing. Posts `answer` (`keep`, `give_up`, `hand_over`) with `reason`
//! or `to`.

use maud::{Markup, html};

use crate::parts::form::{Input, summary};
use crate::parts::{Errors, shell};

/// A question that can still be answered.
#[derive(Debug, Clone, Default)]
pub struct AnswerPage {
    /// Name of the current holder of the licence.
    pub holder: String,
    /// Whether the question goes to the holder and not to another person in their place.
    pub is_holder: bool,
    pub organisation: String,
    /// Name of the licence, such as "Webinar 500".
    pub licence: String,
    /// Name of the application, such as "Zoom".
    pub application: String,
    /// Reasons for the question as sentences, the most important first; empty when they no longer
    /// apply.
    pub reasons: Vec<String>,
    /// Last day to answer, as a phrase: "until 3 October 2026".
    pub until: String,
    /// Sentence that says what follows if there is no answer.
    pub silence: String,
    /// Typed reason for keeping the licence.
    pub reason: String,
    /// Typed e-mail address of a colleague.
    pub to: String,
    pub errors: Errors,
}

/// Why a question can't be answered, or the link is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionOver {
    /// The link contains no valid token.
    Unknown,
    /// The time to answer is over.
    Expired,
    /// Answered: the person keeps the licence.
    Kept,
    /// Answered: the person gives the licence up.
    GivenUp,
    /// Answered: a colleague is to get the licence.
    HandedOver,
    /// Answered "keep", but decided otherwise later.
    Overruled,
    /// Decided without an answer: the licence is removed.
    Decided,
    /// Decided without an answer: the licence stays.
    Stays,
    /// Withdrawn before there was an answer.
    Closed,
}

/// The page with the question and the three possible answers.
#[must_use]
pub fn page(view: &AnswerPage) -> Markup {
    let title = format!("Is this {} licence still needed?", view.licence);
    let body = html! {
        section.card.form-card {
            h1 { (title) }
            p.card-lead {
                @if view.is_holder {
                    bdi { (view.organisation) } " asks you, " bdi { (view.holder) } ", about your " (view.licence) " licence in " (view.application) "."
                } @else {
                    bdi { (view.organisation) } " asks you about the " (view.licence) " licence of " bdi { (view.holder) } " in " (view.application) "."
                }
            }
            @match view.reasons.split_first() {
                Some((first, rest)) => {
                    p { strong { (first) } }
                    @if !rest.is_empty() { ul { @for reason in rest { li { (reason) } } } }
                }
                None => p { "The reason no longer applies; your answer still counts." },
            }
            p.muted { "You can answer " (view.until) ". " (view.silence) }
        }
        (summary(&view.errors))
        section.card.form-card {
            h2 { "Keep it" }
            form method="post" {
                input type="hidden" name="answer" value="keep";
                (Input::text("reason", "What it is needed for", &view.reason).optional()
                    .help("One sentence is enough. You won't be asked again for a while.").render(&view.errors))
                button.primary.wide type="submit" { "Keep the licence" }
            }
        }
        section.card.form-card {
            h2 { "Give it up" }
            p.card-lead { "Your account and everything in it stay; only the licence is removed, some time after your answer. You can ask for one again." }
            form method="post" {
                input type="hidden" name="answer" value="give_up";
                button.wide type="submit" { "Give the licence up" }
            }
        }
        section.card.form-card {
            h2 { "Hand it over" }
            form method="post" {
                input type="hidden" name="answer" value="hand_over";
                (Input::text("to", "E-mail address of the colleague who should have it", &view.to).kind("email", "off").render(&view.errors))
                button.wide type="submit" { "Hand the licence over" }
            }
        }
        p.narrow-foot { "You don't have to sign in. Opening this page stores nothing; only your answer is stored." }
    };
    shell::narrow(&title, &body)
}

/// The page for a question that can't be answered: the state, its meaning and the next step.
#[must_use]
pub fn over(over: QuestionOver) -> Markup {
    let (title, means, remedy) = match over {
        QuestionOver::Unknown => (
            "This link does not work",
            "The link is incomplete or was changed, or the question was deleted. Nothing was stored.",
            "Copy the whole link from the e-mail. If it still does not work, ask your organisation's licence manager.",
        ),
        QuestionOver::Expired => (
            "It is too late to answer here",
            "The time to answer is over. The e-mail explains what happens next.",
            "If you need the licence, contact your organisation's licence manager, who can still keep it for you.",
        ),
        QuestionOver::Kept => (
            "Thank you: the licence stays",
            "Your answer is stored: you keep the licence.",
            "There is nothing else to do. If that changes, contact your organisation's licence manager.",
        ),
        QuestionOver::GivenUp => (
            "Thank you: the licence will be given up",
            "Your answer is stored. The licence will be removed soon; your account stays.",
            "There is nothing else to do. If this was a mistake, contact your organisation's licence manager soon.",
        ),
        QuestionOver::HandedOver => (
            "Thank you: a colleague will have it",
            "Your answer is stored. The licence will leave your account soon; your account stays.",
            "There is nothing else to do. If this was a mistake, contact your organisation's licence manager soon.",
        ),
        QuestionOver::Overruled => (
            "Your answer was overruled",
            "You answered that you want to keep the licence. It was decided later to remove it; your account stays.",
            "If you need the licence, contact your organisation's licence manager now.",
        ),
        QuestionOver::Decided => (
            "This was decided without your answer",
            "It was decided to remove the licence. That will happen soon, if it hasn't already; your account stays.",
            "If you need the licence, contact your organisation's licence manager now.",
        ),
        QuestionOver::Stays => (
            "This was decided without your answer",
            "It was decided that the licence stays for now.",
            "There is nothing to do.",
        ),
        QuestionOver::Closed => (
            "This question was withdrawn",
            "Your answer is no longer needed. Nothing was stored.",
            "There is nothing to do.",
        ),
    };
    shell::narrow(
        title,
        &html! {
            section.card {
                h1 { (title) }
                dl.outcome {
                    div { dt { "What it means" } dd { (means) } }
                    div { dt { "What to do" } dd { (remedy) } }
                }
            }
        },
    )
}
