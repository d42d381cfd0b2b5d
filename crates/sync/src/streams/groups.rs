//! Groups. Who is in which comes with the list of users; this gives the names and counts.

use store::SyncWrite;

use super::pager::{Pager, Turn};
use super::users::key_hash;
use super::{declared, quarantine};
use crate::run::{Run, Stop};
use crate::zoom::application::stream::GROUPS;
use crate::zoom::map;

const PAGE_SIZE: u32 = 300;

pub(crate) async fn read(run: &Run<'_>) -> Result<(), Stop> {
    let stream = declared(GROUPS);
    let mut pager = Pager::default();
    let mut keep = Vec::new();
    let mut told = None;
    let mut unreadable = 0;
    loop {
        let answer = run
            .ask(stream, run.client.groups(PAGE_SIZE, pager.token()))
            .await?;
        let page = match pager.turn(stream, answer)? {
            Turn::Page(page) => page,
            Turn::Restart => {
                keep.clear();
                unreadable = 0;
                continue;
            }
        };
        told = page.total.or(told);
        let groups: Vec<_> = page.items.iter().filter_map(map::group).collect();
        unreadable += page.rejected.len() + page.items.len() - groups.len();
        let fingerprint = groups
            .iter()
            .fold(0_u64, |sum, group| sum.rotate_left(5) ^ key_hash(&group.id));
        let fingerprint = (!groups.is_empty()).then_some(fingerprint);
        keep.extend(groups.iter().map(|group| group.id.clone()));
        let mut writes = quarantine(GROUPS, page.rejected);
        let count = groups.len();
        writes.push(SyncWrite::Groups(groups));
        run.apply(GROUPS, count, writes).await?;
        if !pager.advance(page.next, fingerprint)? {
            break;
        }
    }
    // Silence about a group means that it is gone only when everything else was understood.
    if unreadable == 0 && told.is_none_or(|told| told == keep.len() as u64) {
        run.apply(GROUPS, 0, vec![SyncWrite::GroupsRemoved { keep }])
            .await?;
    }
    Ok(())
}
