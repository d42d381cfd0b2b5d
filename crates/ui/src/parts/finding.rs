//! Findings as people read them: the rule and the state as pills, money with its dates, and the
//! evidence as a list in which a fact, a near miss, a counter-argument and what is not known each
//! have their word and colour.

use super::Tab;
use maud::{Markup, html};
use model::{Day, FindingState, IntegrationId, Money, Rule, Sums, Timestamp};

use super::page;
use super::shell::{Shell, Tone};
use super::text::{counted, day, none};

/// What a finding would save, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saving {
    /// In a year; below zero where the finding costs money.
    pub amount: Money,
    /// The day from which somebody else can have the seat.
    pub seat_free_on: Day,
    /// The day on which the invoice gets smaller; `None` without a contract.
    pub invoice_lower_on: Option<Day>,
    /// Where the price is from.
    pub source: String,
}

/// What kind of evidence an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Proves the finding.
    Fact,
    /// Nearly a need.
    NearMiss,
    /// Speaks against the finding.
    Counter,
}

/// One dated piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What kind.
    pub kind: Kind,
    /// In words.
    pub text: String,
    /// The source, as people call it.
    pub source: String,
    /// First day of the window.
    pub from: Day,
    /// Last day of the window.
    pub to: Day,
}

/// Why a finding is believed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// The conclusion in one sentence.
    pub headline: String,
    /// What is known.
    pub items: Vec<Item>,
    /// What is not known, and why.
    pub unknown: Vec<(String, String)>,
}

/// The rule of a finding, as a pill.
#[must_use]
pub fn rule_pill(rule: Rule) -> Markup {
    let tone = match rule {
        Rule::Leaver
        | Rule::DeactivatedCounted
        | Rule::PendingSeat
        | Rule::NeverUsed
        | Rule::Dormant => Tone::Bad,
        Rule::UnderLicensed => Tone::Info,
        _ => Tone::Warn,
    };
    page::pill(tone, rule.label())
}

/// How far people have come with a finding, as a pill.
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

/// The findings that a saving without sharing comes from: what would free a seat, and is not what
/// people could lend each other.
#[must_use]
pub fn saving_href(id: IntegrationId) -> String {
    let rules = Rule::ALL
        .into_iter()
        .filter(|rule| !matches!(rule, Rule::AddonPoolable | Rule::UnderLicensed))
        .map(|rule| format!("rule={}", rule.value()));
    let rules: Vec<String> = rules.collect();
    format!("{}?{}", Tab::Findings.href(id), rules.join("&"))
}

/// Sums of money in a year, with the seats that have no price; the word "none" for nothing at all.
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

/// A yearly amount; one below zero is a cost and says so.
#[must_use]
pub fn amount_a_year(amount: Money) -> Markup {
    html! {
        @if amount.minor < 0 { span.money { (amount.times(-1)) } " a year more" }
        @else { span.money { (amount) } " a year" }
    }
}

/// "at once", or the day.
#[must_use]
pub fn from_day(now: Timestamp, on: Day) -> Markup {
    html! { @if on <= now.day() { "at once" } @else { (day(now, on)) } }
}

/// What the finding about a licence is worth, with its two dates and where the price is from.
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
                    @else { span.unknown { "unknown" } span.source { "No contract tells when the quantity can be lowered." } }
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
        &format!("What “{licence}” is worth"),
        &html! { "The seat and the invoice have a date each." },
        &body,
    )
}

/// The evidence as a list: what is known with its source and window, then what is not.
#[must_use]
pub fn evidence(now: Timestamp, evidence: &Evidence) -> Markup {
    html! {
        ul.evidence {
            @for item in &evidence.items {
                @let (class, word) = match item.kind { Kind::Fact => ("fact", ""), Kind::NearMiss => ("near", "Near miss: "), Kind::Counter => ("against", "Speaks against it: ") };
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
        @if evidence.items.is_empty() && evidence.unknown.is_empty() { p.muted { "No evidence is left: the next look will drop this finding." } }
    }
}
