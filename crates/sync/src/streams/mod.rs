//! How each stream is read: which pages in which order, what a page means, and when the stream is
//! known to its end. Mapping of records is in [`crate::zoom::map`], storing in [`crate::run`].

pub(crate) mod account;
pub(crate) mod delegations;
pub(crate) mod groups;
pub(crate) mod history;
mod pager;
pub(crate) mod reports;
pub(crate) mod settings;
pub(crate) mod upcoming;
pub(crate) mod users;

use model::Stream;
use store::SyncWrite;
use zoom::Rejected;

use crate::zoom::ZOOM;

/// The declaration of a stream.
pub(crate) fn declared(key: &str) -> &'static Stream {
    // Keys come from `zoom::application::stream`; a test walks them all.
    ZOOM.stream(key).unwrap_or(&ZOOM.streams[0])
}

/// Records that could not be understood are set aside with the reason; the rest of the page counts.
pub(crate) fn quarantine(stream: &'static str, rejected: Vec<Rejected>) -> Vec<SyncWrite> {
    rejected
        .into_iter()
        .map(|record| SyncWrite::Quarantine {
            stream,
            reason: record.reason,
            sample_hash: record.sample_hash,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::zoom::application::stream;

    #[test]
    fn every_stream_that_is_read_is_declared_and_the_other_way_round() {
        let read = [
            stream::USERS,
            stream::USER_SETTINGS,
            stream::GROUPS,
            stream::ACCOUNT_SETTINGS,
            stream::SIGN_INS,
            stream::MEETINGS,
            stream::HOST_REPORTS,
            stream::DAILY_USAGE,
            stream::OPERATION_LOGS,
            stream::PLAN_USAGE,
            stream::UPCOMING_EVENTS,
        ];
        for key in read {
            assert_eq!(declared(key).key, key);
        }
        let stated: BTreeSet<&str> = ZOOM.streams.iter().map(|stream| stream.key).collect();
        assert_eq!(stated.len(), ZOOM.streams.len());
        assert_eq!(stated, read.into_iter().collect());
    }
}
