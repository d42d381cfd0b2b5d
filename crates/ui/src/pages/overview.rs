//! `/i/{id}`: possible savings and the reasons for them, the next deadline, departments, age and
//! completeness of the data, and numbers of active and inactive users that lead to the lists behind
//! them.

pub mod decisions;

use maud::{Markup, html};

use super::progress;
use crate::parts::chart::{Series, bars};
use crate::parts::page::Kpi;
use crate::parts::text::{amount, number};
use crate::parts::{Shell, Tab, Tone, page, progress as meter};

#[derive(Debug, Clone)]
pub struct OverviewPage {
    /// Data for decisions; `None` before people are listed.
    pub decisions: Option<decisions::Decisions>,
    /// Number of records that could not be understood.
    pub rejected: i64,
    /// Status of the streams, with the integration.
    pub progress: progress::SyncProgress,
    /// Users active within the threshold; `None` when not known.
    pub active: Option<i64>,
    /// Users known to be inactive within the threshold.
    pub inactive: Option<i64>,
    /// Users known never to have been active.
    pub never: Option<i64>,
    /// Users whose activity is unknown.
    pub unknown: Option<i64>,
    /// Threshold for inactivity, in days.
    pub inactive_days: i32,
    /// Users by status, with the values of the filter.
    pub statuses: Tallies,
    /// Users by type (base licence).
    pub types: Tallies,
    /// Different people with a sign-in, per day.
    pub sign_ins: Series,
    /// Meetings and webinars, per day.
    pub meetings: Series,
}

/// Number of users for each value of one field.
#[derive(Debug, Clone)]
pub struct Tallies {
    /// Name of the field, such as "User type".
    pub label: String,
    /// Parameter of the filter in the address.
    pub key: String,
    pub rows: Vec<Tally>,
}

/// Number of users with one value.
#[derive(Debug, Clone)]
pub struct Tally {
    /// Value in the filter of the address.
    pub value: String,
    /// Label of the value on the page.
    pub label: String,
    pub count: i64,
}

#[must_use]
pub fn page(shell: &Shell, view: &OverviewPage) -> Markup {
    let subject = &view.progress.subject;
    let users = Tab::Users.href(subject.id);
    let state = |value: &str| {
        Some(format!(
            "{users}?state={value}&inactive_days={}",
            view.inactive_days
        ))
    };
    let share = |part: Option<i64>| match (part, subject.users) {
        (Some(part), Some(all)) if all > 0 => html! { (percent(part, all)) " of all users" },
        _ => html! { "no share without a complete list" },
    };
    let days = view.inactive_days;
    let body = html! {
        (subject.head(shell, Tab::Overview))
        (super::rejected::notice(subject, view.rejected))
        @match &view.decisions {
            Some(found) => {
                (page::lead(&decisions::headline(found, subject.first_sync()), &html! {}))
                (decisions::figures(shell, found, subject))
                (decisions::needs_and_renewal(shell, found, subject))
                div.split-page {
                    div { (decisions::why(found, subject)) (decisions::week(found)) }
                    div { (data(shell, view)) }
                }
                (decisions::departments(found, subject))
            }
            None => {
                (page::lead(&html! { "Possible savings appear as soon as people are listed" }, &html! {}))
                (data(shell, view))
            }
        }
        h2.section-head { (headline(view)) }
        (page::kpis(&[
            Kpi { label: "Users", value: subject.users, href: Some(users.clone()), note: html! { "in every status" }, tone: None },
            Kpi { label: &format!("Active, last {days} days"), value: view.active, href: state("active"), note: share(view.active), tone: None },
            Kpi { label: &format!("Inactive for {days} days"), value: view.inactive, href: state("inactive"), note: share(view.inactive), tone: view.inactive.filter(|n| *n > 0).map(|_| Tone::Warn) },
            Kpi { label: "Never active", value: view.never, href: state("never"), note: share(view.never), tone: view.never.filter(|n| *n > 0).map(|_| Tone::Warn) },
            Kpi { label: "Unknown", value: view.unknown, href: state("unknown"), note: html! { "not enough history" }, tone: Some(Tone::Quiet) },
        ]))
        div.halves {
            (page::card("People who signed in per day", &html! { "Each bar opens the sign-ins of its day." }, &bars(shell.now, &view.sign_ins)))
            (page::card("Meetings and webinars per day", &html! { "Hosted by users of this account." }, &bars(shell.now, &view.meetings)))
            (tallies(&view.statuses, &users, "Each number opens its users."))
            (tallies(&view.types, &users, "The base licence that each user holds."))
        }
    };
    let refresh = (subject.running && subject.first_sync()).then_some(10);
    shell.page_refreshing(&format!("Overview · {}", subject.name), refresh, &body)
}

fn data(shell: &Shell, view: &OverviewPage) -> Markup {
    html! {
        section.card {
            h2 { "Data" }
            p.card-lead { a href=(Tab::Integration.href(view.progress.subject.id)) { "What Seatwise knows, and how fresh it is." } }
            (progress::freshness(shell, &view.progress))
        }
    }
}

fn headline(view: &OverviewPage) -> Markup {
    let Some(all) = view.progress.subject.users else {
        return html! { "Users are being counted for the first time" };
    };
    match (view.active, view.unknown) {
        (Some(active), Some(0)) => {
            html! { (number(active)) " of " (number(all)) " users were active in the last " (view.inactive_days) " days" }
        }
        (Some(active), Some(unknown)) if unknown < all => {
            html! { "At least " (number(active)) " of " (number(all)) " users were active in the last " (view.inactive_days) " days" }
        }
        _ => html! { (number(all)) " users; too little history yet to say who is active" },
    }
}

fn percent(part: i64, all: i64) -> String {
    let tenths = part.saturating_mul(1000) / all;
    match tenths {
        0 if part > 0 => "under 0.1 %".to_owned(),
        0 => "0 %".to_owned(),
        tenths => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}

fn tallies(tallies: &Tallies, users: &str, sentence: &str) -> Markup {
    let all: i64 = tallies.rows.iter().map(|row| row.count).sum();
    page::card(
        &tallies.label,
        &html! { (sentence) },
        &html! {
            @if tallies.rows.is_empty() { p { (amount(None)) } }
            @else {
                table.plain {
                    caption.hidden { (tallies.label) }
                    thead.hidden { tr { th scope="col" { (tallies.label) } th scope="col" { "Users" } th scope="col" { "Share" } } }
                    tbody {
                        @for row in &tallies.rows {
                            tr {
                                th scope="row" { (row.label) }
                                td.num { a href={ (users) "?" (tallies.key) "=" (row.value) } { (number(row.count)) } }
                                td.meter { (meter::bar(&format!("{}: share of all users", row.label), row.count, Some(all.max(1)))) }
                            }
                        }
                    }
                }
            }
        },
    )
}
