//! Data of the pages of a renewal, and the texts that both share.

use maud::Markup;
use model::{Contract, Day, Money};

use crate::parts::chart::Interval;
use crate::parts::deadline::Deadline;
use crate::parts::text::{counted, number};
use crate::parts::{Subject, Tone, page};

#[derive(Debug, Clone)]
pub struct RenewalPage {
    pub subject: Subject,
    /// Name of the organisation, for the printed page.
    pub organisation: String,
    pub contract: Contract,
    /// Contracts of the same licence that are signed already and begin when this one ends, or before.
    pub followed_by: Vec<Contract>,
    /// Name of the licence in the contract.
    pub licence: String,
    /// Address of the list of holders.
    pub holders_href: String,
    /// Last day for notice of the current term.
    pub notice_by: Day,
    /// Last day of the current term.
    pub ends_on: Day,
    /// First and last day of the term to buy for.
    pub coming: (Day, Day),
    /// A term before that one which is already bound at today's number: first day, last day, and an
    /// explanation.
    pub bound: Option<(Day, Day, String)>,
    /// Seats assigned to people; `None` when not known.
    pub assigned: Option<i64>,
    /// People who needed the licence in the last window; `None` when not known.
    pub needed: Option<i64>,
    /// Seats that the application counts as bought; `None` when it does not report them.
    pub counted: Option<i64>,
    /// The recommendation, or the reason why there is none.
    pub answer: Result<Recommendation, String>,
    /// Missing data: its name and the reason.
    pub unknown: Vec<(String, String)>,
}

/// A recommended number of seats with its reasons.
#[derive(Debug, Clone)]
pub struct Recommendation {
    /// Lower end of the likely range.
    pub low: i64,
    /// Most likely number of needed seats.
    pub likely: i64,
    /// Number that is nearly always enough.
    pub high: i64,
    /// Steps of the calculation; their seats add up to `likely`.
    pub steps: Vec<RecommendationStep>,
    /// Numbers of seats to choose from.
    pub choices: Vec<SeatChoice>,
    /// The number set with the slider.
    pub asked: SeatChoice,
    /// Whether that number came from the address; otherwise it is the default.
    pub was_asked: bool,
    /// Smallest and largest number on the slider.
    pub range: (i64, i64),
    /// Distinct people who needed a licence in each rolling window, with the last day of the
    /// window, oldest first.
    pub history: Vec<(Day, i64)>,
    /// Length of these windows, in days.
    pub window_days: i64,
    /// Version of the method used for the calculation.
    pub method: String,
}

#[derive(Debug, Clone)]
pub struct RecommendationStep {
    /// Short label, such as "People who needed one".
    pub label: String,
    /// Seats that the step adds or removes; for the first step, the starting number.
    pub seats: i64,
    pub text: String,
}

/// A number of seats that could be bought.
#[derive(Debug, Clone)]
pub struct SeatChoice {
    /// Short label, such as "Likely need".
    pub label: String,
    pub seats: i64,
    /// Cost for the coming term; `None` without a price.
    pub cost: Option<Money>,
    /// Saving compared with today's number (negative if it costs more); `None` without a price.
    pub saving: Option<Money>,
    /// Probability, 0 to 1, that more seats will be needed.
    pub risk: f64,
    /// Explanation of the risk in one sentence.
    pub text: String,
}

impl SeatChoice {
    /// Risk as a coloured label.
    pub(super) fn safety(&self) -> Markup {
        match self.risk {
            risk if risk < 0.1 => page::pill(Tone::Good, "safe"),
            risk if risk <= 0.5 => page::pill(Tone::Warn, "tight"),
            _ => page::pill(Tone::Bad, "too few"),
        }
    }
}

impl RenewalPage {
    pub(super) fn deadline(&self, today: Day) -> Deadline {
        Deadline {
            today,
            notice_by: self.notice_by,
            ends_on: self.ends_on,
        }
    }

    pub(super) fn interval(&self, answer: &Recommendation) -> Interval {
        Interval {
            low: answer.low,
            likely: answer.likely,
            high: answer.high,
            today: Some(self.contract.terms.quantity),
        }
    }

    /// The term to buy for, as part of a sentence.
    pub(super) fn term(&self) -> &'static str {
        match self.bound {
            Some(_) => "the term after the bound one",
            None => "the coming term",
        }
    }

    /// The term to buy for, as a label.
    pub(super) fn term_label(&self) -> &'static str {
        match self.bound {
            Some(_) => "Term after it",
            None => "Coming term",
        }
    }

    /// The recommendation in one line.
    #[must_use]
    pub fn headline(&self) -> String {
        let today = self.contract.terms.quantity;
        // A bound term can't be changed, so the number applies to the term after it.
        let renew = match &self.bound {
            Some(_) => format!("From {} renew with", self.coming.0.long()),
            None => "Renew with".to_owned(),
        };
        match &self.answer {
            Err(_) => format!(
                "Too little is known to say how many {} to renew with",
                seats_of(&self.licence)
            ),
            Ok(answer) if answer.likely == 0 && !self.followed_by.is_empty() => {
                "Covered: nothing more to buy".to_owned()
            }
            Ok(answer) if answer.likely == today => {
                format!("{renew} {}, as many as today", seats(answer.likely))
            }
            Ok(answer) => {
                let word = if answer.likely < today {
                    "instead of"
                } else {
                    "up from"
                };
                format!("{renew} {}, {word} {}", seats(answer.likely), number(today))
            }
        }
    }
}

/// Contracts that follow another one, in a sentence.
#[must_use]
pub(crate) fn signed_already(followed_by: &[Contract]) -> String {
    let named: Vec<String> = followed_by
        .iter()
        .map(|contract| {
            let terms = &contract.terms;
            let from = terms.starts_on.long();
            format!("{} with {} from {from}", terms.name, seats(terms.quantity))
        })
        .collect();
    format!("Signed already: {}.", named.join(", "))
}

pub(super) fn seats(count: i64) -> String {
    counted(count, "seat", "seats")
}

fn seats_of(licence: &str) -> String {
    format!("seats of {licence}")
}
