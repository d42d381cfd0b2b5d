//! `/i/{id}/users/{key}`: all data about one user, each with its source.

use maud::{Markup, html};
use model::{Day, EventKind, HostedEvent, HostedWindow, SignIn, SignInKind, Timestamp};

use super::finding::{self, FindingView};
use super::findings::href;
use super::users::{UserRow, state_pill};
use crate::parts::chart::{Series, bars};
use crate::parts::finding::{rule_pill, state_pill as state_pill_of, worth};
use crate::parts::page::Kpi;
use crate::parts::params::segment;
use crate::parts::table::{frame, head};
use crate::parts::text::{self, ago, moment, moment_with_time, number, seen};
use crate::parts::{Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct UserPage {
    pub subject: Subject,
    /// Records that may be about the user and could not be understood.
    pub rejected: super::rejected::RejectedRecords,
    /// Findings about the user's licences.
    pub findings: Vec<FindingView>,
    /// Conclusions about licences without a finding, one sentence each.
    pub verdicts: Vec<String>,
    /// Licences: name, first day seen, and whether that day is exact.
    pub licences: Vec<(String, Day, bool)>,
    /// The user with the activity figures.
    pub user: UserRow,
    /// Groups of the user: id and name.
    pub groups: Vec<(String, String)>,
    /// When the account was created; `None` when not known.
    pub created_at: Option<Timestamp>,
    /// When the user first appeared in a listing.
    pub first_seen: Timestamp,
    /// When a complete listing no longer contained the user; `None` for current users.
    pub removed_at: Option<Timestamp>,
    /// When each stream was last read for this user, by stream key; absent for never.
    pub read_at: Vec<(String, Timestamp)>,
    /// E-mail addresses, newest first: address, since, until.
    pub emails: Vec<(String, Timestamp, Option<Timestamp>)>,
    /// Threshold for inactivity, in days.
    pub inactive_days: i32,
    /// Days with a sign-in: 1 or 0, `None` where not known.
    pub sign_in_days: Series,
    /// Meetings and webinars hosted per day.
    pub hosted_days: Series,
    /// Latest meetings and webinars hosted by the user.
    pub hosted: Vec<HostedEvent>,
    /// Latest sign-ins and sign-outs of the user.
    pub sign_ins: Vec<SignIn>,
    /// Names of features by bit of [`HostedEvent::features`]. The application reports no other
    /// features, so an event without any of these is shown as unknown.
    pub features: Vec<(i64, &'static str)>,
}

#[must_use]
pub fn page(shell: &Shell, view: &UserPage) -> Markup {
    let user = &view.user;
    let back = Tab::Users.href(view.subject.id);
    let facts = html! {
        @if user.called() != user.email { @if user.email.is_empty() { "no e-mail address" } @else { (user.email) } " · " }
        a href=(Tab::Overview.href(view.subject.id)) { (view.subject.title()) }
    };
    let body = html! {
        nav.crumbs aria-label="Breadcrumb" { a href=(back) { "Users" } }
        @let pills = html! { (state_pill(user.state)) @for found in &view.findings { (rule_pill(found.row.rule)) } };
        @let actions = html! { @if let [found] = view.findings.as_slice() { (finding::actions(shell, &view.subject, &found.row, true)) } };
        (page::head(user.called(), &pills, &facts, &actions))
        @if let Some(at) = view.removed_at {
            (page::notice(Tone::Quiet, "No longer in the list of users", &html! { p { "A complete listing " (ago(shell.now, at)) " no longer contained this user. Earlier data is kept." } }))
        }
        (super::rejected::notice_of_user(&view.rejected))
        (kpis(shell, view))
        div.main-side {
            div {
                @for found in &view.findings { (found_card(shell, view, found)) }
                @for verdict in &view.verdicts { section.card { h2 { (verdict) } } }
                (page::card("Sign-ins", &html! { "Days on which " (user.called()) " signed in." }, &bars(shell.now, &view.sign_in_days)))
                (page::card("Hosted", &html! { "Meetings and webinars per day." }, &bars(shell.now, &view.hosted_days)))
                (hosted(shell, view))
                (sign_ins(shell, view))
            }
            div {
                @if let [found] = view.findings.as_slice() { (worth_of(shell, found)) }
                (metadata(shell, view))
                (licences(shell, view))
                (groups(view))
                (account(shell, view))
            }
        }
    };
    shell.page(&format!("{} · {}", user.called(), view.subject.name), &body)
}

fn worth_of(shell: &Shell, found: &FindingView) -> Markup {
    let row = &found.row;
    worth(shell, &row.licence, row.seats, row.saving.as_ref())
}

/// A finding with its evidence. Actions and value are included only if the user has several
/// findings, because otherwise the page shows them elsewhere.
fn found_card(shell: &Shell, view: &UserPage, found: &FindingView) -> Markup {
    html! {
        (finding::card(shell, found))
        div.found-foot {
            span { (state_pill_of(found.row.state)) " " a href=(href(&view.subject, &found.row.id)) { "History and decision" } }
            @if view.findings.len() > 1 { div.actions { (finding::actions(shell, &view.subject, &found.row, false)) } }
        }
        @if view.findings.len() > 1 { (worth_of(shell, found)) }
    }
}

fn licences(shell: &Shell, view: &UserPage) -> Markup {
    page::card(
        "Licences",
        &html! { "Licences held, and since when." },
        &html! {
            @if view.licences.is_empty() { p { (text::none()) } }
            @else {
                dl.definitions {
                    @for (name, since, exact) in &view.licences {
                        div { dt { (name) } dd { "since " (text::day(shell.now, *since)) @if !*exact { " at the earliest" } } }
                    }
                }
            }
        },
    )
}

/// Address of the list of meetings hosted by the user; `None` without an e-mail address, because
/// reports identify hosts by address.
fn meetings_href(view: &UserPage) -> Option<String> {
    let email = Some(&view.user.email).filter(|email| !email.is_empty())?;
    Some(format!(
        "{}?host={}",
        Tab::Meetings.href(view.subject.id),
        segment(email)
    ))
}

fn kpis(shell: &Shell, view: &UserPage) -> Markup {
    let user = &view.user;
    let rows = |days: i32| {
        let from = shell.now.day().plus(-days);
        meetings_href(view).map_or_else(
            || Some("#hosted".to_owned()),
            |all| Some(format!("{all}&from={from}")),
        )
    };
    let minutes = |value: Option<i64>| html! { @match value { Some(n) => { (number(n)) " minutes" } None => { "minutes " (text::unknown()) } } };
    html! {
        div.kpis {
            div.kpi { p.kpi-label { "Last sign-in" } p.kpi-value.words { (seen(shell.now, user.last_sign_in)) } p.kpi-note { a href="#sign-ins" { "The newest sign-ins" } } }
            div.kpi { p.kpi-label { "Last hosted" } p.kpi-value.words { (seen(shell.now, user.last_hosted)) } p.kpi-note { a href="#hosted" { "The newest meetings" } } }
            @for (meetings, long) in [(HostedWindow::Meetings30, HostedWindow::Minutes30), (HostedWindow::Meetings90, HostedWindow::Minutes90)] {
                @let days = meetings.days();
                @let label = format!("Hosted in {days} days");
                (page::kpi(&Kpi { label: &label, value: user.hosted(meetings), href: rows(i32::from(days)), note: minutes(user.hosted(long)), tone: None }))
            }
        }
    }
}

fn metadata(shell: &Shell, view: &UserPage) -> Markup {
    let read = |stream: &str| {
        view.read_at
            .iter()
            .find(|(key, _)| key == stream)
            .map(|(_, at)| *at)
    };
    let fields = view.subject.application.fields;
    let fields = fields.iter().zip(&view.user.fields);
    // In the order of the fields; every source is listed once.
    let mut sources: Vec<(&str, &str)> = Vec::new();
    for (field, _) in fields.clone() {
        if !sources.iter().any(|(source, _)| *source == field.source) {
            sources.push((field.source, field.stream));
        }
    }
    page::card(
        "Metadata",
        &html! { "As " (view.subject.application.name) " reports it, with the call it comes from." },
        &html! {
            @for (source, stream) in sources {
                dl.definitions {
                    @for (field, value) in fields.clone().filter(|(field, _)| field.source == source) {
                        div { dt title=(field.help) { (field.label) } dd { (text::value(field, value.as_ref())) } }
                    }
                }
                p.source { (source) ", " @match read(stream) { Some(at) => (ago(shell.now, at)), None => "not read yet" } }
            }
        },
    )
}

fn groups(view: &UserPage) -> Markup {
    let users = Tab::Users.href(view.subject.id);
    page::card(
        "Groups",
        &html! { "Each opens its members." },
        &html! {
            @if view.groups.is_empty() { p { (text::none()) } }
            @else { ul.links { @for (id, name) in &view.groups { li { a href={ (users) "?group=" (segment(id)) } { (name) } } } } }
        },
    )
}

fn account(shell: &Shell, view: &UserPage) -> Markup {
    page::card(
        "Account",
        &html! { "Facts about the account itself." },
        &html! {
            (page::definitions(&[
                ("Created", html! { @match view.created_at { Some(at) => (moment(shell.now, at)), None => (text::unknown()) } }),
                ("First seen", html! { (moment(shell.now, view.first_seen)) }),
                ("Key", html! { code { (view.user.key) } }),
            ]))
            h3 { "E-mail addresses" }
            @if view.emails.is_empty() { p { (text::none()) } }
            @else {
                dl.definitions.stacked {
                    @for (email, since, until) in &view.emails {
                        div {
                            dt { (email) }
                            dd { @match until { Some(until) => { (moment(shell.now, *since)) " to " (moment(shell.now, *until)) } None => { "since " (moment(shell.now, *since)) } } }
                        }
                    }
                }
            }
        },
    )
}

fn hosted(shell: &Shell, view: &UserPage) -> Markup {
    let heads = html! { (head("Began", false)) (head("What", false)) (head("Minutes", true)) (head("People", true)) (head("Used", false)) };
    let rows = html! {
        @for event in &view.hosted {
            tr {
                th scope="row" { (moment_with_time(shell.now, event.start)) }
                td { (match event.kind { EventKind::Meeting => "Meeting", EventKind::Webinar => "Webinar" }) }
                td.num { (number(i64::from(event.minutes))) }
                td.num { (text::amount(event.participants.map(i64::from))) }
                td {
                    @let used: Vec<&str> = view.features.iter().filter(|(bit, _)| event.features & bit != 0).map(|(_, name)| *name).collect();
                    @if used.is_empty() { (text::unknown()) } @else { (used.join(", ")) }
                }
            }
        }
    };
    html! {
        section.card #hosted {
            h2 { "Newest meetings and webinars" }
            p.card-lead { "Topics and participants are not stored." }
            @if view.hosted.is_empty() { p.muted { "Nothing is known of any." } } @else { (frame("Newest meetings and webinars", &heads, &rows)) @if let Some(all) = meetings_href(view) { p.table-note { a href=(all) { "All that were hosted" } } } }
        }
    }
}

fn sign_ins(shell: &Shell, view: &UserPage) -> Markup {
    let heads = html! { (head("When", false)) (head("What", false)) (head("Client", false)) (head("Network", false)) };
    let rows = html! {
        @for row in &view.sign_ins {
            tr {
                th scope="row" { (moment_with_time(shell.now, row.at)) }
                td { (match row.kind { SignInKind::In => "Signed in", SignInKind::Out => "Signed out" }) }
                td { @if row.client.is_empty() { (text::unknown()) } @else { (row.client) " " (row.version) } }
                td { @if row.network.is_empty() { (text::unknown()) } @else { code { (row.network) } } }
            }
        }
    };
    let all = format!(
        "{}?email={}",
        Tab::SignIns.href(view.subject.id),
        segment(&view.user.email)
    );
    html! {
        section.card #sign-ins {
            h2 { "Newest sign-ins" }
            p.card-lead { a href=(all) { "All sign-ins of " (view.user.called()) } }
            @if view.sign_ins.is_empty() { p.muted { "Nothing is known of any." } } @else { (frame("Newest sign-ins", &heads, &rows)) }
        }
    }
}
