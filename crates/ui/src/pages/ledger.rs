//! `/i/{id}/ledger`: savings that were promised, realised and lost, each currency for itself.
//! Filter: `state`.

use maud::{Markup, html};
use model::{Day, Money, Sums};

use crate::parts::params::segment;
use crate::parts::table::{frame, head};
use crate::parts::text::{counted, day, none, number, unknown};
use crate::parts::{Params, Shell, Subject, Tab, Tone, page};

/// The ledger of an account.
#[derive(Debug, Clone)]
pub struct View {
    /// Of which integration.
    pub subject: Subject,
    /// The query of the address.
    pub params: Params,
    /// Those that match, newest first.
    pub rows: Vec<Row>,
    /// Sums of everything, by state.
    pub totals: [Total; 3],
}

/// How an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named as it is labelled")]
pub enum State {
    Promised,
    Realised,
    Lost,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Promised, Self::Realised, Self::Lost];

    /// Value of the filter.
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
                "decided, and not yet seen at the application",
                Tone::Info,
            ),
            Self::Realised => ("Realised", "a later sync saw the licence gone", Tone::Good),
            Self::Lost => ("Lost", "the licence came back", Tone::Bad),
        }
    }
}

/// The sum of one state.
#[derive(Debug, Clone, Default)]
pub struct Total {
    /// Seats.
    pub seats: i64,
    /// Money a year, by currency.
    pub saving: Sums,
    /// Seats without a price.
    pub without_price: i64,
}

/// An entry.
#[derive(Debug, Clone)]
pub struct Row {
    /// The person's name, or address.
    pub name: String,
    /// Their key, to link to.
    pub user_key: String,
    /// Name of the licence.
    pub licence: String,
    /// The finding; empty when it is not true any more.
    pub finding: String,
    /// Number of the change.
    pub change: i64,
    /// How it stands.
    pub state: State,
    /// A year; `None` without a price.
    pub amount: Option<Money>,
    /// When it was promised.
    pub promised_on: Day,
    /// When a sync saw the licence gone.
    pub realised_on: Option<Day>,
    /// When a sync saw it back.
    pub lost_on: Option<Day>,
    /// When the invoice gets smaller.
    pub invoice_lower_on: Option<Day>,
}

/// The page.
#[must_use]
pub fn page(shell: &Shell, view: &View) -> Markup {
    let here = format!("/i/{}/ledger", view.subject.id);
    let chosen = view.params.get("state");
    let seats: i64 = view.totals.iter().map(|total| total.seats).sum();
    let body = html! {
        (view.subject.head(shell, Tab::Changes))
        p.crumbs { a href=(Tab::Changes.href(view.subject.id)) { "Changes" } }
        (page::lead(&headline(view), &html! {}))
        div.kpis {
            @for (state, total) in State::ALL.into_iter().zip(&view.totals) {
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
            section.card { (page::empty("Nothing was promised yet", &html! { p { "When findings are accepted their savings are promised here; they count as realised only when a later sync has seen the licence gone." } })) }
        } @else {
            @if let Some(state) = chosen { p.chips-line { a.chip href=(here) { (state) " ×" } } }
            (table(shell, view))
        }
    };
    shell.page(&format!("Savings ledger · {}", view.subject.name), &body)
}

fn headline(view: &View) -> Markup {
    let realised = &view.totals[1];
    html! {
        @if realised.seats == 0 { "Nothing has been realised yet" }
        @else { (money(realised)) @if !realised.saving.is_empty() { " a year" } " of what was promised is real" }
    }
}

fn money(total: &Total) -> Markup {
    html! {
        @if !total.saving.is_empty() { (total.saving) }
        @else if total.seats > 0 { (counted(total.seats, "seat", "seats")) }
        @else { "0" }
    }
}

fn table(shell: &Shell, view: &View) -> Markup {
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
