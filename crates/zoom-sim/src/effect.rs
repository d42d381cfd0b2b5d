//! What injections can do to a call.

use crate::config::LimitHeaders;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// What happens to a call.
#[derive(Clone)]
pub enum Effect {
    /// This answer instead; the call is neither counted nor carried out.
    Status {
        /// HTTP status.
        status: u16,
        /// Headers, content type included.
        headers: Vec<(String, String)>,
        /// Body as it is.
        body: String,
    },
    /// A 429 although the limit is not reached, with headers of this form.
    Limited {
        /// The daily limit instead of the one per second.
        daily: bool,
        /// Which headers come with it.
        headers: LimitHeaders,
    },
    /// A per-second 429 in this many of a hundred calls.
    Storm(u8),
    /// The answer comes this many milliseconds later.
    Slow(u64),
    /// The connection breaks in the middle of the body, after the call was carried out.
    Cut,
    /// The connection breaks before the first byte of the body, after the call was carried out.
    Lost,
    /// A body that ends too early but claims to be whole.
    Truncated,
    /// No body.
    Empty,
    /// A page in HTML with this status.
    Html(u16),
    /// Bytes that are no JSON, as JSON.
    Garbage,
    /// Bytes that are no UTF-8 inside a text.
    InvalidUtf8,
    /// The rows of the page before, with the token of this page.
    DuplicatePage,
    /// Rows of the page before come again in front of those of this page.
    Overlap(usize),
    /// At most this many rows; the token leads to the rest. With 0, an empty page with a token.
    ShortPage(usize),
    /// Page one, whatever token was sent.
    PageOneAgain,
    /// The token that was sent is given again.
    SameToken,
    /// No token, as if this were the last page.
    NoToken,
    /// The token that was sent is refused as expired.
    ExpiredToken,
    /// Rows in another order.
    Reordered,
    /// `total_records` differs by this much.
    TotalRecords(i64),
    /// Numbers become texts, texts numbers, lists objects, in every second row.
    WrongTypes,
    /// Every second member of every second row is null.
    Nulls,
    /// This member is missing from all rows.
    Missing(String),
    /// A text of this many bytes in the first row.
    Huge(usize),
    /// Lists inside lists, this deep, as an unknown member.
    Deep(usize),
    /// Any change of the body.
    Edit(Arc<dyn Fn(&mut Value) + Send + Sync>),
    /// Called before the call is carried out; to change people between pages.
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
