//! `/i/{id}/people`: list of employees, imported or pushed by a directory (SCIM), so that licences
//! of leavers are found. Posts to `/i/{id}/people` (`file` or `text`) and `/i/{id}/people/remove`.

use maud::{Markup, html};
use model::{Permission, Timestamp};

use super::import::{ImportColumn, ImportError, columns, form, wrongs};
use crate::parts::form::copyable;
use crate::parts::page::Kpi;
use crate::parts::text::{counted, moment, number};
use crate::parts::{Errors, Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct PeoplePage {
    pub subject: Subject,
    /// The list in use; `None` when there is none.
    pub employees: Option<Employees>,
    /// SCIM base address for a directory.
    pub scim: String,
    /// Rows that were pasted into the form.
    pub pasted: String,
    /// Errors in the rows of the file.
    pub wrongs: Vec<ImportError>,
    pub errors: Errors,
}

/// Source of the list of employees.
#[derive(Debug, Clone)]
pub enum Employees {
    /// A list that was imported.
    List(EmployeeList),
    /// A directory that pushes employees by SCIM.
    Directory(EmployeeDirectory),
}

/// Numbers of a directory that pushes employees.
#[derive(Debug, Clone)]
pub struct EmployeeDirectory {
    /// Time of the last change in the directory.
    pub changed_at: Timestamp,
    /// Employees that are active in the directory.
    pub active: i64,
    /// Employees that were deactivated in the directory.
    pub deactivated: i64,
    /// Employees that were deleted in the directory.
    pub removed: i64,
    /// Users of the account without an entry in the directory.
    pub absent: i64,
    /// Number of findings of the rule "Leaver".
    pub leavers: i64,
}

/// Numbers of an imported list.
#[derive(Debug, Clone)]
pub struct EmployeeList {
    pub read_at: Timestamp,
    /// Name of the file, or another description of the source.
    pub source: String,
    /// People on the list.
    pub people: i64,
    /// People on the list whose last day is in the past.
    pub left: i64,
    /// Users of the account that are on the list and have not left; `None` when not known.
    pub matched: Option<i64>,
    /// Number of findings of the rule "Leaver"; `None` when not known.
    pub leavers: Option<i64>,
}

/// Columns that an import file can have.
pub const COLUMNS: [ImportColumn; 2] = [
    ImportColumn {
        name: "email",
        required: true,
        help: "The address that the person has in the account: ann@acme.example",
    },
    ImportColumn {
        name: "left_on",
        required: false,
        help: "The last day of work: 2026-09-30. Empty for those who are here",
    },
];

const EXAMPLE: &str = "email,left_on\nann.lee@acme.example,\nbo.berg@acme.example,2026-09-30\n";

#[must_use]
pub fn page(shell: &Shell, view: &PeoplePage) -> Markup {
    let id = view.subject.id;
    let may = shell.may(Permission::Decide);
    let pushed = matches!(view.employees, Some(Employees::Directory(_)));
    let body = html! {
        (view.subject.head(shell, Tab::Findings))
        p.crumbs { a href={ "/i/" (id) "/findings" } { "Findings" } }
        (page::lead(&html! {
            @match &view.employees {
                Some(Employees::List(import)) => { (counted(import.people, "person", "people")) " on the list of employees, read " (moment(shell.now, import.read_at)) }
                Some(Employees::Directory(directory)) => { (counted(directory.active, "active person", "active people")) " in the directory that is pushed, last changed " (moment(shell.now, directory.changed_at)) }
                None => "Who still works here? Without a list of employees or a directory, leavers are not found",
            }
        }, &html! {}))
        (wrongs(&view.wrongs))
        @match &view.employees {
            Some(Employees::List(import)) => (summary_of(view, import, may)),
            Some(Employees::Directory(directory)) => (directory_of(view, directory, may)),
            None => {}
        }
        div.main-side {
            @if pushed { (scim(view, may)) } @else { (import(view, may)) }
            @if pushed { (instead()) } @else { (help()) }
        }
        @if !pushed { (scim(view, may)) }
    };
    shell.page(&format!("List of employees · {}", view.subject.name), &body)
}

fn import(view: &PeoplePage, may: bool) -> Markup {
    let id = view.subject.id;
    html! {
        @if may {
            section.card.form-card {
                h2 { (if view.employees.is_some() { "Replace the list" } else { "Import a list" }) }
                p.card-lead { "From your HR system or directory. The whole list is replaced, or nothing is when one line is wrong. Only addresses and last days are kept." }
                (form(&format!("/i/{id}/people"), "Import the list", &view.pasted, &view.errors, &confirmation(view)))
            }
        } @else { section.card { p.muted { "A licence manager can import a list." } } }
    }
}

fn help() -> Markup {
    html! {
        section.card {
            h2 { "The columns" }
            p.card-lead { "In any order, and no others: of each person only these are kept." }
            (columns(&COLUMNS, EXAMPLE))
            h3 { "What it means" }
            p.card-lead { "Somebody with a licence who is not on the list, or whose last day is over, becomes a finding “Leaver”. So the list has to be complete: service accounts and contractors belong on it too." }
        }
    }
}

/// Explains the meaning of a directory, and why no list can be imported beside it.
fn instead() -> Markup {
    html! {
        section.card {
            h2 { "What it means" }
            p.card-lead { "Somebody with a licence who is deactivated or deleted in the directory becomes a finding “Leaver”, with the day (UTC) on which that arrived as the last day; not any more when they are activated or made again. Nobody can tell whether a directory has pushed everybody, so nothing is concluded of users who are not in it." }
            h3 { "A list instead" }
            p.card-lead { "One source at a time: a list is not imported over a directory. Stop the provisioning there, remove what it pushed, and import the list then." }
        }
    }
}

/// Explains how to connect a directory by SCIM.
fn scim(view: &PeoplePage, may: bool) -> Markup {
    html! {
        section.card {
            h2 { "From a directory (SCIM)" }
            p.card-lead { "Okta, Microsoft Entra and other directories can push employees by themselves: who is deactivated or deleted there is found within minutes. Of each person the user name, the directory’s key, the e-mail address at work and whether they are active are kept; names, telephone numbers and titles are not." }
            @if may {
                h3 { "SCIM base address" }
                (copyable("scim-base", "the SCIM base address", &view.scim))
                p.card-lead { "Entra calls it “Tenant URL”. As the token give an API token of a member who may decide on licences: " a href="/settings#tokens" { "Settings → API tokens" } ". It acts with that member’s rights, so make a member of its own for it; and when the token ends, so does the pushing. Let the directory create, update and deactivate users; groups are not provided." }
            } @else { p.muted { "A licence manager can set it up." } }
            @if matches!(view.employees, Some(Employees::List(_))) {
                (page::notice(Tone::Info, "A list is in place", &html! { p { "One source at a time: while there is a list, a directory is refused. Remove the list first." } }))
            }
        }
    }
}

/// Check box that confirms the list is complete, shown only when the import would make many people
/// leavers.
fn confirmation(view: &PeoplePage) -> Markup {
    let Some(doubt) = view.errors.of("confirm") else {
        return html! {};
    };
    html! {
        (page::notice(Tone::Warn, "Is the list complete?", &html! {
            p { (doubt) }
            label { input type="checkbox" name="confirm" value="yes" required; " The list is complete: they have all left" }
        }))
    }
}

fn summary_of(view: &PeoplePage, import: &EmployeeList, may: bool) -> Markup {
    let id = view.subject.id;
    let suspicious = import
        .leavers
        .zip(view.subject.users)
        .is_some_and(|(leavers, users)| leavers * 4 > users && users > 0);
    html! {
        (page::kpis(&[
            Kpi { label: "On the list", value: Some(import.people), href: None, note: html! { "from " (import.source) }, tone: None },
            Kpi { label: "Have left", value: Some(import.left), href: None, note: html! { "by their last day" }, tone: None },
            Kpi { label: "In the account", value: import.matched, href: Some(Tab::Users.href(id)), note: html! { "on the list and not left" }, tone: None },
            Kpi { label: "Leavers with a licence", value: import.leavers, href: Some(format!("/i/{id}/findings?rule=leaver")), note: html! { "left, or not on the list" }, tone: import.leavers.filter(|n| *n > 0).map(|_| Tone::Warn) },
        ]))
        @if suspicious {
            (page::notice(Tone::Warn, "The list may not be complete", &html! { p { (number(import.leavers.unwrap_or(0))) " licensed people are not on it or have left: more than a quarter of all users. Check that it has everybody before anything is decided." } }))
        }
        @if may { (remove(view, "Remove the list")) }
    }
}

fn directory_of(view: &PeoplePage, directory: &EmployeeDirectory, may: bool) -> Markup {
    let id = view.subject.id;
    let left = directory.deactivated.saturating_add(directory.removed);
    html! {
        (page::kpis(&[
            Kpi { label: "Active in the directory", value: Some(directory.active), href: None, note: html! { "pushed by SCIM" }, tone: None },
            Kpi { label: "Have left it", value: Some(left), href: None, note: html! { (number(directory.deactivated)) " deactivated, " (number(directory.removed)) " deleted" }, tone: None },
            Kpi { label: "Not in the directory", value: Some(directory.absent), href: None, note: html! { "users of whom nothing is concluded" }, tone: None },
            Kpi { label: "Leavers with a licence", value: Some(directory.leavers), href: Some(format!("/i/{id}/findings?rule=leaver")), note: html! { "deactivated or deleted there" }, tone: (directory.leavers > 0).then_some(Tone::Warn) },
        ]))
        @if may { (remove(view, "Remove what was pushed")) }
    }
}

fn remove(view: &PeoplePage, button: &str) -> Markup {
    html! {
        form.remove-import method="post" action={ "/i/" (view.subject.id) "/people/remove" } { button.small.danger type="submit" { (button) } span.help { " Leavers are then no longer found." } }
    }
}
