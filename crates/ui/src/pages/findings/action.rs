//! Actions on findings, with their labels and effects in words.

use maud::{Markup, html};

use crate::parts::text::counted;

/// Actions that can be applied to findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingAction {
    Ask,
    Exempt,
    Accept,
    HandOver,
    Assign,
    Comment,
    Reopen,
}

impl FindingAction {
    /// All actions, in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Ask,
        Self::Exempt,
        Self::Accept,
        Self::HandOver,
        Self::Assign,
        Self::Comment,
        Self::Reopen,
    ];

    /// Value in forms and in the API.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Exempt => "exempt",
            Self::Accept => "accept",
            Self::HandOver => "hand_over",
            Self::Assign => "assign",
            Self::Comment => "comment",
            Self::Reopen => "reopen",
        }
    }

    /// Parses the value that [`Self::value`] returns.
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.value() == value)
    }

    /// Label in the list of actions.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Ask => "Ask the person first",
            Self::Exempt => "Exempt until a date",
            Self::Accept => "Accept: onto the change list",
            Self::HandOver => "Ask another person instead",
            Self::Assign => "Assign to a colleague",
            Self::Comment => "Comment",
            Self::Reopen => "Reopen",
        }
    }

    /// The effect in one sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Ask => {
                "Each person gets an e-mail with a link that needs no sign-in: keep the licence, give it up, or hand it over. Nothing changes at the application."
            }
            Self::Exempt => {
                "Seatwise leaves these licences alone until the date, whatever its rules say. Nothing changes at the application."
            }
            Self::Accept => {
                "They go onto the change list and their savings into the ledger as promised. Nothing changes at the application before somebody exports the list or has it carried out."
            }
            Self::HandOver => {
                "The question goes to a person who can answer instead, such as a manager or an assistant. Nothing changes at the application."
            }
            Self::Assign => "A colleague looks after these findings from now on.",
            Self::Comment => "The comment appears in the history of each finding, for colleagues.",
            Self::Reopen => {
                "What was decided is taken back, and the findings wait for a decision again. The history stays."
            }
        }
    }

    /// Label of the submit button.
    pub(super) fn button(self, count: i64) -> String {
        let findings = counted(count, "finding", "findings");
        match self {
            Self::Ask => format!("Ask about {findings}"),
            Self::Exempt => format!("Exempt {findings}"),
            Self::Accept => format!("Accept {findings}"),
            Self::HandOver => format!("Ask another person about {findings}"),
            Self::Assign => format!("Assign {findings}"),
            Self::Comment => format!("Comment on {findings}"),
            Self::Reopen => format!("Reopen {findings}"),
        }
    }
}

/// The actions as a drop-down list with this element id.
#[must_use]
pub(super) fn choices_with_id(id: &str, chosen: FindingAction) -> Markup {
    html! {
        select id=(id) name="action" {
            @for action in FindingAction::ALL {
                option value=(action.value()) selected[action == chosen] { (action.label()) }
            }
        }
    }
}
