//! `/members`: members with access to Seatwise. Posts to `/members` (`name`, `email`, `role`,
//! `password`), `/members/{id}/role` (`role`), `/members/{id}/disable`, `/members/{id}/enable`,
//! `/members/{id}/password` (`password`).

use maud::{Markup, html};
use model::{MemberId, Permission, Role, Timestamp};

use crate::parts::form::{Input, select, summary};
use crate::parts::table::{frame, head};
use crate::parts::text::{ago, counted, moment};
use crate::parts::{Errors, Shell, Tone, page};

#[derive(Debug, Clone)]
pub struct MembersPage {
    pub rows: Vec<MemberRow>,
    /// Name as typed into the form.
    pub name: String,
    /// E-mail address as typed into the form.
    pub email: String,
    /// Role as chosen in the form.
    pub role: Role,
    pub errors: Errors,
}

#[derive(Debug, Clone)]
pub struct MemberRow {
    pub id: MemberId,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// Whether the member can no longer sign in.
    pub disabled: bool,
    pub created_at: Timestamp,
    /// Time of the last sign-in; `None` for never.
    pub last_sign_in: Option<Timestamp>,
    /// Whether this is the current member (the reader of the page).
    pub you: bool,
}

fn explain(role: Role) -> &'static str {
    match role {
        Role::Owner => "can do everything, and appoints other owners",
        Role::Administrator => "connects applications, manages members and settings",
        Role::LicenceManager => "sees everything, starts syncs, decides on licences",
        Role::Viewer => "looks",
        Role::Auditor => "looks, and reads the audit log",
    }
}

#[must_use]
pub fn page(shell: &Shell, view: &MembersPage) -> Markup {
    let manage = shell.may(Permission::ManageMembers);
    let count =
        i64::try_from(view.rows.iter().filter(|row| !row.disabled).count()).unwrap_or(i64::MAX);
    let body = html! {
        (page::plain_head("Members", &format!("{} can sign in to Seatwise.", counted(count, "person", "people")), &html! {}))
        (table(shell, view, manage))
        @if manage { div.halves { (add(shell, view)) (roles()) } }
    };
    shell.page("Members", &body)
}

fn choices(shell: &Shell) -> Vec<(&'static str, &'static str)> {
    Role::ALL
        .into_iter()
        .filter(|role| *role != Role::Owner || shell.member.role == Role::Owner)
        .map(|role| (role.value(), role.label()))
        .collect()
}

fn table(shell: &Shell, view: &MembersPage, manage: bool) -> Markup {
    let heads = html! { (head("Member", false)) (head("Role", false)) (head("Last sign-in", false)) (head("Added", false)) @if manage { (head("Change", false)) } };
    let rows = html! {
        @for row in &view.rows {
            tr data-row {
                th.person scope="row" { span title=(row.name) { (row.name) @if row.you { " (you)" } } span.muted title=(row.email) { (row.email) } }
                td { (row.role.label()) @if row.disabled { " " (page::pill(Tone::Quiet, "disabled")) } }
                td { @match row.last_sign_in { Some(at) => (ago(shell.now, at)), None => span.never { "never" } } }
                td { (moment(shell.now, row.created_at)) }
                @if manage { td { (change(shell, row)) } }
            }
        }
    };
    frame("Members", &heads, &rows)
}

fn change(shell: &Shell, row: &MemberRow) -> Markup {
    let may = !row.you && (row.role != Role::Owner || shell.member.role == Role::Owner);
    if !may {
        return html! { span.muted { @if row.you { "you can't change your own role" } @else { "owners only" } } };
    }
    html! {
        details.menu {
            summary.button.small { "Change" span.hidden { " " (row.name) } }
            div.menu-body {
                form method="post" action={ "/members/" (row.id) "/role" } {
                    label { "Role"
                        select name="role" { @for (value, label) in choices(shell) { option value=(value) selected[value == row.role.value()] { (label) } } }
                    }
                    button.small type="submit" { "Set role" }
                }
                form method="post" action={ "/members/" (row.id) "/password" } {
                    input type="text" name="username" autocomplete="username" value=(row.email) readonly hidden;
                    label { "New password" input type="password" name="password" autocomplete="new-password" minlength="12" required; }
                    button.small type="submit" { "Set password" }
                }
                @if row.disabled {
                    form method="post" action={ "/members/" (row.id) "/enable" } { button.small type="submit" { "Let them sign in again" } }
                } @else {
                    form method="post" action={ "/members/" (row.id) "/disable" } { button.small.danger type="submit" { "Disable, and end their sessions" } }
                }
            }
        }
    }
}

fn add(shell: &Shell, view: &MembersPage) -> Markup {
    html! {
        section.card.form-card {
            h2 { "Add a member" }
            p.card-lead { "Give them the address of this server and the password; they can change it under Settings." }
            (summary(&view.errors))
            form method="post" action="/members" {
                (Input::text("name", "Name", &view.name).render(&view.errors))
                (Input::text("email", "E-mail address", &view.email).kind("email", "off").render(&view.errors))
                (select("role", "Role", view.role.value(), &choices(shell)))
                (Input::text("password", "First password", "").kind("password", "new-password").help("At least 12 characters.").render(&view.errors))
                button.primary type="submit" { "Add member" }
            }
        }
    }
}

fn roles() -> Markup {
    page::card(
        "Roles",
        &html! { "Permissions of each role." },
        &html! { dl.definitions { @for role in Role::ALL { div { dt { (role.label()) } dd { (explain(role)) } } } } },
    )
}
