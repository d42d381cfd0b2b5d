//! `/i/{id}/licences/{licence}`: holders of a licence, optionally only those who needed it or whose
//! need is unknown. These are the rows behind the numbers on the overview and the licences page.

use maud::{Markup, html};

use super::findings::FindingPerson;
use crate::parts::params::segment;
use crate::parts::table::{frame, head};
use crate::parts::text::{self, counted, day, number};
use crate::parts::{Params, Shell, Subject, Tab, page};
use model::Day;

#[derive(Debug, Clone)]
pub struct HoldersPage {
    pub subject: Subject,
    pub params: Params,
    /// Name of the licence, for display.
    pub label: String,
    /// Filter: `needed`, `unknown`, or empty for all.
    pub need: String,
    /// Department to which the list is limited; `None` for all.
    pub department: Option<String>,
    /// Number of holders that match.
    pub total: i64,
    /// Holders of the current page.
    pub rows: Vec<HolderRow>,
    /// Number of holders on the pages before this one.
    pub before: i64,
    /// Value of `from` for the next page; `None` on the last one.
    pub next: Option<String>,
    /// Number of past days in which use counts as need.
    pub days: i64,
}

#[derive(Debug, Clone)]
pub struct HolderRow {
    pub person: FindingPerson,
    /// Department of the holder; empty when not known.
    pub department: String,
    /// First day on which the licence was seen, and whether that day is exact.
    pub since: Option<(Day, bool)>,
    /// Last day on which the licence was needed; `None` when there is none in the known history.
    pub last_need: Option<Day>,
}

#[must_use]
pub fn page(shell: &Shell, view: &HoldersPage) -> Markup {
    let subject = &view.subject;
    let holders = counted(view.total, "holder", "holders");
    let sentence = match view.need.as_str() {
        "needed" => format!(
            "{holders} of “{}” needed it in the last {} days",
            view.label, view.days
        ),
        "unknown" => format!("{holders} of “{}” whose need is unknown", view.label),
        _ => format!("{holders} of “{}”", view.label),
    };
    let body = html! {
        (subject.head(shell, Tab::Licences))
        nav.crumbs aria-label="Breadcrumb" { a href=(Tab::Licences.href(subject.id)) { "Licences" } }
        (page::lead(&html! { (sentence) @if let Some(department) = &view.department { ", " (department) } }, &html! {}))
        @if view.rows.is_empty() { section.card { (page::empty("No holders", &html! { p { a href=(Tab::Licences.href(subject.id)) { "Back to the licences" } } })) } }
        @else { (table(shell, view)) }
    };
    shell.page(&format!("{} · {}", view.label, subject.name), &body)
}

fn table(shell: &Shell, view: &HoldersPage) -> Markup {
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
