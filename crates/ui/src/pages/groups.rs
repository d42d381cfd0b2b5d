//! `/i/{id}/groups`: groups, with how many of their members are known and active.

use maud::{Markup, html};

use crate::parts::params::segment;
use crate::parts::table::{frame, head};
use crate::parts::text::{amount, counted, number};
use crate::parts::{Shell, Subject, Tab, page};

/// The groups.
#[derive(Debug, Clone)]
pub struct View {
    /// Of which integration.
    pub subject: Subject,
    /// Each group.
    pub rows: Vec<Row>,
    /// Users in no group at all; `None` when not known.
    pub without_group: Option<i64>,
    /// The threshold in force, in days.
    pub inactive_days: i32,
    /// Why nothing can be shown, when nothing can.
    pub reason: Option<String>,
}

/// A group.
#[derive(Debug, Clone)]
pub struct Row {
    /// The application's id.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Members among the users that are known.
    pub known: i64,
    /// Members that the application counts.
    pub total: Option<i64>,
    /// Known members who were active within the threshold; `None` when not known.
    pub active: Option<i64>,
}

/// The page.
#[must_use]
pub fn page(shell: &Shell, view: &View) -> Markup {
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
            section.card { (page::empty("No groups", &html! { p { (view.reason.as_deref().unwrap_or("The account has none, or they were not read yet.")) } p { a href=(Tab::Integration.href(view.subject.id)) { "How the sync stands" } } })) }
        } @else { (frame("Groups", &heads, &rows)) }
    };
    shell.page(&format!("Groups · {}", view.subject.name), &body)
}
