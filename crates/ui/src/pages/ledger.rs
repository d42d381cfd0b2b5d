//! `/i/{id}/ledger`: promised, realised and lost savings, each currency separately. Filter:
//! `state`.

use maud::{Markup, html};
use model::{Day, Money, Sums};

use crate::parts::params::segment;
use crate::parts::table::{frame, head};
use crate::parts::text::{counted, day, none, number, unknown};
use crate::parts::{Params, Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct LedgerPage {
    pub subject: Subject,
    pub params: Params,
    /// Entries that match the filter, newest first.
    pub rows: Vec<SavingRow>,
    /// Totals of all entries, by state, regardless of the filter.
    pub totals: [SavingTotal; 3],
}

/// State of a saving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SavingStatus {
    Promised,
    Realised,
    Lost,
}

impl SavingStatus {
    /// All states, in the order of the totals.
    pub const ALL: [Self; 3] = [Self::Promised, Self::Realised, Self::Lost];

    /// Value in the query of the address.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Promised => "promised",
            Self::Realised => "realised",
            Self::Lost => "lost",
        }
    }

    fn label(self) -> (&'static str, &'static str, Tone) {
        match self {
            Self::Promised => (
                "Promised",
                "decided, but not yet confirmed by a sync",
                Tone::Info,
            ),
            Self::Realised => ("Realised", "a later sync saw the licence gone", Tone::Good),
            Self::Lost => ("Lost", "the licence came back", Tone::Bad),
        }
    }
}

/// Total of one state.
#[derive(Debug, Clone, Default)]
pub struct SavingTotal {
    pub seats: i64,
    /// Yearly saving, one sum per currency.
    pub saving: Sums,
    /// Seats without a known price.
    pub without_price: i64,
}

#[derive(Debug, Clone)]
pub struct SavingRow {
    /// Name of the person, or the address when no name is known.
    pub name: String,
    /// Key of the person, for the link.
    pub user_key: String,
    pub licence: String,
    /// Id of the finding; empty when it is no longer true.
    pub finding: String,
    /// Number of the change on the change list.
    pub change: i64,
    pub state: SavingStatus,
    /// Yearly amount; `None` without a price.
    pub amount: Option<Money>,
    pub promised_on: Day,
    /// Day of the sync that found the licence removed.
    pub realised_on: Option<Day>,
    /// Day of the sync that found the licence assigned again.
    pub lost_on: Option<Day>,
    /// Day from which the invoice is lower; `None` when not known.
    pub invoice_lower_on: Option<Day>,
}

#[must_use]
pub fn page(shell: &Shell, view: &LedgerPage) -> Markup {
    let here = format!("/i/{}/ledger", view.subject.id);
    let chosen = view.params.get("state");
    let seats: i64 = view.totals.iter().map(|total| total.seats).sum();
    let body = html! {
        (view.subject.head(shell, Tab::Changes))
        p.crumbs { a href=(Tab::Changes.href(view.subject.id)) { "Changes" } }
        (page::lead(&headline(view), &html! {}))
        div.kpis {
            @for (state, total) in SavingStatus::ALL.into_iter().zip(&view.totals) {
                @let (label, note, tone) = state.label();
                @let tone = if total.seats == 0 { Tone::Quiet } else { tone };
                div.kpi {
                    p.kpi-label { (label) }
                    p.kpi-value.plain { a href={ (here) "?state=" (state.value()) } { (money(total)) } }
                    p.kpi-note { (page::pill(tone, &counted(total.seats, "seat", "seats"))) " " (note)
                        @if total.without_price > 0 && !total.saving.is_empty() { "; " (number(total.without_price)) " without a price" } }
                }
            }
        }
        @if seats == 0 {
            section.card { (page::empty("No savings yet", &html! { p { "When findings are accepted their savings are promised here; they count as realised only when a later sync has seen the licence gone." } })) }
        } @else {
            @if let Some(state) = chosen { p.chips-line { a.chip href=(here) { (state) " ×" } } }
            (table(shell, view))
        }
    };
    shell.page(&format!("Savings ledger · {}", view.subject.name), &body)
}

fn headline(view: &LedgerPage) -> Markup {
    let realised = &view.totals[1];
    html! {
        @if realised.seats == 0 { "Nothing has been realised yet" }
        @else { (money(realised)) @if !realised.saving.is_empty() { " a year" } " of what was promised is real" }
    }
}

fn money(total: &SavingTotal) -> Markup {
    html! {
        @if !total.saving.is_empty() { (total.saving) }
        @else if total.seats > 0 { (counted(total.seats, "seat", "seats")) }
        @else { "0" }
    }
}

fn table(shell: &Shell, view: &LedgerPage) -> Markup {
    let heads = html! {
        (head("Person", false)) (head("Licence", false)) (head("State", false)) (head("A year", true)) (head("Promised", false))
        (head("Realised", false)) (head("Lost", false)) (head("Invoice lower", false))
    };
    let on = |date: Option<Day>| html! { @match date { Some(on) => (day(shell.now, on)), None => (none()) } };
    let rows = html! {
        @for row in &view.rows {
            @let (word, _, tone) = row.state.label();
            tr data-row {
                th.person scope="row" { a href={ "/i/" (view.subject.id) "/users/" (segment(&row.user_key)) } title=(row.name) { (row.name) } }
                td {
                    @if row.finding.is_empty() { a href={ "/i/" (view.subject.id) "/changes/" (row.change) } { (row.licence) } }
                    @else { a href={ "/i/" (view.subject.id) "/findings/" (segment(&row.finding)) } { (row.licence) } }
                }
                td { (page::pill(tone, &word.to_lowercase())) }
                td.num { @match row.amount { Some(amount) => (amount), None => (unknown()) } }
                td { (day(shell.now, row.promised_on)) }
                td { (on(row.realised_on)) }
                td { (on(row.lost_on)) }
                td { @match row.invoice_lower_on { Some(on) => (day(shell.now, on)), None => (unknown()) } }
            }
        }
    };
    frame("Savings", &heads, &rows)
}
