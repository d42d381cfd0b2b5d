//! Groups: names and sizes. Members come with the list of users.

use connector::{PageRequest, Records};
use store::{RejectedScope, SyncWrite};

use super::hash::fingerprint;
use super::pager::{NextPage, Pager};
use super::rejects::Rejects;
use crate::run::{Run, Stop};

pub(super) async fn read(run: &Run<'_>, stream: &'static str) -> Result<(), Stop> {
    let mut pager = Pager::default();
    let mut keep = Vec::new();
    let mut reported_total = None;
    let mut lost = 0;
    let mut rejects = Rejects::default();
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
            NextPage::Page(page) => page,
            NextPage::Restart => {
                keep.clear();
                lost = 0;
                rejects = Rejects::default();
                continue;
            }
        };
        reported_total = page.total.or(reported_total);
        lost += page.lost();
        let fingerprint = fingerprint(&page.records);
        rejects.add(page.rejected, None);
        let mut writes = Vec::new();
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
    let mut writes = vec![rejects.write(run, stream, RejectedScope::Whole, run.began)];
    // A group that is not listed is gone only when all others could be read.
    if lost == 0 && reported_total.is_none_or(|total| total == keep.len() as u64) {
        writes.push(SyncWrite::GroupsRemoved { keep });
    }
    run.apply(stream, 0, writes).await
}
