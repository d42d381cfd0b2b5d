//! Groups: names and sizes. Members come with the list of users.

use connector::{PageRequest, Records};
use store::SyncWrite;

use super::hash::fingerprint;
use super::pager::{Pager, Turn};
use super::records::quarantine;
use crate::run::{Run, Stop};

pub(super) async fn read(run: &Run<'_>, stream: &'static str) -> Result<(), Stop> {
    let mut pager = Pager::default();
    let mut keep = Vec::new();
    let mut reported_total = None;
    let mut unreadable = 0;
    loop {
        let request = PageRequest {
            stream,
            part: 0,
            window: None,
            page_size: None,
            cursor: pager.cursor(),
            began: run.began,
        };
        let answer = run.page(&request).await?;
        let page = match pager.turn(stream, answer)? {
            Turn::Page(page) => page,
            Turn::Restart => {
                keep.clear();
                unreadable = 0;
                continue;
            }
        };
        reported_total = page.total.or(reported_total);
        unreadable += page.unreadable();
        let fingerprint = fingerprint(&page.records);
        let mut writes = quarantine(stream, page.rejected);
        let mut count = 0;
        if let Records::Groups(groups) = page.records {
            count = groups.len();
            keep.extend(groups.iter().map(|group| group.id.clone()));
            writes.push(SyncWrite::Groups(groups));
        }
        run.apply(stream, count, writes).await?;
        if !pager.advance(run.application_name(), page.next, fingerprint)? {
            break;
        }
    }
    // A group that is not listed is gone only when all others could be read.
    if unreadable == 0 && reported_total.is_none_or(|total| total == keep.len() as u64) {
        run.apply(stream, 0, vec![SyncWrite::GroupsRemoved { keep }])
            .await?;
    }
    Ok(())
}
