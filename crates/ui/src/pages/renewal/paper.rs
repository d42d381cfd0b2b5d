//! `/i/{id}/renewals/{contract}/print`: the renewal on one sheet of paper.

use maud::{Markup, html};

use super::cells::{against, capital, figure, signed};
use super::types::{Recommendation, RenewalPage};
use crate::parts::Shell;
use crate::parts::chart::interval;
use crate::parts::deadline::deadline;
use crate::parts::text::{amount, number, unknown};

/// Choices for the printed page, one line each.
fn paper_choices(answer: &Recommendation) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Choices" {
            table.plain.choices {
                thead { tr { th scope="col" { "Buy" } th.num scope="col" { "Seats" } th.num scope="col" { "Cost" } th.num scope="col" { "Against today" } th scope="col" { "Risk" } } }
                tbody {
                    @for choice in &answer.choices {
                        tr.chosen[choice.seats == answer.likely] {
                            th scope="row" { (choice.label) }
                            td.num { (number(choice.seats)) }
                            td.num { @match choice.cost { Some(cost) => (cost), None => (unknown()) } }
                            td.num { (against(choice.saving)) }
                            td { (choice.text) }
                        }
                    }
                }
            }
        }
    }
}

/// Reasons for the printed page, one line each.
fn paper_reasons(answer: &Recommendation) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Reasons" {
            table.plain.reasons {
                thead { tr { th scope="col" { "Step" } th scope="col" { "Reason" } th.num scope="col" { "Seats" } } }
                tbody {
                    @for (index, step) in answer.steps.iter().enumerate() {
                        tr {
                            th scope="row" { (step.label) }
                            td.muted { (capital(&step.text)) }
                            td.num { (if index == 0 { number(step.seats) } else { signed(step.seats) }) }
                        }
                    }
                    tr.total { th scope="row" { "Likely need" } td {} td.num { (number(answer.likely)) } }
                }
            }
        }
    }
}

/// The renewal on one sheet of paper, for printing.
#[must_use]
pub fn print(shell: &Shell, view: &RenewalPage) -> Markup {
    let terms = &view.contract.terms;
    let today = shell.now.day();
    let here = format!("/i/{}/renewals/{}", view.subject.id, view.contract.id);
    let body = html! {
        div.paper-tools { a.button href=(here) { "Back to the renewal" } span.muted { "Print this page or save it as a PDF from your browser’s menu." } }
        article.paper {
            header.paper-head {
                div { p.paper-kind { "Renewal summary" } h1 { (terms.name) } p.muted { (view.organisation) " · " (view.subject.title()) " · " (view.licence) } }
                p.paper-date { (today.long()) }
            }
            section.paper-answer {
                p.verdict-line { (view.headline()) }
                @if let Some((.., bound)) = &view.bound { p { (bound) } }
                p { (view.deadline(today).sentence()) @if terms.auto_renews { " Without notice the contract renews for another term." } }
            }
            dl.paper-figures {
                (figure("Purchased", &html! { (number(terms.quantity)) }, None))
                (figure("Assigned", &amount(view.assigned), None))
                (figure("Needed", &amount(view.needed), None))
                @if let Ok(answer) = &view.answer {
                    (figure("Low", &html! { (number(answer.low)) }, None))
                    (figure("Likely", &html! { (number(answer.likely)) }, None))
                    (figure("High", &html! { (number(answer.high)) }, None))
                }
            }
            @match &view.answer {
                Ok(answer) => {
                    div.paper-drawings {
                        section { h2 { "Seats to buy" } (interval(&view.interval(answer))) }
                        section { h2 { "Time left" } (deadline(&view.deadline(today))) }
                    }
                    section { h2 { "Choices for " (view.term()) ", " (view.coming.0.long()) " to " (view.coming.1.long()) } (paper_choices(answer)) }
                    section { h2 { "Why " (number(answer.likely)) } (paper_reasons(answer)) }
                }
                Err(why) => { section { h2 { "Why there is no number" } p { (why) } } section { h2 { "Time left" } (deadline(&view.deadline(today))) } }
            }
            @if !view.unknown.is_empty() {
                section.paper-unknown { h2 { "Missing data" } ul { @for (what, why) in view.unknown.iter().take(4) { li { strong { (what) } ": " (why) } } } }
            }
            div.paper-decision {
                div { span { "Seats decided" } } div { span { "Name" } } div { span { "Date" } }
            }
            footer.paper-foot {
                p { "Seats that are needed are counted from what people hosted, not from who signed in. " @if let Ok(answer) = &view.answer { "Method " (answer.method) ". " } "Data: " (view.subject.freshness(shell.now)) "." }
            }
        }
    };
    crate::parts::shell::paper(&format!("{} · Renewal summary", terms.name), &body)
}
