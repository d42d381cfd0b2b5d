//! `/i/{id}/renewals/{contract}`: recommended number of seats for the renewal of one contract, with
//! deadline, reasons and cost. `?seats=1100` shows the effect of another number. `…/print` is the
//! same on one sheet of paper.

use maud::{Markup, html};
use model::{Contract, Day, Money};

use super::contracts::href;
use crate::parts::chart::{Interval, Mark, Per, Point, Series, bars, interval, interval_between};
use crate::parts::deadline::{Deadline, deadline};
use crate::parts::text::{amount, counted, day, days, none, number, unknown};
use crate::parts::{Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct RenewalPage {
    pub subject: Subject,
    /// Name of the organisation, for the printed page.
    pub organisation: String,
    pub contract: Contract,
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
    fn safety(&self) -> Markup {
        match self.risk {
            risk if risk < 0.1 => page::pill(Tone::Good, "safe"),
            risk if risk <= 0.5 => page::pill(Tone::Warn, "tight"),
            _ => page::pill(Tone::Bad, "too few"),
        }
    }
}

impl RenewalPage {
    fn deadline(&self, today: Day) -> Deadline {
        Deadline {
            today,
            notice_by: self.notice_by,
            ends_on: self.ends_on,
        }
    }

    fn interval(&self, answer: &Recommendation) -> Interval {
        Interval {
            low: answer.low,
            likely: answer.likely,
            high: answer.high,
            today: Some(self.contract.terms.quantity),
        }
    }

    /// The term to buy for, as part of a sentence.
    fn term(&self) -> &'static str {
        match self.bound {
            Some(_) => "the term after the bound one",
            None => "the coming term",
        }
    }

    /// The term to buy for, as a label.
    fn term_label(&self) -> &'static str {
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

fn seats(count: i64) -> String {
    counted(count, "seat", "seats")
}

fn seats_of(licence: &str) -> String {
    format!("seats of {licence}")
}

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

fn figure(label: &str, value: &Markup, note: Option<String>) -> Markup {
    html! { div { dt { (label) } dd { (value) @if let Some(note) = note { span.sub { (note) } } } } }
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
    let mut facts = vec![(
        "Without notice",
        html! { (if terms.auto_renews { "renews for another term of the same length" } else { "ends" }) },
    )];
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
            h2 { "Until when?" }
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

/// Capitalises the first letter, for the start of a line.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A number with its sign: "+12", "−3", "0".
fn signed(value: i64) -> String {
    if value > 0 {
        format!("+{}", number(value))
    } else {
        number(value)
    }
}

fn choices(shell: &Shell, view: &RenewalPage, answer: &Recommendation) -> Markup {
    html! {
        section.card {
            h2 { "What each choice costs" }
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

/// Difference to today's cost; a saving has a minus sign.
fn against(saving: Option<Money>) -> Markup {
    match saving {
        None => unknown(),
        Some(saving) if saving.minor == 0 => html! { span.none { "the same" } },
        Some(saving) if saving.minor > 0 => html! { (saving.times(-1)) },
        Some(saving) => html! { "+" (saving.times(-1)) },
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
            h2 { "What is not known" }
            p.card-lead { @match &view.answer { Err(why) => (why), Ok(_) => "None of this was guessed; the numbers above are as good as what is known." } }
            @if !view.unknown.is_empty() {
                ul.unknowns { @for (what, why) in &view.unknown { li { span.unknown { (what) } span.sub { (why) } } } }
            }
        }
    }
}

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
                section.paper-unknown { h2 { "What is not known" } ul { @for (what, why) in view.unknown.iter().take(4) { li { strong { (what) } ": " (why) } } } }
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
