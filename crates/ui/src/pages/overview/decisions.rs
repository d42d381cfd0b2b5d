//! Part of the overview for decisions: money at risk, seats needed and assigned, the next deadline,
//! reasons for unneeded licences, departments, and changes since last week.

use maud::{Markup, html};
use model::{Day, Money, Rule, Sums};

use crate::parts::chart::{Interval, Series, bars, interval};
use crate::parts::finding::{saving_href, yearly};
use crate::parts::page::Kpi;
use crate::parts::table::{frame, head};
use crate::parts::text::{self, amount, counted, day, number};
use crate::parts::{Shell, Subject, Tab, Tone, page};

/// Data for decisions about the licences of an account.
#[derive(Debug, Clone)]
pub struct Decisions {
    /// Base licences that are assigned.
    pub licensed: Figure,
    /// Seats bought, from plan usage or contracts; `None` when not known.
    pub purchased: Option<i64>,
    /// Holders who needed their licence within the window; `None` when not known.
    pub needed: Option<Figure>,
    /// Open findings about base licences.
    pub not_needed: Figure,
    /// Findings about base licences that are on hold.
    pub on_hold: Figure,
    /// Holders whose need is unknown.
    pub unknown: Figure,
    /// Number of past days in which use counts as need.
    pub days: i64,
    /// Possible yearly saving, without sharing of licences.
    pub saving: Sums,
    /// Additional yearly saving if people shared licences.
    pub shared: Sums,
    /// Seats that sharing would free.
    pub shared_seats: i64,
    /// Seats without a known price.
    pub without_price: i64,
    /// Seats that all other findings would free, including add-ons.
    pub seats: i64,
    /// Day of the first lower invoice; `None` when no contract says.
    pub invoice_from: Option<Day>,
    /// One line per rule, the largest first.
    pub rules: Vec<RuleLine>,
    /// One line per department, the largest saving first.
    pub departments: Vec<Department>,
    /// People who needed a licence, per week.
    pub needers: Series,
    /// The contract with the next notice deadline.
    pub renewal: Option<Renewal>,
    /// Changes of the last seven days: number, label, and address of the list.
    pub week: Vec<(i64, String, Option<String>)>,
}

/// A number with a link to the rows behind it.
#[derive(Debug, Clone, Default)]
pub struct Figure {
    pub value: i64,
    /// Address of the rows behind the number.
    pub href: String,
}

/// Findings of one rule.
#[derive(Debug, Clone)]
pub struct RuleLine {
    pub rule: Rule,
    pub findings: i64,
    /// Findings that are on hold.
    pub on_hold: i64,
    /// Yearly saving, one sum per currency.
    pub saving: Sums,
    /// Seats without a known price.
    pub without_price: i64,
    /// Confidence of the rule: colour and label.
    pub confidence: (Tone, String),
}

#[derive(Debug, Clone)]
pub struct Department {
    /// Name of the department; `None` when not known, empty for people without one.
    pub name: Option<String>,
    /// Value in the filter of the address.
    pub filter: String,
    /// Number of users in the department.
    pub users: i64,
    /// Users with a base licence.
    pub licensed: i64,
    /// Licensed users who needed their licence; `None` when not known.
    pub needed: Option<i64>,
    /// Licensed users with a finding.
    pub not_needed: i64,
    /// Findings about add-ons; their savings are part of `saving`.
    pub add_ons: i64,
    /// Licensed users whose need is unknown.
    pub unknown: i64,
    /// Yearly saving of the department's findings.
    pub saving: Sums,
}

/// The contract with the next notice deadline.
#[derive(Debug, Clone)]
pub struct Renewal {
    /// Address of the renewal page.
    pub href: String,
    pub name: String,
    /// Last day of the current term.
    pub ends_on: Day,
    /// Last day for notice of the current term.
    pub notice_by: Day,
    /// Whether the deadline has passed.
    pub missed: bool,
    /// Consequence of a missed deadline, as a sentence: which term is bound.
    pub bound: Option<String>,
    /// Other contracts with a missed deadline: address, name, last day of the bound term.
    pub bound_others: Vec<(String, String, Day)>,
    /// Seats bought today and seats to buy; `None` when too little hosting history is known.
    pub range: Option<Interval>,
    /// Yearly cost of each choice: label, seats, money. Without a range only today's number is
    /// listed.
    pub choices: Vec<(String, i64, Option<Money>)>,
}

/// First line of the page: the possible saving. `so_far` marks it as incomplete during the first
/// sync.
#[must_use]
pub fn headline(view: &Decisions, so_far: bool) -> Markup {
    let seats = view.seats;
    html! {
        @if so_far { "So far: " }
        @if seats == 0 && view.unknown.value == 0 { "Every licence that is held is needed, or decided on" }
        @else if seats == 0 { "No licence is known to be unneeded; of " (counted(view.unknown.value, "holder", "holders")) " the need is unknown" }
        @else {
            (counted(seats, "licence is", "licences are")) " not needed"
            @if !view.saving.is_empty() { ": " (view.saving) " a year could be saved" }
            @if !view.shared.is_empty() { ", and " (view.shared) " if people share" }
        }
    }
}

/// Key figures at the top of the page.
#[must_use]
pub fn figures(shell: &Shell, view: &Decisions, subject: &Subject) -> Markup {
    let licensed = html! {
        @match view.purchased {
            Some(bought) if bought >= view.licensed.value => { "of " (number(bought)) " bought · " (number(bought - view.licensed.value)) " free" }
            Some(bought) => { (number(view.licensed.value - bought)) " more than the " (number(bought)) " bought" }
            None => { "bought: " (text::unknown()) }
        }
    };
    let of = |figure: &Figure| (figure.value > 0).then(|| figure.href.clone());
    let add_ons = view.seats - view.not_needed.value;
    html! {
        div.kpis.with-money {
            div.kpi.money-figure {
                p.kpi-label { "Could be saved in a year" }
                // Seats without a price are shown beside the sum because they can't be part of it.
                @let priced = if view.saving.is_empty() { view.without_price } else { 0 };
                p.kpi-value.plain {
                    @if view.seats > 0 { a href=(saving_href(subject.id)) { (yearly(&view.saving, priced)) } }
                    @else { (yearly(&view.saving, priced)) }
                }
                p.kpi-note {
                    @if !view.shared.is_empty() { "and " (view.shared) " if people share · " }
                    @if view.without_price > 0 && priced == 0 { "and " (counted(view.without_price, "seat", "seats")) " without a price · " }
                    @match view.invoice_from {
                        Some(on) => { "off the invoice from " (day(shell.now, on)) }
                        None if view.saving.is_empty() => { a href={ "/i/" (subject.id) "/contracts" } { "enter a contract or a price to see money" } }
                        None => { "off the invoice: " (text::unknown()) ", no contract says" }
                    }
                }
            }
            (page::kpi(&Kpi { label: "Licensed", value: Some(view.licensed.value), href: of(&view.licensed), note: licensed, tone: None }))
            (page::kpi(&Kpi { label: &format!("Needed in {} days", view.days), value: view.needed.as_ref().map(|figure| figure.value), href: view.needed.as_ref().and_then(of), note: html! { "hosted what a free user can't" }, tone: None }))
            (page::kpi(&Kpi { label: "Not needed", value: Some(view.not_needed.value), href: of(&view.not_needed), note: html! { @if add_ons > 0 { "and " (counted(add_ons, "add-on", "add-ons")) ", each with its evidence" } @else { "each with its evidence" } }, tone: Some(Tone::Warn).filter(|_| view.not_needed.value > 0) }))
            (page::kpi(&Kpi { label: "On hold", value: Some(view.on_hold.value), href: of(&view.on_hold), note: html! { "too early to tell, or needed soon" }, tone: Some(Tone::Quiet) }))
            (page::kpi(&Kpi { label: "Unknown", value: Some(view.unknown.value), href: of(&view.unknown), note: html! { "not counted as unneeded" }, tone: Some(Tone::Quiet) }))
        }
    }
}

/// Chart of needed licences beside the next renewal.
#[must_use]
pub fn needs_and_renewal(shell: &Shell, view: &Decisions, subject: &Subject) -> Markup {
    html! {
        div.split-page {
            (page::card("People who needed a licence, per week", &html! { "Different hosts of something that a free user can't host. The dashed line is what is licensed. The renewal counts people who need one and have none as well, so that its number is higher than “needed” above." }, &bars(shell.now, &view.needers)))
            (renewal(shell, view, subject))
        }
    }
}

fn renewal(shell: &Shell, view: &Decisions, subject: &Subject) -> Markup {
    let Some(next) = &view.renewal else {
        return page::card(
            "Next renewal",
            &html! { "The next deadline, and how many seats to renew." },
            &page::empty(
                "No contract is entered",
                &html! { p { "With a contract, Seatwise knows the deadline, the price and the day on which the invoice gets smaller." } p { a.button href={ "/i/" (subject.id) "/contracts" } { "Enter a contract" } } },
            ),
        );
    };
    let left = next.notice_by.since(shell.now.day());
    html! {
        section.card {
            h2 { a href=(next.href) { "Renewal: " (day(shell.now, next.ends_on.plus(1))) } }
            p.card-lead {
                (next.name) ". "
                @if next.missed { "The notice was due on " strong.bad-text { (day(shell.now, next.notice_by)) } "." }
                @else { "Notice by " strong.warn-text { (day(shell.now, next.notice_by)) } ", " @if left == 0 { "today" } @else { "in " (counted(i64::from(left), "day", "days")) } "." }
            }
            @if let Some(bound) = &next.bound { p.muted { (bound) } }
            @for (href, name, until) in &next.bound_others {
                p.muted { "The notice of " a href=(href) { (name) } " was missed: it is bound until " (day(shell.now, *until)) "." }
            }
            table.plain {
                caption.hidden { "Seats to renew with, and what they cost" }
                thead.hidden { tr { th scope="col" { "Choice" } th scope="col" { "Seats" } th scope="col" { "In a year" } } }
                tbody {
                    @for (label, seats, cost) in &next.choices {
                        @let likely = next.range.as_ref().is_some_and(|range| *seats == range.likely);
                        tr.strong-row[likely] {
                            th scope="row" { (label) }
                            td.num { (number(*seats)) }
                            td.num { @match cost { Some(cost) => (cost), None => (text::unknown()) } }
                        }
                    }
                }
            }
            @match &next.range {
                Some(range) => (interval(range)),
                None => p.muted { "There is too little hosting history to say how many seats are needed." },
            }
        }
    }
}

/// Reasons why licences are not needed, by rule.
#[must_use]
pub fn why(view: &Decisions, subject: &Subject) -> Markup {
    let findings = Tab::Findings.href(subject.id);
    // Under-licensed users are listed apart because they need more licences, not fewer.
    let (lacking, spare): (Vec<&RuleLine>, Vec<&RuleLine>) =
        view.rules.iter().partition(|line| line.rule.costs());
    let all = view.seats;
    let heads = html! { (head("Finding", false)) (head("Findings", true)) (head("Per year", true)) (head("On hold", true)) (head("Confidence", false)) };
    let rows = html! {
        @for line in &spare {
            @let href = format!("{findings}?rule={}", line.rule.value());
            tr {
                th scope="row" { a href=(href) { (line.rule.label()) } }
                td.num { @if line.findings > 0 { a href=(href) { (number(line.findings)) } } @else { (number(0)) } }
                td.num { (yearly(&line.saving, line.without_price)) }
                td.num { @if line.on_hold > 0 { a href={ (href) "&state=on_hold" } { (number(line.on_hold)) } } @else { (number(0)) } }
                td { (page::pill(line.confidence.0, &line.confidence.1)) }
            }
        }
    };
    html! {
        section.card {
            h2 { @if all > 0 { "Why " (counted(all, "licence is", "licences are")) " not needed" } @else { "Why licences are not needed" } }
            p.card-lead { "Each number opens its findings, with the evidence." }
            @if spare.is_empty() { p.muted { "No rule finds anything." } } @else { (frame("Findings by rule", &heads, &rows)) }
            @if view.shared_seats > 0 { p.table-note { "Sharing could free " (counted(view.shared_seats, "more seat", "more seats")) ", which are not among them." } }
            @for line in lacking.iter().filter(|line| line.findings > 0) {
                p.table-note {
                    a href={ (findings) "?rule=" (line.rule.value()) } { (counted(line.findings, "person needs one and has none", "people need one and have none")) }
                    @if !line.saving.is_empty() { ": " (yearly(&line.saving, line.without_price)) " a year" }
                }
            }
        }
    }
}

/// Changes of the last seven days.
#[must_use]
pub fn week(view: &Decisions) -> Markup {
    page::card(
        "Since last week",
        &html! { "New findings and decisions of the last seven days." },
        &html! {
            @if view.week.iter().all(|(count, ..)| *count == 0) { p.muted { "Nothing has changed." } }
            @else {
                table.plain {
                    caption.hidden { "What changed in the last seven days" }
                    thead.hidden { tr { th scope="col" { "What" } th scope="col" { "How many" } } }
                    tbody {
                        @for (count, what, href) in &view.week {
                            // The link is on the text, not on the number, because the linked list
                            // also contains other rows.
                            tr { th scope="row" { @match href { Some(href) if *count > 0 => a href=(href) { (what) }, _ => (what) } } td.num { (number(*count)) } }
                        }
                    }
                }
            }
        },
    )
}

/// Number of departments that are shown before the others are folded.
const DEPARTMENTS: usize = 12;

/// Licences, need and savings by department.
#[must_use]
pub fn departments(view: &Decisions, subject: &Subject) -> Markup {
    let (first, rest) = view
        .departments
        .split_at(view.departments.len().min(DEPARTMENTS));
    html! {
        section.card {
            h2 { "Departments" }
            p.card-lead { "Licences, need and possible savings by department." }
            @if view.departments.is_empty() { p { (amount(None)) } }
            @else {
                (department_table("Departments", first, view, subject))
                @if !rest.is_empty() {
                    details.more.inset {
                        summary { (counted(i64::try_from(rest.len()).unwrap_or(i64::MAX), "more department", "more departments")) }
                        (department_table("More departments", rest, view, subject))
                    }
                }
            }
        }
    }
}

fn department_table(
    label: &str,
    departments: &[Department],
    view: &Decisions,
    subject: &Subject,
) -> Markup {
    let users = Tab::Users.href(subject.id);
    let narrowed = |figure: Option<&Figure>, value: i64, filter: &str| {
        html! {
            @match figure.filter(|figure| value > 0 && !figure.href.is_empty()) {
                Some(figure) => a href={ (figure.href) "&department=" (filter) } { (number(value)) },
                None => (number(value)),
            }
        }
    };
    let heads = html! { (head("Department", false)) (head("Users", true)) (head("Licensed", true)) (head(&format!("Needed, {} d", view.days), true)) (head("Not needed", true)) (head("Unknown", true)) (head("Per year", true)) };
    let rows = html! {
        @for line in departments {
            tr {
                th.person scope="row" {
                    @match &line.name {
                        Some(name) if name.is_empty() => span.none { "none" },
                        Some(name) => span title=(name) { (name) },
                        None => (text::unknown()),
                    }
                }
                td.num { a href={ (users) "?department=" (line.filter) } { (number(line.users)) } }
                td.num { (narrowed(Some(&view.licensed), line.licensed, &line.filter)) }
                td.num { @match line.needed { Some(needed) => (narrowed(view.needed.as_ref(), needed, &line.filter)), None => (text::unknown()) } }
                td.num {
                    (narrowed(Some(&view.not_needed), line.not_needed, &line.filter))
                    @if line.add_ons > 0 { span.sub { "and " (counted(line.add_ons, "add-on", "add-ons")) } }
                }
                td.num { (narrowed(Some(&view.unknown), line.unknown, &line.filter)) }
                td.num { (yearly(&line.saving, 0)) }
            }
        }
    };
    frame(label, &heads, &rows)
}
