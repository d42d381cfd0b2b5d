//! Elements for findings: rule and state as coloured labels, money with its dates, and the evidence
//! as a list in which facts, near misses, counter-arguments and unknowns are marked.

use super::Tab;
use maud::{Markup, html};
use model::{Day, FindingState, IntegrationId, Money, Rule, RuleEffect, Sums, Timestamp, Tone};

use super::page;
use super::shell::Shell;
use super::text::{counted, day, none};

/// Amount and dates of a saving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saving {
    /// Per year; negative where the finding costs money.
    pub amount: Money,
    /// First day on which the seat is free for another person.
    pub seat_free_on: Day,
    /// Day from which the invoice is lower; `None` when no contract says.
    pub invoice_lower_on: Option<Day>,
    /// Source of the price, for display.
    pub source: String,
}

/// Kind of an item of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceRole {
    /// Supports the finding directly.
    Fact,
    /// Use that was close to a need.
    NearMiss,
    /// Argument against the finding.
    Counter,
}

/// One dated item of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceItem {
    pub kind: EvidenceRole,
    pub text: String,
    /// Display name of the source.
    pub source: String,
    /// First day of the period.
    pub from: Day,
    /// Last day of the period.
    pub to: Day,
}

/// Evidence of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// The conclusion in one sentence.
    pub headline: String,
    pub items: Vec<EvidenceItem>,
    /// Missing data: its name and the reason.
    pub unknown: Vec<(String, String)>,
}

/// The rule of a finding as a coloured label.
#[must_use]
pub fn rule_pill(rule: Rule) -> Markup {
    page::pill(rule.tone(), rule.label())
}

/// The state of a finding as a coloured label.
#[must_use]
pub fn state_pill(state: FindingState) -> Markup {
    page::pill(state_tone(state), state.label())
}

fn state_tone(state: FindingState) -> Tone {
    match state {
        FindingState::Open => Tone::Warn,
        FindingState::Asked | FindingState::Accepted => Tone::Info,
        FindingState::Done => Tone::Good,
        FindingState::OnHold | FindingState::Exempt | FindingState::Kept => Tone::Quiet,
    }
}

/// Address of the findings behind a saving without sharing: those that would free a seat, except
/// licences that people could share.
#[must_use]
pub fn saving_href(id: IntegrationId) -> String {
    let rules = Rule::ALL
        .into_iter()
        .filter(|rule| {
            matches!(
                rule.effect(),
                RuleEffect::FreeSeat | RuleEffect::SmallerSize
            )
        })
        .map(|rule| format!("rule={}", rule.value()));
    let rules: Vec<String> = rules.collect();
    format!("{}?{}", Tab::Findings.href(id), rules.join("&"))
}

/// Yearly sums, with the number of seats without a price; "none" when there is neither.
#[must_use]
pub fn yearly(sums: &Sums, without_price: i64) -> Markup {
    html! {
        @if sums.is_empty() && without_price == 0 { (none()) }
        @for (index, sum) in sums.iter().enumerate() {
            @if index > 0 { " + " }
            @if sum.minor < 0 { "costs " span.money { (sum.times(-1)) } } @else { span.money { (sum) } }
        }
        @if without_price > 0 {
            @if !sums.is_empty() { " + " }
            span.unknown title="No contract and no list price is known for them." { (counted(without_price, "seat", "seats")) " without a price" }
        }
    }
}

/// A yearly amount; a negative one is shown as a cost.
#[must_use]
pub fn amount_a_year(amount: Money) -> Markup {
    html! {
        @if amount.minor < 0 { span.money { (amount.times(-1)) } " a year more" }
        @else { span.money { (amount) } " a year" }
    }
}

/// The day, or "at once" if it is not in the future.
#[must_use]
pub fn from_day(now: Timestamp, on: Day) -> Markup {
    html! { @if on <= now.day() { "at once" } @else { (day(now, on)) } }
}

/// Card with the value of a finding: amount, both dates and the source of the price.
#[must_use]
pub fn worth(shell: &Shell, licence: &str, seats: i64, saving: Option<&Saving>) -> Markup {
    let now = shell.now;
    let body = if let Some(saving) = saving {
        let costs = saving.amount.minor < 0;
        let seat = if costs {
            "Seat needed"
        } else {
            "Seat free for others"
        };
        let invoice = if costs {
            "Full price from"
        } else {
            "Off the invoice"
        };
        page::definitions(&[
            (
                if costs { "Cost" } else { "Saving" },
                html! { strong { (amount_a_year(saving.amount)) } },
            ),
            (seat, from_day(now, saving.seat_free_on)),
            (
                invoice,
                html! {
                    @if let Some(on) = saving.invoice_lower_on { (from_day(now, on)) }
                    @else if saving.amount.minor == 0 { span.none { "none" } }
                    @else { span.unknown { "unknown" } span.source { "No contract says when the quantity can be lowered." } }
                },
            ),
            ("Price from", html! { (saving.source) }),
        ])
    } else {
        html! {
            (page::definitions(&[("Seats", html! { (seats) }), ("Money", html! { span.unknown { "unknown" } })]))
            p.help { "No contract and no list price is known for this licence, so seats are shown and no money." }
        }
    };
    page::card(
        &format!("Value of “{licence}”"),
        &html! { "The seat and the invoice have a date each." },
        &body,
    )
}

/// The evidence as a list: known facts with source and period, then the unknowns.
#[must_use]
pub fn evidence(now: Timestamp, evidence: &Evidence) -> Markup {
    html! {
        ul.evidence {
            @for item in &evidence.items {
                @let (class, word) = match item.kind { EvidenceRole::Fact => ("fact", ""), EvidenceRole::NearMiss => ("near", "Near miss: "), EvidenceRole::Counter => ("against", "Speaks against it: ") };
                li.(class) {
                    span.evidence-text { @if !word.is_empty() { strong { (word) } } (item.text) }
                    span.evidence-source {
                        (item.source) ", "
                        @if item.from == item.to { (day(now, item.from)) } @else { (day(now, item.from)) " to " (day(now, item.to)) }
                    }
                }
            }
            @for (what, why) in &evidence.unknown {
                li.not-known {
                    span.evidence-text { strong { "Not known: " } (what) }
                    span.evidence-source { (why) }
                }
            }
        }
        @if evidence.items.is_empty() && evidence.unknown.is_empty() { p.muted { "No evidence is left; the next evaluation will remove this finding." } }
    }
}
