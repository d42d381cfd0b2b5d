//! `/i/{id}/findings/{finding}`: why a finding is believed, what speaks against it, what is not known,
//! what it is worth and when, and what people decided about it.

use maud::{Markup, html};
use model::{Day, FindingState, Permission, Timestamp};

use super::findings::preview::Action;
use super::findings::{Row, href};
use crate::parts::chart::{Dots, dots};
use crate::parts::finding::{Evidence, evidence, rule_pill, state_pill, worth};
use crate::parts::params::segment;
use crate::parts::text::{self, day, moment_with_time};
use crate::parts::{Shell, Subject, Tab, Tone, page};

/// A finding with all that belongs to it.
#[derive(Debug, Clone)]
pub struct View {
    /// Of which integration.
    pub subject: Subject,
    /// The finding.
    pub finding: Found,
    /// What was decided and said, newest first.
    pub history: Vec<Entry>,
    /// Other findings about the same person.
    pub others: Vec<Row>,
}

/// A finding with its evidence, as its own page and the person's page show it.
#[derive(Debug, Clone)]
pub struct Found {
    /// As the list shows it.
    pub row: Row,
    /// Why it is believed.
    pub evidence: Evidence,
    /// Why it is held back, one sentence each.
    pub held: Vec<String>,
    /// What the person hosted, drawn; `None` where that says nothing.
    pub chart: Option<Dots>,
    /// Whether the decision can be taken back.
    pub reversible: bool,
    /// What is in force: until when, why, by whom.
    pub decision: Option<Decision>,
}

/// What is in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// Until when, for exemptions.
    pub until: Option<Day>,
    /// Why.
    pub reason: String,
    /// E-mail address of who answers for it; empty for nobody.
    pub owner: String,
}

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who: an e-mail address, or what did it by itself.
    pub who: String,
    /// What happened, in words.
    pub what: String,
    /// The reason or comment; empty for none.
    pub text: String,
}

/// The page.
#[must_use]
pub fn page(shell: &Shell, view: &View) -> Markup {
    let found = &view.finding;
    let row = &found.row;
    let subject = &view.subject;
    let (title, facts) = match &row.person {
        Some(person) => (
            person.called.as_str(),
            html! {
                @if person.called != person.email { @if person.email.is_empty() { "no e-mail address" } @else { (person.email) } " · " }
                @if !row.department.is_empty() { (row.department) " · " }
                a href=(person_href(subject, &person.key)) { "everything about this person" } " · "
                a href=(Tab::Overview.href(subject.id)) { (subject.title()) }
            },
        ),
        None => (
            row.licence.as_str(),
            html! { "The account as a whole · " a href=(Tab::Overview.href(subject.id)) { (subject.title()) } },
        ),
    };
    let pills = html! { (rule_pill(row.rule)) (state_pill(row.state)) };
    let body = html! {
        nav.crumbs aria-label="Breadcrumb" { a href=(Tab::Findings.href(subject.id)) { "Findings" } }
        (page::head(title, &pills, &facts, &actions(shell, subject, row, true)))
        div.main-side {
            div {
                (card(shell, found))
                @if !view.others.is_empty() { (others(subject, &view.others)) }
            }
            div {
                (worth(shell, &row.licence, row.seats, row.saving.as_ref()))
                (standing(shell, found))
                (history(shell, view))
            }
        }
    };
    shell.page(
        &format!("{title}: {} · {}", row.rule.label(), subject.name),
        &body,
    )
}

/// The address of a person.
fn person_href(subject: &Subject, key: &str) -> String {
    format!("{}/{}", Tab::Users.href(subject.id), segment(key))
}

/// What can be done with one finding: the usual next step as a button, everything else in a menu. Each
/// leads to the preview. Of several findings on a page none has the button that is the page's first.
#[must_use]
pub fn actions(shell: &Shell, subject: &Subject, row: &Row, only: bool) -> Markup {
    let path = format!("{}/preview", Tab::Findings.href(subject.id));
    let open = matches!(row.state, FindingState::Open | FindingState::OnHold);
    let button = |action: Action, label: &str, primary: bool| {
        html! {
            form method="post" action=(path) {
                input type="hidden" name="finding" value=(row.id);
                button.primary[primary] type="submit" name="action" value=(action.value()) { (label) }
            }
        }
    };
    let first: &[(Action, &str)] = match (open, row.person.is_some()) {
        (true, true) => &[
            (Action::Exempt, "Exempt…"),
            (Action::Ask, "Ask first…"),
            (Action::Accept, "Accept…"),
        ],
        (true, false) => &[(Action::Exempt, "Exempt…")],
        (false, _) => &[(Action::Reopen, "Reopen…")],
    };
    let rest = Action::ALL.into_iter().filter(|action| {
        !first.iter().any(|(other, _)| other == action)
            && (open || matches!(action, Action::Assign | Action::Comment | Action::Exempt))
            && (row.person.is_some()
                || !matches!(action, Action::Ask | Action::HandOver | Action::Accept))
            && (!open || *action != Action::Reopen)
    });
    html! {
        @if shell.may(Permission::Decide) {
            @for (action, label) in first { (button(*action, label, only && *action == Action::Accept)) }
            details.menu {
                summary.button { "More" }
                div.menu-body { @for action in rest { (button(action, action.label(), false)) } }
            }
        }
    }
}

/// The conclusion with its evidence.
#[must_use]
pub fn card(shell: &Shell, found: &Found) -> Markup {
    let row = &found.row;
    html! {
        section.card.found {
            h2 { (found.evidence.headline) }
            p.card-lead {
                (row.licence) " · true since " (day(shell.now, row.since))
                " · " @if found.reversible { "can be undone" } @else { "can't be undone" }
            }
            @if !found.held.is_empty() {
                (page::notice(Tone::Quiet, "Held back", &html! { @for why in &found.held { p { (why) } } }))
            }
            @if let Some(chart) = &found.chart { (dots(shell.now, chart)) }
            (evidence(shell.now, &found.evidence))
        }
    }
}

fn standing(shell: &Shell, found: &Found) -> Markup {
    let row = &found.row;
    page::card(
        "Decision",
        &html! { "How far people have come with it." },
        &html! {
            @if row.person.is_none() { p { "This is about the account as a whole, so that nobody can be asked and no change can be put on the list: decide on the people who hold the licence. It can be exempted, assigned and commented on." } }
            (page::definitions(&[
                ("State", html! { (row.state.label()) @if let Some(until) = found.decision.as_ref().and_then(|decision| decision.until) { " until " (day(shell.now, until)) } }),
                ("Looked after by", html! { @if row.assignee.is_empty() { (text::none()) } @else { (row.assignee) } }),
            ]))
            @if let Some(decision) = &found.decision {
                (page::definitions(&[
                    ("Answers for it", html! { @if decision.owner.is_empty() { (text::none()) } @else { (decision.owner) } }),
                    ("Reason", html! { @if decision.reason.is_empty() { (text::none()) } @else { (decision.reason) } }),
                ]))
            }
        },
    )
}

fn others(subject: &Subject, rows: &[Row]) -> Markup {
    page::card(
        "Also found about this person",
        &html! { "Each has its own evidence and its own decision." },
        &html! {
            ul.plain-list {
                @for row in rows { li { a href=(href(subject, &row.id)) { (row.rule.label()) ", " (row.licence) } ": " (row.headline) } }
            }
        },
    )
}

fn history(shell: &Shell, view: &View) -> Markup {
    page::card(
        "History",
        &html! { "Who decided and said what, newest first." },
        &html! {
            @if view.history.is_empty() { p.muted { "Nobody has decided or said anything yet." } }
            @else {
                ol.history {
                    @for entry in &view.history {
                        li {
                            p { strong { (entry.what) } }
                            @if !entry.text.is_empty() { p.quote { (entry.text) } }
                            p.source { (entry.who) ", " (moment_with_time(shell.now, entry.at)) }
                        }
                    }
                }
            }
        },
    )
}
