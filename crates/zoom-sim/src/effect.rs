//! The effects that injections can have on a call.

use crate::config::LimitHeaders;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// The effect of an injection on a call.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// Answers with this response; the call is neither counted nor carried out.
    Status {
        /// HTTP status of the answer.
        status: u16,
        /// Headers, including the content type.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// Body, which is sent unchanged.
        #[serde(default)]
        body: String,
    },
    /// Answers with 429 although the limit is not reached, with headers of this form.
    Limited {
        /// Whether the answer names the daily limit instead of the limit per second.
        #[serde(default)]
        daily: bool,
        /// The headers of the answer.
        #[serde(default)]
        headers: LimitHeaders,
    },
    /// Answers this many of a hundred calls with a per-second 429.
    Storm(u8),
    /// Delays the answer by this many milliseconds.
    Slow(u64),
    /// Breaks the connection in the middle of the body, after the call was carried out.
    Cut,
    /// Breaks the connection before the first byte of the body, after the call was carried out.
    Lost,
    /// Shortens the body, with a content length that fits the shortened one.
    Truncated,
    /// Sends an empty body with the usual status.
    Empty,
    /// Answers with an HTML page and this status, as a firewall does.
    Html(u16),
    /// Sends bytes that are not JSON with the content type of JSON.
    Garbage,
    /// Puts bytes that are not UTF-8 into a text.
    InvalidUtf8,
    /// Sends the rows of the previous page with the token of this page.
    DuplicatePage,
    /// Repeats this many rows of the previous page before those of this page.
    Overlap(usize),
    /// Sends at most this many rows; the token leads to the rest. With 0, an empty page with a token.
    ShortPage(usize),
    /// Sends page one, whatever token was sent.
    PageOneAgain,
    /// Returns the token that was sent as the next one.
    SameToken,
    /// Leaves the token out, as if this were the last page.
    NoToken,
    /// Refuses the token that was sent as expired.
    ExpiredToken,
    /// Reverses the order of the rows.
    Reordered,
    /// Adds this number to `total_records`.
    TotalRecords(i64),
    /// Changes types in every second row: numbers to texts, texts to numbers, lists to objects.
    WrongTypes,
    /// Sets every second member of every second row to null.
    Nulls,
    /// Removes this member from all rows.
    Missing(String),
    /// Puts a text of this many bytes into the first row.
    Huge(usize),
    /// Adds an unknown member with lists nested this deep.
    Deep(usize),
    /// Changes the body with this function.
    #[serde(skip)]
    Edit(Arc<dyn Fn(&mut Value) + Send + Sync>),
    /// Calls this function before the call is carried out, for changes between pages.
    #[serde(skip)]
    Run(Arc<dyn Fn() + Send + Sync>),
}

impl fmt::Debug for Effect {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { status, .. } => write!(out, "Status({status})"),
            Self::Limited { daily, headers } => write!(out, "Limited({daily}, {headers:?})"),
            Self::Storm(percent) => write!(out, "Storm({percent})"),
            Self::Slow(ms) => write!(out, "Slow({ms})"),
            Self::Html(status) => write!(out, "Html({status})"),
            Self::Overlap(rows) => write!(out, "Overlap({rows})"),
            Self::ShortPage(rows) => write!(out, "ShortPage({rows})"),
            Self::TotalRecords(more) => write!(out, "TotalRecords({more})"),
            Self::Missing(name) => write!(out, "Missing({name})"),
            Self::Huge(bytes) => write!(out, "Huge({bytes})"),
            Self::Deep(levels) => write!(out, "Deep({levels})"),
            Self::Edit(_) => out.write_str("Edit"),
            Self::Run(_) => out.write_str("Run"),
            Self::Cut => out.write_str("Cut"),
            Self::Lost => out.write_str("Lost"),
            Self::Truncated => out.write_str("Truncated"),
            Self::Empty => out.write_str("Empty"),
            Self::Garbage => out.write_str("Garbage"),
            Self::InvalidUtf8 => out.write_str("InvalidUtf8"),
            Self::DuplicatePage => out.write_str("DuplicatePage"),
            Self::PageOneAgain => out.write_str("PageOneAgain"),
            Self::SameToken => out.write_str("SameToken"),
            Self::NoToken => out.write_str("NoToken"),
            Self::ExpiredToken => out.write_str("ExpiredToken"),
            Self::Reordered => out.write_str("Reordered"),
            Self::WrongTypes => out.write_str("WrongTypes"),
            Self::Nulls => out.write_str("Nulls"),
        }
    }
}
