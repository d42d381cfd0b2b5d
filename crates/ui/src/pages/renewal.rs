//! `/i/{id}/renewals/{contract}`: recommended number of seats for the renewal of one contract, with
//! deadline, reasons and cost. `?seats=1100` shows the effect of another number. `…/print` is the
//! same on one sheet of paper.

mod cells;
mod paper;
mod types;

use self::cells::{against, capital, figure, signed};
use self::types::seats;
pub(crate) use self::types::signed_already;
use super::contracts::href;
use crate::parts::chart::{Mark, Per, Point, Series, bars, interval_between};
use crate::parts::deadline::deadline;
use crate::parts::text::{amount, day, days, none, number, unknown};
use crate::parts::{Shell, Tab, page};
use maud::{Markup, html};

pub use paper::print;
pub use types::{Recommendation, RecommendationStep, RenewalPage, SeatChoice};

#[must_use]
pub fn page(shell: &Shell, view: &RenewalPage) -> Markup {
    let here = format!("/i/{}/renewals/{}", view.subject.id, view.contract.id);
    let actions = html! {
        a.button href={ (here) "/xlsx" } download { "Export XLSX" }
        a.button href=(href(view.subject.id, view.contract.id)) { "The contract" }
        a.button.primary href={ (here) "/print" } { "Summary to print" }
    };
    let body = html! {
        (view.subject.head(shell, Tab::Renewals))
        p.crumbs { a href={ "/i/" (view.subject.id) "/renewals" } { "Renewals" } }
        (page::lead(&html! { (view.contract.terms.name) " · " (view.licence) }, &actions))
        (verdict(shell, view))
        @if let Ok(answer) = &view.answer {
            div.main-side {
                section.card {
                    h2 { "How many seats?" }
                    p.card-lead { "The pale part holds what is likely to be needed in the next term; today’s number is marked." }
                    (interval_between(&view.interval(answer), answer.range))
                    (what_if(view, answer, &here))
                }
                (until_when(shell, view))
            }
            div.halves.even {
                (reasons(answer))
                (choices(shell, view, answer))
            }
            (history(shell, view, answer))
        } @else {
            div.halves { (not_known(view)) (until_when(shell, view)) }
        }
        @if view.answer.is_ok() && !view.unknown.is_empty() { (not_known(view)) }
    };
    shell.page(&format!("{} · Renewal", view.contract.terms.name), &body)
}

/// The recommendation in large type, with the figures behind it.
fn verdict(shell: &Shell, view: &RenewalPage) -> Markup {
    let terms = &view.contract.terms;
    let likely = view.answer.as_ref().ok();
    let saving = likely.and_then(|answer| {
        answer
            .choices
            .iter()
            .find(|choice| choice.seats == answer.likely)
            .and_then(|choice| choice.saving)
    });
    html! {
        section.card.verdict {
            div {
                p.verdict-line { (view.headline()) }
                p.muted {
                    @match &view.answer {
                        Ok(answer) => {
                            "The need will most probably lie between " (number(answer.low)) " and " (seats(answer.high)) "; the latter is the safe choice. "
                            @match saving {
                                Some(saving) if saving.minor > 0 => { "The likely number costs " strong { (saving) " less" } " than today’s over " (view.term()) ". " }
                                Some(saving) if saving.minor < 0 => { "The likely number costs " strong { (saving.times(-1)) " more" } " than today’s over " (view.term()) ". " }
                                Some(_) => { "It costs what today’s number costs. " }
                                None => { "The price is unknown, so that only seats are shown. " }
                            }
                        }
                        Err(why) => { (why) " " }
                    }
                    (view.deadline(shell.now.day()).sentence())
                }
                @if !view.followed_by.is_empty() {
                    p {
                        (signed_already(&view.followed_by))
                        @if terms.auto_renews { " Without notice, this contract renews beside it." }
                    }
                }
                @if let Some((.., bound)) = &view.bound { p.bad-text { (bound) } }
            }
            dl.figures {
                (figure("Purchased", &html! { a href=(href(view.subject.id, view.contract.id)) { (number(terms.quantity)) } }, view.counted.filter(|counted| *counted != terms.quantity).map(|counted| format!("{} counts {}", view.subject.application.name, number(counted)))))
                (figure("Assigned", &html! { @match view.assigned { Some(assigned) => a href=(view.holders_href) { (number(assigned)) }, None => (unknown()) } }, view.assigned.filter(|assigned| *assigned < terms.quantity).map(|assigned| format!("{} free", number(terms.quantity - assigned)))))
                (figure("Needed", &amount(view.needed), likely.map(|answer| format!("in {} days", answer.window_days))))
            }
        }
    }
}

fn what_if(view: &RenewalPage, answer: &Recommendation, here: &str) -> Markup {
    let asked = &answer.asked;
    let (least, most) = answer.range;
    html! {
        form.what-if-seats id="filter" method="get" action=(here) data-filter="what-if" {
            label for="seats" { "What if we buy" }
            input type="range" id="seats" name="seats" min=(least) max=(most) step="1" value=(asked.seats) data-shows="seats-shown";
            div.range-ends { span { (number(least)) } span { (number(most)) } }
            noscript { button type="submit" { "Answer" } }
        }
        div.what-if-answer #what-if aria-live="polite" {
            p.what-if-seats-line { output #seats-shown for="seats" { (number(asked.seats)) } " seats" }
            p {
                @match asked.cost { Some(cost) => { strong { (cost) } " for the term" }, None => { "Price " (unknown()) } }
                @match asked.saving {
                    Some(saving) if saving.minor > 0 => { ", " (saving) " less than today’s " (number(view.contract.terms.quantity)) "." }
                    Some(saving) if saving.minor < 0 => { ", " (saving.times(-1)) " more than today’s " (number(view.contract.terms.quantity)) "." }
                    Some(_) => { ", what today’s number costs." }
                    None => { "." }
                }
            }
            p { (asked.safety()) " " (asked.text) }
        }
    }
}

fn until_when(shell: &Shell, view: &RenewalPage) -> Markup {
    let terms = &view.contract.terms;
    let today = shell.now.day();
    let mut facts = vec![("Without notice", html! { (terms.without_notice()) })];
    if let Some((from, to, _)) = view.bound {
        facts.push((
            "Bound",
            html! { (days(shell.now, from, to)) ", at " (seats(terms.quantity)) " or more" },
        ));
    }
    facts.extend([
        (view.term_label(), days(shell.now, view.coming.0, view.coming.1)),
        ("Minimum", html! { @if terms.minimum == 0 { (none()) } @else { (seats(terms.minimum)) } }),
        ("Can be reduced", html! { (if terms.reducible_each_cycle { "at the end of each billing cycle" } else { "at the end of the term" }) }),
        ("Owner", html! { @if terms.owner.is_empty() { (none()) } @else { (terms.owner) } }),
    ]);
    html! {
        section.card {
            h2 { "Deadlines" }
            p.card-lead { (view.deadline(today).sentence()) }
            (deadline(&view.deadline(today)))
            (page::definitions(&facts))
        }
    }
}

fn reasons(answer: &Recommendation) -> Markup {
    html! {
        section.card {
            h2 { "Why " (number(answer.likely)) "?" }
            p.card-lead { "Each step adds seats or takes some away; together they make the likely number." }
            (reason_table(answer))
            p.muted.method-note { "Method " (answer.method) ", written down with its mathematics in docs/method.md of Seatwise’s source." }
        }
    }
}

fn reason_table(answer: &Recommendation) -> Markup {
    html! {
        table.plain.reasons {
            caption.hidden { "How the likely number comes about" }
            thead { tr { th scope="col" { "Step" } th.num scope="col" { "Seats" } } }
            tbody {
                @for (index, step) in answer.steps.iter().enumerate() {
                    tr {
                        th scope="row" { (step.label) span.sub { (capital(&step.text)) } }
                        td.num { (if index == 0 { number(step.seats) } else { signed(step.seats) }) }
                    }
                }
                tr.total { th scope="row" { "Likely need" } td.num { (number(answer.likely)) } }
            }
        }
    }
}

fn choices(shell: &Shell, view: &RenewalPage, answer: &Recommendation) -> Markup {
    html! {
        section.card {
            h2 { "Cost of each choice" }
            p.card-lead { "For " (view.term()) ", " (day(shell.now, view.coming.0)) " to " (day(shell.now, view.coming.1)) ", at the contract’s price." }
            (choice_table(answer))
        }
    }
}

fn choice_table(answer: &Recommendation) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Choices" {
            table.plain.choices {
                caption.hidden { "Choices" }
                thead { tr { th scope="col" { "Buy" } th.num scope="col" { "Seats" } th.num scope="col" { "For the term" } th.num scope="col" { "Against today" } th scope="col" { "Risk" } } }
                tbody {
                    @for choice in &answer.choices {
                        tr.chosen[choice.seats == answer.likely] {
                            th scope="row" { (choice.label) @if !choice.text.is_empty() { span.sub { (choice.text) } } }
                            td.num { (number(choice.seats)) }
                            td.num { @match choice.cost { Some(cost) => (cost), None => (unknown()) } }
                            td.num { (against(choice.saving)) }
                            td { (choice.safety()) }
                        }
                    }
                }
            }
        }
    }
}

fn series(view: &RenewalPage, answer: &Recommendation) -> Series {
    let quantity = view.contract.terms.quantity;
    Series {
        id: "needers",
        title: format!(
            "People who needed {} within {} days",
            view.licence, answer.window_days
        ),
        one: "person",
        many: "people",
        adds_up: false,
        per: Per::Day,
        mark: Some(Mark {
            value: quantity,
            label: format!("{} bought", number(quantity)),
        }),
        points: answer
            .history
            .iter()
            .map(|(end, people)| Point {
                day: *end,
                value: Some(*people),
                provisional: false,
                href: None,
            })
            .collect(),
    }
}

fn history(shell: &Shell, view: &RenewalPage, answer: &Recommendation) -> Markup {
    html! {
        @if !answer.history.is_empty() {
            section.card {
                h2 { "Distinct people who needed one" }
                p.card-lead { "Within the " (number(answer.window_days)) " days before each date. A licence belongs to a person, so it is people that count, not meetings at the same time." }
                (bars(shell.now, &series(view, answer)))
            }
        }
    }
}

fn not_known(view: &RenewalPage) -> Markup {
    html! {
        section.card {
            h2 { "Missing data" }
            p.card-lead { @match &view.answer { Err(why) => (why), Ok(_) => "None of this was guessed; the numbers above use the known data only." } }
            @if !view.unknown.is_empty() {
                ul.unknowns { @for (what, why) in &view.unknown { li { span.unknown { (what) } span.sub { (why) } } } }
            }
        }
    }
}
