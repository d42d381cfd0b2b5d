//! `/answer/{token}`: somebody answers whether they still need a licence, without signing in. Opening
//! it changes nothing. Posts `answer` (`keep`, `give_up`, `hand_over`) with `reason` or `to`.

use maud::{Markup, html};

use crate::parts::form::{Input, summary};
use crate::parts::{Errors, shell};

/// A question that can be answered.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Name of the person whose licence it is.
    pub holder: String,
    /// Whether the holder is asked, and not somebody in their place.
    pub is_holder: bool,
    /// Name of the organisation that asks.
    pub organisation: String,
    /// `Webinar 500`
    pub licence: String,
    /// `Zoom`
    pub application: String,
    /// Why: sentences, the most important first; empty when the reason is gone.
    pub reasons: Vec<String>,
    /// "until 3 October 2026"
    pub until: String,
    /// What happens without an answer.
    pub silence: String,
    /// What was typed as the reason to keep it.
    pub reason: String,
    /// What was typed as a colleague's address.
    pub to: String,
    /// What was wrong.
    pub errors: Errors,
}

/// A question that is over, or none at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// The link is not one of ours.
    Unknown,
    /// Too late.
    Expired,
    /// Answered: it is kept.
    Kept,
    /// Answered: it is given up.
    GivenUp,
    /// Answered: a colleague should have it.
    HandedOver,
    /// Answered that it is kept, and decided otherwise since.
    Overruled,
    /// Decided without an answer: it goes.
    Decided,
    /// Decided without an answer: it stays.
    Stays,
    /// Taken back by whoever asked.
    Closed,
}

/// The page with the question.
#[must_use]
pub fn page(view: &View) -> Markup {
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
                None => p { "What spoke against it is gone meanwhile; your answer still counts." },
            }
            p.muted { "You can answer " (view.until) ". " (view.silence) }
        }
        (summary(&view.errors))
        section.card.form-card {
            h2 { "Keep it" }
            form method="post" {
                input type="hidden" name="answer" value="keep";
                (Input::text("reason", "What it is needed for", &view.reason).optional()
                    .help("One sentence is enough. Nobody asks again for a while.").render(&view.errors))
                button.primary.wide type="submit" { "Keep the licence" }
            }
        }
        section.card.form-card {
            h2 { "Give it up" }
            p.card-lead { "The account stays, with everything in it; only the licence goes, some time after your answer. You can ask for one again." }
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
        p.narrow-foot { "You don't have to sign in. Opening this page has told nobody anything; only your answer is stored." }
    };
    shell::narrow(&title, &body)
}

/// The page when there is nothing to answer: what happened, what it means, what to do.
#[must_use]
pub fn over(over: Over) -> Markup {
    let (title, means, remedy) = match over {
        Over::Unknown => (
            "This link does not work",
            "It is not complete, or it was changed, or what it was about is erased. Nothing was stored.",
            "Copy the whole link from the e-mail. If it still does not work, ask whoever looks after licences in your organisation.",
        ),
        Over::Expired => (
            "It is too late to answer here",
            "The time to answer is over. What happens now was said in the e-mail.",
            "Tell whoever looks after licences in your organisation if you need the licence; they can still keep it for you.",
        ),
        Over::Kept => (
            "Thank you: the licence stays",
            "Your answer is stored: you keep the licence.",
            "There is nothing else to do. If it changes, tell whoever looks after licences in your organisation.",
        ),
        Over::GivenUp => (
            "Thank you: the licence will be given up",
            "Your answer is stored. The licence goes some time soon; your account stays.",
            "There is nothing else to do. If this was a mistake, tell whoever looks after licences in your organisation soon.",
        ),
        Over::HandedOver => (
            "Thank you: a colleague will have it",
            "Your answer is stored. The licence leaves your account some time soon; your account stays.",
            "There is nothing else to do. If this was a mistake, tell whoever looks after licences in your organisation soon.",
        ),
        Over::Overruled => (
            "Your answer was stored, and it was decided otherwise since",
            "You answered that you keep the licence. It was decided later that it goes, whatever was answered; your account stays.",
            "If you need the licence, tell whoever looks after licences in your organisation now.",
        ),
        Over::Decided => (
            "This was decided without your answer",
            "It was decided that the licence goes. It leaves some time soon, if it did not already; your account stays.",
            "If you need the licence, tell whoever looks after licences in your organisation now.",
        ),
        Over::Stays => (
            "This was decided without your answer",
            "It was decided that the licence stays for now.",
            "There is nothing to do.",
        ),
        Over::Closed => (
            "This question was taken back",
            "Nobody needs your answer any more. Nothing was stored.",
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
