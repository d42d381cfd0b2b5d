//! `/i/{id}/findings`: the work list. What was found, with its money and dates, filtered by the address
//! as the users page is; some or all that match can be selected for an action, which is previewed
//! before it is done.

pub mod preview;

use maud::{Markup, html};
use model::{Day, FindingState, Permission, Rule, Sums};

use crate::parts::facet::{self, Facet};
use crate::parts::finding::{Saving, amount_a_year, from_day, rule_pill, state_pill, yearly};
use crate::parts::form::search;
use crate::parts::params::segment;
use crate::parts::table::{Sort, frame, head, sort_head};
use crate::parts::text::{self, counted, number};
use crate::parts::{Params, Shell, Subject, Tab, Tone, page};

/// What was found.
#[derive(Debug, Clone)]
pub struct View {
    /// Of which integration.
    pub subject: Subject,
    /// The query of the address.
    pub params: Params,
    /// What matches, in numbers.
    pub totals: Totals,
    /// What one can filter by.
    pub facets: Vec<Facet>,
    /// This page of them.
    pub rows: Vec<Row>,
    /// How they are sorted.
    pub sort: Sort,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// Whether this is not the first page.
    pub later: bool,
    /// States that are shown when none is chosen, in words; empty when some are chosen.
    pub usual_states: String,
    /// What was wrong with the query.
    pub problems: Vec<String>,
    /// Licensed people of whom nothing can be concluded, whatever the filter.
    pub unknown: i64,
}

/// Findings in numbers.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    /// How many.
    pub findings: i64,
    /// About how many people.
    pub people: i64,
    /// Seats that they free.
    pub seats: i64,
    /// What they save in a year, by currency.
    pub saving: Sums,
    /// Seats whose price is not known.
    pub without_price: i64,
}

/// One finding in the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What it says.
    pub rule: Rule,
    /// How far people have come with it.
    pub state: FindingState,
    /// About whom; `None` for the account as a whole.
    pub person: Option<Person>,
    /// The licence, to show.
    pub licence: String,
    /// The conclusion in one sentence.
    pub headline: String,
    /// Since when it is true.
    pub since: Day,
    /// Seats that it frees.
    pub seats: i64,
    /// What it saves; `None` without a price.
    pub saving: Option<Saving>,
    /// E-mail address of the colleague who looks after it; empty for nobody.
    pub assignee: String,
    /// Department; empty when not known.
    pub department: String,
}

/// The person of a finding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Stable key.
    pub key: String,
    /// Name, or else the address, or else the key.
    pub called: String,
    /// E-mail address; may be empty.
    pub email: String,
}

const FORM: &str = "filter";
const ACT: &str = "act";

/// The address of one finding.
#[must_use]
pub fn href(subject: &Subject, id: &str) -> String {
    format!("{}/{}", Tab::Findings.href(subject.id), segment(id))
}

/// The page.
#[must_use]
pub fn page(shell: &Shell, view: &View) -> Markup {
    let subject = &view.subject;
    let file = |kind: &str| {
        let path = format!("{}.{kind}", Tab::Findings.href(subject.id));
        view.params.drop("limit").at(path).href()
    };
    let actions = html! {
        div.actions {
            a.button href=(file("csv")) download { "Export CSV" }
            a.button href=(file("xlsx")) download { "XLSX" }
        }
    };
    let body = html! {
        (subject.head(shell, Tab::Findings))
        @for problem in &view.problems { (page::notice(Tone::Warn, problem, &html! { p { "That part of the address was left out; the rest is in force." } })) }
        div.with-facets {
            (facet::column(FORM, &view.facets))
            div.listing {
                (toolbar(view, &actions))
                div #results aria-live="polite" { (results(shell, view)) }
            }
        }
    };
    shell.page(&format!("Findings · {}", subject.name), &body)
}

fn toolbar(view: &View, actions: &Markup) -> Markup {
    let path = Tab::Findings.href(view.subject.id);
    html! {
        form.toolbar id=(FORM) method="get" action=(path) role="search" aria-label="Filter findings" data-filter="results facets" {
            (search("q", "Search name or e-mail", view.params.get("q").unwrap_or_default()))
            @for keep in ["sort", "limit"] {
                @if let Some(value) = view.params.get(keep) { input type="hidden" name=(keep) value=(value); }
            }
            noscript { button type="submit" { "Apply" } }
            (actions)
        }
    }
}

fn results(shell: &Shell, view: &View) -> Markup {
    let path = Tab::Findings.href(view.subject.id);
    let totals = &view.totals;
    html! {
        div.result-head {
            h2 {
                (counted(totals.findings, "finding", "findings"))
                @if totals.findings > 0 { ": " (counted(totals.seats, "seat", "seats")) ", " (yearly(&totals.saving, totals.without_price)) @if !totals.saving.is_empty() { " a year" } }
            }
            (facet::chips(&view.params, &view.facets, &typed(view), &path))
        }
        p.result-note {
            @if totals.people > 0 { "About " (counted(totals.people, "person", "people")) ". " }
            @if !view.usual_states.is_empty() { "Shown are findings that are " (view.usual_states) "; choose a state to see others. " }
            @if view.unknown > 0 {
                "Of " a href={ (Tab::Licences.href(view.subject.id)) "#unknown" } { (counted(view.unknown, "licensed person", "licensed people")) }
                " nothing can be concluded; they are in no finding."
            }
        }
        @if view.rows.is_empty() { section.card { (nothing(view, &path)) } }
        @else {
            @let shown = i64::try_from(view.rows.len()).unwrap_or(i64::MAX);
            @if shown < totals.findings { p.result-note.on-paper { "On this paper are " (number(shown)) " of " (counted(totals.findings, "finding", "findings")) "; the export has all of them." } }
            @if shell.may(Permission::Decide) { (act(view)) }
            (table(shell, view))
            @let first = view.later.then(|| view.params.drop("cursor").href());
            @let next = view.next_cursor.as_ref().map(|cursor| view.params.after(cursor).href());
            (page::pagination(&html! { (number(shown)) " of " (number(totals.findings)) " on this page" }, first.as_deref(), next.as_deref()))
        }
    }
}

fn typed(view: &View) -> Vec<(&'static str, String)> {
    let of = |name| view.params.get(name).filter(|value| !value.is_empty());
    let mut typed = Vec::new();
    if let Some(text) = of("q") {
        typed.push(("q", format!("Search: {text}")));
    }
    if let Some(who) = of("assignee") {
        typed.push(("assignee", format!("Assigned to {who}")));
    }
    typed
}

fn nothing(view: &View, path: &str) -> Markup {
    if view.subject.users.is_none_or(|users| users == 0) {
        return page::empty(
            "Nothing can be found yet",
            &html! { p { "The first sync lists people first, and then what they did. Findings appear when enough of it is known." } p { a href=(Tab::Integration.href(view.subject.id)) { "See how far it is" } } },
        );
    }
    if view.params.pairs.is_empty() {
        return page::empty(
            "Nothing waits for a decision",
            &html! {
                p { "Every licence that is known to be unneeded has been decided on, or there is none." }
                p { a href={ (path) "?state=accepted&state=done&state=exempt&state=kept&state=on_hold&state=asked" } { "See what was decided, asked or held back" } }
            },
        );
    }
    page::empty(
        "No finding matches all of that",
        &html! { p { "Take away one of the filters, or begin again." } p { a.button href=(path) { "Clear all" } } },
    )
}

/// What can be done to the selected ones. The boxes of the rows belong to this form.
fn act(view: &View) -> Markup {
    let path = format!("{}/preview", Tab::Findings.href(view.subject.id));
    let all = view.totals.findings;
    html! {
        form.act id=(ACT) method="post" action=(path) data-select {
            @for (name, value) in &view.params.pairs {
                @if !["cursor", "limit", "sort"].contains(&name.as_str()) { input type="hidden" name=(name) value=(value); }
            }
            label.inline { input type="checkbox" name="all" value="yes" data-all; "All " (number(all)) " that match" }
            button.link type="button" data-page hidden { "Select this page" }
            span.muted data-selected aria-live="polite" {}
            span.act-do {
                label.inline for="action" {
                    span.hidden { "What to do" }
                    (preview::choices_with_id("action", preview::Action::Ask))
                }
                button type="submit" { "Preview…" }
            }
        }
    }
}

fn table(shell: &Shell, view: &View) -> Markup {
    let (params, sort) = (&view.params, &view.sort);
    let may = shell.may(Permission::Decide);
    let heads = html! {
        (sort_head(params, sort, "name", "Person", false))
        (sort_head(params, sort, "rule", "Finding", false))
        (sort_head(params, sort, "saving", "Per year", true))
        th.spare scope="col" { "What was found" }
        (sort_head(params, sort, "since", "Since", true))
        (head("Seat free", true))
        (head("Off the invoice", true))
        (head("State", false))
        (head("Department", false))
        th.assignee scope="col" { "Assigned to" }
    };
    let rows = html! { @for row in &view.rows { (one(shell, view, row, may)) } };
    frame("Findings", &heads, &rows)
}

fn one(shell: &Shell, view: &View, row: &Row, may: bool) -> Markup {
    let href = href(&view.subject, &row.id);
    let called = row
        .person
        .as_ref()
        .map_or("The account as a whole", |person| person.called.as_str());
    html! {
        tr data-row {
            th.person scope="row" {
                div.pick {
                    @if may { input type="checkbox" name="finding" value=(row.id) form=(ACT) aria-label={ "Select: " (called) ", " (row.rule.label()) }; }
                    span.pick-name {
                        a href=(href) title=(called) { (called) }
                        @if let Some(person) = row.person.as_ref().filter(|person| person.called != person.email) {
                            span.muted title=(person.email) { @if person.email.is_empty() { "no e-mail address" } @else { (person.email) } }
                        }
                    }
                }
            }
            @let amount = html! {
                @match &row.saving {
                    Some(saving) if saving.amount.minor < 0 => (amount_a_year(saving.amount)),
                    Some(saving) => (saving.amount),
                    None => (text::unknown()),
                }
            };
            td {
                (rule_pill(row.rule))
                span.sub { (row.licence) @if row.seats != 1 { ", " (counted(row.seats, "seat", "seats")) } span.small-only { ": " (amount) } }
            }
            td.num title=(row.saving.as_ref().map_or("No contract and no list price is known.", |saving| saving.source.as_str())) { (amount) }
            td.reason.spare { (row.headline) }
            td.num { (text::day(shell.now, row.since)) }
            @match &row.saving {
                Some(saving) => {
                    td.num { (from_day(shell.now, saving.seat_free_on)) }
                    td.num { @match saving.invoice_lower_on { Some(on) => (from_day(shell.now, on)), None => (text::unknown()) } }
                }
                None => {
                    td.num { (text::unknown()) }
                    td.num { (text::unknown()) }
                }
            }
            td { (state_pill(row.state)) }
            td.cut-cell title=(row.department) { @if row.department.is_empty() { (text::none()) } @else { (row.department) } }
            td.cut-cell.assignee title=(row.assignee) { @if row.assignee.is_empty() { (text::none()) } @else { (row.assignee) } }
        }
    }
}
