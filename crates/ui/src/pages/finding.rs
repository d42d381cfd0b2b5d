//! `/i/{id}/findings/{finding}`: one finding with its evidence, objections, gaps, value, dates and
//! the decisions about it.

use maud::{Markup, html};
use model::{Day, FindingState, Permission, Timestamp};

use super::findings::{FindingAction, FindingRow, href};
use crate::parts::chart::{Dots, dots};
use crate::parts::finding::{Evidence, evidence, rule_pill, state_pill, worth};
use crate::parts::params::segment;
use crate::parts::text::{self, day, moment_with_time};
use crate::parts::{Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct FindingPage {
    pub subject: Subject,
    pub finding: FindingView,
    /// Decisions and comments, newest first.
    pub history: Vec<HistoryEntry>,
    /// Other findings about the same person.
    pub others: Vec<FindingRow>,
}

/// A finding with its evidence, as shown on its own page and on the person's page.
#[derive(Debug, Clone)]
pub struct FindingView {
    /// The finding as a row of the list.
    pub row: FindingRow,
    pub evidence: Evidence,
    /// Reasons why the finding is on hold, one sentence each.
    pub hold_reasons: Vec<String>,
    /// Chart of the person's hosted events; `None` where it would not help.
    pub chart: Option<Dots>,
    /// Whether the recommended change can be undone later.
    pub reversible: bool,
    /// The decision in force; `None` before there is one.
    pub decision: Option<FindingDecision>,
}

/// A decision in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindingDecision {
    /// Last day of an exemption; `None` for other decisions.
    pub until: Option<Day>,
    pub reason: String,
    /// E-mail address of the responsible person; empty for none.
    pub owner: String,
}

/// One entry of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    pub at: Timestamp,
    /// Actor: an e-mail address, or the name of an automatic process.
    pub who: String,
    /// Description of the event in words.
    pub what: String,
    /// Reason or comment of the actor; empty for none.
    pub text: String,
}

#[must_use]
pub fn page(shell: &Shell, view: &FindingPage) -> Markup {
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
                (decision(shell, found))
                (history(shell, view))
            }
        }
    };
    shell.page(
        &format!("{title}: {} · {}", row.rule.label(), subject.name),
        &body,
    )
}

/// The address of a person's page.
fn person_href(subject: &Subject, key: &str) -> String {
    format!("{}/{}", Tab::Users.href(subject.id), segment(key))
}

/// Actions for one finding: the usual next steps as buttons, all others in a menu. Each leads to
/// the preview. `only` is false when several findings share a page, because a page has at most one
/// primary button.
#[must_use]
pub fn actions(shell: &Shell, subject: &Subject, row: &FindingRow, only: bool) -> Markup {
    let path = format!("{}/preview", Tab::Findings.href(subject.id));
    let open = matches!(row.state, FindingState::Open | FindingState::OnHold);
    let button = |action: FindingAction, label: &str, primary: bool| {
        html! {
            form method="post" action=(path) {
                input type="hidden" name="finding" value=(row.id);
                button.primary[primary] type="submit" name="action" value=(action.value()) { (label) }
            }
        }
    };
    let first: &[(FindingAction, &str)] = match (open, row.person.is_some()) {
        (true, true) => &[
            (FindingAction::Exempt, "Exempt…"),
            (FindingAction::Ask, "Ask first…"),
            (FindingAction::Accept, "Accept…"),
        ],
        (true, false) => &[(FindingAction::Exempt, "Exempt…")],
        (false, _) => &[(FindingAction::Reopen, "Reopen…")],
    };
    let rest = FindingAction::ALL.into_iter().filter(|action| {
        !first.iter().any(|(other, _)| other == action)
            && (open
                || matches!(
                    action,
                    FindingAction::Assign | FindingAction::Comment | FindingAction::Exempt
                ))
            && (row.person.is_some()
                || !matches!(
                    action,
                    FindingAction::Ask | FindingAction::HandOver | FindingAction::Accept
                ))
            && (!open || *action != FindingAction::Reopen)
    });
    html! {
        @if shell.may(Permission::Decide) {
            @for (action, label) in first { (button(*action, label, only && *action == FindingAction::Accept)) }
            details.menu {
                summary.button { "More" }
                div.menu-body { @for action in rest { (button(action, action.label(), false)) } }
            }
        }
    }
}

/// The conclusion of a finding with its evidence.
#[must_use]
pub fn card(shell: &Shell, found: &FindingView) -> Markup {
    let row = &found.row;
    html! {
        section.card.found {
            h2 { (found.evidence.headline) }
            p.card-lead {
                (row.licence) " · true since " (day(shell.now, row.since))
                " · " @if found.reversible { "can be undone" } @else { "can't be undone" }
            }
            @if !found.hold_reasons.is_empty() {
                (page::notice(Tone::Quiet, "On hold", &html! { @for why in &found.hold_reasons { p { (why) } } }))
            }
            @if let Some(chart) = &found.chart { (dots(shell.now, chart)) }
            (evidence(shell.now, &found.evidence))
        }
    }
}

fn decision(shell: &Shell, found: &FindingView) -> Markup {
    let row = &found.row;
    page::card(
        "Decision",
        &html! { "The state of this finding." },
        &html! {
            @if row.person.is_none() { p { "This finding is about the whole account, so there is nobody to ask and no change to list: decide on the individual holders instead. It can be exempted, assigned and commented on." } }
            (page::definitions(&[
                ("State", html! { (row.state.label()) @if let Some(until) = found.decision.as_ref().and_then(|decision| decision.until) { " until " (day(shell.now, until)) } }),
                ("Assigned to", html! { @if row.assignee.is_empty() { (text::none()) } @else { (row.assignee) } }),
            ]))
            @if let Some(decision) = &found.decision {
                (page::definitions(&[
                    ("Responsible", html! { @if decision.owner.is_empty() { (text::none()) } @else { (decision.owner) } }),
                    ("Reason", html! { @if decision.reason.is_empty() { (text::none()) } @else { (decision.reason) } }),
                ]))
            }
        },
    )
}

fn others(subject: &Subject, rows: &[FindingRow]) -> Markup {
    page::card(
        "Other findings about this person",
        &html! { "Each has its own evidence and its own decision." },
        &html! {
            ul.plain-list {
                @for row in rows { li { a href=(href(subject, &row.id)) { (row.rule.label()) ", " (row.licence) } ": " (row.headline) } }
            }
        },
    )
}

fn history(shell: &Shell, view: &FindingPage) -> Markup {
    page::card(
        "History",
        &html! { "Decisions and comments, newest first." },
        &html! {
            @if view.history.is_empty() { p.muted { "No decisions or comments yet." } }
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
