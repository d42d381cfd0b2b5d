//! `/i/{id}/licences/{licence}`: who holds a licence, narrowed down to those who needed it or of whom
//! it can't be told: the rows behind the numbers of the overview and of the licences page.

use maud::{Markup, html};

use super::findings::Person;
use crate::parts::params::segment;
use crate::parts::table::{frame, head};
use crate::parts::text::{self, counted, day, number};
use crate::parts::{Params, Shell, Subject, Tab, page};
use model::Day;

/// Holders of a licence.
#[derive(Debug, Clone)]
pub struct View {
    /// Of which integration.
    pub subject: Subject,
    /// The query of the address.
    pub params: Params,
    /// The licence, to show.
    pub label: String,
    /// Which holders: `needed`, `unknown`, or empty for all.
    pub need: String,
    /// The only department that is shown, when the address names one.
    pub department: Option<String>,
    /// How many there are.
    pub total: i64,
    /// This page of them.
    pub rows: Vec<Row>,
    /// How many are on the pages before this one.
    pub before: i64,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Days that a need counts for.
    pub days: i64,
}

/// One holder.
#[derive(Debug, Clone)]
pub struct Row {
    /// Who.
    pub person: Person,
    /// Department; empty when not known.
    pub department: String,
    /// Since when the licence is held, and whether that day is exact.
    pub since: Option<(Day, bool)>,
    /// The last day on which it was needed; `None` when there is none in the known history.
    pub last_need: Option<Day>,
}

/// The page.
#[must_use]
pub fn page(shell: &Shell, view: &View) -> Markup {
    let subject = &view.subject;
    let holders = counted(view.total, "holder", "holders");
    let sentence = match view.need.as_str() {
        "needed" => format!(
            "{holders} of “{}” needed it in the last {} days",
            view.label, view.days
        ),
        "unknown" => format!(
            "{holders} of “{}” of whom it can't be told whether they need it",
            view.label
        ),
        _ => format!("{holders} of “{}”", view.label),
    };
    let body = html! {
        (subject.head(shell, Tab::Licences))
        nav.crumbs aria-label="Breadcrumb" { a href=(Tab::Licences.href(subject.id)) { "Licences" } }
        (page::lead(&html! { (sentence) @if let Some(department) = &view.department { ", " (department) } }, &html! {}))
        @if view.rows.is_empty() { section.card { (page::empty("Nobody", &html! { p { a href=(Tab::Licences.href(subject.id)) { "Back to the licences" } } })) } }
        @else { (table(shell, view)) }
    };
    shell.page(&format!("{} · {}", view.label, subject.name), &body)
}

fn table(shell: &Shell, view: &View) -> Markup {
    let heads = html! { (head("Person", false)) (head("Department", false)) (head("Held since", true)) (head("Last needed", true)) };
    let rows = html! {
        @for row in &view.rows {
            tr data-row {
                th.person scope="row" {
                    a href={ (Tab::Users.href(view.subject.id)) "/" (segment(&row.person.key)) } title=(row.person.called) { (row.person.called) }
                    @if row.person.called != row.person.email { span.muted title=(row.person.email) { (row.person.email) } }
                }
                td.cut-cell title=(row.department) { @if row.department.is_empty() { (text::none()) } @else { (row.department) } }
                td.num { @match row.since { Some((since, exact)) => { (day(shell.now, since)) @if !exact { " at the earliest" } } None => (text::unknown()) } }
                td.num title=[row.last_need.is_none().then_some("None within the history that is known.")] { @match row.last_need { Some(on) => (day(shell.now, on)), None => (text::unknown()) } }
            }
        }
    };
    let shown = i64::try_from(view.rows.len()).unwrap_or(i64::MAX);
    let first = (view.before > 0).then(|| view.params.drop("from").href());
    let next = view
        .next
        .as_ref()
        .map(|from| view.params.set("from", from).href());
    html! {
        (frame("Holders", &heads, &rows))
        (page::pagination(&html! { (number(view.before + 1)) "–" (number(view.before + shown)) " of " (number(view.total)) }, first.as_deref(), next.as_deref()))
    }
}
