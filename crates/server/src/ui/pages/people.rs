//! `/i/{id}/people`: the list of employees that is imported, so that licences of people who have left
//! are found. Posts to `/i/{id}/people` (`file` or `text`) and `/i/{id}/people/remove`.

use maud::{Markup, html};
use model::{Permission, Timestamp};

use super::import::{Column, Wrong, columns, form, wrongs};
use crate::ui::parts::page::Kpi;
use crate::ui::parts::text::{counted, moment, number};
use crate::ui::parts::{Errors, Shell, Subject, Tab, Tone, page};

/// The list of employees.
#[derive(Debug, Clone)]
pub struct View {
    /// Of which integration.
    pub subject: Subject,
    /// What was imported last.
    pub import: Option<Import>,
    /// What was pasted.
    pub pasted: String,
    /// What was wrong with the file.
    pub wrongs: Vec<Wrong>,
    /// What was wrong with the form.
    pub errors: Errors,
}

/// A list that was imported.
#[derive(Debug, Clone)]
pub struct Import {
    /// When.
    pub read_at: Timestamp,
    /// Name of the file, or where it is from.
    pub source: String,
    /// People on it.
    pub people: i64,
    /// Of those, people with a day on which they left that is over.
    pub left: i64,
    /// Users of the account that are on the list and have not left.
    pub matched: Option<i64>,
    /// Findings of leavers.
    pub leavers: Option<i64>,
}

/// What the columns hold.
pub const COLUMNS: [Column; 2] = [
    Column {
        name: "email",
        required: true,
        help: "The address that the person has in the account: ann@acme.example",
    },
    Column {
        name: "left_on",
        required: false,
        help: "The last day of work: 2026-09-30. Empty for those who are here",
    },
];

const EXAMPLE: &str = "email,left_on\nann.lee@acme.example,\nbo.berg@acme.example,2026-09-30\n";

/// The page.
#[must_use]
pub fn page(shell: &Shell, view: &View) -> Markup {
    let id = view.subject.id;
    let may = shell.may(Permission::Decide);
    let body = html! {
        (view.subject.head(shell, Tab::Findings))
        p.crumbs { a href={ "/i/" (id) "/findings" } { "Findings" } }
        (page::lead(&html! {
            @match &view.import {
                Some(import) => { (counted(import.people, "person", "people")) " on the list of employees, read " (moment(shell.now, import.read_at)) }
                None => "Who still works here? Without a list of employees, leavers are not found",
            }
        }, &html! {}))
        (wrongs(&view.wrongs))
        @if let Some(import) = &view.import { (summary_of(view, import, may)) }
        div.main-side {
            @if may {
                section.card.form-card {
                    h2 { (if view.import.is_some() { "Replace the list" } else { "Import a list" }) }
                    p.card-lead { "From your HR system or directory. The whole list is replaced, or nothing is when one line is wrong. Only addresses and last days are kept." }
                    (form(&format!("/i/{id}/people"), "Import the list", &view.pasted, &view.errors, &confirmation(view)))
                }
            } @else { section.card { p.muted { "A licence manager can import a list." } } }
            section.card {
                h2 { "The columns" }
                p.card-lead { "In any order, and no others: of each person only these are kept." }
                (columns(&COLUMNS, EXAMPLE))
                h3 { "What it means" }
                p.card-lead { "Somebody with a licence who is not on the list, or whose last day is over, becomes a finding “Leaver”. So the list has to be complete: service accounts and contractors belong on it too." }
            }
        }
    };
    shell.page(&format!("List of employees · {}", view.subject.name), &body)
}

/// The box that has to be ticked when a list would make leavers of many; nothing before.
fn confirmation(view: &View) -> Markup {
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

fn summary_of(view: &View, import: &Import, may: bool) -> Markup {
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
        @if may {
            form.remove-import method="post" action={ "/i/" (id) "/people/remove" } { button.small.danger type="submit" { "Remove the list" } span.help { " Leavers are then no longer found." } }
        }
    }
}
