//! How each stream is read: which pages in which order, what a page means, and when the stream is
//! known to its end. Mapping of records is in [`crate::zoom::map`], storing in [`crate::run`].

pub(crate) mod account;
pub(crate) mod groups;
pub(crate) mod history;
mod pager;
pub(crate) mod reports;
pub(crate) mod settings;
pub(crate) mod users;

use model::Stream;
use store::Write;
use zoom::Rejected;

use crate::zoom::ZOOM;

/// The declaration of a stream.
pub(crate) fn declared(key: &str) -> &'static Stream {
    // Keys come from `zoom::application::stream`; a test walks them all.
    ZOOM.stream(key).unwrap_or(&ZOOM.streams[0])
}

/// Records that could not be understood are set aside with the reason; the rest of the page counts.
pub(crate) fn quarantine(stream: &'static str, rejected: Vec<Rejected>) -> Vec<Write> {
    rejected
        .into_iter()
        .map(|record| Write::Quarantine {
            stream,
            reason: record.reason,
            sample_hash: record.sample_hash,
        })
        .collect()
}
