//! One page of a list. Its records are read one by one, so that a bad record is rejected with a reason
//! and the others are kept. Only an empty or absent page token ends a list, because Zoom also sends
//! short and empty pages in the middle.

use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::body::Body;
use crate::member::Member as _;
use crate::record::{self, Record};

/// One page of a list of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The records that could be read, in Zoom's order.
    pub items: Vec<T>,
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

/// A record that could not be read, described without its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The name of the wrong member and the expected type, never the value.
    pub reason: String,
    /// SHA-256 of the record's text in hexadecimal, with which the record can be recognised although
    /// its text is not stored.
    pub sample_hash: String,
}

impl<T> Page<T> {
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
        let mut items = Vec::with_capacity(records.len());
        let mut rejected = Vec::new();
        for raw in records {
            match record::read(raw) {
                Ok(item) => items.push(item),
                Err(reason) => rejected.push(Rejected {
                    reason,
                    sample_hash: hash(raw),
                }),
            }
        }
        Ok(Self {
            items,
            rejected,
            next,
            total: body
                .integer("total_records")
                .and_then(|total| total.try_into().ok()),
            from: body.string("from").filter(|from| !from.is_empty()),
            to: body.string("to").filter(|to| !to.is_empty()),
        })
    }
}

fn hash(raw: &RawValue) -> String {
    use std::fmt::Write as _;
    let digest = Sha256::digest(raw.get().as_bytes());
    digest
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing into a String can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
