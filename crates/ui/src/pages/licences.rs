//! `/i/{id}/licences`: every licence of the account by number of seats: bought, assigned, needed,
//! not needed and unknown; the licences that holders could share; and the reasons for unknown ones.

use maud::{Markup, html};
use model::Licence;

use crate::pages::overview::decisions::Figure;
use crate::parts::table::{frame, head};
use crate::parts::text::{amount, counted, number};
use crate::parts::{Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct LicencesPage {
    pub subject: Subject,
    /// Base licences first, then add-ons by size.
    pub rows: Vec<LicenceRow>,
    /// Licences that people could share.
    pub pools: Vec<LicencePool>,
    /// Licensed people without enough data for a conclusion, by reason.
    pub unknown: Vec<UnknownHolders>,
    /// Number of past days in which use counts as need.
    pub days: i64,
    /// Reason why the bought numbers are not known; `None` when they are known or were not read
    /// yet.
    pub bought_note: Option<String>,
}

#[derive(Debug, Clone)]
pub struct LicenceRow {
    pub licence: Licence,
    /// Name of the licence, for display.
    pub label: String,
    /// Seats bought, from plan usage or contracts; `None` when not known.
    pub bought: Option<i64>,
    /// Source of `bought`, as a sentence for the tooltip.
    pub bought_from: String,
    /// Number of holders known so far.
    pub holders: i64,
    /// Whether `holders` is complete. For add-ons it is not, until the settings of all users were
    /// read.
    pub holders_known: bool,
    /// Holders who needed the licence; `None` when hosting is not known for all of them.
    pub needed: Option<i64>,
    /// Holders who certainly did not need the licence.
    pub not_needed: i64,
    /// Findings that are on hold.
    pub on_hold: Figure,
    /// Holders whose need is unknown.
    pub unknown: i64,
    /// Address of the list of holders.
    pub holders_href: String,
    /// Address of the holders who needed it.
    pub needed_href: String,
    /// Address of the findings about unneeded licences.
    pub not_needed_href: String,
    /// Address of the holders whose need is unknown.
    pub unknown_href: String,
}

/// A licence that its holders could share.
#[derive(Debug, Clone)]
pub struct LicencePool {
    /// Name of the licence, for display.
    pub label: String,
    /// Conclusion of the finding in one sentence.
    pub headline: String,
    /// Address of the finding's page.
    pub href: String,
}

/// People without enough data for a conclusion, for one reason.
#[derive(Debug, Clone)]
pub struct UnknownHolders {
    /// Name of the licence, for display.
    pub label: String,
    pub people: i64,
    /// The reason in one sentence.
    pub why: String,
    /// Address of the list of these people.
    pub href: String,
}

#[must_use]
pub fn page(shell: &Shell, view: &LicencesPage) -> Markup {
    let body = html! {
        (view.subject.head(shell, Tab::Licences))
        (page::lead(&headline(view), &html! { a.button href={ "/i/" (view.subject.id) "/contracts" } { "Contracts" } a.button href={ "/i/" (view.subject.id) "/prices" } { "Prices" } }))
        @if view.rows.is_empty() {
            section.card { (page::empty("No licence holders yet", &html! { p { "Licences appear with the people who hold them, as the first sync lists them." } p { a href=(Tab::Integration.href(view.subject.id)) { "See the progress" } } })) }
        } @else { (table(view)) }
        div.halves {
            (pools(view))
            (unknown(view))
        }
    };
    shell.page(&format!("Licences · {}", view.subject.name), &body)
}

fn headline(view: &LicencesPage) -> Markup {
    let Some(base) = view.rows.first() else {
        return html! { "Which licences are held, and which are needed?" };
    };
    let Some(needed) = base.needed else {
        return html! { (counted(base.holders, "holder", "holders")) " of “" (base.label) "”; too little history yet to say who needed it" };
    };
    html! { (number(needed)) " of " (counted(base.holders, "holder", "holders")) " of “" (base.label) "” needed it in the last " (view.days) " days" }
}

fn table(view: &LicencesPage) -> Markup {
    let heads = html! {
        (head("Licence", false)) (head("Bought", true)) (head("Assigned", true)) (head("Free", true))
        (head(&format!("Needed, {} d", view.days), true)) (head("Not needed", true)) (head("On hold", true)) (head("Unknown", true)) (head("Needed, not needed, on hold, unknown", false))
    };
    let link = |href: &str, value: i64| html! { @if value > 0 && !href.is_empty() { a href=(href) { (number(value)) } } @else { (number(value)) } };
    // A count of zero is shown as unknown until all holders are known, because it may still grow.
    let counted = |row: &LicenceRow, href: &str, value: i64| html! { @if row.holders_known { (link(href, value)) } @else if value == 0 { (amount(None)) } @else { (link(href, value)) " or more" } };
    let free = |row: &LicenceRow| {
        row.bought
            .filter(|_| row.holders_known)
            .map(|bought| bought - row.holders)
    };
    let rows = html! {
        @for row in &view.rows {
            tr {
                th scope="row" { (row.label) }
                td.num title=(row.bought_from) { (amount(row.bought)) }
                td.num { (counted(row, &row.holders_href, row.holders)) }
                td.num { @match free(row) { Some(free) if free < 0 => (page::pill(Tone::Bad, &format!("{} too few", number(-free)))), free => (amount(free)) } }
                td.num { @match row.needed { Some(needed) => (counted(row, &row.needed_href, needed)), None => (amount(None)) } }
                td.num { (counted(row, &row.not_needed_href, row.not_needed)) }
                td.num { (counted(row, &row.on_hold.href, row.on_hold.value)) }
                td.num { (counted(row, &row.unknown_href, row.unknown)) }
                td.meter { (split(row)) }
            }
        }
    };
    html! {
        (frame("Licences", &heads, &rows))
        @if let Some(note) = &view.bought_note { p.table-note { (note) } }
    }
}

/// Shares of the holders in one bar.
fn split(row: &LicenceRow) -> Markup {
    let needed = row.needed.unwrap_or(0);
    let on_hold = row.on_hold.value;
    let whole = usize::try_from(needed + row.not_needed + on_hold + row.unknown).unwrap_or(0);
    let at = |value: i64| {
        crate::parts::progress::percent(usize::try_from(value).unwrap_or(0), whole.max(1))
    };
    let words = format!(
        "{}: needed {}, not needed {}, on hold {}, unknown {}",
        row.label,
        number(needed),
        number(row.not_needed),
        number(on_hold),
        number(row.unknown)
    );
    html! {
        svg.split-bar role="img" aria-label=(words) width="100%" height="8" {
            title { (words) }
            rect.gap x="0" width="100%" height="8" rx="2" {}
            rect.needed x="0" width={ (at(needed)) "%" } height="8" {}
            rect.not-needed x={ (at(needed)) "%" } width={ (at(row.not_needed)) "%" } height="8" {}
            rect.held-back x={ (at(needed + row.not_needed)) "%" } width={ (at(on_hold)) "%" } height="8" {}
        }
    }
}

fn pools(view: &LicencesPage) -> Markup {
    page::card(
        "Could be shared",
        &html! { "Holders whose events never fall together can lend each other a licence." },
        &html! {
            @if view.pools.is_empty() { p.muted { "No licence has more holders than simultaneous events." } }
            @else {
                ul.plain-list { @for pool in &view.pools { li { a href=(pool.href) { (pool.label) } ": " (pool.headline) } } }
            }
        },
    )
}

fn unknown(view: &LicencesPage) -> Markup {
    html! {
        section.card #unknown {
            h2 { "Unknown need" }
            p.card-lead { "People whose licence may or may not be needed. They are in no finding and in no saving." }
            @if view.unknown.is_empty() { p.muted { "Nothing is unknown: the rules have all the data they need." } }
            @else {
                table.plain {
                    caption.hidden { "People without a conclusion" }
                    thead { tr { th scope="col" { "Why" } th scope="col" { "Licence" } th.num scope="col" { "People" } } }
                    tbody { @for row in &view.unknown { tr { th scope="row" { (row.why) } td { (row.label) } td.num { @if row.href.is_empty() { (number(row.people)) } @else { a href=(row.href) { (number(row.people)) } } } } } }
                }
            }
        }
    }
}
