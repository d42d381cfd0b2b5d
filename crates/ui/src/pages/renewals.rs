//! `/i/{id}/renewals`: contracts of an account by deadline, each with the recommended number of
//! seats. `/renewals`: the same for all accounts, by month, twelve months ahead.

use maud::{Markup, html};
use model::{Day, IntegrationId, Money, Permission};

use super::contracts::notice;
use crate::parts::form::copyable;
use crate::parts::table::{frame, head};
use crate::parts::text::{amount, counted, day, number, unknown};
use crate::parts::{Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct RenewalsPage {
    pub subject: Subject,
    /// Contracts, the next deadline first.
    pub rows: Vec<RenewalRow>,
}

/// A contract that comes up for renewal.
#[derive(Debug, Clone)]
pub struct RenewalRow {
    pub integration: IntegrationId,
    /// Display name of the account, such as "Zoom · Acme Europe".
    pub account: String,
    pub contract: model::ContractId,
    pub name: String,
    /// Name of the licence in the contract.
    pub licence: String,
    /// Last day for notice of the current term.
    pub notice_by: Day,
    /// Last day of the current term.
    pub ends_on: Day,
    /// Whether the contract renews unless notice is given.
    pub auto_renews: bool,
    /// Seats bought under the contract.
    pub seats: i64,
    /// Seats likely to be needed; `None` when not known.
    pub likely: Option<i64>,
    /// Saving of the likely number compared with today's over the coming term; negative when it
    /// costs more; `None` without a price.
    pub saving: Option<Money>,
}

impl RenewalRow {
    fn href(&self) -> String {
        format!("/i/{}/renewals/{}", self.integration, self.contract)
    }
}

/// The renewals of one account.
#[must_use]
pub fn page(shell: &Shell, view: &RenewalsPage) -> Markup {
    let id = view.subject.id;
    let actions = html! {
        a.button href={ "/i/" (id) "/contracts" } { "Contracts" }
        a.button href="/renewals" { "Calendar" }
        @if shell.may(Permission::Decide) { a.button.primary href={ "/i/" (id) "/contracts/new" } { "Add a contract" } }
    };
    let body = html! {
        (view.subject.head(shell, Tab::Renewals))
        (page::lead(&headline(shell, &view.rows), &actions))
        @if view.rows.is_empty() {
            section.card {
                (page::empty("Nothing to renew yet", &html! {
                    p { "Enter what was bought, until when and with how many days of notice: Seatwise then says how many seats to renew with, why, and what each choice costs." }
                    @if shell.may(Permission::Decide) { p { a.button.primary href={ "/i/" (id) "/contracts/new" } { "Add a contract" } } }
                }))
            }
        } @else { (table(shell, &view.rows, false)) }
    };
    shell.page(&format!("Renewals · {}", view.subject.name), &body)
}

fn headline(shell: &Shell, rows: &[RenewalRow]) -> Markup {
    let today = shell.now.day();
    let next = rows
        .iter()
        .filter(|row| row.notice_by >= today)
        .min_by_key(|row| row.notice_by);
    html! {
        @match next {
            Some(next) => {
                "The next deadline is " (day(shell.now, next.notice_by)) ", in "
                (counted(i64::from(next.notice_by.since(today)), "day", "days"))
            }
            None if rows.is_empty() => "No contract, no deadline",
            None => "No deadline is ahead: every notice day has passed",
        }
    }
}

fn table(shell: &Shell, rows: &[RenewalRow], accounts: bool) -> Markup {
    let heads = html! {
        (head("Contract", false)) (head("Notice by", false)) (head("Term ends", false))
        (head("Bought", true)) (head("Likely need", true)) (head("Saved by it", true))
    };
    let body = html! {
        @for row in rows {
            tr data-row {
                th.person scope="row" { a href=(row.href()) title=(row.name) { (row.name) } span.muted title=(row.account) { (row.licence) @if accounts { ", " (row.account) } } }
                td { (notice(shell, row.notice_by, row.ends_on)) }
                td { (day(shell.now, row.ends_on)) }
                td.num { a href={ "/i/" (row.integration) "/contracts/" (row.contract) } { (number(row.seats)) } }
                td.num { a href=(row.href()) { (amount(row.likely)) } }
                td.num { (saved(row.saving)) }
            }
        }
    };
    frame("Renewals", &heads, &body)
}

/// A saving compared with today's cost; a higher cost is shown as "more".
#[must_use]
pub fn saved(saving: Option<Money>) -> Markup {
    match saving {
        None => unknown(),
        Some(saving) if saving.minor < 0 => {
            html! { span.bad-text { (saving.times(-1)) " more" } }
        }
        Some(saving) => html! { (saving) },
    }
}

/// All renewals of the next twelve months, by month.
#[derive(Debug, Clone)]
pub struct RenewalCalendar {
    /// Contracts of all accounts.
    pub rows: Vec<RenewalRow>,
    /// Address of the calendar file, right after it was created; shown only once.
    pub feed: Option<String>,
    /// Whether a calendar address exists.
    pub has_feed: bool,
}

/// An entry of the calendar: a notice deadline or the end of a term.
struct CalendarEntry<'a> {
    day: Day,
    notice: bool,
    row: &'a RenewalRow,
}

/// The renewals of all accounts.
#[must_use]
pub fn calendar(shell: &Shell, view: &RenewalCalendar) -> Markup {
    let subscribes = view.has_feed || shell.may(Permission::ManageSettings);
    let actions = html! { @if subscribes { a.button href="#feed" { "Add to your calendar" } } };
    let body = html! {
        (page::plain_head("Renewals", "Every deadline and every end of a term, twelve months ahead.", &actions))
        (page::lead(&headline(shell, &view.rows), &html! {}))
        @if view.rows.is_empty() {
            section.card { (page::empty("No contracts yet", &html! { p { "Open an account and enter its contracts: their deadlines then stand here and in your calendar." } })) }
        } @else {
            (months(shell, &view.rows))
            div.all-renewals { (table(shell, &view.rows, true)) }
        }
        @if subscribes { (subscribe(shell, view)) }
    };
    shell.page("Renewals", &body)
}

fn months(shell: &Shell, rows: &[RenewalRow]) -> Markup {
    let first = shell.now.day().month_start();
    let mut starts = vec![first];
    for _ in 0..12 {
        // The 32nd day counted from the first of a month is always in the next month.
        let last = starts[starts.len() - 1];
        starts.push(last.plus(31).month_start());
    }
    let mut entries: Vec<CalendarEntry<'_>> = rows
        .iter()
        .flat_map(|row| {
            let notice = row.auto_renews.then_some((row.notice_by, true));
            let end = Some((row.ends_on, false));
            let entries = [notice, end].into_iter().flatten();
            entries.map(move |(day, notice)| CalendarEntry { day, notice, row })
        })
        .collect();
    entries.sort_by_key(|entry| entry.day);
    let within = |month: Day| {
        let of_month = |entry: &&CalendarEntry<'_>| entry.day.month_start() == month;
        entries.iter().filter(of_month).collect::<Vec<_>>()
    };
    let months = &starts[..12];
    html! {
        ol.months {
            // Consecutive months without entries share one box.
            @for run in months.chunk_by(|a, b| within(*a).is_empty() && within(*b).is_empty()) {
                @let due = within(run[0]);
                li.month.empty-month[due.is_empty()] {
                    h3 { (span_of(run[0], run[run.len() - 1])) }
                    @if due.is_empty() { p.none { "nothing due" } }
                    @else { ul { @for entry in due { (entry_of(shell, entry)) } } }
                }
            }
        }
    }
}

/// Months as text: "March 2027", "April – October 2027".
fn span_of(first: Day, last: Day) -> String {
    let name = |month: Day| format!("{} {}", month.month_name(), month.ymd().0);
    if first == last {
        name(last)
    } else if first.ymd().0 == last.ymd().0 {
        format!("{} – {}", first.month_name(), name(last))
    } else {
        format!("{} – {}", name(first), name(last))
    }
}

fn entry_of(shell: &Shell, entry: &CalendarEntry<'_>) -> Markup {
    let left = entry.day.since(shell.now.day());
    let (tone, word) = match (entry.notice, left) {
        (true, ..0) => (Tone::Bad, "notice was due"),
        (true, 0..=60) => (Tone::Warn, "notice by"),
        (true, _) => (Tone::Info, "notice by"),
        (false, _) if entry.row.auto_renews => (Tone::Quiet, "renews after"),
        (false, _) => (Tone::Quiet, "term ends"),
    };
    html! {
        li {
            span.month-day { (entry.day.ymd().2) }
            div {
                (page::pill(tone, word)) " "
                a href=(entry.row.href()) { (entry.row.name) }
                span.muted.sub { (entry.row.account) ", " (counted(entry.row.seats, "seat", "seats")) " of " (entry.row.licence) }
            }
        }
    }
}

fn subscribe(shell: &Shell, view: &RenewalCalendar) -> Markup {
    html! {
        section.card #feed {
            h2 { "In your own calendar" }
            p.card-lead { "Subscribe to the calendar’s address in Outlook, Google Calendar or Apple Calendar: each deadline comes with reminders. Whoever has the address can read the deadlines, so keep it among those who may." }
            @match &view.feed {
                Some(feed) => {
                    (copyable("feed-address", "the address of the calendar", feed))
                    p.help { "Copy it now: it is not shown again, and only its hash is stored." }
                }
                None if view.has_feed => p { "An address was made and works. It is not shown again; whoever made it can pass it on." },
                None => p { "No address was made yet." },
            }
            @if shell.may(Permission::ManageSettings) {
                form.feed-new method="post" action="/renewals/feed" {
                    button.small type="submit" { (if view.has_feed { "Make a new address" } else { "Make an address" }) }
                    @if view.has_feed { span.help { " The old one then stops working for everybody." } }
                }
            }
        }
    }
}
