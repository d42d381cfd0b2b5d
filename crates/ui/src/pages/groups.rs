//! `/i/{id}/groups`: groups, with the number of members that are known and active.

use maud::{Markup, html};

use crate::parts::params::segment;
use crate::parts::table::{frame, head};
use crate::parts::text::{amount, counted, number};
use crate::parts::{Shell, Subject, Tab, page};

#[derive(Debug, Clone)]
pub struct GroupsPage {
    pub subject: Subject,
    pub rows: Vec<GroupRow>,
    /// Users in no group; `None` when not known.
    pub without_group: Option<i64>,
    /// Threshold for inactivity, in days.
    pub inactive_days: i32,
    /// Reason why there are no groups; `None` when there are some.
    pub reason: Option<String>,
}

#[derive(Debug, Clone)]
pub struct GroupRow {
    /// Id of the group at the application.
    pub id: String,
    pub name: String,
    /// Members among the known users.
    pub known: i64,
    /// Members by the application's own count; `None` when not reported.
    pub total: Option<i64>,
    /// Known members active within the threshold; `None` when not known.
    pub active: Option<i64>,
}

#[must_use]
pub fn page(shell: &Shell, view: &GroupsPage) -> Markup {
    let users = Tab::Users.href(view.subject.id);
    let heads = html! { (head("Group", false)) (head("Users", true)) (head(&format!("Active, {} days", view.inactive_days), true)) (head("Counted by the application", true)) };
    let rows = html! {
        @for row in &view.rows {
            @let href = format!("{users}?group={}", segment(&row.id));
            tr data-row {
                th.person scope="row" { a href=(href) title=(row.name) { (row.name) } }
                td.num { a href=(href) { (number(row.known)) } }
                td.num { @match row.active { Some(active) => a href={ (href) "&state=active" } { (number(active)) }, None => (amount(None)) } }
                td.num { (amount(row.total)) }
            }
        }
    };
    let count = i64::try_from(view.rows.len()).unwrap_or(i64::MAX);
    let body = html! {
        (view.subject.head(shell, Tab::Groups))
        (page::lead(&html! { (counted(count, "group", "groups")) @if let Some(n) = view.without_group { "; " (counted(n, "user is", "users are")) " in none" } }, &html! {}))
        @if view.rows.is_empty() {
            section.card { (page::empty("No groups", &html! { p { (view.reason.as_deref().unwrap_or("The account has none, or they were not read yet.")) } p { a href=(Tab::Integration.href(view.subject.id)) { "See the sync status" } } })) }
        } @else { (frame("Groups", &heads, &rows)) }
    };
    shell.page(&format!("Groups · {}", view.subject.name), &body)
}
