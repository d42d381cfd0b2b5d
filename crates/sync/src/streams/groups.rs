//! Groups. Who is in which comes with the list of users; this gives the names and counts.

use store::Write;

use super::pager::{Pager, Turn};
use super::{declared, quarantine};
use crate::run::{Run, Stop};
use crate::zoom::application::stream::GROUPS;
use crate::zoom::map;

const PAGE_SIZE: u32 = 300;

pub(crate) async fn read(run: &Run<'_>) -> Result<(), Stop> {
    let stream = declared(GROUPS);
    let mut pager = Pager::default();
    let mut keep = Vec::new();
    loop {
        let answer = run
            .ask(stream, run.client.groups(PAGE_SIZE, pager.token()))
            .await?;
        let page = match pager.turn(stream, answer)? {
            Turn::Page(page) => page,
            Turn::Restart => {
                keep.clear();
                continue;
            }
        };
        let groups: Vec<_> = page.items.iter().filter_map(map::group).collect();
        keep.extend(groups.iter().map(|group| group.id.clone()));
        let mut writes = quarantine(GROUPS, page.rejected);
        let count = groups.len();
        writes.push(Write::Groups(groups));
        run.apply(GROUPS, count, writes).await?;
        if !pager.advance(page.next, None)? {
            break;
        }
    }
    run.apply(GROUPS, 0, vec![Write::GroupsRemoved { keep }])
        .await?;
    Ok(())
}
