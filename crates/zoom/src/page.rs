//! One page of a list. Its records are read one by one, so that a record that is no object is rejected
//! with a reason and the others are kept. Only an empty or absent page token ends a list, because Zoom also sends
//! short and empty pages in the middle.

use std::fmt;

use serde_json::value::RawValue;

use crate::body::Body;
use crate::member::Member as _;
use crate::record::{self, Record};

/// One page of a list of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The records that could be read, in Zoom's order.
    pub items: Vec<T>,
    /// The text of each item, in the same order: kept for items that turn out to be unusable.
    pub texts: Vec<RecordText>,
    /// The records that could not be read.
    pub rejected: Vec<Rejected>,
    /// Token of the next page; `None` on the last page, whatever its number of records.
    pub next: Option<PageToken>,
    /// Number of records of the whole list, if Zoom sends it.
    pub total: Option<u64>,
    /// Begin of the range that Zoom really used, a date or a date-time in UTC, if Zoom sends it.
    pub from: Option<String>,
    /// End of the range that Zoom really used, in the same form as `from`.
    pub to: Option<String>,
}

/// Position in a list. Valid for 15 minutes, and only with the same parameters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageToken(pub String);

/// A record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The name of the wrong member and the expected type, never the value.
    pub reason: String,
    /// The record as Zoom sent it. It may be personal.
    pub text: RecordText,
}

/// The text of a record as Zoom sent it. It is left out of debug output, because it may be personal.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordText(pub Box<str>);

impl fmt::Debug for RecordText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordText([REDACTED])")
    }
}

impl<T> Page<T> {
    /// Reads records that were kept as text.
    pub(crate) fn of_texts(texts: &[String]) -> Self
    where
        T: Record,
    {
        let mut page = Self {
            items: Vec::new(),
            texts: Vec::new(),
            rejected: Vec::new(),
            next: None,
            total: None,
            from: None,
            to: None,
        };
        for text in texts {
            let read = serde_json::from_str::<&RawValue>(text)
                .map_err(|_| "not JSON".to_owned())
                .and_then(record::read);
            page.add(read, RecordText(text.as_str().into()));
        }
        page
    }

    fn add(&mut self, read: Result<T, String>, text: RecordText) {
        match read {
            Ok(item) => {
                self.items.push(item);
                self.texts.push(text);
            }
            Err(reason) => self.rejected.push(Rejected { reason, text }),
        }
    }

    /// Reads a page whose records are in the member `list`.
    pub(crate) fn read(body: &Body<'_>, list: &str) -> Result<Self, String>
    where
        T: Record,
    {
        // A page without its list must not be read as an empty page, because all users would then
        // seem to have left.
        let raw = body
            .get(list)
            .ok_or_else(|| format!("there is no list `{list}`"))?;
        let records: Vec<&RawValue> =
            serde_json::from_str(raw.get()).map_err(|_| format!("`{list}` is not a list"))?;
        let next = match body.get("next_page_token") {
            None => None,
            Some(raw) => {
                let token = String::read(raw).map_err(|_| "the page token is not text")?;
                (!token.is_empty()).then_some(PageToken(token))
            }
        };
        let mut page = Self {
            items: Vec::with_capacity(records.len()),
            texts: Vec::with_capacity(records.len()),
            rejected: Vec::new(),
            next,
            total: body
                .integer("total_records")
                .and_then(|total| total.try_into().ok()),
            from: body.string("from").filter(|from| !from.is_empty()),
            to: body.string("to").filter(|to| !to.is_empty()),
        };
        for raw in records {
            page.add(record::read(raw), RecordText(raw.get().into()));
        }
        Ok(page)
    }
}
