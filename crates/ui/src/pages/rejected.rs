//! Records that the application sent and that could not be understood: where they matter, and what that
//! means. They appear on the integration's page, on the overview and at the user.

use maud::{Markup, html};
use model::words::counted;

use crate::parts::text::number;
use crate::parts::{Subject, Tab, Tone, page};

/// Rows that a table shows; the others are in the API.
pub const SHOWN: usize = 50;

/// Records with the same source, days, person and reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRow {
    /// Label of the stream.
    pub source: String,
    /// The days that the records may be about, in words; empty when they are not about days.
    pub days: String,
    /// Address or id of the user; `None` when it is unknown.
    pub person: Option<String>,
    /// The part of the record and the problem with it.
    pub reason: String,
    /// Number of records.
    pub records: i64,
}

/// All such records of an integration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RejectedRecords {
    /// Number of records.
    pub records: i64,
    /// The first rows, newest days first.
    pub rows: Vec<RejectedRow>,
    /// Number of rows that are not among [`Self::rows`].
    pub more: usize,
}

/// The card on the integration's page.
#[must_use]
pub fn card(application: &str, found: &RejectedRecords) -> Markup {
    html! {
        @if found.records > 0 {
            section.card #rejected {
                h2 { "Records that could not be read" }
                p.card-lead {
                    (application) " sent " (records(found.records)) " with parts that Seatwise does not understand. "
                    "Such a record may be a meeting or a sign-in. Nothing is concluded from it: the users concerned are never shown as inactive because of it, and findings about them are on hold."
                }
                p.card-lead {
                    "You need not do anything. The days are read again every week and after every update of Seatwise. "
                    "Please report the reasons below: they contain no personal data, apart from the column “User”."
                }
                (table(found))
            }
        }
    }
}

fn table(found: &RejectedRecords) -> Markup {
    html! {
        div.scroll {
            table {
                caption.hidden { "Records that could not be read" }
                thead { tr { th scope="col" { "Data" } th scope="col" { "Days (UTC)" } th scope="col" { "User" } th scope="col" { "Reason" } th.num scope="col" { "Records" } } }
                tbody {
                    @for row in &found.rows {
                        tr {
                            th scope="row" { (row.source) }
                            td { @if row.days.is_empty() { "–" } @else { (row.days) } }
                            td { @match &row.person { Some(person) => { (person) }, None => { "not known: may be anyone" } } }
                            td { (row.reason) }
                            td.num { (number(row.records)) }
                        }
                    }
                }
            }
        }
        @if found.more > 0 {
            p { (counted(i64::try_from(found.more).unwrap_or(i64::MAX), "more row is", "more rows are")) " in the API." }
        }
    }
}

/// The notice on the overview; nothing without such records.
#[must_use]
pub fn notice(subject: &Subject, count: i64) -> Markup {
    html! {
        @if count > 0 {
            (page::notice(Tone::Warn, "Some data could not be read", &html! {
                p {
                    (records(count)) " of " (subject.application.name) " could not be understood. Findings that depend on them are on hold. "
                    a href={ (Tab::Integration.href(subject.id)) "#rejected" } { "See which" }
                }
            }))
        }
    }
}

/// The notice at a user; nothing without such records.
#[must_use]
pub fn notice_of_user(found: &RejectedRecords) -> Markup {
    html! {
        @if found.records > 0 {
            (page::notice(Tone::Warn, "Some data about this user could not be read", &html! {
                p { (records(found.records)) " may be about this user and could not be understood, so it is not known whether the user was active on these days. Findings are on hold." }
                (table(found))
            }))
        }
    }
}

fn records(count: i64) -> String {
    counted(count, "record", "records")
}
